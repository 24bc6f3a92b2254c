import { decimalToText, FxDecimal } from "../values/decimal.ts";
import type { FxType } from "../values/types.ts";
import {
  FxError,
  FxGuid,
  type FxJson,
  FxMoment,
  FxRecord,
  FxTable,
  FxUntyped,
  type FxValue,
} from "../values/value.ts";
import { floatToText } from "./coerce.ts";
import { partsOf } from "./moments.ts";

/**
 * A value as the engine writes JSON: members by ordinal name, numbers with their own digits.
 * `flags`: `4` indents by four spaces, `_` writes one-column tables `Value` as plain arrays.
 */
export function writeJson(value: FxValue, type: FxType, flags: string): FxValue {
  const indent = flags.includes("4");
  const flatten = flags.includes("_");
  let failure: FxError | undefined;
  const text = write(value, type, "");
  return failure ?? text;

  function write(item: FxValue, of: FxType | undefined, margin: string): string {
    if (item === null) return "null";
    if (item instanceof FxError) {
      failure ??= item;
      return "null";
    }
    if (typeof item === "boolean") return String(item);
    if (typeof item === "string") return quote(item);
    if (item instanceof FxDecimal) return decimalToText(item);
    if (typeof item === "number")
      return of?.kind === "float" ? floatToText(item) : decimalToText(item);
    if (item instanceof FxGuid) return quote(item.text);
    if (item instanceof FxMoment) return quote(isoText(item));
    if (item instanceof FxUntyped) return writeUntyped(item.json, margin);
    const fields = of?.kind === "record" || of?.kind === "table" ? of.fields : undefined;
    if (item instanceof FxRecord) {
      const names = [...(fields?.keys() ?? item.fields.keys())].sort(ordinal);
      return list(
        "{}",
        names.map(
          (name) => (inner: string) =>
            `${quote(name)}:${indent ? " " : ""}${write(item.get(name), fields?.get(name), inner)}`,
        ),
        margin,
      );
    }
    if (item instanceof FxTable) {
      const isFlat = flatten && fields?.size === 1 && fields.has("Value");
      const rowType: FxType | undefined =
        fields === undefined ? undefined : { kind: "record", fields };
      return list(
        "[]",
        item.rows.map(
          (row) => (inner: string) =>
            isFlat && row instanceof FxRecord
              ? write(row.get("Value"), fields?.get("Value"), inner)
              : write(row, rowType, inner),
        ),
        margin,
      );
    }
    return "null";
  }

  function writeUntyped(json: FxJson | null, margin: string): string {
    if (json === null) return "null";
    if (typeof json === "boolean") return String(json);
    if (typeof json === "string") return quote(json);
    switch (json.kind) {
      case "number":
        return json.text;
      case "array":
        return list(
          "[]",
          json.items.map((item) => (inner: string) => writeUntyped(item, inner)),
          margin,
        );
      case "object":
        return list(
          "{}",
          [...json.members]
            .sort(([a], [b]) => ordinal(a, b))
            .map(
              ([name, member]) =>
                (inner: string) =>
                  `${quote(name)}:${indent ? " " : ""}${writeUntyped(member, inner)}`,
            ),
          margin,
        );
    }
  }

  function list(
    brackets: "{}" | "[]",
    items: readonly ((inner: string) => string)[],
    margin: string,
  ): string {
    if (items.length === 0) return brackets;
    const inner = `${margin}    `;
    const parts = items.map((item) => item(inner));
    if (!indent) return `${brackets.charAt(0)}${parts.join(",")}${brackets.charAt(1)}`;
    const lines = parts.map((part) => `\r\n${inner}${part}`).join(",");
    return `${brackets.charAt(0)}${lines}\r\n${margin}${brackets.charAt(1)}`;
  }
}

function ordinal(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is beyond the basic plane is written by its two units, as .NET does. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u{10000}-\u{10ffff}]/gu,
    (char) =>
      `\\u${char.charCodeAt(0).toString(16).toUpperCase()}\\u${char.charCodeAt(1).toString(16).toUpperCase()}`,
  );
}

function isoText(value: FxMoment): string {
  const p = partsOf(value.ms);
  const pad = (number: number, width = 2) => String(number).padStart(width, "0");
  const date = `${pad(p.year, 4)}-${pad(p.month)}-${pad(p.day)}`;
  const time = `${pad(p.hour)}:${pad(p.minute)}:${pad(p.second)}.${pad(p.millisecond, 3)}`;
  if (value.type === "date") return date;
  return value.type === "time" ? time : `${date}T${time}Z`;
}
