import type { LabelValue, WorkerSelector } from "@routewright/jobrouter";
import { hasPlainPrototype, isLabelValue } from "../../labels.ts";
import { defaultPriority } from "../../rules/priority.ts";
import type { Attached, FastClassifier, FastPolicy } from "./fast-policy.ts";
import { interpretedClassifier, noSelectors, noWarnings } from "./interpreted.ts";
import { type LabelClasses, noClass } from "./label-classes.ts";
import type { RuleGroup } from "./rule-group.ts";

/** Past this many tests the code would not be optimised; the loop is as good then. */
const maxTests = 3_000;

/**
 * The same as `interpretedClassifier`, written out as JavaScript: labels compared with the texts
 * and numbers that conditions name, bits and queue sets in local variables, and for each class of
 * the most telling label only the conditions that can still hold.
 * `undefined` where code may not be generated (a strict content security policy), or too much.
 */
export function generatedClassifier(fast: FastPolicy): FastClassifier | undefined {
  const { queueGroup, workerGroup, priorityGroup } = fast;
  // Every class that literals can tell is known from here on; others go to the loop.
  const labels = fast.classes.map((own) => labelCode(own));
  const tests = [queueGroup, workerGroup, priorityGroup].reduce(
    (sum, group) => sum + group.candidates.reduce((count, list) => count + list.length, 0),
    0,
  );
  if (tests > maxTests) return undefined;
  const environment: Environment = {
    classOf: fast.classes.map(
      (own) => (value) => own.classOf(isLabelValue(value) ? value : undefined),
    ),
    bits: fast.classes.map(({ bits }) => bits),
    truths: fast.computed.map((atom) => (job) => atom.truth(job ?? {})),
    ids: fast.universe.queues.map(({ id }) => id),
    setOf: fast.steps.map(({ setOf }) => setOf),
    selectorOf: fast.steps.map(({ selectorOf }) => selectorOf),
    selectors: fast.steps.map((step) => attachedOf(step.attached)?.selectors ?? noSelectors),
    interpret: interpretedClassifier(fast),
    runPriority: (job) => fast.runPriority(job),
    queueWithoutMatch: (own) => fast.queueWithoutMatch(own),
    hasPlainPrototype,
    isLabelValue,
    noSelectors,
    noWarnings,
  };
  const source = sourceOf(fast, labels);
  try {
    return new Function("env", source)(environment) as FastClassifier;
  } catch {
    // Only a host that forbids generated code gets here; it loses speed and nothing else.
    return undefined;
  }
}

interface Environment {
  readonly classOf: readonly ((value: unknown) => number)[];
  readonly bits: readonly (readonly Int32Array[])[];
  readonly truths: readonly ((
    labels: Record<string, LabelValue> | undefined,
  ) => boolean | undefined)[];
  readonly ids: readonly string[];
  readonly setOf: readonly unknown[];
  readonly selectorOf: readonly ((value: LabelValue) => WorkerSelector)[];
  readonly selectors: readonly (readonly WorkerSelector[])[];
  readonly interpret: FastClassifier;
  readonly runPriority: FastPolicy["runPriority"];
  readonly queueWithoutMatch: FastPolicy["queueWithoutMatch"];
  readonly hasPlainPrototype: typeof hasPlainPrototype;
  readonly isLabelValue: typeof isLabelValue;
  readonly noSelectors: readonly WorkerSelector[];
  readonly noWarnings: readonly unknown[];
}

function attachedOf(
  attached: (drawn: readonly number[]) => Attached | undefined,
): Attached | undefined {
  return attached([]);
}

function sourceOf(fast: FastPolicy, labels: readonly LabelCode[]): string {
  const words = range(fast.words);
  const queueWords = range(fast.universe.words);
  const indexLabels = new Set(
    [fast.queueGroup, fast.workerGroup, fast.priorityGroup].map(({ indexLabel }) => indexLabel),
  );
  return `"use strict";
const { classOf, bits, truths, ids, setOf, selectorOf, selectors, interpret, runPriority } = env;
const { queueWithoutMatch, hasPlainPrototype, isLabelValue, noSelectors, noWarnings } = env;
${labels.map((_, label) => `const classOf${label} = classOf[${label}], bits${label} = bits[${label}];`).join("\n")}
${range(selectorCount(fast))
  .map((step) => `const selectors${step} = selectors[${step}];`)
  .join("\n")}
return function classify(job, drawn) {
  const labels = job.labels;
  if (labels === undefined || !hasPlainPrototype(labels)) return interpret(job, drawn);
  let ${words.map((word) => `b${word} = 0`).join(", ")}, found = 0;
${labels.map((code, label) => code.emit(label, indexLabels.has(label))).join("\n")}
${fast.computed.map((atom, at) => computedCode(at, atom.index)).join("\n")}
  let ${queueWords.map((word) => `q${word} = -1`).join(", ")}, attached = false, named = false;
${groupCode(fast, fast.queueGroup, queueStepCode)}
  let place = -1;
  if (attached) {
    if (!named) { ${queueWords.map((word) => `q${word} &= ${fast.universe.declared[word] ?? 0};`).join(" ")} }
${queueWords.map(placeCode).join("\n")}
  }
  const own = job.queueId;
  const kept = place === -1${fast.ownQueueWins ? " || own !== undefined" : ""};
  const queueId = kept ? queueWithoutMatch(own) : ids[place];
  if (queueId === undefined) return undefined;
  let priority;
${fast.leaves === undefined ? `  priority = job.priority ?? ${defaultPriority};` : groupCode(fast, fast.priorityGroup, priorityStepCode)}
  if (priority === undefined) return undefined;
  let attachedSelectors;
${groupCode(fast, fast.workerGroup, workerStepCode)}
  return {
    outcome: "classified",
    policyId: ${JSON.stringify(fast.policyId)},
    queueId,
    queueFrom: kept ? (own === undefined ? "fallback" : "job") : "selectors",
    priority,
    attachedWorkerSelectors: attachedSelectors ?? noSelectors,
    warnings: noWarnings,
  };
};`;
}

