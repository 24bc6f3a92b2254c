import type { Bundle } from "@routewright/jobrouter";
import type { Snapshot } from "../workspace/snapshot.ts";
import { fence } from "./hover.ts";

const mostLines = 24;

/** Which Job Router construct the words at an offset became, why, and how it is written there. */
export function becomes(snapshot: Snapshot, path: string, offset: number): string | undefined {
  const bundle = snapshot.lowered(snapshot.rootsOf(path)[0] ?? path).value;
  if (bundle === undefined) return undefined;
  let best: Bundle["decisions"][number] | undefined;
  for (const decision of bundle.decisions) {
    const { source, start, end } = decision.location;
    if (bundle.sources[source]?.path !== path || offset < start || offset > end) continue;
    const size =
      best === undefined ? Number.POSITIVE_INFINITY : best.location.end - best.location.start;
    if (end - start < size) best = decision;
  }
  if (best === undefined) return undefined;
  const value = valueAt(bundle, best.pointer);
  const written = value === undefined ? "" : (JSON.stringify(value, null, 2) ?? "");
  const lines = written.split("\n");
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines), "…"] : lines;
  const code = written === "" ? "" : `\n\n${fence(shown.join("\n"), "json")}`;
  return `Becomes **${best.construct}**: ${best.reason}.${code}`;
}

function valueAt(bundle: Bundle, pointer: string): unknown {
  let value: unknown = bundle;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
