import type { Json, JsonObject } from "./command.ts";
import { configCollections } from "./config-store.ts";
import type { Core } from "./core.ts";
import {
  type AssignmentRecord,
  type JobRecord,
  type OfferRecord,
  type RetryOffer,
  type SelectorState,
  WorkerRecord,
} from "./records.ts";
import type { SavedRouter } from "./router.ts";
import { compact } from "./views.ts";

/** What `load.ts` reads. Indexes, timers' places and caches are not in it; they follow. */
export function saveRouter(core: Core): SavedRouter {
  const workers = [...core.workers.values()];
  return {
    format: "routewright-router/1",
    state: {
      nowMs: core.nowMs,
      random: core.random.state,
      ids: core.ids.count,
      arrivals: core.arrivals,
      registrations: core.registrations,
      frees: core.frees,
      eventSequence: core.eventSequence,
      callCount: core.callCount,
      timerSequence: core.timers.sequence,
      config: Object.fromEntries(
        configCollections.map((collection) => [
          collection,
          [...core.config.all(collection)].map(({ id, body, noise, lastModifiedMs, isNew }) =>
            compact({ id, body, noise, lastModifiedMs, isNew }),
          ),
        ]),
      ),
      queues: [...core.queues.values()].map(({ id, lastOfferedTo, completed, handledMs }) =>
        compact({ id, lastOfferedTo, completed, handledMs }),
      ),
      workers: workers.map(savedWorker),
      jobs: [...core.jobs.values()].map(savedJob),
      offers: workers.flatMap(({ offers }) => offers.map(savedOffer)),
      calls: [...core.openCalls].map(([callId, { job, key, workers }]) =>
        compact({ callId, jobId: job.id, key, workers }),
      ),
      // Deleted since, or another one under its id: the round will find nothing to do for it.
      fresh: core.fresh.filter((job) => core.jobs.get(job.id) === job).map(({ id }) => id),
      freed: core.freed.filter((one) => core.workers.get(one.id) === one).map(({ id }) => id),
      ...(Number.isFinite(core.roundAtMs) ? { roundAtMs: core.roundAtMs } : {}),
      timers: core.timers
        .all()
        .map(({ atMs, sequence, kind, subject }) => [atMs, sequence, kind, subjectName(subject)]),
    },
  };
}

function subjectName(subject: unknown): Json {
  if (subject === undefined) return null;
  if (subject instanceof WorkerRecord) return subject.id;
  const named = subject as JobRecord | OfferRecord | RetryOffer;
  if ("offerId" in named) return named.offerId;
  return "registration" in named
    ? { jobId: named.job.id, registration: named.registration }
    : named.id;
}

function savedSelector({ selector, expiresAtMs, expired }: SelectorState): JsonObject {
  return compact({ selector: { ...selector }, expiresAtMs, expired });
}

function savedAssignment(assignment: AssignmentRecord): JsonObject {
  const { assignmentId, workerId, cost, assignedAtMs, completedAtMs, closedAtMs } = assignment;
  return compact({ assignmentId, workerId, cost, assignedAtMs, completedAtMs, closedAtMs });
}

function savedJob(job: JobRecord): JsonObject {
  const { assignment, classifiedFrom, pendingClose, answers } = job;
  return compact({
    id: job.id,
    channelId: job.channelId,
    status: job.status,
    channelReference: job.channelReference,
    classificationPolicyId: job.classificationPolicyId,
    queueId: job.queueId,
    priority: job.priority,
    dispositionCode: job.dispositionCode,
    requested: job.requested.map(savedSelector),
    attached: job.attached.map(savedSelector),
    labels: job.labels,
    tags: job.tags,
    notes: job.notes.map(({ message, addedAtMs }) => ({ message, addedAtMs })),
    matchingMode: job.matchingMode,
    scheduleAtMs: job.scheduleAtMs,
    scheduledAtMs: job.scheduledAtMs,
    enqueuedAtMs: job.enqueuedAtMs,
    assignment: assignment === undefined ? undefined : savedAssignment(assignment),
    unassignmentCount: job.unassignmentCount,
    version: job.version,
    lastModifiedMs: job.lastModifiedMs,
    stayQueueId: job.stayQueueId,
    arrival: job.arrival,
    declinedBy: job.declinedBy,
    firedRules: job.firedRules,
    firedAtMs: job.firedAtMs,
    firedNow: job.firedNow,
    classifiedFrom:
      classifiedFrom === undefined
        ? undefined
        : compact({
            ...classifiedFrom,
            answers: classifiedFrom.answers.map(([key, answer]) => [key, { ...answer }]),
          }),
    answers:
      answers === undefined ? undefined : [...answers].map(([key, answer]) => [key, { ...answer }]),
    openCalls: job.openCalls,
    step: job.step,
    pendingClose: pendingClose === undefined ? undefined : compact({ ...pendingClose }),
    isQueued: job.queue !== undefined,
    restUntilMs: job.restUntilMs,
  });
}

function savedWorker(worker: WorkerRecord): JsonObject {
  return compact({
    id: worker.id,
    state: worker.state,
    queues: worker.queues,
    capacity: worker.capacity,
    labels: worker.labels,
    labelVersion: worker.labelVersion,
    tags: worker.tags,
    channels: worker.channels.map((channel) => compact({ ...channel })),
    availableForOffers: worker.availableForOffers,
    maxConcurrentOffers: worker.maxConcurrentOffers,
    version: worker.version,
    lastModifiedMs: worker.lastModifiedMs,
    registration: worker.registration,
    availableSince: worker.availableSince,
    lastActivityMs: worker.lastActivityMs,
    lost: worker.lost,
    assigned: worker.assigned.map(({ id }) => id),
  });
}

function savedOffer(offer: OfferRecord): JsonObject {
  const { offerId, job, worker, queueId, cost, offeredAtMs, expiresAtMs } = offer;
  return compact({
    offerId,
    jobId: job.id,
    workerId: worker.id,
    queueId,
    cost,
    offeredAtMs,
    expiresAtMs,
  });
}
