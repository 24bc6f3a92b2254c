import type { Json, JsonObject } from "./command.ts";
import type { Problem } from "./errors.ts";
import { isJsonList, isJsonObject, member, setMember } from "./json.ts";
import { readTime } from "./times.ts";

/**
 * What a property may hold. One description serves the merge (names without regard to case),
 * the check (what is refused with 400) and the answer (order of properties, defaults).
 */
export type Shape =
  | { readonly is: "text" }
  | { readonly is: "number"; readonly min?: number; readonly max?: number; readonly whole?: true }
  | { readonly is: "boolean" }
  /** Text, number or boolean (Q4). */
  | { readonly is: "value" }
  | { readonly is: "word"; readonly words: readonly string[] }
  | { readonly is: "time" }
  /** A text, or `{"$secret": …}` of a bundle. */
  | { readonly is: "secret" }
  /** Labels or tags. */
  | { readonly is: "map" }
  | { readonly is: "list"; readonly item: Shape }
  | { readonly is: "object"; readonly owner: string; readonly properties: readonly Property[] }
  | {
      readonly is: "kind";
      readonly owner: string;
      readonly kinds: Readonly<Record<string, readonly Property[]>>;
    };

export interface Property {
  readonly name: string;
  readonly shape: Shape;
  readonly required?: true;
  /** Stands in the answer where nothing was sent; an object is completed with its own defaults. */
  readonly default?: Json;
  /** Set by the service: what a client sends is dropped. */
  readonly readOnly?: true;
}

/**
 * RFC 7396 over the known properties: `null` removes, objects merge deeply, lists are replaced.
 * Unknown properties are dropped (Q1); an object whose `kind` changes is replaced (Q2).
 */
export function mergePatch(shape: Shape, stored: Json | undefined, patch: Json): Json {
  switch (shape.is) {
    case "map":
      return isJsonObject(patch) ? mergeMap(stored, patch) : patch;
    case "list":
      return isJsonList(patch)
        ? patch.map((item) => mergePatch(shape.item, undefined, item))
        : patch;
    case "object":
      return isJsonObject(patch)
        ? mergeProperties(shape.properties, isJsonObject(stored) ? stored : {}, patch)
        : patch;
    case "kind": {
      if (!isJsonObject(patch)) return patch;
      const before = isJsonObject(stored) ? stored : {};
      const sent = namedLike(patch, "kind");
      const kind = sent ?? member(before, "kind");
      const properties =
        typeof kind === "string" && Object.hasOwn(shape.kinds, kind)
          ? shape.kinds[kind]
          : undefined;
      if (properties === undefined || kind === undefined) return kind === undefined ? {} : { kind };
      const base = sent === undefined || sent === member(before, "kind") ? before : {};
      return { kind, ...mergeProperties(properties, base, patch) };
    }
    default:
      return patch;
  }
}

function mergeMap(stored: Json | undefined, patch: JsonObject): Json {
  const merged: Record<string, Json> = isJsonObject(stored) ? { ...stored } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete merged[key];
    else setMember(merged, key, value);
  }
  return merged;
}

function mergeProperties(
  properties: readonly Property[],
  stored: JsonObject,
  patch: JsonObject,
): JsonObject {
  const merged: Record<string, Json> = { ...stored };
  for (const { name, shape, readOnly } of properties) {
    if (readOnly === true) continue;
    const value = namedLike(patch, name);
    if (value === undefined) continue;
    if (value !== null) merged[name] = mergePatch(shape, member(stored, name), value);
    // Nulled labels and tags stay as an empty map.
    else if (shape.is === "map") merged[name] = {};
    else delete merged[name];
  }
  return merged;
}

