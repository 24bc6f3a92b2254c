import type { Span } from "@routewright/diagnostics";
import { type Expr, type Program, tokenTable } from "@routewright/dsl";
import { isRouterEventName } from "@routewright/jobrouter";
import { pathTo } from "../tree/nodes.ts";
import { occurrenceAt, occurrencesIn } from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { becomes } from "./becomes.ts";
import { lastIndexBefore } from "./completion/place.ts";
import { docsOf, eventDocs } from "./entity-docs.ts";

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What stands at an offset: type, documentation, and what it becomes in Job Router. */
export function hover(snapshot: Snapshot, path: string, offset: number): Hover | undefined {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return undefined;
  const { checked } = snapshot.analysisOf(path);
  const program = checked.programs.find((each) => each.source.path === path);
  if (program === undefined) return undefined;
  const occurrence = occurrenceAt(occurrencesIn(checked, program), offset);
  if (occurrence !== undefined) {
    const { code, text } = docsOf(checked, occurrence.entity);
    return withBecomes(snapshot, path, offset, {
      span: occurrence.span,
      markdown: text === "" ? fence(code) : `${fence(code)}\n\n${text}`,
    });
  }
  const amount = amountAt(program, offset);
  if (amount !== undefined) return amount;
  const tokens = syntax.tokensNear(offset + 1);
  const token = tokens[lastIndexBefore(tokens, offset + 1)];
  if (token === undefined || offset > token.end) return undefined;
  const span = { start: token.start, end: token.end };
  if (token.kind === "name" && isRouterEventName(token.image)) {
    const { code, text } = eventDocs(token.image);
    return { span, markdown: `${fence(code)}\n\n${text}` };
  }
  if (token.kind !== "keyword" && token.kind !== "word" && token.kind !== "operator")
    return undefined;
  const entry = tokenTable.find(({ image }) => image === token.image);
  if (entry === undefined) return undefined;
  return withBecomes(snapshot, path, offset, {
    span,
    markdown: `${fence(entry.image)}\n\n${entry.doc}`,
  });
}

/** Durations and shares, in the units that Job Router is given. */
function amountAt(program: Program, offset: number): Hover | undefined {
  const expr = pathTo(program.declarations, offset).at(-1) as Expr | undefined;
  switch (expr?.kind) {
    case "duration":
      return {
        span: expr.span,
        markdown: `${fence(expr.raw)}\n\nA duration: ${expr.seconds} seconds.`,
      };
    case "percent":
      return {
        span: expr.span,
        markdown: `${fence(expr.raw)}\n\nA share: a weight of ${expr.fraction}.`,
      };
    default:
      return undefined;
  }
}

function withBecomes(snapshot: Snapshot, path: string, offset: number, found: Hover): Hover {
  const result = becomes(snapshot, path, offset);
  return result === undefined
    ? found
    : { ...found, markdown: `${found.markdown}\n\n---\n\n${result}` };
}

export function fence(code: string, language = "routewright"): string {
  const marks = code.includes("```") ? "````" : "```";
  return `${marks}${language}\n${code}\n${marks}`;
}
