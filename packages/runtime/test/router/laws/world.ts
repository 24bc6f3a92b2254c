import {
  type Assumptions,
  assumptions,
  type JsonObject,
  type RouterCommand,
  type RouterOptions,
} from "../../../src/index.ts";
import type { Dice } from "../dice.ts";

// The objects of random sequences: few of each, so that they meet.

export const startMs = Date.UTC(2026, 0, 5);

export const queueIds = ["q1", "q2", "q3"] as const;
/** Comes and goes, and no worker serves it. */
export const spareQueueId = "spare";
/** What jobs and exceptions name too: a queue that nobody made. */
export const noQueueId = "nowhere";
export const workerIds = ["w1", "w2", "w3", "w4", "w5"] as const;
export const jobIds = Array.from({ length: 14 }, (_, index) => `j${index}`);
export const policyIds = ["c1", "c2"] as const;
export const distributionIds = ["d1", "d2"] as const;
export const exceptionIds = ["e1", "e2"] as const;
export const channels = ["chat", "voice"] as const;

/** Every switchable assumption that the router minds, mostly as it is by default. */
function randomAssumptions(dice: Dice): Partial<Assumptions> {
  const chosen: Record<string, string> = {};
  for (const assumption of assumptions) {
    if (!("choices" in assumption) || !dice.chance(0.35)) continue;
    chosen[assumption.id] = dice.pick<{ readonly value: string }>(assumption.choices).value;
  }
  return chosen as Partial<Assumptions>;
}

export function randomOptions(dice: Dice): RouterOptions {
  // Not shorter: some policies send a job round for ever, once in a delay.
  const delay = (): number => (dice.chance(0.6) ? 0 : dice.pick([200, 500, 2000]));
  return {
    seed: dice.below(1000),
    classificationDelayMs: delay(),
    queueingDelayMs: delay(),
    matchingDelayMs: delay(),
    asksShell: dice.chance(0.3),
    assumptions: randomAssumptions(dice),
  };
}

/** The objects that everything else needs. */
export function firstCommands(dice: Dice): readonly RouterCommand[] {
  return [
    ...distributionIds.map((id) => distribution(dice, id)),
    ...exceptionIds.map((id) => exceptions(dice, id)),
    ...queueIds.map((id) => queue(dice, id)),
    ...policyIds.map((id) => classification(dice, id)),
    ...workerIds.slice(0, 3).map((id) => worker(dice, id)),
  ];
}

export function patch(
  collection: Extract<RouterCommand, { kind: "patch" }>["collection"],
  id: string,
  body: JsonObject,
): RouterCommand {
  return { kind: "patch", collection, id, body };
}

const scores = [
  "If(worker.lang = job.lang, 10, 1)",
  "worker.skill * 2",
  'If(worker.lang = "en", worker.skill, worker.nothing.x)',
  '"no number"',
] as const;

/** A rule that is answered from outside, if anybody does. */
function outside(dice: Dice, name: string): JsonObject {
  return dice.chance(0.7)
    ? { kind: "function", functionUri: `https://rules/${name}` }
    : { kind: "webhook", webhookUri: `https://hooks/${name}` };
}

export function distribution(dice: Dice, id: string): RouterCommand {
  const kind = dice.pick(["longestIdle", "roundRobin", "bestWorker"] as const);
  return patch("distributionPolicies", id, {
    ...(dice.chance(0.85) ? { offerExpiresAfterSeconds: dice.pick([1, 30, 60]) } : {}),
    mode: {
      kind,
      maxConcurrentOffers: dice.pick([1, 1, 2, 3]),
      bypassSelectors: dice.chance(0.1),
      ...(kind === "bestWorker" && dice.chance(0.7)
        ? {
            scoringRule: dice.chance(0.35)
              ? outside(dice, "score")
              : { kind: "expression", expression: dice.pick(scores) },
            scoringRuleOptions: {
              descendingOrder: dice.chance(0.7),
              ...(dice.chance(0.3) ? { isBatchScoringEnabled: true, batchSize: 2 } : {}),
            },
          }
        : {}),
    },
  });
}

function selector(dice: Dice): JsonObject {
  const base: JsonObject = dice.pick([
    { key: "lang", labelOperator: "equal", value: dice.pick(["en", "fr"]) },
    { key: "skill", labelOperator: "greaterThanOrEqual", value: dice.pick([1, 5]) },
    { key: "Id", labelOperator: "equal", value: dice.pick(workerIds) },
    { key: "lang", labelOperator: "notEqual", value: "fr" },
  ]);
  return {
    ...base,
    ...(dice.chance(0.5) ? { expiresAfterSeconds: dice.pick([0, 5, 40]) } : {}),
    ...(dice.chance(0.3) ? { expedite: true } : {}),
  };
}

export function selectors(dice: Dice): readonly JsonObject[] {
  return Array.from({ length: dice.below(3) }, () => selector(dice));
}

