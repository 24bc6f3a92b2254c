import { joinSpans, type Span, spanOf } from "@routewright/diagnostics";
import type { IOrAlt, IToken } from "chevrotain";
import type {
  Expr,
  IfExpr,
  LabelSide,
  MatchExpr,
  Name,
  NameExpr,
  SplitExpr,
  TextLiteral,
} from "./ast.ts";
import {
  blockNotClosed,
  comparisonChain,
  comparisonSpelling,
  notPosition,
  syntaxUnexpected,
  textEscape,
  textQuotes,
} from "./diagnostics.ts";
import { endOf, tokenSpan } from "./lexer.ts";
import {
  decodeText,
  durationSeconds,
  numberValue,
  percentFraction,
  unquoteName,
} from "./literals.ts";
import { OperatorTree } from "./operator-tree.ts";
import * as t from "./tokens.ts";
import {
  type BlockShape,
  nameOf,
  type ParserInput,
  type Rule,
  TolerantParser,
  typeSet,
} from "./tolerant-parser.ts";

/** Only `+ - * / &` go on an expression: cells, ranges, entries. */
const sumOnly = 1;
/** In the row of a table: a `-` or a comparison that begins a line begins a row. */
const inRow = 2;

export abstract class ExpressionParser extends TolerantParser {
  /** In how many parentheses expressions stand: the tree does not say, the formatter asks. */
  parenthesised: Map<Expr, number> = new Map();
  private limits = 0;

  protected override begin(input: ParserInput, tokens: IToken[], isTolerant: boolean): void {
    super.begin(input, tokens, isTolerant);
    this.limits = 0;
    this.parenthesised = new Map();
  }

  // ── Ways to ask for an expression ─────────────────────────────────────────────────────────

  /** An expression without the limits of what is around it. */
  protected full(idx: number): Expr {
    return this.limited(idx, 0);
  }

  /** `if …` or a sum: what no keyword and no comparison goes on. */
  protected value(idx: number): Expr {
    return this.limited(idx, sumOnly);
  }

  /** A value in the row of a table. */
  protected rowValue(idx: number): Expr {
    return this.limited(idx, sumOnly | inRow);
  }

  private limited(idx: number, limits: number): Expr {
    const saved = this.limits;
    this.limits = limits;
    const expr = this.subrule(idx, this.expression);
    this.limits = saved;
    return expr;
  }

  /** An expression, or what is left of one that is too deep or too long. */
  protected guarded(idx: number): Expr {
    if (!this.isTolerant) return this.full(idx);
    const start = this.start();
    return this.tryItem(() => this.full(idx)) ?? { kind: "error", span: this.since(start) };
  }

  /** A value that may be absent; it does not begin with a contextual word. */
  protected optionalValue(idx: number): Expr | undefined {
    return this.option(idx, {
      GATE: () => {
        const type = this.LA(1).tokenType;
        return type === t.PlainName || type === t.Quoted || !this.at(t.AnyName);
      },
      DEF: () => this.value(idx),
    });
  }

  protected operandFollows(): boolean {
    operandStarts ??= typeSet(operandTypes);
    if (!operandStarts.has(this.LA(1).tokenTypeIdx)) return false;
    return !this.seemsMissing();
  }

  protected expressionFollows(): boolean {
    return this.at(t.Not) || this.at(t.If) || this.operandFollows();
  }

  protected missingOperand(): Expr {
    this.expected("a value");
    const end = this.previousEnd();
    return { kind: "error", span: spanOf(end, end) };
  }

  // ── Operators ─────────────────────────────────────────────────────────────────────────────

  readonly expression: Rule<Expr> = this.rule("expression", () => {
    const level = this.enter();
    let expr: Expr = missing;
    if (this.RECORDING_PHASE) {
      this.OR([{ ALT: () => this.SUBRULE(this.ifExpression) }, { ALT: () => this.chain() }]);
    } else {
      expr = this.LA(1).tokenType === t.If ? this.SUBRULE(this.ifExpression) : this.chain();
    }
    this.leave(level);
    return expr;
  });

  private readonly ifExpression: Rule<IfExpr> = this.rule("ifExpression", () => {
    const start = this.start();
    const saved = this.limits;
    this.limits = saved & ~sumOnly;
    this.CONSUME(t.If);
    const condition = this.full(1);
    this.need(1, t.Then, "after the condition of `if`");
    const then = this.SUBRULE2(this.expression);
    const otherwise = this.OPTION(() => {
      this.CONSUME(t.Else);
      return this.SUBRULE3(this.expression);
    });
    this.limits = saved;
    return { kind: "if", condition, then, otherwise, span: this.since(start) };
  });

