import type { LabelInfo, LabelType, Type } from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import { writeName, writeValue } from "./text.ts";

/** `"NA" | "EU"`, `0..100`, `text`: as a declaration writes it. */
export function writeType(type: LabelType): string {
  if (type.values !== undefined && type.values.length > 0) {
    const shown = type.values.slice(0, 12).map(writeValue).join(" | ");
    return type.values.length > 12 ? `${shown} | …` : shown;
  }
  if (type.range !== undefined) return `${type.range.min}..${type.range.max}`;
  return type.scalar;
}

export function describeType(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return `${writeType(type)}${type.maybeMissing ? " (may be missing)" : ""}`;
    case "object":
      return type.of;
    case "error":
      return "unknown";
    default:
      return type.kind;
  }
}

/** `job.waits?: 0..100` */
export function writeLabel(side: LabelSide, key: string, info: LabelInfo | undefined): string {
  const mark = info?.optional === true ? "?" : "";
  const type = info === undefined ? "" : `: ${writeType(info.type)}`;
  return `${side}.${writeName(key)}${mark}${type}`;
}
