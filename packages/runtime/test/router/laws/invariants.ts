import {
  defaultAssumptions,
  type JobSnapshot,
  type JsonObject,
  type Router,
  type RouterOptions,
  selectorHolds,
  type WorkerSnapshotView,
} from "../../../src/index.ts";
import { law } from "./broken.ts";
import { jobIds, noQueueId, queueIds, spareQueueId, workerIds } from "./world.ts";

/** The router at one moment, by its cheap reads. */
export interface Picture {
  readonly jobs: ReadonlyMap<string, JobSnapshot>;
  readonly workers: ReadonlyMap<string, WorkerSnapshotView>;
}

export function pictureOf(router: Router): Picture {
  const jobs = new Map<string, JobSnapshot>();
  for (const id of jobIds) {
    const job = router.job(id);
    if (job !== undefined) jobs.set(id, job);
  }
  const workers = new Map<string, WorkerSnapshotView>();
  for (const id of workerIds) {
    const worker = router.worker(id);
    if (worker !== undefined) workers.set(id, worker);
  }
  return { jobs, workers };
}

/**
 * What must hold at any time: no job in two places, none lost, nobody over capacity, nobody offered
 * what may not be offered to it. `before` tells which offers were there before.
 */
export function checkState(
  router: Router,
  options: RouterOptions,
  before: Picture | undefined,
  now: Picture,
): void {
  const placed = new Map<string, string>();
  for (const queueId of [...queueIds, spareQueueId, noQueueId]) {
    for (const jobId of router.waiting(queueId)) {
      law(!placed.has(jobId), () => `${jobId} waits twice`);
      placed.set(jobId, queueId);
    }
  }
  const offered = new Map<string, string[]>();
  const assignedTo = new Map<string, string>();
  for (const worker of now.workers.values()) {
    const { id, state, offers, assignedJobs } = worker;
    law(state === "active" || offers.length === 0, () => `${id} is ${state} and has offers`);
    law(
      state !== "inactive" || assignedJobs.length === 0,
      () => `${id} is inactive and has jobs assigned`,
    );
    law((state === "active") === worker.availableForOffers, () => `${id} is ${state}`);
    for (const { offerId, jobId } of offers) {
      const ids = offered.get(jobId);
      if (ids === undefined) offered.set(jobId, [offerId]);
      else ids.push(offerId);
      const status = now.jobs.get(jobId)?.status;
      law(status === "queued", () => `${jobId} is ${status} and offered to ${id}`);
    }
    for (const { jobId } of assignedJobs) {
      const status = now.jobs.get(jobId)?.status;
      law(
        status === "assigned" || status === "completed",
        () => `${jobId} is ${status} and assigned to ${id}`,
      );
      law(!placed.has(jobId), () => `${jobId} is assigned to ${id} and waits`);
      law(!assignedTo.has(jobId), () => `${jobId} is assigned twice`);
      assignedTo.set(jobId, id);
    }
    checkNewOffers(router, options, before, now, worker);
  }
  for (const job of now.jobs.values()) {
    const { id, status } = job;
    const place = placed.get(id);
    law(
      place === (status === "queued" ? job.queueId : undefined),
      () => `${id} is ${status}, its queue ${job.queueId}, and waits in ${place}`,
    );
    const holder = assignedTo.get(id);
    const isHeld = status === "assigned" || status === "completed";
    law(
      holder === (isHeld ? job.assignments[0]?.workerId : undefined),
      () => `${id} is ${status} and is assigned to ${holder}`,
    );
    law(!isHeld || holder !== undefined, () => `${id} is ${status} and nobody has it`);
    const ids = offered.get(id) ?? [];
    law(
      ids.length === job.offers.length && job.offers.every(({ offerId }) => ids.includes(offerId)),
      () => `${id} has other offers than its workers have`,
    );
    law(
      new Set(job.offers.map(({ workerId }) => workerId)).size === job.offers.length,
      () => `${id} is offered twice to one worker`,
    );
    offered.delete(id);
  }
  law(offered.size === 0, () => `offers of jobs that are not there: ${[...offered.keys()]}`);
}

/** Only where an offer is new: capacity may shrink under what is there, policies change (R18). */
function checkNewOffers(
  router: Router,
  options: RouterOptions,
  before: Picture | undefined,
  now: Picture,
  worker: WorkerSnapshotView,
): void {
  const old = before?.workers.get(worker.id)?.offers ?? [];
  const fresh = worker.offers.filter(
    ({ offerId }) => !old.some((other) => other.offerId === offerId),
  );
  if (fresh.length === 0) return;
  const body = router.view("workers", worker.id)?.body ?? {};
  checkCapacity(body);
  for (const { jobId } of fresh) {
    const job = now.jobs.get(jobId);
    if (job !== undefined) checkEligible(router, options, body, worker, job);
  }
}

