import { jsonLabelValue, jsonMissingId, jsonUnknownValue, jsonWeights } from "../catalogue.ts";
import { defined } from "../defined.ts";
import { describeNode, type JsonNode } from "../json/tree.ts";
import {
  type ClassificationPolicy,
  type DistributionMode,
  type DistributionPolicy,
  type ExceptionAction,
  type ExceptionPolicy,
  type ExceptionRule,
  type ExceptionTrigger,
  type Labels,
  type LabelValue,
  labelOperators,
  type ObjectKind,
  type Queue,
  type QueueSelector,
  type QueueSelectorAttachment,
  type RouterRule,
  type ScoringRuleOptions,
  type SecretText,
  type WorkerSelector,
  type WorkerSelectorAttachment,
} from "../model.ts";
import {
  boolean,
  byKind,
  integer,
  list,
  type Members,
  number,
  openMembers,
  type Reader,
  type Reading,
  report,
  reportType,
  seconds,
  text,
  within,
  word,
} from "./members.ts";

// ── Labels and selectors ────────────────────────────────────────────────────────────────────

export const labelValue: Reader<LabelValue> = (node, name, reading) => {
  if (node.kind === "text" || node.kind === "number" || node.kind === "boolean") return node.value;
  report(reading, jsonLabelValue, { name, found: describeNode(node) }, node.span);
  return undefined;
};

/** A map from keys of the user's own to values; `null` removes a key, so it is absent. */
export const labels: Reader<Labels> = (node, name, reading) => {
  if (node.kind !== "object") {
    reportType(node, name, "an object of labels", reading);
    return undefined;
  }
  const entries: [string, LabelValue][] = [];
  for (const member of node.members) {
    if (member.value.kind === "null") continue;
    const value = labelValue(member.value, member.key, reading);
    if (value !== undefined) entries.push([member.key, value]);
  }
  return Object.fromEntries(entries);
};

const labelOperator = word(labelOperators);

const queueSelector: Reader<QueueSelector> = (node, name, reading) => {
  const members = openMembers(node, name, "a queue selector", reading);
  if (members === undefined) return undefined;
  const key = members.required("key", text);
  const operator = members.required("labelOperator", labelOperator);
  const value = members.optional("value", labelValue);
  members.close();
  if (key === undefined || operator === undefined) return undefined;
  return defined({ key, labelOperator: operator, value });
};

export const workerSelector: Reader<WorkerSelector> = (node, name, reading) => {
  const members = openMembers(node, name, "a worker selector", reading);
  if (members === undefined) return undefined;
  const key = members.required("key", text);
  const operator = members.required("labelOperator", labelOperator);
  const value = members.optional("value", labelValue);
  const expiresAfterSeconds = members.optional("expiresAfterSeconds", seconds);
  const expedite = members.optional("expedite", boolean);
  members.ignore("status", "expiresAt");
  members.close();
  if (key === undefined || operator === undefined) return undefined;
  return defined({ key, labelOperator: operator, value, expiresAfterSeconds, expedite });
};

// ── Values with a kind ──────────────────────────────────────────────────────────────────────

/**
 * A credential: the text itself, a reference, or `${NAME}`, which `--emit jobrouter` writes for
 * one. The text of a credential is never shown in a message.
 */
const secretText: Reader<SecretText> = (node, name, reading) => {
  if (node.kind === "text") {
    const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/u.exec(node.value)?.[1];
    return reference === undefined ? node.value : { $secret: reference };
  }
  if (node.kind !== "object") {
    reportType(node, name, "text", reading);
    return undefined;
  }
  const members = openMembers(node, name, "a secret reference", reading);
  const $secret = members?.required("$secret", environmentName);
  members?.close();
  return $secret === undefined ? undefined : { $secret };
};

const environmentName: Reader<string> = (node, name, reading) => {
  const value = text(node, name, reading);
  if (value === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/u.test(value)) return value;
  report(reading, jsonUnknownValue, { name, value: value.slice(0, 60) }, node.span, {
    help: "it names an environment variable: letters, digits and `_`, not starting with a digit",
  });
  return undefined;
};

