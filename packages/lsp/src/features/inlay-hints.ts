import type { Span } from "@routewright/diagnostics";
import type { Settings } from "../protocol.ts";
import { occurrencesIn } from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { valueAt } from "./becomes.ts";
import { describeType, writeType } from "./describe.ts";
import { guardInWords } from "./guards.ts";
import { fence } from "./hover.ts";

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly kind: "type" | "parameter";
  /** Markdown. */
  readonly tooltip: string;
}

/** Inferred types, ranges of labels, and guards that the compiler added. */
export function inlayHints(
  snapshot: Snapshot,
  path: string,
  range: Span,
  settings: NonNullable<Settings["inlayHints"]>,
): readonly InlayHint[] {
  const analysis = snapshot.analysisOf(path);
  const { checked } = analysis;
  const program = checked.programs.find((each) => each.source.path === path);
  if (program === undefined) return [];
  const hints: InlayHint[] = [];
  const isIn = (offset: number): boolean => range.start <= offset && offset <= range.end;
  if (settings.types !== false) {
    for (const declaration of program.declarations) {
      if (declaration.kind !== "let" || declaration.name === undefined) continue;
      const { name, value } = declaration;
      const type = value === undefined ? undefined : checked.types.get(value);
      if (type === undefined || type.kind === "error" || !isIn(name.span.end)) continue;
      const tooltip = "the type that the value has";
      hints.push({
        offset: name.span.end,
        label: `: ${describeType(type)}`,
        kind: "type",
        tooltip,
      });
    }
  }
  if (settings.labels !== false) {
    for (const { entity, span, role, expr } of occurrencesIn(checked, program)) {
      if (entity.kind !== "label" || role !== "reference" || expr === undefined) continue;
      const range = entity.info?.type.range;
      if (range === undefined || expr.kind !== "label" || !isIn(span.end)) continue;
      const label = ` (${writeType(entity.info?.type ?? { scalar: "any" })})`;
      hints.push({ offset: span.end, label, kind: "parameter", tooltip: "the values it may have" });
    }
  }
  if (settings.guards !== false) hints.push(...guardHints(snapshot, analysis.root, path, isIn));
  return hints.sort((a, b) => a.offset - b.offset);
}

/** What the compiler put before a rule, so that first match stays first match. */
function guardHints(
  snapshot: Snapshot,
  root: string,
  path: string,
  isIn: (offset: number) => boolean,
): readonly InlayHint[] {
  const bundle = snapshot.bundle(root);
  if (bundle === undefined) return [];
  const hints: InlayHint[] = [];
  const seen = new Set<number>();
  for (const { reason, location, pointer } of bundle.decisions) {
    if (!reason.includes("guarded against")) continue;
    if (bundle.sources[location.source]?.path !== path) continue;
    if (!isIn(location.end) || seen.has(location.end)) continue;
    const formula = valueAt(bundle, `${pointer}/condition/expression`);
    if (typeof formula !== "string") continue;
    seen.add(location.end);
    const text = bundle.sources[location.source]?.text.slice(location.start, location.end) ?? "";
    hints.push({
      offset: location.end,
      label: ` ${guardInWords(formula, text.startsWith("otherwise"))}`,
      kind: "parameter",
      tooltip: `${reason}\n\n${fence(formula, "powerfx")}`,
    });
  }
  return hints;
}