function selectorCount(fast: FastPolicy): number {
  return fast.steps.length;
}

function computedCode(at: number, index: number): string {
  return `  {
    const truth = truths[${at}](labels);
    if (truth === undefined) return undefined;
    if (truth) b${index >> 5} |= ${1 << (index & 31)};
  }`;
}

function placeCode(word: number): string {
  return `    if (q${word} !== 0) {
      if (place !== -1 || (q${word} & (q${word} - 1)) !== 0) return undefined;
      place = ${word * 32 + 31} - Math.clz32(q${word});
    }`;
}

/** What a step does when it applies; `last` ends a first-match chain. */
type StepCode = (
  fast: FastPolicy,
  step: number,
) => { readonly code: string; readonly last: boolean };

/** The conditions of a group, for each class of its index label those that can still hold. */
function groupCode(fast: FastPolicy, group: RuleGroup, stepCode: StepCode): string {
  if (group.all.length === 0) return "";
  if (group.indexLabel < 0) return chainCode(fast, group, group.all, undefined, stepCode);
  const known = fast.classes[group.indexLabel]?.bits ?? [];
  const byBody = new Map<string, number[]>();
  for (const [number, candidates] of group.candidates.entries()) {
    const body = chainCode(fast, group, candidates, known[number], stepCode);
    byBody.set(body, [...(byBody.get(body) ?? []), number]);
  }
  const cases = [...byBody].map(
    ([body, numbers]) =>
      `    ${numbers.map((number) => `case ${number}:`).join(" ")}\n${body}\n      break;`,
  );
  return `  switch (class${group.indexLabel}) {\n${cases.join("\n")}\n    default: return interpret(job, drawn);\n  }`;
}

function chainCode(
  fast: FastPolicy,
  group: RuleGroup,
  candidates: Int32Array,
  classBits: Int32Array | undefined,
  stepCode: StepCode,
): string {
  const byStep = new Map<number, string[]>();
  for (const candidate of candidates) {
    const step = group.steps[candidate] ?? 0;
    byStep.set(step, [...(byStep.get(step) ?? []), testCode(fast, group, candidate, classBits)]);
  }
  const lines: string[] = [];
  for (const [step, tests] of byStep) {
    const { code, last } = stepCode(fast, step);
    if (code === "") continue;
    const always = tests.includes("");
    const test = tests.map((one) => `(${one})`).join(" || ");
    const prefix = last && lines.length > 0 ? "else " : "";
    lines.push(always ? `      ${prefix}{ ${code} }` : `      ${prefix}if (${test}) { ${code} }`);
    if (always && last) break;
  }
  return lines.join("\n");
}

/** `(b0 & 5) === 4`; empty when it always holds in this class of the index label. */
function testCode(
  fast: FastPolicy,
  group: RuleGroup,
  candidate: number,
  classBits: Int32Array | undefined,
): string {
  const parts: string[] = [];
  const base = candidate * fast.words * 2;
  for (const word of range(fast.words)) {
    const known = classBits === undefined ? 0 : (group.labelMask[word] ?? 0);
    const mask = (group.tests[base + word] ?? 0) & ~known;
    const want = (group.tests[base + fast.words + word] ?? 0) & ~known;
    if (mask !== 0) parts.push(`(b${word} & ${mask}) === ${want}`);
  }
  return parts.join(" && ");
}

