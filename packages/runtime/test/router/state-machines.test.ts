import { describe, expect, test } from "vitest";
import type { JobStatus, JsonObject, RouterCommand, WorkerState } from "../../src/index.ts";
import { type Driver, driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";
import { LegalityJudge, legalJobMoves, legalWorkerMoves } from "./laws/transitions.ts";
import { assignment, inTime, reach, statuses, world } from "./statuses.ts";

// The documented state machines, arrow by arrow: each arrow of the tables is gone, and whatever is
// tried in whatever state, no other. Random sequences are held to the same tables.

function arrowsOf(table: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(table).flatMap(([from, to]) => to.map((each) => `${from} → ${each}`));
}

// ── Jobs ──────────────────────────────────────────────────────────────────────────────────────

function jobArrows(run: Driver): readonly string[] {
  return run.transitions.flatMap(({ happening }) =>
    happening.kind === "jobStatus" && happening.jobId === "j"
      ? [`${happening.from ?? "new"} → ${happening.to}`]
      : [],
  );
}

const always = { kind: "queueLength", threshold: 0 };

function withRule(run: Driver, trigger: JsonObject, action: JsonObject): void {
  run.patch("exceptionPolicies", "e", {
    exceptionRules: [{ id: "r", trigger, actions: [action] }],
  });
  run.patch("queues", "q", { exceptionPolicyId: "e" });
}

/** From a status, by a patch of the job. */
function patched(from: JobStatus, body: JsonObject, waitSeconds = 0): (run: Driver) => void {
  return (run) => {
    reach[from](run);
    run.patch("jobs", "j", body);
    if (waitSeconds > 0) run.advance(3600 + waitSeconds);
  };
}

function asked(from: JobStatus, kind: "cancel" | "reclassify"): (run: Driver) => void {
  return (run) => {
    reach[from](run);
    run.step({ kind, jobId: "j" });
  };
}

/** Unassigned into a queue that sends everything on. */
function unassignedInto(action: JsonObject): (run: Driver) => void {
  return (run) => {
    reach.assigned(run);
    withRule(run, always, action);
    run.step({ kind: "unassign", jobId: "j", assignmentId: assignment(run) });
  };
}

const release = { matchingMode: { kind: "queueAndMatch" } };
const suspend = { matchingMode: { kind: "suspend" } };
const schedule = { matchingMode: inTime(7200) };
const policy = { classificationPolicyId: "c" };

/** One way along each arrow. */
const ways: Readonly<Record<string, (run: Driver) => void>> = {
  "new → created": reach.created,
  "new → pendingClassification": reach.pendingClassification,
  "new → waitingForActivation": reach.waitingForActivation,
  "new → pendingSchedule": reach.pendingSchedule,

  "created → queued": reach.queued,
  "created → waitingForActivation": patched("created", suspend),
  "created → pendingSchedule": patched("created", schedule),
  "created → pendingClassification": patched("created", policy),
  "created → cancelled": asked("created", "cancel"),

  "pendingClassification → pendingClassification": asked("pendingClassification", "reclassify"),
  "pendingClassification → waitingForActivation": (run) => {
    reach.pendingClassification(run);
    run.advance(100);
  },
  "pendingClassification → pendingSchedule": (run) => {
    withJob(run, "j", { ...policy, ...schedule });
    run.advance(100);
  },
  "pendingClassification → classificationFailed": reach.classificationFailed,
  "pendingClassification → created": patched("pendingClassification", {
    classificationPolicyId: null,
    queueId: "q",
  }),
  "pendingClassification → cancelled": asked("pendingClassification", "cancel"),

  "classificationFailed → pendingClassification": asked("classificationFailed", "reclassify"),
  "classificationFailed → created": patched("classificationFailed", {
    classificationPolicyId: null,
    queueId: "q",
  }),
  "classificationFailed → cancelled": asked("classificationFailed", "cancel"),

  "pendingSchedule → scheduled": reach.scheduled,
  "pendingSchedule → scheduleFailed": reach.scheduleFailed,
  "pendingSchedule → waitingForActivation": patched("pendingSchedule", suspend),
  "pendingSchedule → pendingSchedule": patched("pendingSchedule", schedule),
  "pendingSchedule → queued": patched("pendingSchedule", release),
  "pendingSchedule → pendingClassification": patched("pendingSchedule", policy),
  "pendingSchedule → cancelled": asked("pendingSchedule", "cancel"),

  "scheduled → waitingForActivation": (run) => {
    reach.scheduled(run);
    run.advance(3600);
  },
  "scheduled → pendingSchedule": patched("scheduled", schedule),
  "scheduled → queued": patched("scheduled", release),
  "scheduled → pendingClassification": patched("scheduled", policy),
  "scheduled → cancelled": asked("scheduled", "cancel"),

  "scheduleFailed → pendingSchedule": patched("scheduleFailed", schedule),
  "scheduleFailed → queued": patched("scheduleFailed", release),
  "scheduleFailed → waitingForActivation": patched("scheduleFailed", suspend),
  "scheduleFailed → pendingClassification": patched("scheduleFailed", policy),
  "scheduleFailed → cancelled": asked("scheduleFailed", "cancel"),

  "waitingForActivation → queued": patched("waitingForActivation", release),
  // A classified job on its way to its queue is suspended.
  "waitingForActivation → waitingForActivation": (run) => {
    withJob(run, "j", policy, 0);
    run.advance(1.5);
    run.patch("jobs", "j", suspend);
  },
  "waitingForActivation → pendingSchedule": patched("waitingForActivation", schedule),
  "waitingForActivation → pendingClassification": patched("waitingForActivation", policy),
  "waitingForActivation → cancelled": asked("waitingForActivation", "cancel"),

  "queued → queued": (run) => {
    run.patch("queues", "p", { distributionPolicyId: "d" });
    patched("queued", { queueId: "p" })(run);
  },
  "queued → assigned": reach.assigned,
  "queued → pendingClassification": asked("queued", "reclassify"),
  "queued → waitingForActivation": patched("queued", suspend),
  "queued → pendingSchedule": patched("queued", schedule),
  "queued → cancelled": asked("queued", "cancel"),

  "assigned → completed": reach.completed,
  "assigned → queued": (run) => {
    reach.assigned(run);
    run.step({ kind: "unassign", jobId: "j", assignmentId: assignment(run) });
  },
  "assigned → waitingForActivation": (run) => {
    reach.assigned(run);
    const assignmentId = assignment(run);
    run.step({ kind: "unassign", jobId: "j", assignmentId, suspendMatching: true });
  },
  "assigned → pendingClassification": unassignedInto({ kind: "reclassify" }),
  "assigned → cancelled": unassignedInto({ kind: "cancel" }),

  "completed → closed": reach.closed,
};

test("there is a way along each arrow of a job", () => {
  expect(Object.keys(ways).sort()).toEqual([...arrowsOf(legalJobMoves)].sort());
});

test.each(Object.keys(ways))("job: %s", (arrow) => {
  const run = world();
  ways[arrow]?.(run);
  expect(jobArrows(run)).toContain(arrow);
});

/** What may be done to a job: commands, patches, and time. */
const stimuli: Readonly<Record<string, (run: Driver) => void>> = {
  cancel: (run) => act(run, { kind: "cancel", jobId: "j" }),
  reclassify: (run) => act(run, { kind: "reclassify", jobId: "j" }),
  complete: (run) => act(run, { kind: "complete", jobId: "j", assignmentId: assignment(run) }),
  close: (run) => act(run, { kind: "close", jobId: "j", assignmentId: assignment(run) }),
  unassign: (run) => act(run, { kind: "unassign", jobId: "j", assignmentId: assignment(run) }),
  release: (run) => change(run, release),
  suspend: (run) => change(run, suspend),
  schedule: (run) => change(run, schedule),
  "schedule in the past": (run) => change(run, { matchingMode: inTime(-10) }),
  "other labels": (run) => change(run, { labels: { a: 1 } }),
  "other queue": (run) => change(run, { queueId: "p" }),
  "other selectors": (run) =>
    change(run, { requestedWorkerSelectors: [{ key: "a", labelOperator: "equal", value: 1 }] }),
  "other channel": (run) => change(run, { channelId: "voice" }),
  "a policy": (run) => change(run, { classificationPolicyId: "c" }),
  "a policy that fails": (run) => change(run, { classificationPolicyId: "broken" }),
  "no policy": (run) => change(run, { classificationPolicyId: null, queueId: "q" }),
  "an exception that cancels": (run) => except(run, { kind: "cancel" }),
  "an exception that reclassifies": (run) =>
    except(run, { kind: "reclassify", classificationPolicyId: "c" }),
  "an exception that moves": (run) => except(run, { kind: "manualReclassify", queueId: "p" }),
  "a worker": (run) => withWorker(run, "other", { queues: ["q", "p"] }),
  "hours pass": (run) => run.advance(5 * 3600),
};

function act(run: Driver, command: RouterCommand): void {
  const before = run.job("j");
  const { response } = run.step(command);
  // What is refused changes nothing.
  if (response?.ok !== true) expect(run.job("j")).toEqual(before);
}

function change(run: Driver, body: JsonObject): void {
  act(run, { kind: "patch", collection: "jobs", id: "j", body });
}

function except(run: Driver, action: JsonObject): void {
  withRule(run, { kind: "waitTime", thresholdSeconds: 1 }, action);
}

const withPolicy: readonly JobStatus[] = ["queued", "assigned", "completed", "closed", "cancelled"];

describe.each([
  ...statuses.map((status) => [status, "", {}] as const),
  ...withPolicy.map((status) => [status, ", with a policy,", policy] as const),
])("a job that is %s%s goes no way but an arrow", (status, _, more) => {
  test.each(Object.keys(stimuli))("%s", (name) => {
    const run = world();
    run.patch("queues", "p", { distributionPolicyId: "d" });
    reach[status](run, more);
    expect(run.router.job("j")?.status).toBe(status);
    stimuli[name]?.(run);
    // And where that leads to by itself.
    run.advance(6 * 3600);
    const judge = new LegalityJudge();
    expect(run.transitions.flatMap((each) => judge.judge(each) ?? [])).toEqual([]);
    expect(arrowsOf(legalJobMoves)).toEqual(expect.arrayContaining([...jobArrows(run)]));
    const isOver = status === "closed" || status === "cancelled";
    if (isOver) expect(run.router.job("j")?.status).toBe(status);
  });
});

test("the table of arrows is what the judge of random sequences goes by", () => {
  const judge = new LegalityJudge();
  const move = (from: JobStatus | undefined, to: JobStatus) =>
    judge.judge({
      atMs: 0,
      happening: { kind: "jobStatus", jobId: "j", ...(from === undefined ? {} : { from }), to },
      reason: { cause: { kind: "schedule" }, assumptions: [] },
    });
  expect(move(undefined, "created")).toBeUndefined();
  expect(move("created", "assigned")).toBe("j: created → assigned");
  expect(move("queued", "assigned")).toBe("j: was created, not queued");
});

// ── Workers ───────────────────────────────────────────────────────────────────────────────────

/** Brings a worker `w` into each state. */
const reachWorker: Readonly<Record<WorkerState, (run: Driver) => void>> = {
  inactive: (run) => withWorker(run, "w", { availableForOffers: false }),
  active: (run) => withWorker(run, "w"),
  draining: (run) => {
    withWorker(run, "w", { capacity: 2 });
    withJob(run, "j");
    run.accept("w");
    goes(run);
  },
};

function comes(run: Driver): void {
  run.patch("workers", "w", { availableForOffers: true });
}

function goes(run: Driver): void {
  run.patch("workers", "w", { availableForOffers: false });
}

function closes(run: Driver): void {
  const assignmentId = assignment(run);
  run.step({ kind: "complete", jobId: "j", assignmentId });
  run.step({ kind: "close", jobId: "j", assignmentId });
}

const day = 86_400;

/** What may happen to a worker in each state, and the state after; absent: it does not apply. */
const workerMoves: readonly (readonly [WorkerState, string, (run: Driver) => void, WorkerState])[] =
  [
    ["inactive", "comes", comes, "active"],
    ["inactive", "goes", goes, "inactive"],
    ["inactive", "a job comes", (run) => withJob(run, "k"), "inactive"],
    ["inactive", "a week passes", (run) => run.advance(8 * day), "inactive"],
    ["active", "comes", comes, "active"],
    ["active", "goes", goes, "inactive"],
    ["active", "an offer", (run) => withJob(run, "k"), "active"],
    [
      "active",
      "an offer expires",
      (run) => {
        withJob(run, "k");
        run.advance(60);
      },
      "inactive",
    ],
    [
      "active",
      "goes with a job",
      (run) => {
        withJob(run, "j");
        run.accept("w");
        goes(run);
      },
      "draining",
    ],
    [
      "active",
      "its last job closes",
      (run) => {
        withJob(run, "j");
        run.accept("w");
        closes(run);
      },
      "active",
    ],
    ["active", "a week passes", (run) => run.advance(8 * day), "inactive"],
    ["draining", "comes", comes, "active"],
    ["draining", "goes", goes, "draining"],
    ["draining", "a job comes", (run) => withJob(run, "k"), "draining"],
    ["draining", "its last job closes", closes, "inactive"],
    [
      "draining",
      "one of two jobs closes",
      (run) => {
        comes(run);
        withJob(run, "k");
        run.accept("w");
        goes(run);
        closes(run);
      },
      "draining",
    ],
    [
      "draining",
      "its last job is completed only",
      (run) => run.step({ kind: "complete", jobId: "j", assignmentId: assignment(run) }),
      "draining",
    ],
    [
      "draining",
      "its last job is unassigned",
      (run) => run.step({ kind: "unassign", jobId: "j", assignmentId: assignment(run) }),
      "inactive",
    ],
    ["draining", "a week passes", (run) => run.advance(8 * day), "draining"],
  ];

const workerArrows = new Set<string>();

test.each(workerMoves)("a worker that is %s: %s", (from, _, happen, to) => {
  const run = driver();
  withQueue(run);
  reachWorker[from](run);
  expect(run.router.worker("w")?.state).toBe(from);
  happen(run);
  expect(run.router.worker("w")?.state).toBe(to);
  const judge = new LegalityJudge();
  for (const transition of run.transitions) {
    expect(judge.judge(transition)).toBeUndefined();
    const { happening } = transition;
    if (happening.kind !== "workerState") continue;
    workerArrows.add(`${happening.from ?? "new"} → ${happening.to}`);
  }
});

test("each arrow of a worker was gone", () => {
  expect([...workerArrows].sort()).toEqual([...arrowsOf(legalWorkerMoves)].sort());
});

// ── Offers ────────────────────────────────────────────────────────────────────────────────────

/** How an open offer of `j` to `w` ends, and what it answers from then on. */
const endings: readonly (readonly [string, (run: Driver, offerId: string) => void, 404 | 409])[] = [
  ["accepted", (run) => run.accept("w"), 404],
  ["declined", (run, offerId) => run.step({ kind: "decline", workerId: "w", offerId }), 404],
  ["expired", (run) => run.advance(60), 404],
  ["revoked, another accepted", (run) => run.accept("v"), 409],
  ["revoked, the job is cancelled", (run) => run.step({ kind: "cancel", jobId: "j" }), 404],
  ["revoked, the worker goes", goes, 404],
  ["revoked, the job changed", (run) => run.patch("jobs", "j", { channelId: "voice" }), 404],
];

test.each(endings)("an offer that is %s has ended once and for all", (_, end, status) => {
  const run = driver();
  withQueue(run, { kind: "longestIdle", maxConcurrentOffers: 2 });
  withWorker(run, "w");
  withWorker(run, "v");
  withJob(run, "j");
  const [offer] = run.offersOf("w");
  const offerId = offer?.offerId ?? "none";
  const isIt = (each: { readonly data: JsonObject }): boolean => each.data.offerId === offerId;
  expect(run.events.filter(isIt)).toHaveLength(1);
  end(run, offerId);
  expect(run.offersOf("w").some((other) => other.offerId === offerId)).toBe(false);
  expect(run.events.filter(isIt)).toHaveLength(2);
  for (const kind of ["accept", "decline"] as const) {
    const { response } = run.step({ kind, workerId: "w", offerId });
    expect(response).toMatchObject({ ok: false, status: kind === "accept" ? status : 404 });
  }
  // Its clock has stopped.
  run.events.push(...run.router.advance(startMs + 3600_000).events);
  expect(run.events.filter(isIt)).toHaveLength(2);
});
