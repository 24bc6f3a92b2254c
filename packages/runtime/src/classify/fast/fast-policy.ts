import type { Job, Labels, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { FxNode } from "@routewright/powerfx";
import { cleanLabels, isLabelValue } from "../../labels.ts";
import { type Logic, logicOf } from "../../rules/outline.ts";
import { defaultPriority, priorityOf } from "../../rules/priority.ts";
import { type DecisionContext, decide, passThroughSelector } from "../decide.ts";
import type { CompiledAttachment, CompiledPolicy } from "../policy.ts";
import type { Classification, ClassifiedJob } from "../result.ts";
import { chooseAllocation } from "../weights.ts";
import { type Atom, AtomTable } from "./atoms.ts";
import { type Conjunction, conjunctionsOf } from "./conjunctions.ts";
import { type LabelClasses, labelClasses, noClass, setBit } from "./label-classes.ts";
import { type PriorityLeaf, priorityLeaves } from "./priority-leaves.ts";
import { onlyBit, type QueueSet, type QueueUniverse, queueUniverse } from "./queue-sets.ts";
import { type RuleGroup, ruleGroup } from "./rule-group.ts";

/**
 * The same decision as `decide`, faster, for jobs that need nothing unusual: labels are read once
 * and become bits (what is true of each), conditions are tests on those bits, and the queue is
 * what sets of queues have in common. Where an expression fails, a warning is due or a number is
 * odd, `decide` is asked: every failure, and every word about it, has one source.
 *
 * `undefined` for a policy with what only `decide` does: functions, webhooks, rule engines.
 */
export function fastClassifier(
  policy: CompiledPolicy,
  context: DecisionContext,
): ((job: Job) => Classification) | undefined {
  const attachments = [...policy.queueAttachments, ...policy.workerAttachments];
  const { assumptions } = context;
  const usual =
    assumptions.Q11 === "blankIsFalse" &&
    assumptions.Q15 === "attachNothing" &&
    assumptions.Q17 === "exact";
  if (!usual || !attachments.every(isPlain)) return undefined;
  // A job could name any queue then, one that is only presumed included.
  if (policy.queueAttachments.some((one) => one.kind === "passThrough" && one.key === "Id")) {
    return undefined;
  }
  const rule = policy.priority;
  if (rule !== undefined && rule.rule.kind !== "static" && rule.program === undefined) {
    return undefined;
  }
  return compile(policy, attachments, context);
}

/** Answers of `matchQueue` that are no place of a queue. */
const none = -1;
const several = -2;

const noSelectors: readonly WorkerSelector[] = Object.freeze([]);
const noWarnings: ClassifiedJob["warnings"] = Object.freeze([]);

function isPlain(attachment: CompiledAttachment): boolean {
  switch (attachment.kind) {
    case "ruleEngine":
      return false;
    case "conditional": {
      const { rule, program } = attachment.condition;
      // A formula that is broken whatever the labels fails every time: `decide` says how.
      return program === undefined ? rule.kind === "static" : program.diagnostics.length === 0;
    }
    default:
      return true;
  }
}

/** An attachment, with what it attaches worked out as far as it can be. */
interface Step {
  readonly attachment: CompiledAttachment;
  /** Place of a pass-through's label among the labels read; else -1. */
  readonly label: number;
  /** One for a static or conditional attachment, one a share for a weighted one. */
  readonly attached: readonly Attached[];
  readonly weights: readonly number[];
  /** Which of the job's random numbers a weighted allocation uses. */
  readonly draw: number;
  /** Of a queue pass-through: what each value leaves. */
  readonly setOf: (value: LabelValue) => QueueSet;
}

interface Attached {
  readonly queues: QueueSet;
  readonly selectors: readonly WorkerSelector[];
}

function compile(
  policy: CompiledPolicy,
  attachments: readonly CompiledAttachment[],
  context: DecisionContext,
): (job: Job) => Classification {
  const table = new AtomTable();
  const conditions = attachments.map((attachment) => conditionOf(attachment, table));
  const program = policy.priority?.program;
  if (program !== undefined) table.addAll(program.text, logicOf(program.tree));
  const words = Math.max(1, Math.ceil(table.atoms.length / 32));
  const conjunctions = conditions.map((condition) => condition(words));
  const leaves =
    policy.priority === undefined
      ? []
      : priorityLeaves(
          policy.priority,
          (node) => table.of(program?.text ?? "", node).index,
          words,
          context,
        );

  const keys = labelKeys(table.atoms, attachments);
  const atomsOfLabel = keys.map((key) => table.atoms.filter((atom) => onlyLabel(atom) === key));
  const labelMasks = atomsOfLabel.map((atoms) => {
    const mask = new Int32Array(words);
    for (const { index } of atoms) setBit(mask, index);
    return mask;
  });
  const computed = table.atoms.filter((atom) => onlyLabel(atom) === undefined);
  const universe = queueUniverse(policy, context);
  let draws = 0;
  const steps = attachments.map((attachment) => {
    const draw = attachment.kind === "weightedAllocation" ? draws++ : -1;
    return stepOf(attachment, keys, universe, draw);
  });
  const queueSteps = policy.queueAttachments.length;
  const membersOf = (from: number, to: number) =>
    conjunctions
      .slice(from, to)
      .flatMap((list, index) => list.map((conjunction) => ({ step: from + index, conjunction })));
  const queueGroup = ruleGroup(membersOf(0, queueSteps), labelMasks, words);
  const workerGroup = ruleGroup(membersOf(queueSteps, steps.length), labelMasks, words);
  const priorityGroup = ruleGroup(
    leaves.map(({ conjunction }, step) => ({ step, conjunction })),
    labelMasks,
    words,
  );
  const classes = keys.map(
    (key, label): LabelClasses =>
      labelClasses(key, atomsOfLabel[label] ?? [], words, (bits) => {
        for (const group of [queueGroup, workerGroup, priorityGroup]) {
          if (group.indexLabel === label) group.addClass(bits);
        }
      }),
  );
  return classifierOver({
    policy,
    context,
    words,
    keys,
    classes,
    computed,
    steps,
    universe,
    leaves,
    queueGroup,
    workerGroup,
    priorityGroup,
    weighted: draws,
  });
}

interface FastPolicy {
  readonly policy: CompiledPolicy;
  readonly context: DecisionContext;
  /** Words of 32 bits that hold the truth of every atom. */
  readonly words: number;
  readonly keys: readonly string[];
  readonly classes: readonly LabelClasses[];
  /** Atoms over several labels, or none: asked for each job. */
  readonly computed: readonly Atom[];
  readonly steps: readonly Step[];
  readonly universe: QueueUniverse;
  readonly leaves: readonly PriorityLeaf[];
  readonly queueGroup: RuleGroup;
  readonly workerGroup: RuleGroup;
  readonly priorityGroup: RuleGroup;
  readonly weighted: number;
}

function classifierOver(fast: FastPolicy): (job: Job) => Classification {
  const { policy, context, words, keys, classes, computed, steps, universe, leaves } = fast;
  const { queueGroup, workerGroup, priorityGroup, weighted } = fast;
  const { fallbackQueueId, id: policyId } = policy.policy;
  const presume = context.assumptions.Q6 === "presume";
  const exists = (queueId: string): boolean =>
    presume || context.queues.find(queueId) !== undefined;
  const fallback =
    fallbackQueueId !== undefined && exists(fallbackQueueId) ? fallbackQueueId : undefined;
  // Scratch space, so that a job allocates its result only.
  const bits = new Int32Array(words);
  const classNumbers = new Int32Array(keys.length);
  const values: (LabelValue | undefined)[] = keys.map(() => undefined);
  const queues = new Int32Array(universe.words);

  return (job) => {
    if (weighted === 0) return classify(job, []) ?? decide(policy, job, context);
    // Drawn beforehand: `decide` must see the same numbers if it is asked in the end.
    const drawn = Array.from({ length: weighted }, () => context.choice());
    let next = 0;
    const replayed = { ...context, choice: () => drawn[next++] ?? 0 };
    return classify(job, drawn) ?? decide(policy, job, replayed);
  };

  function classify(job: Job, drawn: readonly number[]): ClassifiedJob | undefined {
    const labels = job.labels;
    if (!admit(labels)) return undefined;
    const matched = matchQueue(drawn);
    if (matched === several) return undefined;
    let queueId = matched < 0 ? undefined : universe.queues[matched]?.id;
    let queueFrom: ClassifiedJob["queueFrom"] = "selectors";
    const own = job.queueId;
    if (
      own !== undefined &&
      (queueId === undefined || context.assumptions.Q14 === "ownQueueWins")
    ) {
      if (!exists(own)) return undefined;
      queueId = own;
      queueFrom = "job";
    } else if (queueId === undefined) {
      if (fallback === undefined) return undefined;
      queueId = fallback;
      queueFrom = "fallback";
    }
    const priority =
      policy.priority === undefined ? (job.priority ?? defaultPriority) : prioritise(labels);
    if (priority === undefined) return undefined;
    return {
      outcome: "classified",
      policyId,
      queueId,
      queueFrom,
      priority,
      attachedWorkerSelectors: attachWorkers(drawn),
      warnings: noWarnings,
    };
  }

  /** Reads the labels and sets the bits; false: some atom cannot be told true or false. */
  function admit(labels: Labels | undefined): boolean {
    if (labels !== undefined) {
      // Own properties are read as if by name; what a plain object inherits is no label value.
      const prototype: unknown = Object.getPrototypeOf(labels);
      if (prototype !== Object.prototype && prototype !== null) return false;
    }
    bits.fill(0);
    for (let label = 0; label < keys.length; label++) {
      const raw: unknown = labels === undefined ? undefined : labels[keys[label] ?? ""];
      const value = isLabelValue(raw) ? raw : undefined;
      const own = classes[label];
      if (own === undefined) return false;
      const found = own.classOf(value);
      if (found === noClass) return false;
      values[label] = value;
      classNumbers[label] = found;
      const truths = own.bits[found];
      if (truths === undefined) return false;
      for (let word = 0; word < words; word++) {
        bits[word] = (bits[word] ?? 0) | (truths[word] ?? 0);
      }
    }
    for (const atom of computed) {
      const truth = atom.truth(labels ?? {});
      if (truth === undefined) return false;
      if (truth) setBit(bits, atom.index);
    }
    return true;
  }

  function candidatesOf(group: RuleGroup): Int32Array {
    if (group.indexLabel < 0) return group.all;
    return group.candidates[classNumbers[group.indexLabel] ?? 0] ?? group.all;
  }

  function holds(group: RuleGroup, index: number): boolean {
    const { tests } = group;
    let at = index * words * 2;
    for (let word = 0; word < words; word++, at++) {
      if (((bits[word] ?? 0) & (tests[at] ?? 0)) !== tests[at + words]) return false;
    }
    return true;
  }

  /** The place of the only queue that matches; `none`; `several`. */
  function matchQueue(drawn: readonly number[]): number {
    const candidates = candidatesOf(queueGroup);
    let attached = false;
    let named = false;
    let lastStep = -1;
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index] ?? 0;
      const number = queueGroup.steps[candidate] ?? 0;
      if (number === lastStep || !holds(queueGroup, candidate)) continue;
      lastStep = number;
      const step = steps[number];
      if (step === undefined) continue;
      const set = queueSetOf(step, drawn);
      if (set?.bits === undefined) continue;
      named ||= set.named;
      for (let word = 0; word < queues.length; word++) {
        const own = set.bits[word] ?? 0;
        queues[word] = attached ? (queues[word] ?? 0) & own : own;
      }
      attached = true;
    }
    if (!attached) return none;
    if (!named) {
      for (let word = 0; word < queues.length; word++) {
        queues[word] = (queues[word] ?? 0) & (universe.declared[word] ?? 0);
      }
    }
    return onlyBit(queues);
  }

  function queueSetOf(step: Step, drawn: readonly number[]): QueueSet | undefined {
    if (step.label >= 0) {
      const value = values[step.label];
      return value === undefined ? undefined : step.setOf(value);
    }
    return attachedOf(step, drawn)?.queues;
  }

  function attachedOf(step: Step, drawn: readonly number[]): Attached | undefined {
    if (step.draw < 0) return step.attached[0];
    const share = chooseAllocation(step.weights, drawn[step.draw] ?? 0, context.assumptions);
    return share === undefined ? undefined : step.attached[share];
  }

  function prioritise(labels: Labels | undefined): number | undefined {
    const candidates = candidatesOf(priorityGroup);
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index] ?? 0;
      if (!holds(priorityGroup, candidate)) continue;
      return leaves[candidate]?.priority ?? runPriority(labels);
    }
    return undefined;
  }

  function runPriority(labels: Labels | undefined): number | undefined {
    const rule = policy.priority;
    if (rule === undefined) return undefined;
    const job = cleanLabels(labels);
    const result = rule.run({ job, payload: { job } }, context.answers);
    if (!result.ok) return undefined;
    const priority = priorityOf(result.value, rule.pointer, context.assumptions);
    return priority.ok && priority.warning === undefined ? priority.priority : undefined;
  }

  function attachWorkers(drawn: readonly number[]): readonly WorkerSelector[] {
    const candidates = candidatesOf(workerGroup);
    let selectors: WorkerSelector[] | undefined;
    let lastStep = -1;
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index] ?? 0;
      const number = workerGroup.steps[candidate] ?? 0;
      if (number === lastStep || !holds(workerGroup, candidate)) continue;
      lastStep = number;
      const step = steps[number];
      if (step === undefined) continue;
      selectors ??= [];
      if (step.label >= 0) {
        const value = values[step.label];
        if (value !== undefined && step.attachment.kind === "passThrough") {
          selectors.push(passThroughSelector(step.attachment, value));
        }
        continue;
      }
      const attached = attachedOf(step, drawn);
      if (attached === undefined) continue;
      for (const selector of attached.selectors) selectors.push(selector);
    }
    return selectors ?? noSelectors;
  }
}