type Costing = readonly { readonly capacityCost: number }[];

function checkCapacity(body: JsonObject): void {
  const holdings = [
    ...(body.offers as unknown as Costing),
    ...(body.assignedJobs as unknown as Costing),
  ];
  const used = holdings.reduce((sum, { capacityCost }) => sum + capacityCost, 0);
  law(used <= Number(body.capacity), () => `${body.id} has ${used} of ${body.capacity} in use`);
}

function checkEligible(
  router: Router,
  options: RouterOptions,
  body: JsonObject,
  worker: WorkerSnapshotView,
  job: JobSnapshot,
): void {
  const what = (): string => `${job.id} is offered to ${worker.id}`;
  law((body.queues as unknown as string[]).includes(job.queueId ?? ""), () => `${what()}: queue`);
  const channelId = router.view("jobs", job.id)?.body.channelId;
  const channels = body.channels as unknown as readonly {
    readonly channelId: string;
    readonly maxNumberOfJobs?: number;
  }[];
  const channel = channels.find((candidate) => candidate.channelId === channelId);
  law(channel !== undefined, () => `${what()}: channel`);
  const onChannel = [...worker.offers, ...worker.assignedJobs].filter(
    ({ jobId }) => router.view("jobs", jobId)?.body.channelId === channelId,
  ).length;
  const most = channel.maxNumberOfJobs ?? Number.POSITIVE_INFINITY;
  law(onChannel <= most, () => `${what()}: ${onChannel} jobs on a channel for ${most}`);
  const open = Number(body.maxConcurrentOffers ?? Number.POSITIVE_INFINITY);
  law(worker.offers.length <= open, () => `${what()}: ${worker.offers.length} offers at once`);
  const mode = modeOf(router, job);
  law(job.offers.length <= (mode?.maxConcurrentOffers ?? 1), () => `${what()}: too many offers`);
  if (mode?.bypassSelectors === true) return;
  const assumptions = { ...defaultAssumptions, ...options.assumptions };
  for (const selector of [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors]) {
    law(
      selector.status === "expired" ||
        selectorHolds(selector, worker.labels[selector.key], assumptions),
      () => `${what()}: ${selector.key}`,
    );
  }
}

interface Mode {
  readonly maxConcurrentOffers: number;
  readonly bypassSelectors: boolean;
  readonly scoringRule?: { readonly kind: string };
}

function modeOf(router: Router, job: JobSnapshot): Mode | undefined {
  const queue = router.view("queues", job.queueId ?? "")?.body;
  const policy = router.view("distributionPolicies", String(queue?.distributionPolicyId))?.body;
  return policy?.mode as unknown as Mode | undefined;
}

/**
 * Nobody who could have a job is left without an offer, by the ranking that knows no index. Looks
 * at every worker for every waiting job, so it is not done at every step.
 */
export function checkNoneMissed(router: Router, options: RouterOptions, now: Picture): void {
  if (options.matchingDelayMs !== 0 || options.assumptions?.R14 === "jobWaits") return;
  for (const job of now.jobs.values()) {
    if (job.status !== "queued") continue;
    const mode = modeOf(router, job);
    // A job that waits for scores is offered to nobody.
    const kind = mode?.scoringRule?.kind;
    if (options.asksShell === true && (kind === "function" || kind === "webhook")) continue;
    if (job.offers.length >= (mode?.maxConcurrentOffers ?? 1)) continue;
    const workers = router.explainJob(job.id)?.ranking?.workers ?? [];
    law(workers.length === 0, () => `${job.id} could have gone to ${workers[0]?.workerId}`);
  }
}

const steps: readonly string[] = ["classify", "queue", "schedule", "activate"];
const passing: readonly string[] = [
  "created",
  "pendingClassification",
  "pendingSchedule",
  "scheduled",
];

/** No job is forgotten on its way: something will move it. And none moves that is over. */
export function checkNoneLost(router: Router, saved: JsonObject): void {
  const timers = saved.timers as unknown as readonly (readonly [number, number, string, unknown])[];
  const calls = saved.calls as unknown as readonly { readonly jobId: string }[];
  const moved = new Set(calls.map(({ jobId }) => jobId));
  for (const [, , kind, subject] of timers) {
    if (typeof subject !== "string") continue;
    if (steps.includes(kind)) moved.add(subject);
    const status = router.job(subject)?.status;
    law(status !== "closed" && status !== "cancelled", () => `${kind} is due of ${subject}`);
  }
  const listed = router.list("jobs").map(({ body }) => String(body.id));
  law(
    listed.length === jobIds.filter((id) => router.job(id) !== undefined).length,
    () => `listed are ${listed}`,
  );
  for (const id of listed) {
    const status = router.job(id)?.status ?? "";
    law(!passing.includes(status) || moved.has(id), () => `${id} is ${status}, and stays so`);
  }
}
