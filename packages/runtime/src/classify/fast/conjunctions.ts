import type { FxNode } from "@routewright/powerfx";
import type { Logic } from "../../rules/outline.ts";
import { setBit } from "./label-classes.ts";

/** Bits that must be set and bits that must not: `(bits & mask) === want`, word by word. */
export interface Conjunction {
  readonly mask: Int32Array;
  readonly want: Int32Array;
}

/** Past this many alternatives a condition is left to the plain path. */
const maxConjunctions = 64;

/**
 * A condition as alternatives of which one must hold (disjunctive normal form). Contradictions
 * are dropped: no alternative at all means it never holds. `undefined`: too many. `prefix`: what
 * must hold besides, as alternatives too.
 */
export function conjunctionsOf(
  logic: Logic,
  atomIndex: (node: FxNode) => number,
  words: number,
  prefix: readonly Conjunction[] = [{ mask: new Int32Array(words), want: new Int32Array(words) }],
): readonly Conjunction[] | undefined {
  const never: readonly Conjunction[] = [];
  const always: readonly Conjunction[] = [
    { mask: new Int32Array(words), want: new Int32Array(words) },
  ];
  return all([prefix, expand(logic, true)]);

  function expand(part: Logic, positive: boolean): readonly Conjunction[] | undefined {
    switch (part.kind) {
      case "constant":
        return part.value === positive ? always : never;
      case "not":
        return expand(part.term, !positive);
      case "atom": {
        const index = atomIndex(part.node);
        const mask = new Int32Array(words);
        const want = new Int32Array(words);
        setBit(mask, index);
        if (positive) setBit(want, index);
        return [{ mask, want }];
      }
      case "and":
      case "or":
        return (part.kind === "and") === positive
          ? all(part.terms.map((term) => expand(term, positive)))
          : any(part.terms.map((term) => expand(term, positive)));
      case "choose": {
        // If(a, x, b, y, z) is a&x | !a&b&y | !a&!b&z; blank when z is absent.
        const alternatives: (readonly Conjunction[] | undefined)[] = [];
        const notBefore: (readonly Conjunction[] | undefined)[] = [];
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

  function any(
    parts: readonly (readonly Conjunction[] | undefined)[],
  ): readonly Conjunction[] | undefined {
    const found: Conjunction[] = [];
    for (const part of parts) {
      if (part === undefined) return undefined;
      found.push(...part);
    }
    return found.length > maxConjunctions ? undefined : found;
  }

  function all(
    parts: readonly (readonly Conjunction[] | undefined)[],
  ): readonly Conjunction[] | undefined {
    let found: readonly Conjunction[] = always;
    for (const part of parts) {
      if (part === undefined) return undefined;
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

  function join(left: Conjunction, right: Conjunction): Conjunction | undefined {
    const mask = new Int32Array(words);
    const want = new Int32Array(words);
    for (let word = 0; word < words; word++) {
      const both = (left.mask[word] ?? 0) & (right.mask[word] ?? 0);
      if (((left.want[word] ?? 0) & both) !== ((right.want[word] ?? 0) & both)) return undefined;
      mask[word] = (left.mask[word] ?? 0) | (right.mask[word] ?? 0);
      want[word] = (left.want[word] ?? 0) | (right.want[word] ?? 0);
    }
    return { mask, want };
  }
}
