import type { ObjectKind } from "@routewright/jobrouter";
import {
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  keyOf,
  member,
  type ObjectKey,
} from "../objects.ts";

/** A place in an object that names another one by its id. */
export interface Reference {
  readonly to: { readonly kind: ObjectKind; readonly id: string };
  /** e.g. `its fallback queue`: what the other one is to this one. */
  readonly role: string;
  /** Whether the service refuses to delete the other one while this stands. */
  readonly blocksDeletion: boolean;
}

/**
 * The objects that one names. Queue selectors (`Id equal …`) are not among them: they are labels
 * to the service, which does not look them up.
 * Source of what blocks a deletion: reference brief 3.4.
 */
export function referencesOf(kind: ObjectKind, body: JsonObject): readonly Reference[] {
  switch (kind) {
    case "queues":
      return [
        ...reference(
          body,
          "distributionPolicyId",
          "distributionPolicies",
          "its distribution policy",
          true,
        ),
        ...reference(body, "exceptionPolicyId", "exceptionPolicies", "its exception policy", true),
      ];
    case "classificationPolicies":
      return reference(body, "fallbackQueueId", "queues", "its fallback queue", true);
    case "exceptionPolicies":
      return list(member(body, "exceptionRules")).flatMap((rule) =>
        isObject(rule)
          ? list(member(rule, "actions")).flatMap((action) =>
              isObject(action)
                ? [
                    ...reference(action, "queueId", "queues", "the queue of an action", false),
                    ...reference(
                      action,
                      "classificationPolicyId",
                      "classificationPolicies",
                      "the policy of an action",
                      false,
                    ),
                  ]
                : [],
            )
          : [],
      );
    case "distributionPolicies":
      return [];
  }
}

/** Who names each object, by its key. */
export function referrers(
  objects: Iterable<{ readonly kind: ObjectKind; readonly id: string; readonly body: JsonObject }>,
): ReadonlyMap<ObjectKey, readonly Referrer[]> {
  const found = new Map<ObjectKey, Referrer[]>();
  for (const { kind, id, body } of objects) {
    for (const { to, role, blocksDeletion } of referencesOf(kind, body)) {
      const key = keyOf(to);
      const list = found.get(key) ?? [];
      list.push({ from: { kind, id }, role, blocksDeletion });
      found.set(key, list);
    }
  }
  return found;
}

export interface Referrer {
  readonly from: { readonly kind: ObjectKind; readonly id: string };
  readonly role: string;
  readonly blocksDeletion: boolean;
}

function reference(
  body: JsonObject,
  key: string,
  kind: ObjectKind,
  role: string,
  blocksDeletion: boolean,
): readonly Reference[] {
  const id = member(body, key);
  return typeof id === "string" ? [{ to: { kind, id }, role, blocksDeletion }] : [];
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}
