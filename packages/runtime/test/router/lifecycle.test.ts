import { describe, expect, test } from "vitest";
import type { JobStatus, JsonObject, RouterCommand } from "../../src/index.ts";
import { type Driver, driver, withJob, withQueue, withWorker } from "./driver.ts";
import { assignment, inTime, reach, statuses, world } from "./statuses.ts";

type Action = "cancel" | "reclassify" | "complete" | "close" | "unassign" | "delete";

function command(run: Driver, action: Action): RouterCommand {
  switch (action) {
    case "cancel":
    case "reclassify":
      return { kind: action, jobId: "j" };
    case "delete":
      return { kind: "delete", collection: "jobs", id: "j" };
    default:
      return { kind: action, jobId: "j", assignmentId: assignment(run) };
  }
}

/** Which actions the service allows in which status, and the status after (`gone`: deleted). */
const allowed: Readonly<Record<JobStatus, Partial<Record<Action, JobStatus | "gone">>>> = {
  created: { cancel: "cancelled" },
  pendingClassification: { cancel: "cancelled", reclassify: "pendingClassification" },
  classificationFailed: {
    cancel: "cancelled",
    reclassify: "pendingClassification",
    delete: "gone",
  },
  pendingSchedule: { cancel: "cancelled" },
  scheduled: { cancel: "cancelled" },
  scheduleFailed: { cancel: "cancelled" },
  waitingForActivation: { cancel: "cancelled" },
  queued: { cancel: "cancelled", reclassify: "pendingClassification" },
  assigned: { complete: "completed", unassign: "queued" },
  completed: { close: "closed" },
  closed: { delete: "gone" },
  cancelled: { delete: "gone" },
};

const actions: readonly Action[] = [
  "cancel",
  "reclassify",
  "complete",
  "close",
  "unassign",
  "delete",
];

describe.each(statuses)("a job that is %s", (status) => {
  test.each(actions)("%s", (action) => {
    const run = world();
    reach[status](run);
    expect(run.router.job("j")?.status).toBe(status);
    const before = run.job("j");
    const { response } = run.step(command(run, action));
    const to = allowed[status][action];
    if (to === undefined) {
      expect(response).toMatchObject({ ok: false });
      expect([404, 409]).toContain(response?.status);
      // What is refused changes nothing.
      expect(run.job("j")).toEqual(before);
    } else {
      expect(response).toMatchObject({ ok: true });
      expect(run.router.job("j")?.status).toBe(to === "gone" ? undefined : to);
    }
  });
});

/** What a patch of each kind does at once in each status; `refused`: 409. */
const patches: readonly (readonly [string, JsonObject, Readonly<Record<JobStatus, Outcome>>])[] = [
  [
    "release",
    { matchingMode: { kind: "queueAndMatch" } },
    {
      ...unmoved(),
      pendingSchedule: "queued",
      scheduled: "queued",
      scheduleFailed: "queued",
      waitingForActivation: "queued",
    },
  ],
  [
    "suspend",
    { matchingMode: { kind: "suspend" } },
    {
      ...waiting("waitingForActivation"),
      ...taken("refused"),
    },
  ],
  [
    "schedule",
    { matchingMode: inTime(7200) },
    {
      ...waiting("pendingSchedule"),
      ...taken("refused"),
    },
  ],
  [
    "another policy",
    { classificationPolicyId: "other" },
    {
      ...waiting("pendingClassification"),
      pendingClassification: "pendingClassification",
      classificationFailed: "pendingClassification",
      ...taken("refused"),
    },
  ],
  [
    "other labels",
    { labels: { a: 1 } },
    {
      ...unmoved(),
      classificationFailed: "pendingClassification",
    },
  ],
  [
    "another queue",
    { queueId: "p" },
    {
      ...unmoved(),
      classificationFailed: "pendingClassification",
      ...taken("refused"),
    },
  ],
  ["another priority", { priority: 7 }, unmoved()],
];

type Outcome = JobStatus | "refused";

function unmoved(): Readonly<Record<JobStatus, JobStatus>> {
  return Object.fromEntries(statuses.map((status) => [status, status])) as Record<
    JobStatus,
    JobStatus
  >;
}

/** All that wait without being classified come to the same. */
function waiting(to: JobStatus): Readonly<Record<JobStatus, JobStatus>> {
  return {
    ...unmoved(),
    created: to,
    pendingSchedule: to,
    scheduled: to,
    scheduleFailed: to,
    waitingForActivation: to,
    queued: to,
  };
}

function taken(outcome: Outcome): Partial<Record<JobStatus, Outcome>> {
  return { assigned: outcome, completed: outcome, closed: outcome, cancelled: outcome };
}

describe.each(patches)("a patch: %s", (_, body, outcomes) => {
  test.each(statuses)("of a job that is %s", (status) => {
    const run = world();
    run.patch("queues", "p", { distributionPolicyId: "d" });
    run.patch("classificationPolicies", "other", { fallbackQueueId: "q" });
    reach[status](run);
    const before = run.job("j");
    const { response } = run.step({ kind: "patch", collection: "jobs", id: "j", body });
    if (outcomes[status] === "refused") {
      expect(response).toMatchObject({ ok: false, status: 409 });
      expect(run.job("j")).toEqual(before);
    } else expect(run.router.job("j")?.status).toBe(outcomes[status]);
  });
});

