import { expect, test } from "vitest";
import type { JsonObject } from "../../src/index.ts";
import { type Driver, driver, withJob, withQueue, withWorker } from "./driver.ts";

function withRule(run: Driver, id: string, trigger: JsonObject, action: JsonObject): void {
  run.patch("exceptionPolicies", id, { exceptionRules: [{ id: "r", trigger, actions: [action] }] });
}

const tenSeconds = { kind: "waitTime", thresholdSeconds: 10 };

test("a wait that ended while a job was assigned takes it away before it is offered again", () => {
  const run = driver();
  withRule(run, "e", tenSeconds, { kind: "cancel" });
  withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e" });
  withWorker(run, "w");
  withJob(run, "j", {}, 0);
  run.accept("w", 5);
  run.eventNames();
  const assignmentId = run.router.job("j")?.assignments[0]?.assignmentId ?? "none";
  run.step({ kind: "unassign", jobId: "j", assignmentId }, 60);
  expect(run.eventNames()).toEqual([
    "JobUnassigned",
    "JobQueued",
    "JobExceptionTriggered",
    "JobCancelled",
  ]);
});

test("a wait that is over by a new rule ends before what else the change makes possible", () => {
  const run = driver();
  withQueue(run);
  const required = [{ key: "lang", labelOperator: "equal", value: "fr" }];
  withWorker(run, "w");
  withJob(run, "j", { requestedWorkerSelectors: required }, 0);
  withRule(run, "e", tenSeconds, { kind: "cancel" });
  run.patch("distributionPolicies", "any", {
    mode: { kind: "longestIdle", bypassSelectors: true },
  });
  run.eventNames();
  run.patch("queues", "q", { distributionPolicyId: "any", exceptionPolicyId: "e" }, 60);
  expect(run.eventNames()).toEqual(["JobExceptionTriggered", "JobCancelled"]);
});

test("come round to its queue at one instant, a job waits there anew, and its rules fire again", () => {
  const run = driver();
  withRule(run, "out", tenSeconds, { kind: "manualReclassify", queueId: "p" });
  const always = { kind: "queueLength", threshold: 0 };
  withRule(run, "back", always, { kind: "manualReclassify", queueId: "q" });
  withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "out" });
  run.patch("queues", "p", { distributionPolicyId: "d", exceptionPolicyId: "back" });
  withJob(run, "j", {}, 0);
  run.advance(35);
  const fired = run.events.filter(({ name }) => name === "RouterJobExceptionTriggered");
  expect(fired.map(({ atMs }) => (atMs - Date.UTC(2026, 0, 5)) / 1000)).toEqual([
    10, 10, 20, 20, 30, 30,
  ]);
});

test("what a step returned stays as it was", () => {
  const run = driver();
  withQueue(run);
  const nothing = run.router.advance(Date.UTC(2026, 0, 5));
  withWorker(run, "w");
  expect(nothing).toEqual({ events: [], calls: [] });
});
