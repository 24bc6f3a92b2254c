import type { ObjectKind } from "@routewright/jobrouter";
import { effectiveBody } from "../compare/effective.ts";
import { isEqual } from "../compare/equal.ts";
import {
  fromEntries,
  isList,
  isObject,
  isSecretMark,
  type JsonObject,
  type JsonValue,
  member,
} from "../objects.ts";

/** An object as it is and as it will be, to be looked at beside each other. */
export interface Sides {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/**
 * Both with the defaults that the service fills in where the other has them, and with their members
 * in one order, so that what differs on the page is what the plan says. Credentials are masked.
 */
export function sidesOf(
  kind: ObjectKind,
  live: JsonObject | undefined,
  wanted: JsonObject | undefined,
): Sides {
  if (live === undefined || wanted === undefined) {
    return {
      before: live === undefined ? undefined : masked(live),
      after: wanted === undefined ? undefined : masked(wanted),
    };
  }
  const before = effectiveBody(kind, live, wanted);
  const after = effectiveBody(kind, wanted, live);
  return { before: masked(inOrderOf(before, after)), after: masked(after, before) };
}

/** Members that both have in the order of the model, the others behind. */
function inOrderOf(value: JsonObject, model: JsonObject): JsonObject {
  const keys = [
    ...Object.keys(model).filter((key) => Object.hasOwn(value, key)),
    ...Object.keys(value).filter((key) => !Object.hasOwn(model, key)),
  ];
  return fromEntries(
    keys.map((key) => [key, orderedValue(value[key] ?? null, member(model, key))] as const),
  );
}

function orderedValue(value: JsonValue, model: JsonValue | undefined): JsonValue {
  if (isList(value) && isList(model)) {
    return value.map((item, index) => orderedValue(item, model[index]));
  }
  return isObject(value) && isObject(model) ? inOrderOf(value, model) : value;
}

/** @param other what a credential is told apart from. */
function masked(value: JsonObject, other?: JsonObject): JsonObject {
  return fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      maskedValue(item, other === undefined ? undefined : member(other, key)),
    ]),
  );
}

function maskedValue(value: JsonValue, other: JsonValue | undefined): JsonValue {
  if (isSecretMark(value)) {
    return other === undefined || isSameCredential(value, other) ? "***" : "*** (another)";
  }
  if (isList(value)) {
    return value.map((item, index) => maskedValue(item, isList(other) ? other[index] : undefined));
  }
  return isObject(value) ? masked(value, isObject(other) ? other : undefined) : value;
}

function isSameCredential(value: JsonValue, other: JsonValue): boolean {
  if (!isSecretMark(value) || !isSecretMark(other)) return isEqual(value, other);
  const [ours, theirs] = [value.$credential, other.$credential];
  return ours.fingerprint !== undefined && theirs.fingerprint !== undefined
    ? ours.fingerprint === theirs.fingerprint
    : ours.secret === theirs.secret;
}
