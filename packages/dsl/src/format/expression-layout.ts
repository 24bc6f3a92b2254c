import type { BinaryOperator, Expr, MatchExpr, SplitExpr } from "../parse/ast.ts";
import { precedences } from "../parse/operator-tree.ts";
import type { DetailedParse } from "../parse/parse.ts";
import * as t from "../parse/tokens.ts";
import { Cursor } from "./cursor.ts";
import {
  columnWidth,
  commaLine,
  concat,
  type Doc,
  group,
  groupAsWritten,
  indent,
  line,
  nothing,
  pad,
  softline,
  space,
  widestOf,
} from "./doc.ts";

/** Heads wider than this do not move the arrows of their block. */
const alignmentLimit = 60;

/** `head -> value`: what stands before the arrow is padded to the widest of its block. */
export interface ArrowRow {
  readonly kind: "arrow";
  readonly head: Doc;
  readonly arrow: Doc;
  readonly value: Doc;
}

export abstract class ExpressionLayout {
  protected readonly cursor: Cursor;
  private readonly parenthesised: DetailedParse["parenthesised"];
  /** In the row of a table no line may begin with an operator: it would begin a row. */
  private isRow = false;

  constructor(parsed: DetailedParse) {
    this.cursor = new Cursor(parsed);
    this.parenthesised = parsed.parenthesised;
  }

  // ── Expressions ───────────────────────────────────────────────────────────────────────────

  protected expr(expr: Expr): Doc {
    const parens = this.parenthesised.get(expr) ?? 0;
    return parens === 0 ? this.bare(expr) : this.inParens(expr, parens);
  }

  /** An expression in the row of a table. */
  protected rowExpr(expr: Expr): Doc {
    const saved = this.isRow;
    this.isRow = true;
    const doc = this.expr(expr);
    this.isRow = saved;
    return doc;
  }

  private free<T>(read: () => T): T {
    const saved = this.isRow;
    this.isRow = false;
    const result = read();
    this.isRow = saved;
    return result;
  }

  private inParens(expr: Expr, count: number): Doc {
    return this.free(() => {
      const open = this.cursor.take();
      for (let extra = 1; extra < count; extra++) this.cursor.skip();
      const inner = this.bare(expr);
      for (let extra = 1; extra < count; extra++) this.cursor.skip();
      return this.enclosed(open, inner);
    });
  }

  private enclosed(open: Doc, inner: Doc): Doc {
    const before = this.cursor.commentsBefore();
    const close = this.cursor.take();
    return group(concat([open, indent(concat([softline, inner, before])), softline, close]));
  }

  private bare(expr: Expr): Doc {
    switch (expr.kind) {
      case "unary": {
        const operator = this.cursor.take();
        const operand = this.expr(expr.operand);
        return concat([operator, expr.operator === "not" ? space : nothing, operand]);
      }
      case "binary":
        return this.chain(expr);
      case "inList": {
        const value = this.expr(expr.value);
        const operator = this.words(expr.negated ? 2 : 1);
        const list = this.list(expr.items, (item) => this.expr(item));
        return concat([value, space, operator, space, list]);
      }
      case "inRange": {
        const value = this.expr(expr.value);
        const operator = this.words(expr.negated ? 2 : 1);
        const range = this.range(expr.min, expr.max);
        return concat([value, space, operator, space, range]);
      }
      case "isMissing": {
        const value = this.expr(expr.value);
        return concat([value, space, this.words(2)]);
      }
      case "if":
        return this.ifExpr(expr);
      case "match":
        return this.matchExpr(expr);
      case "split":
        return this.splitExpr(expr);
      case "label":
        return concat([this.cursor.take(), this.cursor.take(), this.cursor.take()]);
      case "call":
        return this.call(expr.args);
      case "queueWhere": {
        const words = this.words(2);
        const condition = this.expr(expr.condition);
        return group(concat([words, indent(concat([space, condition]))]));
      }
      case "powerfx":
        return concat([this.cursor.take(), this.cursor.take()]);
      case "static":
        return concat([this.cursor.take(), space, this.expr(expr.value)]);
      case "sameLabels":
        return this.words(4);
      case "function":
      case "webhook":
        return this.ruleCall(expr);
      default:
        return this.cursor.take();
    }
  }

