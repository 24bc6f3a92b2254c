import type { Json, JsonObject } from "../../src/index.ts";

/** Reads a recording's bodies in the names of 2023-11-01, whatever version they were sent in. */
export function inNamesOfNow(value: Json): Json {
  if (Array.isArray(value)) return value.map(inNamesOfNow);
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? (kinds[value] ?? value) : value;
  }
  const made: Record<string, Json> = {};
  for (const [key, own] of Object.entries(value)) {
    if (own === undefined) continue;
    const name = names[key] ?? key;
    if (name === "labels" || name === "tags" || name === "labelsToUpsert") made[name] = own;
    else if (name === "assignments") made[name] = renamedValues(own, "assignmentId");
    else if (name === "offers") made[name] = listOf(own).map((item) => named(item, "offerId"));
    else if (name === "assignedJobs")
      made[name] = listOf(own).map((item) => named(item, "assignmentId"));
    else if (isMap(own) && listNames.has(name)) made[name] = listed(name, own);
    else if (name === "matchingMode") made[name] = mode(own);
    else made[name] = inNamesOfNow(own);
  }
  return made;
}

const kinds: Readonly<Record<string, string>> = {
  "longest-idle": "longestIdle",
  "best-worker": "bestWorker",
  "wait-time": "waitTime",
  "pass-through": "passThrough",
  "expression-rule": "expression",
  "static-rule": "static",
  "azure-function-rule": "function",
};

const names: Readonly<Record<string, string>> = {
  queueSelectors: "queueSelectorAttachments",
  workerSelectors: "workerSelectorAttachments",
  queueAssignments: "queues",
  totalCapacity: "capacity",
  channelConfigurations: "channels",
  offerTtlSeconds: "offerExpiresAfterSeconds",
  jobStatus: "status",
  enqueueTimeUtc: "enqueuedAt",
  offerTimeUtc: "offeredAt",
  expiryTimeUtc: "expiresAt",
  assignTime: "assignedAt",
  completeTime: "completedAt",
  closeTime: "closedAt",
  allowScoringBatchOfWorkers: "isBatchScoringEnabled",
};

const listNames = new Set(["queues", "channels", "exceptionRules", "actions", "notes"]);

function isMap(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** What the previews had as a map by id. */
function listed(name: string, map: JsonObject): Json {
  return Object.entries(map).map(([id, value]): Json => {
    if (name === "queues") return id;
    if (name === "notes") return { message: value, addedAt: id };
    const item = inNamesOfNow(value) as JsonObject;
    if (name === "channels") return { channelId: id, ...item };
    return name === "exceptionRules" ? { id, ...item } : { ...item, id };
  });
}

function renamedValues(value: Json, idName: string): Json {
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([id, item]) => [id, named(item, idName)] as const),
  );
}

function named(value: Json, idName: string): Json {
  const item = inNamesOfNow(value) as JsonObject;
  const { id, ...others } = item;
  return id === undefined ? item : { [idName]: id, ...others };
}

function mode(value: Json): Json {
  if (!isMap(value) || value.modeType === undefined) return value;
  return { kind: String(value.modeType).replace(/Mode$/u, "") };
}

/**
 * An old client sent an object as a selector's value, which the service of 2022 stored and nothing
 * matched. 2023-11-01 has no such values (Q4): its text stands in its place, and matches nothing.
 */
export function withTextValues(value: Json): Json {
  if (Array.isArray(value)) return value.map(withTextValues);
  if (!isMap(value)) return value;
  const isSelector = "key" in value && "labelOperator" in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, own]): [string, Json] => [
      name,
      isSelector && name === "value" && isMap(own) ? JSON.stringify(own) : withTextValues(own),
    ]),
  );
}

/** `queueSelectors` inside an attachment kept its name. */
export function fixAttachments(body: Json): Json {
  const text = JSON.stringify(body);
  return JSON.parse(
    text.replaceAll(/("condition":\{[^{}]*\},)"queueSelectorAttachments"/gu, '$1"queueSelectors"'),
  );
}
