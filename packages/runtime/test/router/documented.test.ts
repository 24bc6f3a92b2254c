import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/index.ts";
import { type Driver, driver, withJob, withQueue, withWorker } from "./driver.ts";

/** Examples of the service's documentation, with its numbers; sections are those of the brief. */

/** Offers of a job in the order in which workers get it: each declines it. */
function orderOfOffers(run: Driver, jobId: string, workers: readonly string[]): readonly string[] {
  const order: string[] = [];
  for (const _ of workers) {
    const offer = run.router.job(jobId)?.offers[0];
    if (offer === undefined) break;
    order.push(offer.workerId);
    run.step({ kind: "decline", workerId: offer.workerId, offerId: offer.offerId });
  }
  return order;
}

test("8.3 longest idle: A 3/5, B 3/4, C 3/5, D 0/3 are offered in the order D, C, A, B", () => {
  const run = driver();
  withQueue(run);
  const chat = { channels: [{ channelId: "chat", capacityCostPerJob: 1 }], queues: ["own"] };
  // Each takes three jobs of a queue of its own, so that all that differs is as in the example.
  for (const [id, capacity, at] of [
    ["C", 5, 0],
    ["A", 5, 120],
    ["B", 4, 240],
  ] as const) {
    run.patch("queues", `own-${id}`, { distributionPolicyId: "d" });
    withWorker(run, id, { ...chat, capacity, queues: [`own-${id}`] }, at);
    for (const name of ["1", "2", "3"]) {
      withJob(run, `${id}${name}`, { queueId: `own-${id}` });
      run.accept(id);
    }
  }
  withWorker(run, "D", { capacity: 3 }, 300);
  for (const id of ["A", "B", "C"]) {
    run.patch("workers", id, { queues: [`own-${id}`, "q"] }, 420);
  }
  withJob(run, "next");
  expect(orderOfOffers(run, "next", ["A", "B", "C", "D"])).toEqual(["D", "C", "A", "B"]);
});

describe("8.4 best worker by the default score", () => {
  const cases: readonly {
    readonly job: JsonObject;
    readonly workers: Readonly<Record<string, JsonObject>>;
    readonly order: readonly string[];
    readonly scores: readonly string[];
  }[] = [
    {
      job: { labels: { language: "english", department: "sales" } },
      workers: {
        A: { language: "english", department: "sales" },
        B: { language: "english" },
        C: { language: "english", department: "support" },
      },
      order: ["A", "B", "C"],
      scores: ["1.000", "0.500", "0.500"],
    },
    {
      job: {
        requestedWorkerSelectors: [
          { key: "language", labelOperator: "equal", value: "french" },
          { key: "sales", labelOperator: "greaterThanOrEqual", value: 10 },
          { key: "cost", labelOperator: "lessThanOrEqual", value: 10 },
        ],
      },
      workers: {
        G: { language: "french", sales: 10, cost: 10 },
        H: { language: "french", sales: 15, cost: 10 },
        I: { language: "french", sales: 10, cost: 9 },
      },
      order: ["H", "I", "G"],
      scores: ["0.707", "0.675", "0.667"],
    },
    {
      job: {
        requestedWorkerSelectors: [
          { key: "department", labelOperator: "equal", value: "billing" },
          { key: "segment", labelOperator: "notEqual", value: "vip" },
        ],
      },
      workers: {
        D: { department: "billing", segment: "vip" },
        E: { department: "billing" },
        F: { department: "sales", segment: "new" },
      },
      // D and F fail a selector: they have a score and may not have the job.
      order: ["E"],
      scores: ["1.000"],
    },
  ];
  test.each(cases)("in the order $order", ({ job, workers, order, scores }) => {
    const run = driver();
    withQueue(run, { kind: "bestWorker" });
    for (const [id, labels] of Object.entries(workers)) withWorker(run, id, { labels });
    withJob(run, "j", job);
    expect(orderOfOffers(run, "j", Object.keys(workers))).toEqual(order);
    const told = run.transitions.flatMap(({ happening, reason }) =>
      happening.kind === "offerIssued" && reason.cause.kind === "matched"
        ? [reason.cause.score?.toFixed(3) ?? ""]
        : [],
    );
    expect(told).toEqual(scores);
  });
});

