import { positionAt, type SourceText, type Span } from "@routewright/diagnostics";
import { pathTo } from "../tree/nodes.ts";
import { anchorOf, occurrencesIn } from "../tree/occurrences.ts";
import { resolveImport, type Snapshot } from "../workspace/snapshot.ts";
import { lastIndexBefore } from "./completion/place.ts";
import { occurrencesOf, wordAt } from "./navigate.ts";
import { lineStartOf } from "./text.ts";

export interface Fold {
  readonly span: Span;
  readonly kind: "region" | "comment" | "imports";
}

/** Blocks, lists, runs of comments and of imports that take several lines. */
export function folds(snapshot: Snapshot, path: string): readonly Fold[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const { source, declarations, comments } = syntax.program;
  const found: Fold[] = [];
  const add = (start: number, end: number, kind: Fold["kind"]): void => {
    if (lineOf(source, end) > lineOf(source, start)) found.push({ span: { start, end }, kind });
  };
  const open: number[] = [];
  for (const { image, start } of syntax.tokens) {
    if (image === "{" || image === "[" || image === "(") open.push(start);
    else if (image === "}" || image === "]" || image === ")") {
      const from = open.pop();
      if (from !== undefined) add(from, start, "region");
    }
  }
  const imports = declarations.filter(({ kind }) => kind === "import");
  const [first] = imports;
  const last = imports.at(-1);
  if (first !== undefined && last !== undefined) add(first.span.start, last.span.end, "imports");
  let run: Span | undefined;
  for (const { span, kind } of comments) {
    const standsAlone =
      source.text.slice(lineStartOf(source.text, span.start), span.start).trim() === "";
    const follows =
      run !== undefined &&
      standsAlone &&
      lineOf(source, span.start) === lineOf(source, run.end) + 1;
    if (run !== undefined && follows && kind !== "block") run = { start: run.start, end: span.end };
    else {
      if (run !== undefined) add(run.start, run.end, "comment");
      run = standsAlone || kind === "block" ? span : undefined;
    }
  }
  if (run !== undefined) add(run.start, run.end, "comment");
  return found;
}

function lineOf(source: SourceText, offset: number): number {
  return positionAt(source, offset).line;
}

/** Ever larger pieces around an offset, the smallest first. */
export function selectionRanges(snapshot: Snapshot, path: string, offset: number): readonly Span[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const { source, declarations } = syntax.program;
  const spans: Span[] = [];
  const token = syntax.tokens[lastIndexBefore(syntax.tokens, offset + 1)];
  if (token !== undefined && offset <= token.end) {
    if (token.kind === "text" && offset > token.start && token.end - token.start > 1) {
      spans.push({ start: token.start + 1, end: token.end - 1 });
    }
    spans.push({ start: token.start, end: token.end });
  }
  spans.push(...pathTo(declarations, offset).map(({ span }) => span));
  let depth = 0;
  // What is between the braces around the offset.
  const open: number[] = [];
  for (const { image, start, end } of syntax.tokens) {
    if (start >= offset && depth === 0 && open.length === 0) break;
    if (image === "{") open.push(end);
    else if (image === "}") {
      const from = open.pop();
      if (from !== undefined && from <= offset && offset <= start)
        spans.push({ start: from, end: start });
      depth = open.length;
    }
  }
  spans.push({ start: 0, end: source.text.length });
  return growing(spans);
}

/** Each strictly larger than the one before. */
function growing(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort((a, b) => a.end - a.start - (b.end - b.start));
  const chain: Span[] = [];
  for (const span of sorted) {
    const last = chain.at(-1);
    const holds = last === undefined || (span.start <= last.start && last.end <= span.end);
    const grows = last === undefined || span.end - span.start > last.end - last.start;
    if (holds && grows) chain.push(span);
  }
  return chain;
}

/**
 * Places that are typed in together: a name that lives in one file, from its declaration. Not from
 * a use: who types over a use mostly means another thing, and would rename this one unawares. F2
 * renames from anywhere.
 */
