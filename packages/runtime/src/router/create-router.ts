import { closeJob, closeLater, completeJob, unassignJob } from "./assignments.ts";
import { cancelJob } from "./cancelling.ts";
import { classifyNow, startClassification } from "./classification.ts";
import type { Collection, RouterCommand } from "./command.ts";
import { isConfigCollection, patchConfig, putObjects } from "./config-patch.ts";
import { Core } from "./core.ts";
import { deleteObject } from "./deletion.ts";
import { cannotReclassify, invalid, notFound, wrongStatus } from "./errors.ts";
import { fireWaitRules } from "./exceptions.ts";
import { explainJob } from "./explanation.ts";
import { patchJob } from "./job-patch.ts";
import { isJsonObject } from "./json.ts";
import { listObjects } from "./lists.ts";
import { restore } from "./load.ts";
import { freshen, runRound } from "./matcher.ts";
import { explainOffers } from "./offer-explanation.ts";
import { acceptOffer, declineOffer, expireOffer, retryOffer } from "./offers.ts";
import { activate, queueNow, schedule } from "./queueing.ts";
import { waitingInOrder } from "./queues.ts";
import { commandReason, jobLifeReason } from "./reasons.ts";
import type { JobRecord, OfferRecord, RetryOffer, WorkerRecord } from "./records.ts";
import { none } from "./records.ts";
import type { CommandResponse, Router, RouterOptions, SavedRouter, StepResult } from "./router.ts";
import { answerRule } from "./rule-calls.ts";
import { saveRouter } from "./save.ts";
import { expireSelectors } from "./selector-clock.ts";
import { jobSnapshot, workerSnapshot } from "./snapshots.ts";
import { positionOf, statisticsOf } from "./statistics.ts";
import type { TimerKind } from "./timers.ts";
import { configView, storedJob, storedWorker } from "./views.ts";
import { patchWorker } from "./worker-patch.ts";
import { checkIdle } from "./worker-state.ts";

/** A router over some objects, at time 0 until the first call says what time it is. */
export function createRouter(options: RouterOptions = {}): Router {
  const core = new Core(options);
  if (options.objects !== undefined) putObjects(core, options.objects);
  return routerOver(core);
}

/**
 * Goes on where `save` was called. The options must be those of the saved router; its objects
 * are in what was saved.
 *
 * @throws Error when `saved` is no saved router.
 */
export function loadRouter(saved: SavedRouter, options: RouterOptions = {}): Router {
  const core = new Core(options);
  restore(core, saved);
  return routerOver(core);
}

function routerOver(core: Core): Router {
  return {
    step(command, atMs) {
      runUntil(core, atMs);
      const response = carryOut(core, command);
      runUntil(core, atMs);
      const { events, calls } = takeResult(core);
      return { response, events, calls };
    },
    advance(atMs) {
      runUntil(core, atMs);
      return takeResult(core);
    },
    nextDueMs: () => core.timers.nextAtMs(),
    get dueCount() {
      return core.timers.takenCount;
    },
    get nowMs() {
      return core.nowMs;
    },
    view(collection, id) {
      return viewOf(core, collection, id);
    },
    list: (collection, filter = {}) => listObjects(core, collection, filter),
    position: (jobId) => positionOf(core, jobId),
    statistics: (queueId) => statisticsOf(core, queueId),
    job(id) {
      const job = core.jobs.get(id);
      return job === undefined ? undefined : jobSnapshot(job);
    },
    worker(id) {
      const worker = core.workers.get(id);
      return worker === undefined ? undefined : workerSnapshot(worker);
    },
    waiting(queueId) {
      const queue = core.queues.get(queueId);
      return queue === undefined ? [] : waitingInOrder(queue).map(({ id }) => id);
    },
    explainJob(jobId) {
      const job = core.jobs.get(jobId);
      return job === undefined ? undefined : explainJob(core, job);
    },
    explainOffers(jobId, decidedBy) {
      const job = core.jobs.get(jobId);
      return job === undefined ? undefined : explainOffers(core, job, decidedBy);
    },
    save: () => saveRouter(core),
  };
}

const nothing: readonly never[] = Object.freeze([]);

/** What is handed out stays as it is: the router goes on with lists of its own. */
function takeResult(core: Core): StepResult {
  const { events, calls } = core;
  if (events.length > 0) core.events = [];
  if (calls.length > 0) core.calls = [];
  return {
    events: events.length > 0 ? events : nothing,
    calls: calls.length > 0 ? calls : nothing,
  };
}

function viewOf(core: Core, collection: Collection, id: string) {
  if (collection === "jobs") {
    const job = core.jobs.get(id);
    return job === undefined ? undefined : storedJob(job);
  }
  if (collection === "workers") {
    const worker = core.workers.get(id);
    return worker === undefined ? undefined : storedWorker(worker);
  }
  if (!isConfigCollection(collection)) return undefined;
  const record = core.config.get(collection, id);
  return record === undefined ? undefined : configView(record);
}

