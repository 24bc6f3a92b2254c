import type { Labels, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import { hasPlainPrototype, isLabelValue } from "../../labels.ts";
import { defaultPriority } from "../../rules/priority.ts";
import type { ClassifiedJob } from "../result.ts";
import type { FastClassifier, FastPolicy, Step } from "./fast-policy.ts";
import { noClass, setBit } from "./label-classes.ts";
import { onlyBit, type QueueSet } from "./queue-sets.ts";
import type { RuleGroup } from "./rule-group.ts";

export const noSelectors: readonly WorkerSelector[] = Object.freeze([]);
export const noWarnings: ClassifiedJob["warnings"] = Object.freeze([]);

/** Answers of `matchQueue` that are no place of a queue. */
const none = -1;
const several = -2;

/** Runs a policy's data in a loop: no code is generated, and only the result is allocated. */
export function interpretedClassifier(fast: FastPolicy): FastClassifier {
  const { words, classes, computed, steps, universe } = fast;
  const { queueGroup, workerGroup, priorityGroup, leaves } = fast;
  // Scratch space. Nothing here calls anything that could come back in here.
  const bits = new Int32Array(words);
  const classNumbers = new Int32Array(classes.length);
  const values: (LabelValue | undefined)[] = classes.map(() => undefined);
  const queues = new Int32Array(universe.words);

  return (job, drawn) => {
    const { labels } = job;
    // Labels are read by name; a bag that inherits some is for the careful path.
    if (labels !== undefined && !hasPlainPrototype(labels)) return undefined;
    if (!admit(labels)) return undefined;
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

  /** Reads the labels and sets the bits; false: some atom cannot be told true or false. */
  function admit(labels: Labels | undefined): boolean {
    for (let word = 0; word < words; word++) bits[word] = 0;
    for (let label = 0; label < classes.length; label++) {
      const own = classes[label];
      if (own === undefined) return false;
      const raw: unknown = labels === undefined ? undefined : labels[own.key];
      const value = isLabelValue(raw) ? raw : undefined;
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
    return value === undefined ? undefined : step.setOf(value);
  }

  function prioritise(): number | undefined {
    const candidates = candidatesOf(priorityGroup);
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index] ?? 0;
      if (holds(priorityGroup, candidate)) return leaves?.[candidate]?.priority;
    }
    return undefined;
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
      const value = values[step.label];
      if (step.label >= 0 && value !== undefined) {
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
