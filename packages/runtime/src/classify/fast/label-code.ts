import { atomOf, type Conjunction, isPositive } from "./conjunctions.ts";
import { type LabelClasses, noClass } from "./label-classes.ts";

/**
 * JavaScript that tells apart what the conditions on one label tell apart. What each value means
 * is read off the label's classes, that is, Power Fx has said it.
 */
export interface LabelCode {
  /** Statements after `v` is read: who has an odd value is classified elsewhere. */
  readonly guard: string;
  /** Where a conjunction of atoms over this label holds: an expression, `true`, or `false`. */
  test(codes: Conjunction): string;
  /** Values that a `switch` can tell, with the expression's truth for each. */
  readonly cases: readonly LabelCase[];
  /** Whether a conjunction holds for no values but those of the cases. */
  needsCase(codes: Conjunction): boolean;
}

export interface LabelCase {
  readonly value: string | boolean;
  holds(codes: Conjunction): boolean;
}

export interface LabelCodeNames {
  /** The variable with the label's value. */
  readonly value: string;
  /** A name for something the code needs. */
  constant(value: unknown): string;
  /** The statement that hands the job to the careful way. */
  readonly leave: string;
}

const plainNumber = (v: string): string =>
  `typeof ${v} === "number" && (${v} === 0 || (${v} < 1e15 && ${v} > -1e15 && (${v} >= 1e-6 || ${v} <= -1e-6)))`;

export function labelCode(own: LabelClasses, names: LabelCodeNames): LabelCode {
  if (own.atoms.length === 0)
    return { guard: "", test: () => "true", cases: [], needsCase: () => false };
  if (own.thresholds === undefined) return classedCode(own, names);
  return comparedCode(own, own.thresholds, names);
}

/** Conditions of any kind: the class is looked up, and what holds for it remembered. */
function classedCode(own: LabelClasses, { value, constant, leave }: LabelCodeNames): LabelCode {
  const classOf = constant(own.classOf);
  const kind = constant((raw: unknown) => (typeof raw === "object" ? undefined : raw));
  return {
    guard: `const c${value} = ${classOf}(${kind}(${value})); if (c${value} === ${noClass}) ${leave}`,
    test(codes) {
      const known: boolean[] = [];
      const test = constant((found: number): boolean => {
        known[found] ??= holdsFor(own, found, codes);
        return known[found] === true;
      });
      return `${test}(c${value})`;
    },
    cases: [],
    needsCase: () => false,
  };
}

function holdsFor(own: LabelClasses, found: number, codes: Conjunction): boolean {
  const truths = own.truths[found];
  return codes.every((code) => {
    const local = own.atoms.findIndex(({ index }) => index === atomOf(code));
    return (truths?.[local] === true) === isPositive(code);
  });
}

/** Conditions that compare with literals: the same comparisons, written out. */
function comparedCode(
  own: LabelClasses,
  thresholds: readonly number[],
  { value: v, leave }: LabelCodeNames,
): LabelCode {
  const other = own.classOf(`${own.texts.join("")} and none of these`);
  const texts = own.texts.map((text) => ({ text, found: own.classOf(text) }));
  const intervals = intervalsOf(own, thresholds);
  const whenTrue = own.classOf(true);
  const whenFalse = own.classOf(false);
  const missing = own.classOf(undefined);
  const fine = (found: number): boolean => found !== noClass;
  const isText = fine(other) && texts.every(({ found }) => fine(found));
  const isNumber = intervals.every(fine);
  const isBoolean = fine(whenTrue) && fine(whenFalse);
  const mayMiss = fine(missing);
  const kinds = [
    ...(isText ? [`typeof ${v} === "string"`] : []),
    ...(isNumber ? [`(${plainNumber(v)})`] : []),
    ...(isBoolean ? [`typeof ${v} === "boolean"`] : []),
  ];
  const guards = [...kinds, ...(mayMiss ? [`${v} === undefined`] : [])];
  return {
    guard: guards.length === 0 ? leave : `if (!(${guards.join(" || ")})) ${leave}`,
    test(codes) {
      const holds = (found: number): boolean => holdsFor(own, found, codes);
      const parts: KindTest[] = [];
      if (isText) parts.push(textTest(v, texts, holds(other), holds));
      if (isNumber) parts.push(numberTest(v, thresholds, intervals.map(holds)));
      if (isBoolean) parts.push(booleanTest(v, holds(whenTrue), holds(whenFalse)));
      return joinKinds(v, kinds, parts, mayMiss ? holds(missing) : undefined);
    },
    cases: [
      ...(isText ? texts.map(({ text, found }) => caseOf(text, found)) : []),
      ...(isBoolean ? [caseOf(true, whenTrue), caseOf(false, whenFalse)] : []),
    ],
    needsCase(codes) {
      const others = [...(isText ? [other] : []), ...(isNumber ? intervals : [])];
      if (mayMiss) others.push(missing);
      return !others.some((found) => holdsFor(own, found, codes));
    },
  };

  function caseOf(value: string | boolean, found: number): LabelCase {
    return { value, holds: (codes) => holdsFor(own, found, codes) };
  }
}

