import type { Labels } from "@routewright/jobrouter";
import type { Issue } from "../issue.ts";
import type { Json, JsonObject } from "./command.ts";
import type { Core } from "./core.ts";
import { pascal } from "./errors.ts";
import type {
  AssignmentRecord,
  JobRecord,
  OfferRecord,
  SelectorState,
  WorkerRecord,
} from "./records.ts";
import { wireTime } from "./times.ts";

/**
 * The Event Grid events with their payloads: old names inside (`ttlSeconds`, `queueAssignments`),
 * operators as 2023-11-01 spells them (Q32). Callers ask `core.makesEvents` first.
 */

type JobEvent =
  | "RouterJobReceived"
  | "RouterJobWaitingForActivation"
  | "RouterJobSchedulingFailed"
  | "RouterJobDeleted";

export function jobReceived(core: Core, job: JobRecord): void {
  jobEvent(core, "RouterJobReceived", job, {
    jobStatus: pascal(job.status),
    ...optional("classificationPolicyId", job.classificationPolicyId),
    priority: job.priority,
    requestedWorkerSelectors: job.requested.map(eventSelector),
    ...optional("scheduledOn", timeOf(job.scheduleAtMs)),
    unavailableForMatching: job.matchingMode !== "queueAndMatch",
  });
}

export function jobClassified(core: Core, job: JobRecord): void {
  core.event("RouterJobClassified", `${queueSubject(job)}`, {
    ...commonOf(job),
    ...(job.queueId === undefined ? {} : { queueDetails: queueDetails(core, job.queueId) }),
    ...optional("classificationPolicyId", job.classificationPolicyId),
    priority: job.priority,
    attachedWorkerSelectors: job.attached.map(eventSelector),
  });
}

export function jobClassificationFailed(
  core: Core,
  job: JobRecord,
  errors: readonly Issue[],
): void {
  const policyId = job.classificationPolicyId ?? "";
  core.event(
    "RouterJobClassificationFailed",
    `${jobSubject(job)}/classificationpolicy/${policyId}`,
    {
      ...commonOf(job),
      ...optional("classificationPolicyId", job.classificationPolicyId),
      errors: errors.map(({ code, message, pointer }) => ({
        code,
        message,
        ...optional("target", pointer),
      })),
    },
  );
}

export function jobQueued(core: Core, job: JobRecord): void {
  core.event("RouterJobQueued", queueSubject(job), {
    ...commonOf(job),
    priority: job.priority,
    attachedWorkerSelectors: job.attached.map(eventSelector),
    requestedWorkerSelectors: job.requested.map(eventSelector),
  });
}

export function jobWaitingForActivation(core: Core, job: JobRecord): void {
  jobEvent(core, "RouterJobWaitingForActivation", job, {
    priority: job.priority,
    ...expiredSelectors(job),
    ...optional("scheduledOn", timeOf(job.scheduleAtMs)),
    unavailableForMatching: true,
  });
}

export function jobSchedulingFailed(core: Core, job: JobRecord, failureReason: string): void {
  jobEvent(core, "RouterJobSchedulingFailed", job, {
    priority: job.priority,
    ...expiredSelectors(job),
    ...optional("scheduledOn", timeOf(job.scheduleAtMs)),
    failureReason,
  });
}

export function jobSelectorsExpired(
  core: Core,
  job: JobRecord,
  requested: readonly SelectorState[],
  attached: readonly SelectorState[],
): void {
  core.event("RouterJobWorkerSelectorsExpired", queueSubject(job), {
    ...commonOf(job),
    expiredRequestedWorkerSelectors: requested.map(eventSelector),
    expiredAttachedWorkerSelectors: attached.map(eventSelector),
  });
}

export function jobExceptionTriggered(core: Core, job: JobRecord, ruleId: string): void {
  core.event("RouterJobExceptionTriggered", `${jobSubject(job)}/exceptionrule/${ruleId}`, {
    ...commonOf(job),
    ruleKey: ruleId,
    exceptionRuleId: ruleId,
  });
}

export function jobCancelled(core: Core, job: JobRecord, note: string | undefined): void {
  const code = job.dispositionCode ?? "";
  core.event("RouterJobCancelled", `${jobSubject(job)}/disposition/${code}`, {
    ...commonOf(job),
    ...optional("note", note),
    dispositionCode: code,
  });
}

export function jobAssignmentEvent(
  core: Core,
  name: "RouterJobCompleted" | "RouterJobClosed" | "RouterJobUnassigned",
  job: JobRecord,
  { assignmentId, workerId }: AssignmentRecord,
): void {
  core.event(name, `${jobSubject(job)}/assignment/${assignmentId}`, {
    ...commonOf(job),
    assignmentId,
    workerId,
    ...(name === "RouterJobClosed" ? optional("dispositionCode", job.dispositionCode) : {}),
  });
}

