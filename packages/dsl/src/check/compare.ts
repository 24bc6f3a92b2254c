import type { Fix } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import type { BinaryExpr, ComparisonOperator, Expr } from "../parse/ast.ts";
import type { LabelInfo } from "./checked.ts";
import { foldBinary } from "./constants.ts";
import {
  type CheckContext,
  declaredAt,
  errorTyped,
  positively,
  report,
  type Scope,
  type Typed,
} from "./context.ts";
import {
  alwaysHolds,
  cannotOrder,
  duplicateValue,
  emptyRange,
  incomparableTypes,
  missingIsUnequal,
  neverHolds,
  typeMismatch,
  valueNotInSet,
  valueOutOfRange,
} from "./diagnostics/types.ts";
import {
  constantTyped,
  infer,
  joinReads,
  optional,
  reportReadsAsZero,
  scalarOperand,
  textOf,
} from "./infer.ts";
import { suggestion } from "./suggest.ts";
import {
  compareValues,
  describeType,
  domainOf,
  isOrdering,
  possibleOutcomes,
  type ScalarType,
  scalarType,
  writeValue,
} from "./types.ts";

interface Side {
  readonly expr: Expr;
  readonly typed: Typed;
}

/** `a == b`, `a < b`: types that Power Fx compares, values that can occur, labels that are there. */
export function inferComparison(ctx: CheckContext, expr: BinaryExpr, scope: Scope): Typed {
  const operator = expr.operator as ComparisonOperator;
  const inner: Scope = positively(scope);
  const left: Side = { expr: expr.left, typed: infer(ctx, expr.left, inner) };
  const right: Side = { expr: expr.right, typed: infer(ctx, expr.right, inner) };
  const { constant: a } = left.typed;
  const { constant: b } = right.typed;
  const folded = a !== undefined && b !== undefined ? foldBinary(operator, a, b) : undefined;
  if (folded !== undefined) {
    if (!isOrdering(operator)) {
      reportForeignValue(ctx, left, right, scalarOf(right), scope);
      reportForeignValue(ctx, right, left, scalarOf(left), scope);
    }
    return constantTyped(folded);
  }

  const result = comparisonTyped(operator, left, right);
  const types = comparableTypes(ctx, operator, left, right, expr, scope);
  if (types === undefined) return { ...result, dynamic: left.typed.dynamic || right.typed.dynamic };

  if (!isOrdering(operator)) {
    if (reportForeignValue(ctx, left, right, types.right, scope)) return result;
    if (reportForeignValue(ctx, right, left, types.left, scope)) return result;
  }
  if (result.dynamic && reportOutcome(ctx, operator, expr, types.left, types.right, scope)) {
    return result;
  }
  checkOptional(ctx, operator, [left, types.left], [right, types.right], scope);
  return result;
}

function comparisonTyped(operator: ComparisonOperator, left: Side, right: Side): Typed {
  const whenTrue: string[] = [];
  const whenFalse: string[] = [];
  // A label equal to something that is there is there; one that passes a test that 0 fails, too.
  const learn = (label: Side, other: Side, flipped: boolean) => {
    if (label.expr.kind !== "label" || label.typed.presentWhenTrue === undefined) return;
    const present = label.typed.presentWhenTrue;
    const otherType = other.typed.type;
    if (otherType.kind !== "scalar" || otherType.maybeMissing) return;
    if (operator === "==") whenTrue.push(...present);
    else if (operator === "!=") whenFalse.push(...present);
    else if (other.typed.constant?.kind === "number") {
      const value = other.typed.constant.value;
      const missingPasses = flipped
        ? compareValues(operator, value, 0)
        : compareValues(operator, 0, value);
      (missingPasses ? whenFalse : whenTrue).push(...present);
    }
  };
  learn(left, right, false);
  learn(right, left, true);
  return {
    type: scalarType("boolean"),
    dynamic: left.typed.dynamic || right.typed.dynamic,
    presentWhenTrue: whenTrue.length > 0 ? whenTrue : undefined,
    presentWhenFalse: whenFalse.length > 0 ? whenFalse : undefined,
    reads: joinReads(left.typed.reads, right.typed.reads),
  };
}