const queueStepCode: StepCode = (fast, step) => {
  const { label, attached } = fast.steps[step] ?? {};
  const words = range(fast.universe.words);
  if (label !== undefined && label >= 0) {
    const intersect = words.map((word) => `q${word} &= set.bits[${word}];`).join(" ");
    return {
      code: `if (isLabelValue(v${label})) { const set = setOf[${step}](v${label}); ${intersect} attached = true; }`,
      last: false,
    };
  }
  const { bits, named } = attached?.([])?.queues ?? { bits: undefined, named: false };
  if (bits === undefined) return { code: "", last: false };
  const intersect = words.map((word) => `q${word} &= ${bits[word] ?? 0};`).join(" ");
  return { code: `${intersect} attached = true;${named ? " named = true;" : ""}`, last: false };
};

const priorityStepCode: StepCode = (fast, leaf) => {
  const priority = fast.leaves?.[leaf]?.priority;
  return { code: `priority = ${priority ?? "runPriority(job)"};`, last: true };
};

const workerStepCode: StepCode = (fast, step) => {
  const { label, attached } = fast.steps[step] ?? {};
  if (label !== undefined && label >= 0) {
    const push = `(attachedSelectors ??= []).push(selectorOf[${step}](v${label}));`;
    return { code: `if (isLabelValue(v${label})) ${push}`, last: false };
  }
  const count = attached?.([])?.selectors.length ?? 0;
  if (count === 0) return { code: "", last: false };
  const own = range(count).map((at) => `selectors${step}[${at}]`);
  return { code: `(attachedSelectors ??= []).push(${own.join(", ")});`, last: false };
};

interface LabelCode {
  emit(label: number, isIndex: boolean): string;
}

/** Reads one label and adds its bits; the class is kept where it chooses candidates. */
function labelCode(own: LabelClasses): LabelCode {
  const tests = knownTests(own);
  return {
    emit(label, isIndex) {
      const read = `  const v${label} = labels[${JSON.stringify(own.key)}];`;
      if (own.touched.length === 0 && !isIndex) return read;
      const set = (number: number): string =>
        [
          ...own.touched.flatMap((word) => {
            const bits = own.bits[number]?.[word] ?? 0;
            return bits === 0 ? [] : [`b${word} |= ${bits};`];
          }),
          ...(isIndex ? [`class${label} = ${number};`] : []),
        ].join(" ");
      const chain = tests.map(
        ({ test, number }) => `if (${test.replaceAll("$", `v${label}`)}) { ${set(number)} }`,
      );
      const other = `{
    found = classOf${label}(v${label});
    if (found === ${noClass}) return undefined;
    ${own.touched.map((word) => `b${word} |= bits${label}[found][${word}];`).join(" ")}
    ${isIndex ? `class${label} = found;` : ""}
  }`;
      const declare = isIndex ? `  let class${label} = 0;\n` : "";
      return `${read}\n${declare}  ${[...chain, other].join("\n  else ")}`;
    },
  };
}

interface KnownTest {
  /** An expression over the value, which is written `$`. */
  readonly test: string;
  readonly number: number;
}

/** The values that can be told by comparing; those that fail are left to the careful path. */
function knownTests(own: LabelClasses): readonly KnownTest[] {
  const tests: KnownTest[] = [];
  const add = (test: string, number: number): void => {
    if (number !== noClass) tests.push({ test, number });
  };
  for (const text of own.texts) add(`$ === ${JSON.stringify(text)}`, own.classOf(text));
  add("$ === true", own.classOf(true));
  add("$ === false", own.classOf(false));
  if (own.thresholds !== undefined) {
    for (const { test, number } of numberTests(own, own.thresholds)) add(test, number);
    // All texts that no atom names are alike.
    const other = `${own.texts.join("")} and none of these`;
    add('typeof $ === "string"', own.classOf(other));
  }
  add("$ === undefined", own.classOf(undefined));
  return tests;
}

/** One test for each run of neighbouring intervals that are in one class, ascending. */
function numberTests(own: LabelClasses, thresholds: readonly number[]): readonly KnownTest[] {
  const plain = "($ === 0 || ($ < 1e15 && $ > -1e15 && ($ >= 1e-6 || $ <= -1e-6)))";
  const bounds: KnownTest[] = [];
  for (const [index, threshold] of thresholds.entries()) {
    const before = thresholds[index - 1];
    bounds.push({ test: `$ < ${threshold}`, number: own.classOf(between(before, threshold)) });
    bounds.push({ test: `$ <= ${threshold}`, number: own.classOf(threshold) });
  }
  bounds.push({ test: "true", number: own.classOf(between(thresholds.at(-1), undefined)) });
  const merged = bounds.filter(({ number }, index) => bounds[index + 1]?.number !== number);
  return merged.map(({ test, number }) => ({
    test: `typeof $ === "number" && ${plain}${test === "true" ? "" : ` && ${test}`}`,
    number,
  }));
}

/** A plain number strictly between two thresholds. */
function between(low: number | undefined, high: number | undefined): number {
  if (low !== undefined && high !== undefined) return (low + high) / 2;
  if (low !== undefined) return low + 1;
  return high === undefined ? 0 : high - 1;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
