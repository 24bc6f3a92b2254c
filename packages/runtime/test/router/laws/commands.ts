import {
  type Collection,
  collections,
  type JsonObject,
  type Router,
  type RouterCommand,
  type RuleCall,
  type RuleValue,
} from "../../../src/index.ts";
import type { Dice } from "../dice.ts";
import {
  channels,
  classification,
  distribution,
  distributionIds,
  exceptionIds,
  exceptions,
  job,
  jobIds,
  matchingMode,
  noQueueId,
  patch,
  policyIds,
  queue,
  queueIds,
  selectors,
  spareQueueId,
  worker,
  workerIds,
} from "./world.ts";

/** How often each kind of command comes. */
const usual = {
  create: 22,
  change: 8,
  offer: 32,
  assignment: 20,
  cancel: 3,
  reclassify: 2,
  worker: 5,
  deleteJob: 4,
  deleteWorker: 1,
  config: 3,
  misuse: 4,
};
type Weights = Readonly<Record<keyof typeof usual, number>>;

/** A sequence has one temper, so that what takes several steps is reached as well. */
interface Temper {
  readonly weights: Weights;
  readonly accepts: number;
  readonly unassigns: number;
  /** Chance of a jump over the limits of days. */
  readonly jumps: number;
}

const calm: Temper = { weights: usual, accepts: 0.7, unassigns: 0.2, jumps: 0 };
const tempers: readonly Temper[] = [
  calm,
  calm,
  calm,
  // Handed to and fro.
  { ...calm, accepts: 0.9, unassigns: 0.7, weights: { ...usual, create: 12, assignment: 36 } },
  { ...calm, accepts: 0.3 },
  // Everything about it changes while work goes on.
  { ...calm, weights: { ...usual, change: 24, worker: 14, config: 12 } },
  // Nobody comes for long.
  { ...calm, jumps: 0.03, weights: { ...usual, offer: 10, worker: 9 } },
  // Jobs pile up.
  { ...calm, weights: { ...usual, create: 45, offer: 8, assignment: 5 } },
];

const waits = [1, 100, 100, 1000, 1000, 1000, 1000, 5000, 5000, 5000, 20_000, 61_000] as const;
const day = 24 * 60 * 60 * 1000;

