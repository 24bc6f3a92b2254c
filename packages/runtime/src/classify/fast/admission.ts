import type { Labels } from "@routewright/jobrouter";
import { type LabelClasses, noClass } from "./label-classes.ts";

/**
 * Reads a job's labels, each once: `numbers` becomes the class of each, `values` what
 * stands there, which need not be a label value.
 * False: the class of some value cannot be told.
 */
export type Admission = (labels: Labels, numbers: Int32Array, values: unknown[]) => boolean;

export function loopedAdmission(classes: readonly LabelClasses[]): Admission {
  return (labels, numbers, values) => {
    for (let label = 0; label < classes.length; label++) {
      const own = classes[label];
      if (own === undefined) return false;
      // Whatever is no label value has the class of a missing one.
      const value = labels[own.key];
      const found = own.classOf(value);
      if (found === noClass) return false;
      values[label] = value;
      numbers[label] = found;
    }
    return true;
  };
}

/** Labels with more texts than this are looked up: going through them would take longer. */
const maxCases = 12;

/**
 * The same as `loopedAdmission` with each label read by its own name and the texts that conditions
 * name told apart in place. `undefined`: code may not be generated.
 */
export function generatedAdmission(classes: readonly LabelClasses[]): Admission | undefined {
  const lines = classes.map((own, label) => {
    const otherText = own.classOfOtherText();
    const texts = own.texts.length > maxCases ? [] : own.texts;
    const cases = texts.flatMap((text) => {
      const found = own.classOf(text);
      return found === noClass ? [] : [`case ${JSON.stringify(text)}: c = ${found}; break;`];
    });
    // What comes after the texts, whatever it is, is asked for; the usual is told apart before.
    const length = own.integers.length;
    const usual = [
      ...(length > 0
        ? [
            `if (typeof v === "number" && v >= 0 && v < ${length} && (v | 0) === v) c = t[${label}][v];`,
          ]
        : []),
      ...(otherText === undefined || otherText === noClass || texts.length < own.texts.length
        ? []
        : [`if (typeof v === "string") c = ${otherText};`]),
    ];
    for (const value of [true, false]) {
      const found = own.classOf(value);
      if (found !== noClass) usual.push(`if (v === ${value}) c = ${found};`);
    }
    const ask = `if (c < 0) { c = k[${label}](v); if (c === ${noClass}) return false; }`;
    const other = `c = -1; ${usual.join(" ")} ${ask}`;
    return `v = labels[${JSON.stringify(own.key)}];
switch (v) { ${cases.join(" ")} default: ${other} }
numbers[${label}] = c; values[${label}] = v;`;
  });
  const source = `"use strict"; return function admit(labels, numbers, values) {
let v, c;
${lines.join("\n")}
return true;
};`;
  try {
    // Only numbers and JSON literals are in this text.
    return new Function("k", "t", source)(
      classes.map(({ classOf }) => classOf),
      classes.map(({ integers }) => integers),
    ) as Admission;
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    // A host that forbids generated code loses speed and nothing else.
    return undefined;
  }
}
