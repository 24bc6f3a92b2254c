/**
 * The objects of Job Router's API version 2023-11-01, with their wire names.
 * Only what a client may write is here; what the service sets (etag, status, …) is dropped by
 * the decoder, and kept apart where a later stage needs it.
 */

export const apiVersion = "2023-11-01";

/** Label, tag and selector values; anything else is refused by the service with 400. */
export type LabelValue = string | number | boolean;
export type Labels = Readonly<Record<string, LabelValue>>;

export const labelOperators = [
  "equal",
  "notEqual",
  "lessThan",
  "lessThanOrEqual",
  "greaterThan",
  "greaterThanOrEqual",
] as const;
export type LabelOperator = (typeof labelOperators)[number];

/** As policies and people write them. */
export const operatorSigns: Readonly<Record<LabelOperator, string>> = {
  equal: "==",
  notEqual: "!=",
  lessThan: "<",
  lessThanOrEqual: "<=",
  greaterThan: ">",
  greaterThanOrEqual: ">=",
};

/**
 * A credential that is not in the object but in the environment of whoever deploys it.
 * Stands where the service wants a string; written `${ENV}` by `--emit jobrouter`.
 */
export interface SecretReference {
  readonly $secret: string;
}
export type SecretText = string | SecretReference;

export interface QueueSelector {
  readonly key: string;
  readonly labelOperator: LabelOperator;
  /** The description allows a selector without a value. */
  readonly value?: LabelValue;
}

export interface WorkerSelector extends QueueSelector {
  readonly expiresAfterSeconds?: number;
  readonly expedite?: boolean;
}

export type RouterRule = StaticRule | ExpressionRule | FunctionRule | WebhookRule | DirectMapRule;

export interface StaticRule {
  readonly kind: "static";
  readonly value?: LabelValue;
}

/** Always Power Fx; the canonical form leaves `language: "powerFx"` out, its only value. */
export interface ExpressionRule {
  readonly kind: "expression";
  readonly expression: string;
}

export interface FunctionRule {
  readonly kind: "function";
  readonly functionUri: string;
  readonly credential?: {
    readonly functionKey?: SecretText;
    readonly appKey?: SecretText;
    readonly clientId?: string;
  };
}

export interface WebhookRule {
  readonly kind: "webhook";
  readonly authorizationServerUri?: string;
  readonly clientCredential?: {
    readonly clientId?: string;
    readonly clientSecret?: SecretText;
  };
  readonly webhookUri?: string;
}

export interface DirectMapRule {
  readonly kind: "directMap";
}

export type QueueSelectorAttachment =
  | { readonly kind: "static"; readonly queueSelector: QueueSelector }
  | {
      readonly kind: "conditional";
      readonly condition: RouterRule;
      readonly queueSelectors: readonly QueueSelector[];
    }
  | { readonly kind: "passThrough"; readonly key: string; readonly labelOperator: LabelOperator }
  | { readonly kind: "ruleEngine"; readonly rule: RouterRule }
  | { readonly kind: "weightedAllocation"; readonly allocations: readonly QueueAllocation[] };

/** `weight` is a fraction of 1. */
export interface QueueAllocation {
  readonly weight: number;
  readonly queueSelectors: readonly QueueSelector[];
}

export type WorkerSelectorAttachment =
  | { readonly kind: "static"; readonly workerSelector: WorkerSelector }
  | {
      readonly kind: "conditional";
      readonly condition: RouterRule;
      readonly workerSelectors: readonly WorkerSelector[];
    }
  | {
      readonly kind: "passThrough";
      readonly key: string;
      readonly labelOperator: LabelOperator;
      readonly expiresAfterSeconds?: number;
    }
  | { readonly kind: "ruleEngine"; readonly rule: RouterRule }
  | { readonly kind: "weightedAllocation"; readonly allocations: readonly WorkerAllocation[] };

export interface WorkerAllocation {
  readonly weight: number;
  readonly workerSelectors: readonly WorkerSelector[];
}