export function linkedEditing(snapshot: Snapshot, path: string, offset: number): readonly Span[] {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined) return [];
  const { entity, role, span, source } = word.occurrence;
  if (role !== "declaration" || (entity.kind !== "symbol" && entity.kind !== "local")) return [];
  const all = occurrencesOf(snapshot, entity, path);
  const image = source.text.slice(span.start, span.end);
  const same = all.every(
    (each) => each.source === source && source.text.slice(each.span.start, each.span.end) === image,
  );
  return same && all.length > 1 && /^\w+$/u.test(image) ? all.map((each) => each.span) : [];
}

export interface DocumentLink {
  readonly span: Span;
  readonly target: { readonly path: string } | { readonly uri: string };
  readonly tooltip: string;
}

/** Imports, and the addresses that rules call. */
export function documentLinks(snapshot: Snapshot, path: string): readonly DocumentLink[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const links: DocumentLink[] = [];
  for (const declaration of syntax.program.declarations) {
    if (declaration.kind === "import") {
      const literal = declaration.path;
      const target = literal && resolveImport(path, literal.value);
      if (literal === undefined || target === undefined) continue;
      const span = { start: literal.span.start + 1, end: literal.span.end - 1 };
      links.push({ span, target: { path: target }, tooltip: "open the imported policy" });
    }
  }
  for (const { kind, image, start } of syntax.tokens) {
    if (kind !== "text") continue;
    const uri = /^"(https:\/\/[^"\\\s]+)"$/u.exec(image)?.[1];
    if (uri === undefined) continue;
    links.push({
      span: { start: start + 1, end: start + 1 + uri.length },
      target: { uri },
      tooltip: "open the address",
    });
  }
  return links;
}

export interface CallItem {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface Call {
  readonly item: CallItem;
  /** Where the one names the other. */
  readonly spans: readonly Span[];
}

/** The queue, policy or `let` at an offset, to ask what leads to it and what it leads to. */
export function callItem(snapshot: Snapshot, path: string, offset: number): CallItem | undefined {
  const word = wordAt(snapshot, path, offset);
  if (word?.occurrence.entity.kind !== "symbol") return undefined;
  const { symbol } = word.occurrence.entity;
  return {
    name: symbol.name.text,
    kind: symbol.kind,
    path: symbol.source.path,
    span: symbol.declaration.span,
    nameSpan: symbol.name.span,
  };
}

/** Declarations that name it. */
export function incomingCalls(snapshot: Snapshot, item: CallItem): readonly Call[] {
  const word = wordAt(snapshot, item.path, item.nameSpan.start);
  if (word === undefined) return [];
  const calls = new Map<object, { item: CallItem; spans: Span[] }>();
  for (const occurrence of occurrencesOf(snapshot, word.occurrence.entity, item.path)) {
    if (occurrence.role === "declaration") continue;
    const { path } = occurrence.source;
    const declarations = snapshot.syntax(path)?.program.declarations ?? [];
    const around = declarations.find(
      ({ span }) => span.start <= occurrence.span.start && occurrence.span.end <= span.end,
    );
    if (around === undefined || around.kind === "import" || around.kind === "labels") continue;
    const { name } = around;
    if (name === undefined) continue;
    const known = calls.get(around) ?? {
      item: {
        name: "text" in name ? name.text : name.value,
        kind: around.kind,
        path,
        span: around.span,
        nameSpan: name.span,
      },
      spans: [],
    };
    known.spans.push(occurrence.span);
    calls.set(around, known);
  }
  return [...calls.values()];
}

/** What its declaration names. */
export function outgoingCalls(snapshot: Snapshot, item: CallItem): readonly Call[] {
  const { checked } = snapshot.analysisOf(item.path);
  const program = checked.programs.find((each) => each.source.path === item.path);
  if (program === undefined) return [];
  const calls = new Map<unknown, { item: CallItem; spans: Span[] }>();
  for (const { entity, span, role } of occurrencesIn(checked, program)) {
    if (span.start < item.span.start || span.end > item.span.end) continue;
    if (entity.kind !== "symbol" || role === "declaration") continue;
    const { symbol } = entity;
    const known = calls.get(anchorOf(entity)) ?? {
      item: {
        name: symbol.name.text,
        kind: symbol.kind,
        path: symbol.source.path,
        span: symbol.declaration.span,
        nameSpan: symbol.name.span,
      },
      spans: [],
    };
    known.spans.push(span);
    calls.set(anchorOf(entity), known);
  }
  return [...calls.values()];
}
