import {
  canonicalObjects,
  type ObjectKind,
  objectKinds,
  type RouterObjects,
} from "@routewright/jobrouter";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/**
 * One policy or queue as it goes over the wire, without `id` and what the service sets. In the
 * place of a credential stands a `SecretMark`.
 */
export interface WireObject {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly body: JsonObject;
}

/**
 * Stands for a credential. Its member is an object, which no label can be, so that a map of
 * labels is never taken for one.
 */
export interface SecretMark {
  readonly $credential: Credential;
}

export interface Credential {
  /** The environment variable that holds it when it is applied. */
  readonly secret?: string;
  /** Tells whether two are the same without telling what they are. */
  readonly fingerprint?: string;
}

/** e.g. `queues/xbox_na`: names an object in states, plans and journals. */
export type ObjectKey = string;

export function keyOf(object: { readonly kind: ObjectKind; readonly id: string }): ObjectKey {
  return `${object.kind}/${object.id}`;
}

/** What people call one of a kind. */
export const kindWords = {
  distributionPolicies: "distribution policy",
  exceptionPolicies: "exception policy",
  queues: "queue",
  classificationPolicies: "classification policy",
} as const satisfies Record<ObjectKind, string>;

/** The canonical objects as wire objects, in the order of `objectKinds`, then of ids. */
export function wireObjects(objects: RouterObjects): readonly WireObject[] {
  const canonical = canonicalObjects(objects);
  return objectKinds.flatMap((kind) =>
    canonical[kind].map((object) => {
      const { id, ...body } = object;
      return { kind, id, body: withLanguage(body as unknown as JsonObject) };
    }),
  );
}

/** The other way: decoded by whoever reads it; ids go first. */
export function objectTexts(
  objects: readonly WireObject[],
): Readonly<Record<ObjectKind, JsonObject[]>> {
  const lists: Record<ObjectKind, JsonObject[]> = {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
  };
  for (const { kind, id, body } of objects) lists[kind].push({ id, ...body });
  return lists;
}

/** Clients name the language of a formula on the wire, though it has but one value. */
function withLanguage<T extends JsonValue>(value: T): T;
function withLanguage(value: JsonValue): JsonValue {
  if (isList(value)) return value.map((each) => withLanguage(each));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, member]) => [key, withLanguage(member)] as const,
  );
  if (value.kind === "expression" && typeof value.expression === "string") {
    return { kind: "expression", language: "powerFx", expression: value.expression };
  }
  return fromEntries(entries);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isSecretMark(value: JsonValue | undefined): value is JsonObject & SecretMark {
  return isObject(value) && isObject(member(value, "$credential"));
}

/** Own members only: a label may be called `__proto__`, and must become a member, not a prototype. */
export function fromEntries(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  return Object.fromEntries(entries);
}

export function member(value: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