/** Commands, mostly ones that make sense in the state the router is in. */
export class CommandSource {
  readonly #dice: Dice;
  readonly #temper: Temper;
  /** Calls that were asked for and may be waited for still. */
  #calls: RuleCall[] = [];
  /** Offers that ended, and whose they were. */
  #ended: { readonly workerId: string; readonly offerId: string }[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#temper = dice.pick(tempers);
  }

  /** How much time passes before the next command. */
  wait(router: Router): number {
    const dice = this.#dice;
    const jumps = dice.chance(this.#temper.jumps);
    if (jumps && !mayCircle(router)) return dice.pick([8 * day, 91 * day]);
    return dice.chance(0.6) ? dice.pick(waits) : 0;
  }

  asked(calls: readonly RuleCall[]): void {
    if (calls.length > 0) this.#calls = [...this.#calls, ...calls].slice(-20);
  }

  ended(workerId: string, offerId: string): void {
    this.#ended = [...this.#ended.slice(-5), { workerId, offerId }];
  }

  next(router: Router): RouterCommand {
    const dice = this.#dice;
    if (this.#calls.length > 0 && dice.chance(0.25)) return this.#answer();
    const jobId = this.#jobId(router);
    switch (this.#kind()) {
      case "create":
        return this.#create(router);
      case "change":
        return this.#change(router, jobId);
      case "offer":
        return this.#offer(router);
      case "assignment":
        return this.#assignment(router);
      case "cancel":
        return { kind: "cancel", jobId };
      case "reclassify":
        return { kind: "reclassify", jobId };
      case "worker":
        return workerChange(dice, router);
      case "deleteJob":
        return { kind: "delete", collection: "jobs", id: jobId };
      case "deleteWorker":
        return { kind: "delete", collection: "workers", id: dice.pick(workerIds) };
      case "config":
        return configChange(dice);
      case "misuse":
        return this.#misuse(router);
    }
  }

  /** Answers the oldest call; nobody may be waiting for it any more. */
  #answer(): RouterCommand {
    return answerOf(this.#dice, this.#calls.shift());
  }

  #kind(): keyof Weights {
    const { weights } = this.#temper;
    const kinds = Object.keys(weights) as (keyof Weights)[];
    let rest = this.#dice.next() * kinds.reduce((sum, kind) => sum + weights[kind], 0);
    for (const kind of kinds) {
      rest -= weights[kind];
      if (rest < 0) return kind;
    }
    return "create";
  }

  /** Mostly of a job that is there. */
  #jobId(router: Router): string {
    const there = jobIds.filter((id) => router.job(id) !== undefined);
    return this.#dice.pick(there.length > 0 && this.#dice.chance(0.9) ? there : jobIds);
  }

  #create(router: Router): RouterCommand {
    const dice = this.#dice;
    const gone = jobIds.filter((id) => router.job(id) === undefined);
    const over = jobIds.filter((id) => {
      const status = router.job(id)?.status;
      return status === "closed" || status === "cancelled";
    });
    if (gone.length === 0 && over.length > 0 && dice.chance(0.9)) {
      return { kind: "delete", collection: "jobs", id: dice.pick(over) };
    }
    const id = dice.pick(gone.length > 0 && dice.chance(0.95) ? gone : jobIds);
    return patch("jobs", id, job(dice, router.nowMs));
  }

  #change(router: Router, anyId: string): RouterCommand {
    const dice = this.#dice;
    // Statuses that pass are caught on purpose.
    const passing = jobIds.filter((id) =>
      ["pendingSchedule", "scheduled"].includes(router.job(id)?.status ?? ""),
    );
    if (passing.length === 0 || dice.chance(0.4)) {
      return patch("jobs", anyId, jobChange(dice, router.nowMs));
    }
    return patch("jobs", dice.pick(passing), { matchingMode: matchingMode(dice, router.nowMs) });
  }

  #offer(router: Router): RouterCommand {
    const dice = this.#dice;
    const open = workerIds.flatMap((workerId) =>
      (router.worker(workerId)?.offers ?? []).map(({ offerId }) => ({ workerId, offerId })),
    );
    const ended = this.#ended.length > 0 && dice.chance(0.05) ? dice.pick(this.#ended) : undefined;
    // Without an offer somebody comes, or a job does.
    if (ended === undefined && open.length === 0) {
      return dice.chance(0.5) ? workerComes(dice, router) : this.#create(router);
    }
    const { workerId, offerId } = ended ?? dice.pick(open);
    if (dice.chance(this.#temper.accepts)) return { kind: "accept", workerId, offerId };
    return {
      kind: "decline",
      workerId,
      offerId,
      ...(dice.chance(0.5) ? { retryOfferAtMs: router.nowMs + dice.pick([-1, 3000, 20_000]) } : {}),
    };
  }

  #assignment(router: Router): RouterCommand {
    const dice = this.#dice;
    const assigned = workerIds.flatMap((id) => router.worker(id)?.assignedJobs ?? []);
    if (assigned.length === 0) return this.#offer(router);
    const { jobId, assignmentId } = dice.pick(assigned);
    const isCompleted = router.job(jobId)?.status === "completed";
    if (dice.chance(this.#temper.unassigns)) {
      return { kind: "unassign", jobId, assignmentId, suspendMatching: dice.chance(0.2) };
    }
    if (isCompleted !== dice.chance(0.1)) {
      return {
        kind: "close",
        jobId,
        assignmentId,
        ...(dice.chance(0.3) ? { closeAtMs: router.nowMs + dice.pick([0, 4000]) } : {}),
      };
    }
    return { kind: "complete", jobId, assignmentId };
  }

  /** What a client does wrong, and conditions that may not be met. */
  #misuse(router: Router): RouterCommand {
    const dice = this.#dice;
    const collection = dice.pick(collections);
    const known = idOf(dice, collection);
    return dice.pick<() => RouterCommand>([
      () => patch(collection, known, dice.pick(badBodies[collection])),
      () => patch(collection, "", {}),
      // Not what the type says: as a client may send it.
      () => patch(collection, known, [] as unknown as JsonObject),
      () => ({ kind: "delete", collection, id: "nobody" }),
      () => misdirected(dice),
      () => ({ kind: "delete", collection, id: known }),
      () => conditional(dice, router, collection, known),
      () => conditional(dice, router, collection, known),
    ])();
  }
}

/** Exceptions may send a job round and round, every few seconds for months. */
function mayCircle(router: Router): boolean {
  return exceptionIds.some((id) =>
    /"reclassify"|"queueId"/u.test(
      JSON.stringify(router.view("exceptionPolicies", id)?.body ?? ""),
    ),
  );
}

function idOf(dice: Dice, collection: Collection): string {
  return dice.pick<string>(
    {
      classificationPolicies: policyIds,
      distributionPolicies: distributionIds,
      exceptionPolicies: exceptionIds,
      queues: [...queueIds, spareQueueId],
      jobs: jobIds,
      workers: workerIds,
    }[collection],
  );
}