  /** `count` tokens with spaces between. */
  protected words(count: number): Doc {
    const parts = [this.cursor.take()];
    for (let index = 1; index < count; index++) parts.push(space, this.cursor.take());
    return concat(parts);
  }

  protected range(min: Expr | undefined, max: Expr | undefined): Doc {
    const low = min === undefined ? nothing : this.expr(min);
    const dots = this.cursor.take();
    return concat([low, dots, max === undefined ? nothing : this.expr(max)]);
  }

  /** Operands of equally strong operators stand under one another when they do not fit. */
  private chain(expr: Expr & { readonly kind: "binary" }): Doc {
    const links: (Expr & { readonly kind: "binary" })[] = [];
    let first: Expr = expr;
    while (first.kind === "binary" && this.joins(first, expr)) {
      links.push(first);
      first = first.left;
    }
    const breakHere = this.isRow ? space : line;
    const head = this.expr(first);
    const parts: Doc[] = [];
    for (const link of links.reverse()) {
      const trailing = this.cursor.trailingLine();
      const operator = this.cursor.take();
      parts.push(trailing, breakHere, operator, space, this.expr(link.right));
    }
    return group(concat([head, indent(concat(parts))]));
  }

  private joins(expr: Expr & { readonly kind: "binary" }, root: Expr): boolean {
    if (expr === root) return true;
    if (root.kind !== "binary" || this.parenthesised.has(expr)) return false;
    return precedenceOf(expr.operator) === precedenceOf(root.operator);
  }

  private ifExpr(expr: Expr & { readonly kind: "if" }): Doc {
    const parts: Doc[] = [];
    let head: Doc = nothing;
    let next: Expr = expr;
    for (;;) {
      if (next.kind !== "if") {
        parts.push(this.expr(next));
        break;
      }
      const word = this.cursor.take();
      const condition = this.free(() => this.expr((next as typeof expr).condition));
      const start = concat([word, space, condition]);
      if (next === expr) head = start;
      else parts.push(start);
      parts.push(this.cursor.trailingLine(), line, this.cursor.take(), space, this.expr(next.then));
      const otherwise: Expr | undefined = next.otherwise;
      if (otherwise === undefined) break;
      parts.push(this.cursor.trailingLine(), line, this.cursor.take(), space);
      if (this.parenthesised.has(otherwise)) {
        parts.push(this.expr(otherwise));
        break;
      }
      next = otherwise;
    }
    return group(concat([head, indent(concat(parts))]));
  }

  private call(args: readonly Expr[]): Doc {
    const callee = this.cursor.take();
    const list = this.list(args, (arg) => this.expr(arg));
    return concat([callee, list]);
  }

  /** `[ a, b ]` or `( a, b )`, from the opening mark to the closing one. */
  protected list<T>(items: readonly T[], item: (item: T) => Doc): Doc {
    return this.free(() => {
      const open = this.cursor.take();
      if (items.length === 0) {
        return concat([open, this.cursor.commentsBefore(), this.cursor.take()]);
      }
      const parts: Doc[] = [this.cursor.trailingLine(), softline];
      for (const [index, next] of items.entries()) {
        if (index > 0) parts.push(this.cursor.takeComma(), line);
        parts.push(this.cursor.commentsBefore(), item(next));
      }
      if (this.cursor.at(t.Comma)) this.cursor.skip();
      parts.push(this.cursor.commentsBefore());
      const close = this.cursor.take();
      return group(concat([open, indent(concat(parts)), softline, close]));
    });
  }

  private ruleCall(expr: Expr & { readonly kind: "function" | "webhook" }): Doc {
    const word = this.cursor.take();
    const parts: Doc[] = [];
    if (expr.uri !== undefined) parts.push(space, this.expr(expr.uri));
    const values = new Map<number, Expr>();
    const settings =
      expr.kind === "function" ? [expr.clientId] : [expr.authorizationServer, expr.clientId];
    for (const value of settings) if (value !== undefined) values.set(value.span.start, value);
    while (this.atRuleSetting()) {
      parts.push(this.cursor.trailingLine(), line);
      const words = this.cursor.at(t.Key) || this.cursor.at(t.Authorize) ? 1 : 2;
      parts.push(this.words(words), space);
      const value = values.get(this.cursor.offset);
      parts.push(value === undefined ? this.cursor.take() : this.expr(value));
    }
    return group(concat([word, indent(concat(parts))]));
  }

