import type { Span } from "@routewright/diagnostics";
import { occurrencesIn } from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { writeName } from "./text.ts";

export interface InlineValue {
  readonly span: Span;
  /** What the debugger calls it: `job.region`, `premium`. */
  readonly name: string;
}

/** Labels and `let`s that a decision has read where it stands; the debugger knows their values. */
export function inlineValues(
  snapshot: Snapshot,
  path: string,
  range: Span,
  stopped: number,
): readonly InlineValue[] {
  const { checked } = snapshot.analysisOf(path);
  const program = checked.programs.find((each) => each.source.path === path);
  if (program === undefined) return [];
  const values: InlineValue[] = [];
  for (const { entity, role, expr, span } of occurrencesIn(checked, program)) {
    if (role !== "reference" || expr === undefined) continue;
    if (expr.span.start < range.start || expr.span.end > range.end || span.start > stopped)
      continue;
    if (entity.kind === "label" && expr.kind === "label" && entity.side !== "queue") {
      values.push({ span: expr.span, name: `${entity.side}.${writeName(entity.key)}` });
    } else if (entity.kind === "symbol" && entity.symbol.kind === "let") {
      values.push({ span, name: entity.symbol.name.text });
    }
  }
  return values;
}
