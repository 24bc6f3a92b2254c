import type { Json, JsonObject } from "./command.ts";
import type { ConfigRecord } from "./config-store.ts";
import {
  type AssignmentRecord,
  type JobRecord,
  loadRatio,
  type SelectorState,
  type WorkerRecord,
} from "./records.ts";
import type { StoredView } from "./router.ts";
import { documentTag, entityTag, wireTime } from "./times.ts";

/** Objects as the service sends them: its order of properties, no nulls, `etag` last (recorded). */

export function configView(record: ConfigRecord): StoredView {
  const etag = configTag(record);
  return {
    body: { id: record.id, ...record.body, etag },
    etag,
    lastModifiedMs: record.lastModifiedMs,
  };
}

export function configTag({ noise, lastModifiedMs }: ConfigRecord): string {
  return documentTag(noise, lastModifiedMs);
}

export function jobTag(job: JobRecord): string {
  return entityTag(job.version, job.lastModifiedMs);
}

export function storedJob(job: JobRecord): StoredView {
  return { body: jobView(job), etag: jobTag(job), lastModifiedMs: job.lastModifiedMs };
}

export function jobView(job: JobRecord): JsonObject {
  const { assignment } = job;
  return compact({
    id: job.id,
    channelReference: job.channelReference,
    status: job.status,
    enqueuedAt: time(job.enqueuedAtMs),
    channelId: job.channelId,
    classificationPolicyId: job.classificationPolicyId,
    queueId: job.queueId,
    priority: job.priority,
    dispositionCode: job.dispositionCode,
    requestedWorkerSelectors: job.requested.map(selectorView),
    attachedWorkerSelectors: job.attached.map(selectorView),
    labels: job.labels,
    assignments:
      assignment === undefined ? {} : { [assignment.assignmentId]: assignmentView(assignment) },
    tags: job.tags,
    notes: job.notes.map(({ message, addedAtMs }) => ({ message, addedAt: wireTime(addedAtMs) })),
    scheduledAt: time(job.scheduledAtMs),
    matchingMode:
      job.matchingMode === "scheduleAndSuspend"
        ? compact({ kind: job.matchingMode, scheduleAt: time(job.scheduleAtMs) })
        : { kind: job.matchingMode },
    etag: jobTag(job),
  });
}

function assignmentView(assignment: AssignmentRecord): JsonObject {
  return compact({
    assignmentId: assignment.assignmentId,
    workerId: assignment.workerId,
    assignedAt: wireTime(assignment.assignedAtMs),
    completedAt: time(assignment.completedAtMs),
    closedAt: time(assignment.closedAtMs),
  });
}

export function selectorView({ selector, expired, expiresAtMs }: SelectorState): JsonObject {
  return compact({
    expiresAfterSeconds: selector.expiresAfterSeconds,
    expedite: selector.expedite === true,
    status: expired ? "expired" : "active",
    expiresAt: time(expiresAtMs),
    key: selector.key,
    labelOperator: selector.labelOperator,
    value: selector.value,
  });
}

export function workerTag(worker: WorkerRecord): string {
  return entityTag(worker.version, worker.lastModifiedMs);
}

export function storedWorker(worker: WorkerRecord): StoredView {
  return {
    body: workerView(worker),
    etag: workerTag(worker),
    lastModifiedMs: worker.lastModifiedMs,
  };
}

export function workerView(worker: WorkerRecord): JsonObject {
  return compact({
    id: worker.id,
    state: worker.state,
    queues: worker.queues,
    capacity: worker.capacity,
    labels: worker.labels,
    tags: worker.tags,
    channels: worker.channels.map(({ channelId, capacityCostPerJob, maxNumberOfJobs }) =>
      compact({ channelId, capacityCostPerJob, maxNumberOfJobs }),
    ),
    offers: worker.offers.map((offer) =>
      compact({
        offerId: offer.offerId,
        jobId: offer.job.id,
        capacityCost: offer.cost,
        offeredAt: wireTime(offer.offeredAtMs),
        expiresAt: time(offer.expiresAtMs),
      }),
    ),
    assignedJobs: worker.assigned.flatMap(({ id, assignment }) =>
      assignment === undefined
        ? []
        : [
            {
              assignmentId: assignment.assignmentId,
              jobId: id,
              capacityCost: assignment.cost,
              assignedAt: wireTime(assignment.assignedAtMs),
            },
          ],
    ),
    loadRatio: loadRatio(worker),
    availableForOffers: worker.availableForOffers,
    maxConcurrentOffers: worker.maxConcurrentOffers,
    etag: workerTag(worker),
  });
}

/** Leaves out what is absent. */
export function compact(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const made: Record<string, Json> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined) made[name] = value;
  }
  return made;
}

function time(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : wireTime(atMs);
}