test("8.5 best worker by its own rule", () => {
  const run = driver();
  withQueue(run, {
    kind: "bestWorker",
    scoringRule: { kind: "expression", expression: "If(worker.HandleEscalation = true, 100, 1)" },
  });
  withWorker(run, "worker2");
  withWorker(run, "worker1", { labels: { HandleEscalation: true } });
  withJob(run, "j");
  expect(orderOfOffers(run, "j", ["worker1", "worker2"])).toEqual(["worker1", "worker2"]);
});

test("round robin goes round by id, after whoever was offered a job last", () => {
  const run = driver();
  withQueue(run, { kind: "roundRobin" });
  for (const id of ["c", "a", "b"]) withWorker(run, id, { capacity: 9 });
  for (let index = 0; index < 5; index++) withJob(run, `j${index}`);
  const order = run.transitions.flatMap(({ happening }) =>
    happening.kind === "offerIssued" ? [happening.workerId] : [],
  );
  expect(order).toEqual(["a", "b", "c", "a", "b"]);
});

describe("9.4 capacity", () => {
  function offered(run: Driver, jobs: readonly (readonly [string, string])[]): readonly string[] {
    for (const [id, channelId] of jobs) run.patch("jobs", id, { channelId, queueId: "q" });
    return run.offersOf("w").map(({ jobId }) => jobId);
  }

  test("100 is one voice call or five chats", () => {
    const channels = [
      { channelId: "voice", capacityCostPerJob: 100 },
      { channelId: "chat", capacityCostPerJob: 20 },
    ];
    const chats = Array.from({ length: 6 }, (_, index) => [`c${index}`, "chat"] as const);
    const many = driver();
    withQueue(many);
    withWorker(many, "w", { capacity: 100, channels });
    expect(offered(many, [...chats, ["v", "voice"]])).toEqual(["c0", "c1", "c2", "c3", "c4"]);
    expect(many.worker("w")).toMatchObject({ loadRatio: 1 });
    const one = driver();
    withQueue(one);
    withWorker(one, "w", { capacity: 100, channels });
    expect(offered(one, [["v", "voice"], ...chats])).toEqual(["v"]);
  });

  test("voice 60, chat 10 at most 2, email 10 at most 2", () => {
    const run = driver();
    withQueue(run);
    withWorker(run, "w", {
      capacity: 100,
      channels: [
        { channelId: "voice", capacityCostPerJob: 60 },
        { channelId: "chat", capacityCostPerJob: 10, maxNumberOfJobs: 2 },
        { channelId: "email", capacityCostPerJob: 10, maxNumberOfJobs: 2 },
      ],
    });
    const jobs = ["chat", "chat", "chat", "email", "email", "email", "voice", "voice"].map(
      (channel, index) => [`${channel}${index}`, channel] as const,
    );
    expect(offered(run, jobs)).toEqual(["chat0", "chat1", "email3", "email4", "voice6"]);
    expect(run.worker("w")).toMatchObject({ loadRatio: 1 });
  });
});

