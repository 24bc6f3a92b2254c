import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { jobQueued, jobSchedulingFailed, jobWaitingForActivation } from "./events.ts";
import { armWaitClock, disarmWaitClock, fireLengthRules } from "./exceptions.ts";
import { joinWaiting, leaveWaiting } from "./indexing.ts";
import {
  missedScheduleReason,
  queueingReason,
  scheduleReason,
  schedulingReason,
} from "./reasons.ts";
import type { JobRecord } from "./records.ts";
import { endCalls } from "./rule-calls.ts";
import type { Reason } from "./transition.ts";

/**
 * Where a job goes that is created without a policy, classified, or given another matching mode:
 * towards its queue, to wait for its activation, or to its schedule. `status` says where it
 * stands meanwhile: the service shows a plain job that was classified as waiting for activation.
 */
export function proceed(core: Core, job: JobRecord, reason: Reason): void {
  core.cancelStep(job);
  switch (job.matchingMode) {
    case "queueAndMatch":
      if (job.status !== "created") core.setStatus(job, "waitingForActivation", reason);
      core.scheduleStep(job, "queue", core.queueingDelayMs);
      return;
    case "suspend":
      suspend(core, job, reason);
      return;
    case "scheduleAndSuspend":
      // Activated already: classifying it again does not send it back to its schedule.
      if (job.scheduledAtMs !== undefined) suspend(core, job, reason);
      else {
        core.setStatus(job, "pendingSchedule", reason);
        core.scheduleStep(job, "schedule", core.queueingDelayMs);
      }
  }
}

function suspend(core: Core, job: JobRecord, reason: Reason): void {
  core.setStatus(job, "waitingForActivation", reason);
  if (core.makesEvents) jobWaitingForActivation(core, job);
}

/** The step `schedule`: from now on the job waits for its time. */
export function schedule(core: Core, job: JobRecord): void {
  const atMs = job.scheduleAtMs ?? core.nowMs;
  if (atMs <= core.nowMs && core.assumptions.R13 === "fail") {
    core.setStatus(job, "scheduleFailed", missedScheduleReason);
    if (core.makesEvents) jobSchedulingFailed(core, job, "The scheduled time has passed.");
    return;
  }
  core.setStatus(job, "scheduled", schedulingReason);
  core.scheduleStep(job, "activate", atMs - core.nowMs);
}

/** The step `activate`: the scheduled time has come. */
export function activate(core: Core, job: JobRecord): void {
  job.scheduledAtMs = core.nowMs;
  suspend(core, job, scheduleReason);
}

/** The step `queue`. */
export function queueNow(core: Core, job: JobRecord): void {
  enterQueue(core, job, queueingReason);
}

/**
 * Puts a job into its queue, unless an exception of the queue sends it elsewhere before it joins.
 * The time it has waited survives a return to the same queue (Q19).
 */
export function enterQueue(core: Core, job: JobRecord, reason: Reason): void {
  const { queueId } = job;
  // Only with the other answer to Q12: classified, and without a queue.
  if (queueId === undefined) return;
  if (job.stayQueueId !== queueId) {
    job.stayQueueId = queueId;
    job.enqueuedAtMs = undefined;
    job.firedRules = undefined;
  }
  const queue = core.queue(queueId);
  if (fireLengthRules(core, job, queue, setupOf(core, queue).rules)) return;
  if (job.enqueuedAtMs === undefined) {
    job.enqueuedAtMs = core.nowMs;
    job.arrival = ++core.arrivals;
  }
  core.setStatus(job, "queued", reason);
  // Before the match it asks for: a wait that is over takes it away before anybody is offered it.
  armWaitClock(core, job, queue);
  joinWaiting(core, job, queue);
  if (core.makesEvents) jobQueued(core, job);
}

/** Takes a job out of its queue; its offers are somebody else's business. */
export function leaveQueue(core: Core, job: JobRecord): void {
  if (job.queue === undefined) return;
  disarmWaitClock(core, job);
  endCalls(core, job);
  leaveWaiting(job);
}
