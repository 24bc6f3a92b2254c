import type { RouterObjects } from "@routewright/jobrouter";
import type { Json, JsonObject, PatchCommand } from "./command.ts";
import { preconditionFailure } from "./conditions.ts";
import { type ConfigCollection, type ConfigRecord, configCollections } from "./config-store.ts";
import type { Core } from "./core.ts";
import { invalid, type Problem } from "./errors.ts";
import { rearmWaitClocks } from "./exceptions.ts";
import { regroup } from "./indexing.ts";
import { isJsonList, isJsonObject, isSameJson, member, setMember } from "./json.ts";
import type { QueueRecord } from "./queues.ts";
import { waitingInOrder } from "./queues.ts";
import type { CommandResponse } from "./router.ts";
import { conform, mergePatch, namedLike } from "./shape.ts";
import { configShapes } from "./shapes.ts";
import { configTag, configView } from "./views.ts";

export function isConfigCollection(collection: string): collection is ConfigCollection {
  return configCollections.some((known) => known === collection);
}

/** Creates or updates a policy or a queue. */
export function patchConfig(
  core: Core,
  command: PatchCommand & { readonly collection: ConfigCollection },
): CommandResponse {
  const { collection, id, body } = command;
  const stored = core.config.get(collection, id);
  const failure = preconditionFailure(command, stored, configTag);
  if (failure !== undefined) return failure;
  const problems: Problem[] = [];
  const made = merged(core, collection, id, stored, body, problems);
  if (made === undefined) return invalid(problems);
  const status = stored === undefined ? 201 : 200;
  if (stored !== undefined && stored.isNew !== true && isSameJson(stored.body, made)) {
    return { ok: true, status, result: configView(stored).body };
  }
  const record = put(core, collection, id, made);
  takeEffect(core, collection, id);
  return { ok: true, status, result: configView(record).body };
}

function put(core: Core, collection: ConfigCollection, id: string, body: JsonObject): ConfigRecord {
  const isNew =
    collection === "classificationPolicies" && core.config.get(collection, id) === undefined;
  const record: ConfigRecord = {
    id,
    body,
    noise: core.random.bits(),
    lastModifiedMs: core.nowMs,
    // Recorded: the ETag stays from the second repeat on.
    ...(isNew ? { isNew } : {}),
  };
  core.config.set(collection, record);
  return record;
}

function merged(
  core: Core,
  collection: ConfigCollection,
  id: string,
  stored: ConfigRecord | undefined,
  body: JsonObject,
  problems: Problem[],
): JsonObject | undefined {
  const shape = configShapes[collection];
  const value = conform(shape, mergePatch(shape, stored?.body, body), "", problems);
  if (!isJsonObject(value) || problems.length > 0) return undefined;
  const made = completed(core, collection, id, value, body);
  if (collection === "queues") checkQueue(core, made, problems);
  return problems.length > 0 ? undefined : made;
}

/** What the service adds by itself. */
function completed(
  core: Core,
  collection: ConfigCollection,
  id: string,
  value: JsonObject,
  sent: JsonObject,
): JsonObject {
  switch (collection) {
    case "queues":
      return { ...value, labels: { ...ownLabels(value.labels), Id: id } };
    case "distributionPolicies":
      return isJsonObject(value.mode) ? { ...value, mode: completedMode(value.mode) } : value;
    case "exceptionPolicies": {
      // Actions sent without an id get a new one, at every PATCH.
      const wasSent = namedLike(sent, "exceptionRules") !== undefined;
      if (!wasSent || !isJsonList(value.exceptionRules)) return value;
      return {
        ...value,
        exceptionRules: value.exceptionRules.map((rule) =>
          isJsonObject(rule) && isJsonList(rule.actions)
            ? { ...rule, actions: rule.actions.map((action) => withId(core, action)) }
            : rule,
        ),
      };
    }
    case "classificationPolicies":
      return value;
  }
}

function ownLabels(labels: Json | undefined): JsonObject {
  const own: Record<string, Json> = {};
  if (!isJsonObject(labels)) return own;
  for (const key of Object.keys(labels)) {
    const value = labels[key];
    if (key !== "Id" && value !== undefined) setMember(own, key, value);
  }
  return own;
}

/** `batchSize` shows only while batches are scored. */
function completedMode(mode: JsonObject): JsonObject {
  const options = mode.scoringRuleOptions;
  if (!isJsonObject(options)) return mode;
  const { batchSize, ...others } = options;
  const scoringRuleOptions =
    others.isBatchScoringEnabled === true ? { batchSize: batchSize ?? 20, ...others } : others;
  return { ...mode, scoringRuleOptions };
}

function withId(core: Core, action: Json): Json {
  if (!isJsonObject(action) || member(action, "id") !== undefined) return action;
  return { ...action, id: core.ids.next() };
}

function checkQueue(core: Core, queue: JsonObject, problems: Problem[]): void {
  const id = queue.distributionPolicyId;
  if (typeof id !== "string" || core.assumptions.Q6 === "presume") return;
  if (core.config.get("distributionPolicies", id) !== undefined) return;
  const message = `there is no distribution policy \`${id}\``;
  problems.push({ code: "DistributionPolicyNotFound", message });
}

/** Changed policies hold for waiting jobs at once; open offers stay (R18). */
export function takeEffect(core: Core, collection: ConfigCollection, id: string): void {
  if (collection === "classificationPolicies") return;
  const queues = queuesOf(core, collection, id);
  for (const queue of queues) queue.setup = undefined;
  const jobs = waitingInOrder(...queues);
  // Waits that are over by a new rule end before the match that follows.
  if (collection !== "distributionPolicies") rearmWaitClocks(core, jobs);
  for (const job of jobs) regroup(core, job);
}

function queuesOf(core: Core, collection: ConfigCollection, id: string): readonly QueueRecord[] {
  if (collection === "queues") return [core.queue(id)];
  const property =
    collection === "distributionPolicies" ? "distributionPolicyId" : "exceptionPolicyId";
  return [...core.config.all("queues")]
    .filter(({ body }) => body[property] === id)
    .map((record) => core.queue(record.id));
}

/** The objects that a router starts with; they are as they are, dangling references too. */
export function putObjects(core: Core, objects: RouterObjects): void {
  for (const collection of configCollections) {
    for (const { id, ...body } of objects[collection]) {
      const shape = configShapes[collection];
      // Typed objects of the same names: what does not conform was typed wrongly.
      const value = conform(shape, mergePatch(shape, undefined, body as JsonObject), "", []);
      if (isJsonObject(value)) {
        put(core, collection, id, completed(core, collection, id, value, body as JsonObject));
      }
    }
  }
}