/** When an attachment applies, once it is known how many words the atoms take. */
type Condition = (words: number) => readonly Conjunction[];

function conditionOf(attachment: CompiledAttachment, table: AtomTable): Condition {
  const always: Condition = (words) => [
    { mask: new Int32Array(words), want: new Int32Array(words) },
  ];
  if (attachment.kind !== "conditional") return always;
  const { rule, program } = attachment.condition;
  if (program === undefined)
    return rule.kind === "static" && rule.value === true ? always : () => [];
  const logic = logicOf(program.tree);
  if (isLogic(logic)) {
    table.addAll(program.text, logic);
    const index = (node: FxNode): number => table.of(program.text, node).index;
    // Words do not matter for how many alternatives there are.
    if (conjunctionsOf(logic, index, 1) !== undefined) {
      return (words) => conjunctionsOf(logic, index, words) ?? [];
    }
  }
  const { index } = table.ofWhole(program.text, program.tree);
  return (words) => {
    const [conjunction] = always(words);
    if (conjunction === undefined) return [];
    setBit(conjunction.mask, index);
    setBit(conjunction.want, index);
    return [conjunction];
  };
}

/** Whether every arm is a condition too: else types decide what becomes of it. */
function isLogic(logic: Logic): boolean {
  if (logic.kind === "value") return false;
  if (logic.kind !== "choose") return true;
  return (
    logic.branches.every(({ value }) => isLogic(value)) &&
    (logic.otherwise === undefined || isLogic(logic.otherwise))
  );
}