export interface ClassificationPolicy {
  readonly id: string;
  readonly name?: string;
  readonly fallbackQueueId?: string;
  readonly queueSelectorAttachments?: readonly QueueSelectorAttachment[];
  readonly prioritizationRule?: RouterRule;
  readonly workerSelectorAttachments?: readonly WorkerSelectorAttachment[];
}

interface ModeBase {
  readonly minConcurrentOffers?: number;
  readonly maxConcurrentOffers?: number;
  readonly bypassSelectors?: boolean;
}

export type ScoringParameter = "jobLabels" | "workerSelectors";

export interface ScoringRuleOptions {
  readonly batchSize?: number;
  readonly scoringParameters?: readonly ScoringParameter[];
  readonly isBatchScoringEnabled?: boolean;
  readonly descendingOrder?: boolean;
}

export type DistributionMode =
  | (ModeBase & { readonly kind: "longestIdle" })
  | (ModeBase & { readonly kind: "roundRobin" })
  | (ModeBase & {
      readonly kind: "bestWorker";
      readonly scoringRule?: RouterRule;
      readonly scoringRuleOptions?: ScoringRuleOptions;
    });

export interface DistributionPolicy {
  readonly id: string;
  readonly name?: string;
  readonly offerExpiresAfterSeconds?: number;
  readonly mode?: DistributionMode;
}

export type ExceptionTrigger =
  | { readonly kind: "queueLength"; readonly threshold: number }
  | { readonly kind: "waitTime"; readonly thresholdSeconds: number };

export type ExceptionAction =
  | {
      readonly kind: "cancel";
      readonly id?: string;
      readonly note?: string;
      readonly dispositionCode?: string;
    }
  | {
      readonly kind: "manualReclassify";
      readonly id?: string;
      readonly queueId?: string;
      readonly priority?: number;
      readonly workerSelectors?: readonly WorkerSelector[];
    }
  | {
      readonly kind: "reclassify";
      readonly id?: string;
      readonly classificationPolicyId?: string;
      readonly labelsToUpsert?: Labels;
    };

export interface ExceptionRule {
  readonly id: string;
  readonly trigger: ExceptionTrigger;
  readonly actions: readonly ExceptionAction[];
}

export interface ExceptionPolicy {
  readonly id: string;
  readonly name?: string;
  readonly exceptionRules?: readonly ExceptionRule[];
}

export interface Queue {
  readonly id: string;
  readonly name?: string;
  readonly distributionPolicyId?: string;
  readonly labels?: Labels;
  readonly exceptionPolicyId?: string;
}

/** A job as a caller submits it; the parts that a decision needs. */
export interface Job {
  readonly id?: string;
  readonly channelId?: string;
  readonly classificationPolicyId?: string;
  readonly queueId?: string;
  readonly priority?: number;
  readonly requestedWorkerSelectors?: readonly WorkerSelector[];
  readonly labels?: Labels;
}

export interface ChannelConfiguration {
  readonly channelId: string;
  readonly capacityCostPerJob: number;
  readonly maxNumberOfJobs?: number;
}

export interface Worker {
  readonly id: string;
  readonly queues?: readonly string[];
  readonly capacity?: number;
  readonly channels?: readonly ChannelConfiguration[];
  readonly labels?: Labels;
  readonly availableForOffers?: boolean;
  /** Set by the service: used capacity / capacity; 0 when absent. */
  readonly loadRatio?: number;
}

/** The four kinds of configuration objects, each list ordered by id (ordinal). */
export interface RouterObjects {
  readonly distributionPolicies: readonly DistributionPolicy[];
  readonly exceptionPolicies: readonly ExceptionPolicy[];
  readonly queues: readonly Queue[];
  readonly classificationPolicies: readonly ClassificationPolicy[];
}

export const objectKinds = [
  "distributionPolicies",
  "exceptionPolicies",
  "queues",
  "classificationPolicies",
] as const;
export type ObjectKind = (typeof objectKinds)[number];