const badBodies: Readonly<Record<Collection, readonly JsonObject[]>> = {
  classificationPolicies: [{ fallbackQueueId: 4 }, { prioritizationRule: { kind: "guess" } }],
  distributionPolicies: [{ mode: { kind: "fastest" } }, { offerExpiresAfterSeconds: "soon" }],
  exceptionPolicies: [
    { exceptionRules: [{ id: "r", trigger: { kind: "waitTime" }, actions: [] }] },
  ],
  queues: [{ distributionPolicyId: noQueueId }, { labels: { a: {} } }],
  jobs: [
    { priority: 101 },
    { channelId: null },
    { queueId: noQueueId },
    { classificationPolicyId: noQueueId },
    { labels: { a: {} } },
    { matchingMode: { kind: "scheduleAndSuspend", scheduleAt: "soon" } },
  ],
  workers: [{ channels: [{ channelId: "chat" }] }, { capacity: "much" }],
};

function misdirected(dice: Dice): RouterCommand {
  const jobId = dice.pick([...jobIds, "nobody"]);
  const assignmentId = "none";
  return dice.pick<RouterCommand>([
    { kind: "cancel", jobId: "nobody" },
    { kind: "reclassify", jobId: "nobody" },
    { kind: "complete", jobId, assignmentId },
    { kind: "close", jobId, assignmentId },
    { kind: "unassign", jobId, assignmentId },
    { kind: "accept", workerId: "nobody", offerId: "none" },
    { kind: "decline", workerId: "nobody", offerId: "none" },
    { kind: "answerRule", callId: "none", answer: { value: 1 } },
  ]);
}

function conditional(
  dice: Dice,
  router: Router,
  collection: Collection,
  id: string,
): RouterCommand {
  const body = collection === "jobs" || collection === "workers" ? { tags: { c: 1 } } : {};
  const etag = router.view(collection, id)?.etag ?? "*";
  return {
    kind: "patch",
    collection,
    id,
    body,
    ...dice.pick([
      { ifMatch: etag },
      { ifMatch: '"other"' },
      { ifUnmodifiedSinceMs: router.nowMs },
      { ifUnmodifiedSinceMs: router.nowMs - 3_000_000 },
    ]),
  };
}

function jobChange(dice: Dice, atMs: number): JsonObject {
  return dice.pick<JsonObject>([
    { labels: { lang: dice.pick(["en", "fr"]) } },
    { priority: dice.below(30) },
    { queueId: dice.pick([...queueIds, spareQueueId, null]) },
    { requestedWorkerSelectors: selectors(dice) },
    { matchingMode: matchingMode(dice, atMs) },
    { classificationPolicyId: dice.pick([...policyIds, null]) },
    { channelId: dice.pick(channels) },
    { tags: { a: 1 }, notes: [{ message: "n" }] },
  ]);
}

/** One that is off comes back, or anybody as somebody else. */
function workerComes(dice: Dice, router: Router): RouterCommand {
  const off = workerIds.filter((id) => router.worker(id)?.state === "inactive");
  if (off.length === 0 || dice.chance(0.2)) return worker(dice, dice.pick(workerIds));
  return patch("workers", dice.pick(off), { availableForOffers: true });
}

function workerChange(dice: Dice, router: Router): RouterCommand {
  const id = dice.pick(workerIds);
  if (dice.chance(0.2)) return workerComes(dice, router);
  if (dice.chance(0.2)) return worker(dice, id);
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

function configChange(dice: Dice): RouterCommand {
  const remove = (collection: Collection): RouterCommand => ({
    kind: "delete",
    collection,
    id: idOf(dice, collection),
  });
  return dice.pick([
    () => distribution(dice, dice.pick(distributionIds)),
    () => exceptions(dice, dice.pick(exceptionIds)),
    () => queue(dice, dice.pick(queueIds)),
    () => queue(dice, spareQueueId),
    () => classification(dice, dice.pick(policyIds)),
    () => remove("queues"),
    () => remove("exceptionPolicies"),
    () => remove(dice.pick(["distributionPolicies", "classificationPolicies"] as const)),
  ])();
}

function answerOf(dice: Dice, call: RuleCall | undefined): RouterCommand {
  const { callId, uri, payload } = call ?? { callId: "none", uri: "", payload: {} };
  if (dice.chance(0.15)) {
    return { kind: "answerRule", callId, answer: { failure: "503" } };
  }
  const scored = (payload.workers ?? []).map(
    (labels) => [String(labels.Id), dice.below(10)] as const,
  );
  const value: RuleValue = uri.endsWith("score")
    ? payload.workers === undefined
      ? dice.below(10)
      : Object.fromEntries(scored.filter(() => dice.chance(0.9)))
    : uri.endsWith("condition")
      ? dice.chance(0.5)
      : uri.endsWith("queue")
        ? dice.pick([...queueIds, null])
        : dice.pick<RuleValue>([dice.below(20), "7", 1000, "high"]);
  return { kind: "answerRule", callId, answer: { value } };
}
