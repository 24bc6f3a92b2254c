import { spanOf } from "@routewright/diagnostics";
import type {
  ComparisonOperator,
  ExpectationNode,
  Expr,
  JobParts,
  LabelEntry,
  LabelExpr,
  LabelSide,
  Name,
  Requirement,
  TestDeclaration,
  TestItem,
  WorkerItem,
} from "./ast.ts";
import { ClassificationParser, comparisonOf, rowTypes } from "./classification-parser.ts";
import * as t from "./tokens.ts";
import { type BlockShape, nameOf, type Rule } from "./tolerant-parser.ts";

type Item<K extends TestItem["kind"]> = Extract<TestItem, { readonly kind: K }>;

export abstract class TestParser extends ClassificationParser {
  protected readonly testDeclaration: Rule<TestDeclaration> = this.rule("testDeclaration", () => {
    const start = this.start();
    this.CONSUME(t.Test);
    const name = this.needText(1, "after `test`: what it shows");
    const items = this.braces(testShape, this.testItem);
    return { kind: "test", doc: this.doc(start), name, items, span: this.since(start) };
  });

  private readonly testItem: Rule<TestItem> = this.rule("testItem", () => {
    const start = this.start();
    return this.OR<TestItem>([
      { ALT: () => this.SUBRULE(this.jobItem) },
      {
        ALT: () => {
          this.CONSUME(t.Worker);
          const name = this.needName(1, "after `worker`");
          const items = this.SUBRULE(this.workerBody);
          return { kind: "worker", name, items, span: this.since(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.stubItem) },
      { ALT: () => this.SUBRULE(this.chooseItem) },
      {
        ALT: () => {
          this.CONSUME(t.Expect);
          const expectation = this.SUBRULE(this.expectation);
          return { kind: "expect", expectation, span: this.since(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.casesItem) },
    ]);
  });

  // ── Jobs and workers ──────────────────────────────────────────────────────────────────────

  private readonly jobItem: Rule<TestItem> = this.rule("jobItem", () => {
    const start = this.start();
    this.CONSUME(t.Job);
    const head = this.jobHead();
    const labels: LabelEntry[] = this.SUBRULE(this.entries);
    const requesting: Requirement[] = [];
    this.OPTION5(() => {
      this.CONSUME(t.Requesting);
      requesting.push(this.SUBRULE1(this.requirement));
      this.MANY({
        GATE: () => this.isNextRequirement(),
        DEF: () => {
          this.CONSUME(t.Comma);
          requesting.push(this.SUBRULE2(this.requirement));
        },
      });
    });
    const span = this.since(start);
    return { kind: "job", ...head, labels, requesting, span };
  });

  /** What a job says before its labels. */
  protected jobHead(): Pick<JobParts, "channel" | "via" | "queue" | "priority"> {
    const channel = this.OPTION1(() => {
      this.CONSUME(t.On);
      return this.reference(1, "the name of a channel");
    });
    const via = this.OPTION2(() => {
      this.CONSUME(t.Via);
      return this.reference(2, "the name of a classification");
    });
    const queue = this.OPTION3(() => {
      this.CONSUME(t.In);
      return this.reference(3, "the name of a queue");
    });
    const priority = this.OPTION4(() => {
      this.CONSUME(t.Priority);
      return this.value(4);
    });
    return { channel, via, queue, priority };
  }

  /** Behind a comma: another requirement, not the next item of the test. */
  private isNextRequirement(): boolean {
    const next = this.LA(2);
    if (!this.startsItem(next, testShape)) return next.tokenType !== t.RightBrace;
    return this.isRequirementAhead();
  }

  /** What begins with a word that may begin an item: `, worker.level >= 3`. */
  protected isRequirementAhead(): boolean {
    const next = this.LA(2);
    const after = this.LA(3).tokenType;
    if (after === t.Dot) return next.tokenType === t.Worker || next.tokenType === t.Job;
    if (next.tokenType !== t.Worker) return false;
    if (after === t.None) return true;
    return (after === t.Same || after === t.By) && this.LA(4).tokenType !== t.LeftBrace;
  }

  protected readonly workerBody: Rule<WorkerItem[]> = this.rule("workerBody", () =>
    this.braces(workerShape, this.workerItem),
  );

  protected readonly workerItem: Rule<WorkerItem> = this.rule("workerItem", () => {
    const start = this.start();
    return this.OR<WorkerItem>([
      {
        ALT: () => {
          this.CONSUME(t.Id);
          const value = this.value(1);
          return { kind: "id", value, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Queues);
          const values = this.bracketed(2, () => this.reference(2, "the name of a queue"));
          return { kind: "queues", values, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Capacity);
          const value = this.value(3);
          return { kind: "capacity", value, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Channel);
          const channel = this.reference(4, "the name of a channel");
          const cost = this.OPTION1(() => {
            this.CONSUME(t.Cost);
            return this.value(5);
          });
          const max = this.OPTION2(() => {
            this.CONSUME(t.MaxWord);
            return this.value(6);
          });
          return { kind: "channel", channel, cost, max, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Labels);
          const entries = this.SUBRULE(this.entries);
          return { kind: "labels", entries, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Load);
          const value = this.value(7);
          return { kind: "load", value, span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Unavailable);
          return { kind: "unavailable", span: this.since(start) };
        },
      },
    ]);
  });

  protected readonly chooseItem: Rule<Item<"choose">> = this.rule("chooseItem", () => {
    const start = this.start();
    this.CONSUME(t.Choose);
    const at = this.value(2);
    return { kind: "choose", at, span: this.since(start) };
  });

  protected readonly stubItem: Rule<Item<"stub">> = this.rule("stubItem", () => {
    const start = this.start();
    this.CONSUME(t.Stub);
    const uri = this.value(1);
    this.need(1, t.Arrow, "after the address of the rule");
    const answer = this.RECORDING_PHASE
      ? this.OR<Expr | "fails">([
          {
            ALT: () => {
              this.CONSUME(t.Fails);
              return "fails";
            },
          },
          { ALT: () => this.full(2), IGNORE_AMBIGUITIES: true },
        ])
      : this.at(t.Fails)
        ? this.failsAnswer()
        : this.full(2);
    return { kind: "stub", uri, answer, span: this.since(start) };
  });

  private failsAnswer(): "fails" {
    this.CONSUME(t.Fails);
    return "fails";
  }

  private readonly casesItem: Rule<TestItem> = this.rule("casesItem", () => {
    const start = this.start();
    this.CONSUME(t.Cases);
    const open = this.need(1, t.LeftParen, "after `cases`");
    const inputs = this.separated(1, () => this.caseInput());
    this.close(1, t.RightParen, open, "the inputs");
    this.need(1, t.Arrow, "after the inputs");
    const outputs = this.SUBRULE(this.outputs);
    const rows = this.braces(casesShape, this.row);
    return { kind: "cases", inputs, outputs, rows, span: this.since(start) };
  });

  private caseInput(): Name {
    const end = this.previousEnd();
    return this.needKey(1) ?? { text: "", span: spanOf(end, end) };
  }

  // ── Expectations ──────────────────────────────────────────────────────────────────────────

  private readonly expectation: Rule<ExpectationNode> = this.rule("expectation", () => {
    if (!this.RECORDING_PHASE && (!this.at(t.AnyName) || this.startsExpectationLater())) {
      this.expected("what is expected: a queue, a priority, a requirement, workers or a score");
      return this.abandon();
    }
    if (!this.RECORDING_PHASE && this.LA(2).tokenType === t.Excluded) return this.excluded();
    if (!this.RECORDING_PHASE && this.at(t.PlainName) && this.isMisspelt(expectable)) {
      this.expected(expectable, "after `expect`");
      return this.abandon();
    }
    return this.OR<ExpectationNode>([
      { ALT: () => this.expectedQueue() },
      { ALT: () => this.expectedNone() },
      { ALT: () => this.expectedPriority() },
      { ALT: () => this.expectedFailure() },
      { ALT: () => this.expectedRequirement() },
      { ALT: () => this.expectedWorkers() },
      { ALT: () => this.expectedScore() },
      { ALT: () => this.excluded(), IGNORE_AMBIGUITIES: true },
    ]);
  });

  private startsExpectationLater(): boolean {
    return this.seemsMissing();
  }

  private expectedQueue(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Queue);
    const operator = this.comparison(1);
    if (!this.RECORDING_PHASE && operator !== "==" && operator !== "!=") {
      this.expected("`==` or `!=`", "after `queue`");
      return this.abandon();
    }
    const value = this.value(1);
    const isDifferent = operator === "!=";
    return {
      kind: "queue",
      operator: isDifferent ? "!=" : "==",
      value,
      span: this.since(start),
    };
  }

  protected comparison(idx: number): ComparisonOperator {
    const sign = this.need(idx, t.ComparisonSign);
    return sign === undefined ? "==" : comparisonOf(sign);
  }

  private expectedNone(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.No);
    if (!this.RECORDING_PHASE && !this.at(t.Queue) && !this.at(t.Require)) {
      this.expected("`queue` or `require`");
      return this.abandon();
    }
    return this.OR1<ExpectationNode>([
      {
        ALT: () => {
          this.CONSUME1(t.Queue);
          return { kind: "noQueue", span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME1(t.Require);
          const requirement = this.SUBRULE1(this.requirement);
          return { kind: "require", present: false, requirement, span: this.since(start) };
        },
      },
    ]);
  }

  private expectedPriority(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Priority);
    const operator = this.comparison(2);
    const value = this.value(2);
    return { kind: "priority", operator, value, span: this.since(start) };
  }

  private expectedFailure(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Failed);
    return { kind: "failed", span: this.since(start) };
  }

  private expectedRequirement(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Require);
    const requirement = this.SUBRULE(this.requirement);
    return { kind: "require", present: true, requirement, span: this.since(start) };
  }

