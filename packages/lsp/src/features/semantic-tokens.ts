import type { Span } from "@routewright/diagnostics";
import { type Expr, formulaPlaces } from "@routewright/dsl";
import { lexFormula } from "@routewright/powerfx";
import { walk } from "../tree/nodes.ts";
import { type Entity, occurrencesIn } from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

export const tokenTypes = [
  "class",
  "namespace",
  "struct",
  "event",
  "interface",
  "variable",
  "parameter",
  "property",
  "function",
  "keyword",
  "string",
  "number",
  "operator",
  "comment",
  "type",
] as const;
export const tokenModifiers = [
  "declaration",
  "readonly",
  "modification",
  "defaultLibrary",
] as const;

export interface SemanticToken {
  readonly span: Span;
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

/** What words mean, in the order of the text; `within` limits the answer. */
export function semanticTokens(
  snapshot: Snapshot,
  path: string,
  within?: Span,
): readonly SemanticToken[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const { checked } = snapshot.analysisOf(path);
  const program = checked.programs.find((each) => each.source.path === path);
  const found = new Map<number, SemanticToken>();
  for (const { span, entity, role, written } of program === undefined
    ? []
    : occurrencesIn(checked, program)) {
    if (written === "text" || written === "id" || entity.kind === "file") continue;
    found.set(span.start, {
      span,
      type: typeOf(entity),
      modifiers:
        role === "declaration"
          ? ["declaration"]
          : role === "write"
            ? ["modification"]
            : entity.kind === "function"
              ? ["defaultLibrary"]
              : [],
    });
  }
  for (const token of syntax.tokens) {
    if (found.has(token.start)) continue;
    const type = plainTypes[token.kind];
    if (type === undefined || token.image.includes("\n")) continue;
    if (token.kind === "word" && typeWords.has(token.image)) {
      found.set(token.start, { span: token, type: "type", modifiers: [] });
    } else
      found.set(token.start, { span: { start: token.start, end: token.end }, type, modifiers: [] });
  }
  for (const declaration of syntax.program.declarations) {
    walk(declaration, (node) => {
      if (node.kind !== "powerfx") return;
      const expr = node as Extract<Expr, { kind: "powerfx" }>;
      // The text around it is one token: the formula's own stand in its place.
      const quote = [...found.values()].find(
        ({ span, type }) =>
          type === "string" && span.start < expr.textSpan.start && expr.textSpan.end <= span.end,
      );
      if (quote !== undefined) found.delete(quote.span.start);
      const place = formulaPlaces(expr, syntax.program.source);
      for (const token of lexFormula(expr.text).tokens) {
        const type = formulaTypes[token.kind];
        const span = place(token);
        if (type === undefined || span.end <= span.start || found.has(span.start)) continue;
        found.set(span.start, { span, type, modifiers: [] });
      }
    });
  }
  return [...found.values()]
    .filter(
      ({ span }) => within === undefined || (span.end > within.start && span.start < within.end),
    )
    .sort((a, b) => a.span.start - b.span.start);
}

function typeOf(entity: Entity): SemanticToken["type"] {
  switch (entity.kind) {
    case "symbol":
      return symbolTypes[entity.symbol.kind] ?? "variable";
    case "label":
      return "property";
    case "local":
      return "variable";
    case "function":
      return "function";
    case "file":
      return "string";
  }
}

const symbolTypes: Readonly<Record<string, SemanticToken["type"]>> = {
  queue: "class",
  classification: "namespace",
  distribution: "struct",
  exceptions: "event",
  channel: "interface",
  let: "variable",
  param: "parameter",
  secret: "parameter",
  test: "string",
  scenario: "string",
};

const typeWords: ReadonlySet<string> = new Set(["text", "number", "boolean", "any", "duration"]);

const plainTypes: Readonly<Record<string, SemanticToken["type"] | undefined>> = {
  keyword: "keyword",
  word: "keyword",
  text: "string",
  rawText: "string",
  number: "number",
  duration: "number",
  percent: "number",
  operator: "operator",
};

const formulaTypes: Readonly<Record<string, SemanticToken["type"] | undefined>> = {
  identifier: "function",
  keyword: "keyword",
  number: "number",
  text: "string",
  operator: "operator",
};
