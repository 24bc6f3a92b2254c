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

export function isRouterEventName(name: string): name is RouterEventName {
  return routerEventNames.some((each) => each === name);
}