test("waiting for its activation is a passing state of a classified job", () => {
  const run = world();
  withJob(run, "j", { classificationPolicyId: "c", queueId: null }, 0);
  run.advance(10);
  expect(
    run.transitions.flatMap(({ happening }) =>
      happening.kind === "jobStatus" ? [happening.to] : [],
    ),
  ).toEqual(["pendingClassification", "waitingForActivation", "queued"]);
});

test("a scheduled job is activated at its time and released by a patch, at once", () => {
  const run = world();
  withJob(run, "j", { matchingMode: inTime(60) }, 0);
  run.advance(60);
  expect(run.job("j")).toMatchObject({
    status: "waitingForActivation",
    scheduledAt: "2026-01-05T00:01:00+00:00",
  });
  const body = { matchingMode: { kind: "queueAndMatch" } };
  expect(run.patch("jobs", "j", body, 90)).toMatchObject({
    status: "queued",
    scheduledAt: "2026-01-05T00:01:00+00:00",
  });
});

test("a job is unassigned three times at most, keeps its place, and may go to the same worker", () => {
  const run = driver();
  withQueue(run);
  withJob(run, "j", {}, 1);
  withWorker(run, "w", {}, 2);
  for (const unassignmentCount of [1, 2, 3]) {
    run.accept("w", 10 * unassignmentCount);
    const { response } = run.step({
      kind: "unassign",
      jobId: "j",
      assignmentId: assignment(run),
    });
    expect(response).toMatchObject({ result: { jobId: "j", unassignmentCount } });
    expect(run.job("j")).toMatchObject({
      status: "queued",
      enqueuedAt: "2026-01-05T00:00:01+00:00",
      assignments: {},
    });
  }
  run.accept("w");
  const { response } = run.step({ kind: "unassign", jobId: "j", assignmentId: assignment(run) });
  expect(response).toMatchObject({ ok: false, status: 409, error: { code: "Conflict" } });
});

test("unassigned with its matching suspended, a job waits for its activation, and says so", () => {
  const run = driver();
  withQueue(run);
  withWorker(run, "w");
  withJob(run, "j");
  run.accept("w");
  run.eventNames();
  const assignmentId = assignment(run);
  run.step({ kind: "unassign", jobId: "j", assignmentId, suspendMatching: true });
  expect(run.eventNames()).toEqual(["JobUnassigned", "JobWaitingForActivation"]);
  expect(run.job("j")).toMatchObject({
    status: "waitingForActivation",
    matchingMode: { kind: "suspend" },
  });
});

test("a worker deleted before its round of matching is not saved with it", () => {
  const run = driver({ matchingDelayMs: 1000 });
  withQueue(run);
  withWorker(run, "w");
  run.step({ kind: "delete", collection: "workers", id: "w" });
  expect(run.router.save().state).toMatchObject({ freed: [] });
});

test("a failed job without a policy is queued as it is when a patch repairs it (R19)", () => {
  for (const body of [{ labels: { a: 1 } }, { queueId: "p" }]) {
    const run = driver();
    withQueue(run);
    run.patch("queues", "p", { distributionPolicyId: "d" });
    withJob(run, "j");
    run.step({ kind: "reclassify", jobId: "j" });
    expect(run.router.job("j")?.status).toBe("classificationFailed");
    run.patch("jobs", "j", { tags: { a: 1 } });
    expect(run.router.job("j")?.status).toBe("classificationFailed");
    run.patch("jobs", "j", body);
    expect(run.router.job("j")?.status).toBe("queued");
  }
});

test("an unanswered offer deregisters its worker, and the job goes to the next", () => {
  const run = driver();
  withQueue(run);
  withWorker(run, "w1", {}, 0);
  withWorker(run, "w2", {}, 1);
  withJob(run, "j", {}, 2);
  run.eventNames();
  run.advance(62);
  expect(run.eventNames()).toEqual([
    "WorkerOfferExpired",
    "WorkerDeregistered",
    "WorkerOfferIssued",
  ]);
  expect(run.worker("w1")).toMatchObject({ state: "inactive", availableForOffers: false });
  expect(run.offersOf("w2")).toHaveLength(1);
});

test("a decliner is not asked again until it registers anew, or at the time it named", () => {
  const run = driver();
  withQueue(run, { kind: "longestIdle" }, {}, {});
  withWorker(run, "w");
  withJob(run, "j");
  const decline = (retryOfferAtMs?: number): void => {
    const offerId = run.offersOf("w")[0]?.offerId ?? "none";
    run.step({
      kind: "decline",
      workerId: "w",
      offerId,
      ...(retryOfferAtMs === undefined ? {} : { retryOfferAtMs }),
    });
  };
  decline();
  expect(run.offersOf("w")).toEqual([]);
  run.patch("workers", "w", { availableForOffers: false }, 5);
  run.patch("workers", "w", { availableForOffers: true }, 6);
  expect(run.offersOf("w")).toHaveLength(1);
  decline(Date.UTC(2026, 0, 5, 0, 1));
  run.advance(59);
  expect(run.offersOf("w")).toEqual([]);
  run.advance(60);
  expect(run.offersOf("w")).toHaveLength(1);
  // The year 1, as a client sends it that has no time: no time (Q24).
  decline(-62_135_596_800_000);
  expect(run.offersOf("w")).toEqual([]);
});

