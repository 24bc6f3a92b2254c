import type { Diagnostic } from "../diagnostic.ts";
import type { SourceText, Span } from "../source-text.ts";
import { lineText, positionAt } from "../source-text.ts";
import { excerpt } from "./excerpt.ts";
import { printable } from "./printable.ts";
import type { Paint, Style } from "./style.ts";
import { plainStyle } from "./style.ts";

export interface PrettyOptions {
  readonly style?: Style;
  /** Terminal columns to keep within; 100 when absent, never fewer than 40. */
  readonly width?: number;
}

/**
 * For people: place, severity, message and code, the line with the guilty part underlined,
 * related places with theirs, help, and what a fix would do. Ends with a line feed unless empty.
 */
export function renderPretty(
  diagnostics: readonly Diagnostic[],
  options: PrettyOptions = {},
): string {
  const style = options.style ?? plainStyle;
  const width = Math.max(40, options.width ?? 100);
  return diagnostics.map((diagnostic) => renderOne(diagnostic, style, width)).join("\n");
}

function renderOne(diagnostic: Diagnostic, style: Style, width: number): string {
  const paint = style[diagnostic.severity];
  const gutter = gutterWidth(diagnostic);
  const lines = [
    `${place(diagnostic.source, diagnostic.span, style)} ${paint(diagnostic.severity)} ${style.strong(printable(diagnostic.message))} ${style.faint(`[${diagnostic.code}]`)}`,
    ...snippet(diagnostic.source, diagnostic.span, "^", paint, style, gutter, width),
  ];
  for (const related of diagnostic.related) {
    lines.push(
      `${" ".repeat(gutter)} ${style.faint(">")} ${place(related.source, related.span, style)} ${printable(related.message)}`,
      ...snippet(related.source, related.span, "-", style.faint, style, gutter, width),
    );
  }
  const notes = [
    ...(diagnostic.help === undefined ? [] : [["help", diagnostic.help] as const]),
    ...diagnostic.fixes.map((fix) => [fix.safe ? "fix (--fix)" : "fix", fix.title] as const),
  ];
  for (const [label, text] of notes) {
    const [head = "", ...rest] = text.split("\n").map(printable);
    lines.push(`${" ".repeat(gutter)} ${style.faint("=")} ${style.strong(`${label}:`)} ${head}`);
    for (const line of rest) lines.push(`${" ".repeat(gutter + 3)}${line}`);
  }
  return `${lines.join("\n")}\n`;
}

function place(source: SourceText, span: Span, style: Style): string {
  const { line, column } = positionAt(source, span.start);
  return `${style.strong(printable(source.path))}:${line}:${column}:`;
}

/** Columns that the largest line number of one report needs. */
function gutterWidth(diagnostic: Diagnostic): number {
  const places = [diagnostic, ...diagnostic.related];
  const last = Math.max(...places.map(({ source, span }) => lastLine(source, span)));
  return Math.max(3, String(last).length + 1);
}

/** The first and the last line of the span, each with its part underlined. */
function snippet(
  source: SourceText,
  span: Span,
  mark: string,
  paint: Paint,
  style: Style,
  gutter: number,
  width: number,
): readonly string[] {
  const first = positionAt(source, span.start).line;
  const last = lastLine(source, span);
  const lines = markedLine(first);
  if (last > first + 1) lines.push(`${" ".repeat(gutter)} ${style.faint("…")}`);
  if (last > first) lines.push(...markedLine(last));
  return lines;

  function markedLine(line: number): string[] {
    const lineStart = source.lineStarts[line - 1] ?? 0;
    const text = lineText(source, line);
    const indent = text.length - text.trimStart().length;
    const start = line === first ? span.start - lineStart : indent;
    const end = line === last ? span.end - lineStart : text.length;
    const shown = excerpt(
      text,
      Math.min(start, text.length),
      Math.min(end, text.length),
      width - gutter - 3,
    );
    const bar = style.faint("|");
    const underline = paint(mark.repeat(shown.markWidth));
    return [
      `${style.faint(String(line).padStart(gutter))} ${bar} ${shown.text}`.trimEnd(),
      `${" ".repeat(gutter)} ${bar} ${" ".repeat(shown.markStart)}${underline}`,
    ];
  }
}

function lastLine(source: SourceText, span: Span): number {
  // A span that ends just after a line feed ends on the line before it.
  return positionAt(source, Math.max(span.start, span.end - 1)).line;
}
