import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type { LabelType } from "../check/checked.ts";
import { compareValues, flippedOperator } from "../check/types.ts";
import type { ComparisonOperator, Condition, LabelTerm, Term } from "./condition.ts";
import { keyOf } from "./key.ts";

/** What is declared of labels; declared values and ranges are trusted, but any label may be missing. */
export type LabelTypes = (side: LabelSide, key: string) => LabelType | undefined;

/** Enough for any few rules that are compared; past it a condition counts as possible. */
const mostSteps = 4_000;

/**
 * Whether some labels make the condition hold. Exact over classes of values that the condition
 * cannot tell apart; what it cannot look into (functions, formulas, label against label) may be
 * true or false. So `false` is certain, and `true` may be said of what is too large to search.
 */
export function isPossible(condition: Condition, types: LabelTypes): boolean {
  if (condition.kind === "constant") return condition.value;
  const dimensions = findDimensions(condition, types);
  const assigned = new Map<string, Assigned>();
  let steps = mostSteps;

  const search = (index: number): boolean => {
    if (steps-- <= 0) return true;
    const outcome = holds(condition, assigned);
    if (outcome !== undefined) return outcome;
    const dimension = dimensions[index];
    // Everything is assigned, so the outcome was known.
    if (dimension === undefined) return true;
    for (const value of dimension.values) {
      assigned.set(dimension.key, value);
      if (search(index + 1)) return true;
    }
    assigned.delete(dimension.key);
    return false;
  };
  return search(0);
}

const missing = Symbol("missing");
/** The value of a label, or the outcome of an atom that is not looked into. */
type Assigned = LabelValue | typeof missing;

interface Dimension {
  readonly key: string;
  readonly values: readonly Assigned[];
}

function findDimensions(root: Condition, types: LabelTypes): readonly Dimension[] {
  const labels = new Map<
    string,
    { readonly label: LabelTerm; readonly constants: Set<LabelValue> }
  >();
  const found: (() => Dimension)[] = [];
  const opaque = new Set<string>();
  const meet = (label: LabelTerm): Set<LabelValue> => {
    const key = keyOf(label);
    const known = labels.get(key);
    if (known !== undefined) return known.constants;
    const constants = new Set<LabelValue>();
    labels.set(key, { label, constants });
    found.push(() => ({ key, values: classesOf(types(label.side, label.key), constants) }));
    return constants;
  };
  const visit = (condition: Condition) => {
    switch (condition.kind) {
      case "constant":
        return;
      case "and":
      case "or":
        condition.terms.forEach(visit);
        return;
      case "not":
        visit(condition.term);
        return;
      case "choose":
        visit(condition.condition);
        visit(condition.then);
        visit(condition.otherwise);
        return;
      case "missing":
        meet(condition.label);
        return;
      default: {
        const simple = labelAgainstValue(condition);
        if (simple !== undefined) {
          meet(simple.label).add(simple.value);
          return;
        }
        const key = opaqueKey(condition);
        if (opaque.has(key)) return;
        opaque.add(key);
        found.push(() => ({ key, values: [true, false] }));
      }
    }
  };
  visit(root);
  return found.map((make) => make());
}

/** One value of each class that comparisons with the constants can tell apart, and missing. */
function classesOf(
  type: LabelType | undefined,
  constants: ReadonlySet<LabelValue>,
): readonly Assigned[] {
  if (type?.values !== undefined) return [...type.values, missing];
  const numbers = [...constants].filter((value) => typeof value === "number");
  const texts = [...constants].filter((value) => typeof value === "string");
  const scalar = type?.scalar ?? "any";
  const values: Assigned[] = [missing];
  if (scalar === "boolean" || scalar === "any") values.push(true, false);
  if (scalar === "text" || scalar === "any") values.push(...texts, unlike(texts));
  if (scalar === "number" || scalar === "any") values.push(...samples(numbers, type?.range));
  return values;
}

/** The constants, one number between each two, and one beyond each end, as far as the range goes. */
function samples(
  constants: readonly number[],
  range: { readonly min: number; readonly max: number } | undefined,
): readonly number[] {
  const sorted = [...constants].sort((a, b) => a - b);
  const low = range?.min ?? (sorted[0] ?? 0) - 1;
  const high = range?.max ?? (sorted.at(-1) ?? 0) + 1;
  const points = [low, ...sorted.filter((value) => value > low && value < high), high];
  const all = points.flatMap((point, index) => {
    const next = points[index + 1];
    return next === undefined ? [point] : [point, (point + next) / 2];
  });
  return [...new Set(all)];
}

function unlike(texts: readonly string[]): string {
  let other = "?";
  while (texts.includes(other)) other += "?";
  return other;
}

function holds(condition: Condition, assigned: ReadonlyMap<string, Assigned>): boolean | undefined {
  switch (condition.kind) {
    case "constant":
      return condition.value;
    case "and":
    case "or": {
      const decisive = condition.kind === "or";
      let outcome: boolean | undefined = !decisive;
      for (const term of condition.terms) {
        const own = holds(term, assigned);
        if (own === decisive) return decisive;
        if (own === undefined) outcome = undefined;
      }
      return outcome;
    }
    case "not": {
      const own = holds(condition.term, assigned);
      return own === undefined ? undefined : !own;
    }
    case "choose": {
      const test = holds(condition.condition, assigned);
      if (test !== undefined) return holds(test ? condition.then : condition.otherwise, assigned);
      const then = holds(condition.then, assigned);
      return then === holds(condition.otherwise, assigned) ? then : undefined;
    }
    case "missing": {
      const value = assigned.get(keyOf(condition.label));
      return value === undefined ? undefined : value === missing;
    }
    default: {
      const simple = labelAgainstValue(condition);
      if (simple !== undefined) {
        const value = assigned.get(keyOf(simple.label));
        return value === undefined ? undefined : compare(simple.operator, value, simple.value);
      }
      const outcome = assigned.get(opaqueKey(condition));
      if (typeof outcome !== "boolean") return undefined;
      return condition.kind === "compare" && condition.operator === "!=" ? !outcome : outcome;
    }
  }
}

/** Power Fx: Blank equals only Blank, and is ordered like 0. */
function compare(operator: ComparisonOperator, value: Assigned, constant: LabelValue): boolean {
  if (operator === "==" || operator === "!=") return (value === constant) === (operator === "==");
  return compareValues(operator, value === missing ? 0 : value, constant);
}

type Opaque = Exclude<
  Condition,
  { kind: "constant" | "and" | "or" | "not" | "choose" | "missing" }
>;

function opaqueKey(atom: Opaque): string {
  return atom.kind === "compare" && atom.operator === "!="
    ? keyOf({ ...atom, operator: "==" })
    : keyOf(atom);
}

export interface LabelAgainstValue {
  readonly label: LabelTerm;
  readonly operator: ComparisonOperator;
  readonly value: LabelValue;
}

/** `job.x == 5`, also written `5 == job.x`. */
export function labelAgainstValue(condition: Condition): LabelAgainstValue | undefined {
  if (condition.kind !== "compare") return undefined;
  const { left, right, operator } = condition;
  if (left.kind === "label" && isValue(right)) return { label: left, operator, value: right.value };
  if (right.kind === "label" && isValue(left)) {
    return { label: right, operator: flippedOperator[operator], value: left.value };
  }
  return undefined;
}

function isValue(term: Term): term is Extract<Term, { kind: "value" }> {
  return term.kind === "value";
}
