import type { JsonObject } from "./command.ts";

/** The Event Grid events of Job Router, without the prefix `Microsoft.Communication.`. */
export const routerEventNames = [
  "RouterJobReceived",
  "RouterJobClassified",
  "RouterJobClassificationFailed",
  "RouterJobQueued",
  "RouterJobWaitingForActivation",
  "RouterJobSchedulingFailed",
  "RouterJobWorkerSelectorsExpired",
  "RouterJobExceptionTriggered",
  "RouterJobCancelled",
  "RouterJobCompleted",
  "RouterJobClosed",
  "RouterJobUnassigned",
  "RouterJobDeleted",
  "RouterWorkerOfferIssued",
  "RouterWorkerOfferAccepted",
  "RouterWorkerOfferDeclined",
  "RouterWorkerOfferRevoked",
  "RouterWorkerOfferExpired",
  "RouterWorkerRegistered",
  "RouterWorkerUpdated",
  "RouterWorkerDeregistered",
  "RouterWorkerDeleted",
] as const;
export type RouterEventName = (typeof routerEventNames)[number];

/** An event as Event Grid carries it; the shell adds topic, id and schema around it. */
export interface RouterEvent {
  /** Grows by one from 1; the order of events, which no time tells apart. */
  readonly sequence: number;
  readonly atMs: number;
  readonly name: RouterEventName;
  /** e.g. `job/j1/channel/chat/queue/q1`. */
  readonly subject: string;
  readonly data: JsonObject;
}