  /** Operands and operators in a flat loop; `OperatorTree` gives them their order. */
  private chain(): Expr {
    let tree: OperatorTree | undefined;
    if (this.RECORDING_PHASE || this.LA(1).tokenType === t.Not) {
      tree = this.newTree();
      this.nots(1, tree);
    }
    const first = this.SUBRULE(this.operand);
    if (!this.chainContinues() && !this.RECORDING_PHASE) {
      if (tree === undefined) return first;
      tree.operand(first);
      return tree.finish();
    }
    tree ??= this.newTree();
    tree.operand(first);
    this.links(tree);
    return tree.finish();
  }

  private links(tree: OperatorTree): void {
    this.MANY({
      GATE: () => this.chainContinues(),
      DEF: () => {
        this.countOperator();
        this.OR1([
          { ALT: () => this.infixOperand(2, tree, this.CONSUME(t.InfixOperator)) },
          { ALT: () => this.infixOperand(3, tree, this.assignAsComparison()) },
          { ALT: () => this.isOperator(tree) },
          { ALT: () => this.inOperator(tree) },
        ]);
      },
    });
  }

  private chainContinues(): boolean {
    const next = this.LA(1);
    chainTypes ??= typeSet([t.InfixOperator, t.Is, t.In, t.Not, t.Assign]);
    if (!chainTypes.has(next.tokenTypeIdx)) return false;
    if (next.tokenType === t.Not) {
      if (this.LA(2).tokenType !== t.In) return false;
    }
    if (this.limits === 0) return true;
    if ((this.limits & sumOnly) !== 0 && !this.isType(next, t.SumOperator)) return false;
    if ((this.limits & inRow) === 0) return true;
    const mayBeginRow = next.tokenType === t.Minus || this.isType(next, t.ComparisonSign);
    return !(mayBeginRow && this.isLineStart(next));
  }

  private newTree(): OperatorTree {
    return new OperatorTree((mistake, span) => {
      if (mistake === "not-position") this.problem(notPosition, {}, span);
      else {
        this.problem(comparisonChain, {}, span, {
          help: "join two comparisons with `and`, or put one in parentheses",
        });
      }
    });
  }

  private nots(idx: number, tree: OperatorTree): void {
    this.many(idx, () => {
      this.countOperator();
      tree.not(this.consume(idx, t.Not));
    });
  }

  private infixOperand(idx: number, tree: OperatorTree, operator: IToken): void {
    if (!this.RECORDING_PHASE) tree.infix(operator);
    if (this.RECORDING_PHASE || this.LA(1).tokenType === t.Not) this.nots(idx, tree);
    tree.operand(this.subrule(idx, this.operand));
  }

  private assignAsComparison(): IToken {
    const token = this.CONSUME(t.Assign);
    const span = tokenSpan(token);
    this.ACTION(() =>
      this.problem(comparisonSpelling, {}, span, {
        fixes: [{ title: "write `==`", safe: true, edits: [{ span, text: "==" }] }],
      }),
    );
    return token;
  }

  private isOperator(tree: OperatorTree): void {
    const token = this.CONSUME(t.Is);
    const value = this.postfixOperand(tree, token);
    let negated = false;
    if (this.RECORDING_PHASE || this.at(t.Missing) || this.at(t.Present)) {
      this.OR2([
        { ALT: () => this.CONSUME(t.Missing) },
        {
          ALT: () => {
            this.CONSUME(t.Present);
            negated = true;
          },
        },
      ]);
    } else {
      this.expected("`missing` or `present`");
    }
    tree.operand({ kind: "isMissing", value, negated, span: this.since(value.span.start) });
  }