const functionCredential: Reader<{
  readonly functionKey?: SecretText;
  readonly appKey?: SecretText;
  readonly clientId?: string;
}> = (node, name, reading) => {
  const members = openMembers(node, name, "a function credential", reading);
  if (members === undefined) return undefined;
  const credential = defined({
    functionKey: members.optional("functionKey", secretText),
    appKey: members.optional("appKey", secretText),
    clientId: members.optional("clientId", text),
  });
  members.close();
  return credential;
};

const clientCredential: Reader<{
  readonly clientId?: string;
  readonly clientSecret?: SecretText;
}> = (node, name, reading) => {
  const members = openMembers(node, name, "a client credential", reading);
  if (members === undefined) return undefined;
  const credential = defined({
    clientId: members.optional("clientId", text),
    clientSecret: members.optional("clientSecret", secretText),
  });
  members.close();
  return credential;
};

export const routerRule: Reader<RouterRule> = byKind<RouterRule>("a rule", {
  static: (members) => defined({ kind: "static", value: members.optional("value", labelValue) }),
  expression: (members) => {
    members.optional("language", word(["powerFx"]));
    const expression = members.required("expression", text);
    return expression === undefined ? undefined : { kind: "expression", expression };
  },
  function: (members) => {
    const functionUri = members.required("functionUri", text);
    const credential = members.optional("credential", functionCredential);
    if (functionUri === undefined) return undefined;
    return defined({ kind: "function", functionUri, credential });
  },
  webhook: (members) =>
    defined({
      kind: "webhook",
      authorizationServerUri: members.optional("authorizationServerUri", text),
      clientCredential: members.optional("clientCredential", clientCredential),
      webhookUri: members.optional("webhookUri", text),
    }),
  directMap: () => ({ kind: "directMap" }),
});

// ── Attachments ─────────────────────────────────────────────────────────────────────────────

const weight = within(number, 0, 1, "a weight is a fraction of 1", "warning");

function allocations<T extends { readonly weight: number }>(read: Reader<T>): Reader<readonly T[]> {
  const readList = list(read);
  return (node, name, reading) => {
    const values = readList(node, name, reading);
    if (values === undefined) return undefined;
    const sum = values.reduce((total, allocation) => total + allocation.weight, 0);
    if (Math.abs(sum - 1) > 1e-6) {
      report(reading, jsonWeights, { sum: String(Number(sum.toPrecision(12))) }, node.span, {
        help: "weights are fractions: write `0.3` for 30 %",
      });
    }
    return values;
  };
}

const queueAllocation: Reader<{
  readonly weight: number;
  readonly queueSelectors: readonly QueueSelector[];
}> = (node, name, reading) => {
  const members = openMembers(node, name, "an allocation", reading);
  const share = members?.required("weight", weight);
  const queueSelectors = members?.required("queueSelectors", list(queueSelector));
  members?.close();
  if (share === undefined || queueSelectors === undefined) return undefined;
  return { weight: share, queueSelectors };
};

const workerAllocation: Reader<{
  readonly weight: number;
  readonly workerSelectors: readonly WorkerSelector[];
}> = (node, name, reading) => {
  const members = openMembers(node, name, "an allocation", reading);
  const share = members?.required("weight", weight);
  const workerSelectors = members?.required("workerSelectors", list(workerSelector));
  members?.close();
  if (share === undefined || workerSelectors === undefined) return undefined;
  return { weight: share, workerSelectors };
};

const queueAttachment = byKind<QueueSelectorAttachment>("a queue selector attachment", {
  static: (members) => {
    const selector = members.required("queueSelector", queueSelector);
    return selector === undefined ? undefined : { kind: "static", queueSelector: selector };
  },
  conditional: (members) => {
    const condition = members.required("condition", routerRule);
    const queueSelectors = members.required("queueSelectors", list(queueSelector));
    if (condition === undefined || queueSelectors === undefined) return undefined;
    return { kind: "conditional", condition, queueSelectors };
  },
  passThrough: (members) => {
    const key = members.required("key", text);
    const operator = members.required("labelOperator", labelOperator);
    if (key === undefined || operator === undefined) return undefined;
    return { kind: "passThrough", key, labelOperator: operator };
  },
  ruleEngine: (members) => {
    const rule = members.required("rule", routerRule);
    return rule === undefined ? undefined : { kind: "ruleEngine", rule };
  },
  weightedAllocation: (members) => {
    const shares = members.required("allocations", allocations(queueAllocation));
    return shares === undefined ? undefined : { kind: "weightedAllocation", allocations: shares };
  },
});

