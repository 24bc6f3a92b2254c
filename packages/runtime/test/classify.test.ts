import type {
  ClassificationPolicy,
  Job,
  LabelValue,
  QueueSelectorAttachment,
  RouterObjects,
  RouterRule,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import { type Classification, createEngine, type EngineOptions } from "../src/index.ts";

const queues: RouterObjects["queues"] = [
  { id: "na", labels: { region: "NA", level: 3 } },
  { id: "eu", labels: { region: "EU", level: 1 } },
  { id: "eu-2", labels: { region: "EU", level: 2, Id: "not the id" } },
];

/** By both ways of the hot path and by `explain`, which must agree; the answer is theirs. */
function classify(
  policy: Omit<ClassificationPolicy, "id">,
  job: Job = {},
  options: EngineOptions = {},
): Classification {
  const engine = createEngine(
    {
      distributionPolicies: [],
      exceptionPolicies: [],
      queues,
      classificationPolicies: [{ id: "p", ...policy }],
    },
    { codegen: "always", ...options },
  );
  const own: Job = { classificationPolicyId: "p", ...job };
  const { classification } = engine.explain(own);
  expect(engine.classify(own)).toEqual(classification);
  expect(engine.with({ codegen: "never" }).classify(own)).toEqual(classification);
  return classification;
}

const fx = (expression: string): RouterRule => ({ kind: "expression", expression });
const toQueue = (value: string): QueueSelectorAttachment => ({
  kind: "static",
  queueSelector: { key: "Id", labelOperator: "equal", value },
});
const byRegion: QueueSelectorAttachment = {
  kind: "passThrough",
  key: "region",
  labelOperator: "equal",
};
const when = (condition: RouterRule, value: string): QueueSelectorAttachment => ({
  kind: "conditional",
  condition,
  queueSelectors: [{ key: "Id", labelOperator: "equal", value }],
});

function expectFailure(result: Classification, ...codes: string[]): void {
  expect(result.outcome).toBe("failed");
  expect(result.outcome === "failed" && result.errors.map(({ code }) => code)).toEqual(codes);
}

describe("the queue", () => {
  test("all selectors together, the automatic Id among the labels", () => {
    const result = classify(
      { queueSelectorAttachments: [byRegion, toQueue("na")] },
      { labels: { region: "NA" } },
    );
    expect(result).toMatchObject({ queueId: "na", queueFrom: "selectors" });
  });

  test("the Id that a queue was given as a label is not its id", () => {
    expect(classify({ queueSelectorAttachments: [toQueue("eu-2")] })).toMatchObject({
      queueId: "eu-2",
    });
    expectFailure(classify({ queueSelectorAttachments: [toQueue("not the id")] }), "NoQueue");
  });

  test("none matches: the own queue, else the fallback, else failure (Q12)", () => {
    const policy = { queueSelectorAttachments: [byRegion, toQueue("eu")] };
    const labels = { region: "NA" };
    const withFallback = { ...policy, fallbackQueueId: "eu-2" };
    expect(classify(withFallback, { labels, queueId: "na" })).toMatchObject({
      queueId: "na",
      queueFrom: "job",
    });
    expect(classify(withFallback, { labels })).toMatchObject({
      queueId: "eu-2",
      queueFrom: "fallback",
    });
    expectFailure(classify(policy, { labels }), "NoQueue");
    expect(classify(policy, { labels }, { assumptions: { Q12: "leaveUnqueued" } })).toMatchObject({
      queueId: undefined,
      queueFrom: "nowhere",
    });
  });

  test("no selectors match nothing", () => {
    expect(classify({ fallbackQueueId: "eu" })).toMatchObject({ queueFrom: "fallback" });
    const empty: QueueSelectorAttachment = {
      kind: "conditional",
      condition: { kind: "static", value: true },
      queueSelectors: [],
    };
    const result = classify({ queueSelectorAttachments: [empty], fallbackQueueId: "eu" });
    expect(result).toMatchObject({ queueFrom: "fallback" });
  });

  test("a match against the job's own queue (Q14)", () => {
    const policy = { queueSelectorAttachments: [toQueue("na")] };
    expect(classify(policy, { queueId: "eu" })).toMatchObject({ queueId: "na" });
    const other = classify(policy, { queueId: "eu" }, { assumptions: { Q14: "ownQueueWins" } });
    expect(other).toMatchObject({ queueId: "eu", queueFrom: "job" });
  });

  test("several match: the lowest id and a warning, or failure (Q13)", () => {
    const policy = { queueSelectorAttachments: [byRegion] };
    const job = { labels: { region: "EU" } };
    expect(classify(policy, job)).toMatchObject({
      queueId: "eu",
      warnings: [{ code: "AmbiguousQueue", assumption: "Q13" }],
    });
    expectFailure(classify(policy, job, { assumptions: { Q13: "fail" } }), "AmbiguousQueue");
  });

  test("queues that are not among the objects (Q6)", () => {
    const presume: EngineOptions = { assumptions: { Q6: "presume" } };
    const elsewhere = { queueSelectorAttachments: [toQueue("elsewhere")] };
    expectFailure(classify(elsewhere), "NoQueue");
    expect(classify(elsewhere, {}, presume)).toMatchObject({
      queueId: "elsewhere",
      queueFrom: "selectors",
    });
    // It has no label but its id.
    const regional = { queueSelectorAttachments: [toQueue("elsewhere"), byRegion] };
    expectFailure(classify(regional, { labels: { region: "EU" } }, presume), "NoQueue");
    const notRegional: QueueSelectorAttachment = {
      kind: "static",
      queueSelector: { key: "region", labelOperator: "notEqual", value: "EU" },
    };
    // Nobody names it: it does not come in by the back door.
    const policy = { queueSelectorAttachments: [notRegional, when(fx("job.x = 1"), "elsewhere")] };
    expect(classify(policy, {}, presume)).toMatchObject({ queueId: "na" });
    expectFailure(classify({ fallbackQueueId: "elsewhere" }), "QueueNotFound");
    expect(classify({ fallbackQueueId: "elsewhere" }, {}, presume)).toMatchObject({
      queueId: "elsewhere",
    });
    expectFailure(classify({}, { queueId: "elsewhere" }), "QueueNotFound");
  });

  test("pass-through of a missing label attaches nothing, or what never holds (Q15)", () => {
    const policy = { queueSelectorAttachments: [byRegion, toQueue("eu")] };
    expect(classify(policy)).toMatchObject({ queueId: "eu" });
    expectFailure(classify(policy, {}, { assumptions: { Q15: "neverMatches" } }), "NoQueue");
  });
});

describe("conditions", () => {
  const policy = (condition: RouterRule): Omit<ClassificationPolicy, "id"> => ({
    fallbackQueueId: "na",
    queueSelectorAttachments: [when(condition, "eu")],
  });

  test.each<[RouterRule, Job["labels"], boolean]>([
    [fx("job.vip = true"), { vip: true }, true],
    [fx("job.vip = true"), {}, false],
    [fx("job.vip"), { vip: true }, true],
    [fx("job.vip"), {}, false],
    [fx("If(job.vip = true, true)"), {}, false],
    [fx("job.waits <= 0"), {}, true],
    [fx("job.waits = 0"), {}, false],
    // Only `true` attaches (R2).
    [fx("job.count"), { count: 3 }, false],
    [fx('"true"'), {}, false],
    [{ kind: "static", value: true }, {}, true],
    [{ kind: "static", value: "true" }, {}, false],
    [{ kind: "directMap" }, { vip: true }, false],
    [fx("job.'__proto__' = 1"), JSON.parse('{"__proto__": 1}'), true],
    [fx("job.'__proto__' = 1"), {}, false],
    [fx("IsBlank(job.constructor)"), {}, true],
    [fx("IsBlank(job.toString)"), Object.create(null), true],
    [fx('job.toString = "x"'), { toString: "x" } as never, true],
  ])("%j on %j: %j", (condition, labels, holds) => {
    const result = classify(policy(condition), labels === undefined ? {} : { labels });
    expect(result).toMatchObject({ queueFrom: holds ? "selectors" : "fallback" });
  });

  test("an error fails the classification (Q11), wherever the formula comes to it", () => {
    expectFailure(
      classify(policy(fx("1 / job.zero = 1")), { labels: { zero: 0 } }),
      "ExpressionFailed",
    );
    // Number against text does not bind, though `&&` would not come to it.
    const mixed = policy(fx("job.never = true && job.region = 5"));
    expectFailure(classify(mixed, { labels: { region: "EU" } }), "ExpressionFailed");
    expect(classify(mixed, {})).toMatchObject({ queueFrom: "fallback" });
    expectFailure(classify(policy(fx("job.")), {}), "ExpressionFailed");
    expectFailure(
      classify(policy(fx("job.vip")), {}, { assumptions: { Q11: "blankFails" } }),
      "ConditionBlank",
    );
  });

  test("every failure is told, with its place", () => {
    const result = classify({
      queueSelectorAttachments: [when(fx("1/0 = 1"), "eu")],
      prioritizationRule: fx('"high"'),
    });
    expectFailure(result, "ExpressionFailed", "NoQueue", "PriorityNotANumber");
    expect(result).toMatchObject({
      errors: [
        {
          pointer:
            "/objects/classificationPolicies/0/queueSelectorAttachments/0/condition/expression",
        },
        {},
        { pointer: "/objects/classificationPolicies/0/prioritizationRule" },
      ],
    });
  });

  test("labels that are no label values read as missing (Q4)", () => {
    const labels = { vip: { nested: true }, region: null } as unknown as NonNullable<Job["labels"]>;
    const both = policy(fx("IsBlank(job.vip) && IsBlank(job.region)"));
    expect(classify(both, { labels })).toMatchObject({ queueFrom: "selectors" });
  });

  test("labels with a prototype of their own: only own ones count", () => {
    const labels = Object.create({ vip: true }) as NonNullable<Job["labels"]>;
    expect(classify(policy(fx("job.vip = true")), { labels })).toMatchObject({
      queueFrom: "fallback",
    });
  });
});

describe("functions and webhooks", () => {
  const uri = "https://f.example/x";
  const condition: RouterRule = { kind: "function", functionUri: uri };
  const policy = { queueSelectorAttachments: [when(condition, "eu")], fallbackQueueId: "na" };

  test("answered by stubs", () => {
    const asked: unknown[] = [];
    const ruleAnswers: EngineOptions["ruleAnswers"] = new Map([
      [
        uri,
        (payload) => {
          asked.push(payload);
          return true;
        },
      ],
    ]);
    const labels = { region: "EU" };
    expect(classify(policy, { labels }, { ruleAnswers })).toMatchObject({ queueId: "eu" });
    expect(asked[0]).toEqual({ job: labels });
  });

  test("unreachable without a stub, failing when asked to", () => {
    expectFailure(classify(policy), "RuleUnreachable");
    expectFailure(
      classify(policy, {}, { ruleAnswers: new Map([[uri, { fail: true }]]) }),
      "RuleFailed",
    );
    const hook = { prioritizationRule: { kind: "webhook" } as const, fallbackQueueId: "na" };
    expectFailure(classify(hook), "RuleUnreachable");
  });
});

describe("rule engines (Q8)", () => {
  const rule = (own: RouterRule): Omit<ClassificationPolicy, "id"> => ({
    fallbackQueueId: "na",
    queueSelectorAttachments: [{ kind: "ruleEngine", rule: own }],
  });

  test("a queue id, one selector per label, a list of selectors", () => {
    const byVip = rule(fx('If(job.vip = true, "eu", "eu-2")'));
    expect(classify(byVip, { labels: { vip: true } })).toMatchObject({ queueId: "eu" });
    expect(classify(byVip)).toMatchObject({ queueId: "eu-2" });
    const mapped = classify(rule({ kind: "directMap" }), { labels: { region: "EU", level: 2 } });
    expect(mapped).toMatchObject({ queueId: "eu-2" });
    const listed: RouterRule = { kind: "function", functionUri: "u" };
    const answer = [{ key: "level", labelOperator: "GreaterThanEqual", value: 3 }];
    const ruleAnswers = new Map([["u", { value: answer }]]);
    expect(classify(rule(listed), {}, { ruleAnswers })).toMatchObject({ queueId: "na" });
  });

  test("blank attaches nothing, anything else fails", () => {
    expect(classify(rule(fx("job.missing")))).toMatchObject({ queueFrom: "fallback" });
    expectFailure(classify(rule(fx("1 + 1"))), "SelectorsNotUnderstood");
    const workers: WorkerSelectorAttachment = { kind: "ruleEngine", rule: fx('"not a queue"') };
    expectFailure(
      classify({ fallbackQueueId: "na", workerSelectorAttachments: [workers] }),
      "SelectorsNotUnderstood",
    );
  });
});

describe("priority (Q33)", () => {
  const priority = (rule: RouterRule, options?: EngineOptions, labels: Job["labels"] = {}) =>
    classify({ fallbackQueueId: "na", prioritizationRule: rule }, { labels }, options);

  test.each<[LabelValue, number]>([
    [10, 10],
    ["2", 2],
    [" -3.5 ", -4],
    [2.5, 3],
    [-2.5, -3],
    [0.4, 0],
    [-0.4, 0],
  ])("static %j gives %j", (value, expected) => {
    expect(priority({ kind: "static", value })).toMatchObject({ priority: expected, warnings: [] });
  });

  test("out of range is clamped, with a warning; or fails", () => {
    expect(priority({ kind: "static", value: 250 })).toMatchObject({
      priority: 100,
      warnings: [{ code: "PriorityOutOfRange" }],
    });
    expect(priority(fx("0 - 1000"))).toMatchObject({ priority: -100 });
    const strict: EngineOptions = { assumptions: { Q33: "strict" } };
    expectFailure(priority({ kind: "static", value: 2.5 }, strict), "PriorityOutOfRange");
    expectFailure(priority({ kind: "static", value: "2" }, strict), "PriorityOutOfRange");
  });

  test.each<[RouterRule]>([
    [{ kind: "static" }],
    [{ kind: "static", value: true }],
    [{ kind: "static", value: "high" }],
    [{ kind: "static", value: "" }],
    [fx("If(job.vip = true, 10)")],
  ])("%j fails", (rule) => {
    expectFailure(priority(rule), "PriorityNotANumber");
  });

  test("without a rule the job's own, else 1", () => {
    expect(classify({ fallbackQueueId: "na" }, { priority: -7 })).toMatchObject({ priority: -7 });
    expect(classify({ fallbackQueueId: "na" })).toMatchObject({ priority: 1 });
  });

  test("arms of different types change each other, as in Power Fx", () => {
    const rule = fx('If(job.vip = true, "7", 12)');
    expect(priority(rule, {}, { vip: true })).toMatchObject({ priority: 7 });
    expect(priority(rule)).toMatchObject({ priority: 12 });
  });
});

describe("worker selectors", () => {
  test("in the order of the attachments, requested ones not repeated", () => {
    const result = classify(
      {
        fallbackQueueId: "na",
        workerSelectorAttachments: [
          {
            kind: "conditional",
            condition: fx("job.vip = true"),
            workerSelectors: [
              { key: "manager", labelOperator: "equal", value: true, expedite: true },
            ],
          },
          { kind: "passThrough", key: "language", labelOperator: "equal", expiresAfterSeconds: 60 },
          { kind: "passThrough", key: "absent", labelOperator: "equal" },
          {
            kind: "static",
            workerSelector: { key: "skill", labelOperator: "greaterThan", value: 5 },
          },
        ],
      },
      {
        labels: { vip: true, language: "en" },
        requestedWorkerSelectors: [{ key: "own", labelOperator: "equal", value: 1 }],
      },
    );
    expect(result).toMatchObject({
      attachedWorkerSelectors: [
        { key: "manager", labelOperator: "equal", value: true, expedite: true },
        { key: "language", labelOperator: "equal", value: "en", expiresAfterSeconds: 60 },
        { key: "skill", labelOperator: "greaterThan", value: 5 },
      ],
    });
  });
});

describe("weights (Q16)", () => {
  const split = (...weights: number[]): Omit<ClassificationPolicy, "id"> => ({
    fallbackQueueId: "eu-2",
    queueSelectorAttachments: [
      {
        kind: "weightedAllocation",
        allocations: weights.map((weight, index) => ({
          weight,
          queueSelectors: [
            { key: "Id", labelOperator: "equal", value: ["na", "eu"][index] ?? "eu-2" },
          ],
        })),
      },
    ],
  });

  test.each<[readonly number[], number, string]>([
    [[0.3, 0.7], 0, "na"],
    [[0.3, 0.7], 0.299, "na"],
    [[0.3, 0.7], 0.3, "eu"],
    [[0.3, 0.7], 0.999_999, "eu"],
    [[3, 7], 0.5, "eu"],
    [[0, 1], 0, "eu"],
    [[-5, 1], 0, "eu"],
    [[0, 0], 0.5, "eu-2"],
    [[0.1, 0.2], 0.9, "eu"],
    // 0.1 + 0.2 is not 0.3 in doubles, and where a share ends the next one begins.
    [[0.1, 0.2, 0.7], 0.3, "eu-2"],
    [[0.1, 0.2, 0.7], 0.299_999_999, "eu"],
    [[0.7, 0.1, 0.2], 0.8, "eu-2"],
    [[10, 20, 70], 0.3, "eu-2"],
  ])("%j at %j goes to %s", (weights, choice, queueId) => {
    const result = classify(split(...weights), {}, { choice: () => choice });
    expect(result).toMatchObject({ queueId });
  });

  test("as given, what is missing to 1 attaches nothing", () => {
    const options: EngineOptions = { choice: () => 0.9, assumptions: { Q16: "asGiven" } };
    expect(classify(split(0.1, 0.2), {}, options)).toMatchObject({ queueFrom: "fallback" });
  });
});

describe("which policy", () => {
  const engine = createEngine({
    distributionPolicies: [],
    exceptionPolicies: [],
    queues,
    classificationPolicies: [
      { id: "a", fallbackQueueId: "na" },
      { id: "b", fallbackQueueId: "eu" },
    ],
  });

  test("the one named, else the job's own", () => {
    const job: Job = { classificationPolicyId: "a" };
    expect(engine.classify(job)).toMatchObject({ policyId: "a", queueId: "na" });
    expect(engine.classify(job, "b")).toMatchObject({ policyId: "b", queueId: "eu" });
    expectFailure(engine.classify(job, "constructor"), "ClassificationPolicyNotFound");
    expect(engine.explain(job, "c").classification).toEqual(engine.classify(job, "c"));
  });

  test("a job without a policy keeps its queue and priority", () => {
    expect(engine.classify({ queueId: "eu", priority: 5 })).toMatchObject({
      outcome: "classified",
      policyId: undefined,
      queueId: "eu",
      queueFrom: "job",
      priority: 5,
    });
  });
});
