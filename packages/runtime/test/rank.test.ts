import type {
  DistributionMode,
  Job,
  Labels,
  RouterObjects,
  Worker,
  WorkerSelector,
} from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import {
  createEngine,
  type EngineOptions,
  type Ranking,
  type RulePayload,
  type WorkerSnapshot,
} from "../src/index.ts";

function objectsWith(mode: DistributionMode): RouterObjects {
  return {
    distributionPolicies: [{ id: "d", mode }],
    exceptionPolicies: [],
    queues: [{ id: "q", distributionPolicyId: "d" }],
    classificationPolicies: [],
  };
}

function worker(id: string, labels: Labels = {}, more: Partial<Worker> = {}): Worker {
  return { id, queues: ["q"], availableForOffers: true, labels, ...more };
}

function rank(
  mode: DistributionMode,
  job: Job,
  workers: readonly Worker[],
  options: EngineOptions = {},
  snapshot?: WorkerSnapshot,
): Ranking {
  return createEngine(objectsWith(mode), options).rank(
    { queueId: "q", ...job },
    workers,
    undefined,
    snapshot,
  );
}

const ids = (ranking: Ranking): readonly string[] =>
  ranking.workers.map(({ workerId }) => workerId);
const scores = (ranking: Ranking): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(ranking.workers.map(({ workerId, score }) => [workerId, score?.value]));
/** The documentation gives three decimals. */
const thousandths = (ranking: Ranking): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ranking.workers.map(({ workerId, score }) => [
      workerId,
      Math.round((score?.value ?? -1) * 1000),
    ]),
  );

const best: DistributionMode = { kind: "bestWorker" };
const bypassing: DistributionMode = { kind: "bestWorker", bypassSelectors: true };

describe("the default score, with the numbers of the service's documentation", () => {
  const salesJob: Job = { labels: { language: "english", department: "sales" } };
  const billing: readonly WorkerSelector[] = [
    { key: "department", labelOperator: "equal", value: "billing" },
    { key: "segment", labelOperator: "notEqual", value: "vip" },
  ];
  const french: readonly WorkerSelector[] = [
    { key: "language", labelOperator: "equal", value: "french" },
    { key: "sales", labelOperator: "greaterThanOrEqual", value: 10 },
    { key: "cost", labelOperator: "lessThanOrEqual", value: 10 },
  ];

  test("job labels: A, B, C", () => {
    const ranking = rank(best, salesJob, [
      worker("B", { language: "english" }),
      worker("C", { language: "english", department: "support" }),
      worker("A", { language: "english", department: "sales" }),
    ]);
    expect(scores(ranking)).toEqual({ A: 1, B: 0.5, C: 0.5 });
    expect(ids(ranking)).toEqual(["A", "B", "C"]);
  });

  test("equal and notEqual: D, E, F", () => {
    // D and F fail a selector: with selectors as requirements only E may get the job.
    const workers = [
      worker("D", { department: "billing", segment: "vip" }),
      worker("E", { department: "billing" }),
      worker("F", { department: "sales", segment: "new" }),
    ];
    const job: Job = { requestedWorkerSelectors: billing };
    expect(scores(rank(bypassing, job, workers))).toEqual({ E: 1, D: 0.5, F: 0.5 });
    expect(ids(rank(best, job, workers))).toEqual(["E"]);
  });

  test("magnitudes: G, H, I", () => {
    const ranking = rank(best, { requestedWorkerSelectors: french }, [
      worker("G", { language: "french", sales: 10, cost: 10 }),
      worker("H", { language: "french", sales: 15, cost: 10 }),
      worker("I", { language: "french", sales: 10, cost: 9 }),
    ]);
    expect(thousandths(ranking)).toEqual({ G: 667, H: 707, I: 675 });
    expect(ids(ranking)).toEqual(["H", "I", "G"]);
  });

  test("its parts say what each label and selector gave", () => {
    const ranking = rank(bypassing, { ...salesJob, requestedWorkerSelectors: billing }, [
      worker("B", { language: "english", department: "billing" }),
    ]);
    const [found] = ranking.workers;
    expect(found?.score?.parts?.map(({ score }) => score)).toEqual([1, 0, 1, 1]);
    expect(ranking.assumptions).toContain("Q21");
  });

  test("Q21: labels and selectors in one mean, or the mean of their means", () => {
    const job: Job = { labels: { language: "english" }, requestedWorkerSelectors: billing };
    const workers = [worker("W", { language: "french", department: "billing" })];
    expect(thousandths(rank(bypassing, job, workers))).toEqual({ W: 667 });
    const other = rank(bypassing, job, workers, { assumptions: { Q21: "meanOfParts" } });
    expect(thousandths(other)).toEqual({ W: 500 });
    expect(scores(rank(best, {}, [worker("W")]))).toEqual({ W: 0 });
  });

  test("Q22: a selector value of 0 scores by the difference", () => {
    const job: Job = {
      requestedWorkerSelectors: [{ key: "skill", labelOperator: "greaterThan", value: 0 }],
    };
    const workers = [worker("ten", { skill: 10 }), worker("twenty", { skill: 20 })];
    expect(ids(rank(best, job, workers))).toEqual(["twenty", "ten"]);
    const strict = rank(best, job, workers, { assumptions: { Q22: "leaveOut" } });
    expect(ids(strict)).toEqual([]);
    expect(strict.excluded[0]?.reasons[0]).toMatchObject({ kind: "score" });
  });
});

