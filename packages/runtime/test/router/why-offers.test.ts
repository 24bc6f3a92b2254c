import { describe, expect, test } from "vitest";
import {
  describeOffers,
  type JsonObject,
  loadRouter,
  type Ranking,
  type RouterOptions,
} from "../../src/index.ts";
import { type Driver, drive, driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

const showInstant = (atMs: number): string => `${(atMs - startMs) / 1000}s`;

/** The lines about some workers; about all when none is named. */
function why(run: Driver, jobId = "j", ...workerIds: readonly string[]): readonly string[] {
  const explanation = run.router.explainOffers(jobId);
  if (explanation === undefined) throw new Error(`no job ${jobId}`);
  const words = workerIds.length === 0 ? { showInstant } : { showInstant, workerIds };
  return describeOffers(explanation, words);
}

function started(mode: JsonObject = { kind: "longestIdle" }, options: RouterOptions = {}): Driver {
  const run = driver(options);
  withQueue(run, mode);
  return run;
}

const en: JsonObject = { key: "language", labelOperator: "equal", value: "en" };
const skill: JsonObject = { key: "skill", labelOperator: "greaterThan", value: 5 };

describe("why a worker is not offered a job", () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ["off", { availableForOffers: false }, {}, "is inactive, not available for offers"],
    ["another queue", { queues: ["r"] }, {}, 'does not serve queue "q"'],
    [
      "another channel",
      { channels: [{ channelId: "voice", capacityCostPerJob: 1 }] },
      {},
      'does not take channel "chat"',
    ],
    [
      "never room",
      { capacity: 30, channels: [{ channelId: "chat", capacityCostPerJob: 50 }] },
      {},
      "too little capacity (needs 50, has 30 in all)",
    ],
    [
      "a selector",
      { labels: { skill: 1 } },
      { requestedWorkerSelectors: [skill] },
      "requires skill > 5, but skill is 1",
    ],
    [
      "a missing label",
      { labels: {} },
      { requestedWorkerSelectors: [en] },
      'requires language == "en", but language is missing',
    ],
    [
      "a label whose key is a method",
      {},
      { requestedWorkerSelectors: [{ ...en, key: "constructor" }] },
      'requires constructor == "en", but constructor is missing',
    ],
    [
      "all of it, the most basic first",
      { availableForOffers: false, queues: ["r"] },
      { requestedWorkerSelectors: [skill] },
      'is inactive, not available for offers; does not serve queue "q"; requires skill > 5, but skill is missing',
    ],
  ])("%s", (_name, worker, job, expected) => {
    const run = started();
    run.patch("queues", "r", { distributionPolicyId: "d" });
    withWorker(run, "w", worker);
    withJob(run, "j", job);
    expect(why(run)).toEqual([`w: ${expected}`]);
  });

  test("no capacity left, and what takes it", () => {
    const run = started();
    withWorker(run, "w", {
      capacity: 100,
      channels: [{ channelId: "chat", capacityCostPerJob: 70 }],
    });
    withJob(run, "before");
    run.accept("w");
    withJob(run, "j");
    expect(why(run)).toEqual(["w: no capacity left (needs 70, has 30 of 100, taken by before)"]);
  });

  test("as many jobs of the channel as it may have", () => {
    const run = started();
    const channels = [{ channelId: "chat", capacityCostPerJob: 1, maxNumberOfJobs: 1 }];
    withWorker(run, "w", { capacity: 9, channels });
    withJob(run, "before");
    withJob(run, "j");
    expect(why(run)).toEqual(["w: has 1 of at most 1 jobs of the channel"]);
  });

  test("as many offers as it may have", () => {
    const run = started();
    withWorker(run, "w", { capacity: 9, maxConcurrentOffers: 1 });
    withJob(run, "before");
    withJob(run, "j");
    expect(why(run)).toEqual(["w: has 1 of at most 1 open offers"]);
    run.accept("w");
    expect(why(run, "j", "w")[1]).toBe("w: is offered it, 1 of 1 that may");
  });

  test("it has declined the job, for good or until a time", () => {
    const run = started();
    withWorker(run, "w");
    withJob(run, "j");
    const [offer] = run.offersOf("w");
    if (offer === undefined) throw new Error("no offer");
    const { offerId } = offer;
    run.step({ kind: "decline", workerId: "w", offerId }, 5);
    expect(why(run)).toEqual(["w: has declined it"]);

    const later = started();
    withWorker(later, "w");
    withJob(later, "j");
    const [second] = later.offersOf("w");
    if (second === undefined) throw new Error("no offer");
    const retryOfferAtMs = startMs + 60_000;
    later.step({ kind: "decline", workerId: "w", offerId: second.offerId, retryOfferAtMs }, 5);
    expect(why(later)).toEqual(["w: has declined it until 60s"]);
    const loaded = drive(loadRouter(JSON.parse(JSON.stringify(later.router.save())), {}));
    expect(why(loaded)).toEqual(["w: has declined it until 60s"]);
  });

  test("draining", () => {
    const run = started();
    withWorker(run, "w", { capacity: 2 });
    withJob(run, "before");
    run.accept("w");
    run.patch("workers", "w", { availableForOffers: false });
    withJob(run, "j");
    expect(why(run)).toEqual(["w: is draining, not available for offers"]);
  });

  test("a score that failed", () => {
    const run = started({
      kind: "bestWorker",
      scoringRule: { kind: "expression", expression: "worker.skill" },
    });
    withWorker(run, "w", { labels: { skill: "much" } });
    withJob(run, "j");
    const [line] = why(run);
    expect(line).toMatch(/^w: /u);
    expect(run.router.explainOffers("j")?.workers).toMatchObject([
      { outcome: "excluded", reasons: [{ kind: "score" }] },
    ]);
  });
});

