import type { Json, JsonObject } from "@routewright/runtime";
import { type Exchange, isList, isObject, type Recording, subjectOf } from "./recording.ts";

/** The recording in the names of 2023-11-01; one that has them already stays as it is. */
export function translate(recording: Recording): Recording {
  const isOld = recording.apiVersion < "2023-11-01";
  // Versions before June 2023 answered every upsert with 200.
  const tellsCreation = recording.exchanges.some(({ status }) => status === 201);
  const exchanges = recording.exchanges.map((exchange) => ({
    ...exchange,
    ...requestOf(exchange),
    responseBody: translateBody(exchange.url, exchange.responseBody),
    status: isOld ? statusOf(exchange, tellsCreation) : exchange.status,
  }));
  return { ...recording, exchanges };
}

/** A status that says nothing about creation. */
export const anySuccess = 0;

function statusOf({ method, url, status, date }: Exchange, tellsCreation: boolean): number {
  if (status === 202) return 200;
  if (method !== "PATCH" || (status !== 200 && status !== 201)) return status;
  if (!tellsCreation) return anySuccess;
  // Until autumn 2023 this version answered queues the other way round.
  const isSwapped = Date.parse(date) < Date.UTC(2023, 9);
  return isSwapped && subjectOf(url).collection === "queues"
    ? status === 200
      ? 201
      : 200
    : status;
}

function requestOf(exchange: Exchange): Pick<Exchange, "url" | "requestBody"> {
  const { url, requestBody } = exchange;
  const action = /^(.*\/jobs\/[^/]+):(complete|close)(\?.*)?$/u.exec(url);
  const body = translateBody(url, requestBody);
  const versioned = (text: string): string =>
    text.replace(/api-version=[\w-]+/u, "api-version=2023-11-01");
  if (action === null || !isObject(requestBody)) return { url: versioned(url), requestBody: body };
  const { assignmentId, closeTime, ...rest } = requestBody;
  const [, job = "", kind = "", query = ""] = action;
  return {
    url: versioned(`${job}/assignments/${String(assignmentId)}:${kind}${query}`),
    requestBody: { ...rest, ...(closeTime === undefined ? {} : { closeAt: closeTime }) },
  };
}

function translateBody(url: string, body: Json): Json {
  const { collection, id } = subjectOf(url);
  if (!isObject(body)) return body;
  if (isList(body.value) && id === undefined) {
    return {
      ...body,
      value: body.value.map((item) => translateObject(unwrapped(item), collection)),
    };
  }
  return translateObject(body, collection);
}

/** The preview wrapped items of lists: `{"job": {…}, "etag": "…"}`. */
function unwrapped(item: Json): Json {
  if (!isObject(item)) return item;
  const inner = Object.entries(item).find(([name, value]) => name !== "etag" && isObject(value));
  return Object.keys(item).length <= 2 && item.id === undefined && inner !== undefined
    ? inner[1]
    : item;
}

const renamed: Readonly<Record<string, string>> = {
  offerTtlSeconds: "offerExpiresAfterSeconds",
  jobStatus: "status",
  enqueueTimeUtc: "enqueuedAt",
  offerTimeUtc: "offeredAt",
  expiryTimeUtc: "expiresAt",
  assignTime: "assignedAt",
  completeTime: "completedAt",
  closeTime: "closedAt",
  ttlSeconds: "expiresAfterSeconds",
  expireTime: "expiresAt",
  allowScoringBatchOfWorkers: "isBatchScoringEnabled",
  totalCapacity: "capacity",
};

