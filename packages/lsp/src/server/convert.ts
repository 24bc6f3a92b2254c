import { offsetAt, positionAt, type SourceText, type Span } from "@routewright/diagnostics";
import type { Position, Range } from "vscode-languageserver";

/** Offsets are the features' own; line and column exist only here. */
export function toPosition(source: SourceText, offset: number): Position {
  const { line, column } = positionAt(source, offset);
  return { line: line - 1, character: column - 1 };
}

export function toRange(source: SourceText, span: Span): Range {
  return { start: toPosition(source, span.start), end: toPosition(source, span.end) };
}

export function toOffset(source: SourceText, position: Position): number {
  const line = position.line + 1;
  const offset = offsetAt(source, { line, column: position.character + 1 });
  // A column behind the line's end means its end, and not the next line's beginning.
  const next = source.lineStarts[line];
  if (next === undefined || offset < next) return offset;
  return source.text.slice(next - 2, next) === "\r\n" ? next - 2 : next - 1;
}

export function toSpan(source: SourceText, range: Range): Span {
  const start = toOffset(source, range.start);
  return { start, end: Math.max(start, toOffset(source, range.end)) };
}
