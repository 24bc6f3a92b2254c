import { type Span, spanOf } from "@routewright/diagnostics";
import type { TokenType } from "chevrotain";
import type {
  ChannelDeclaration,
  CommonItem,
  DistributionDeclaration,
  DistributionItem,
  ExceptionActionNode,
  ExceptionRuleNode,
  ExceptionsDeclaration,
  Expr,
  ImportDeclaration,
  LabelDeclaration,
  LabelEntry,
  LabelSide,
  LabelsDeclaration,
  LetDeclaration,
  Name,
  ParamDeclaration,
  QueueDeclaration,
  QueueItem,
  Requirement,
  SecretDeclaration,
  TypeNode,
} from "./ast.ts";
import { keyQuotes, syntaxUnexpected } from "./diagnostics.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { tokenSpan } from "./lexer.ts";
import * as t from "./tokens.ts";
import { type BlockShape, nameOf, type Rule, showToken } from "./tolerant-parser.ts";

/** Every declaration but `classification` and `test`, which have parsers of their own. */
export abstract class DeclarationParser extends ExpressionParser {
  protected doc(start: number): string | undefined {
    return this.docs.get(start);
  }

  protected readonly importDeclaration: Rule<ImportDeclaration> = this.rule(
    "importDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Import);
      const path = this.needText(1, "after `import`: the path of a file");
      return { kind: "import", doc: this.doc(start), path, span: this.since(start) };
    },
  );

  protected readonly paramDeclaration: Rule<ParamDeclaration> = this.rule(
    "paramDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Param);
      const name = this.needName(1, "after `param`");
      const type = this.typeAfterColon("after the name of the parameter");
      const defaultValue = this.OPTION(() => {
        this.CONSUME(t.Assign);
        return this.guarded(1);
      });
      const span = this.since(start);
      return { kind: "param", doc: this.doc(start), name, type, defaultValue, span };
    },
  );

  private typeAfterColon(where: string): TypeNode | undefined {
    const colon = this.need(1, t.Colon, where);
    if (colon === undefined && !this.operandFollows()) return undefined;
    return this.tryItem(() => this.SUBRULE(this.type));
  }

  private readonly type: Rule<TypeNode | undefined> = this.rule("type", () => {
    if (!this.RECORDING_PHASE && !this.operandFollows()) {
      this.expected("a type");
      return undefined;
    }
    return this.OR<TypeNode>([
      { ALT: () => this.namedType("text", 1, t.TextWord) },
      { ALT: () => this.namedType("number", 2, t.NumberWord) },
      { ALT: () => this.namedType("boolean", 3, t.BooleanWord) },
      { ALT: () => this.namedType("any", 4, t.Any) },
      { ALT: () => this.namedType("duration", 5, t.DurationWord) },
      { ALT: () => this.setOrRange(), IGNORE_AMBIGUITIES: true },
    ]);
  });

  private namedType(
    name: "text" | "number" | "boolean" | "any" | "duration",
    idx: number,
    type: TokenType,
  ): TypeNode {
    return { kind: "named", name, span: tokenSpan(this.consume(idx, type)) };
  }

  private setOrRange(): TypeNode {
    const start = this.start();
    const values = [this.setValue(1)];
    const max = this.OPTION(() => {
      this.CONSUME(t.Range);
      return this.value(2);
    });
    const min = values[0];
    if (max !== undefined && min !== undefined && !this.RECORDING_PHASE) {
      return { kind: "range", min, max, span: this.since(start) };
    }
    this.MANY(() => {
      this.CONSUME(t.Bar);
      values.push(this.setValue(3));
    });
    return { kind: "set", values, span: this.since(start) };
  }

  /** A value of a set; `'NA'` could only be a text in the wrong quotes. */
  protected setValue(idx: number): Expr {
    const next = this.LA(1);
    if (next.tokenType === t.Quoted) this.singleQuoted(next);
    return this.value(idx);
  }

  protected readonly secretDeclaration: Rule<SecretDeclaration> = this.rule(
    "secretDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Secret);
      const name = this.needName(1, "after `secret`");
      this.need(1, t.From, "after the name of the secret");
      this.need(1, t.Env, "after `from`");
      const env = this.needText(1, "after `from env`: the name of a variable");
      return { kind: "secret", doc: this.doc(start), name, env, span: this.since(start) };
    },
  );

  protected readonly labelsDeclaration: Rule<LabelsDeclaration> = this.rule(
    "labelsDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Labels);
      let side: LabelSide | undefined;
      if (this.RECORDING_PHASE || this.at(t.Job) || this.at(t.Worker) || this.at(t.Queue)) {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(t.Job);
              side = "job";
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Worker);
              side = "worker";
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Queue);
              side = "queue";
            },
          },
        ]);
      } else {
        this.expected("`job`, `worker` or `queue`", "after `labels`");
      }
      const labels = this.braces(labelsShape, this.labelDeclaration);
      return { kind: "labels", doc: this.doc(start), side, labels, span: this.since(start) };
    },
  );

  private readonly labelDeclaration: Rule<LabelDeclaration> = this.rule("labelDeclaration", () => {
    const start = this.start();
    const key = this.itemKey();
    const optional = this.OPTION(() => this.CONSUME(t.Question)) !== undefined;
    const type = this.typeAfterColon("after the label");
    const defaultValue = this.OPTION1(() => {
      this.CONSUME(t.Assign);
      return this.value(1);
    });
    const span = this.since(start);
    return { doc: this.doc(start), key, optional, type, defaultValue, span };
  });

  protected readonly channelDeclaration: Rule<ChannelDeclaration> = this.rule(
    "channelDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Channel);
      const name = this.needName(1, "after `channel`");
      const items = this.OPTION(() => this.braces(channelShape, this.commonItem)) ?? [];
      return { kind: "channel", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly commonItem: Rule<CommonItem> = this.rule("commonItem", () =>
    this.OR<CommonItem>([{ ALT: () => this.idItem() }, { ALT: () => this.nameItem() }]),
  );

  /** The two items every object takes; `idx` 80 and 81 are kept for them. */
  protected idItem(): CommonItem {
    const start = this.start();
    this.consume(80, t.Id);
    const value = this.full(80);
    return { kind: "id", value, span: this.since(start) };
  }

  protected nameItem(): CommonItem {
    const start = this.start();
    this.consume(81, t.NameWord);
    const value = this.full(81);
    return { kind: "name", value, span: this.since(start) };
  }

  protected readonly letDeclaration: Rule<LetDeclaration> = this.rule("letDeclaration", () => {
    const start = this.start();
    this.CONSUME(t.Let);
    const name = this.needName(1, "after `let`");
    this.need(1, t.Assign, "after the name");
    const value = this.guarded(1);
    return { kind: "let", doc: this.doc(start), name, value, span: this.since(start) };
  });

  // ── Distribution ──────────────────────────────────────────────────────────────────────────

  protected readonly distributionDeclaration: Rule<DistributionDeclaration> = this.rule(
    "distributionDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Distribution);
      const name = this.needName(1, "after `distribution`");
      const items = this.braces(distributionShape, this.distributionItem);
      return { kind: "distribution", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly distributionItem: Rule<DistributionItem> = this.rule("distributionItem", () =>
    this.OR<DistributionItem>([
      { ALT: () => this.idItem() },
      { ALT: () => this.nameItem() },
      { ALT: () => this.SUBRULE(this.modeItem) },
      { ALT: () => this.SUBRULE(this.scoreItem) },
      { ALT: () => this.scoreOrderItem() },
      { ALT: () => this.SUBRULE(this.batchItem) },
      { ALT: () => this.SUBRULE(this.offersItem) },
      { ALT: () => this.expireItem() },
      { ALT: () => this.bypassItem() },
    ]),
  );

  private readonly modeItem: Rule<DistributionItem> = this.rule("modeItem", () => {
    const start = this.start();
    this.CONSUME(t.Mode);
    let mode: "best worker" | "longest idle" | "round robin" | undefined;
    if (this.RECORDING_PHASE || this.at(t.Best) || this.at(t.Longest) || this.at(t.Round)) {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Best);
            mode = "best worker";
            this.need(1, t.Worker, "after `best`");
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Longest);
            mode = "longest idle";
            this.need(1, t.Idle, "after `longest`");
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Round);
            mode = "round robin";
            this.need(1, t.Robin, "after `round`");
          },
        },
      ]);
    } else {
      this.expected("`best worker`, `longest idle` or `round robin`");
    }
    if (mode === undefined) return this.abandon();
    return { kind: "mode", mode, span: this.since(start) };
  });

  private readonly scoreItem: Rule<DistributionItem> = this.rule("scoreItem", () => {
    const start = this.start();
    this.CONSUME(t.Score);
    if (!this.RECORDING_PHASE && !this.at(t.Using)) {
      const value = this.full(1);
      return { kind: "score", value, span: this.since(start) };
    }
    return this.OR<DistributionItem>([
      {
        ALT: () => {
          this.CONSUME(t.Using);
          const parameters = this.scoreInputs();
          return { kind: "scoreUsing", parameters, span: this.since(start) };
        },
      },
      {
        ALT: () => ({ kind: "score", value: this.full(1), span: this.since(start) }),
        IGNORE_AMBIGUITIES: true,
      },
    ]);
  });

  private scoreInputs(): ScoreInput[] {
    if (!this.RECORDING_PHASE && !this.at(t.Nothing) && !this.at(t.Job) && !this.at(t.Worker)) {
      this.expected("`nothing`, `job labels` or `worker selectors`");
      return [];
    }
    return (
      this.OR1<ScoreInput[]>([
        {
          ALT: () => {
            this.CONSUME(t.Nothing);
            return [];
          },
        },
        { ALT: () => this.scoreInputList() },
      ]) ?? []
    );
  }

  private scoreInputList(): ScoreInput[] {
    const inputs = [this.SUBRULE1(this.scoreInput)];
    this.MANY({
      // Another comma separates this item from the next one.
      GATE: () => this.LA(2).tokenType === t.Job || this.LA(2).tokenType === t.Worker,
      DEF: () => {
        this.CONSUME(t.Comma);
        inputs.push(this.SUBRULE2(this.scoreInput));
      },
    });
    return inputs;
  }

  private readonly scoreInput: Rule<ScoreInput> = this.rule("scoreInput", () => {
    const start = this.start();
    if (!this.RECORDING_PHASE && !this.at(t.Job) && !this.at(t.Worker)) {
      this.expected("`job labels` or `worker selectors`");
      return this.abandon();
    }
    const name = this.OR<ScoreInput["name"]>([
      {
        ALT: () => {
          this.CONSUME(t.Job);
          this.need(1, t.Labels, "after `job`");
          return "job labels";
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Worker);
          this.need(1, t.Selectors, "after `worker`");
          return "worker selectors";
        },
      },
    ]);
    return { name, span: this.since(start) };
  });

  private scoreOrderItem(): DistributionItem {
    const start = this.start();
    const descending = this.OR4<boolean>([
      { ALT: () => this.CONSUME(t.Highest) !== undefined },
      { ALT: () => this.CONSUME(t.Lowest) === undefined },
    ]);
    this.need(1, t.Score, `after \`${descending ? "highest" : "lowest"}\``);
    this.need(1, t.First, "after `score`");
    return { kind: "scoreOrder", descending, span: this.since(start) };
  }

  private readonly batchItem: Rule<DistributionItem> = this.rule("batchItem", () => {
    const start = this.start();
    this.CONSUME(t.Batch);
    let enabled: boolean | undefined;
    let size: Expr | undefined;
    if (!this.RECORDING_PHASE && !this.at(t.Scoring) && !this.at(t.Size)) {
      this.expected("`scoring` or `size`", "after `batch`");
      return this.abandon();
    }
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Scoring);
          enabled = true;
          this.OPTION(() => {
            this.OR1([
              {
                ALT: () => {
                  this.CONSUME(t.Of);
                  size = this.value(1);
                },
              },
              {
                ALT: () => {
                  this.CONSUME(t.False);
                  enabled = false;
                },
              },
            ]);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Size);
          size = this.value(2);
        },
      },
    ]);
    return { kind: "batch", enabled, size, span: this.since(start) };
  });

  private readonly offersItem: Rule<DistributionItem> = this.rule("offersItem", () => {
    const start = this.start();
    this.CONSUME(t.Offers);
    let min: Expr | undefined;
    let max: Expr | undefined;
    if (this.RECORDING_PHASE || !this.at(t.Range)) min = this.value(1);
    const range = this.need(1, t.Range, "and the most offers: `offers 1..2`");
    if (range !== undefined) max = this.optionalValue(2);
    return { kind: "offers", min, max, span: this.since(start) };
  });

  private expireItem(): DistributionItem {
    const start = this.start();
    this.CONSUME(t.Expire);
    this.need(1, t.After, "after `expire`");
    const after = this.value(1);
    return { kind: "expire", after, span: this.since(start) };
  }

  private bypassItem(): DistributionItem {
    const start = this.start();
    this.CONSUME(t.Bypass);
    this.need(1, t.Selectors, "after `bypass`");
    const value = this.flag(1) ?? true;
    return { kind: "bypass", value, span: this.since(start) };
  }

  /** `true` or `false` or nothing. */
  protected flag(idx: number): boolean | undefined {
    return this.option(idx, () =>
      this.or(idx, [
        { ALT: () => this.consume(idx, t.True) !== undefined },
        { ALT: () => this.consume(idx, t.False) === undefined },
      ]),
    );
  }

  // ── Queue ─────────────────────────────────────────────────────────────────────────────────

  protected readonly queueDeclaration: Rule<QueueDeclaration> = this.rule(
    "queueDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Queue);
      const name = this.needName(1, "after `queue`");
      const items = this.braces(queueShape, this.queueItem);
      return { kind: "queue", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly queueItem: Rule<QueueItem> = this.rule("queueItem", () => {
    const start = this.start();
    return this.OR<QueueItem>([
      { ALT: () => this.idItem() },
      { ALT: () => this.nameItem() },
      {
        ALT: () => {
          this.CONSUME(t.Distribution);
          const value = this.reference(1);
          return { kind: "distributionRef", value, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Exceptions);
          const value = this.reference(2);
          return { kind: "exceptionsRef", value, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Labels);
          const entries = this.SUBRULE(this.entries);
          return { kind: "labels", entries, span: this.since(start) };
        },
      },
    ]);
  });

  protected readonly entries: Rule<LabelEntry[]> = this.rule("entries", () =>
    this.braces(entriesShape, this.entry),
  );

  private readonly entry: Rule<LabelEntry> = this.rule("entry", () => {
    const start = this.start();
    const key = this.itemKey();
    const colon = this.need(1, t.Colon, "after the label");
    const value = colon === undefined && !this.operandFollows() ? undefined : this.value(1);
    return { key, value, span: this.since(start) };
  });

  /** A label key at the start of an item, also in the quotes of JSON. */
  private itemKey(): Name {
    return this.or(9, [
      { ALT: () => nameOf(this.consume(9, t.AnyKey)) },
      {
        ALT: (): Name => {
          const token = this.consume(9, t.TextToken);
          const span = tokenSpan(token);
          const { value } = this.textOf(token);
          const text = `'${value.replaceAll("'", "''")}'`;
          if (!this.RECORDING_PHASE && !this.at(t.Colon) && !this.at(t.Question)) {
            const shown = { token: showToken(token), where: "in a block of labels" };
            this.problem(syntaxUnexpected, shown, span);
            return this.abandon();
          }
          this.ACTION(() =>
            this.problem(keyQuotes, {}, span, {
              fixes: [{ title: `write \`${text}\``, safe: true, edits: [{ span, text }] }],
            }),
          );
          return { text: value, span };
        },
      },
    ]);
  }

  /** A name, or a text that is an id. */
  protected reference(idx: number, what = "a name"): Expr {
    const missing = !this.at(t.TextToken) && !this.at(t.AnyName);
    if (!this.RECORDING_PHASE && (missing || this.seemsMissing())) {
      this.expected(what);
      const end = this.previousEnd();
      return { kind: "error", span: spanOf(end, end) };
    }
    return this.or(idx, [
      { ALT: () => this.textOf(this.consume(idx, t.TextToken)) },
      {
        ALT: (): Expr => {
          const { text, span } = nameOf(this.consume(idx, t.AnyName));
          return { kind: "name", name: text, span };
        },
      },
    ]);
  }

  // ── Exceptions ────────────────────────────────────────────────────────────────────────────

  protected readonly exceptionsDeclaration: Rule<ExceptionsDeclaration> = this.rule(
    "exceptionsDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Exceptions);
      const name = this.needName(1, "after `exceptions`");
      const items = this.braces(exceptionsShape, this.exceptionsItem);
      return { kind: "exceptions", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly exceptionsItem: Rule<CommonItem | ExceptionRuleNode> = this.rule(
    "exceptionsItem",
    () =>
      this.OR<CommonItem | ExceptionRuleNode>([
        { ALT: () => this.idItem() },
        { ALT: () => this.nameItem() },
        { ALT: () => this.SUBRULE(this.exceptionRule) },
      ]),
  );

  private readonly exceptionRule: Rule<ExceptionRuleNode> = this.rule("exceptionRule", () => {
    const start = this.start();
    this.CONSUME(t.When);
    const trigger = this.trigger();
    const ruleId = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.value(1);
    });
    this.need(1, t.Arrow, "after the trigger");
    let actions: readonly ExceptionActionNode[] = [];
    if (this.RECORDING_PHASE || this.at(t.LeftBrace) || this.startsItem(this.LA(1), actionShape)) {
      this.OR([
        {
          ALT: () => {
            actions = this.braces(actionShape, this.action);
          },
        },
        {
          ALT: () => {
            actions = [this.SUBRULE(this.action)];
          },
        },
      ]);
    } else {
      this.expected("an action: `cancel`, `reclassify` or `move`");
    }
    const span = this.since(start);
    return { kind: "rule", doc: this.doc(start), trigger, ruleId, actions, span };
  });

  private trigger(): ExceptionRuleNode["trigger"] {
    const start = this.start();
    if (!this.RECORDING_PHASE && !this.at(t.Waiting) && !this.at(t.Queue)) {
      this.expected("`waiting > …` or `queue length > …`");
      while (this.isTolerant && !endsTrigger(this.LA(1).tokenType)) this.skipToken();
      return undefined;
    }
    const kind = this.OR1<"waiting" | "queueLength">([
      {
        ALT: () => {
          this.CONSUME(t.Waiting);
          return "waiting";
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Queue);
          this.need(1, t.Length, "after `queue`");
          return "queueLength";
        },
      },
    ]);
    this.need(1, t.Greater);
    const threshold = this.value(2);
    return { kind, threshold, span: this.since(start) };
  }

  private readonly action: Rule<ExceptionActionNode> = this.rule("action", () =>
    this.OR<ExceptionActionNode>([
      { ALT: () => this.SUBRULE(this.cancelAction) },
      { ALT: () => this.SUBRULE(this.reclassifyAction) },
      { ALT: () => this.SUBRULE(this.moveAction) },
    ]),
  );

  private readonly cancelAction: Rule<ExceptionActionNode> = this.rule("cancelAction", () => {
    const start = this.start();
    this.CONSUME(t.Cancel);
    const disposition = this.optionalValue(1);
    const note = this.OPTION(() => {
      this.CONSUME(t.Note);
      return this.value(2);
    });
    const actionId = this.actionId();
    return { kind: "cancel", disposition, note, actionId, span: this.since(start) };
  });

  private readonly reclassifyAction: Rule<ExceptionActionNode> = this.rule(
    "reclassifyAction",
    () => {
      const start = this.start();
      this.CONSUME(t.Reclassify);
      const via = this.OPTION(() => {
        this.CONSUME(t.Via);
        return this.reference(1, "the name of a classification");
      });
      const set = this.OPTION1(() => {
        this.CONSUME(t.SetWord);
        return this.SUBRULE(this.entries);
      });
      const actionId = this.actionId();
      return { kind: "reclassify", via, set, actionId, span: this.since(start) };
    },
  );

  private readonly moveAction: Rule<ExceptionActionNode> = this.rule("moveAction", () => {
    const start = this.start();
    this.CONSUME(t.Move);
    const to = this.OPTION(() => {
      this.CONSUME(t.To);
      return this.reference(1, "the name of a queue");
    });
    let priority: Expr | undefined;
    const requirements: Requirement[] = [];
    this.MANY({
      GATE: () => {
        const next = this.LA(this.LA(1).tokenType === t.Comma ? 2 : 1).tokenType;
        return next === t.Priority || next === t.Require;
      },
      DEF: () => {
        this.OPTION1(() => this.CONSUME(t.Comma));
        this.OR([
          {
            ALT: () => {
              this.CONSUME(t.Priority);
              priority = this.value(1);
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Require);
              requirements.push(this.SUBRULE(this.requirement));
            },
          },
        ]);
      },
    });
    const actionId = this.actionId();
    return { kind: "move", to, priority, requirements, actionId, span: this.since(start) };
  });

  private actionId(): Expr | undefined {
    return this.option(70, {
      GATE: () => this.LA(this.LA(1).tokenType === t.Comma ? 2 : 1).tokenType === t.As,
      DEF: () => {
        this.option(71, () => this.consume(70, t.Comma));
        this.consume(70, t.As);
        return this.value(70);
      },
    });
  }

  // ── Requirements ──────────────────────────────────────────────────────────────────────────

  /** What follows `require`. */
  protected readonly requirement: Rule<Requirement> = this.rule("requirement", () => {
    const start = this.start();
    const what =
      this.RECORDING_PHASE || this.expressionFollows()
        ? this.OR<RequirementKind>([
            { GATE: () => this.isSideRequirement(), ALT: () => this.SUBRULE(this.sideRequirement) },
            { ALT: () => ({ kind: "condition", condition: this.full(1) }) },
          ])
        : this.missingRequirement();
    const expiresAfter = this.OPTION(() => {
      this.CONSUME(t.For);
      return this.value(2);
    });
    const expedite = this.OPTION1(() => {
      this.CONSUME(t.Expedite);
      return this.flag(3) ?? true;
    });
    return { ...what, expiresAfter, expedite, span: this.since(start) };
  });

  private missingRequirement(): RequirementKind {
    this.expected("a requirement such as `worker.level >= 3`");
    const end = this.previousEnd();
    return { kind: "condition", condition: { kind: "error", span: spanOf(end, end) } };
  }

  private isSideRequirement(): boolean {
    const first = this.LA(1).tokenType;
    if (first !== t.Worker && first !== t.Queue) return false;
    const second = this.LA(2).tokenType;
    return second === t.None || second === t.Same || second === t.By;
  }

  private readonly sideRequirement: Rule<RequirementKind> = this.rule("sideRequirement", () => {
    let side: "worker" | "queue" = "worker";
    this.OR([
      { ALT: () => this.CONSUME(t.Worker) },
      {
        ALT: () => {
          this.CONSUME(t.Queue);
          side = "queue";
        },
      },
    ]);
    return this.OR1<RequirementKind>([
      {
        ALT: () => {
          this.CONSUME(t.None);
          return { kind: "none", side };
        },
      },
      {
        ALT: () => {
          const start = this.start();
          this.CONSUME(t.Same);
          this.need(1, t.Labels, "after `same`");
          this.need(1, t.As, "after `same labels`");
          this.need(1, t.Job, "after `same labels as`");
          return { kind: "rule", side, rule: { kind: "sameLabels", span: this.since(start) } };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.By);
          return { kind: "rule", side, rule: this.value(1) };
        },
      },
    ]);
  });
}

