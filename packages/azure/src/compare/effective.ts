import type { ObjectKind } from "@routewright/jobrouter";
import {
  fromEntries,
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  member,
} from "../objects.ts";

/**
 * What an object means to the service: the defaults that it fills in are written out, and ids
 * that it made up itself are left out where the other side does not name one. Two objects with
 * equal effective forms need no change.
 * Source: the service's echoes, reference brief 3.2 and 4.
 *
 * @param namesIds the side that says which actions of exception rules have ids of their own.
 */
export function effectiveBody(
  kind: ObjectKind,
  body: JsonObject,
  namesIds: JsonObject,
): JsonObject {
  switch (kind) {
    case "distributionPolicies":
      return replaceMember(body, "mode", (mode) =>
        isObject(mode) ? distributionMode(mode) : mode,
      );
    case "exceptionPolicies":
      return exceptionPolicy(body, namesIds);
    case "queues":
      return { ...body, labels: member(body, "labels") ?? {} };
    case "classificationPolicies":
      return {
        ...body,
        queueSelectorAttachments: member(body, "queueSelectorAttachments") ?? [],
        workerSelectorAttachments: list(member(body, "workerSelectorAttachments")).map(
          workerAttachment,
        ),
      };
  }
}

/** Values that the service puts where a client says nothing. */
export const modeDefaults = {
  minConcurrentOffers: 1,
  maxConcurrentOffers: 1,
  bypassSelectors: false,
};
export const scoringDefaults = {
  scoringParameters: ["jobLabels", "workerSelectors"],
  isBatchScoringEnabled: false,
  descendingOrder: true,
};
const defaultBatchSize = 20;

function distributionMode(mode: JsonObject): JsonObject {
  const full: JsonObject = { ...modeDefaults, ...mode };
  if (mode.kind !== "bestWorker") return full;
  const given = member(mode, "scoringRuleOptions");
  const { batchSize, ...options }: JsonObject = {
    ...scoringDefaults,
    ...(isObject(given) ? given : {}),
  };
  return {
    ...full,
    scoringRuleOptions:
      // While batch scoring is off its size is not echoed.
      options.isBatchScoringEnabled === true
        ? { ...options, batchSize: batchSize ?? defaultBatchSize }
        : options,
  };
}

function exceptionPolicy(body: JsonObject, namesIds: JsonObject): JsonObject {
  const other = new Map(
    list(member(namesIds, "exceptionRules"))
      .filter(isObject)
      .map((rule) => [rule.id, list(member(rule, "actions"))]),
  );
  const rules = list(member(body, "exceptionRules")).map((rule) => {
    if (!isObject(rule)) return rule;
    const named = other.get(rule.id ?? null) ?? [];
    const actions = list(member(rule, "actions")).map((action, index) =>
      isObject(action) ? exceptionAction(action, named[index]) : action,
    );
    return { ...rule, actions };
  });
  return { ...body, exceptionRules: rules };
}

function exceptionAction(action: JsonObject, other: JsonValue | undefined): JsonObject {
  const isNamed = isObject(other) && Object.hasOwn(other, "id");
  const { id, ...rest } = action;
  const full = {
    ...rest,
    ...(action.kind === "manualReclassify"
      ? { workerSelectors: list(member(action, "workerSelectors")).map(workerSelector) }
      : {}),
    ...(action.kind === "reclassify"
      ? { labelsToUpsert: member(action, "labelsToUpsert") ?? {} }
      : {}),
  };
  return isNamed && id !== undefined ? { ...full, id } : full;
}

function workerAttachment(attachment: JsonValue): JsonValue {
  if (!isObject(attachment)) return attachment;
  const single = member(attachment, "workerSelector");
  const several = member(attachment, "workerSelectors");
  const allocations = member(attachment, "allocations");
  return {
    ...attachment,
    ...(single === undefined ? {} : { workerSelector: workerSelector(single) }),
    ...(several === undefined ? {} : { workerSelectors: list(several).map(workerSelector) }),
    ...(allocations === undefined
      ? {}
      : {
          allocations: list(allocations).map((each) =>
            isObject(each)
              ? {
                  ...each,
                  workerSelectors: list(member(each, "workerSelectors")).map(workerSelector),
                }
              : each,
          ),
        }),
  };
}

function workerSelector(selector: JsonValue): JsonValue {
  return isObject(selector) ? { expedite: false, ...selector } : selector;
}

function replaceMember(
  body: JsonObject,
  key: string,
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): JsonObject {
  const changed = change(member(body, key));
  return fromEntries([
    ...Object.entries(body).filter(([name]) => name !== key),
    ...(changed === undefined ? [] : [[key, changed] as const]),
  ]);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}