describe("who was better", () => {
  const scored = (more: JsonObject = {}): JsonObject => ({
    kind: "bestWorker",
    scoringRule: { kind: "expression", expression: "worker.skill" },
    ...more,
  });
  const offered = "j: is offered to a, and to at most one worker at a time";

  test("by score, whichever way it is ordered", () => {
    const run = started(scored());
    withWorker(run, "a", { labels: { skill: 7 } });
    withWorker(run, "b", { labels: { skill: 3 } });
    withJob(run, "j");
    expect(why(run)).toEqual([
      offered,
      "a: is offered it, 1 of 2 that may, score 7",
      "b: may have it, but a comes first: score 3 < 7",
    ]);

    const up = started(scored({ scoringRuleOptions: { descendingOrder: false } }));
    withWorker(up, "a", { labels: { skill: 3 } });
    withWorker(up, "b", { labels: { skill: 7 } });
    withJob(up, "j");
    expect(why(up, "j", "b")).toEqual([
      offered,
      "b: may have it, but a comes first: score 7 > 3, and the lowest is the best",
    ]);
  });

  test("by time where the scores are the same", () => {
    const run = started(scored());
    withWorker(run, "a", { labels: { skill: 7 } });
    withWorker(run, "b", { labels: { skill: 7 } });
    withJob(run, "j");
    expect(why(run, "j", "b")[1]).toBe(
      "b: may have it, but a has the same score, 7, and has been available longer",
    );
  });

  test("by load and by time", () => {
    const run = started();
    withWorker(run, "b", { capacity: 4 });
    withJob(run, "before");
    run.accept("b");
    withWorker(run, "a", { capacity: 4 });
    withWorker(run, "c", { capacity: 4 });
    withJob(run, "j");
    expect(why(run, "j", "b", "c")).toEqual([
      offered,
      "b: may have it, but a comes first: load 0 % < 25 %",
      "c: may have it, but a has been available longer",
    ]);
  });

  test("by turn, which only whoever kept the ranking knows: the circle has gone on", () => {
    let kept: Ranking | undefined;
    const run: Driver = started(
      { kind: "roundRobin" },
      {
        beforeOffer: (jobId) => {
          kept = run.router.explainJob(jobId)?.ranking;
        },
      },
    );
    withWorker(run, "a", { capacity: 4 });
    withWorker(run, "b", { capacity: 4 });
    withJob(run, "j");
    expect(why(run, "j", "b")).toEqual([offered, "b: may have it, 1 of 2 that may"]);
    const explanation = run.router.explainOffers("j", kept);
    if (explanation === undefined) throw new Error("no job j");
    expect(describeOffers(explanation, { showInstant })).toEqual([
      offered,
      "a: is offered it, 1 of 2 that may",
      "b: may have it, but a comes first in the circle",
    ]);
  });

  test("by the last offer that went out, of several", () => {
    const run = started(scored({ maxConcurrentOffers: 2 }));
    for (const [id, value] of [
      ["a", 9],
      ["b", 8],
      ["c", 7],
    ] as const) {
      withWorker(run, id, { labels: { skill: value } });
    }
    withJob(run, "j");
    expect(why(run, "j", "c")).toEqual([
      "j: is offered to a, b, and to at most 2 workers at a time",
      "c: may have it, but b comes first: score 7 < 8",
    ]);
  });

  test("once it is assigned", () => {
    const run = started(scored());
    withWorker(run, "a", { labels: { skill: 7 } });
    withWorker(run, "b", { labels: { skill: 3 } });
    withJob(run, "j");
    run.accept("a", 1);
    expect(why(run)).toEqual([
      "j: is assigned to a",
      "a: has it, 1 of 2 that may, score 7",
      "b: may have it, but a comes first: score 3 < 7",
    ]);
  });
});

