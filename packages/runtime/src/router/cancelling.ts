import type { Core } from "./core.ts";
import { jobCancelled } from "./events.ts";
import { revokeOffers } from "./offers.ts";
import { leaveQueue } from "./queueing.ts";
import { type JobRecord, none, nothing } from "./records.ts";
import { endCalls } from "./rule-calls.ts";
import { disarmSelectorClock } from "./selector-clock.ts";
import type { Reason } from "./transition.ts";

/** Ends a job that nobody works on. */
export function cancelJob(
  core: Core,
  job: JobRecord,
  note: string | undefined,
  dispositionCode: string,
  reason: Reason,
): void {
  revokeOffers(core, job, reason);
  leaveQueue(core, job);
  job.dispositionCode = dispositionCode;
  addNote(core, job, note);
  core.setStatus(job, "cancelled", reason);
  finish(core, job);
  if (core.makesEvents) jobCancelled(core, job, note);
}

/** Notes of actions bear the instant of the action. */
export function addNote(core: Core, job: JobRecord, note: string | undefined): void {
  if (note !== undefined) {
    job.notes = [...job.notes, { message: note, addedAtMs: core.nowMs }];
  }
}

/** Lets go of everything that a closed or cancelled job needs no more. */
export function finish(core: Core, job: JobRecord): void {
  core.cancelStep(job);
  endCalls(core, job);
  disarmSelectorClock(core, job);
  if (job.closeTimer !== none) core.timers.cancel(job.closeTimer);
  if (job.lifeTimer !== none) core.timers.cancel(job.lifeTimer);
  job.closeTimer = none;
  job.lifeTimer = none;
  for (const { timer } of job.retries) core.timers.cancel(timer);
  job.retries = nothing;
  job.pendingClose = undefined;
  job.declinedBy = undefined;
  job.firedRules = undefined;
  job.firedNow = undefined;
}
