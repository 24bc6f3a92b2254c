import { hasPlainPrototype, isLabelValue } from "../../labels.ts";
import { defaultPriority } from "../../rules/priority.ts";
import { generatedAdmission } from "./admission.ts";
import { decisionTree, type Rule } from "./decision-tree.ts";
import type { FastClassifier, FastPolicy } from "./fast-policy.ts";
import { interpretedClassifier, noSelectors, noWarnings } from "./interpreted.ts";
import { onlyBit } from "./queue-sets.ts";
import type { Member } from "./rule-index.ts";
import { type Constant, type LeafTest, policyCode } from "./tree-code.ts";

/**
 * Past these the index is better: V8 takes too long to optimise the code. Attaching is a call
 * in every leaf, which costs it more than an assignment does.
 */
const maxMembers = 700;
const assigning = { size: 1_500, cost: 64 };
const attaching = { size: 800, cost: 64 };

/**
 * The same as `interpretedClassifier`, written out as JavaScript for jobs whose labels are of the
 * types that conditions expect: values compared with the literals that conditions name, in the
 * order of a decision tree. Other jobs go to the index.
 * `undefined` where code may not be generated (a strict content security policy).
 */
export function generatedClassifier(
  fast: FastPolicy,
  interpret: FastClassifier,
): FastClassifier | undefined {
  const { queueMembers, priorityMembers, workerMembers } = fast;
  if (queueMembers.length + priorityMembers.length + workerMembers.length > maxMembers) {
    return indexedClassifier(fast);
  }
  const constants = new Map<unknown, string>();
  const constant: Constant = (value) => {
    const known = constants.get(value);
    if (known !== undefined) return known;
    const name = `k${constants.size}`;
    constants.set(value, name);
    return name;
  };
  const leave = `return ${constant(interpret)}(job, drawn);`;
  const code = policyCode(fast, constant, leave);
  const queueCode = hasSingleQueues(fast)
    ? group(queueMembers, "only", (step) => placeOf(fast, step), singleQueue(fast, leave))
    : group(queueMembers, "all", stepWithSelectors(fast), queueSets(fast, constant));
  const priorityCode =
    fast.leaves === undefined
      ? `priority = job.priority ?? ${defaultPriority};`
      : group(priorityMembers, "first", (leaf) => leaf, firstPriority(fast, constant));
  const workerCode = group(
    workerMembers,
    "all",
    stepWithSelectors(fast),
    workerSelectors(fast, constant),
  );
  if (queueCode === undefined || priorityCode === undefined || workerCode === undefined) {
    return indexedClassifier(fast);
  }
  // Once labels were read, V8 knows their shape, and asking for their prototype costs nothing.
  const source = `"use strict"; return function classify(job, drawn) {
const labels = job.labels;
if (typeof labels !== "object" || labels === null) ${leave}
${code.reads}
if (!${constant(hasPlainPrototype)}(labels)) ${leave}
${code.guards}
const own = job.queueId;
let matched;
${hasSingleQueues(fast) ? queueCode : matchedOf(fast, queueCode, constant)}
const kept = matched === undefined${fast.ownQueueWins ? " || own !== undefined" : ""};
const queueId = kept ? ${constant(fast.queueWithoutMatch)}(own) : matched;
if (queueId === undefined) return undefined;
let priority;
${priorityCode}
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

  /** `effectOf`: members of one effect are alternatives; `undefined`: they have none. */
  function group(
    members: readonly Member[],
    rule: Rule,
    effectOf: (step: number) => number | undefined,
    leaf: (tests: readonly LeafTest[]) => string,
  ): string | undefined {
    const own = members.flatMap((member) => {
      const effect = effectOf(member.step);
      const found = effect === undefined ? undefined : code.treeMember(member, effect);
      return found === undefined ? [] : [found];
    });
    const tree = decisionTree(own, code.treeLabels, rule, rule === "all" ? attaching : assigning);
    return tree === undefined ? undefined : code.statements(tree, leaf);
  }
}

/** Through the index, with code only to read the labels. */
function indexedClassifier(fast: FastPolicy): FastClassifier | undefined {
  const admission = generatedAdmission(fast.classes);
  return admission === undefined ? undefined : interpretedClassifier(fast, admission);
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

/** The only queue of an attachment; `undefined`: it has no selectors. */
function placeOf({ steps }: FastPolicy, step: number): number | undefined {
  const bits = steps[step]?.attached([])?.queues.bits;
  return bits === undefined ? undefined : onlyBit(bits);
}

/** Steps that attach something, in one way or another. */
function stepWithSelectors({ steps }: FastPolicy): (step: number) => number | undefined {
  return (step) => {
    const own = steps[step];
    const attaches =
      own !== undefined && (own.label >= 0 || own.attached([])?.selectors.length !== 0);
    return attaches ? step : undefined;
  };
}

/** Effects are queues; where two hold, no queue is both, and none matches. */
function singleQueue(
  { universe }: FastPolicy,
  leave: string,
): (tests: readonly LeafTest[]) => string {
  const idOf = (place: number): string => JSON.stringify(universe.queues[place]?.id);
  return (tests) => {
    const certain = tests.filter(({ test }) => test === undefined);
    const [first, second] = certain;
    if (second !== undefined) return "";
    const lines = first === undefined ? [] : [`matched = ${idOf(first.effect)};`];
    for (const [effect, test] of byEffect(tests.filter((one) => one.test !== undefined))) {
      const id = idOf(effect);
      const found =
        lines.length === 0
          ? `matched = ${id};`
          : first !== undefined
            ? leave
            : `if (matched !== undefined) ${leave} matched = ${id};`;
      lines.push(`if (${test}) { ${found} }`);
    }
    return lines.join("\n");
  };
}

/** Sets of queues are intersected, by words of bits. */
function queueSets(fast: FastPolicy, constant: Constant): (tests: readonly LeafTest[]) => string {
  const words = range(fast.universe.words);
  return eachStep((step) => {
    const { label = -1, attached, setOf } = fast.steps[step] ?? {};
    if (label >= 0) {
      const intersect = words.map((word) => `q${word} &= set.bits[${word}];`).join(" ");
      const set = `const set = ${constant(setOf)}(v${label});`;
      return `if (${constant(isLabelValue)}(v${label})) { ${set} ${intersect} attached = true; }`;
    }
    const { bits, named } = attached?.([])?.queues ?? { bits: undefined, named: false };
    const intersect = words.map((word) => `q${word} &= ${bits?.[word] ?? 0};`).join(" ");
    return `${intersect} attached = true;${named ? " named = true;" : ""}`;
  });
}

function matchedOf({ universe }: FastPolicy, queueCode: string, constant: Constant): string {
  const words = range(universe.words);
  const ids = constant(universe.queues.map(({ id }) => id));
  const declared = words.map((word) => `q${word} &= ${universe.declared[word] ?? 0};`).join(" ");
  const places = words.map(
    (word) => `if (q${word} !== 0) {
if (matched !== undefined || (q${word} & (q${word} - 1)) !== 0) return undefined;
matched = ${ids}[${word * 32 + 31} - Math.clz32(q${word})];
}`,
  );
  return `let ${words.map((word) => `q${word} = -1`).join(", ")}, attached = false, named = false;
${queueCode}
if (attached) {
if (!named) { ${declared} }
${places.join("\n")}
}`;
}

/** Effects are leaves. */
function firstPriority(
  fast: FastPolicy,
  constant: Constant,
): (tests: readonly LeafTest[]) => string {
  return (tests) =>
    tests
      .map(({ effect, test }) => {
        const value = fast.leaves?.[effect]?.priority ?? `${constant(fast.runPriority)}(job)`;
        return `${test === undefined ? "" : `if (${test}) `}{ priority = ${value}; }`;
      })
      .join(" else ");
}

function workerSelectors(
  fast: FastPolicy,
  constant: Constant,
): (tests: readonly LeafTest[]) => string {
  return eachStep((step) => {
    const { label = -1, attached, selectorOf } = fast.steps[step] ?? {};
    if (label >= 0) {
      const push = `(selectors ??= []).push(${constant(selectorOf)}(v${label}));`;
      return `if (${constant(isLabelValue)}(v${label})) ${push}`;
    }
    const own = attached?.([])?.selectors ?? noSelectors;
    return `(selectors ??= []).push(${own.map((selector) => constant(selector)).join(", ")});`;
  });
}

/** Effects are steps, each carried out once, in order. */
function eachStep(codeOf: (step: number) => string): (tests: readonly LeafTest[]) => string {
  return (tests) =>
    [...byEffect(tests)]
      .map(([step, test]) =>
        test === undefined ? `{ ${codeOf(step)} }` : `if (${test}) { ${codeOf(step)} }`,
      )
      .join("\n");
}

/** One test for each effect. */
function byEffect(tests: readonly LeafTest[]): ReadonlyMap<number, string | undefined> {
  const found = new Map<number, string | undefined>();
  for (const { effect, test } of tests) {
    const before = found.get(effect);
    if (!found.has(effect) || test === undefined) found.set(effect, test);
    else if (before !== undefined) found.set(effect, `${before} || ${test}`);
  }
  return found;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