function comparableTypes(
  ctx: CheckContext,
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  whole: Expr,
  scope: Scope,
): { readonly left: ScalarType; readonly right: ScalarType } | undefined {
  const a = scalarOperand(ctx, left.expr, left.typed, scope);
  const b = scalarOperand(ctx, right.expr, right.typed, scope);
  if (a === undefined || b === undefined) return undefined;
  if (a.kind !== "scalar" || b.kind !== "scalar") {
    // Durations and the like compare among themselves, in constants only.
    if (a.kind === b.kind && (a.kind === "duration" || a.kind === "percent")) return undefined;
    report(
      ctx,
      incomparableTypes,
      { left: describeType(a), right: describeType(b) },
      scope.source,
      whole.span,
    );
    return undefined;
  }
  if (a.scalar !== b.scalar && a.scalar !== "any" && b.scalar !== "any") {
    report(
      ctx,
      incomparableTypes,
      { left: describeType(a), right: describeType(b) },
      scope.source,
      whole.span,
      {
        help: "Power Fx refuses to compare them, and the whole rule would fail in the service",
        fixes: retypeFixes(left, right, a, b),
      },
    );
    return undefined;
  }
  if (isOrdering(operator)) {
    for (const [side, type] of [
      [left, a],
      [right, b],
    ] as const) {
      if (type.scalar === "number" || type.scalar === "any") continue;
      report(
        ctx,
        cannotOrder,
        { operator, found: describeType(type) },
        scope.source,
        side.expr.span,
        {
          help: "Power Fx refuses it, and the whole rule would fail in the service",
        },
      );
      return undefined;
    }
  }
  return { left: a, right: b };
}

/** A literal of the wrong type can be written as one of the right type. */
function retypeFixes(left: Side, right: Side, a: ScalarType, b: ScalarType): readonly Fix[] {
  const fixes: Fix[] = [];
  const offer = (literal: Expr, wanted: ScalarType) => {
    const value =
      literal.kind === "text" || literal.kind === "number" || literal.kind === "boolean"
        ? literal.value
        : undefined;
    if (value === undefined) return;
    const text = rewriteAs(value, wanted);
    if (text === undefined) return;
    fixes.push({ title: `write \`${text}\``, safe: false, edits: [{ span: literal.span, text }] });
  };
  offer(left.expr, b);
  offer(right.expr, a);
  return fixes;
}

function rewriteAs(value: LabelValue, wanted: ScalarType): string | undefined {
  const text = String(value);
  switch (wanted.scalar) {
    case "text":
      return JSON.stringify(text);
    case "number":
      return /^\d+(\.\d+)?$/.test(text) ? text : undefined;
    case "boolean":
      return text === "true" || text === "false" ? text : undefined;
    default:
      return undefined;
  }
}

/** Warns where a missing label decides the comparison in a way that is easily overlooked. */
function checkOptional(
  ctx: CheckContext,
  operator: ComparisonOperator,
  [left, leftType]: readonly [Side, ScalarType],
  [right, rightType]: readonly [Side, ScalarType],
  scope: Scope,
): void {
  if (!leftType.maybeMissing && !rightType.maybeMissing) return;
  if (isOrdering(operator)) {
    // `x > 50` fails for a missing x, as everyone expects; `x < 50` holds for it.
    const surprising = (other: Side, flipped: boolean) => {
      const constant = other.typed.constant;
      if (constant?.kind !== "number") return true;
      const holds = flipped
        ? compareValues(operator, constant.value, 0)
        : compareValues(operator, 0, constant.value);
      return holds === scope.positive;
    };
    if (leftType.maybeMissing && surprising(right, false))
      reportReadsAsZero(ctx, operator, left.expr, scope);
    if (rightType.maybeMissing && surprising(left, true))
      reportReadsAsZero(ctx, operator, right.expr, scope);
    return;
  }
  const side = leftType.maybeMissing ? left : right;
  if ((operator === "!=") !== scope.positive) return;
  const label = textOf(scope.source.text, side.expr);
  report(ctx, missingIsUnequal, { label }, scope.source, side.expr.span, {
    help: `so this holds for a job without it; if that is not meant, add \`${label.slice(1, -1)} is present and\``,
  });
}

/** Reports a constant that the other side can never be; true when it did. */
export function reportForeignValue(
  ctx: CheckContext,
  constant: Side,
  other: Side,
  otherType: ScalarType,
  scope: Scope,
): boolean {
  const value = constant.typed.constant;
  if (value === undefined || !(other.typed.dynamic || isParam(ctx, other.expr))) return false;
  if (value.kind === "duration" || value.kind === "percent") return false;
  return reportOutside(
    ctx,
    value.value,
    constant.expr,
    otherType,
    other.expr,
    labelInfoOf(ctx, other.expr),
    scope,
  );
}

/** A param has one value today and others tomorrow: what it can never be is a mistake already. */
function isParam(ctx: CheckContext, expr: Expr): boolean {
  return ctx.references.get(expr)?.kind === "param";
}

function scalarOf(side: Side): ScalarType {
  const { type } = side.typed;
  return type.kind === "scalar" ? type : scalarType("any");
}

export function labelInfoOf(ctx: CheckContext, expr: Expr): LabelInfo | undefined {
  return expr.kind === "label" ? ctx.labels[expr.side].get(expr.key.text) : undefined;
}

