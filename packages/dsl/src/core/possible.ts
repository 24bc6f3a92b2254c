import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type { LabelType } from "../check/checked.ts";
import { compareValues, flippedOperator, numberSamples } from "../check/types.ts";
import type { ComparisonOperator, Condition, LabelTerm, Term } from "./condition.ts";
import { keyOf } from "./key.ts";

/** What is declared of labels; declared values and ranges are trusted, but any label may be missing. */
export type LabelTypes = (side: LabelSide, key: string) => LabelType | undefined;

/** Enough for any few rules that are compared; past it a condition counts as possible. */
const mostSteps = 1_000;

/**
 * Whether some labels make the condition hold. Exact over classes of values that the condition
 * cannot tell apart; what it cannot look into (functions, formulas, label against label) may be
 * true or false. So `false` is certain, and `true` may be said of what is too large to search.
 */
export function isPossible(condition: Condition, types: LabelTypes): boolean {
  if (condition.kind === "constant") return condition.value;
  const { root, sizes } = prepare(condition, types);
  const assigned = new Int32Array(sizes.length).fill(unassigned);
  let steps = mostSteps;

  const search = (dimension: number): boolean => {
    if (steps-- <= 0) return true;
    const outcome = holds(root, assigned);
    if (outcome !== undefined) return outcome;
    const size = sizes[dimension] ?? 0;
    for (let value = 0; value < size; value++) {
      assigned[dimension] = value;
      if (search(dimension + 1)) return true;
    }
    assigned[dimension] = unassigned;
    return false;
  };
  return search(0);
}

/** The values of a label for which a condition holds, as far as it takes to compare two of them. */
export interface HeldValues {
  readonly missing: boolean;
  /** Texts, truth values and, where they are listed in the declaration, numbers. */
  readonly listed: ReadonlySet<LabelValue>;
  /** Whether it holds for any text that is not `listed` nor in `refused`. */
  readonly otherTexts: boolean;
  readonly refused: ReadonlySet<LabelValue>;
  /** All numbers for which it holds are within these. */
  readonly numbers: { readonly from: Bound; readonly to: Bound } | undefined;
}

interface Bound {
  readonly at: number;
  /** Whether the number itself may be among them. */
  readonly closed: boolean;
}

/** `undefined`: the condition does not read one label alone. */
export function heldValues(condition: Condition, types: LabelTypes): HeldValues | undefined {
  const { root, sizes, labels } = prepare(condition, types);
  const [label] = labels;
  if (label?.classes === undefined || sizes.length !== 1) return undefined;
  const { classes, constants, isOpen } = label;
  const assigned = new Int32Array(1);
  const held = classes.map((_, index) => {
    assigned[0] = index;
    return holds(root, assigned) === true;
  });
  const named = new Set<Assigned>(isOpen ? constants : classes);
  const listed = new Set<LabelValue>();
  const refused = new Set<LabelValue>();
  const samples: { readonly at: number; readonly held: boolean }[] = [];
  let otherTexts = false;
  let isMissing = false;
  for (const [index, value] of classes.entries()) {
    const own = held[index] === true;
    if (value === missing) isMissing = own;
    else if (isOpen && typeof value === "number") samples.push({ at: value, held: own });
    else if (typeof value === "string" && !named.has(value)) otherTexts = own;
    else (own ? listed : refused).add(value);
  }
  return { missing: isMissing, listed, refused, otherTexts, numbers: hullOf(samples, named) };
}

/** Whether no value of a label is held by both. */
export function areApart(one: HeldValues, other: HeldValues): boolean {
  if (one.missing && other.missing) return false;
  if (one.otherTexts && other.otherTexts) return false;
  if (holdsSome(one, other) || holdsSome(other, one)) return false;
  const [a, b] = [one.numbers, other.numbers];
  if (a === undefined || b === undefined) return true;
  return isBelow(a.to, b.from) || isBelow(b.to, a.from);
}

function holdsSome({ listed }: HeldValues, other: HeldValues): boolean {
  for (const value of listed) {
    if (other.listed.has(value)) return true;
    if (other.otherTexts && typeof value === "string" && !other.refused.has(value)) return true;
  }
  return false;
}

function isBelow(to: Bound, from: Bound): boolean {
  return to.at < from.at || (to.at === from.at && !(to.closed && from.closed));
}

/** A sample that is no constant stands for all numbers between its neighbours. */
function hullOf(
  samples: readonly { readonly at: number; readonly held: boolean }[],
  named: ReadonlySet<Assigned>,
): HeldValues["numbers"] {
  const first = samples.findIndex(({ held }) => held);
  const last = samples.findLastIndex(({ held }) => held);
  const boundAt = (index: number, neighbour: number, beyond: number): Bound => {
    const at = samples[index]?.at ?? 0;
    if (named.has(at)) return { at, closed: true };
    return { at: samples[neighbour]?.at ?? beyond, closed: false };
  };
  if (first < 0) return undefined;
  return {
    from: boundAt(first, first - 1, Number.NEGATIVE_INFINITY),
    to: boundAt(last, last + 1, Number.POSITIVE_INFINITY),
  };
}

const unassigned = -1;

/** A condition over numbered dimensions; an atom is a list of its outcomes by value. */
type Prepared =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "atom"; readonly dimension: number; readonly outcomes: readonly boolean[] }
  | { readonly kind: "join"; readonly decisive: boolean; readonly terms: readonly Prepared[] }
  | { readonly kind: "not"; readonly term: Prepared }
  | {
      readonly kind: "choose";
      readonly condition: Prepared;
      readonly whenTrue: Prepared;
      readonly whenFalse: Prepared;
    };

