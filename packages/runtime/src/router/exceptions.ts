import type { ExceptionAction } from "@routewright/jobrouter";
import { cancelJob } from "./cancelling.ts";
import { startClassification } from "./classification.ts";
import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { jobExceptionTriggered, jobQueued } from "./events.ts";
import { regroup } from "./indexing.ts";
import { patchLabels } from "./job-body.ts";
import { revokeOffers } from "./offers.ts";
import { enterQueue, leaveQueue } from "./queueing.ts";
import type { CompiledExceptionRule, QueueRecord } from "./queues.ts";
import { queueLengthReason, waitTimeReason } from "./reasons.ts";
import { type JobRecord, none } from "./records.ts";
import { armSelectorClock, putOn } from "./selector-clock.ts";
import type { Reason } from "./transition.ts";

/**
 * Queue-length rules, as a job is being added.
 *
 * @returns whether an action took the job elsewhere: then it does not join.
 */
export function fireLengthRules(
  core: Core,
  job: JobRecord,
  queue: QueueRecord,
  rules: readonly CompiledExceptionRule[],
): boolean {
  for (const rule of rules) {
    const { trigger } = rule;
    if (trigger.kind !== "queueLength" || hasFired(core, job, rule)) continue;
    const length = queue.waiting.length;
    const limit = core.assumptions.Q28 === "above" ? trigger.threshold + 1 : trigger.threshold;
    if (length < limit) continue;
    const reason = queueLengthReason(rule.id, trigger.threshold);
    if (fire(core, job, queue, rule, reason)) return true;
  }
  return false;
}

/** One timer a waiting job, for the next waiting-time rule that has not fired. */
export function armWaitClock(core: Core, job: JobRecord, queue: QueueRecord): void {
  disarmWaitClock(core, job);
  let next = Number.POSITIVE_INFINITY;
  for (const rule of setupOf(core, queue).rules) {
    if (rule.trigger.kind !== "waitTime") continue;
    const dueMs = (job.enqueuedAtMs ?? core.nowMs) + rule.trigger.thresholdMs;
    // Come round to a queue at one instant, a job waits there anew: its rules may fire later.
    const isOver = dueMs <= core.nowMs ? hasFired(core, job, rule) : hasFiredInStay(job, rule);
    if (!isOver) next = Math.min(next, dueMs);
  }
  if (next === Number.POSITIVE_INFINITY) return;
  job.waitTimer = core.timers.add(Math.max(core.nowMs, next), "waitTime", job);
}

export function disarmWaitClock(core: Core, job: JobRecord): void {
  if (job.waitTimer !== none) core.timers.cancel(job.waitTimer);
  job.waitTimer = none;
}

/** The rules of the queues that these jobs wait in have changed. */
export function rearmWaitClocks(core: Core, jobs: readonly JobRecord[]): void {
  for (const job of jobs) if (job.queue !== undefined) armWaitClock(core, job, job.queue);
}

export function fireWaitRules(core: Core, job: JobRecord): void {
  job.waitTimer = none;
  const { queue } = job;
  if (queue === undefined) return;
  for (const rule of setupOf(core, queue).rules) {
    const { trigger } = rule;
    if (trigger.kind !== "waitTime" || hasFired(core, job, rule)) continue;
    if ((job.enqueuedAtMs ?? core.nowMs) + trigger.thresholdMs > core.nowMs) continue;
    const reason = waitTimeReason(rule.id, trigger.thresholdSeconds);
    if (fire(core, job, queue, rule, reason)) return;
  }
  armWaitClock(core, job, queue);
}

/** Once in a stay (Q30), and once at one instant whatever the stay (R15): queues may point in a circle. */
function hasFired(core: Core, job: JobRecord, rule: CompiledExceptionRule): boolean {
  return (
    hasFiredInStay(job, rule) ||
    (job.firedNow !== undefined &&
      job.firedAtMs === core.nowMs &&
      job.firedNow.includes(instantKey(job, rule)))
  );
}

function hasFiredInStay(job: JobRecord, rule: CompiledExceptionRule): boolean {
  return job.firedRules?.includes(rule.id) === true;
}

function instantKey(job: JobRecord, rule: CompiledExceptionRule): string {
  return JSON.stringify([job.stayQueueId, rule.id]);
}

/** Runs a rule's actions in order. Returns whether the job has gone elsewhere. */
function fire(
  core: Core,
  job: JobRecord,
  queue: QueueRecord,
  rule: CompiledExceptionRule,
  reason: Reason,
): boolean {
  const firedNow = job.firedAtMs === core.nowMs ? (job.firedNow ?? []) : [];
  job.firedNow = [...firedNow, instantKey(job, rule)];
  job.firedAtMs = core.nowMs;
  job.firedRules = [...(job.firedRules ?? []), rule.id];
  if (core.makesEvents) jobExceptionTriggered(core, job, rule.id);
  if (core.tells("exceptionTriggered")) {
    core.tell(
      {
        kind: "exceptionTriggered",
        jobId: job.id,
        queueId: queue.id,
        exceptionPolicyId: setupOf(core, queue).exceptionPolicyId ?? "",
        ruleId: rule.id,
      },
      reason,
    );
  }
  for (const action of rule.actions) {
    if (core.tells("exceptionAction")) {
      core.tell({ kind: "exceptionAction", jobId: job.id, ruleId: rule.id, action }, reason);
    }
    if (act(core, job, queue, action, reason)) return true;
  }
  return false;
}

function act(
  core: Core,
  job: JobRecord,
  queue: QueueRecord,
  action: ExceptionAction,
  reason: Reason,
): boolean {
  switch (action.kind) {
    case "cancel":
      // "None" where no disposition is given, as recorded; not the "Cancelled" of the command.
      cancelJob(core, job, action.note, action.dispositionCode ?? "None", reason);
      return true;
    case "manualReclassify":
      return reclassifyByHand(core, job, queue, action, reason);
    case "reclassify": {
      job.labels = patchLabels(job.labels, action.labelsToUpsert);
      if (action.classificationPolicyId !== undefined) {
        job.classificationPolicyId = action.classificationPolicyId;
      }
      startClassification(core, job, reason);
      return true;
    }
  }
}

function reclassifyByHand(
  core: Core,
  job: JobRecord,
  queue: QueueRecord,
  action: Extract<ExceptionAction, { readonly kind: "manualReclassify" }>,
  reason: Reason,
): boolean {
  const target = action.queueId ?? queue.id;
  // An action that cannot be carried out is left out (R16).
  if (target !== queue.id && !queueMayBeUsed(core, target)) return false;
  if (action.priority !== undefined) job.priority = action.priority;
  const selectors = action.workerSelectors ?? [];
  if (selectors.length > 0) {
    const added = putOn(core, selectors);
    job.requested = core.assumptions.Q38 === "add" ? [...job.requested, ...added] : added;
    armSelectorClock(core, job);
  }
  core.touch(job);
  const isWaiting = job.queue !== undefined;
  if (target === queue.id) {
    if (!isWaiting) return false;
    if (selectors.length > 0) revokeOffers(core, job, reason);
    regroup(core, job);
    if (core.makesEvents) jobQueued(core, job);
    return false;
  }
  if (isWaiting) {
    revokeOffers(core, job, reason);
    leaveQueue(core, job);
  }
  job.queueId = target;
  enterQueue(core, job, reason);
  return true;
}

export function queueMayBeUsed(core: Core, queueId: string): boolean {
  return core.assumptions.Q6 === "presume" || core.config.get("queues", queueId) !== undefined;
}
