import type { Span } from "@routewright/diagnostics";
import type { Declaration } from "@routewright/dsl";
import { childrenOf, type TreeNode } from "../tree/nodes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  /** The kind of declaration, or of the item inside one. */
  readonly kind: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly DocumentSymbol[];
}

/** The declarations of a file, with what stands in them. */
export function documentSymbols(snapshot: Snapshot, path: string): readonly DocumentSymbol[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  return syntax.program.declarations.map((each) => symbolOf(each, syntax.program.source.text));
}

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly span: Span;
  readonly container: string;
}

const mostSymbols = 500;

/** Declarations and labels of all files whose names have the letters of a query, in order. */
export function workspaceSymbols(snapshot: Snapshot, query: string): readonly WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  const wanted = query.toLowerCase();
  for (const path of [...snapshot.files.keys()].sort()) {
    for (const symbol of documentSymbols(snapshot, path)) {
      const inner = symbol.kind === "labels" ? symbol.children : [];
      for (const each of [symbol, ...inner]) {
        if (each.kind === "import" || !hasLetters(each.name.toLowerCase(), wanted)) continue;
        const container = each === symbol ? path : symbol.name;
        found.push({ name: each.name, kind: each.kind, path, span: each.nameSpan, container });
        if (found.length >= mostSymbols) return found;
      }
    }
  }
  return found;
}

function hasLetters(name: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function symbolOf(declaration: Declaration, text: string): DocumentSymbol {
  const { kind, span } = declaration;
  if (kind === "labels") {
    const side = declaration.side ?? "";
    return {
      name: `labels ${side}`.trim(),
      detail: "",
      kind,
      span,
      nameSpan: headOf(span, text),
      children: declaration.labels.map((label) => ({
        name: label.key.text,
        detail: label.type === undefined ? "" : lineOf(label.type.span, text),
        kind: "label",
        span: label.span,
        nameSpan: label.key.span,
        children: [],
      })),
    };
  }
  if (kind === "import") {
    const nameSpan = declaration.path?.span ?? headOf(span, text);
    const name = `import ${declaration.path?.value ?? ""}`.trim();
    return { name, detail: "", kind, span, nameSpan, children: [] };
  }
  const { name } = declaration;
  const shown = name === undefined ? kind : "text" in name ? name.text : name.value;
  return {
    name: shown === "" ? kind : shown,
    detail: kind,
    kind,
    span,
    nameSpan: name?.span ?? headOf(span, text),
    children:
      "items" in declaration ? childrenOf(declaration).flatMap((each) => itemOf(each, text)) : [],
  };
}

/** Items worth a line of an outline: named by their first words. */
function itemOf(node: TreeNode, text: string): readonly DocumentSymbol[] {
  const { kind, span } = node;
  if (kind === undefined || kind === "text" || kind === "id" || kind === "name") return [];
  const head = headOf(span, text);
  const inner = kind === "when" || kind === "match" || kind === "split" || kind === "moment";
  return [
    {
      name: lineOf(head, text),
      detail: "",
      kind,
      span,
      nameSpan: head,
      children: inner
        ? childrenOf(node).flatMap((each) => (isStatement(each) ? itemOf(each, text) : []))
        : [],
    },
  ];
}

function isStatement({ kind }: TreeNode): boolean {
  return ["require", "when", "match", "split", "expect", "job"].includes(kind ?? "");
}

/** The first line, as far as it belongs to the node. */
function headOf(span: Span, text: string): Span {
  const line = /^[^\r\n{]*/u.exec(text.slice(span.start, span.end))?.[0] ?? "";
  const end = span.start + line.trimEnd().length;
  return { start: span.start, end: Math.max(end, Math.min(span.end, span.start + 1)) };
}

function lineOf(span: Span, text: string): string {
  const line = text.slice(span.start, span.end).replace(/\s+/gu, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line === "" ? "…" : line;
}