  private atRuleSetting(): boolean {
    return [t.Key, t.App, t.Client, t.Authorize].some((type) => this.cursor.at(type));
  }

  private matchExpr(expr: MatchExpr): Doc {
    const word = this.cursor.take();
    const arms: readonly MatchArm[] = [
      ...expr.arms,
      ...(expr.otherwise === undefined ? [] : [expr.otherwise]),
    ];
    const block = this.rows(arms, (arm) => {
      const keyword = this.cursor.take();
      const { condition } = arm;
      const head =
        condition === undefined ? keyword : concat([keyword, space, this.expr(condition)]);
      const arrow = this.cursor.take();
      return { kind: "arrow", head, arrow, value: this.expr(arm.value) };
    });
    return concat([word, space, block]);
  }

  private splitExpr(expr: SplitExpr): Doc {
    const word = this.cursor.take();
    const block = this.rows(expr.allocations, (allocation) => {
      const head = this.expr(allocation.weight);
      const arrow = this.cursor.take();
      return { kind: "arrow", head, arrow, value: this.expr(allocation.value) };
    });
    return concat([word, space, block]);
  }

  // ── Blocks ────────────────────────────────────────────────────────────────────────────────

  /** A block of `head -> value` rows with their arrows in one column, and of other items. */
  protected rows<T>(
    items: readonly T[],
    item: (item: T) => Doc | ArrowRow,
    options: BlockOptions = {},
  ): Doc {
    return this.block(items, item, options, alignArrows);
  }

  /** `{ … }`: on one line where it was written so and fits. */
  protected block<T, P = Doc>(
    items: readonly T[],
    item: (item: T) => P,
    options: BlockOptions,
    arrange: (parts: readonly P[]) => readonly Doc[],
  ): Doc {
    return this.free(() => {
      const open = this.cursor.take();
      const isExpanded =
        options.always === "broken" || (options.always !== "joined" && this.cursor.breaksNext());
      const behindOpen = this.cursor.trailingLine();
      const leads: Doc[] = [];
      const parts: P[] = [];
      const ends: Doc[] = [];
      for (const [index, next] of items.entries()) {
        leads.push(this.cursor.lead(index === 0));
        parts.push(item(next));
        ends.push(this.cursor.endItem());
      }
      const dangling = this.cursor.dangling(items.length === 0);
      const close = this.cursor.take();
      if (items.length === 0 && dangling === nothing && behindOpen === nothing) {
        return concat([open, close]);
      }
      const inside: Doc[] = [behindOpen, line];
      for (const [index, doc] of arrange(parts).entries()) {
        if (index > 0) inside.push(commaLine);
        inside.push(leads[index] ?? nothing, doc, ends[index] ?? nothing);
      }
      if (dangling !== nothing) inside.push(items.length > 0 ? line : nothing, dangling);
      const body = concat([open, indent(concat(inside)), line, close]);
      return options.always === "joined" ? group(body) : groupAsWritten(body, isExpanded);
    });
  }
}

/** An arm, or `otherwise`, which has no condition. */
interface MatchArm {
  readonly condition?: Expr;
  readonly value: Expr;
}

export interface BlockOptions {
  /** `joined`: on one line whenever it fits; `broken`: never on one line. */
  readonly always?: "joined" | "broken";
}

export const asTheyAre = (parts: readonly Doc[]): readonly Doc[] => parts;

function alignArrows(parts: readonly (Doc | ArrowRow)[]): readonly Doc[] {
  const widths = parts.map((part) => (part.kind === "arrow" ? headWidth(part.head) : 0));
  const widest = widestOf(widths);
  return parts.map((part, index) => {
    if (part.kind !== "arrow") return part;
    const own = widths[index] ?? 0;
    const padding = own === 0 ? nothing : pad(widest - own);
    return concat([group(part.head), space, padding, part.arrow, space, part.value]);
  });
}

/** The width that counts for the column of the arrows; 0 for heads that stand apart. */
function headWidth(head: Doc): number {
  const width = columnWidth(head);
  return width === undefined || width > alignmentLimit ? 0 : width;
}

function precedenceOf(operator: BinaryOperator): number {
  return precedences[operator];
}