export function jobDeleted(core: Core, job: JobRecord): void {
  jobEvent(core, "RouterJobDeleted", job, {});
}

// ── Offers ────────────────────────────────────────────────────────────────────────────────────

export function offerIssued(core: Core, offer: OfferRecord): void {
  offerEvent(core, "RouterWorkerOfferIssued", offer, {
    ...offerLabels(offer),
    offeredOn: wireTime(offer.offeredAtMs),
    ...optional("expiresOn", timeOf(offer.expiresAtMs)),
  });
}

export function offerAccepted(core: Core, offer: OfferRecord, assignmentId: string): void {
  offerEvent(core, "RouterWorkerOfferAccepted", offer, { assignmentId, ...offerLabels(offer) });
}

export function offerEnded(
  core: Core,
  name: "RouterWorkerOfferDeclined" | "RouterWorkerOfferRevoked" | "RouterWorkerOfferExpired",
  offer: OfferRecord,
): void {
  offerEvent(core, name, offer, {});
}

function offerEvent(
  core: Core,
  name: Parameters<Core["event"]>[0],
  offer: OfferRecord,
  data: JsonObject,
): void {
  const { job, worker, offerId, queueId } = offer;
  core.event(name, `worker/${worker.id}/job/${job.id}`, {
    workerId: worker.id,
    jobId: job.id,
    ...optional("channelReference", job.channelReference),
    channelId: job.channelId,
    queueId,
    offerId,
    ...data,
  });
}

function offerLabels({ job, worker }: OfferRecord): JsonObject {
  return {
    jobPriority: job.priority,
    workerLabels: worker.labels,
    workerTags: worker.tags,
    jobLabels: job.labels,
    jobTags: job.tags,
  };
}

// ── Workers ───────────────────────────────────────────────────────────────────────────────────

export function workerRegistered(core: Core, worker: WorkerRecord): void {
  core.event("RouterWorkerRegistered", `worker/${worker.id}`, workerDetails(core, worker));
}

export function workerUpdated(core: Core, worker: WorkerRecord, changed: readonly string[]): void {
  core.event("RouterWorkerUpdated", `worker/${worker.id}`, {
    ...workerDetails(core, worker),
    updatedWorkerProperties: changed,
  });
}

export function workerGone(
  core: Core,
  name: "RouterWorkerDeregistered" | "RouterWorkerDeleted",
  worker: WorkerRecord,
): void {
  core.event(name, `worker/${worker.id}`, { workerId: worker.id });
}

function workerDetails(core: Core, worker: WorkerRecord): JsonObject {
  return {
    workerId: worker.id,
    queueAssignments: worker.queues.map((id) => queueDetails(core, id)),
    channelConfigurations: worker.channels.map(
      ({ channelId, capacityCostPerJob, maxNumberOfJobs }) => ({
        channelId,
        capacityCostPerJob,
        ...(maxNumberOfJobs === undefined ? {} : { maxNumberOfJobs }),
      }),
    ),
    totalCapacity: worker.capacity,
    labels: worker.labels,
    tags: worker.tags,
  };
}

// ── Parts ─────────────────────────────────────────────────────────────────────────────────────

function jobEvent(core: Core, name: JobEvent, job: JobRecord, data: JsonObject): void {
  core.event(name, jobSubject(job), { ...commonOf(job), ...data });
}

function jobSubject(job: JobRecord): string {
  return `job/${job.id}/channel/${job.channelId}`;
}

function queueSubject(job: JobRecord): string {
  return job.queueId === undefined ? jobSubject(job) : `${jobSubject(job)}/queue/${job.queueId}`;
}

function commonOf(job: JobRecord): JsonObject {
  return {
    jobId: job.id,
    ...optional("channelReference", job.channelReference),
    channelId: job.channelId,
    ...optional("queueId", job.queueId),
    labels: job.labels,
    tags: job.tags,
  };
}

function queueDetails(core: Core, id: string): JsonObject {
  const body = core.config.get("queues", id)?.body;
  return {
    id,
    ...optional("name", body?.name),
    labels: body?.labels ?? ({ Id: id } satisfies Labels),
  };
}

function eventSelector(state: SelectorState): JsonObject {
  const { key, labelOperator, value, expiresAfterSeconds } = state.selector;
  return {
    key,
    labelOperator,
    ...optional("value", value),
    ...optional("ttlSeconds", expiresAfterSeconds),
    state: state.expired ? "expired" : "active",
    ...optional("expirationTime", timeOf(state.expiresAtMs)),
  };
}

function expiredSelectors(job: JobRecord): JsonObject {
  const expired = (states: readonly SelectorState[]): readonly Json[] =>
    states.filter((state) => state.expired).map(eventSelector);
  return {
    expiredAttachedWorkerSelectors: expired(job.attached),
    expiredRequestedWorkerSelectors: expired(job.requested),
  };
}

function timeOf(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : wireTime(atMs);
}

function optional(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