// ── Time ──────────────────────────────────────────────────────────────────────────────────────

/** Runs what is due, in order of time and then of scheduling. Time never goes back. */
function runUntil(core: Core, atMs: number): void {
  const { timers } = core;
  const untilMs = Number.isFinite(atMs) ? Math.max(atMs, core.nowMs) : core.nowMs;
  while (timers.take(untilMs, core.nowMs)) {
    if (timers.takenAtMs > core.nowMs) core.nowMs = timers.takenAtMs;
    fall(core, timers.takenKind, timers.takenSubject, timers.takenSequence);
  }
  core.nowMs = untilMs;
}

/** A timer's subject is what `add` was given with its kind. */
function fall(core: Core, kind: TimerKind, subject: unknown, sequence: number): void {
  switch (kind) {
    case "match":
      runRound(core);
      return;
    case "classify":
    case "queue":
    case "schedule":
    case "activate":
      takeStep(core, kind, subject as JobRecord, sequence);
      return;
    case "offerExpiry":
      expireOffer(core, subject as OfferRecord);
      return;
    case "selectorExpiry":
      expireSelectors(core, subject as JobRecord);
      return;
    case "waitTime":
      fireWaitRules(core, subject as JobRecord);
      return;
    case "close":
      closeLater(core, subject as JobRecord);
      return;
    case "retryOffer":
      retryOffer(core, subject as RetryOffer);
      return;
    case "idleWorker":
      checkIdle(core, subject as WorkerRecord);
      return;
    case "jobLife":
      endLife(core, subject as JobRecord);
  }
}

const steps = { classify: classifyNow, queue: queueNow, schedule, activate } as const;

function takeStep(core: Core, kind: keyof typeof steps, job: JobRecord, sequence: number): void {
  // The job has gone another way since.
  if (job.step !== sequence) return;
  job.step = none;
  job.stepTimer = none;
  steps[kind](core, job);
}

/** R12: a job that nobody finished in its time. */
function endLife(core: Core, job: JobRecord): void {
  job.lifeTimer = none;
  if (job.assignment === undefined) cancelJob(core, job, undefined, "Expired", jobLifeReason);
}

// ── Commands ──────────────────────────────────────────────────────────────────────────────────

function carryOut(core: Core, command: RouterCommand): CommandResponse {
  switch (command.kind) {
    case "patch": {
      const { collection, id, body } = command;
      if (id === "") return invalid([{ code: "InvalidId", message: "an id is required" }]);
      if (!isJsonObject(body)) {
        return invalid([{ code: "InvalidBody", message: "the body must be an object" }]);
      }
      if (collection === "jobs") return patchJob(core, command);
      if (collection === "workers") return patchWorker(core, command);
      return patchConfig(core, { ...command, collection });
    }
    case "delete":
      return deleteObject(core, command.collection, command.id);
    case "reclassify":
      return reclassify(core, command.jobId);
    case "cancel":
      return cancel(core, command);
    case "complete":
      return completeJob(core, command);
    case "close":
      return closeJob(core, command);
    case "unassign":
      return unassignJob(core, command);
    case "accept":
      return acceptOffer(core, command.workerId, command.offerId);
    case "decline":
      return declineOffer(core, command.workerId, command.offerId, command.retryOfferAtMs);
    case "answerRule":
      return answerRule(core, command, (job) => resume(core, job));
  }
}

/** All that a job asked for outside is answered: scores while it waits, else a classification. */
function resume(core: Core, job: JobRecord): void {
  if (job.queue !== undefined) freshen(core, job);
  else core.scheduleStep(job, "classify", 0);
}

function reclassify(core: Core, jobId: string): CommandResponse {
  const job = core.jobs.get(jobId);
  if (job === undefined) return notFound("Job", jobId);
  const { status } = job;
  if (
    status !== "queued" &&
    status !== "pendingClassification" &&
    status !== "classificationFailed"
  ) {
    return cannotReclassify(status);
  }
  startClassification(core, job, commandReason("reclassify"));
  return { ok: true, status: 200, result: {} };
}

function cancel(
  core: Core,
  command: Extract<RouterCommand, { readonly kind: "cancel" }>,
): CommandResponse {
  const job = core.jobs.get(command.jobId);
  if (job === undefined) return notFound("Job", command.jobId);
  switch (job.status) {
    case "assigned":
    case "completed":
    case "closed":
    case "cancelled":
      return wrongStatus("cancel", "any status before Assigned", job.status);
    default:
      cancelJob(
        core,
        job,
        command.note,
        command.dispositionCode ?? "Cancelled",
        commandReason("cancel"),
      );
      return { ok: true, status: 200, result: {} };
  }
}
