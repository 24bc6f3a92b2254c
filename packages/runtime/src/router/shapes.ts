import { labelOperators } from "@routewright/jobrouter";
import type { Property, Shape } from "./shape.ts";

/** The objects of 2023-11-01, in the order in which the service answers (recorded). */

const text: Shape = { is: "text" };
const boolean: Shape = { is: "boolean" };
const value: Shape = { is: "value" };
const seconds: Shape = { is: "number", min: 0 };
const count: Shape = { is: "number", min: 1, max: 0x7fff_ffff, whole: true };
const threshold: Shape = { is: "number", min: 0, max: 0x7fff_ffff, whole: true };
export const priorityShape: Shape = { is: "number", min: -100, max: 100, whole: true };
const labelOperator: Shape = { is: "word", words: labelOperators };
const map: Shape = { is: "map" };

function list(item: Shape): Shape {
  return { is: "list", item };
}

function object(owner: string, ...properties: readonly Property[]): Shape {
  return { is: "object", owner, properties };
}

const selectorProperties: readonly Property[] = [
  { name: "key", shape: text, required: true },
  { name: "labelOperator", shape: labelOperator, required: true },
  { name: "value", shape: value },
];
const queueSelector = object("a queue selector", ...selectorProperties);
/** `status` is echoed even where nothing can expire: in policies and actions. */
export const workerSelectorShape = object(
  "a worker selector",
  { name: "expiresAfterSeconds", shape: seconds },
  { name: "expedite", shape: boolean, default: false },
  { name: "status", shape: text, default: "active", readOnly: true },
  ...selectorProperties,
);

const functionCredential = object(
  "a credential",
  { name: "functionKey", shape: { is: "secret" } },
  { name: "appKey", shape: { is: "secret" } },
  { name: "clientId", shape: text },
);
const clientCredential = object(
  "a credential",
  { name: "clientId", shape: text },
  { name: "clientSecret", shape: { is: "secret" } },
);

const rule: Shape = {
  is: "kind",
  owner: "a rule",
  kinds: {
    static: [{ name: "value", shape: value }],
    expression: [
      { name: "language", shape: { is: "word", words: ["powerFx"] }, default: "powerFx" },
      { name: "expression", shape: text, required: true },
    ],
    function: [
      { name: "functionUri", shape: text, required: true },
      { name: "credential", shape: functionCredential },
    ],
    webhook: [
      { name: "authorizationServerUri", shape: text },
      { name: "clientCredential", shape: clientCredential },
      { name: "webhookUri", shape: text },
    ],
    directMap: [],
  },
};

function attachments(side: "queue" | "worker", selector: Shape): Shape {
  const one = `${side}Selector`;
  const several = `${side}Selectors`;
  const expiry: readonly Property[] =
    side === "worker" ? [{ name: "expiresAfterSeconds", shape: seconds }] : [];
  return list({
    is: "kind",
    owner: `a ${side} selector attachment`,
    kinds: {
      static: [{ name: one, shape: selector, required: true }],
      conditional: [
        { name: "condition", shape: rule, required: true },
        { name: several, shape: list(selector), required: true },
      ],
      passThrough: [
        { name: "key", shape: text, required: true },
        { name: "labelOperator", shape: labelOperator, required: true },
        ...expiry,
      ],
      ruleEngine: [{ name: "rule", shape: rule, required: true }],
      weightedAllocation: [
        {
          name: "allocations",
          required: true,
          shape: list(
            object(
              "an allocation",
              { name: "weight", shape: { is: "number", min: 0 }, required: true },
              { name: several, shape: list(selector), required: true },
            ),
          ),
        },
      ],
    },
  });
}

const modeBase: readonly Property[] = [
  { name: "minConcurrentOffers", shape: count, default: 1 },
  { name: "maxConcurrentOffers", shape: count, default: 1 },
  { name: "bypassSelectors", shape: boolean, default: false },
];
const scoringRuleOptions = object(
  "scoring options",
  { name: "batchSize", shape: count },
  {
    name: "scoringParameters",
    shape: list({ is: "word", words: ["jobLabels", "workerSelectors"] }),
    default: ["jobLabels", "workerSelectors"],
  },
  { name: "isBatchScoringEnabled", shape: boolean, default: false },
  { name: "descendingOrder", shape: boolean, default: true },
);
const mode: Shape = {
  is: "kind",
  owner: "a distribution mode",
  kinds: {
    bestWorker: [
      { name: "scoringRule", shape: rule },
      { name: "scoringRuleOptions", shape: scoringRuleOptions, default: {} },
      ...modeBase,
    ],
    longestIdle: modeBase,
    roundRobin: modeBase,
  },
};

const trigger: Shape = {
  is: "kind",
  owner: "an exception trigger",
  kinds: {
    queueLength: [{ name: "threshold", shape: threshold, required: true }],
    waitTime: [{ name: "thresholdSeconds", shape: seconds, required: true }],
  },
};
const action: Shape = {
  is: "kind",
  owner: "an exception action",
  kinds: {
    cancel: [
      { name: "note", shape: text },
      { name: "dispositionCode", shape: text },
      { name: "id", shape: text },
    ],
    manualReclassify: [
      { name: "queueId", shape: text },
      { name: "priority", shape: priorityShape },
      { name: "workerSelectors", shape: list(workerSelectorShape), default: [] },
      { name: "id", shape: text },
    ],
    reclassify: [
      { name: "classificationPolicyId", shape: text },
      { name: "labelsToUpsert", shape: map, default: {} },
      { name: "id", shape: text },
    ],
  },
};

export const configShapes = {
  classificationPolicies: object(
    "a classification policy",
    { name: "name", shape: text },
    { name: "fallbackQueueId", shape: text },
    {
      name: "queueSelectorAttachments",
      shape: attachments("queue", queueSelector),
      default: [],
    },
    { name: "prioritizationRule", shape: rule },
    {
      name: "workerSelectorAttachments",
      shape: attachments("worker", workerSelectorShape),
      default: [],
    },
  ),
  distributionPolicies: object(
    "a distribution policy",
    { name: "name", shape: text },
    { name: "offerExpiresAfterSeconds", shape: seconds },
    { name: "mode", shape: mode },
  ),
  exceptionPolicies: object(
    "an exception policy",
    { name: "name", shape: text },
    {
      name: "exceptionRules",
      default: [],
      shape: list(
        object(
          "an exception rule",
          { name: "id", shape: text, required: true },
          { name: "trigger", shape: trigger, required: true },
          { name: "actions", shape: list(action), required: true },
        ),
      ),
    },
  ),
  queues: object(
    "a queue",
    { name: "name", shape: text },
    { name: "distributionPolicyId", shape: text },
    { name: "labels", shape: map, default: {} },
    { name: "exceptionPolicyId", shape: text },
  ),
} as const;

export const workerShape = object(
  "a worker",
  { name: "queues", shape: list(text), default: [] },
  { name: "capacity", shape: { is: "number", min: 0, max: 0x7fff_ffff, whole: true } },
  { name: "labels", shape: map, default: {} },
  { name: "tags", shape: map, default: {} },
  {
    name: "channels",
    default: [],
    shape: list(
      object(
        "a channel",
        { name: "channelId", shape: text, required: true },
        {
          name: "capacityCostPerJob",
          shape: { is: "number", min: 0, max: 0x7fff_ffff, whole: true },
          required: true,
        },
        { name: "maxNumberOfJobs", shape: count },
      ),
    ),
  },
  { name: "availableForOffers", shape: boolean, default: false },
  { name: "maxConcurrentOffers", shape: count },
);
