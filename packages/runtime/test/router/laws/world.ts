import type { JsonObject, Router, RouterCommand, RouterOptions } from "../../src/index.ts";

/** A small deterministic source of choices. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }
  next(): number {
    // xorshift32
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state / 0x1_0000_0000;
  }
  below(count: number): number {
    return Math.floor(this.next() * count);
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const queueIds = ["q1", "q2", "q3"] as const;
const workerIds = ["w1", "w2", "w3", "w4", "w5"] as const;
const jobIds = Array.from({ length: 14 }, (_, index) => `j${index}`);
const policyIds = ["c1", "c2"] as const;
const channels = ["chat", "voice"] as const;

export function randomOptions(dice: Dice): RouterOptions {
  const delay = (): number => (dice.chance(0.6) ? 0 : dice.pick([1, 500, 2000]));
  return {
    seed: dice.below(1000),
    classificationDelayMs: delay(),
    queueingDelayMs: delay(),
    matchingDelayMs: delay(),
    assumptions: {
      Q28: dice.pick(["reached", "above"] as const),
      Q38: dice.pick(["replace", "add"] as const),
      R10: dice.pick(["lastFreed", "registered"] as const),
      R12: dice.pick(["keep", "cancel"] as const),
      R13: dice.pick(["fail", "activate"] as const),
      R14: dice.pick(["othersAtOnce", "jobWaits"] as const),
      R17: dice.pick(["all", "unfit"] as const),
    },
  };
}

/** The objects that everything else needs. */
export function firstCommands(dice: Dice): readonly RouterCommand[] {
  return [
    distribution(dice, "d1"),
    distribution(dice, "d2"),
    exceptions(dice, "e1"),
    exceptions(dice, "e2"),
    ...queueIds.map((id) => queue(dice, id)),
    ...policyIds.map((id) => classification(dice, id)),
    ...workerIds.slice(0, 3).map((id) => worker(dice, id)),
  ];
}

function patch(
  collection: Extract<RouterCommand, { kind: "patch" }>["collection"],
  id: string,
  body: JsonObject,
): RouterCommand {
  return { kind: "patch", collection, id, body };
}