describe("why nobody is offered a job", () => {
  test("there is nobody", () => {
    const run = started();
    withJob(run, "j");
    expect(why(run)).toEqual(["j: there are no workers"]);
  });

  test("it is not queued", () => {
    const run = started();
    withWorker(run, "w");
    withJob(run, "j", { matchingMode: { kind: "suspend" } });
    expect(why(run)).toEqual(["j: is waitingForActivation, not queued"]);
    run.step({ kind: "cancel", jobId: "j" });
    expect(why(run)).toEqual(["j: is cancelled, not queued"]);
    expect(run.router.explainOffers("gone")).toBeUndefined();
  });

  test("its classification failed", () => {
    const run = started();
    const attachment = {
      kind: "conditional",
      condition: { kind: "expression", expression: "job.a > 1" },
      queueSelectors: [{ key: "Id", labelOperator: "equal", value: "q" }],
    };
    run.patch("classificationPolicies", "c", { queueSelectorAttachments: [attachment] });
    run.patch("jobs", "j", { channelId: "chat", classificationPolicyId: "c", labels: { a: "x" } });
    const [line] = why(run);
    expect(line).toMatch(/^j: is classificationFailed, not queued: .{10}/u);
  });

  test("matching takes time", () => {
    const run = started(undefined, { matchingDelayMs: 2000 });
    withWorker(run, "w");
    withJob(run, "j");
    expect(why(run)).toEqual(["j: is matched at 2s", "w: may have it, 1 of 1 that may"]);
  });

  test("it waits with its decliner (R14)", () => {
    const run = started(undefined, { assumptions: { R14: "jobWaits" } });
    withWorker(run, "w");
    withWorker(run, "v");
    withJob(run, "j");
    const [offer] = run.offersOf("w");
    if (offer === undefined) throw new Error("no offer");
    const retryOfferAtMs = startMs + 60_000;
    run.step({ kind: "decline", workerId: "w", offerId: offer.offerId, retryOfferAtMs }, 5);
    expect(why(run)).toEqual([
      "j: was declined until 60s",
      "w: has declined it until 60s",
      "v: may have it, 1 of 1 that may",
    ]);
  });

  test("a rule outside has not answered", () => {
    const uri = "https://score.example";
    const rule = { kind: "webhook", webhookUri: uri };
    const run = started({ kind: "bestWorker", scoringRule: rule }, { asksShell: true });
    withWorker(run, "w");
    withJob(run, "j");
    expect(why(run)[0]).toBe("j: waits for the answer of a rule outside");
  });
});

test("what ran out is told, and keeps nobody away", () => {
  const run = started();
  withWorker(run, "w", { labels: { skill: 1 } });
  withJob(run, "j", { requestedWorkerSelectors: [{ ...skill, expiresAfterSeconds: 30 }] });
  run.advance(29);
  expect(why(run)).toEqual(["w: requires skill > 5 for 30s, but skill is 1"]);
  run.advance(30);
  expect(why(run)).toEqual([
    "j: is offered to w, and to at most one worker at a time",
    "j: no longer requires skill > 5 for 30s, which ran out",
    "w: is offered it, 1 of 1 that may",
  ]);
});

test("an attached requirement is told apart from one the job came with", () => {
  const run = started();
  const attached = { kind: "static", workerSelector: skill };
  run.patch("classificationPolicies", "c", { workerSelectorAttachments: [attached] });
  withWorker(run, "w");
  withJob(run, "j", { classificationPolicyId: "c", requestedWorkerSelectors: [en] });
  const [verdict] = run.router.explainOffers("j")?.workers ?? [];
  const reasons = verdict?.outcome === "excluded" ? verdict.reasons : [];
  expect(reasons.map((reason) => reason.kind === "selector" && reason.from)).toEqual([
    "requested",
    "attached",
  ]);
});
