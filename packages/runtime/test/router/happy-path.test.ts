import { expect, test } from "vitest";
import { loadRouter } from "../../src/index.ts";
import { drive, driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

test("a job without a policy is created, queued, offered, accepted, completed and closed", () => {
  const run = driver();
  withQueue(run);
  withWorker(run, "ann");
  run.eventNames();
  expect(withJob(run, "j1", { labels: { lang: "en" } }, 1)).toEqual({
    id: "j1",
    status: "created",
    channelId: "chat",
    queueId: "q",
    priority: 1,
    requestedWorkerSelectors: [],
    attachedWorkerSelectors: [],
    labels: { lang: "en" },
    assignments: {},
    tags: {},
    notes: [],
    matchingMode: { kind: "queueAndMatch" },
    etag: expect.stringMatching(/^"00000000-0000-0000-/u),
  });
  expect(run.job("j1")).toMatchObject({
    status: "queued",
    enqueuedAt: "2026-01-05T00:00:01+00:00",
  });
  expect(run.worker("ann")).toMatchObject({
    loadRatio: 1,
    offers: [
      {
        jobId: "j1",
        capacityCost: 1,
        offeredAt: "2026-01-05T00:00:01+00:00",
        expiresAt: "2026-01-05T00:01:01+00:00",
      },
    ],
  });
  const assignmentId = run.accept("ann", 2);
  expect(run.job("j1")).toMatchObject({ status: "assigned" });
  run.step({ kind: "complete", jobId: "j1", assignmentId, note: "done" }, 3);
  expect(run.worker("ann")).toMatchObject({ loadRatio: 1 });
  run.step({ kind: "close", jobId: "j1", assignmentId }, 4);
  expect(run.worker("ann")).toMatchObject({ loadRatio: 0, assignedJobs: [] });
  expect(run.job("j1")).toMatchObject({
    status: "closed",
    dispositionCode: "Closed",
    notes: [{ message: "done", addedAt: "2026-01-05T00:00:03+00:00" }],
    assignments: {
      [assignmentId]: {
        assignmentId,
        workerId: "ann",
        assignedAt: "2026-01-05T00:00:02+00:00",
        completedAt: "2026-01-05T00:00:03+00:00",
        closedAt: "2026-01-05T00:00:04+00:00",
      },
    },
  });
  expect(run.eventNames()).toEqual([
    "JobReceived",
    "JobQueued",
    "WorkerOfferIssued",
    "WorkerOfferAccepted",
    "JobCompleted",
    "JobClosed",
  ]);
});

test("what was saved goes on as if nothing had happened", () => {
  const options = { seed: 7, matchingDelayMs: 500, queueingDelayMs: 300 };
  const run = driver(options);
  withQueue(run);
  withWorker(run, "ann", { capacity: 2 });
  withJob(run, "j1", {}, 1);
  withJob(run, "j2", {}, 1.2);
  run.advance(1.9);
  const saved = JSON.parse(JSON.stringify(run.router.save()));
  const other = drive(loadRouter(saved, options));
  for (const each of [run, other]) {
    each.events.length = 0;
    each.advance(5);
    each.accept("ann", 6);
    each.advance(200);
  }
  expect(run.events.length).toBeGreaterThan(2);
  expect(JSON.stringify(other.events)).toBe(JSON.stringify(run.events));
  expect(JSON.stringify(other.router.save())).toBe(JSON.stringify(run.router.save()));
  expect(run.router.nowMs).toBe(startMs + 200_000);
});

test("a job with a policy is classified before it is queued", () => {
  const run = driver({ classificationDelayMs: 1000, queueingDelayMs: 1000 });
  withQueue(run);
  run.patch("classificationPolicies", "c", {
    fallbackQueueId: "q",
    prioritizationRule: { kind: "static", value: 10 },
    workerSelectorAttachments: [
      { kind: "passThrough", key: "lang", labelOperator: "equal", expiresAfterSeconds: 30 },
    ],
  });
  run.eventNames();
  const body = { channelId: "chat", classificationPolicyId: "c", labels: { lang: "en" } };
  expect(run.patch("jobs", "j", body, 1)).toMatchObject({
    status: "pendingClassification",
    priority: 1,
  });
  run.advance(2.5);
  expect(run.job("j")).toMatchObject({ status: "waitingForActivation", queueId: "q" });
  run.advance(3);
  expect(run.job("j")).toMatchObject({
    status: "queued",
    priority: 10,
    attachedWorkerSelectors: [
      {
        expiresAfterSeconds: 30,
        expedite: false,
        status: "active",
        expiresAt: "2026-01-05T00:00:32+00:00",
        key: "lang",
        labelOperator: "equal",
        value: "en",
      },
    ],
  });
  expect(run.eventNames()).toEqual(["JobReceived", "JobClassified", "JobQueued"]);
  withWorker(run, "fred", { labels: { lang: "fr" } });
  expect(run.offersOf("fred")).toEqual([]);
  expect(run.router.explainJob("j")?.ranking?.excluded).toMatchObject([{ workerId: "fred" }]);
  run.advance(32);
  expect(run.offersOf("fred")).toHaveLength(1);
});