function distribution(dice: Dice, id: string): RouterCommand {
  const kind = dice.pick(["longestIdle", "roundRobin", "bestWorker"] as const);
  return patch("distributionPolicies", id, {
    ...(dice.chance(0.85) ? { offerExpiresAfterSeconds: dice.pick([1, 30, 60]) } : {}),
    mode: {
      kind,
      maxConcurrentOffers: dice.pick([1, 1, 2, 3]),
      bypassSelectors: dice.chance(0.1),
      ...(kind === "bestWorker" && dice.chance(0.6)
        ? {
            scoringRule: {
              kind: "expression",
              expression: dice.pick([
                "If(worker.lang = job.lang, 10, 1)",
                "worker.skill * 2",
                'If(worker.lang = "en", worker.skill, worker.nothing.x)',
                '"no number"',
              ]),
            },
            scoringRuleOptions: { descendingOrder: dice.chance(0.7) },
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

function selectors(dice: Dice): readonly JsonObject[] {
  return Array.from({ length: dice.below(3) }, () => selector(dice));
}

function exceptions(dice: Dice, id: string): RouterCommand {
  const action = (): JsonObject =>
    dice.pick<() => JsonObject>([
      () => ({
        kind: "cancel",
        note: "too long",
        ...(dice.chance(0.5) ? { dispositionCode: "x" } : {}),
      }),
      () => ({
        kind: "manualReclassify",
        queueId: dice.pick([...queueIds, "nowhere"]),
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

function queue(dice: Dice, id: string): RouterCommand {
  return patch("queues", id, {
    distributionPolicyId: dice.pick(["d1", "d2"]),
    exceptionPolicyId: dice.chance(0.6) ? dice.pick(["e1", "e2"]) : null,
    labels: { region: dice.pick(["NA", "EU"]) },
  });
}

function classification(dice: Dice, id: string): RouterCommand {
  return patch("classificationPolicies", id, {
    ...(dice.chance(0.8) ? { fallbackQueueId: dice.pick(queueIds) } : {}),
    queueSelectorAttachments: dice.chance(0.5)
      ? [{ kind: "passThrough", key: "region", labelOperator: "equal" }]
      : [],
    prioritizationRule: {
      kind: "expression",
      expression: dice.pick(["If(job.vip = true, 10, 1)", "5", '"high"']),
    },
    workerSelectorAttachments: [
      {
        kind: "conditional",
        condition: { kind: "expression", expression: 'job.lang = "en"' },
        workerSelectors: selectors(dice),
      },
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

function worker(dice: Dice, id: string): RouterCommand {
  const all: JsonObject = {
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
  };
  return patch("workers", id, all);
}

function workerChange(dice: Dice): RouterCommand {
  const id = dice.pick(workerIds);
  if (dice.chance(0.3)) return worker(dice, id);
  return patch(
    "workers",
    id,
    dice.pick<JsonObject>([
      { availableForOffers: true },
      { availableForOffers: true },
      { availableForOffers: false },
      { capacity: dice.pick([1, 2, 5]) },
      { labels: { lang: dice.pick(["en", "fr"]) } },
      { tags: { t: 1 } },
      {},
    ]),
  );
}

function jobBody(dice: Dice, atMs: number): JsonObject {
  return {
    channelId: dice.pick(channels),
    ...(dice.chance(0.6) ? { queueId: dice.pick(queueIds) } : {}),
    ...(dice.chance(0.5) ? { classificationPolicyId: dice.pick(policyIds) } : {}),
    ...(dice.chance(0.4) ? { priority: dice.below(5) } : {}),
    labels: {
      ...(dice.chance(0.7) ? { lang: dice.pick(["en", "fr"]) } : {}),
      ...(dice.chance(0.5) ? { region: dice.pick(["NA", "EU", "APAC"]) } : {}),
      ...(dice.chance(0.3) ? { vip: dice.chance(0.5) } : {}),
    },
    ...(dice.chance(0.4) ? { requestedWorkerSelectors: selectors(dice) } : {}),
    ...(dice.chance(0.15) ? { matchingMode: mode(dice, atMs) } : {}),
  };
}

function mode(dice: Dice, atMs: number): JsonObject {
  return dice.pick<JsonObject>([
    { kind: "queueAndMatch" },
    { kind: "suspend" },
    {
      kind: "scheduleAndSuspend",
      scheduleAt: new Date(atMs + dice.pick([-1000, 5000, 60_000])).toISOString(),
    },
  ]);
}

/** One command, mostly one that makes sense in the state the router is in. */
export function randomCommand(dice: Dice, router: Router): RouterCommand {
  const atMs = router.nowMs;
  const roll = dice.next();
  const jobId = dice.pick(jobIds);
  if (roll < 0.22) return patch("jobs", jobId, jobBody(dice, atMs));
  if (roll < 0.3) {
    return patch(
      "jobs",
      jobId,
      dice.pick<JsonObject>([
        { labels: { lang: dice.pick(["en", "fr"]) } },
        { priority: dice.below(30) },
        { queueId: dice.pick([...queueIds, null]) },
        { requestedWorkerSelectors: selectors(dice) },
        { matchingMode: mode(dice, atMs) },
        { classificationPolicyId: dice.pick([...policyIds, null]) },
        { channelId: dice.pick(channels) },
        { tags: { a: 1 }, notes: [{ message: "n" }] },
      ]),
    );
  }
  if (roll < 0.62) return offerCommand(dice, router);
  if (roll < 0.82) return assignmentCommand(dice, router, jobId);
  if (roll < 0.85) return { kind: "cancel", jobId };
  if (roll < 0.87) return { kind: "reclassify", jobId };
  if (roll < 0.92) return workerChange(dice);
  if (roll < 0.96) return { kind: "delete", collection: "jobs", id: jobId };
  if (roll < 0.97) return { kind: "delete", collection: "workers", id: dice.pick(workerIds) };
  return dice.pick([
    () => distribution(dice, dice.pick(["d1", "d2"])),
    () => exceptions(dice, dice.pick(["e1", "e2"])),
    () => queue(dice, dice.pick(queueIds)),
    () => classification(dice, dice.pick(policyIds)),
    (): RouterCommand => ({ kind: "delete", collection: "queues", id: dice.pick(queueIds) }),
    (): RouterCommand => ({
      kind: "delete",
      collection: "exceptionPolicies",
      id: dice.pick(["e1", "e2"]),
    }),
  ])();
}

function offerCommand(dice: Dice, router: Router): RouterCommand {
  const open = workerIds.flatMap((workerId) =>
    (router.worker(workerId)?.offers ?? []).map(({ offerId }) => ({ workerId, offerId })),
  );
  if (open.length === 0) return { kind: "accept", workerId: "w1", offerId: "none" };
  const { workerId, offerId } = dice.pick(open);
  if (dice.chance(0.7)) return { kind: "accept", workerId, offerId };
  return {
    kind: "decline",
    workerId,
    offerId,
    ...(dice.chance(0.5) ? { retryOfferAtMs: router.nowMs + dice.pick([-1, 3000, 20_000]) } : {}),
  };
}

function assignmentCommand(dice: Dice, router: Router, jobId: string): RouterCommand {
  const assignedJobs = workerIds.flatMap((id) => router.worker(id)?.assignedJobs ?? []);
  const { jobId: id, assignmentId } =
    assignedJobs.length > 0 ? dice.pick(assignedJobs) : { jobId, assignmentId: "none" };
  const completed = router.job(id)?.status === "completed";
  const roll = dice.next();
  if (roll < 0.2) {
    return { kind: "unassign", jobId: id, assignmentId, suspendMatching: dice.chance(0.2) };
  }
  if (completed !== dice.chance(0.1)) {
    return {
      kind: "close",
      jobId: id,
      assignmentId,
      ...(dice.chance(0.3) ? { closeAtMs: router.nowMs + dice.pick([0, 4000]) } : {}),
    };
  }
  return { kind: "complete", jobId: id, assignmentId };
}