/** Reports a value outside the declared ones; true when it is. */
export function reportOutside(
  ctx: CheckContext,
  value: LabelValue,
  at: Expr,
  type: {
    readonly values?: readonly LabelValue[];
    readonly range?: { readonly min: number; readonly max: number };
  },
  subject: Expr | string,
  declared: LabelInfo | undefined,
  scope: Scope,
): boolean {
  const label = typeof subject === "string" ? `\`${subject}\`` : textOf(scope.source.text, subject);
  const related = declaredAt(declared);
  if (type.values !== undefined && !type.values.includes(value)) {
    const texts = type.values.filter((v) => typeof v === "string");
    const meant =
      typeof value === "string" && at.kind === "text"
        ? suggestion(value, texts, at.span, (text) => JSON.stringify(text))
        : {};
    const listed = type.values.slice(0, 8).map(writeValue).join(", ");
    const help = `its values are ${listed}${type.values.length > 8 ? ", …" : ""}`;
    report(
      ctx,
      valueNotInSet,
      { value: `\`${writeValue(value)}\``, label },
      scope.source,
      at.span,
      {
        help,
        ...meant,
        related,
      },
    );
    return true;
  }
  if (type.range !== undefined && typeof value === "number") {
    const { min, max } = type.range;
    if (value >= min && value <= max) return false;
    const found = `\`${writeValue(value)}\``;
    report(ctx, valueOutOfRange, { value: found, label, min, max }, scope.source, at.span, {
      related,
    });
    return true;
  }
  return false;
}

/** Reports a comparison that cannot fail or cannot hold; true when it did. */
function reportOutcome(
  ctx: CheckContext,
  operator: ComparisonOperator,
  expr: BinaryExpr,
  left: ScalarType,
  right: ScalarType,
  scope: Scope,
): boolean {
  const { canHold, canFail } = possibleOutcomes(operator, left, right);
  if (canHold && canFail) return false;
  const describe = (side: Expr, type: ScalarType): string => {
    const words = textOf(scope.source.text, side);
    if (side.kind === "text" || side.kind === "number" || side.kind === "boolean") return words;
    if (type.range !== undefined) return `${words} is ${type.range.min}..${type.range.max}`;
    const domain = domainOf(type);
    if (domain === undefined) return words;
    const listed = domain.slice(0, 5).map(writeValue).join(", ");
    return `${words} is ${domain.length > 1 ? "one of " : ""}${listed}${domain.length > 5 ? ", …" : ""}`;
  };
  const dynamic = [describe(expr.left, left), describe(expr.right, right)].filter((d) =>
    d.includes(" is "),
  );
  const reason = dynamic.join(" and ") || "the two sides have no value in common";
  report(ctx, canHold ? alwaysHolds : neverHolds, { reason }, scope.source, expr.span);
  return true;
}

/** `x in ["a", "b"]`, `x in 1..5`. */
export function inferMembership(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "inList" | "inRange" }>,
  scope: Scope,
): Typed {
  const inner: Scope = positively(scope);
  const value: Side = { expr: expr.value, typed: infer(ctx, expr.value, inner) };
  const members = (expr.kind === "inList" ? expr.items : [expr.min, expr.max]).map((member) => ({
    expr: member,
    typed: infer(ctx, member, inner),
  }));
  const type = scalarOperand(ctx, value.expr, value.typed, scope);
  let reads = value.typed.reads;
  let dynamic = value.typed.dynamic;
  for (const member of members) {
    reads = joinReads(reads, member.typed.reads);
    dynamic ||= member.typed.dynamic;
  }
  const typed: Typed = { type: scalarType("boolean"), dynamic, ...optional("reads", reads) };
  if (type === undefined) return typed;
  if (type.kind !== "scalar") {
    report(
      ctx,
      typeMismatch,
      { wanted: "a text, number or boolean", found: describeType(type) },
      scope.source,
      expr.value.span,
    );
    return errorTyped;
  }
  const fits = members.map((member) =>
    expr.kind === "inList"
      ? checkListMember(ctx, value, type, member, scope)
      : checkRangeEnd(ctx, value, type, member, scope),
  );
  if (fits.includes(false)) return typed;
  const folded = expr.kind === "inList" ? foldList(value, members) : foldRange(value, members);
  if (folded !== undefined)
    return constantTyped({ kind: "boolean", value: folded !== expr.negated });

  const present = value.expr.kind === "label" ? value.typed.presentWhenTrue : undefined;
  const certain =
    expr.kind === "inList" ? members.every((m) => isPresent(m.typed)) : !rangeHoldsZero(members);
  if (expr.kind === "inList") reportRepeated(ctx, members, scope);
  else checkRange(ctx, expr, type, members, scope);
  if (type.maybeMissing && expr.kind === "inRange") {
    const holdsForZero = rangeHoldsZero(members) !== expr.negated;
    if (holdsForZero === scope.positive) reportReadsAsZero(ctx, "in", value.expr, scope);
  }
  if (type.maybeMissing && expr.negated === scope.positive && expr.kind === "inList") {
    const label = textOf(scope.source.text, value.expr);
    report(ctx, missingIsUnequal, { label }, scope.source, value.expr.span, {
      help: `so this holds for a job without it; if that is not meant, add \`${label.slice(1, -1)} is present and\``,
    });
  }
  return {
    ...typed,
    ...(certain && !expr.negated ? optional("presentWhenTrue", present) : {}),
    ...(certain && expr.negated ? optional("presentWhenFalse", present) : {}),
  };
}

