import type { Json, JsonObject } from "@routewright/runtime";
import { badRequest } from "./refusal.ts";

/** Deeper bodies are refused before they are parsed; the deepest real object nests about 8. */
export const deepestNesting = 64;

/**
 * The body as a JSON object. Empty counts as `{}`: actions may be called without a body. Member
 * names are data: `__proto__` becomes an own property like any other.
 */
export function readBody(body: Buffer | undefined): JsonObject {
  if (body === undefined || body.length === 0) return {};
  const value = parseJson(body);
  if (value === null || typeof value !== "object" || isJsonArray(value)) {
    throw badRequest("The body must be a JSON object.");
  }
  return value;
}

export function parseJson(body: Buffer): Json {
  const text = decodeText(body);
  if (nestingOf(text) > deepestNesting) {
    throw badRequest(`The body nests deeper than ${deepestNesting} levels.`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest("The body is not valid JSON.");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeText(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badRequest("The body is not valid UTF-8.");
  }
}

/** Brackets outside strings; good enough before parsing, exact for what parses. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

export function isJsonArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A member by its name without regard to case, as the service reads them; the last one wins. */
export function memberOf(body: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(body, name)) return body[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(body).findLast((each) => each.toLowerCase() === wanted);
  return key === undefined ? undefined : body[key];
}

/** A misspelt member of what only we read would be believed to hold; so it is refused. */
export function onlyMembers(body: JsonObject, names: readonly string[]): void {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const other = Object.keys(body).find((name) => !known.has(name.toLowerCase()));
  if (other !== undefined) {
    throw badRequest(
      `\`${other.slice(0, 100)}\` means nothing here; there is ${names.join(", ")}.`,
    );
  }
}

export function textOf(body: JsonObject, name: string): string | undefined {
  const value = memberOf(body, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badRequest(`\`${name}\` must be a string.`);
  return value;
}

export function booleanOf(body: JsonObject, name: string): boolean | undefined {
  const value = memberOf(body, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw badRequest(`\`${name}\` must be true or false.`);
  return value;
}

export function numberOf(body: JsonObject, name: string): number | undefined {
  const value = memberOf(body, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw badRequest(`\`${name}\` must be a number.`);
  return value;
}

export function timeOf(body: JsonObject, name: string): number | undefined {
  const text = textOf(body, name);
  if (text === undefined) return undefined;
  const atMs = parseTime(text);
  if (atMs === undefined) {
    throw badRequest(`\`${name}\` must be a date and time such as 2023-11-15T00:05:12Z.`);
  }
  return atMs;
}

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?$/u;

/** Milliseconds since 1970 of an RFC 3339 text; without an offset it counts as UTC. */
export function parseTime(text: string): number | undefined {
  const match = rfc3339.exec(text.trim());
  if (match === null) return undefined;
  const [, date = "", time = "", fraction = "", sign, hours = "0", minutes = "0"] = match;
  const base = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(base) || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  return base + Math.floor(Number(`0.${fraction || "0"}`) * 1_000) - offsetMs;
}
