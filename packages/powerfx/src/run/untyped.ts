import { parseDecimal } from "../values/decimal.ts";
import {
  type FxError,
  type FxJson,
  type FxMoment,
  FxUntyped,
  type FxValue,
  fxError,
} from "../values/value.ts";
import { booleanToDecimal, textToDecimal, textToFloat, textToGuid } from "./coerce.ts";
import { makeMoment, parseMoment, startOfDay, timeOfDay } from "./moments.ts";
import { finite } from "./operations.ts";

/** JSON values of unknown type: conversions, and reading them. */

const wrongType = fxError("InvalidArgument", "the JSON value has another type");

function jsonOf(value: FxValue): FxJson | null {
  return value instanceof FxUntyped ? value.json : null;
}

export function untypedToDecimal(value: FxValue): FxValue {
  const json = jsonOf(value);
  if (json === null) return null;
  if (typeof json === "boolean") return booleanToDecimal(json);
  if (typeof json === "string") return textToDecimal(json);
  if (json.kind === "number") return parseDecimal(json.text) ?? wrongType;
  return wrongType;
}

export function untypedToFloat(value: FxValue): FxValue {
  const json = jsonOf(value);
  if (json === null) return null;
  if (typeof json === "boolean") return booleanToDecimal(json);
  if (typeof json === "string") return textToFloat(json);
  if (json.kind === "number") {
    return Number.isFinite(Number(json.text)) ? finite(Number(json.text)) : wrongType;
  }
  return wrongType;
}

export function untypedToText(value: FxValue): FxValue {
  const json = jsonOf(value);
  if (json === null || typeof json === "string") return json;
  if (typeof json === "boolean") return json ? "true" : "false";
  return json.kind === "number" ? json.text : wrongType;
}

export function untypedToBoolean(value: FxValue): FxValue {
  const json = jsonOf(value);
  if (json === null || typeof json === "boolean") return json;
  if (typeof json === "string") {
    const lower = json.toLowerCase();
    return lower === "true" ? true : lower === "false" ? false : wrongType;
  }
  return json.kind === "number" ? Number(json.text) !== 0 : wrongType;
}

export function untypedToGuid(value: FxValue): FxValue {
  const json = jsonOf(value);
  if (json === null) return null;
  return typeof json === "string" ? textToGuid(json) : wrongType;
}

/** Only from ISO 8601 text. */
export function untypedToMoment(type: FxMoment["type"]): (value: FxValue) => FxValue {
  return (value) => {
    const json = jsonOf(value);
    if (json === null) return null;
    if (typeof json !== "string") return wrongType;
    if (
      type === "time"
        ? !/^\d{1,2}:\d{2}/.test(json)
        : !/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.test(
            json,
          )
    ) {
      return wrongType;
    }
    const parsed = parseMoment(json);
    if (parsed === undefined) return wrongType;
    if (type === "time") return makeMoment(type, timeOfDay(parsed.ms));
    return makeMoment(type, type === "date" ? startOfDay(parsed.ms) : parsed.ms);
  };
}

/**
 * Reads JSON text, keeping the digits of numbers and every key. `undefined` if it is malformed.
 * Not `JSON.parse`: that loses digits.
 */
export function parseJson(text: string): FxJson | null | undefined {
  const failure = Symbol("malformed");
  let at = 0;
  try {
    const value = read(0);
    skipSpace();
    return at === text.length ? value : undefined;
  } catch (error) {
    if (error === failure) return undefined;
    throw error;
  }

  function read(depth: number): FxJson | null {
    if (depth > 64) throw failure;
    skipSpace();
    const char = text.charAt(at);
    if (char === '"') return readText();
    if (char === "{") return readObject(depth);
    if (char === "[") return readArray(depth);
    if (eat("true")) return true;
    if (eat("false")) return false;
    if (eat("null")) return null;
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    number.lastIndex = at;
    const match = number.exec(text);
    if (match === null) throw failure;
    at += match[0].length;
    return { kind: "number", text: match[0] };
  }

  function readText(): string {
    const string = /"(?:[^"\\\p{Cc}]|\\.)*"/uy;
    string.lastIndex = at;
    const match = string.exec(text);
    if (match === null) throw failure;
    at += match[0].length;
    try {
      const value: unknown = JSON.parse(match[0]);
      if (typeof value === "string") return value;
    } catch {
      throw failure;
    }
    throw failure;
  }

  function readObject(depth: number): FxJson {
    const members = new Map<string, FxJson | null>();
    at++;
    skipSpace();
    if (eat("}")) return { kind: "object", members };
    for (;;) {
      skipSpace();
      if (text.charAt(at) !== '"') throw failure;
      const key = readText();
      skipSpace();
      if (!eat(":")) throw failure;
      members.set(key, read(depth + 1));
      skipSpace();
      if (eat("}")) return { kind: "object", members };
      if (!eat(",")) throw failure;
    }
  }

  function readArray(depth: number): FxJson {
    const items: (FxJson | null)[] = [];
    at++;
    skipSpace();
    if (eat("]")) return { kind: "array", items };
    for (;;) {
      items.push(read(depth + 1));
      skipSpace();
      if (eat("]")) return { kind: "array", items };
      if (!eat(",")) throw failure;
    }
  }

  function eat(word: string): boolean {
    if (!text.startsWith(word, at)) return false;
    at += word.length;
    return true;
  }

  function skipSpace(): void {
    while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  }
}

/** A property: Blank where the object has none, an error where it is no object. */
export function untypedField(value: FxValue, name: string): FxValue {
  const json = jsonOf(value);
  if (json === null) return null;
  if (typeof json !== "object" || json.kind !== "object") return wrongType;
  return untyped(json.members.get(name) ?? null);
}

export function untyped(json: FxJson | null): FxValue {
  return json === null ? null : new FxUntyped(json);
}

/** The items of an untyped array; an error in place of it where it is none. */
export function untypedItems(value: FxUntyped): readonly FxValue[] | FxError {
  const { json } = value;
  return typeof json === "object" && json.kind === "array" ? json.items.map(untyped) : wrongType;
}