  private inOperator(tree: OperatorTree): void {
    const start = this.LA(1);
    const negated = this.OPTION1(() => this.CONSUME5(t.Not)) !== undefined;
    this.CONSUME(t.In);
    const value = this.postfixOperand(tree, start);
    if (!this.RECORDING_PHASE && !this.at(t.LeftBracket) && !this.operandFollows()) {
      this.expected("a list `[ … ]` or a range");
      tree.operand({ kind: "error", span: this.since(value.span.start) });
      return;
    }
    this.OR3([
      {
        ALT: () => {
          const items = this.bracketed(5, () => this.full(5));
          const span = this.since(value.span.start);
          tree.operand({ kind: "inList", value, items, negated, span });
        },
      },
      {
        ALT: () => {
          const min = this.value(6);
          this.need(6, t.Range, "and the end of the range, or a list `[ … ]`");
          const max = this.value(7);
          const span = this.since(value.span.start);
          tree.operand({ kind: "inRange", value, min, max, negated, span });
        },
      },
    ]);
  }

  private postfixOperand(tree: OperatorTree, token: IToken): Expr {
    return this.RECORDING_PHASE ? missing : tree.postfix(tokenSpan(token));
  }

  /** `[ a, b ]`, and `( a, b )` below. */
  protected bracketed<T>(idx: number, item: () => T): T[] {
    const open = this.need(idx, t.LeftBracket);
    const items = this.separated(idx, item);
    this.close(idx, t.RightBracket, open, "the list");
    return items;
  }

  /** One or more, with commas between; a comma may stand at the end. */
  protected separated<T>(idx: number, item: () => T): T[] {
    const items: T[] = [item()];
    this.many(idx, () => {
      this.consume(idx, t.Comma);
      if (this.RECORDING_PHASE) return;
      if (this.at(t.RightBracket) || this.at(t.RightParen)) return;
      items.push(item());
    });
    return items;
  }

  protected close(
    idx: number,
    type: typeof t.RightParen,
    open: IToken | undefined,
    what: string,
  ): void {
    if (this.RECORDING_PHASE || this.at(type)) {
      this.consume(idx, type);
      return;
    }
    const close = type.LABEL ?? "";
    const end = this.previousEnd();
    const related =
      open === undefined
        ? []
        : [{ source: this.source, span: tokenSpan(open), message: "opened here" }];
    this.problem(blockNotClosed, { close, what }, this.missingSpan(), {
      related,
      fixes: [
        {
          title: `insert \`${close}\``,
          safe: false,
          edits: [{ span: spanOf(end, end), text: close }],
        },
      ],
    });
  }

  // ── Operands ──────────────────────────────────────────────────────────────────────────────

  private operandAlternatives: IOrAlt<Expr>[] | undefined;

  private readonly operand: Rule<Expr> = this.rule("operand", () => {
    if (!this.RECORDING_PHASE && !this.operandFollows()) return this.missingOperand();
    this.operandAlternatives ??= [
      { ALT: () => this.textOf(this.CONSUME(t.TextToken)) },
      { ALT: () => this.labelOr(1, t.Job, "job") },
      { ALT: () => this.labelOr(2, t.Worker, "worker") },
      { ALT: () => numberOf(this.CONSUME(t.NumberToken)) },
      { ALT: () => durationOf(this.CONSUME(t.DurationToken)) },
      { ALT: () => percentOf(this.CONSUME(t.PercentToken)) },
      { ALT: () => booleanOf(this.CONSUME(t.True), true) },
      { ALT: () => booleanOf(this.CONSUME(t.False), false) },
      { ALT: () => ({ kind: "none", span: tokenSpan(this.CONSUME(t.None)) }) },
      { ALT: () => this.negation() },
      { ALT: () => this.group() },
      { ALT: () => this.SUBRULE(this.matchExpression) },
      { ALT: () => this.SUBRULE(this.queueOperand) },
      { ALT: () => this.SUBRULE(this.splitOperand) },
      { ALT: () => this.SUBRULE(this.powerFxOperand) },
      { ALT: () => this.SUBRULE(this.functionOperand) },
      { ALT: () => this.SUBRULE(this.webhookOperand) },
      { ALT: () => this.SUBRULE(this.staticOperand) },
      { ALT: () => this.SUBRULE(this.sameOperand) },
      { ALT: () => this.nameOrCall(this.CONSUME(t.AnyName)), IGNORE_AMBIGUITIES: true },
    ];
    return this.OR(this.operandAlternatives);
  });

  /** `job.region`; without a dot the word is a name. */
  private labelOr(idx: number, type: typeof t.Job, side: LabelSide): Expr {
    const token = this.consume(idx, type);
    if (!this.RECORDING_PHASE && this.LA(1).tokenType !== t.Dot) return nameExprOf(token);
    return this.option(idx, () => this.labelAfter(idx, token, side)) ?? missing;
  }

