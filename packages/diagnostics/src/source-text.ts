/** A half-open range of UTF-16 offsets: `start` is in it, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place for people: both numbers are 1-based, `column` counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * One text with its name. `path` is what messages show and what tells two sources apart
 * (a path as the user gave it, `<stdin>`, or a URI); nothing here reads a file.
 */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Offset at which each line starts; the first is 0. LF, CR LF and CR end a line. */
  readonly lineStarts: readonly number[];
}

export function sourceText(text: string, path = "<input>"): SourceText {
  let starts: readonly number[] | undefined;
  return {
    path,
    text,
    get lineStarts() {
      starts ??= findLineStarts(text);
      return starts;
    },
  };
}

/** Line and column of an offset; offsets outside the text are taken to its nearest end. */
export function positionAt(source: SourceText, offset: number): Position {
  const at = Math.max(0, Math.min(offset, source.text.length));
  const starts = source.lineStarts;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** The offset of a 1-based line and column, clamped into that line. */
export function offsetAt(source: SourceText, position: Position): number {
  const starts = source.lineStarts;
  const line = Math.max(1, Math.min(position.line, starts.length));
  const start = starts[line - 1] ?? 0;
  const end = starts[line] ?? source.text.length;
  return Math.max(start, Math.min(start + position.column - 1, end));
}

/** The text of a 1-based line, without its line end. */
export function lineText(source: SourceText, line: number): string {
  const start = source.lineStarts[line - 1];
  if (start === undefined) return "";
  const end = source.lineStarts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/[\r\n]+$/u, "");
}

export function spanOf(start: number, end: number): Span {
  return { start, end };
}

/** The smallest span that holds both. */
export function joinSpans(first: Span, second: Span): Span {
  return { start: Math.min(first.start, second.start), end: Math.max(first.end, second.end) };
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}