const workerAttachment = byKind<WorkerSelectorAttachment>("a worker selector attachment", {
  static: (members) => {
    const selector = members.required("workerSelector", workerSelector);
    return selector === undefined ? undefined : { kind: "static", workerSelector: selector };
  },
  conditional: (members) => {
    const condition = members.required("condition", routerRule);
    const workerSelectors = members.required("workerSelectors", list(workerSelector));
    if (condition === undefined || workerSelectors === undefined) return undefined;
    return { kind: "conditional", condition, workerSelectors };
  },
  passThrough: (members) => {
    const key = members.required("key", text);
    const operator = members.required("labelOperator", labelOperator);
    const expiresAfterSeconds = members.optional("expiresAfterSeconds", seconds);
    if (key === undefined || operator === undefined) return undefined;
    return defined({ kind: "passThrough", key, labelOperator: operator, expiresAfterSeconds });
  },
  ruleEngine: (members) => {
    const rule = members.required("rule", routerRule);
    return rule === undefined ? undefined : { kind: "ruleEngine", rule };
  },
  weightedAllocation: (members) => {
    const shares = members.required("allocations", allocations(workerAllocation));
    return shares === undefined ? undefined : { kind: "weightedAllocation", allocations: shares };
  },
});

// ── Distribution ────────────────────────────────────────────────────────────────────────────

const scoringRuleOptions: Reader<ScoringRuleOptions> = (node, name, reading) => {
  const members = openMembers(node, name, "scoring options", reading);
  if (members === undefined) return undefined;
  const options = defined({
    batchSize: members.optional("batchSize", integer),
    scoringParameters: members.optional(
      "scoringParameters",
      list(word(["jobLabels", "workerSelectors"])),
    ),
    isBatchScoringEnabled: members.optional("isBatchScoringEnabled", boolean),
    descendingOrder: members.optional("descendingOrder", boolean),
  });
  members.close();
  return options;
};

const offerCount = within(integer, 1, 0x7fff_ffff, "at least 1 is wanted", "warning");

function modeBase(members: Members) {
  return {
    minConcurrentOffers: members.optional("minConcurrentOffers", offerCount),
    maxConcurrentOffers: members.optional("maxConcurrentOffers", offerCount),
    bypassSelectors: members.optional("bypassSelectors", boolean),
  };
}

const distributionMode = byKind<DistributionMode>("a distribution mode", {
  bestWorker: (members) =>
    defined({
      kind: "bestWorker",
      scoringRule: members.optional("scoringRule", routerRule),
      scoringRuleOptions: members.optional("scoringRuleOptions", scoringRuleOptions),
      ...modeBase(members),
    }),
  longestIdle: (members) => defined({ kind: "longestIdle", ...modeBase(members) }),
  roundRobin: (members) => defined({ kind: "roundRobin", ...modeBase(members) }),
});

// ── Exceptions ──────────────────────────────────────────────────────────────────────────────

const threshold = within(integer, 0, 0x7fff_ffff, "a count from 0 on is wanted", "warning");

const exceptionTrigger = byKind<ExceptionTrigger>("an exception trigger", {
  queueLength: (members) => {
    const limit = members.required("threshold", threshold);
    return limit === undefined ? undefined : { kind: "queueLength", threshold: limit };
  },
  waitTime: (members) => {
    const thresholdSeconds = members.required("thresholdSeconds", seconds);
    return thresholdSeconds === undefined ? undefined : { kind: "waitTime", thresholdSeconds };
  },
});

/** -100…100, as the API says for a job's priority. */
export const priority = within(integer, -100, 100, "a priority lies in -100…100", "warning");

