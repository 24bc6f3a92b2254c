import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import { hasPlainPrototype, isLabelValue } from "../../labels.ts";
import { defaultPriority } from "../../rules/priority.ts";
import type { ClassifiedJob } from "../result.ts";
import { type Admission, loopedAdmission } from "./admission.ts";
import type { FastClassifier, FastPolicy, Step } from "./fast-policy.ts";
import { onlyBit, type QueueSet } from "./queue-sets.ts";

export const noSelectors: readonly WorkerSelector[] = Object.freeze([]);
export const noWarnings: ClassifiedJob["warnings"] = Object.freeze([]);

const noLabels: Labels = Object.freeze(Object.create(null) as Labels);

/** Answers of `matchQueue` that are no place of a queue. */
const none = -1;
const several = -2;

/** Runs a policy's data through an index: no code is generated, and only the result allocated. */
export function interpretedClassifier(
  fast: FastPolicy,
  admission: Admission = loopedAdmission(fast.classes),
): FastClassifier {
  const { classes, computed, steps, universe, leaves, index } = fast;
  const { found } = index;
  const [, queueEnd = 0, priorityEnd = 0] = index.bounds;
  // Scratch space. Nothing here calls anything that could come back in here.
  const classNumbers = new Int32Array(classes.length);
  const values: unknown[] = classes.map(() => undefined);
  const computedTruth = new Map<number, boolean>();
  const truthOf = (atom: number): boolean => computedTruth.get(atom) === true;
  const queues = new Int32Array(universe.words);
  let count = 0;
  let next = 0;

  return (job, drawn) => {
    const { labels } = job;
    // Labels are read by name; a bag that inherits some is for the careful path.
    if (labels !== undefined && !hasPlainPrototype(labels)) return undefined;
    if (!admit(labels ?? noLabels)) return undefined;
    count = index.find(classNumbers, truthOf);
    next = 0;
    const matched = matchQueue(drawn);
    if (matched === several) return undefined;
    const kept = matched === none || (fast.ownQueueWins && job.queueId !== undefined);
    const queueId = kept ? fast.queueWithoutMatch(job.queueId) : universe.queues[matched]?.id;
    if (queueId === undefined) return undefined;
    const priority =
      leaves === undefined
        ? (job.priority ?? defaultPriority)
        : (prioritise() ?? fast.runPriority(job));
    if (priority === undefined) return undefined;
    return {
      outcome: "classified",
      policyId: fast.policyId,
      queueId,
      queueFrom: kept ? (job.queueId === undefined ? "fallback" : "job") : "selectors",
      priority,
      attachedWorkerSelectors: attachWorkers(drawn),
      warnings: noWarnings,
    };
  };

  /** False: some atom cannot be told true or false. */
  function admit(labels: Labels): boolean {
    if (!admission(labels, classNumbers, values)) return false;
    for (const atom of computed) {
      const truth = atom.truth(labels);
      if (truth === undefined) return false;
      computedTruth.set(atom.index, truth);
    }
    return true;
  }

  /** The place of the only queue that matches; `none`; `several`. */
  function matchQueue(drawn: readonly number[]): number {
    let attached = false;
    let named = false;
    let lastStep = -1;
    for (; next < count && (found[next] ?? 0) < queueEnd; next++) {
      const number = index.steps[found[next] ?? 0] ?? 0;
      if (number === lastStep) continue;
      lastStep = number;
      const step = steps[number];
      const set = step === undefined ? undefined : queueSetOf(step, drawn);
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
    if (step.label < 0) return step.attached(drawn)?.queues;
    const value = values[step.label];
    return isLabelValue(value) ? step.setOf(value) : undefined;
  }

  /** The first leaf that holds decides. */
  function prioritise(): number | undefined {
    const first = next;
    while (next < count && (found[next] ?? 0) < priorityEnd) next++;
    if (first === next) return undefined;
    return leaves?.[index.steps[found[first] ?? 0] ?? 0]?.priority;
  }

  function attachWorkers(drawn: readonly number[]): readonly WorkerSelector[] {
    let selectors: WorkerSelector[] | undefined;
    let lastStep = -1;
    for (; next < count; next++) {
      const number = index.steps[found[next] ?? 0] ?? 0;
      if (number === lastStep) continue;
      lastStep = number;
      const step = steps[number];
      if (step === undefined) continue;
      const value = values[step.label];
      if (step.label >= 0 && isLabelValue(value)) {
        selectors ??= [];
        selectors.push(step.selectorOf(value));
      } else if (step.label < 0) {
        for (const selector of step.attached(drawn)?.selectors ?? noSelectors) {
          selectors ??= [];
          selectors.push(selector);
        }
      }
    }
    return selectors ?? noSelectors;
  }
}