interface KindTest {
  readonly code: string;
  /** Whether it is false for a missing value. */
  readonly failsMissing: boolean;
}

function textTest(
  v: string,
  texts: readonly { readonly text: string; readonly found: number }[],
  other: boolean,
  holds: (found: number) => boolean,
): KindTest {
  const listed = texts
    .filter(({ found }) => holds(found) !== other)
    .map(({ text }) => JSON.stringify(text));
  if (listed.length === 0) return { code: String(other), failsMissing: !other };
  return other
    ? { code: listed.map((text) => `${v} !== ${text}`).join(" && "), failsMissing: false }
    : { code: listed.map((text) => `${v} === ${text}`).join(" || "), failsMissing: true };
}

function booleanTest(v: string, whenTrue: boolean, whenFalse: boolean): KindTest {
  if (whenTrue === whenFalse) return { code: String(whenTrue), failsMissing: !whenTrue };
  return { code: `${v} === ${whenTrue}`, failsMissing: true };
}

/** Intervals and thresholds in turn, as runs in which the conjunction holds. */
function numberTest(v: string, thresholds: readonly number[], holds: readonly boolean[]): KindTest {
  if (holds.every((own) => own)) return { code: "true", failsMissing: false };
  const runs: string[] = [];
  for (let start = 0; start < holds.length; start++) {
    if (holds[start] !== true) continue;
    let end = start;
    while (holds[end + 1] === true) end++;
    const bounds: string[] = [];
    if (start % 2 === 1) bounds.push(`${v} >= ${thresholds[start >> 1]}`);
    else if (start > 0) bounds.push(`${v} > ${thresholds[(start >> 1) - 1]}`);
    if (end % 2 === 1) bounds.push(`${v} <= ${thresholds[end >> 1]}`);
    else if (end < holds.length - 1) bounds.push(`${v} < ${thresholds[end >> 1]}`);
    runs.push(bounds.join(" && "));
    start = end;
  }
  if (runs.length === 0) return { code: "false", failsMissing: true };
  return {
    code: runs.map((run) => (runs.length > 1 ? `(${run})` : run)).join(" || "),
    failsMissing: true,
  };
}

/** `missing`: what a missing value gives; `undefined`: there is none here. */
function joinKinds(
  v: string,
  kinds: readonly string[],
  parts: readonly KindTest[],
  missing: boolean | undefined,
): string {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) {
    const { code, failsMissing } = first;
    if (missing === undefined || code === String(missing)) return code;
    if (missing)
      return code === "false" ? `${v} === undefined` : `(${v} === undefined || (${code}))`;
    if (failsMissing) return code.includes("||") ? `(${code})` : code;
    return code === "true" ? `${v} !== undefined` : `${v} !== undefined && ${code}`;
  }
  const alternatives = parts.flatMap(({ code }, index) => {
    if (code === "false") return [];
    return [code === "true" ? (kinds[index] ?? "") : `(${kinds[index]} && (${code}))`];
  });
  if (missing === true) alternatives.push(`${v} === undefined`);
  if (alternatives.length === kinds.length + (missing === true ? 1 : 0) && missing !== false) {
    if (parts.every(({ code }) => code === "true")) return "true";
  }
  return alternatives.length === 0 ? "false" : `(${alternatives.join(" || ")})`;
}

function intervalsOf(own: LabelClasses, thresholds: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (const [index, threshold] of thresholds.entries()) {
    found.push(own.classOf(between(thresholds[index - 1], threshold)), own.classOf(threshold));
  }
  found.push(own.classOf(between(thresholds.at(-1), undefined)));
  return found;
}

/** A plain number strictly between two thresholds. */
function between(low: number | undefined, high: number | undefined): number {
  if (low !== undefined && high !== undefined) return (low + high) / 2;
  if (low !== undefined) return low + 1;
  return high === undefined ? 0 : high - 1;
}