type ScoreInput = { readonly name: "job labels" | "worker selectors"; readonly span: Span };

type WithoutTiming<R> = R extends unknown ? Omit<R, "expiresAfter" | "expedite" | "span"> : never;
type RequirementKind = WithoutTiming<Requirement>;

function endsTrigger(type: TokenType): boolean {
  return type === t.Arrow || type === t.As || type === t.RightBrace || type.name === "EOF";
}

const common = [t.Id, t.NameWord];

const labelsShape: BlockShape = {
  where: "in a block of labels",
  what: "the labels",
  starts: [t.AnyKey, t.TextToken],
};
const channelShape: BlockShape = { where: "in a channel", what: "the channel", starts: common };
const distributionShape: BlockShape = {
  where: "in a distribution",
  what: "the distribution",
  starts: [...common, t.Mode, t.Score, t.Highest, t.Lowest, t.Batch, t.Offers, t.Expire, t.Bypass],
};
const queueShape: BlockShape = {
  where: "in a queue",
  what: "the queue",
  starts: [...common, t.Distribution, t.Exceptions, t.Labels],
};
const entriesShape: BlockShape = {
  where: "in a block of labels",
  what: "the labels",
  starts: [t.AnyKey, t.TextToken],
};
const exceptionsShape: BlockShape = {
  where: "in exceptions",
  what: "the exceptions",
  starts: [...common, t.When],
};
const actionShape: BlockShape = {
  where: "in a block of actions",
  what: "the actions",
  starts: [t.Cancel, t.Reclassify, t.Move],
};
