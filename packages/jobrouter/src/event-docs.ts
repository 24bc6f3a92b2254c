import type { RouterEventName } from "./event-names.ts";

export interface RouterEventDocs {
  /** When it is raised, and what it says; for people. */
  readonly doc: string;
  /** Members of its `data`; which are there depends on what the job or the worker has. */
  readonly fields: readonly string[];
}

/** The page that describes the events and their fields. */
export const routerEventsPage =
  "https://learn.microsoft.com/azure/event-grid/communication-services-router-events";

const job = ["jobId", "channelReference", "channelId", "queueId", "labels", "tags"];
const expired = ["expiredAttachedWorkerSelectors", "expiredRequestedWorkerSelectors"];
const assignment = [...job, "assignmentId", "workerId"];
const offer = ["workerId", "jobId", "channelReference", "channelId", "queueId", "offerId"];
const offered = ["jobPriority", "workerLabels", "workerTags", "jobLabels", "jobTags"];
const worker = [
  "workerId",
  "queueAssignments",
  "channelConfigurations",
  "totalCapacity",
  "labels",
  "tags",
];

/**
 * What each event means and carries. Source: the Event Grid description of the service's events;
 * the router's own events are held to it by runtime/test/router/events.test.ts.
 */
export const routerEventDocs: Readonly<Record<RouterEventName, RouterEventDocs>> = {
  RouterJobReceived: {
    doc: "A job was created. `jobStatus` is in capitals, such as `PendingClassification`.",
    fields: [
      ...job,
      "jobStatus",
      "classificationPolicyId",
      "priority",
      "requestedWorkerSelectors",
      "scheduledOn",
      "unavailableForMatching",
    ],
  },
  RouterJobClassified: {
    doc: "Classification gave the job a queue, a priority and requirements.",
    fields: [
      ...job,
      "queueDetails",
      "classificationPolicyId",
      "priority",
      "attachedWorkerSelectors",
    ],
  },
  RouterJobClassificationFailed: {
    doc: "A rule of the classification failed; the job has no queue from it.",
    fields: [...job, "classificationPolicyId", "errors"],
  },
  RouterJobQueued: {
    doc: "The job waits in a queue, for the first time or again.",
    fields: [...job, "priority", "attachedWorkerSelectors", "requestedWorkerSelectors"],
  },
  RouterJobWaitingForActivation: {
    doc: "The job's scheduled time has come, or it is suspended: it waits to be matched until it is activated.",
    fields: [...job, "priority", ...expired, "scheduledOn", "unavailableForMatching"],
  },
  RouterJobSchedulingFailed: {
    doc: "The job could not be scheduled; `failureReason` says why.",
    fields: [...job, "priority", ...expired, "scheduledOn", "failureReason"],
  },
  RouterJobWorkerSelectorsExpired: {
    doc: "Requirements with a time (`require … for 5m`) ran out: other workers may have the job now.",
    fields: [...job, ...expired],
  },
  RouterJobExceptionTriggered: {
    doc: "A rule of the queue's exceptions held, and its actions were begun.",
    fields: [...job, "ruleKey", "exceptionRuleId"],
  },
  RouterJobCancelled: {
    doc: "The job was cancelled before it was completed, by somebody or by an exception.",
    fields: [...job, "note", "dispositionCode"],
  },
  RouterJobCompleted: {
    doc: "The worker is done with the job; it still takes capacity until it is closed.",
    fields: assignment,
  },
  RouterJobClosed: {
    doc: "The assignment is closed and the worker's capacity free again.",
    fields: [...assignment, "dispositionCode"],
  },
  RouterJobUnassigned: {
    doc: "The job was taken from the worker who had accepted it.",
    fields: assignment,
  },
  RouterJobDeleted: { doc: "The job was deleted.", fields: job },
  RouterWorkerOfferIssued: {
    doc: "A job was offered to a worker; from now on it takes the worker's capacity.",
    fields: [...offer, ...offered, "offeredOn", "expiresOn"],
  },
  RouterWorkerOfferAccepted: {
    doc: "The worker accepted the offer: the job is assigned.",
    fields: [...offer, ...offered, "assignmentId"],
  },
  RouterWorkerOfferDeclined: { doc: "The worker declined the offer.", fields: offer },
  RouterWorkerOfferRevoked: {
    doc: "The offer was taken back: another worker accepted the job, or job or worker changed.",
    fields: offer,
  },
  RouterWorkerOfferExpired: {
    doc: "Nobody answered the offer in time. The worker gets no further offers before becoming available again.",
    fields: offer,
  },
  RouterWorkerRegistered: { doc: "The worker became available for offers.", fields: worker },
  RouterWorkerUpdated: {
    doc: "Something of the worker changed; `updatedWorkerProperties` says what.",
    fields: [...worker, "updatedWorkerProperties"],
  },
  RouterWorkerDeregistered: {
    doc: "The worker is no longer available for offers.",
    fields: ["workerId"],
  },
  RouterWorkerDeleted: { doc: "The worker was deleted.", fields: ["workerId"] },
};
