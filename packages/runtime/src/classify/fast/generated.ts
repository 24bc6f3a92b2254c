import type { LabelValue } from "@routewright/jobrouter";
import { hasPlainPrototype, isLabelValue } from "../../labels.ts";
import type { Logic } from "../../rules/outline.ts";
import { defaultPriority } from "../../rules/priority.ts";
import { generatedAdmission } from "./admission.ts";
import { atomOf, isPositive, literal } from "./conjunctions.ts";
import { type CodedMember, Dispatch, type StepCode } from "./dispatch-code.ts";
import type { FastClassifier, FastPolicy } from "./fast-policy.ts";
import { interpretedClassifier, noSelectors, noWarnings } from "./interpreted.ts";
import { type LabelCode, labelCode } from "./label-code.ts";
import { onlyBit } from "./queue-sets.ts";
import type { Member } from "./rule-index.ts";

/** Past so many members or tests the code would not be optimised; the index is better then. */
const maxMembers = 700;
const maxTests = 3_000;

/**
 * The same as `interpretedClassifier`, written out as JavaScript for jobs whose labels are of the
 * types that conditions expect: values compared with the literals that conditions name, reached
 * through switches over the labels that divide the rules. Other jobs go to the index.
 * `undefined` where code may not be generated (a strict content security policy), or too much.
 */
export function generatedClassifier(
  fast: FastPolicy,
  interpret: FastClassifier,
): FastClassifier | undefined {
  const { queueMembers, priorityMembers, workerMembers, classes } = fast;
  if (queueMembers.length + priorityMembers.length + workerMembers.length > maxMembers) {
    return indexedClassifier(fast);
  }
  const constants = new Map<unknown, string>();
  const constant = (value: unknown): string => {
    const known = constants.get(value);
    if (known !== undefined) return known;
    const name = `k${constants.size}`;
    constants.set(value, name);
    return name;
  };
  const leave = `return ${constant(interpret)}(job, drawn);`;
  const labels = classes.map((own, label) =>
    labelCode(own, { value: `v${label}`, constant, leave }),
  );
  const coder = memberCoder(fast, labels);
  const simple = hasSingleQueues(fast);
  const groups = [
    group(queueMembers, queueStep(fast, constant, simple)),
    group(priorityMembers, priorityStep(fast, constant)),
    group(workerMembers, workerStep(fast, constant)),
  ];
  const [queueCode, priorityCode, workerCode] = groups;
  if (groups.includes(undefined)) return indexedClassifier(fast);
  const words = range(fast.universe.words);
  const ids = constant(fast.universe.queues.map(({ id }) => id));
  const readPlace = simple
    ? `if (place === -2) ${leave}`
    : `if (attached) {
if (!named) { ${words.map((word) => `q${word} &= ${fast.universe.declared[word] ?? 0};`).join(" ")} }
${words.map((word) => placeCode(word)).join("\n")}
}`;
  const source = `"use strict"; return function classify(job, drawn) {
const labels = job.labels;
if (labels === undefined || !${constant(hasPlainPrototype)}(labels)) ${leave}
${classes.map(({ key }, label) => `const v${label} = labels[${JSON.stringify(key)}];`).join("\n")}
${labels.map(({ guard }) => guard).join("\n")}
${fast.computed
  .map((atom) =>
    computedCode(
      atom.index,
      constant((bag: Bag) => atom.truth(bag)),
    ),
  )
  .join("\n")}
let place = -1;
${simple ? "" : `let ${words.map((word) => `q${word} = -1`).join(", ")}, attached = false, named = false;`}
${queueCode}
${readPlace}
const own = job.queueId;
const kept = place === -1${fast.ownQueueWins ? " || own !== undefined" : ""};
const queueId = kept ? ${constant(fast.queueWithoutMatch)}(own) : ${ids}[place];
if (queueId === undefined) return undefined;
let priority;
${fast.leaves === undefined ? `priority = job.priority ?? ${defaultPriority};` : priorityCode}
if (priority === undefined) return undefined;
let selectors;
${workerCode}
return {
  outcome: "classified",
  policyId: ${JSON.stringify(fast.policyId)},
  queueId,
  queueFrom: kept ? (own === undefined ? "fallback" : "job") : "selectors",
  priority,
  attachedWorkerSelectors: selectors ?? ${constant(noSelectors)},
  warnings: ${constant(noWarnings)},
};
};`;
  try {
    // Only names made here, numbers and JSON literals are in this text.
    return new Function(...constants.values(), source)(...constants.keys()) as FastClassifier;
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    // Only a host that forbids generated code gets here; it loses speed and nothing else.
    return undefined;
  }

  function group(
    members: readonly Member[],
    stepCode: (step: number) => StepCode,
  ): string | undefined {
    const dispatch = new Dispatch(labels, stepCode, maxTests);
    const code = dispatch.emit(members.map(coder));
    return dispatch.isOverBudget ? undefined : code;
  }
}

/** Through the index, with code only to read the labels. */
function indexedClassifier(fast: FastPolicy): FastClassifier | undefined {
  const admission = generatedAdmission(fast.classes);
  return admission === undefined ? undefined : interpretedClassifier(fast, admission);
}

type Bag = Readonly<Record<string, LabelValue>>;

