import type { FxNode } from "@routewright/powerfx";
import { childrenOf, labelOf } from "../../explain/atoms.ts";
import { atomsOf, type Logic } from "../../rules/outline.ts";

/** Atoms that must hold and atoms that must not, ascending: see `literalOf`. */
export type Conjunction = readonly number[];

/** An atom and what it must be, as one number. */
export function literal(atom: number, positive: boolean): number {
  return atom * 2 + (positive ? 1 : 0);
}

export function atomOf(code: number): number {
  return code >> 1;
}

export function isPositive(code: number): boolean {
  return (code & 1) === 1;
}

/** Past this many alternatives a condition is looked at as a whole. */
const maxConjunctions = 16;

const always: readonly Conjunction[] = [[]];
const never: readonly Conjunction[] = [];

type Expanded = readonly Conjunction[] | undefined;

/**
 * A condition as alternatives of which one must hold (disjunctive normal form). Contradictions
 * are dropped: no alternative at all means it never holds. `undefined`: too many. `prefix`: what
 * must hold besides, as alternatives too.
 */
export function conjunctionsOf(
  logic: Logic,
  atomIndex: (node: FxNode) => number,
  prefix: readonly Conjunction[] = always,
): Expanded {
  return all([prefix, expand(logic, true)]);

  function expand(part: Logic, positive: boolean): Expanded {
    switch (part.kind) {
      case "constant":
        return part.value === positive ? always : never;
      case "not":
        return expand(part.term, !positive);
      case "atom":
        return [[literal(atomIndex(part.node), positive)]];
      case "and":
      case "or":
        // `job.x = "a" || job.x = "b"` asks for a class of values, as one comparison does.
        if ((part.kind === "and") !== positive && readsOneLabel(part)) {
          return [[literal(atomIndex(part.node), positive)]];
        }
        return (part.kind === "and") === positive
          ? all(termsOf(part).map((term) => expand(term, positive)))
          : any(part.terms.map((term) => expand(term, positive)));
      case "choose": {
        // If(a, x, b, y, z) is a&x | !a&b&y | !a&!b&z; blank when z is absent.
        const alternatives: Expanded[] = [];
        const notBefore: Expanded[] = [];
        for (const { condition, value } of part.branches) {
          alternatives.push(all([...notBefore, expand(condition, true), expand(value, positive)]));
          notBefore.push(expand(condition, false));
        }
        const rest =
          part.otherwise === undefined
            ? positive
              ? never
              : always
            : expand(part.otherwise, positive);
        alternatives.push(all([...notBefore, rest]));
        return any(alternatives);
      }
      case "value":
        return undefined;
    }
  }
}

type Terms = Extract<Logic, { kind: "and" | "or" }>;

/** `a && b && c` is one list, though it is parsed as pairs. */
function termsOf({ kind, terms }: Terms): readonly Logic[] {
  const found: Logic[] = [];
  for (const term of terms) {
    if (term.kind === kind) found.push(...termsOf(term));
    else found.push(term);
  }
  return found;
}

function readsOneLabel(logic: Logic): boolean {
  const keys = new Set<string | undefined>();
  for (const node of atomsOf(logic)) {
    const labels = childrenOf(node)
      .map(labelOf)
      .filter((label) => label !== undefined);
    for (const { root, name } of labels) keys.add(root === "job" ? name : undefined);
    if (labels.length === 0) return false;
  }
  return keys.size === 1 && !keys.has(undefined);
}

function any(parts: readonly Expanded[]): Expanded {
  const found: Conjunction[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    found.push(...part);
  }
  return found.length > maxConjunctions ? undefined : found;
}

function all(parts: readonly Expanded[]): Expanded {
  // What can never hold needs no counting.
  if (parts.some((part) => part?.length === 0)) return never;
  let found: readonly Conjunction[] = always;
  for (const part of parts) {
    if (part === undefined) return undefined;
    if (part === always) continue;
    const next: Conjunction[] = [];
    for (const left of found) {
      for (const right of part) {
        const joined = join(left, right);
        if (joined !== undefined) next.push(joined);
      }
    }
    if (next.length > maxConjunctions) return undefined;
    found = next;
  }
  return found;
}

/** `undefined`: they contradict each other. */
function join(left: Conjunction, right: Conjunction): Conjunction | undefined {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const joined: number[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const a = left[l] ?? Number.POSITIVE_INFINITY;
    const b = right[r] ?? Number.POSITIVE_INFINITY;
    if (a === b) {
      joined.push(a);
      l++;
      r++;
    } else if (atomOf(a) === atomOf(b) && Number.isFinite(a) && Number.isFinite(b)) {
      return undefined;
    } else if (a < b) {
      joined.push(a);
      l++;
    } else {
      joined.push(b);
      r++;
    }
  }
  return joined;
}

/**
 * A condition where some atoms are known and others are not (`undefined`). What comes out is
 * true or false only where it is so whatever the unknown ones are.
 */
export function truthOfLogic(
  logic: Logic,
  truth: (node: FxNode) => boolean | undefined,
): boolean | undefined {
  switch (logic.kind) {
    case "constant":
      return logic.value;
    case "atom":
      return truth(logic.node);
    case "not": {
      const own = truthOfLogic(logic.term, truth);
      return own === undefined ? undefined : !own;
    }
    case "and":
    case "or": {
      const deciding = logic.kind === "or";
      let result: boolean | undefined = !deciding;
      for (const term of logic.terms) {
        const own = truthOfLogic(term, truth);
        if (own === deciding) return deciding;
        if (own === undefined) result = undefined;
      }
      return result;
    }
    case "choose": {
      const outcomes = new Set<boolean | undefined>();
      for (const { condition, value } of logic.branches) {
        const reached = truthOfLogic(condition, truth);
        if (reached === false) continue;
        outcomes.add(truthOfLogic(value, truth));
        if (reached === true) return only(outcomes);
      }
      // Blank is no `true`.
      outcomes.add(logic.otherwise === undefined ? false : truthOfLogic(logic.otherwise, truth));
      return only(outcomes);
    }
    case "value":
      return undefined;
  }
}

function only(outcomes: ReadonlySet<boolean | undefined>): boolean | undefined {
  const [first] = outcomes;
  return outcomes.size === 1 ? first : undefined;
}