function isPresent(typed: Typed): boolean {
  return typed.type.kind === "scalar" && !typed.type.maybeMissing;
}

function checkListMember(
  ctx: CheckContext,
  value: Side,
  type: ScalarType,
  member: Side,
  scope: Scope,
): boolean {
  const own = scalarOperand(ctx, member.expr, member.typed, scope);
  if (own === undefined) return false;
  if (
    own.kind !== "scalar" ||
    (own.scalar !== type.scalar && own.scalar !== "any" && type.scalar !== "any")
  ) {
    const sides = { left: describeType(type), right: describeType(own) };
    report(ctx, incomparableTypes, sides, scope.source, member.expr.span, {
      ...(own.kind === "scalar" ? { fixes: retypeFixes(value, member, type, own) } : {}),
    });
    return false;
  }
  return !reportForeignValue(ctx, member, value, type, scope);
}

function checkRangeEnd(
  ctx: CheckContext,
  value: Side,
  type: ScalarType,
  end: Side,
  scope: Scope,
): boolean {
  for (const [side, own] of [
    [value, type],
    [end, scalarOperand(ctx, end.expr, end.typed, scope)],
  ] as const) {
    if (own === undefined) return false;
    if (own.kind === "scalar" && (own.scalar === "number" || own.scalar === "any")) continue;
    report(
      ctx,
      cannotOrder,
      { operator: "in", found: describeType(own) },
      scope.source,
      side.expr.span,
    );
    return false;
  }
  return true;
}

function numberOf(side: Side | undefined): number | undefined {
  const constant = side?.typed.constant;
  return constant?.kind === "number" ? constant.value : undefined;
}

function rangeHoldsZero(ends: readonly Side[]): boolean {
  const min = numberOf(ends[0]);
  const max = numberOf(ends[1]);
  return min === undefined || max === undefined || (min <= 0 && max >= 0);
}

function checkRange(
  ctx: CheckContext,
  expr: Expr,
  type: ScalarType,
  ends: readonly Side[],
  scope: Scope,
): void {
  const min = numberOf(ends[0]);
  const max = numberOf(ends[1]);
  if (min === undefined || max === undefined) return;
  if (min > max) {
    report(ctx, emptyRange, { min, max }, scope.source, expr.span);
    return;
  }
  const range = scalarType({ scalar: "number", range: { min, max } });
  const own: ScalarType = { ...type, maybeMissing: false };
  if (!possibleOutcomes("==", own, range).canHold) {
    const bounds = type.range === undefined ? "its values" : `${type.range.min}..${type.range.max}`;
    report(ctx, neverHolds, { reason: `the label has ${bounds}` }, scope.source, expr.span);
  }
}

function reportRepeated(ctx: CheckContext, members: readonly Side[], scope: Scope): void {
  const seen = new Set<LabelValue>();
  for (const member of members) {
    const constant = member.typed.constant;
    if (constant === undefined || constant.kind === "duration" || constant.kind === "percent")
      continue;
    if (seen.has(constant.value)) {
      const value = `\`${writeValue(constant.value)}\``;
      report(ctx, duplicateValue, { value }, scope.source, member.expr.span);
    }
    seen.add(constant.value);
  }
}

function foldList(value: Side, members: readonly Side[]): boolean | undefined {
  const own = value.typed.constant;
  if (own === undefined) return undefined;
  let found = false;
  for (const member of members) {
    const constant = member.typed.constant;
    if (constant === undefined) return undefined;
    const equal = foldBinary("==", own, constant);
    if (equal?.kind === "boolean" && equal.value) found = true;
  }
  return found;
}

function foldRange(value: Side, ends: readonly Side[]): boolean | undefined {
  const own = numberOf(value);
  const min = numberOf(ends[0]);
  const max = numberOf(ends[1]);
  if (own === undefined || min === undefined || max === undefined) return undefined;
  return own >= min && own <= max;
}
