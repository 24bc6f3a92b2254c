import type { Span } from "@routewright/diagnostics";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Action, ActionContext, ActionSource } from "./action.ts";
import { catalogueFixes, fixAll, suppressions } from "./fixes.ts";
import { extractLet, inlineLet } from "./lets.ts";
import { missingLabel } from "./missing-label.ts";
import { organiseImports } from "./organise-imports.ts";
import { rawFormula } from "./raw-formula.ts";
import { matchAndTable } from "./tables.ts";

/** Every kind of action: a new one is a file and a line here. */
const sources: readonly ActionSource[] = [
  catalogueFixes,
  missingLabel,
  suppressions,
  extractLet,
  inlineLet,
  matchAndTable,
  rawFormula,
  organiseImports,
  fixAll,
];

/** What can be done at a place. The edits of an action are worked out when it is chosen. */
export function actionsAt(
  snapshot: Snapshot,
  path: string,
  span: Span,
  wanted: (kind: Action["kind"]) => boolean = () => true,
): readonly Action[] {
  const source = snapshot.source(path);
  if (source === undefined) return [];
  const findings = snapshot
    .findingsIn(path)
    .filter((each) => each.span.start <= span.end && each.span.end >= span.start);
  const context: ActionContext = { snapshot, path, text: source.text, span, findings };
  return sources.flatMap((offer) => offer(context)).filter(({ kind }) => wanted(kind));
}
