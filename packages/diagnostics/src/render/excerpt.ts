import stringWidth from "string-width";
import { printable } from "./printable.ts";

/** A stretch of one line as a terminal shows it, and where in it the marked part stands. */
export interface Excerpt {
  readonly text: string;
  /** Terminal columns before the mark, and of the mark itself (at least 1). */
  readonly markStart: number;
  readonly markWidth: number;
}

const tabWidth = 4;
const cut = "…";

/**
 * Cuts a line to `width` columns around the UTF-16 range `start`–`end`, so that the mark can be
 * underlined: tabs become spaces, characters that would move the cursor or turn the reading
 * direction are written out, wide and combining characters count as a terminal counts them.
 * An empty range marks the place where it stands, at the end of the line too.
 */
export function excerpt(line: string, start: number, end: number, width: number): Excerpt {
  // A character takes no more than a few columns, so text far from the mark cannot be in view.
  const from = codePointStart(line, Math.max(0, start - width));
  const to = codePointStart(
    line,
    Math.min(line.length, Math.max(end, start) + width, start + 2 * width),
  );
  const cells = layOut(line.slice(from, to), from);
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  const first = cells.findIndex((cell) => cell.end > start);
  const markFrom = first < 0 ? cells.length : first;
  let markTo = markFrom;
  while (markTo < cells.length && (cells[markTo]?.start ?? end) < end) markTo++;

  const cutsBefore = from > 0;
  const cutsAfter = to < line.length;
  if (!cutsBefore && !cutsAfter && total <= width) return show(cells, markFrom, markTo, "", "");

  // A third of the room goes to what stands before the mark.
  let left = markFrom;
  let before = 0;
  while (left > 0 && before + widthOf(cells, left - 1) <= Math.floor(width / 3)) {
    left--;
    before += widthOf(cells, left);
  }
  let right = left;
  let used = 0;
  const room = width - 2;
  while (right < cells.length && used + widthOf(cells, right) <= room) {
    used += widthOf(cells, right);
    right++;
  }
  while (left > 0 && used + widthOf(cells, left - 1) <= room) {
    left--;
    used += widthOf(cells, left);
  }
  return show(
    cells.slice(left, right),
    markFrom - left,
    Math.min(markTo, right) - left,
    left > 0 || cutsBefore ? cut : "",
    right < cells.length || cutsAfter ? cut : "",
  );
}

interface Cell {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly width: number;
}

const onlyAscii = /^[\x20-\x7e\t]*$/u;

function layOut(text: string, offset: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let at = offset;
  for (const character of onlyAscii.test(text) ? text : graphemes(text)) {
    const shown =
      character === "\t" ? " ".repeat(tabWidth - (column % tabWidth)) : printable(character);
    const width = stringWidth(shown, { countAnsiEscapeCodes: true });
    cells.push({ start: at, end: at + character.length, text: shown, width });
    column += width;
    at += character.length;
  }
  return cells;
}

function* graphemes(text: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter("en").segment(text)) yield segment;
}

function widthOf(cells: readonly Cell[], index: number): number {
  return cells[index]?.width ?? 0;
}

function show(
  cells: readonly Cell[],
  markFrom: number,
  markTo: number,
  head: string,
  tail: string,
): Excerpt {
  const columns = (from: number, to: number): number =>
    cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  return {
    text: head + cells.map((cell) => cell.text).join("") + tail,
    markStart: head.length + columns(0, markFrom),
    markWidth: Math.max(1, columns(markFrom, markTo)),
  };
}

/** The offset, or the one before it where it would split a surrogate pair. */
function codePointStart(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff && offset > 0 ? offset - 1 : offset;
}
