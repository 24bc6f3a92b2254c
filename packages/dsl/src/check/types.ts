import type { LabelValue } from "@routewright/jobrouter";
import type { ComparisonOperator } from "../parse/ast.ts";
import type { ConstantValue, LabelType, ScalarName, Type } from "./checked.ts";

export type ScalarType = Extract<Type, { kind: "scalar" }>;

export const errorType: Type = { kind: "error" };
export const queueType: Type = { kind: "queue" };
export const ruleType: Type = { kind: "rule" };

export function scalarType(type: LabelType | ScalarName, maybeMissing = false): ScalarType {
  return typeof type === "string"
    ? { kind: "scalar", scalar: type, maybeMissing }
    : { kind: "scalar", ...type, maybeMissing };
}

export function scalarNameOf(value: LabelValue): "text" | "number" | "boolean" {
  return typeof value === "string" ? "text" : (typeof value as "number" | "boolean");
}

export function typeOfConstant(constant: ConstantValue): Type {
  switch (constant.kind) {
    case "duration":
    case "percent":
      return { kind: constant.kind };
    default:
      return scalarType({ scalar: constant.kind, values: [constant.value] });
  }
}

/** With its article, as messages want it: `a number`, `text`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar === "text"
        ? "text"
        : type.scalar === "any"
          ? "a value of any type"
          : `a ${type.scalar}`;
    case "percent":
      return "a percentage";
    case "object":
      return type.of === "exceptions" ? "an exceptions block" : `a ${type.of}`;
    case "error":
      return "an error";
    default:
      return `a ${type.kind}`;
  }
}

/** The values that a scalar can have, where they are few and known. */
export function domainOf(type: LabelType): readonly LabelValue[] | undefined {
  return type.values ?? (type.scalar === "boolean" ? [false, true] : undefined);
}

/** As a policy writes it, for messages. */
export function writeValue(value: LabelValue): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

export function compareValues(
  operator: ComparisonOperator,
  left: LabelValue,
  right: LabelValue,
): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

/** `3 < x` means `x > 3`. */
export const flippedOperator: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

export const negatedOperator: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

export function isOrdering(operator: ComparisonOperator): boolean {
  return operator !== "==" && operator !== "!=";
}

/**
 * One number of each class that comparisons with the constants can tell apart: the constants, one
 * between each two, and one beyond each end, as far as the range goes.
 */
export function numberSamples(
  constants: Iterable<number>,
  range: Interval | undefined,
): readonly number[] {
  const sorted = [...constants].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  // Beyond 2^53 a number and the next one are the same: a step grows with where it starts.
  const low = range?.min ?? first - Math.max(1, Math.abs(first));
  const high = range?.max ?? last + Math.max(1, Math.abs(last));
  const points = [low];
  const upTo = (next: number): void => {
    const before = points.at(-1) ?? low;
    if (next > before) points.push(before / 2 + next / 2, next);
  };
  for (const value of sorted) if (value < high) upTo(value);
  upTo(high);
  return points;
}

interface Interval {
  readonly min: number;
  readonly max: number;
}

function intervalOf(type: LabelType): Interval | undefined {
  if (type.range !== undefined) return type.range;
  if (type.scalar !== "number" || type.values === undefined || type.values.length === 0) {
    return undefined;
  }
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of type.values) {
    min = Math.min(min, Number(value));
    max = Math.max(max, Number(value));
  }
  return { min, max };
}

const largestProduct = 400;

/** Whether a comparison can hold, and whether it can fail, as far as the types tell. */
export function possibleOutcomes(
  operator: ComparisonOperator,
  left: ScalarType,
  right: ScalarType,
): { readonly canHold: boolean; readonly canFail: boolean } {
  let canHold = false;
  let canFail = false;
  const add = (outcome: boolean) => {
    if (outcome) canHold = true;
    else canFail = true;
  };

  const lefts = domainOf(left);
  const rights = domainOf(right);
  if (
    lefts !== undefined &&
    rights !== undefined &&
    lefts.length * rights.length <= largestProduct
  ) {
    for (const a of lefts) for (const b of rights) add(compareValues(operator, a, b));
  } else {
    const a = intervalOf(left);
    const b = intervalOf(right);
    if (a === undefined || b === undefined) return { canHold: true, canFail: true };
    addIntervals(operator, a, b, add);
  }

  // A missing label: 0 for ordering, unequal to everything but another missing one.
  if (left.maybeMissing || right.maybeMissing) {
    if (!isOrdering(operator)) {
      add(operator === "!=");
      if (left.maybeMissing && right.maybeMissing) add(operator === "==");
    } else {
      const zero: Interval = { min: 0, max: 0 };
      const a = intervalOf(left) ?? zero;
      const b = intervalOf(right) ?? zero;
      if (left.maybeMissing) addIntervals(operator, zero, b, add);
      if (right.maybeMissing) addIntervals(operator, a, zero, add);
    }
  }
  return { canHold, canFail };
}

function addIntervals(
  operator: ComparisonOperator,
  a: Interval,
  b: Interval,
  add: (outcome: boolean) => void,
): void {
  if (!isOrdering(operator)) {
    const disjoint = a.max < b.min || b.max < a.min;
    const onePoint = a.min === a.max && b.min === b.max && a.min === b.min;
    if (!disjoint) add(operator === "==");
    if (!onePoint) add(operator === "!=");
    return;
  }
  // Both extremes decide: the comparison is monotone in both ends.
  add(compareValues(operator, a.min, b.max));
  add(compareValues(operator, a.max, b.min));
}

/** The type of a value that is one of two. */
export function joinTypes(first: Type, second: Type): Type | undefined {
  if (first.kind === "error") return second;
  if (second.kind === "error") return first;
  if (first.kind === "scalar" && second.kind === "scalar") {
    const scalar =
      first.scalar === second.scalar
        ? first.scalar
        : first.scalar === "any" || second.scalar === "any"
          ? "any"
          : undefined;
    if (scalar === undefined) return undefined;
    const joined: LabelType = { scalar };
    const maybeMissing = first.maybeMissing || second.maybeMissing;
    const values = joinValues(first, second);
    if (values !== undefined) return scalarType({ ...joined, values }, maybeMissing);
    const a = intervalOf(first);
    const b = intervalOf(second);
    return scalarType(
      a !== undefined && b !== undefined
        ? { scalar, range: { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) } }
        : joined,
      maybeMissing,
    );
  }
  // A text among queues is the id of a queue declared elsewhere.
  if (first.kind === "queue" && second.kind === "scalar")
    return isTextual(second) ? first : undefined;
  if (second.kind === "queue" && first.kind === "scalar")
    return isTextual(first) ? second : undefined;
  if (first.kind === "object" && second.kind === "object") {
    return first.of === second.of ? first : undefined;
  }
  return first.kind === second.kind ? first : undefined;
}

function isTextual(type: ScalarType): boolean {
  return type.scalar === "text" || type.scalar === "any";
}

const longestValueList = 50;

function joinValues(first: LabelType, second: LabelType): readonly LabelValue[] | undefined {
  if (first.values === undefined || second.values === undefined) return undefined;
  const joined = new Set([...first.values, ...second.values]);
  return joined.size > longestValueList ? undefined : [...joined];
}
