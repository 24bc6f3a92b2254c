import type { Condition } from "./condition.ts";
import { keyOf } from "./key.ts";

export const always: Condition = { kind: "constant", value: true };
export const never: Condition = { kind: "constant", value: false };

/** A conjunction without what is certain: nested ones flattened, terms said twice said once. */
export function allOf(terms: readonly Condition[]): Condition {
  return joined("and", terms);
}

export function anyOf(terms: readonly Condition[]): Condition {
  return joined("or", terms);
}

export function negation(written: Condition): Condition {
  const term = plain(written);
  if (term.kind === "constant") return term.value ? never : always;
  return term.kind === "not" ? term.term : { kind: "not", term };
}

/** `if condition then a else b`, decided where the condition is. */
export function choice(test: Condition, then: Condition, otherwise: Condition): Condition {
  const condition = plain(test);
  if (condition.kind === "constant") return condition.value ? then : otherwise;
  return { kind: "choose", condition, then, otherwise };
}

/** `if c then true else false` is kept only where it is the whole of a condition. */
function plain(term: Condition): Condition {
  if (term.kind !== "choose") return term;
  const { then, otherwise } = term;
  if (then.kind !== "constant" || otherwise.kind !== "constant") return term;
  if (then.value === otherwise.value) return then;
  return then.value ? term.condition : negation(term.condition);
}

function joined(kind: "and" | "or", all: readonly Condition[]): Condition {
  if (all.length === 1 && all[0] !== undefined) return all[0];
  const written = all.filter((term) => !isConstant(term, kind === "and"));
  const [first] = written;
  // Alone after all: still as it was written.
  if (written.length === 1 && first !== undefined) return first;
  const decisive = kind === "or";
  const kept = new Map<string, Condition>();
  /** Whether the term decides the whole. */
  const join = (term: Condition): boolean => {
    if (term.kind === kind) return term.terms.some(join);
    if (term.kind === "constant") return term.value === decisive;
    const key = keyOf(term);
    if (!kept.has(key)) kept.set(key, term);
    return false;
  };
  if (written.some((term) => join(plain(term)))) return decisive ? always : never;
  const terms = [...kept.values()];
  const [only] = terms;
  if (only === undefined) return decisive ? never : always;
  return terms.length === 1 ? only : { kind, terms };
}

function isConstant(term: Condition, value: boolean): boolean {
  return term.kind === "constant" && term.value === value;
}