/** What a member asks, as code. */
function memberCoder(
  fast: FastPolicy,
  labels: readonly LabelCode[],
): (member: Member) => CodedMember {
  const labelOfAtom = new Map<number, number>();
  for (const [label, { atoms }] of fast.classes.entries()) {
    for (const { index } of atoms) labelOfAtom.set(index, label);
  }
  const literalCode = (code: number): string => {
    const label = labelOfAtom.get(atomOf(code));
    if (label === undefined) return `${isPositive(code) ? "" : "!"}t${atomOf(code)}`;
    return `(${labels[label]?.test([code]) ?? "false"})`;
  };
  return ({ step, conjunction, whole }) => {
    const byLabel = new Map<number, number[]>();
    const others: string[] = [];
    for (const code of conjunction) {
      const label = labelOfAtom.get(atomOf(code));
      if (label === undefined) others.push(literalCode(code));
      else byLabel.set(label, [...(byLabel.get(label) ?? []), code]);
    }
    const tests = new Map(
      [...byLabel].map(([label, codes]) => [
        label,
        { codes, code: labels[label]?.test(codes) ?? "false" },
      ]),
    );
    if (whole !== undefined) {
      others.push(
        logicCode(whole.logic, (node) => literalCode(literal(whole.atomIndex(node), true))),
      );
    }
    return { step, tests, others };
  };
}

function logicCode(logic: Logic, atom: (node: Logic["node"]) => string): string {
  switch (logic.kind) {
    case "constant":
      return String(logic.value);
    case "atom":
      return atom(logic.node);
    case "not":
      return `!${logicCode(logic.term, atom)}`;
    case "and":
    case "or": {
      const terms = logic.terms.map((term) => logicCode(term, atom));
      return `(${terms.join(logic.kind === "and" ? " && " : " || ")})`;
    }
    case "choose": {
      const arms = logic.branches.map(
        ({ condition, value }) => `${logicCode(condition, atom)} ? ${logicCode(value, atom)} : `,
      );
      const rest = logic.otherwise === undefined ? "false" : logicCode(logic.otherwise, atom);
      return `(${arms.join("")}${rest})`;
    }
    case "value":
      return "false";
  }
}

function computedCode(atom: number, truth: string): string {
  return `const t${atom} = ${truth}(labels); if (t${atom} === undefined) return undefined;`;
}

/** Whether every queue attachment leads to one queue that may match as it is. */
function hasSingleQueues({ steps, queueMembers, universe }: FastPolicy): boolean {
  return queueMembers.every(({ step }) => {
    const own = steps[step];
    if (own === undefined || own.label >= 0) return false;
    const set = own.attached([])?.queues;
    if (set?.bits === undefined) return true;
    const place = onlyBit(set.bits);
    return place >= 0 && (set.named || isSet(universe.declared, place));
  });
}

function isSet(words: Int32Array, bit: number): boolean {
  return (((words[bit >> 5] ?? 0) >> (bit & 31)) & 1) === 1;
}

function placeCode(word: number): string {
  return `if (q${word} !== 0) {
if (place !== -1 || (q${word} & (q${word} - 1)) !== 0) return undefined;
place = ${word * 32 + 31} - Math.clz32(q${word});
}`;
}

type Constant = (value: unknown) => string;

function queueStep(
  fast: FastPolicy,
  constant: Constant,
  simple: boolean,
): (step: number) => StepCode {
  const words = range(fast.universe.words);
  return (step) => {
    const { label = -1, attached, setOf } = fast.steps[step] ?? {};
    if (label >= 0) {
      const intersect = words.map((word) => `q${word} &= set.bits[${word}];`).join(" ");
      const set = `const set = ${constant(setOf)}(v${label});`;
      return {
        code: `if (${constant(isLabelValue)}(v${label})) { ${set} ${intersect} attached = true; }`,
        last: false,
      };
    }
    const { bits, named } = attached?.([])?.queues ?? { bits: undefined, named: false };
    if (bits === undefined) return { code: "", last: false };
    if (simple) {
      const place = onlyBit(bits);
      return { code: `if (place !== ${place}) place = place === -1 ? ${place} : -2;`, last: false };
    }
    const intersect = words.map((word) => `q${word} &= ${bits[word] ?? 0};`).join(" ");
    return { code: `${intersect} attached = true;${named ? " named = true;" : ""}`, last: false };
  };
}

function priorityStep(fast: FastPolicy, constant: Constant): (leaf: number) => StepCode {
  return (leaf) => {
    const priority = fast.leaves?.[leaf]?.priority;
    return {
      code: `priority = ${priority ?? `${constant(fast.runPriority)}(job)`};`,
      last: true,
    };
  };
}

function workerStep(fast: FastPolicy, constant: Constant): (step: number) => StepCode {
  return (step) => {
    const { label = -1, attached, selectorOf } = fast.steps[step] ?? {};
    if (label >= 0) {
      const push = `(selectors ??= []).push(${constant(selectorOf)}(v${label}));`;
      return { code: `if (${constant(isLabelValue)}(v${label})) ${push}`, last: false };
    }
    const own = attached?.([])?.selectors ?? noSelectors;
    if (own.length === 0) return { code: "", last: false };
    const pushed = own.map((selector) => constant(selector)).join(", ");
    return { code: `(selectors ??= []).push(${pushed});`, last: false };
  };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
