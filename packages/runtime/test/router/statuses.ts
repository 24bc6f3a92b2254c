import type { JobStatus, JsonObject } from "../../src/index.ts";
import { type Driver, driver, withJob, withQueue, withWorker } from "./driver.ts";

/** Brings a job `j` into each status of the documented state machine; those from `queued` on with more. */
export const reach: Readonly<Record<JobStatus, (run: Driver, more?: JsonObject) => void>> = {
  created: (run) => withJob(run, "j"),
  pendingClassification: (run) => withJob(run, "j", { classificationPolicyId: "c" }),
  classificationFailed: (run) => {
    withJob(run, "j", { classificationPolicyId: "broken", queueId: null });
    run.advance(100);
  },
  pendingSchedule: (run) => withJob(run, "j", { matchingMode: inTime(3600) }),
  scheduled: (run) => {
    withJob(run, "j", { matchingMode: inTime(3600) });
    run.advance(100);
  },
  scheduleFailed: (run) => {
    withJob(run, "j", { matchingMode: inTime(-5) });
    run.advance(100);
  },
  waitingForActivation: (run) => withJob(run, "j", { matchingMode: { kind: "suspend" } }),
  queued: (run, more) => {
    withJob(run, "j", more);
    run.advance(100);
  },
  assigned: (run, more) => {
    reach.queued(run, more);
    withWorker(run, "w", {}, 200);
    run.advance(210);
    run.accept("w");
  },
  completed: (run, more) => {
    reach.assigned(run, more);
    run.step({ kind: "complete", jobId: "j", assignmentId: assignment(run) });
  },
  closed: (run, more) => {
    reach.completed(run, more);
    run.step({ kind: "close", jobId: "j", assignmentId: assignment(run) });
  },
  cancelled: (run, more) => {
    reach.queued(run, more);
    run.step({ kind: "cancel", jobId: "j" });
  },
};

export function inTime(seconds: number): JsonObject {
  const scheduleAt = new Date(Date.UTC(2026, 0, 5) + seconds * 1000).toISOString();
  return { kind: "scheduleAndSuspend", scheduleAt };
}

export function assignment(run: Driver): string {
  return run.router.job("j")?.assignments[0]?.assignmentId ?? "none";
}

/** Everything takes a second, so that each status can be seen. */
export function world(): Driver {
  const run = driver({ classificationDelayMs: 1000, queueingDelayMs: 1000, matchingDelayMs: 1000 });
  withQueue(run);
  run.patch("classificationPolicies", "c", { fallbackQueueId: "q" });
  run.patch("classificationPolicies", "broken", {});
  return run;
}

export const statuses = Object.keys(reach) as readonly JobStatus[];
