/**
 * Which model class of the official SDKs stands for which part of an object. The SDKs of all
 * languages share these names; source: the public models of azure-communication-jobrouter 1.0.0
 * (Python) and Azure.Communication.JobRouter 1.0.0 (.NET).
 */
export const wireClasses = {
  rule: {
    static: "StaticRouterRule",
    expression: "ExpressionRouterRule",
    function: "FunctionRouterRule",
    webhook: "WebhookRouterRule",
    directMap: "DirectMapRouterRule",
  },
  queueAttachment: {
    static: "StaticQueueSelectorAttachment",
    conditional: "ConditionalQueueSelectorAttachment",
    passThrough: "PassThroughQueueSelectorAttachment",
    ruleEngine: "RuleEngineQueueSelectorAttachment",
    weightedAllocation: "WeightedAllocationQueueSelectorAttachment",
  },
  workerAttachment: {
    static: "StaticWorkerSelectorAttachment",
    conditional: "ConditionalWorkerSelectorAttachment",
    passThrough: "PassThroughWorkerSelectorAttachment",
    ruleEngine: "RuleEngineWorkerSelectorAttachment",
    weightedAllocation: "WeightedAllocationWorkerSelectorAttachment",
  },
  mode: {
    bestWorker: "BestWorkerMode",
    longestIdle: "LongestIdleMode",
    roundRobin: "RoundRobinMode",
  },
  trigger: { queueLength: "QueueLengthExceptionTrigger", waitTime: "WaitTimeExceptionTrigger" },
  action: {
    cancel: "CancelExceptionAction",
    manualReclassify: "ManualReclassifyExceptionAction",
    reclassify: "ReclassifyExceptionAction",
  },
} as const;
