import type { WorkerSelector } from "@routewright/jobrouter";
import type { Core } from "./core.ts";
import { jobSelectorsExpired } from "./events.ts";
import { regroup } from "./indexing.ts";
import { selectorExpiryReason } from "./reasons.ts";
import { type JobRecord, none, type SelectorState } from "./records.ts";
import { secondsToMs } from "./times.ts";

/** Selectors put on a job now: their clocks start (Q18). */
export function putOn(core: Core, selectors: readonly WorkerSelector[]): readonly SelectorState[] {
  if (selectors.length === 0) return [];
  return selectors.map((selector) => ({
    selector,
    expiresAtMs:
      selector.expiresAfterSeconds === undefined
        ? undefined
        : core.nowMs + secondsToMs(selector.expiresAfterSeconds),
    expired: false,
  }));
}

/** The clock runs until the job is assigned or finished, in whatever status it waits. */
export function armSelectorClock(core: Core, job: JobRecord): void {
  disarmSelectorClock(core, job);
  const next = Math.min(nextExpiry(job.requested), nextExpiry(job.attached));
  if (next === Number.POSITIVE_INFINITY) return;
  job.selectorTimer = core.timers.add(Math.max(core.nowMs, next), "selectorExpiry", job);
}

export function disarmSelectorClock(core: Core, job: JobRecord): void {
  if (job.selectorTimer !== none) core.timers.cancel(job.selectorTimer);
  job.selectorTimer = none;
}

function nextExpiry(states: readonly SelectorState[]): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { expired, expiresAtMs } of states) {
    if (!expired && expiresAtMs !== undefined && expiresAtMs < next) next = expiresAtMs;
  }
  return next;
}

export function expireSelectors(core: Core, job: JobRecord): void {
  job.selectorTimer = none;
  const due = ({ expired, expiresAtMs }: SelectorState): boolean =>
    !expired && expiresAtMs !== undefined && expiresAtMs <= core.nowMs;
  const requested = job.requested.filter(due);
  const attached = job.attached.filter(due);
  if (requested.length + attached.length > 0) {
    for (const state of requested) state.expired = true;
    for (const state of attached) state.expired = true;
    core.touch(job);
    if (core.makesEvents) jobSelectorsExpired(core, job, requested, attached);
    if (core.tells("selectorsExpired")) {
      const selectors = (states: readonly SelectorState[]): readonly WorkerSelector[] =>
        states.map(({ selector }) => selector);
      core.tell(
        {
          kind: "selectorsExpired",
          jobId: job.id,
          requested: selectors(requested),
          attached: selectors(attached),
        },
        selectorExpiryReason,
      );
    }
    regroup(core, job);
  }
  armSelectorClock(core, job);
}