describe("a scoring rule", () => {
  const escalation: DistributionMode = {
    kind: "bestWorker",
    scoringRule: { kind: "expression", expression: "If(worker.HandleEscalation = true, 100, 1)" },
  };
  const two = [worker("worker2"), worker("worker1", { HandleEscalation: true })];

  test("the worker with the label first, the one without scores too", () => {
    const ranking = rank(escalation, {}, two);
    expect(scores(ranking)).toEqual({ worker1: 100, worker2: 1 });
    expect(ids(ranking)).toEqual(["worker1", "worker2"]);
    expect(ranking.assumptions).toContain("R1");
  });

  test("lowest first, where the policy says so", () => {
    const mode = { ...escalation, scoringRuleOptions: { descendingOrder: false } };
    expect(ids(rank(mode, {}, two))).toEqual(["worker2", "worker1"]);
  });

  test("the automatic Id is a label", () => {
    const mode: DistributionMode = {
      kind: "bestWorker",
      scoringRule: { kind: "expression", expression: 'If(worker.Id = "b", 1, 0)' },
    };
    expect(ids(rank(mode, {}, [worker("a", { Id: "b" }), worker("b")]))).toEqual(["b", "a"]);
  });

  test("job labels only where they are asked for", () => {
    const rule = { kind: "expression", expression: "job.bonus + 0" } as const;
    const job: Job = { labels: { bonus: 7 } };
    const asked: DistributionMode = { kind: "bestWorker", scoringRule: rule };
    expect(scores(rank(asked, job, [worker("w")]))).toEqual({ w: 7 });
    const notAsked = { ...asked, scoringRuleOptions: { scoringParameters: [] } };
    const ranking = rank(notAsked, job, [worker("w")]);
    expect(ranking.excluded).toMatchObject([
      { workerId: "w", reasons: [{ kind: "score", issue: { code: "ExpressionFailed" } }] },
    ]);
    expect(ranking.assumptions).toContain("Q23");
  });

  test("Q23: a worker whose scoring fails is left out, or scores 0", () => {
    const mode: DistributionMode = {
      kind: "bestWorker",
      scoringRule: { kind: "expression", expression: "10 / worker.load" },
    };
    const workers = [worker("busy", { load: 5 }), worker("idle", { load: 0 })];
    expect(ids(rank(mode, {}, workers))).toEqual(["busy"]);
    expect(scores(rank(mode, {}, workers, { assumptions: { Q23: "scoreZero" } }))).toEqual({
      busy: 2,
      idle: 0,
    });
  });

  test("a function is sent what the service sends", () => {
    const payloads: RulePayload[] = [];
    const mode: DistributionMode = {
      kind: "bestWorker",
      scoringRule: { kind: "function", functionUri: "https://f.example/score" },
      scoringRuleOptions: { scoringParameters: ["workerSelectors"] },
    };
    const selector: WorkerSelector = { key: "skill", labelOperator: "greaterThan", value: 1 };
    const job: Job = { labels: { a: 1 }, requestedWorkerSelectors: [selector] };
    rank(mode, job, [worker("w", { skill: 2 })], {
      ruleAnswers: new Map([
        [
          "https://f.example/score",
          (payload: RulePayload) => {
            payloads.push(payload);
            return 3;
          },
        ],
      ]),
    });
    expect(payloads.map((payload) => JSON.parse(JSON.stringify(payload)))).toEqual([
      { selectors: [selector], worker: { skill: 2, Id: "w" } },
    ]);
  });

  test("a batch reply scores by worker id, and leaves out whom it does not name", () => {
    const sizes: number[] = [];
    const mode: DistributionMode = {
      kind: "bestWorker",
      scoringRule: { kind: "function", functionUri: "https://f.example/batch" },
      scoringRuleOptions: { isBatchScoringEnabled: true, batchSize: 2 },
    };
    const ranking = rank(mode, {}, [worker("a"), worker("b"), worker("c")], {
      ruleAnswers: new Map([
        [
          "https://f.example/batch",
          ({ workers = [] }: RulePayload) => {
            sizes.push(workers.length);
            return { a: 1, c: 5 };
          },
        ],
      ]),
    });
    expect(sizes).toEqual([2, 1]);
    expect(scores(ranking)).toEqual({ c: 5, a: 1 });
    expect(ranking.excluded).toMatchObject([
      { workerId: "b", reasons: [{ issue: { code: "NoScore" } }] },
    ]);
  });

  test("nobody answers: nobody is ranked, and each says why", () => {
    const mode: DistributionMode = {
      kind: "bestWorker",
      scoringRule: { kind: "webhook", webhookUri: "https://f.example/hook" },
    };
    const ranking = rank(mode, {}, [worker("a")]);
    expect(ranking.excluded).toMatchObject([
      { reasons: [{ kind: "score", issue: { code: "RuleUnreachable" } }] },
    ]);
  });
});