export function exceptions(dice: Dice, id: string): RouterCommand {
  const action = (): JsonObject =>
    dice.pick<() => JsonObject>([
      () => ({
        kind: "cancel",
        note: "too long",
        ...(dice.chance(0.5) ? { dispositionCode: "x" } : {}),
      }),
      () => ({
        kind: "manualReclassify",
        queueId: dice.pick([...queueIds, spareQueueId, noQueueId]),
        ...(dice.chance(0.5) ? { priority: dice.below(20) } : {}),
        workerSelectors: selectors(dice),
      }),
      () => ({ kind: "manualReclassify", priority: 50 }),
      () => ({
        kind: "reclassify",
        ...(dice.chance(0.7) ? { classificationPolicyId: dice.pick(policyIds) } : {}),
        labelsToUpsert: { escalated: true },
      }),
    ])();
  const rule = (index: number): JsonObject => ({
    id: `r${index}`,
    trigger: dice.chance(0.5)
      ? { kind: "waitTime", thresholdSeconds: dice.pick([5, 10, 100]) }
      : { kind: "queueLength", threshold: dice.below(4) },
    actions: Array.from({ length: 1 + dice.below(2) }, action),
  });
  return patch("exceptionPolicies", id, {
    exceptionRules: Array.from({ length: dice.below(3) }, (_, index) => rule(index)),
  });
}

export function queue(dice: Dice, id: string): RouterCommand {
  return patch("queues", id, {
    distributionPolicyId: dice.pick(distributionIds),
    exceptionPolicyId: dice.chance(0.6) ? dice.pick(exceptionIds) : null,
    labels: { region: dice.pick(["NA", "EU"]) },
  });
}

export function classification(dice: Dice, id: string): RouterCommand {
  const condition = dice.chance(0.15)
    ? outside(dice, "condition")
    : { kind: "expression", expression: 'job.lang = "en"' };
  return patch("classificationPolicies", id, {
    fallbackQueueId: dice.chance(0.8) ? dice.pick(queueIds) : null,
    queueSelectorAttachments: [
      ...(dice.chance(0.5) ? [{ kind: "passThrough", key: "region", labelOperator: "equal" }] : []),
      ...(dice.chance(0.1) ? [{ kind: "ruleEngine", rule: outside(dice, "queue") }] : []),
    ],
    prioritizationRule: dice.chance(0.2)
      ? outside(dice, "priority")
      : {
          kind: "expression",
          expression: dice.pick(["If(job.vip = true, 10, 1)", "5", '"high"']),
        },
    workerSelectorAttachments: [
      { kind: "conditional", condition, workerSelectors: selectors(dice) },
      {
        kind: "weightedAllocation",
        allocations: [
          { weight: 0.5, workerSelectors: selectors(dice) },
          { weight: 0.5, workerSelectors: [] },
        ],
      },
    ],
  });
}

export function worker(dice: Dice, id: string): RouterCommand {
  return patch("workers", id, {
    queues: queueIds.filter(() => dice.chance(0.7)),
    capacity: dice.pick([1, 2, 5, 10]),
    channels: channels
      .filter(() => dice.chance(0.8))
      .map((channelId) => ({
        channelId,
        capacityCostPerJob: dice.pick([1, 1, 2, 5]),
        ...(dice.chance(0.3) ? { maxNumberOfJobs: 1 + dice.below(2) } : {}),
      })),
    labels: { lang: dice.pick(["en", "fr", null]), skill: dice.below(10) },
    availableForOffers: dice.chance(0.85),
    ...(dice.chance(0.1) ? { maxConcurrentOffers: 1 } : {}),
  });
}

export function job(dice: Dice, atMs: number): JsonObject {
  const places = dice.below(30);
  return {
    channelId: dice.pick(channels),
    ...(places < 20 ? { queueId: dice.pick(queueIds) } : {}),
    ...(places > 10 ? { classificationPolicyId: dice.pick(policyIds) } : {}),
    ...(dice.chance(0.4) ? { priority: dice.below(5) } : {}),
    labels: {
      ...(dice.chance(0.7) ? { lang: dice.pick(["en", "fr"]) } : {}),
      ...(dice.chance(0.5) ? { region: dice.pick(["NA", "EU", "APAC"]) } : {}),
      ...(dice.chance(0.3) ? { vip: dice.chance(0.5) } : {}),
    },
    ...(dice.chance(0.4) ? { requestedWorkerSelectors: selectors(dice) } : {}),
    ...(dice.chance(0.15) ? { matchingMode: matchingMode(dice, atMs) } : {}),
  };
}

export function matchingMode(dice: Dice, atMs: number): JsonObject {
  return dice.pick<JsonObject>([
    { kind: "queueAndMatch" },
    { kind: "suspend" },
    {
      kind: "scheduleAndSuspend",
      scheduleAt: new Date(atMs + dice.pick([-1000, 5000, 60_000])).toISOString(),
    },
  ]);
}
