import { compareText, defined, nonEmpty } from "./defined.ts";
import type {
  ClassificationPolicy,
  DistributionMode,
  DistributionPolicy,
  ExceptionAction,
  ExceptionPolicy,
  FunctionRule,
  Job,
  Labels,
  LabelValue,
  Queue,
  QueueSelector,
  QueueSelectorAttachment,
  RouterObjects,
  RouterRule,
  WebhookRule,
  Worker,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "./model.ts";

/**
 * The one form of a set of objects: each kind ordered by id, properties in the order in which
 * the service answers, labels by key, and nothing that says nothing (empty lists and maps that
 * are optional, the automatic queue label `Id`). Defaults that were written stay. Idempotent.
 * Source: docs/bundle.md, "Canonical form".
 */
export function canonicalObjects(objects: RouterObjects): RouterObjects {
  return {
    distributionPolicies: byId(objects.distributionPolicies, distributionPolicy),
    exceptionPolicies: byId(objects.exceptionPolicies, exceptionPolicy),
    queues: byId(objects.queues, queue),
    classificationPolicies: byId(objects.classificationPolicies, classificationPolicy),
  };
}

/**
 * JSON with two spaces a level and a line feed at the end. Members stand in the order they have
 * (JavaScript's: keys that are array indices come first, ascending), absent ones are left out,
 * and characters that are half of a pair are escaped, so the text is always valid UTF-8.
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function byId<T extends { readonly id: string }>(
  list: readonly T[],
  canonical: (item: T) => T,
): readonly T[] {
  return list.map(canonical).sort((a, b) => compareText(a.id, b.id));
}

function distributionPolicy(policy: DistributionPolicy): DistributionPolicy {
  return defined({
    id: policy.id,
    name: policy.name,
    offerExpiresAfterSeconds: plain(policy.offerExpiresAfterSeconds),
    mode: policy.mode === undefined ? undefined : distributionMode(policy.mode),
  });
}

function distributionMode(mode: DistributionMode): DistributionMode {
  const base = {
    minConcurrentOffers: plain(mode.minConcurrentOffers),
    maxConcurrentOffers: plain(mode.maxConcurrentOffers),
    bypassSelectors: mode.bypassSelectors,
  };
  if (mode.kind !== "bestWorker") return defined({ kind: mode.kind, ...base });
  const options = mode.scoringRuleOptions;
  return defined({
    kind: mode.kind,
    scoringRule: mode.scoringRule === undefined ? undefined : canonicalRule(mode.scoringRule),
    scoringRuleOptions:
      options === undefined
        ? undefined
        : nonEmptyRecord(
            defined({
              batchSize: plain(options.batchSize),
              // An empty list is a wish of its own: score without jobs and selectors.
              scoringParameters: options.scoringParameters,
              isBatchScoringEnabled: options.isBatchScoringEnabled,
              descendingOrder: options.descendingOrder,
            }),
          ),
    ...base,
  });
}

function exceptionPolicy(policy: ExceptionPolicy): ExceptionPolicy {
  return defined({
    id: policy.id,
    name: policy.name,
    exceptionRules: nonEmpty(
      policy.exceptionRules?.map((rule) => ({
        id: rule.id,
        trigger:
          rule.trigger.kind === "waitTime"
            ? {
                kind: rule.trigger.kind,
                thresholdSeconds: positiveZero(rule.trigger.thresholdSeconds),
              }
            : { kind: rule.trigger.kind, threshold: positiveZero(rule.trigger.threshold) },
        actions: rule.actions.map(exceptionAction),
      })),
    ),
  });
}

function exceptionAction(action: ExceptionAction): ExceptionAction {
  switch (action.kind) {
    case "cancel":
      return defined({
        kind: action.kind,
        note: action.note,
        dispositionCode: action.dispositionCode,
        id: action.id,
      });
    case "manualReclassify":
      return defined({
        kind: action.kind,
        queueId: action.queueId,
        priority: plain(action.priority),
        workerSelectors: nonEmpty(action.workerSelectors?.map(canonicalWorkerSelector)),
        id: action.id,
      });
    case "reclassify":
      return defined({
        kind: action.kind,
        classificationPolicyId: action.classificationPolicyId,
        labelsToUpsert: canonicalLabels(action.labelsToUpsert),
        id: action.id,
      });
  }
}

function queue(item: Queue): Queue {
  const labels = item.labels;
  const own =
    labels !== undefined && Object.hasOwn(labels, "Id") && labels.Id === item.id
      ? Object.fromEntries(Object.entries(labels).filter(([key]) => key !== "Id"))
      : labels;
  return defined({
    id: item.id,
    name: item.name,
    distributionPolicyId: item.distributionPolicyId,
    labels: canonicalLabels(own),
    exceptionPolicyId: item.exceptionPolicyId,
  });
}

function classificationPolicy(policy: ClassificationPolicy): ClassificationPolicy {
  return defined({
    id: policy.id,
    name: policy.name,
    fallbackQueueId: policy.fallbackQueueId,
    queueSelectorAttachments: nonEmpty(policy.queueSelectorAttachments?.map(queueAttachment)),
    prioritizationRule:
      policy.prioritizationRule === undefined
        ? undefined
        : canonicalRule(policy.prioritizationRule),
    workerSelectorAttachments: nonEmpty(policy.workerSelectorAttachments?.map(workerAttachment)),
  });
}

function queueAttachment(attachment: QueueSelectorAttachment): QueueSelectorAttachment {
  switch (attachment.kind) {
    case "static":
      return { kind: attachment.kind, queueSelector: queueSelector(attachment.queueSelector) };
    case "conditional":
      return {
        kind: attachment.kind,
        condition: canonicalRule(attachment.condition),
        queueSelectors: attachment.queueSelectors.map(queueSelector),
      };
    case "passThrough":
      return {
        kind: attachment.kind,
        key: attachment.key,
        labelOperator: attachment.labelOperator,
      };
    case "ruleEngine":
      return { kind: attachment.kind, rule: canonicalRule(attachment.rule) };
    case "weightedAllocation":
      return {
        kind: attachment.kind,
        allocations: attachment.allocations.map((allocation) => ({
          weight: positiveZero(allocation.weight),
          queueSelectors: allocation.queueSelectors.map(queueSelector),
        })),
      };
  }
}

function workerAttachment(attachment: WorkerSelectorAttachment): WorkerSelectorAttachment {
  switch (attachment.kind) {
    case "static":
      return {
        kind: attachment.kind,
        workerSelector: canonicalWorkerSelector(attachment.workerSelector),
      };
    case "conditional":
      return {
        kind: attachment.kind,
        condition: canonicalRule(attachment.condition),
        workerSelectors: attachment.workerSelectors.map(canonicalWorkerSelector),
      };
    case "passThrough":
      return defined({
        kind: attachment.kind,
        key: attachment.key,
        labelOperator: attachment.labelOperator,
        expiresAfterSeconds: plain(attachment.expiresAfterSeconds),
      });
    case "ruleEngine":
      return { kind: attachment.kind, rule: canonicalRule(attachment.rule) };
    case "weightedAllocation":
      return {
        kind: attachment.kind,
        allocations: attachment.allocations.map((allocation) => ({
          weight: positiveZero(allocation.weight),
          workerSelectors: allocation.workerSelectors.map(canonicalWorkerSelector),
        })),
      };
  }
}

function queueSelector(selector: QueueSelector): QueueSelector {
  return defined({
    key: selector.key,
    labelOperator: selector.labelOperator,
    value: labelValue(selector.value),
  });
}

export function canonicalWorkerSelector(selector: WorkerSelector): WorkerSelector {
  return defined({
    key: selector.key,
    labelOperator: selector.labelOperator,
    value: labelValue(selector.value),
    expiresAfterSeconds: plain(selector.expiresAfterSeconds),
    expedite: selector.expedite,
  });
}

export function canonicalRule(rule: RouterRule): RouterRule {
  switch (rule.kind) {
    case "static":
      return defined({ kind: rule.kind, value: labelValue(rule.value) });
    case "expression":
      return { kind: rule.kind, expression: rule.expression };
    case "function":
      return functionRule(rule);
    case "webhook":
      return webhookRule(rule);
    case "directMap":
      return { kind: rule.kind };
  }
}

function functionRule(rule: FunctionRule): FunctionRule {
  const credential = rule.credential;
  return defined({
    kind: rule.kind,
    functionUri: rule.functionUri,
    credential:
      credential === undefined
        ? undefined
        : nonEmptyRecord(
            defined({
              functionKey: credential.functionKey,
              appKey: credential.appKey,
              clientId: credential.clientId,
            }),
          ),
  });
}

function webhookRule(rule: WebhookRule): WebhookRule {
  const credential = rule.clientCredential;
  return defined({
    kind: rule.kind,
    authorizationServerUri: rule.authorizationServerUri,
    clientCredential:
      credential === undefined
        ? undefined
        : nonEmptyRecord(
            defined({ clientId: credential.clientId, clientSecret: credential.clientSecret }),
          ),
    webhookUri: rule.webhookUri,
  });
}

/** A job in the order of the service's properties; empty lists and maps are left out. */
export function canonicalJob(job: Job): Job {
  return defined({
    id: job.id,
    channelId: job.channelId,
    classificationPolicyId: job.classificationPolicyId,
    queueId: job.queueId,
    priority: plain(job.priority),
    requestedWorkerSelectors: nonEmpty(job.requestedWorkerSelectors?.map(canonicalWorkerSelector)),
    labels: canonicalLabels(job.labels),
  });
}

/** A worker likewise. Its automatic label `Id` is left out when it is the worker's id. */
export function canonicalWorker(worker: Worker): Worker {
  const labels = worker.labels;
  const own =
    labels !== undefined && Object.hasOwn(labels, "Id") && labels.Id === worker.id
      ? Object.fromEntries(Object.entries(labels).filter(([key]) => key !== "Id"))
      : labels;
  return defined({
    id: worker.id,
    queues: nonEmpty(worker.queues),
    capacity: plain(worker.capacity),
    labels: canonicalLabels(own),
    channels: nonEmpty(
      worker.channels?.map((channel) =>
        defined({
          channelId: channel.channelId,
          capacityCostPerJob: positiveZero(channel.capacityCostPerJob),
          maxNumberOfJobs: plain(channel.maxNumberOfJobs),
        }),
      ),
    ),
    loadRatio: plain(worker.loadRatio),
    availableForOffers: worker.availableForOffers,
  });
}

/** Sorted by key; nothing when there are none. */
export function canonicalLabels(labels: Labels | undefined): Labels | undefined {
  if (labels === undefined) return undefined;
  const entries = Object.entries(labels).sort(([a], [b]) => compareText(a, b));
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "number" ? positiveZero(value) : value]),
  );
}

function labelValue(value: LabelValue | undefined): LabelValue | undefined {
  return typeof value === "number" ? positiveZero(value) : value;
}

function plain(value: number | undefined): number | undefined {
  return value === undefined ? undefined : positiveZero(value);
}

/** JSON text cannot tell `-0` from `0`. */
function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}

function nonEmptyRecord<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}