function translateObject(value: Json, collection: string): Json {
  const translated = translateValue(value);
  if (!isObject(translated)) return translated;
  const entries = Object.entries(translated).map(([name, member]): [string, Json] => {
    if (collection === "classificationPolicies") {
      if (name === "queueSelectors")
        return ["queueSelectorAttachments", selectors(member, "queue")];
      if (name === "workerSelectors") {
        return ["workerSelectorAttachments", selectors(member, "worker")];
      }
    }
    if (name === "exceptionRules" && isObject(member)) return [name, rulesOf(member)];
    if (name === "queueAssignments" && isObject(member)) return ["queues", Object.keys(member)];
    if (name === "channelConfigurations" && isObject(member)) {
      return [
        "channels",
        Object.entries(member).map(([channelId, channel]) => ({ channelId, ...object(channel) })),
      ];
    }
    if (name === "notes" && isObject(member)) {
      return [name, Object.entries(member).map(([addedAt, message]) => ({ message, addedAt }))];
    }
    if (name === "matchingMode") return [name, modeOf(member)];
    if (name === "offers" && isList(member))
      return [name, member.map((each) => idAs(each, "offerId"))];
    if (name === "assignedJobs" && isList(member)) {
      return [name, member.map((each) => idAs(each, "assignmentId"))];
    }
    if (name === "assignments" && isObject(member)) {
      return [
        name,
        Object.fromEntries(
          Object.entries(member).map(([id, each]) => [id, idAs(each, "assignmentId")]),
        ),
      ];
    }
    if (name === "requestedWorkerSelectors" || name === "attachedWorkerSelectors") {
      return [name, isList(member) ? member.map(statusOfSelector) : member];
    }
    return [name, member];
  });
  return withOldMode(Object.fromEntries(entries));
}

/** Until June 2023 what an attachment attaches was called the same for queues and workers. */
function selectors(value: Json, whose: "queue" | "worker"): Json {
  if (isList(value)) return value.map((item) => selectors(item, whose));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, Json] => {
      if (name === "labelSelector" || name === "labelSelectors") {
        return [`${whose}${name.slice("label".length)}`, member];
      }
      return [name, selectors(member, whose)];
    }),
  );
}

/** Kinds and names at any depth; labels and tags are the user's, not names of ours. */
function translateValue(value: Json): Json {
  if (isList(value)) return value.map(translateValue);
  if (!isObject(value)) return value;
  const isSelector = "key" in value && "labelOperator" in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, Json] => {
      if (name === "labels" || name === "tags" || name === "labelsToUpsert") return [name, member];
      if (name === "kind" && typeof member === "string") return [name, kindOf(member)];
      if (name === "labelOperator" && typeof member === "string") {
        return [name, member.replace(/^(less|greater)ThanEqual$/u, "$1ThanOrEqual")];
      }
      if (isSelector && name === "state") return ["status", member];
      // An old client sent objects, which nothing matches; 2023-11-01 has no such values.
      if (isSelector && name === "value" && isObject(member)) return [name, JSON.stringify(member)];
      return [renamed[name] ?? name, translateValue(member)];
    }),
  );
}

function kindOf(kind: string): string {
  if (kind === "azure-function-rule") return "function";
  return kind
    .replace(/-rule$/u, "")
    .replace(/-(queue|worker)-selector$/u, "")
    .replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}

function rulesOf(rules: JsonObject): Json {
  return Object.entries(rules).map(([id, rule]) => {
    const { trigger = null, actions = null } = object(rule);
    return {
      id,
      trigger,
      actions: isObject(actions)
        ? Object.entries(actions).map(([actionId, action]) => ({ ...object(action), id: actionId }))
        : actions,
    };
  });
}

function modeOf(mode: Json): Json {
  if (!isObject(mode) || typeof mode.modeType !== "string") return mode;
  const kind = mode.modeType.replace(/Mode$/u, "");
  return { kind, ...object(mode[mode.modeType] ?? null) };
}

/** Before July 2023 a job was suspended and scheduled by two members of its own. */
function withOldMode(job: JsonObject): JsonObject {
  const { unavailableForMatching, scheduledTimeUtc, ...rest } = job;
  if (typeof scheduledTimeUtc === "string") {
    return { ...rest, matchingMode: { kind: "scheduleAndSuspend", scheduleAt: scheduledTimeUtc } };
  }
  if (unavailableForMatching === undefined) return rest;
  const kind = unavailableForMatching === true ? "suspend" : "queueAndMatch";
  return { ...rest, matchingMode: { kind } };
}

function idAs(item: Json, name: string): Json {
  if (!isObject(item) || item.id === undefined) return item;
  const { id, ...rest } = item;
  return { [name]: id, ...rest };
}

function statusOfSelector(selector: Json): Json {
  if (!isObject(selector) || selector.state === undefined) return selector;
  const { state, ...rest } = selector;
  return { ...rest, status: state };
}

function object(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
