import { joinSpans, type Span, spanOf } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { BinaryOperator, Expr } from "./ast.ts";
import { endOf, tokenSpan } from "./lexer.ts";
import * as t from "./tokens.ts";

/** What the grammar does not allow in a chain of operators. */
export type ChainMistake = "comparison-chain" | "not-position";

/**
 * Builds the tree of a chain `a or not b == c + 1` from left to right (a flat loop in the
 * parser instead of one rule a level of precedence).
 */
export class OperatorTree {
  private readonly operands: Expr[] = [];
  private readonly operators: Pending[] = [];
  /** A comparison, `in` or `is` was read since the last `and`, `or` or `not`. */
  private hasRelation = false;
  /** The last operand is `… in …` or `… is …`: no arithmetic goes on from there. */
  private isRelationClosed = false;
  private readonly report: (mistake: ChainMistake, span: Span) => void;

  constructor(report: (mistake: ChainMistake, span: Span) => void) {
    this.report = report;
  }

  not(token: IToken): void {
    const last = this.operators.at(-1);
    if (last !== undefined && last.precedence > precedences.not) {
      this.report("not-position", tokenSpan(token));
    }
    this.hasRelation = false;
    this.isRelationClosed = false;
    this.operators.push({ token, operator: "not", precedence: precedences.not });
  }

  operand(expr: Expr): void {
    this.operands.push(expr);
  }

  infix(token: IToken): void {
    const operator = operatorOf(token);
    const precedence = precedences[operator];
    if (precedence < precedences.not) {
      this.hasRelation = false;
    } else if (precedence === precedences["=="]) {
      this.relation(tokenSpan(token));
    } else if (this.isRelationClosed) {
      this.report("comparison-chain", tokenSpan(token));
    }
    this.isRelationClosed = false;
    this.reduce(precedence);
    this.operators.push({ token, operator, precedence });
  }

  /** `in` and `is`: gives the operand they apply to; its replacement comes by `operand`. */
  postfix(span: Span): Expr {
    this.relation(span);
    this.reduce(precedences["=="]);
    this.isRelationClosed = true;
    return this.pop();
  }

  finish(): Expr {
    this.reduce(0);
    return this.pop();
  }

  private relation(span: Span): void {
    if (this.hasRelation) this.report("comparison-chain", span);
    this.hasRelation = true;
  }

  /** Applies what binds at least as tightly as an operator that comes next. */
  private reduce(precedence: number): void {
    for (;;) {
      const last = this.operators.at(-1);
      if (last === undefined || last.precedence < precedence) return;
      this.operators.pop();
      const right = this.pop();
      const start = last.token.startOffset;
      if (last.operator === "not") {
        const span = spanOf(start, Math.max(right.span.end, endOf(last.token)));
        this.operands.push({ kind: "unary", operator: "not", operand: right, span });
      } else {
        const left = this.pop();
        this.operands.push({
          kind: "binary",
          operator: last.operator,
          operatorSpan: tokenSpan(last.token),
          left,
          right,
          span: joinSpans(left.span, right.span),
        });
      }
    }
  }

  private pop(): Expr {
    return this.operands.pop() ?? { kind: "error", span: spanOf(0, 0) };
  }
}

interface Pending {
  readonly token: IToken;
  readonly operator: BinaryOperator | "not";
  readonly precedence: number;
}

/** The greater, the more tightly it binds. All are left-associative. */
export const precedences: Readonly<Record<BinaryOperator | "not", number>> = {
  or: 1,
  and: 2,
  not: 3,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "&": 5,
  "*": 6,
  "/": 6,
};

/** `=` stands for the comparison it was meant to be; the parser has reported it. */
function operatorOf(token: IToken): BinaryOperator {
  if (token.tokenType === t.Assign) return "==";
  return token.tokenType.LABEL as BinaryOperator;
}