  private labelAfter(idx: number, token: IToken, side: LabelSide): Expr {
    this.consume(idx, t.Dot);
    const key = this.keyOrEmpty(idx, `after \`${side}.\``);
    return { kind: "label", side, key, span: spanOf(token.startOffset, key.span.end) };
  }

  /** A label key; where it is missing, an empty one that stands at its place. */
  protected keyOrEmpty(idx: number, where: string): Name {
    const end = this.previousEnd();
    return this.needKey(idx, where) ?? { text: "", span: spanOf(end, end) };
  }

  private negation(): Expr {
    const level = this.enter();
    const token = this.CONSUME(t.Minus);
    const operand = this.SUBRULE1(this.operand);
    this.leave(level);
    return { kind: "unary", operator: "-", operand, span: this.since(token.startOffset) };
  }

  private group(): Expr {
    const open = this.CONSUME(t.LeftParen);
    const inner = this.full(0);
    this.close(0, t.RightParen, open, "the group");
    if (this.RECORDING_PHASE) return inner;
    const expr = inner.kind === "name" ? inner : { ...inner, span: this.since(open.startOffset) };
    this.parenthesised.set(expr, (this.parenthesised.get(inner) ?? 0) + 1);
    return expr;
  }

  private nameOrCall(token: IToken): Expr {
    if (!this.RECORDING_PHASE) {
      const next = this.LA(1);
      // On a line of its own, a parenthesis belongs to what follows.
      if (next.tokenType !== t.LeftParen || this.isLineStart(next)) return nameExprOf(token);
    }
    return this.OPTION3(() => this.call(token)) ?? missing;
  }

  private call(token: IToken): Expr {
    const open = this.CONSUME1(t.LeftParen);
    let args: Expr[] = [];
    this.OPTION4(() => {
      args = this.separated(4, () => this.full(4));
    });
    this.close(4, t.RightParen, open, "the arguments");
    return { kind: "call", callee: nameOf(token), args, span: this.since(token.startOffset) };
  }

  private readonly matchExpression: Rule<MatchExpr> = this.rule("matchExpression", () => {
    const start = this.start();
    this.CONSUME(t.Match);
    const items = this.braces(matchShape, this.matchArm);
    const arms: MatchExpr["arms"][number][] = [];
    let otherwise: MatchExpr["otherwise"];
    for (const item of items) {
      if ("condition" in item) {
        if (otherwise !== undefined) this.afterOtherwise(item.span);
        arms.push(item);
      } else {
        otherwise ??= item;
      }
    }
    return { kind: "match", arms, otherwise, span: this.since(start) };
  });

  /** What follows `otherwise` in a block could never be reached. */
  protected afterOtherwise(span: Span): void {
    this.ACTION(() =>
      this.problem(
        syntaxUnexpected,
        { token: "`when`", where: "after `otherwise`" },
        spanOf(span.start, span.start + 4),
      ),
    );
  }

