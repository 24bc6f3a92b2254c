import type { Job, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { FxNode } from "@routewright/powerfx";
import { cleanLabels } from "../../labels.ts";
import { atomsOf, type Logic, logicOf } from "../../rules/outline.ts";
import { priorityOf } from "../../rules/priority.ts";
import { type DecisionContext, decide, passThroughSelector } from "../decide.ts";
import type { CompiledAttachment, CompiledPolicy } from "../policy.ts";
import type { Classification, ClassifiedJob } from "../result.ts";
import { chooseAllocation } from "../weights.ts";
import { type Atom, AtomTable, onlyLabel } from "./atoms.ts";
import { conjunctionsOf, literal } from "./conjunctions.ts";
import { generatedClassifier } from "./generated.ts";
import { interpretedClassifier } from "./interpreted.ts";
import { type LabelClasses, labelClasses } from "./label-classes.ts";
import { type PriorityLeaf, priorityLeaves } from "./priority-leaves.ts";
import { type QueueSet, type QueueUniverse, queueUniverse } from "./queue-sets.ts";
import { type Member, type RuleIndex, ruleIndex } from "./rule-index.ts";

/**
 * A policy laid out for speed. Labels are read once and become classes (what is true of each),
 * conditions become alternatives over those, and the queue is what sets of queues have in common.
 * Two ways of running it, over the same data: an index, and JavaScript generated from it.
 */
export interface FastPolicy {
  readonly policyId: string;
  readonly classes: readonly LabelClasses[];
  /** Atoms over several labels, or none: asked for each job. */
  readonly computed: readonly Atom[];
  /** Queue attachments, then worker attachments. */
  readonly steps: readonly Step[];
  readonly universe: QueueUniverse;
  readonly queueMembers: readonly Member[];
  readonly workerMembers: readonly Member[];
  /** Its steps are leaves; the first that holds decides. */
  readonly priorityMembers: readonly Member[];
  /** Over the members for queues, for the priority and for workers, in this order. */
  readonly index: RuleIndex;
  /** `undefined`: there is no rule, the job's own priority stays. */
  readonly leaves: readonly PriorityLeaf[] | undefined;
  /** The priority rule run as it is; `undefined`: it fails or warns. */
  runPriority(job: Job): number | undefined;
  /** What becomes of a job that no queue matches, or that keeps its own; `undefined`: it fails. */
  queueWithoutMatch(ownQueueId: string | undefined): string | undefined;
  readonly ownQueueWins: boolean;
}

/** An attachment, with what it attaches worked out as far as it can be. */
export interface Step {
  /** Place of a pass-through's label among the labels read; else -1. */
  readonly label: number;
  /** What a pass-through hands on, for queues as the set that is left. */
  readonly setOf: (value: LabelValue) => QueueSet;
  readonly selectorOf: (value: LabelValue) => WorkerSelector;
  /** What is attached; of a weighted allocation `undefined` where the choice falls nowhere. */
  readonly attached: (drawn: readonly number[]) => Attached | undefined;
  /** Whether `attached` depends on a random number. */
  readonly weighted: boolean;
}

export interface Attached {
  readonly queues: QueueSet;
  readonly selectors: readonly WorkerSelector[];
}

/**
 * `undefined`: ask `decide`. An expression fails, a warning is due, a number is odd, a class of
 * values is new: every failure, and every word about it, has one source.
 */
export type FastClassifier = (job: Job, drawn: readonly number[]) => ClassifiedJob | undefined;

export interface FastOptions {
  readonly codegen: "auto" | "always" | "never";
}

const noDraws: readonly number[] = [];

/** Jobs after which code is generated: most callers have a handful. */
const jobsBeforeCodegen = 200;

/**
 * The same decision as `decide`, faster, for jobs that need nothing unusual.
 * `undefined` for a policy with what only `decide` does: functions, webhooks, rule engines.
 */
export function fastClassifier(
  policy: CompiledPolicy,
  context: DecisionContext,
  options: FastOptions,
): ((job: Job) => Classification) | undefined {
  const attachments = [...policy.queueAttachments, ...policy.workerAttachments];
  if (!isUsual(policy, attachments, context)) return undefined;
  const weighted = attachments.filter(({ kind }) => kind === "weightedAllocation").length;
  const fast = layOut(policy, attachments, context);
  let classify = interpretedClassifier(fast);
  if (weighted === 0) {
    let jobsLeft = { auto: jobsBeforeCodegen, always: 0, never: -1 }[options.codegen];
    return (job) => {
      if (jobsLeft >= 0 && jobsLeft-- === 0)
        classify = generatedClassifier(fast, classify) ?? classify;
      return classify(job, noDraws) ?? decide(policy, job, context);
    };
  }
  return (job) => {
    // Drawn beforehand: `decide` must see the same numbers if it is asked in the end.
    const drawn = Array.from({ length: weighted }, () => context.choice());
    let next = 0;
    const replayed = { ...context, choice: () => drawn[next++] ?? 0 };
    return classify(job, drawn) ?? decide(policy, job, replayed);
  };
}

function isUsual(
  policy: CompiledPolicy,
  attachments: readonly CompiledAttachment[],
  { assumptions }: DecisionContext,
): boolean {
  const { priority } = policy;
  return (
    assumptions.Q11 === "blankIsFalse" &&
    assumptions.Q15 === "attachNothing" &&
    assumptions.Q17 === "exact" &&
    attachments.every(isPlain) &&
    (priority === undefined || priority.rule.kind === "static" || priority.program !== undefined)
  );
}

function isPlain(attachment: CompiledAttachment): boolean {
  switch (attachment.kind) {
    case "ruleEngine":
      return false;
    case "passThrough":
      // A job could name any queue then, one that is only presumed included.
      return attachment.side === "worker" || attachment.key !== "Id";
    case "conditional": {
      const { rule, program } = attachment.condition;
      // A formula that is broken whatever the labels fails every time: `decide` says how.
      return program === undefined ? rule.kind === "static" : program.diagnostics.length === 0;
    }
    default:
      return true;
  }
}

function layOut(
  policy: CompiledPolicy,
  attachments: readonly CompiledAttachment[],
  context: DecisionContext,
): FastPolicy {
  const { priority } = policy;
  const table = new AtomTable();
  const members = attachments.map((attachment, step) => membersOf(attachment, step, table));
  const text = priority?.program?.text ?? "";
  const indexOf = (node: FxNode): number => table.of(text, node).index;
  const leaves = priority === undefined ? undefined : priorityLeaves(priority, indexOf, context);
  const { atoms } = table;
  const byKey = new Map<string | undefined, Atom[]>();
  for (const atom of atoms) {
    const key = onlyLabel(atom);
    const own = byKey.get(key);
    if (own === undefined) byKey.set(key, [atom]);
    else own.push(atom);
  }
  const keys = labelKeys(atoms, attachments);
  const classes = keys.map((key) => labelClasses(key, byKey.get(key) ?? []));
  const queueCount = policy.queueAttachments.length;
  const universe = queueUniverse(policy, context);
  let draws = 0;
  const steps = attachments.map((attachment) => {
    const draw = attachment.kind === "weightedAllocation" ? draws++ : -1;
    return stepOf(attachment, keys, universe, context, draw);
  });
  const queueMembers = members.slice(0, queueCount).flat();
  const workerMembers = members.slice(queueCount).flat();
  const priorityMembers = (leaves ?? []).map(({ conjunction }, step) => ({ step, conjunction }));
  return {
    policyId: policy.policy.id,
    classes,
    computed: byKey.get(undefined) ?? [],
    steps,
    universe,
    queueMembers,
    workerMembers,
    priorityMembers,
    index: ruleIndex([queueMembers, priorityMembers, workerMembers], classes),
    leaves,
    runPriority: (job) => runPriority(policy, job, context),
    queueWithoutMatch: queueWithoutMatch(policy.policy.fallbackQueueId, context),
    ownQueueWins: context.assumptions.Q14 === "ownQueueWins",
  };
}

function queueWithoutMatch(
  fallbackQueueId: string | undefined,
  { queues, assumptions }: DecisionContext,
): FastPolicy["queueWithoutMatch"] {
  const existing = (queueId: string | undefined): string | undefined =>
    queueId !== undefined && (assumptions.Q6 === "presume" || queues.find(queueId) !== undefined)
      ? queueId
      : undefined;
  const fallback = existing(fallbackQueueId);
  return (own) => (own === undefined ? fallback : existing(own));
}

function runPriority(
  { priority: rule }: CompiledPolicy,
  { labels }: Job,
  { answers, assumptions }: DecisionContext,
): number | undefined {
  if (rule === undefined) return undefined;
  const job = cleanLabels(labels);
  const result = rule.run({ job, payload: { job } }, answers);
  if (!result.ok) return undefined;
  const priority = priorityOf(result.value, rule.pointer, assumptions);
  return priority.ok && priority.warning === undefined ? priority.priority : undefined;
}

/** When an attachment applies: one of these must hold. */
function membersOf(
  attachment: CompiledAttachment,
  step: number,
  table: AtomTable,
): readonly Member[] {
  const always: readonly Member[] = [{ step, conjunction: [] }];
  if (attachment.kind !== "conditional") return always;
  const { rule, program } = attachment.condition;
  if (program === undefined) return rule.kind === "static" && rule.value === true ? always : [];
  const logic = logicOf(program.tree);
  if (!isLogic(logic)) {
    const whole = table.ofWhole(program.text, program.tree);
    return [{ step, conjunction: [literal(whole.index, true)] }];
  }
  const atomIndex = (node: FxNode): number => table.of(program.text, node).index;
  // An atom that contradictions drop may fail all the same, and the job with it.
  for (const node of atomsOf(logic)) atomIndex(node);
  const conjunctions = conjunctionsOf(logic, atomIndex);
  if (conjunctions === undefined) return [{ step, conjunction: [], whole: { logic, atomIndex } }];
  return conjunctions.map((conjunction) => ({ step, conjunction }));
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

/** Values of a pass-through whose queues are remembered. */
const maxRemembered = 1_024;

function stepOf(
  attachment: CompiledAttachment,
  keys: readonly string[],
  universe: QueueUniverse,
  context: DecisionContext,
  draw: number,
): Step {
  const attach = (list: readonly { readonly selector: WorkerSelector }[]): Attached => {
    const selectors = list.map(({ selector }) => selector);
    return { selectors, queues: universe.setOf(selectors) };
  };
  const nothing = attach([]);
  const plain: Step = {
    label: -1,
    setOf: () => nothing.queues,
    selectorOf: () => ({ key: "", labelOperator: "equal" }),
    attached: () => nothing,
    weighted: false,
  };
  switch (attachment.kind) {
    case "static":
    case "conditional": {
      const own = attach(attachment.selectors);
      return { ...plain, attached: () => own };
    }
    case "weightedAllocation": {
      const shares = attachment.allocations.map(({ selectors }) => attach(selectors));
      const weights = attachment.allocations.map(({ weight }) => weight);
      const attached = (drawn: readonly number[]): Attached | undefined => {
        const share = chooseAllocation(weights, drawn[draw] ?? 0, context.assumptions);
        return share === undefined ? undefined : shares[share];
      };
      return { ...plain, attached, weighted: true };
    }
    case "passThrough": {
      const sets = new Map<LabelValue, QueueSet>();
      const setOf = (value: LabelValue): QueueSet => {
        const known = sets.get(value);
        if (known !== undefined) return known;
        const set = universe.setOf([passThroughSelector(attachment, value)]);
        if (sets.size < maxRemembered) sets.set(value, set);
        return set;
      };
      return {
        ...plain,
        label: keys.indexOf(attachment.key),
        setOf,
        selectorOf: (value) => passThroughSelector(attachment, value),
      };
    }
    case "ruleEngine":
      return plain;
  }
}
