import { type SourceText, type Span, sourceText, type TextEdit } from "@routewright/diagnostics";
import { format } from "@routewright/dsl";
import { diffArrays } from "diff";
import type { Snapshot } from "../workspace/snapshot.ts";
import { lastIndexBefore } from "./completion/place.ts";
import { indentOf, lineEndOf, lineStartOf } from "./text.ts";

/** Edits that give a file its usual form: none where it has mistakes. */
export function formatting(snapshot: Snapshot, path: string): readonly TextEdit[] {
  const source = snapshot.source(path);
  return source === undefined ? [] : editsBetween(source.text, format(source).text);
}

/** The same for the declarations that a range touches; a mistake elsewhere does not matter. */
export function rangeFormatting(
  snapshot: Snapshot,
  path: string,
  range: Span,
): readonly TextEdit[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const { source, declarations } = syntax.program;
  return declarations.flatMap(({ span }) =>
    span.end < range.start || span.start > range.end ? [] : formatPiece(source, span),
  );
}

/** After `}` the declaration it closes; after a line feed the indentation of the new line. */
export function onTypeFormatting(
  snapshot: Snapshot,
  path: string,
  offset: number,
  typed: string,
  tab: string,
): readonly TextEdit[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const { source, declarations } = syntax.program;
  if (typed === "}") {
    const around = declarations.find(({ span }) => span.start < offset && offset <= span.end);
    if (around === undefined) return [];
    return around.span.end === offset ? formatPiece(source, around.span) : outdent(source, offset);
  }
  const { text } = source;
  const start = lineStartOf(text, offset);
  const before = syntax.tokens[lastIndexBefore(syntax.tokens, start)];
  if (before === undefined) return [];
  const base = indentOf(text, firstOfLine(text, before.start));
  const opens = before.image === "{" || before.image === "[" || before.image === "(";
  const rest = text.slice(start, lineEndOf(text, start));
  const closes = /^\s*[}\])]/u.test(rest);
  const wanted = opens && !closes ? base + tab : base;
  const own = /^[ \t]*/u.exec(rest)?.[0] ?? "";
  return own === wanted ? [] : [{ span: { start, end: start + own.length }, text: wanted }];
}

/** A brace that stands alone in its line stands below the line that opened its block. */
function outdent({ text }: SourceText, offset: number): readonly TextEdit[] {
  const start = lineStartOf(text, offset);
  if (text.slice(start, offset).trim() !== "}") return [];
  let depth = 0;
  for (let at = offset - 1; at >= 0; at--) {
    if (text[at] === "}") depth++;
    else if (text[at] === "{" && --depth === 0) {
      const wanted = indentOf(text, firstOfLine(text, at));
      const own = text.slice(start, offset - 1);
      return own === wanted ? [] : [{ span: { start, end: offset - 1 }, text: wanted }];
    }
  }
  return [];
}

function firstOfLine(text: string, offset: number): number {
  const start = lineStartOf(text, offset);
  return start + (/^[ \t]*/u.exec(text.slice(start))?.[0].length ?? 0);
}

function formatPiece(source: SourceText, span: Span): readonly TextEdit[] {
  const start = lineStartOf(source.text, span.start);
  if (source.text.slice(start, span.start).trim() !== "") return [];
  const piece = source.text.slice(start, span.end);
  const formatted = format(sourceText(piece, source.path));
  if (formatted.diagnostics.some(({ severity }) => severity === "error")) return [];
  return editsBetween(piece, formatted.text.replace(/\n$/u, "")).map((edit) => ({
    text: edit.text,
    span: { start: edit.span.start + start, end: edit.span.end + start },
  }));
}

/** Line by line, so that a cursor stays where it is and marks keep their places. */
export function editsBetween(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const edits: TextEdit[] = [];
  let at = 0;
  let pending: { start: number; end: number; text: string } | undefined;
  for (const { value, added, removed } of diffArrays(linesOf(before), linesOf(after))) {
    const text = value.join("");
    if (added) {
      pending ??= { start: at, end: at, text: "" };
      pending.text += text;
    } else if (removed) {
      pending ??= { start: at, end: at, text: "" };
      at += text.length;
      pending.end = at;
    } else {
      if (pending !== undefined) edits.push(editOf(pending));
      pending = undefined;
      at += text.length;
    }
  }
  if (pending !== undefined) edits.push(editOf(pending));
  return edits;
}

function editOf({ start, end, text }: { start: number; end: number; text: string }): TextEdit {
  return { span: { start, end }, text };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}