const missing = Symbol("missing");
type Assigned = LabelValue | typeof missing;

function prepare(
  condition: Condition,
  types: LabelTypes,
): {
  readonly root: Prepared;
  readonly sizes: readonly number[];
  readonly labels: readonly MetLabel[];
} {
  const labels = new Map<string, MetLabel>();
  const meet = (label: LabelTerm): MetLabel => {
    const key = keyOf(label);
    let met = labels.get(key);
    if (met === undefined) {
      met = { constants: [], classes: undefined, isOpen: true, index: 0 };
      labels.set(key, met);
    }
    return met;
  };
  forEachAtom(condition, (atom) => {
    if (atom.kind === "missing") meet(atom.label);
    const simple = labelAgainstValue(atom);
    if (simple !== undefined) meet(simple.label).constants.push(simple.value);
  });

  const sizes: number[] = [];
  const ofLabel = (label: LabelTerm, holdsFor: (value: Assigned) => boolean): Prepared => {
    const met = meet(label);
    if (met.classes === undefined) {
      const type = types(label.side, label.key);
      met.classes = classesOf(type, new Set(met.constants));
      met.isOpen = type?.values === undefined;
      met.index = sizes.push(met.classes.length) - 1;
    }
    return { kind: "atom", dimension: met.index, outcomes: met.classes.map(holdsFor) };
  };
  const opaque = new Map<string, number>();
  const indexOf = (key: string): number => {
    const index = opaque.get(key) ?? sizes.push(2) - 1;
    opaque.set(key, index);
    return index;
  };
  const visit = (node: Condition): Prepared => {
    switch (node.kind) {
      case "constant":
        return node;
      case "and":
      case "or":
        return { kind: "join", decisive: node.kind === "or", terms: node.terms.map(visit) };
      case "not":
        return { kind: "not", term: visit(node.term) };
      case "choose":
        return {
          kind: "choose",
          condition: visit(node.condition),
          whenTrue: visit(node.then),
          whenFalse: visit(node.otherwise),
        };
      case "missing":
        return ofLabel(node.label, (value) => value === missing);
      default: {
        const simple = labelAgainstValue(node);
        if (simple !== undefined) {
          return ofLabel(simple.label, (value) => compare(simple.operator, value, simple.value));
        }
        // Not looked into: true or false, and the same wherever it is said.
        const isUnequal = node.kind === "compare" && node.operator === "!=";
        const key = keyOf(isUnequal ? { ...node, operator: "==" } : node);
        return { kind: "atom", dimension: indexOf(key), outcomes: [!isUnequal, isUnequal] };
      }
    }
  };
  return { root: visit(condition), sizes, labels: [...labels.values()] };
}

interface MetLabel {
  readonly constants: LabelValue[];
  /** Made when the label first gets a dimension, and the number of that. */
  classes: readonly Assigned[] | undefined;
  /** Whether there are values besides the classes, each of which stands for some then. */
  isOpen: boolean;
  index: number;
}

type Atom = Exclude<Condition, { kind: "constant" | "and" | "or" | "not" | "choose" }>;

/** Calls `visit` for every atom of a condition, left to right. */
export function forEachAtom(condition: Condition, visit: (atom: Atom) => void): void {
  switch (condition.kind) {
    case "constant":
      return;
    case "and":
    case "or":
      for (const term of condition.terms) forEachAtom(term, visit);
      return;
    case "not":
      forEachAtom(condition.term, visit);
      return;
    case "choose":
      forEachAtom(condition.condition, visit);
      forEachAtom(condition.then, visit);
      forEachAtom(condition.otherwise, visit);
      return;
    default:
      visit(condition);
  }
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
  if (scalar === "number" || scalar === "any") values.push(...numberSamples(numbers, type?.range));
  return values;
}

function unlike(texts: readonly string[]): string {
  let other = "?";
  while (texts.includes(other)) other += "?";
  return other;
}

function holds(node: Prepared, assigned: Int32Array): boolean | undefined {
  switch (node.kind) {
    case "constant":
      return node.value;
    case "atom": {
      const value = assigned[node.dimension] ?? unassigned;
      return value === unassigned ? undefined : node.outcomes[value];
    }
    case "join": {
      let outcome: boolean | undefined = !node.decisive;
      for (const term of node.terms) {
        const own = holds(term, assigned);
        if (own === node.decisive) return own;
        if (own === undefined) outcome = undefined;
      }
      return outcome;
    }
    case "not": {
      const own = holds(node.term, assigned);
      return own === undefined ? undefined : !own;
    }
    case "choose": {
      const test = holds(node.condition, assigned);
      if (test !== undefined) return holds(test ? node.whenTrue : node.whenFalse, assigned);
      const outcome = holds(node.whenTrue, assigned);
      return outcome === holds(node.whenFalse, assigned) ? outcome : undefined;
    }
  }
}

/** Power Fx: Blank equals only Blank, and is ordered like 0. */
function compare(operator: ComparisonOperator, value: Assigned, constant: LabelValue): boolean {
  if (operator === "==" || operator === "!=") return (value === constant) === (operator === "==");
  return compareValues(operator, value === missing ? 0 : value, constant);
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
