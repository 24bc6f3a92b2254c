import type {
  ClassificationPolicy,
  DistributionPolicy,
  ExceptionAction,
  ExceptionPolicy,
  LabelValue,
  Queue,
  QueueSelector,
  QueueSelectorAttachment,
  RouterObjects,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import type { Assumptions } from "../../../src/index.ts";
import type { Dice } from "../dice.ts";
import type { SimpleJobBody, SimpleMode, SimpleWorkerBody } from "./records.ts";
import { randomCondition, randomPriority, randomQueueRule, randomScore } from "./sayings.ts";
import type { SimpleDelays } from "./state.ts";

// What both routers are given. Times are such that clocks started at one moment end at others.

export const workerIds = ["w1", "w2", "w3", "w4", "w5", "w6"] as const;
export const queueIds = ["q1", "q2", "q3"] as const;
export const distributionIds = ["d1", "d2"] as const;
export const exceptionIds = ["e1", "e2"] as const;
export const policyIds = ["c1", "c2"] as const;
const channels = ["chat", "voice"] as const;

/** Mostly the usual ones. */
export function randomAssumptions(dice: Dice): Partial<Assumptions> {
  const other = <V>(usual: V, unusual: V): V => (dice.chance(0.2) ? unusual : usual);
  return {
    Q12: other("fail", "leaveUnqueued"),
    Q13: other("lowestId", "fail"),
    Q14: other("matchWins", "ownQueueWins"),
    Q15: other("attachNothing", "neverMatches"),
    Q28: other("reached", "above"),
    Q38: other("replace", "add"),
    Q16: other("normalise", "asGiven"),
    Q21: other("pooledMean", "meanOfParts"),
    Q22: other("difference", "leaveOut"),
    Q23: other("leaveOut", "scoreZero"),
    R10: other("lastFreed", "registered"),
    R13: other("fail", "activate"),
    R14: other("othersAtOnce", "jobWaits"),
    R17: other("all", "unfit"),
  };
}

/** None in every other sequence, in others up to a few seconds each. */
export function randomDelays(dice: Dice): SimpleDelays {
  const some = dice.chance(0.5);
  const delay = (...choices: readonly number[]): number => (some ? dice.pick([0, ...choices]) : 0);
  return {
    classifyingMs: delay(211, 1409, 9001),
    queueingMs: delay(307, 2003),
    matchingMs: delay(101, 1301, 7019),
  };
}

export function randomObjects(dice: Dice): RouterObjects {
  return {
    distributionPolicies: distributionIds.map((id) => randomDistribution(dice, id)),
    exceptionPolicies: exceptionIds.map((id) => randomExceptions(dice, id)),
    queues: queueIds.map((id) => randomQueue(dice, id)),
    classificationPolicies: policyIds.map((id) => randomClassification(dice, id)),
  };
}

export function randomDistribution(dice: Dice, id: string): DistributionPolicy {
  const base = {
    maxConcurrentOffers: dice.pick([1, 1, 2, 3]),
    bypassSelectors: dice.chance(0.1),
  };
  const kind = dice.pick(["longestIdle", "roundRobin", "bestWorker"] as const);
  return {
    id,
    ...(dice.chance(0.8) ? { offerExpiresAfterSeconds: dice.pick([6.13, 20.29, 47.51]) } : {}),
    mode: kind === "bestWorker" ? { kind, ...base, ...randomScoring(dice) } : { kind, ...base },
  };
}

function randomScoring(dice: Dice) {
  return {
    ...(dice.chance(0.7) ? { scoringRule: randomScore(dice) } : {}),
    scoringRuleOptions: {
      descendingOrder: dice.chance(0.7),
      ...(dice.chance(0.3) ? { scoringParameters: ["workerSelectors"] as const } : {}),
      ...(dice.chance(0.4) ? { isBatchScoringEnabled: true, batchSize: 1 + dice.below(3) } : {}),
    },
  };
}

export function randomExceptions(dice: Dice, id: string): ExceptionPolicy {
  return {
    id,
    exceptionRules: Array.from({ length: dice.below(4) }, (_, index) => ({
      id: `r${index}`,
      trigger: dice.chance(0.5)
        ? { kind: "waitTime" as const, thresholdSeconds: dice.pick([3.07, 9.11, 22.33]) }
        : { kind: "queueLength" as const, threshold: dice.below(4) },
      actions: Array.from({ length: 1 + dice.below(2) }, () => randomAction(dice)),
    })),
  };
}

function randomAction(dice: Dice): ExceptionAction {
  return dice.pick<() => ExceptionAction>([
    () => ({ kind: "cancel", ...(dice.chance(0.5) ? { dispositionCode: "x" } : {}) }),
    () => ({
      kind: "manualReclassify",
      queueId: dice.pick([...queueIds, "nowhere"]),
      ...(dice.chance(0.5) ? { priority: dice.below(20) } : {}),
      workerSelectors: randomSelectors(dice),
    }),
    () => ({ kind: "manualReclassify", priority: dice.below(50) }),
    () => ({ kind: "manualReclassify", workerSelectors: randomSelectors(dice) }),
    () => ({
      kind: "reclassify",
      ...(dice.chance(0.6) ? { classificationPolicyId: dice.pick([...policyIds, "none"]) } : {}),
      labelsToUpsert: dice.pick([{ vip: true }, { region: "EU" }, { lang: "en", vip: false }]),
    }),
  ])();
}

export function randomQueue(dice: Dice, id: string): Queue {
  return {
    id,
    ...(dice.chance(0.95) ? { distributionPolicyId: dice.pick(distributionIds) } : {}),
    ...(dice.chance(0.6) ? { exceptionPolicyId: dice.pick(exceptionIds) } : {}),
    labels: { region: dice.pick(["NA", "EU"]) },
  };
}

export function randomClassification(dice: Dice, id: string): ClassificationPolicy {
  return {
    id,
    ...(dice.chance(0.8) ? { fallbackQueueId: dice.pick(["q1", "q2"]) } : {}),
    queueSelectorAttachments: Array.from({ length: dice.below(3) }, () => queueAttachment(dice)),
    ...(dice.chance(0.8) ? { prioritizationRule: randomPriority(dice) } : {}),
    workerSelectorAttachments: Array.from({ length: dice.below(3) }, () => workerAttachment(dice)),
  };
}

function queueAttachment(dice: Dice): QueueSelectorAttachment {
  const byId = (): QueueSelector => ({
    key: "Id",
    labelOperator: "equal",
    value: dice.pick(queueIds),
  });
  return dice.pick<() => QueueSelectorAttachment>([
    () => ({ kind: "passThrough", key: "region", labelOperator: "equal" }),
    () => ({ kind: "passThrough", key: "region", labelOperator: "equal" }),
    () => ({ kind: "static", queueSelector: { ...byId(), labelOperator: "notEqual" } }),
    () => ({
      kind: "conditional",
      condition: randomCondition(dice),
      queueSelectors: [byId()],
    }),
    () => ({ kind: "ruleEngine", rule: randomQueueRule(dice) }),
    () => ({
      kind: "weightedAllocation",
      allocations: randomWeights(dice).map((weight) => ({ weight, queueSelectors: [byId()] })),
    }),
  ])();
}

function workerAttachment(dice: Dice): WorkerSelectorAttachment {
  return dice.pick<() => WorkerSelectorAttachment>([
    () => ({
      kind: "conditional",
      condition: randomCondition(dice),
      workerSelectors: randomSelectors(dice),
    }),
    () => ({
      kind: "passThrough",
      key: "lang",
      labelOperator: dice.pick(["equal", "notEqual"] as const),
      ...(dice.chance(0.5) ? { expiresAfterSeconds: dice.pick([7.03, 19.01]) } : {}),
    }),
    () => ({
      kind: "static",
      workerSelector: { key: "skill", labelOperator: "lessThan", value: 8 },
    }),
    () => ({
      kind: "weightedAllocation",
      allocations: randomWeights(dice).map((weight) => ({
        weight,
        workerSelectors: randomSelectors(dice),
      })),
    }),
  ])();
}

/** Sums that are 1, and that are not. */
function randomWeights(dice: Dice): readonly number[] {
  return dice.pick([[0.5, 0.5], [0.25, 0.5, 0.25], [1], [0.25, 0.25], [1, 2, 1], [0, 1, 0]]);
}

export function randomSelectors(dice: Dice): readonly WorkerSelector[] {
  return Array.from({ length: dice.below(3) }, () => ({
    ...dice.pick<WorkerSelector>([
      { key: "lang", labelOperator: "equal", value: dice.pick(["en", "fr"]) },
      { key: "skill", labelOperator: "greaterThanOrEqual", value: dice.pick([0, 1, 5]) },
      { key: "skill", labelOperator: "lessThanOrEqual", value: dice.pick([4, 9]) },
      { key: "Id", labelOperator: "equal", value: dice.pick(workerIds) },
      { key: "lang", labelOperator: "notEqual", value: "fr" },
    ]),
    ...(dice.chance(0.5) ? { expiresAfterSeconds: dice.pick([5.03, 13.19, 40.77]) } : {}),
    ...(dice.chance(0.3) ? { expedite: true } : {}),
  }));
}

export function randomWorker(dice: Dice): SimpleWorkerBody {
  return {
    queues: queueIds.filter(() => dice.chance(0.7)),
    capacity: dice.pick([1, 2, 4]),
    channels: channels
      .filter(() => dice.chance(0.85))
      .map((channelId) => ({
        channelId,
        capacityCostPerJob: dice.pick([1, 1, 2]),
        ...(dice.chance(0.3) ? { maxNumberOfJobs: 1 + dice.below(2) } : {}),
      })),
    // Both, so that a change replaces both.
    labels: { lang: dice.pick(["en", "fr", "de"]), skill: dice.below(10) },
    tags: {},
    availableForOffers: dice.chance(0.9),
  };
}

/** One thing about a worker becomes another. */
export function changedWorker(
  dice: Dice,
  { available, body }: { readonly available: boolean; readonly body: SimpleWorkerBody },
): SimpleWorkerBody {
  const other = randomWorker(dice);
  const now = { ...body, availableForOffers: available };
  return dice.pick<SimpleWorkerBody>([
    { ...now, availableForOffers: !available },
    { ...now, availableForOffers: true },
    { ...now, queues: other.queues },
    { ...now, capacity: other.capacity },
    { ...now, channels: other.channels },
    { ...now, labels: other.labels },
    { ...now, tags: { shift: dice.below(3) } },
    other,
  ]);
}

export function randomMode(dice: Dice, nowMs: number): SimpleMode {
  return dice.pick<SimpleMode>([
    { kind: "queueAndMatch" },
    { kind: "suspend" },
    { kind: "scheduleAndSuspend", scheduleAtMs: nowMs + dice.pick([-1000, 4001, 31_007]) },
  ]);
}

export function randomLabels(dice: Dice): Readonly<Record<string, LabelValue>> {
  return {
    ...(dice.chance(0.7) ? { lang: dice.pick(["en", "fr"]) } : {}),
    ...(dice.chance(0.6) ? { region: dice.pick(["NA", "EU", "APAC"]) } : {}),
    ...(dice.chance(0.3) ? { vip: dice.chance(0.5) } : {}),
  };
}

export function randomJob(dice: Dice, nowMs: number): SimpleJobBody {
  const places = dice.below(10);
  return {
    channelId: dice.pick(channels),
    ...(places < 6 ? { queueId: dice.pick(queueIds) } : {}),
    ...(places > 4 ? { classificationPolicyId: dice.pick(policyIds) } : {}),
    ...(dice.chance(0.4) ? { priority: dice.below(5) } : {}),
    labels: randomLabels(dice),
    ...(dice.chance(0.4) ? { requestedWorkerSelectors: randomSelectors(dice) } : {}),
    ...(dice.chance(0.15) ? { mode: randomMode(dice, nowMs) } : {}),
  };
}
