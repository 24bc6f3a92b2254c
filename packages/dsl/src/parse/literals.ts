import type { Span } from "@routewright/diagnostics";

/** `30s`, `1.5h`, `1h30m`: whole parts, or one part that may have decimals. */
export function isDuration(image: string): boolean {
  return /^(?:\d+\.\d+(?:ms|[smhd])|(?:\d+(?:ms|[smhd]))+)$/.test(image);
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Whether each unit is smaller than the one before it. */
export function unitsDescend(image: string): boolean {
  let last = Number.POSITIVE_INFINITY;
  for (const [unit] of image.matchAll(/ms|[smhd]/g)) {
    const size = unitMs.get(unit) ?? 0;
    if (size >= last) return false;
    last = size;
  }
  return true;
}

/** Seconds of a duration as written; exact for what a double can hold (`1.1m` is 66). */
export function durationSeconds(image: string): number {
  // Seconds alone are the number as it stands, with all its digits.
  if (/^\d+(?:\.\d+)?s$/.test(image)) return Number(image.slice(0, -1));
  let ms = 0;
  for (const [, whole = "", decimals = "", unit = "s"] of image.matchAll(
    /(\d+)(?:\.(\d+))?(ms|[smhd])/g,
  )) {
    ms += (Number(whole + decimals) * (unitMs.get(unit) ?? 0)) / 10 ** decimals.length;
  }
  return ms / 1_000;
}

/** The double nearest to the decimal meant: the point is moved in the text, not in the number. */
export function percentFraction(image: string): number {
  return Number(`${image.slice(0, -1)}e-2`);
}

/** The value of a number as written; of a malformed one (`5min`), what it begins with. */
export function numberValue(image: string): number {
  const value = Number(image);
  return Number.isNaN(value) ? Number.parseFloat(image) : value;
}

/** Whether the double nearest to a number as written, written out again, has the same digits. */
export function keepsAllDigits(image: string): boolean {
  // So many are always kept.
  if (image.length <= 15) return true;
  return significantDigits(image) === significantDigits(String(Number(image)));
}

function significantDigits(decimal: string): string {
  const [digits = ""] = decimal.split("e");
  const point = digits.indexOf(".");
  const all = point < 0 ? digits : digits.slice(0, point) + digits.slice(point + 1);
  return all.replace(/^0+|0+$/g, "");
}

export interface DecodedText {
  readonly value: string;
  /** Escapes that are none, as offsets in the text between the quotes. */
  readonly wrong: readonly Span[];
}

/** Reads what stands between the quotes of a text. */
export function decodeText(body: string): DecodedText {
  if (!body.includes("\\")) return { value: body, wrong: noSpans };
  const wrong: Span[] = [];
  let value = "";
  forEachPiece(body, (piece, start, end) => {
    value += piece.text;
    if (piece.isWrong) wrong.push({ start, end });
  });
  return { value, wrong };
}

/**
 * Where in the text between the quotes a code unit of its value was written: maps offsets of a
 * formula in `powerfx"…"` to offsets after the opening quote.
 */
export function bodyOffset(body: string, valueOffset: number): number {
  if (!body.includes("\\")) return Math.min(valueOffset, body.length);
  let length = 0;
  let found = -1;
  forEachPiece(body, (piece, start) => {
    if (found < 0 && length + piece.text.length > valueOffset) {
      found = start + (piece.isEscape ? 0 : valueOffset - length);
    }
    length += piece.text.length;
  });
  return found < 0 ? body.length : found;
}

interface Piece {
  readonly text: string;
  readonly isEscape: boolean;
  readonly isWrong: boolean;
}

const noSpans: readonly Span[] = [];

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\"', '"'],
  ["\\\\", "\\"],
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\r", "\r"],
]);

function forEachPiece(
  body: string,
  visit: (piece: Piece, start: number, end: number) => void,
): void {
  let at = 0;
  while (at < body.length) {
    const slash = body.indexOf("\\", at);
    const plainEnd = slash < 0 ? body.length : slash;
    if (plainEnd > at) {
      visit({ text: body.slice(at, plainEnd), isEscape: false, isWrong: false }, at, plainEnd);
    }
    if (slash < 0) return;
    const [length, text] = readEscape(body, slash);
    visit(
      {
        text: text ?? body.slice(slash, slash + length),
        isEscape: true,
        isWrong: text === undefined,
      },
      slash,
      slash + length,
    );
    at = slash + length;
  }
}

/** Length of the escape at `at`, and what it stands for; `undefined` for none. */
function readEscape(body: string, at: number): readonly [number, string | undefined] {
  if (body.startsWith("\\u{", at)) {
    const digits = /^[0-9A-Fa-f]{1,6}(?=\})/.exec(body.slice(at + 3, at + 10))?.[0];
    if (digits === undefined) return [2, undefined];
    const code = Number.parseInt(digits, 16);
    const length = digits.length + 4;
    return [length, code > 0x10ffff ? undefined : String.fromCodePoint(code)];
  }
  return [Math.min(2, body.length - at), escapes.get(body.slice(at, at + 2))];
}

/** The name meant by `'…'`. */
export function unquoteName(image: string): string {
  const body = image.endsWith("'") && image.length > 1 ? image.slice(1, -1) : image.slice(1);
  return body.replaceAll("''", "'");
}