describe("the order of the other modes", () => {
  test("longest idle: the documentation's D, C, A, B", () => {
    const workers = [
      worker("A", {}, { loadRatio: 3 / 5 }),
      worker("B", {}, { loadRatio: 3 / 4 }),
      worker("C", {}, { loadRatio: 3 / 5 }),
      worker("D", {}, { loadRatio: 0 }),
    ];
    const availableSince = new Map(Object.entries({ A: -5, B: -3, C: -7, D: -2 }));
    const ranking = rank({ kind: "longestIdle" }, {}, workers, {}, { availableSince });
    expect(ids(ranking)).toEqual(["D", "C", "A", "B"]);
  });

  test("longest idle without times: earlier in the input is longer available (R5)", () => {
    const ranking = rank({ kind: "longestIdle" }, {}, [worker("z"), worker("a")]);
    expect(ids(ranking)).toEqual(["z", "a"]);
    expect(ranking.assumptions).toContain("R5");
  });

  test("round robin goes on after the last, by ordinal id", () => {
    const workers = ["c", "a", "B", "d"].map((id) => worker(id));
    const mode: DistributionMode = { kind: "roundRobin" };
    expect(ids(rank(mode, {}, workers))).toEqual(["B", "a", "c", "d"]);
    const after = rank(mode, {}, workers, {}, { lastOfferedTo: "a" });
    expect(ids(after)).toEqual(["c", "d", "B", "a"]);
    // The last one need not be among the workers any more.
    expect(ids(rank(mode, {}, workers, {}, { lastOfferedTo: "b" }))).toEqual(["c", "d", "B", "a"]);
  });

  test("ties of a score go to whom is available longest", () => {
    const workers = [worker("a"), worker("b")];
    const availableSince = new Map([
      ["a", 9],
      ["b", 3],
    ]);
    expect(ids(rank(best, {}, workers, {}, { availableSince }))).toEqual(["b", "a"]);
  });
});

