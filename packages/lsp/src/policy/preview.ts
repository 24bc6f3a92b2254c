import { positionAt, type SourceText, type Span, sourceText } from "@routewright/diagnostics";
import {
  type Bundle,
  canonicalJson,
  type JsonNode,
  objectKinds,
  readJson,
} from "@routewright/jobrouter";
import type {
  PreviewFile,
  PreviewMapping,
  PreviewParams,
  PreviewResult,
  WireRange,
} from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { compileDocument, locationIn, toProblem, type Wire } from "./compiled.ts";

/** The objects a policy becomes, and which words each value comes from. */
export function preview(snapshot: Snapshot, params: PreviewParams, wire: Wire): PreviewResult {
  const compiled = compileDocument(snapshot, params, wire);
  if (!compiled.ok) return compiled;
  const { bundle, entry, diagnostics } = compiled;
  const files: PreviewFile[] = [];
  const pages = new Map<string, { readonly index: number; readonly page: Page }>();
  for (const kind of objectKinds) {
    for (const [index, object] of bundle.objects[kind].entries()) {
      const text = pretty(object);
      pages.set(`/objects/${kind}/${index}`, { index: files.length, page: pageOf(text) });
      files.push({ kind, id: object.id, name: `${kind}/${object.id}.json`, text });
    }
  }
  return {
    ok: true,
    entry: wire.uri(entry),
    hash: bundle.hash,
    files,
    mappings: mappingsOf(bundle, pages, wire),
    problems: diagnostics.map((each) => toProblem(each, wire)),
  };
}

interface Page {
  readonly source: SourceText;
  readonly tree: JsonNode | undefined;
}

function pageOf(text: string): Page {
  const source = sourceText(text, "preview.json");
  return { source, tree: readJson(source).value };
}

/** Canonical order, laid out with two spaces. */
function pretty(object: object): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(object)), null, 2)}\n`;
}

function mappingsOf(
  bundle: Bundle,
  pages: ReadonlyMap<string, { readonly index: number; readonly page: Page }>,
  wire: Wire,
): readonly PreviewMapping[] {
  const mappings: PreviewMapping[] = [];
  const place = (pointer: string): { index: number; page: Page; span: Span } | undefined => {
    const [, root, kind, index, ...rest] = pointer.split("/");
    const found = pages.get(`/${root}/${kind}/${index}`);
    const span = found && spanAt(found.page.tree, rest);
    return found === undefined || span === undefined ? undefined : { ...found, span };
  };
  for (const { pointer, formula, location } of bundle.sourceMap) {
    const found = place(pointer);
    const source = locationIn(bundle, location, wire);
    if (found === undefined || source === undefined) continue;
    const { page, index, span } = found;
    const range =
      formula === undefined ? rangeOf(page, span) : rangeOf(page, inText(page, span, formula));
    mappings.push({ file: index, range, source });
  }
  for (const { pointer, construct, reason, location } of bundle.decisions) {
    const found = place(pointer);
    const source = locationIn(bundle, location, wire);
    if (found === undefined || source === undefined) continue;
    mappings.push({
      file: found.index,
      range: rangeOf(found.page, found.span),
      source,
      construct,
      reason,
    });
  }
  return mappings;
}

function spanAt(tree: JsonNode | undefined, parts: readonly string[]): Span | undefined {
  let node = tree;
  for (const part of parts) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node?.kind === "object") node = node.members.find((each) => each.key === key)?.value;
    else if (node?.kind === "array") node = node.items[Number(key)];
    else return undefined;
  }
  return node?.span;
}

/** A range of a formula as it stands in JSON, where quotes and backslashes are escaped. */
function inText({ source }: Page, span: Span, formula: Span): Span {
  const offsets = [span.start + 1];
  let at = span.start + 1;
  while (at < span.end - 1) {
    const escaped = /^\\(?:u[0-9a-fA-F]{4}|.)/u.exec(source.text.slice(at, at + 6));
    at += escaped === null ? 1 : escaped[0].length;
    offsets.push(at);
  }
  const last = offsets.at(-1) ?? span.end;
  return { start: offsets[formula.start] ?? last, end: offsets[formula.end] ?? last };
}

function rangeOf({ source }: Page, span: Span): WireRange {
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  return {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  };
}