  private readonly matchArm: Rule<MatchExpr["arms"][number] | NonNullable<MatchExpr["otherwise"]>> =
    this.rule("matchArm", () => {
      const start = this.start();
      const operators = this.operatorCount();
      const arm = this.OR<MatchExpr["arms"][number] | NonNullable<MatchExpr["otherwise"]>>([
        {
          ALT: () => {
            this.CONSUME(t.When);
            const condition = this.full(1);
            this.need(1, t.Arrow, "after the condition");
            const value = this.full(2);
            return { condition, value, span: this.since(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Otherwise);
            this.need(2, t.Arrow, "after `otherwise`");
            const value = this.full(3);
            return { value, span: this.since(start) };
          },
        },
      ]);
      this.resetOperators(operators);
      return arm;
    });

  /** `queue.tier`, `queue where …`, or the queue itself. */
  private readonly queueOperand: Rule<Expr> = this.rule("queueOperand", () => {
    const token = this.CONSUME(t.Queue);
    if (this.RECORDING_PHASE || this.at(t.Dot) || this.at(t.Where)) {
      return this.OR<Expr>([
        { ALT: () => this.labelAfter(1, token, "queue") },
        {
          ALT: () => {
            this.CONSUME(t.Where);
            const condition = this.full(1);
            return { kind: "queueWhere", condition, span: this.since(token.startOffset) };
          },
        },
      ]);
    }
    return { kind: "queueSelf", span: tokenSpan(token) };
  });

  private readonly splitOperand: Rule<Expr> = this.rule("splitOperand", () => {
    const token = this.CONSUME(t.Split);
    if (!this.RECORDING_PHASE && !this.at(t.LeftBrace)) return nameExprOf(token);
    const allocations = this.braces(splitShape, this.splitArm);
    return { kind: "split", allocations, span: this.since(token.startOffset) };
  });

  private readonly splitArm: Rule<SplitExpr["allocations"][number]> = this.rule("splitArm", () => {
    const start = this.start();
    const operators = this.operatorCount();
    const weight = this.value(1);
    this.need(1, t.Arrow, "after the weight");
    const value = this.full(2);
    this.resetOperators(operators);
    return { weight, value, span: this.since(start) };
  });

  // ── Rules ─────────────────────────────────────────────────────────────────────────────────

  private readonly powerFxOperand: Rule<Expr> = this.rule("powerFxOperand", () => {
    const token = this.CONSUME(t.PowerFx);
    if (!this.RECORDING_PHASE && !this.at(t.TextToken) && !this.at(t.RawText)) {
      return nameExprOf(token);
    }
    return this.OR<Expr>([
      {
        ALT: () => {
          const written = this.CONSUME(t.TextToken);
          const { value } = this.textOf(written);
          return this.formula(token, written, value, 1);
        },
      },
      {
        ALT: () => {
          const written = this.CONSUME(t.RawText);
          const isClosed = written.image.length >= 6 && written.image.endsWith('"""');
          const text = written.image.slice(3, isClosed ? -3 : undefined);
          return this.formula(token, written, text, 3);
        },
      },
    ]);
  });

  private formula(token: IToken, written: IToken, text: string, marks: number): Expr {
    const quote = '"'.repeat(marks);
    const isClosed = written.image.length >= 2 * marks && written.image.endsWith(quote);
    const start = written.startOffset + marks;
    const textSpan = spanOf(start, Math.max(start, endOf(written) - (isClosed ? marks : 0)));
    return { kind: "powerfx", text, textSpan, span: this.since(token.startOffset) };
  }

  private readonly functionOperand: Rule<Expr> = this.rule("functionOperand", () => {
    const token = this.CONSUME(t.FunctionWord);
    if (!this.RECORDING_PHASE && !this.operandFollows()) return nameExprOf(token);
    const uri = this.value(1);
    let functionKey: NameExpr | undefined;
    let appKey: NameExpr | undefined;
    let clientId: Expr | undefined;
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Key);
            functionKey = this.secretName(1, "after `key`");
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.App);
            this.need(2, t.Key, "after `app`");
            appKey = this.secretName(2, "after `app key`");
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Client);
            this.need(3, t.Id, "after `client`");
            clientId = this.value(3);
          },
        },
      ]);
    });
    const span = this.since(token.startOffset);
    return { kind: "function", uri, functionKey, appKey, clientId, span };
  });

  private readonly webhookOperand: Rule<Expr> = this.rule("webhookOperand", () => {
    const token = this.CONSUME(t.Webhook);
    const uri = this.optionalValue(1);
    let authorizationServer: Expr | undefined;
    let clientId: Expr | undefined;
    let clientSecret: NameExpr | undefined;
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Authorize);
            authorizationServer = this.value(2);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Client);
            if (!this.RECORDING_PHASE && !this.at(t.Id) && !this.at(t.Secret)) {
              this.expected("`id` or `secret`");
              return;
            }
            this.OR1([
              {
                ALT: () => {
                  this.CONSUME(t.Id);
                  clientId = this.value(3);
                },
              },
              {
                ALT: () => {
                  this.CONSUME(t.Secret);
                  clientSecret = this.secretName(4, "after `client secret`");
                },
              },
            ]);
          },
        },
      ]);
    });
    const span = this.since(token.startOffset);
    return { kind: "webhook", uri, authorizationServer, clientId, clientSecret, span };
  });

  private secretName(idx: number, where: string): NameExpr | undefined {
    const name = this.needName(idx, where);
    return name && { kind: "name", name: name.text, span: name.span };
  }

  private readonly staticOperand: Rule<Expr> = this.rule("staticOperand", () => {
    const token = this.CONSUME(t.Static);
    staticStarts ??= typeSet(staticTypes);
    if (!this.RECORDING_PHASE && !staticStarts.has(this.LA(1).tokenTypeIdx)) {
      return nameExprOf(token);
    }
    const value = this.SUBRULE(this.operand);
    return { kind: "static", value, span: this.since(token.startOffset) };
  });

  private readonly sameOperand: Rule<Expr> = this.rule("sameOperand", () => {
    const token = this.CONSUME(t.Same);
    if (!this.RECORDING_PHASE && !this.at(t.Labels)) return nameExprOf(token);
    this.CONSUME(t.Labels);
    this.need(1, t.As, "after `same labels`");
    this.need(2, t.Job, "after `same labels as`");
    return { kind: "sameLabels", span: this.since(token.startOffset) };
  });

  // ── Texts ─────────────────────────────────────────────────────────────────────────────────

  /** A text where nothing else may stand. */
  protected needText(idx: number, where: string): TextLiteral | undefined {
    const next = this.LA(1);
    if (next.tokenType === t.Quoted) {
      this.singleQuoted(next);
      this.skipToken();
      return { kind: "text", value: unquoteName(next.image), span: tokenSpan(next) };
    }
    const token = this.need(idx, t.TextToken, where);
    return token && this.textOf(token);
  }

  /** `'NA'` where a text is meant. */
  protected singleQuoted(token: IToken): void {
    const span = tokenSpan(token);
    const text = JSON.stringify(unquoteName(token.image));
    this.problem(textQuotes, {}, span, {
      help: "single quotes are for names and label keys",
      fixes: [{ title: `write \`${text}\``, safe: true, edits: [{ span, text }] }],
    });
  }

  protected textOf(token: IToken): TextLiteral {
    const { image } = token;
    const isClosed = image.length > 1 && image.endsWith('"');
    const body = image.slice(1, isClosed ? -1 : undefined);
    const { value, wrong } = decodeText(body);
    for (const span of wrong) {
      const at = token.startOffset + 1;
      const written = body.slice(span.start, span.end);
      this.problem(textEscape, { escape: written }, spanOf(at + span.start, at + span.end), {
        help: 'the escapes are `\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`',
      });
    }
    return { kind: "text", value, span: tokenSpan(token) };
  }
}