test("the quicker worker has a broadcast job, the other offer is revoked and answers 409", () => {
  const run = driver();
  withQueue(run, { kind: "longestIdle", maxConcurrentOffers: 2 });
  for (const id of ["w1", "w2", "w3"]) withWorker(run, id);
  withJob(run, "j");
  const offers = run.router.job("j")?.offers ?? [];
  expect(offers.map(({ workerId }) => workerId)).toEqual(["w1", "w2"]);
  run.eventNames();
  run.accept("w2");
  expect(run.eventNames()).toEqual(["WorkerOfferAccepted", "WorkerOfferRevoked"]);
  const late = { kind: "accept", workerId: "w1", offerId: offers[0]?.offerId ?? "" } as const;
  expect(run.step(late).response).toMatchObject({ status: 409, error: { code: "Conflict" } });
  const twice = { kind: "decline", workerId: "w2", offerId: offers[1]?.offerId ?? "" } as const;
  expect(run.step(twice).response).toMatchObject({
    status: 404,
    error: {
      message: `DeclineOfferCommandHandler: Offer not found. OfferId: ${twice.offerId}, WorkerId: w2`,
    },
  });
});

test("a worker that goes off drains, and is inactive when its last job is closed", () => {
  const run = driver();
  withQueue(run);
  withWorker(run, "w", { capacity: 2 });
  withJob(run, "j");
  run.accept("w");
  withJob(run, "k");
  run.eventNames();
  expect(run.patch("workers", "w", { availableForOffers: false })).toMatchObject({
    state: "draining",
    offers: [],
    loadRatio: 0.5,
  });
  expect(run.eventNames()).toEqual(["WorkerUpdated", "WorkerOfferRevoked", "WorkerDeregistered"]);
  const assignmentId = assignment(run);
  run.step({ kind: "complete", jobId: "j", assignmentId });
  const later = { kind: "close", jobId: "j", assignmentId, closeAtMs: Date.UTC(2026, 0, 5, 0, 1) };
  run.step({ ...later, kind: "close" }, 5);
  expect(run.router.job("j")?.status).toBe("completed");
  run.advance(59);
  expect(run.worker("w")).toMatchObject({ state: "draining", loadRatio: 0.5 });
  run.advance(60);
  expect(run.worker("w")).toMatchObject({ state: "inactive", loadRatio: 0 });
});

test("seven idle days deregister a worker, activity starts them anew (R11)", () => {
  const day = 86_400;
  for (const [choice, state] of [
    ["deregister", "inactive"],
    ["keep", "active"],
  ] as const) {
    const run = driver({ assumptions: { R11: choice } });
    withWorker(run, "w", {}, 0);
    run.patch("workers", "w", { tags: { a: 1 } }, 3 * day);
    run.advance(10 * day - 1);
    expect(run.worker("w")).toMatchObject({ state: "active" });
    run.advance(10 * day);
    expect(run.worker("w")).toMatchObject({ state });
  }
});

test("90 days end a job that nobody has, where that is asked for (R12)", () => {
  const day = 86_400;
  for (const [choice, status] of [
    ["keep", "queued"],
    ["cancel", "cancelled"],
  ] as const) {
    const run = driver({ assumptions: { R12: choice } });
    withQueue(run);
    withJob(run, "j", {}, 0);
    run.advance(90 * day);
    expect(run.job("j")).toMatchObject({ status });
  }
});

test("changes of labels, queue, channel and selectors revoke and queue again; of priority do not", () => {
  const bodies: readonly (readonly [JsonObject, boolean])[] = [
    [{ labels: { a: 1 } }, true],
    [{ queueId: "p" }, true],
    [{ channelId: "voice" }, true],
    [{ requestedWorkerSelectors: [{ key: "Id", labelOperator: "equal", value: "w" }] }, true],
    [{ priority: 9 }, false],
    [{ tags: { a: 1 }, dispositionCode: "x", notes: [{ message: "n" }] }, false],
    [{ labels: {}, queueId: "q" }, false],
  ];
  for (const [body, requeues] of bodies) {
    const run = driver();
    withQueue(run);
    run.patch("queues", "p", { distributionPolicyId: "d" });
    withWorker(run, "w");
    withJob(run, "j");
    run.eventNames();
    run.patch("jobs", "j", body);
    const names = run.eventNames();
    expect(names.slice(0, 2), JSON.stringify(body)).toEqual(
      requeues ? ["WorkerOfferRevoked", "JobQueued"] : [],
    );
  }
});
