import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import { compareText } from "../text.ts";
import type { Json, JsonObject } from "./command.ts";
import { type ConfigRecord, configCollections } from "./config-store.ts";
import type { Core } from "./core.ts";
import { joinIndex } from "./indexing.ts";
import { openInGroup } from "./matcher.ts";
import {
  AssignmentRecord,
  type ChannelRecord,
  type ClassificationInput,
  JobRecord,
  type NoteRecord,
  OfferRecord,
  type PendingClose,
  type RetryOffer,
  type RuleAnswer,
  WorkerRecord,
} from "./records.ts";
import type { SavedRouter } from "./router.ts";
import type { SavedTimer, TimerKind } from "./timers.ts";
import type { JobStatus, WorkerState } from "./transition.ts";
import { takeSeats } from "./worker-patch.ts";

/** The parts of `SavedRouter.state`, as `save.ts` writes them. */
interface SavedState {
  readonly nowMs: number;
  readonly random: number;
  readonly ids: number;
  readonly arrivals: number;
  readonly registrations: number;
  readonly frees: number;
  readonly eventSequence: number;
  readonly callCount: number;
  readonly timerSequence: number;
  readonly config: { readonly [C in (typeof configCollections)[number]]: readonly ConfigRecord[] };
  readonly queues: readonly {
    readonly id: string;
    readonly lastOfferedTo?: string;
    readonly completed: number;
    readonly handledMs: number;
  }[];
  readonly workers: readonly SavedWorker[];
  readonly jobs: readonly SavedJob[];
  readonly offers: readonly SavedOffer[];
  readonly calls: readonly {
    readonly callId: string;
    readonly jobId: string;
    readonly key: string;
    readonly workers?: readonly (readonly [string, string])[];
  }[];
  readonly fresh: readonly string[];
  readonly freed: readonly string[];
  readonly roundAtMs?: number;
  readonly timers: readonly (readonly [number, number, TimerKind, Json])[];
}

type Simple<T, K extends keyof T> = {
  readonly [P in K as undefined extends T[P] ? never : P]: T[P];
} & {
  readonly [P in K as undefined extends T[P] ? P : never]?: Exclude<T[P], undefined>;
};

interface SavedSelectorState {
  readonly selector: WorkerSelector;
  readonly expiresAtMs?: number;
  readonly expired: boolean;
}

type PlainJobField =
  | "channelReference"
  | "classificationPolicyId"
  | "queueId"
  | "priority"
  | "dispositionCode"
  | "matchingMode"
  | "scheduleAtMs"
  | "scheduledAtMs"
  | "enqueuedAtMs"
  | "unassignmentCount"
  | "version"
  | "lastModifiedMs"
  | "stayQueueId"
  | "arrival"
  | "declinedBy"
  | "firedRules"
  | "firedAtMs"
  | "firedNow"
  | "openCalls"
  | "step"
  | "restUntilMs";

interface SavedJob extends Simple<JobRecord, PlainJobField> {
  readonly id: string;
  readonly channelId: string;
  readonly status: JobStatus;
  readonly requested: readonly SavedSelectorState[];
  readonly attached: readonly SavedSelectorState[];
  readonly labels: Labels;
  readonly tags: Labels;
  readonly notes: readonly NoteRecord[];
  readonly assignment?: Simple<
    AssignmentRecord,
    "assignmentId" | "workerId" | "cost" | "assignedAtMs" | "completedAtMs" | "closedAtMs"
  >;
  readonly classifiedFrom?: Simple<ClassificationInput, keyof ClassificationInput>;
  readonly answers?: readonly (readonly [string, RuleAnswer])[];
  readonly pendingClose?: Simple<PendingClose, keyof PendingClose>;
  readonly isQueued: boolean;
}

interface SavedWorker
  extends Simple<
    WorkerRecord,
    | "capacity"
    | "labelVersion"
    | "availableForOffers"
    | "maxConcurrentOffers"
    | "version"
    | "lastModifiedMs"
    | "registration"
    | "availableSince"
    | "lastActivityMs"
  > {
  readonly id: string;
  readonly state: WorkerState;
  readonly queues: readonly string[];
  readonly labels: Labels;
  readonly tags: Labels;
  readonly channels: readonly Simple<ChannelRecord, keyof ChannelRecord>[];
  readonly lost: readonly string[];
  readonly assigned: readonly string[];
}

interface SavedOffer {
  readonly offerId: string;
  readonly jobId: string;
  readonly workerId: string;
  readonly queueId: string;
  readonly cost: number;
  readonly offeredAtMs: number;
  readonly expiresAtMs?: number;
}

/**
 * Puts a saved state into an empty core.
 *
 * @throws Error when it is no saved router: what a shell stored has been damaged, and going on
 * with a part of it would lose jobs.
 */
