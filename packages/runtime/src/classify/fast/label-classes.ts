import type { LabelValue } from "@routewright/jobrouter";
import type { Atom } from "./atoms.ts";

/** Values past this many are classed anew each time; only free text under odd conditions is. */
const maxRemembered = 2_048;

/** A value whose class cannot be told: an atom fails on it, or it is beyond plain numbers. */
export const noClass = -1;

const smallIntegers = 4_096;
const unasked = -2;

/**
 * The values of one label, sorted into classes: two values are in one class when every atom over
 * the label is equally true of both. What each atom says is asked of Power Fx once a class
 * (or once a value, where it is not known that an atom cannot tell two values apart).
 */
export interface LabelClasses {
  readonly key: string;
  /** Those that read this label and nothing else. */
  readonly atoms: readonly Atom[];
  /** A class number, or `noClass`. */
  classOf(value: LabelValue | undefined): number;
  /** By class: the truth of each of the atoms, in their order. */
  readonly truths: readonly (readonly boolean[])[];
  /** Texts that atoms name, and the empty one. */
  readonly texts: readonly string[];
  /** The class of texts that no atom names; `undefined`: there is no such class. */
  classOfOtherText(): number | undefined;
  /** Classes of small whole numbers as far as they were asked for; else negative. */
  readonly integers: Int32Array;
  /** Where the class of a number may change; `undefined`: anywhere. */
  readonly thresholds: readonly number[] | undefined;
}

export function labelClasses(key: string, atoms: readonly Atom[]): LabelClasses {
  const truths: (readonly boolean[])[] = [];
  const bySignature = new Map<string, number>();
  const texts = new Map<string, number>();
  const numbers = new Map<number, number>();
  const literals = atoms.flatMap(({ simple }) => simple?.literals ?? []);
  const orderly = atoms.every(({ simple }) => simple !== undefined);
  const thresholds = [...new Set(literals.filter((literal) => typeof literal === "number"))].sort(
    (a, b) => a - b,
  );
  /** Intervals and thresholds in turn: below the first, the first, between, … */
  const intervals: (number | undefined)[] = new Array(thresholds.length * 2 + 1).fill(undefined);
  const known = new Set(literals.filter((literal) => typeof literal === "string")).add("");
  const integers = new Int32Array(thresholds.length > 0 ? smallIntegers : 0).fill(unasked);
  let missing: number | undefined;
  let whenTrue: number | undefined;
  let whenFalse: number | undefined;
  let otherText: number | undefined;

  return {
    key,
    atoms,
    truths,
    classOf,
    classOfOtherText,
    integers,
    texts: [...known],
    thresholds: orderly ? thresholds : undefined,
  };

  function classOf(value: LabelValue | undefined): number {
    switch (typeof value) {
      case "string": {
        const found = texts.get(value);
        return found ?? otherText ?? classOfText(value);
      }
      case "number":
        return classOfNumber(value);
      case "boolean":
        if (value) {
          whenTrue ??= ask(true);
          return whenTrue;
        }
        whenFalse ??= ask(false);
        return whenFalse;
      default:
        missing ??= ask(undefined);
        return missing;
    }
  }

  function classOfOtherText(): number | undefined {
    if (orderly && otherText === undefined) {
      for (const text of known) texts.set(text, ask(text));
      otherText = ask(`${[...known].join("")} and none of these`);
    }
    return otherText;
  }

  function classOfText(value: string): number {
    const other = classOfOtherText();
    if (other !== undefined) return texts.get(value) ?? other;
    const found = ask(value);
    if (texts.size < maxRemembered) texts.set(value, found);
    return found;
  }

  function classOfNumber(value: number): number {
    // Most numbers in labels are small and whole; past the end there is nothing to read.
    const known = (value | 0) === value ? integers[value] : undefined;
    if (known !== undefined && known !== unasked) return known;
    const found = classOfAnyNumber(value);
    if (known !== undefined) integers[value] = found;
    return found;
  }

  function classOfAnyNumber(value: number): number {
    if (!isPlain(value)) return noClass;
    if (orderly) {
      const at = intervalOf(value);
      let found = intervals[at];
      if (found === undefined) {
        found = ask(value);
        intervals[at] = found;
      }
      return found;
    }
    let found = numbers.get(value);
    if (found === undefined) {
      found = ask(value);
      if (numbers.size < maxRemembered) numbers.set(value, found);
    }
    return found;
  }

  function intervalOf(value: number): number {
    let low = 0;
    let high = thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((thresholds[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return thresholds[low] === value ? low * 2 + 1 : low * 2;
  }

  function ask(value: LabelValue | undefined): number {
    const job = Object.create(null) as Record<string, LabelValue>;
    if (value !== undefined) job[key] = value;
    const own: boolean[] = [];
    let signature = "";
    for (const atom of atoms) {
      const truth = atom.truth(job);
      if (truth === undefined) return noClass;
      own.push(truth);
      signature += truth ? "1" : "0";
    }
    const same = bySignature.get(signature);
    if (same !== undefined) return same;
    truths.push(own);
    bySignature.set(signature, truths.length - 1);
    return truths.length - 1;
  }
}

/** Numbers that Power Fx takes as they are and that sort as JavaScript sorts them. */
function isPlain(value: number): boolean {
  return value === 0 || (Math.abs(value) < 1e15 && Math.abs(value) >= 1e-6);
}
