// The names of the previews, so that old JSON gets a useful answer. Source: reference of the
// preview API versions 2021-10-20 and 2022-07-18.

/** Words of the previews and the words of 2023-11-01 in their place. */
export const previewKinds: ReadonlyMap<string, string> = new Map([
  ["best-worker", "bestWorker"],
  ["longest-idle", "longestIdle"],
  ["round-robin", "roundRobin"],
  ["queue-length", "queueLength"],
  ["wait-time", "waitTime"],
  ["manual-reclassify", "manualReclassify"],
  ["static-rule", "static"],
  ["expression-rule", "expression"],
  ["direct-map-rule", "directMap"],
  ["azure-function-rule", "function"],
  ["function-rule", "function"],
  ["webhook-rule", "webhook"],
  ["pass-through", "passThrough"],
  ["rule-engine", "ruleEngine"],
  ["weighted-allocation", "weightedAllocation"],
  ["weighted-allocation-queue-selector", "weightedAllocation"],
  ["weighted-allocation-worker-selector", "weightedAllocation"],
  ["lessThanEqual", "lessThanOrEqual"],
  ["greaterThanEqual", "greaterThanOrEqual"],
  ["queue-and-match", "queueAndMatch"],
  ["queueAndMatchMode", "queueAndMatch"],
  ["schedule-and-suspend", "scheduleAndSuspend"],
  ["scheduleAndSuspendMode", "scheduleAndSuspend"],
  ["suspendMode", "suspend"],
]);

export interface PreviewMember {
  readonly now: string;
  readonly help?: string;
}

/** Properties of the previews; they count only where the object has the property of today. */
export const previewMembers: ReadonlyMap<string, PreviewMember> = new Map([
  ["queueSelectors", { now: "queueSelectorAttachments" }],
  ["workerSelectors", { now: "workerSelectorAttachments" }],
  ["queueAssignments", { now: "queues", help: "it is `queues` now, a list of ids" }],
  ["totalCapacity", { now: "capacity" }],
  [
    "channelConfigurations",
    { now: "channels", help: "it is `channels` now, a list of objects with a `channelId`" },
  ],
  ["offerTtlSeconds", { now: "offerExpiresAfterSeconds" }],
  ["ttlSeconds", { now: "expiresAfterSeconds" }],
  ["allowScoringBatchOfWorkers", { now: "isBatchScoringEnabled" }],
  ["modeType", { now: "kind" }],
  ["azureFunctionUri", { now: "functionUri" }],
]);