const exceptionAction = byKind<ExceptionAction>("an exception action", {
  cancel: (members) =>
    defined({
      kind: "cancel",
      note: members.optional("note", text),
      dispositionCode: members.optional("dispositionCode", text),
      id: members.optional("id", text),
    }),
  manualReclassify: (members) =>
    defined({
      kind: "manualReclassify",
      queueId: members.optional("queueId", text),
      priority: members.optional("priority", priority),
      workerSelectors: members.optional("workerSelectors", list(workerSelector)),
      id: members.optional("id", text),
    }),
  reclassify: (members) =>
    defined({
      kind: "reclassify",
      classificationPolicyId: members.optional("classificationPolicyId", text),
      labelsToUpsert: members.optional("labelsToUpsert", labels),
      id: members.optional("id", text),
    }),
});

const exceptionRule: Reader<ExceptionRule> = (node, name, reading) => {
  const members = openMembers(node, name, "an exception rule", reading);
  const id = members?.required("id", text);
  const trigger = members?.required("trigger", exceptionTrigger);
  const actions = members?.required("actions", list(exceptionAction));
  members?.close();
  if (id === undefined || trigger === undefined || actions === undefined) return undefined;
  return { id, trigger, actions };
};

// ── Objects ─────────────────────────────────────────────────────────────────────────────────

/** `fallbackId` comes from outside the object: the file's name, or the key it stood under. */
export type ObjectReader<T> = (
  node: JsonNode,
  reading: Reading,
  fallbackId: string | undefined,
) => T | undefined;

function object<T>(owner: string, read: (members: Members, id: string) => T): ObjectReader<T> {
  return (node, reading, fallbackId) => {
    const members = openMembers(node, owner, owner, reading);
    if (members === undefined) return undefined;
    const id = members.optional("id", text) ?? fallbackId;
    members.ignore("etag");
    const value = read(members, id ?? "");
    members.close();
    if (id !== undefined) return value;
    report(
      reading,
      jsonMissingId,
      { owner },
      { start: node.span.start, end: node.span.start + 1 },
      { help: "write one, or name the file after it" },
    );
    return undefined;
  };
}

export interface ObjectOf {
  readonly distributionPolicies: DistributionPolicy;
  readonly exceptionPolicies: ExceptionPolicy;
  readonly queues: Queue;
  readonly classificationPolicies: ClassificationPolicy;
}

export const objectReaders: { readonly [K in ObjectKind]: ObjectReader<ObjectOf[K]> } = {
  distributionPolicies: object("a distribution policy", (members, id) =>
    defined({
      id,
      name: members.optional("name", text),
      offerExpiresAfterSeconds: members.optional("offerExpiresAfterSeconds", seconds),
      mode: members.optional("mode", distributionMode),
    }),
  ),
  exceptionPolicies: object("an exception policy", (members, id) =>
    defined({
      id,
      name: members.optional("name", text),
      exceptionRules: members.optional("exceptionRules", list(exceptionRule)),
    }),
  ),
  queues: object("a queue", (members, id) =>
    defined({
      id,
      name: members.optional("name", text),
      distributionPolicyId: members.optional("distributionPolicyId", text),
      labels: members.optional("labels", labels),
      exceptionPolicyId: members.optional("exceptionPolicyId", text),
    }),
  ),
  classificationPolicies: object("a classification policy", (members, id) =>
    defined({
      id,
      name: members.optional("name", text),
      fallbackQueueId: members.optional("fallbackQueueId", text),
      queueSelectorAttachments: members.optional("queueSelectorAttachments", list(queueAttachment)),
      prioritizationRule: members.optional("prioritizationRule", routerRule),
      workerSelectorAttachments: members.optional(
        "workerSelectorAttachments",
        list(workerAttachment),
      ),
    }),
  ),
};

export const objectNames: Readonly<Record<ObjectKind, string>> = {
  distributionPolicies: "a distribution policy",
  exceptionPolicies: "an exception policy",
  queues: "a queue",
  classificationPolicies: "a classification policy",
};