/** The labels that are read for their classes or handed on; others only computed atoms read. */
function labelKeys(
  atoms: readonly Atom[],
  attachments: readonly CompiledAttachment[],
): readonly string[] {
  const keys = new Set<string>();
  for (const atom of atoms) {
    const key = onlyLabel(atom);
    if (key !== undefined) keys.add(key);
  }
  for (const attachment of attachments) {
    if (attachment.kind === "passThrough") keys.add(attachment.key);
  }
  return [...keys];
}

/** The label of an atom that reads one label of the job and nothing else. */
function onlyLabel(atom: Atom): string | undefined {
  const [first, second] = atom.labels;
  return first?.root === "job" && second === undefined ? first.name : undefined;
}

/** Values of a pass-through whose queues are remembered. */
const maxRemembered = 1_024;

function stepOf(
  attachment: CompiledAttachment,
  keys: readonly string[],
  universe: QueueUniverse,
  draw: number,
): Step {
  const attachedOf = (lists: readonly (readonly { readonly selector: WorkerSelector }[])[]) =>
    lists.map((list): Attached => {
      const selectors = list.map(({ selector }) => selector);
      return { selectors, queues: universe.setOf(selectors) };
    });
  const base = { attachment, label: -1, weights: [], draw, setOf: () => universe.setOf([]) };
  switch (attachment.kind) {
    case "static":
    case "conditional":
      return { ...base, attached: attachedOf([attachment.selectors]) };
    case "weightedAllocation":
      return {
        ...base,
        attached: attachedOf(attachment.allocations.map(({ selectors }) => selectors)),
        weights: attachment.allocations.map(({ weight }) => weight),
      };
    case "passThrough": {
      const sets = new Map<LabelValue, QueueSet>();
      const setOf = (value: LabelValue): QueueSet => {
        const known = sets.get(value);
        if (known !== undefined) return known;
        const set = universe.setOf([passThroughSelector(attachment, value)]);
        if (sets.size < maxRemembered) sets.set(value, set);
        return set;
      };
      return { ...base, attached: [], label: keys.indexOf(attachment.key), setOf };
    }
    case "ruleEngine":
      return { ...base, attached: [] };
  }
}