  private expectedWorkers(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Workers);
    const workers = this.SUBRULE(this.nameList);
    return { kind: "workers", workers, span: this.since(start) };
  }

  /** `[ann, bob]`; commas are optional. */
  protected readonly nameList: Rule<Name[]> = this.rule("nameList", () => {
    const open = this.need(3, t.LeftBracket);
    const names: Name[] = [];
    this.MANY(() => {
      names.push(nameOf(this.CONSUME3(t.AnyName)));
      this.OPTION(() => this.CONSUME3(t.Comma));
    });
    this.close(3, t.RightBracket, open, "the list");
    return names;
  });

  private expectedScore(): ExpectationNode {
    const start = this.start();
    this.CONSUME(t.Score);
    this.need(4, t.Of, "after `score`");
    const end = this.previousEnd();
    const worker = this.needName(4, "after `score of`") ?? { text: "", span: spanOf(end, end) };
    const operator = this.comparison(4);
    const value = this.value(4);
    return { kind: "score", worker, operator, value, span: this.since(start) };
  }

  private excluded(): ExpectationNode {
    const start = this.start();
    const worker = nameOf(this.CONSUME5(t.AnyName));
    if (this.need(5, t.Excluded, "after the name of the worker") === undefined) {
      return this.abandon();
    }
    const by = this.OPTION5(() => {
      this.CONSUME5(t.By);
      return this.labelReference();
    });
    return { kind: "excluded", worker, by, span: this.since(start) };
  }

  /** `worker.xbox` */
  private labelReference(): LabelExpr | undefined {
    const start = this.start();
    if (!this.RECORDING_PHASE && !sides.has(this.LA(1).tokenType.LABEL ?? "")) {
      this.expected("a label such as `worker.language`");
      return undefined;
    }
    const side = this.OR5<LabelSide>([
      {
        ALT: () => {
          this.CONSUME5(t.Worker);
          return "worker";
        },
      },
      {
        ALT: () => {
          this.CONSUME5(t.Job);
          return "job";
        },
      },
      {
        ALT: () => {
          this.CONSUME5(t.Queue);
          return "queue";
        },
      },
    ]);
    this.need(6, t.Dot, `after \`${side}\``);
    const key = this.keyOrEmpty(6, `after \`${side}.\``);
    return { kind: "label", side, key, span: this.since(start) };
  }
}

const sides: ReadonlySet<string> = new Set(["job", "worker", "queue"]);

const testShape: BlockShape = {
  where: "in a test",
  what: "the test",
  starts: [t.Job, t.Worker, t.Stub, t.Choose, t.Expect, t.Cases],
};
export const workerTypes = [t.Id, t.Queues, t.Capacity, t.Channel, t.Labels, t.Load, t.Unavailable];
const workerShape: BlockShape = {
  where: "in a worker",
  what: "the worker",
  starts: workerTypes,
};
const casesShape: BlockShape = { where: "in the cases", what: "the cases", starts: rowTypes };

const expectable = "`queue`, `priority`, `require`, `no`, `workers` or `score`";