export function restore(core: Core, saved: SavedRouter): void {
  if (saved.format !== "routewright-router/1") {
    throw new Error(`not a saved router of this version: format \`${String(saved.format)}\``);
  }
  const state = saved.state as JsonObject & SavedState;
  core.nowMs = state.nowMs;
  core.random.state = state.random;
  core.ids.count = state.ids;
  core.arrivals = state.arrivals;
  core.registrations = state.registrations;
  core.frees = state.frees;
  core.eventSequence = state.eventSequence;
  core.callCount = state.callCount;
  core.timers.sequence = state.timerSequence;
  for (const collection of configCollections) {
    for (const record of state.config[collection]) core.config.set(collection, record);
  }
  for (const { id, lastOfferedTo, completed, handledMs } of state.queues) {
    const queue = core.queue(id);
    queue.lastOfferedTo = lastOfferedTo;
    queue.completed = completed;
    queue.handledMs = handledMs;
  }
  for (const worker of state.workers) core.workers.set(worker.id, restoredWorker(worker));
  for (const job of state.jobs) core.jobs.set(job.id, restoredJob(job));
  restoreWork(core, state);
  for (const worker of core.workers.values()) takeSeats(core, worker);
  for (const { id, isQueued } of state.jobs) {
    const job = jobOf(core, id);
    if (isQueued) restoreWaiting(core, job);
  }
  for (const { callId, jobId, ...call } of state.calls) {
    core.openCalls.set(callId, { ...call, job: jobOf(core, jobId) });
  }
  core.fresh = state.fresh.flatMap((id) => core.jobs.get(id) ?? []);
  core.freed = state.freed.flatMap((id) => core.workers.get(id) ?? []);
  for (const job of core.fresh) job.isFresh = true;
  for (const worker of core.freed) worker.isFreed = true;
  if (state.roundAtMs !== undefined) core.roundAtMs = state.roundAtMs;
  for (const [atMs, sequence, kind, subject] of state.timers) {
    restoreTimer(core, { atMs, sequence, kind, subject });
  }
}

function jobOf(core: Core, id: string): JobRecord {
  const job = core.jobs.get(id);
  if (job === undefined)
    throw new Error(`a saved router speaks of a job that it does not hold: ${id}`);
  return job;
}

function workerOf(core: Core, id: string): WorkerRecord {
  const worker = core.workers.get(id);
  if (worker === undefined) {
    throw new Error(`a saved router speaks of a worker that it does not hold: ${id}`);
  }
  return worker;
}

function restoredJob(saved: SavedJob): JobRecord {
  const {
    requested,
    attached,
    assignment,
    classifiedFrom,
    answers,
    pendingClose,
    isQueued,
    ...plain
  } = saved;
  const job = new JobRecord(saved.id, saved.channelId, saved.status);
  Object.assign(job, plain);
  job.requested = requested.map(restoredSelector);
  job.attached = attached.map(restoredSelector);
  if (assignment !== undefined) {
    const { assignmentId, workerId, cost, assignedAtMs } = assignment;
    job.assignment = new AssignmentRecord(assignmentId, workerId, cost, assignedAtMs);
    job.assignment.completedAtMs = assignment.completedAtMs;
    job.assignment.closedAtMs = assignment.closedAtMs;
  }
  if (classifiedFrom !== undefined) {
    job.classifiedFrom = { policyId: undefined, queueId: undefined, ...classifiedFrom };
  }
  if (answers !== undefined) job.answers = new Map(answers);
  if (pendingClose !== undefined) {
    job.pendingClose = { note: undefined, dispositionCode: undefined, ...pendingClose };
  }
  return job;
}

function restoredSelector({ selector, expiresAtMs, expired }: SavedSelectorState) {
  return { selector, expiresAtMs, expired };
}

function restoredWorker(saved: SavedWorker): WorkerRecord {
  const { channels, assigned, ...plain } = saved;
  const worker = new WorkerRecord(saved.id);
  Object.assign(worker, plain);
  worker.channels = channels.map(({ channelId, capacityCostPerJob, maxNumberOfJobs }) => ({
    channelId,
    capacityCostPerJob,
    maxNumberOfJobs,
  }));
  return worker;
}

/** Offers and assignments, oldest first as they were, and the capacity that they take. */
function restoreWork(core: Core, state: SavedState): void {
  for (const { id, assigned } of state.workers) {
    const worker = workerOf(core, id);
    worker.assigned = assigned.map((jobId) => jobOf(core, jobId));
    for (const job of worker.assigned) worker.used += job.assignment?.cost ?? 0;
  }
  // Ids of offers count, so their order is that of the offers.
  const offers = [...state.offers].sort((a, b) => compareText(a.offerId, b.offerId));
  for (const { offerId, jobId, workerId, queueId, cost, offeredAtMs, expiresAtMs } of offers) {
    const job = jobOf(core, jobId);
    const worker = workerOf(core, workerId);
    const offer = new OfferRecord(offerId, job, worker, queueId, cost, offeredAtMs, expiresAtMs);
    job.offers = [...job.offers, offer];
    worker.offers = [...worker.offers, offer];
    worker.used += cost;
  }
}

function restoreWaiting(core: Core, job: JobRecord): void {
  const queue = core.queue(job.queueId ?? "");
  joinIndex(core, job, queue);
  openInGroup(core, job);
}

function restoreTimer(core: Core, timer: SavedTimer): void {
  const { kind, subject } = timer;
  switch (kind) {
    case "match":
      core.timers.restore(timer, undefined);
      return;
    case "offerExpiry": {
      for (const worker of core.workers.values()) {
        const offer = worker.offers.find(({ offerId }) => offerId === subject);
        if (offer !== undefined) offer.timer = core.timers.restore(timer, offer);
      }
      return;
    }
    case "idleWorker": {
      const worker = workerOf(core, String(subject));
      worker.idleTimer = core.timers.restore(timer, worker);
      return;
    }
    case "retryOffer": {
      const { jobId, registration } = subject as { jobId: string; registration: number };
      const job = jobOf(core, jobId);
      const retry: RetryOffer = { job, registration, atMs: timer.atMs, timer: -1 };
      retry.timer = core.timers.restore(timer, retry);
      job.retries = [...job.retries, retry];
      return;
    }
    default: {
      const job = jobOf(core, String(subject));
      job[timerFields[kind]] = core.timers.restore(timer, job);
    }
  }
}

const timerFields = {
  classify: "stepTimer",
  queue: "stepTimer",
  schedule: "stepTimer",
  activate: "stepTimer",
  selectorExpiry: "selectorTimer",
  waitTime: "waitTimer",
  close: "closeTimer",
  jobLife: "lifeTimer",
} as const;