/** Stands in for a value while Chevrotain records the grammar. */
const missing: Expr = { kind: "error", span: spanOf(0, 0) };

function numberOf(token: IToken): Expr {
  return {
    kind: "number",
    raw: token.image,
    value: numberValue(token.image),
    span: tokenSpan(token),
  };
}

function durationOf(token: IToken): Expr {
  return {
    kind: "duration",
    raw: token.image,
    seconds: durationSeconds(token.image),
    span: tokenSpan(token),
  };
}

function percentOf(token: IToken): Expr {
  return {
    kind: "percent",
    raw: token.image,
    fraction: percentFraction(token.image),
    span: tokenSpan(token),
  };
}

function booleanOf(token: IToken, value: boolean): Expr {
  return { kind: "boolean", value, span: tokenSpan(token) };
}

function nameExprOf(token: IToken): NameExpr {
  const { text, span } = nameOf(token);
  return { kind: "name", name: text, span };
}

/** The span of several nodes in a row; `undefined` for none. */
export function spanOfAll(nodes: readonly { readonly span: Span }[]): Span | undefined {
  const first = nodes[0];
  const last = nodes.at(-1);
  return first && last && joinSpans(first.span, last.span);
}

const operandTypes = [
  t.TextToken,
  t.NumberToken,
  t.DurationToken,
  t.PercentToken,
  t.True,
  t.False,
  t.None,
  t.Minus,
  t.LeftParen,
  t.Match,
  t.AnyName,
];
let operandStarts: ReadonlySet<number> | undefined;
let chainTypes: ReadonlySet<number> | undefined;
const staticTypes = [
  t.TextToken,
  t.NumberToken,
  t.DurationToken,
  t.PercentToken,
  t.True,
  t.False,
  t.None,
  t.Minus,
  t.PlainName,
  t.Quoted,
];
let staticStarts: ReadonlySet<number> | undefined;

const matchShape: BlockShape = {
  where: "in `match`",
  what: "`match`",
  starts: [t.When, t.Otherwise],
};

const splitShape: BlockShape = { where: "in `split`", what: "`split`", starts: operandTypes };