describe("11 exceptions", () => {
  test("a job is escalated after five minutes", () => {
    const run = driver();
    withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e" });
    run.patch("queues", "XBOX_Escalation_Queue", { distributionPolicyId: "d" });
    run.patch("classificationPolicies", "c", {
      queueSelectorAttachments: [
        {
          kind: "conditional",
          condition: { kind: "expression", expression: "job.Escalated = true" },
          queueSelectors: [{ key: "Id", labelOperator: "equal", value: "XBOX_Escalation_Queue" }],
        },
      ],
      prioritizationRule: { kind: "expression", expression: "If(job.Escalated = true, 10, 1)" },
    });
    run.patch("exceptionPolicies", "e", {
      exceptionRules: [
        {
          id: "r",
          trigger: { kind: "waitTime", thresholdSeconds: 300 },
          actions: [
            {
              kind: "reclassify",
              classificationPolicyId: "c",
              labelsToUpsert: { Escalated: true },
            },
          ],
        },
      ],
    });
    run.eventNames();
    withJob(run, "j", {}, 10);
    expect(run.eventNames()).toEqual(["JobReceived", "JobQueued"]);
    run.advance(309.999);
    expect(run.eventNames()).toEqual([]);
    run.advance(310);
    expect(run.eventNames()).toEqual(["JobExceptionTriggered", "JobClassified", "JobQueued"]);
    expect(run.job("j")).toMatchObject({
      status: "queued",
      queueId: "XBOX_Escalation_Queue",
      priority: 10,
      labels: { Escalated: true },
      enqueuedAt: "2026-01-05T00:05:10+00:00",
    });
  });

  test("the eleventh job of a queue with threshold 10 ends in the backup queue (Q28)", () => {
    for (const [choice, last] of [
      ["reached", "j11"],
      ["above", "j12"],
    ] as const) {
      const run = driver({ assumptions: { Q28: choice } });
      run.patch("exceptionPolicies", "e", {
        exceptionRules: [
          {
            id: "full",
            trigger: { kind: "queueLength", threshold: 10 },
            actions: [
              {
                kind: "manualReclassify",
                queueId: "backup",
                priority: 100,
                workerSelectors: [{ key: "x", labelOperator: "equal", value: 1 }],
              },
            ],
          },
        ],
      });
      withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e" });
      run.patch("queues", "backup", { distributionPolicyId: "d" });
      for (let index = 1; index <= 12; index++) {
        withJob(run, `j${index}`);
        if (run.router.waiting("backup").length > 0) break;
      }
      expect(run.router.waiting("backup")).toEqual([last]);
      expect(run.job(last)).toMatchObject({
        priority: 100,
        requestedWorkerSelectors: [{ key: "x", labelOperator: "equal", value: 1 }],
      });
    }
  });

  test("a job is cancelled after ten seconds, though an offer is open, with the disposition None", () => {
    const run = driver();
    run.patch("exceptionPolicies", "e", {
      exceptionRules: [
        {
          id: "r",
          trigger: { kind: "waitTime", thresholdSeconds: 10 },
          actions: [{ kind: "cancel", note: "wait time exceeded; cancelling" }],
        },
      ],
    });
    withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e" });
    withWorker(run, "w");
    withJob(run, "j", {}, 1);
    expect(run.offersOf("w")).toHaveLength(1);
    run.eventNames();
    run.advance(11);
    expect(run.eventNames()).toEqual([
      "JobExceptionTriggered",
      "WorkerOfferRevoked",
      "JobCancelled",
    ]);
    expect(run.job("j")).toMatchObject({
      status: "cancelled",
      dispositionCode: "None",
      notes: [{ message: "wait time exceeded; cancelling", addedAt: "2026-01-05T00:00:11+00:00" }],
    });
  });

  test("queues that send a job round in a circle let it rest (R15)", () => {
    const run = driver();
    const rule = (queueId: string): JsonObject => ({
      exceptionRules: [
        {
          id: "r",
          trigger: { kind: "waitTime", thresholdSeconds: 0 },
          actions: [{ kind: "manualReclassify", queueId }],
        },
      ],
    });
    run.patch("exceptionPolicies", "e", rule("p"));
    run.patch("exceptionPolicies", "f", rule("q"));
    withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e" });
    run.patch("queues", "p", { distributionPolicyId: "d", exceptionPolicyId: "f" });
    withJob(run, "j");
    expect(run.router.waiting("q")).toEqual(["j"]);
  });
});

test("a preferred worker has the first 45 seconds, then anyone may get the job", () => {
  const run = driver();
  withQueue(run, { kind: "longestIdle" }, {}, {});
  withWorker(run, "other", { capacity: 5 });
  withWorker(run, "preferred", { capacity: 0 });
  withJob(run, "j", {
    requestedWorkerSelectors: [
      {
        key: "Id",
        labelOperator: "equal",
        value: "preferred",
        expiresAfterSeconds: 45,
        expedite: true,
      },
    ],
  });
  run.advance(44.999);
  expect(run.offersOf("other")).toEqual([]);
  run.eventNames();
  run.advance(45);
  expect(run.eventNames()).toEqual(["JobWorkerSelectorsExpired", "WorkerOfferIssued"]);
  expect(run.offersOf("other")).toHaveLength(1);
});

test("8.1 expedited first, then priority, then age; a worker of several queues as one line (Q36)", () => {
  const run = driver();
  withQueue(run);
  run.patch("queues", "p", { distributionPolicyId: "d" });
  const expedite = [{ key: "Id", labelOperator: "equal", value: "w", expedite: true }];
  withJob(run, "old", {}, 1);
  withJob(run, "new", {}, 2);
  withJob(run, "urgent", { priority: 5, queueId: "p" }, 3);
  withJob(run, "first", { priority: -3, requestedWorkerSelectors: expedite }, 4);
  expect(run.router.waiting("q")).toEqual(["first", "old", "new"]);
  withWorker(run, "w", { queues: ["q", "p"], capacity: 4 });
  expect(run.offersOf("w").map(({ jobId }) => jobId)).toEqual(["first", "urgent", "old", "new"]);
});