describe("who may get a job", () => {
  const mode: DistributionMode = { kind: "longestIdle" };
  const chat = { channelId: "chat", capacityCostPerJob: 20 };
  const job: Job = {
    channelId: "chat",
    requestedWorkerSelectors: [{ key: "language", labelOperator: "equal", value: "en" }],
  };
  const able: Partial<Worker> = { capacity: 100, channels: [chat] };
  const english = { language: "en" };

  test.each<[string, Worker, unknown]>([
    [
      "not available",
      worker("w", english, { ...able, availableForOffers: false }),
      { kind: "unavailable" },
    ],
    [
      "another queue",
      worker("w", english, { ...able, queues: ["r"] }),
      { kind: "queue", queueId: "q" },
    ],
    [
      "another channel",
      worker("w", english, { capacity: 100 }),
      { kind: "channel", channelId: "chat" },
    ],
    [
      "no room",
      worker("w", english, { ...able, loadRatio: 0.81 }),
      { kind: "capacity", free: 19, cost: 20, capacity: 100 },
    ],
    [
      "no capacity at all",
      worker("w", english, { channels: [chat] }),
      { kind: "capacity", free: 0, cost: 20, capacity: 0 },
    ],
    [
      "too many jobs",
      worker("w", english, { ...able, channels: [{ ...chat, maxNumberOfJobs: 2 }] }),
      { kind: "jobs", assigned: 2, max: 2 },
    ],
    [
      "a selector",
      worker("w", { language: "de" }, able),
      {
        kind: "selector",
        from: "requested",
        label: "de",
        selector: job.requestedWorkerSelectors?.[0],
      },
    ],
  ])("%s", (_, candidate, reason) => {
    const snapshot = { assignedJobs: new Map([["w", 2]]) };
    const ranking = rank(mode, job, [candidate], {}, snapshot);
    expect(ids(ranking)).toEqual([]);
    expect(ranking.excluded).toEqual([{ workerId: "w", reasons: [reason] }]);
  });

  test("just enough room", () => {
    // 0.1 + 0.7 is not 0.8 in binary.
    const ranking = rank(mode, job, [worker("w", english, { ...able, loadRatio: 0.1 + 0.7 })]);
    expect(ids(ranking)).toEqual(["w"]);
  });

  test("bypassed selectors exclude nobody, other things still do", () => {
    const bypass: DistributionMode = { kind: "longestIdle", bypassSelectors: true };
    const ranking = rank(bypass, job, [worker("w", {}, able), worker("x", {}, { capacity: 1 })]);
    expect(ids(ranking)).toEqual(["w"]);
    expect(ranking.selectorsBypassed).toBe(true);
  });

  test("attached selectors of a classification count like requested ones", () => {
    const objects: RouterObjects = {
      ...objectsWith(mode),
      classificationPolicies: [
        {
          id: "c",
          fallbackQueueId: "q",
          workerSelectorAttachments: [
            { kind: "passThrough", key: "language", labelOperator: "equal" },
          ],
        },
      ],
    };
    const engine = createEngine(objects);
    const own: Job = { classificationPolicyId: "c", labels: { language: "fr" } };
    const workers = [worker("de", { language: "de" }), worker("fr", { language: "fr" })];
    const ranking = engine.rank(own, workers, engine.classify(own));
    expect(ids(ranking)).toEqual(["fr"]);
    expect(ranking.excluded).toMatchObject([{ workerId: "de", reasons: [{ from: "attached" }] }]);
  });

  test("a failed classification ranks nobody", () => {
    const engine = createEngine(objectsWith(mode));
    const failed = engine.classify({ classificationPolicyId: "no such" });
    expect(failed).toMatchObject({ outcome: "failed" });
    expect(engine.rank({}, [worker("w")], failed).workers).toEqual([]);
  });
});