/** The exact name first, else the last one that differs in case only. */
export function namedLike(object: JsonObject, name: string): Json | undefined {
  const exact = member(object, name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  let found: Json | undefined;
  for (const key of Object.keys(object)) {
    if (key.length === name.length && key.toLowerCase() === wanted) found = object[key];
  }
  return found;
}

/** Checks a merged value and puts it into the form of the answer. */
export function conform(
  shape: Shape,
  value: Json,
  path: string,
  problems: Problem[],
): Json | undefined {
  switch (shape.is) {
    case "text":
      return typeof value === "string" ? value : wrongType(path, "a string", value, problems);
    case "boolean":
      return typeof value === "boolean" ? value : wrongType(path, "a boolean", value, problems);
    case "number":
      return conformNumber(shape, value, path, problems);
    case "value":
      return isPrimitive(value)
        ? plain(value)
        : wrongType(path, "a string, number or boolean", value, problems);
    case "word":
      if (typeof value === "string" && shape.words.includes(value)) return value;
      return wrongType(path, `one of ${shape.words.join(", ")}`, value, problems);
    case "time":
      if (typeof value === "string" && readTime(value) !== undefined) return value;
      return wrongType(path, "a date-time of RFC 3339", value, problems);
    case "secret": {
      if (typeof value === "string") return value;
      const reference = isJsonObject(value) ? member(value, "$secret") : undefined;
      return typeof reference === "string"
        ? { $secret: reference }
        : wrongType(path, "a string", value, problems);
    }
    case "map":
      return conformMap(value, path, problems);
    case "list": {
      if (!isJsonList(value)) return wrongType(path, "a list", value, problems);
      const items: Json[] = [];
      for (const [index, item] of value.entries()) {
        const made = conform(shape.item, item, `${path}[${index}]`, problems);
        if (made !== undefined) items.push(made);
      }
      return items;
    }
    case "object":
      return isJsonObject(value)
        ? conformProperties(shape.properties, value, path, problems)
        : wrongType(path, "an object", value, problems);
    case "kind": {
      if (!isJsonObject(value)) return wrongType(path, "an object", value, problems);
      const kind = member(value, "kind");
      const properties =
        typeof kind === "string" && Object.hasOwn(shape.kinds, kind)
          ? shape.kinds[kind]
          : undefined;
      if (kind === undefined || properties === undefined) {
        const kinds = Object.keys(shape.kinds).join(", ");
        return wrongType(`${path}.kind`, `one of ${kinds}`, kind ?? null, problems);
      }
      return { kind, ...conformProperties(properties, value, path, problems) };
    }
  }
}

function conformProperties(
  properties: readonly Property[],
  value: JsonObject,
  path: string,
  problems: Problem[],
): JsonObject {
  const made: Record<string, Json> = {};
  for (const property of properties) {
    const { name, shape } = property;
    const at = path === "" ? name : `${path}.${name}`;
    const own = member(value, name) ?? property.default;
    if (own === undefined || own === null) {
      if (property.required === true) {
        problems.push({ code: "MissingProperty", message: `\`${at}\` is required` });
      }
      continue;
    }
    const conformed = conform(shape, own, at, problems);
    if (conformed !== undefined) made[name] = conformed;
  }
  return made;
}

function conformNumber(
  shape: Extract<Shape, { readonly is: "number" }>,
  value: Json,
  path: string,
  problems: Problem[],
): Json | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return wrongType(path, "a number", value, problems);
  }
  if (shape.whole === true && !Number.isSafeInteger(value)) {
    return wrongType(path, "a whole number", value, problems);
  }
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = shape;
  if (value < min || value > max) {
    const range = max === Number.MAX_VALUE ? `at least ${min}` : `from ${min} to ${max}`;
    return wrongType(path, `a number ${range}`, value, problems);
  }
  return plain(value);
}

export function conformMap(value: Json, path: string, problems: Problem[]): JsonObject | undefined {
  if (!isJsonObject(value)) {
    wrongType(path, "an object", value, problems);
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (entry === undefined || !isPrimitive(entry)) {
      const at = `${path}.${shorten(key)}`;
      wrongType(at, "a string, number or boolean", entry ?? null, problems);
    }
  }
  return value;
}

export function isPrimitive(value: unknown): value is string | number | boolean {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

/** JSON text cannot tell `-0` from `0`. */
function plain<T extends Json>(value: T): T | 0 {
  return value === 0 ? 0 : value;
}

export function wrongType(
  path: string,
  wanted: string,
  value: Json,
  problems: Problem[],
): undefined {
  problems.push({
    code: "InvalidProperty",
    message: `\`${path}\` must be ${wanted}, not ${describe(value)}`,
  });
}

function describe(value: Json): string {
  if (value === null) return "null";
  if (isJsonList(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(shorten(value)) : String(value);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
