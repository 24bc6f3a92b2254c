import { type Decimal, decimalToNumber, toBig } from "../values/decimal.ts";
import { FxMoment } from "../values/value.ts";
import { momentWithLayout } from "./layout.ts";
import { dayMs, makeMoment } from "./moments.ts";

/**
 * Formats of `Text` for en-US. A format is read into pieces once; what spreadsheets and .NET
 * read differently (commas, points and apostrophes that stand for themselves) is settled there.
 */
export interface TextFormat {
  readonly kind: "number" | "moment" | "literal";
  /** Split at `;`: positive, negative, zero. */
  readonly sections: readonly (readonly Piece[])[];
}

export type Piece =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "digit"; readonly isZero: boolean }
  | { readonly kind: "point" }
  /** Between digits of the whole part. */
  | { readonly kind: "group" }
  /** Divides by 1,000. */
  | { readonly kind: "scale" }
  | { readonly kind: "percent" }
  | {
      readonly kind: "exponent";
      readonly letter: string;
      readonly plus: boolean;
      readonly digits: number;
      /** The last place was `#`: all such at the end count as one digit. */
      readonly open?: boolean;
    }
  | {
      readonly kind: "field";
      readonly letter: "d" | "m" | "y" | "h" | "s" | "0";
      readonly count: number;
    }
  | { readonly kind: "half"; readonly short: boolean };

/** Longest format; the engine's own limit. */
const maxFormatLength = 100;

/** Reads a format; `undefined` if the engine would refuse it. */
export function parseFormat(format: string): TextFormat | undefined {
  if (format.length > maxFormatLength || format.startsWith("[$-") || format.startsWith("/")) {
    return undefined;
  }
  if (/^g$|general/i.test(format)) return undefined;
  const reader = new FormatReader(format);
  return reader.read();
}

class FormatReader {
  private readonly text: string;
  private at = 0;
  private readonly sections: Piece[][] = [[]];
  private isNumeric = false;
  private isMoment = false;
  /** A digit was seen, and none is missing since the last point. */
  private hasDigits = false;
  private pointAt: { readonly section: number; readonly index: number } | undefined;
  private colon = false;
  private exponent = false;
  private gapAfterExponent = false;

  constructor(text: string) {
    this.text = text;
  }

  read(): TextFormat | undefined {
    while (this.at < this.text.length) {
      if (!this.step()) return undefined;
    }
    // Fractions of a second are the only digits a date format may have.
    if (this.isMoment && this.isNumeric && /[0#]/.test(this.text.replace(/[sS]\.?0+/g, ""))) {
      return undefined;
    }
    if (this.isMoment) return { kind: "moment", sections: this.momentSections() };
    if (this.isNumeric && this.text.includes("/")) return undefined;
    if (this.pointAt !== undefined && !this.hasDigits) {
      const section = this.sections[this.pointAt.section];
      if (section !== undefined) section[this.pointAt.index] = { kind: "literal", text: "." };
    }
    return {
      kind: this.isNumeric ? "number" : "literal",
      sections: this.sections.map(settleCommas),
    };
  }

  private get current(): Piece[] {
    const section = this.sections.at(-1);
    if (section !== undefined) return section;
    const fresh: Piece[] = [];
    this.sections.push(fresh);
    return fresh;
  }

  private literal(text: string): void {
    this.current.push({ kind: "literal", text });
  }

  private step(): boolean {
    const { text, at } = this;
    const char = text.charAt(at);
    const half = /^(?:a\/p|am\/pm)/i.exec(text.slice(at));
    if (half !== null && text.charAt(at - 1) !== "'") {
      // Lower case is refused, and so is a mixture.
      if (half[0] !== half[0].toUpperCase()) return false;
      this.isMoment = true;
      this.current.push({ kind: "half", short: half[0].length === 3 });
      this.at += half[0].length;
      return true;
    }
    if (this.exponent && char !== "0" && char !== "#" && char !== ";") this.gapAfterExponent = true;
    this.at++;
    switch (char) {
      case '"': {
        const end = text.indexOf('"', this.at);
        if (end < 0) return false;
        this.literal(text.slice(this.at, end));
        this.at = end + 1;
        return true;
      }
      case "\\":
        if (this.at >= text.length) return false;
        this.literal(text.charAt(this.at++));
        return true;
      case "0":
      case "#":
        return this.digit(char === "0");
      case ";":
        if (this.sections.length > 2) return false;
        this.sections.push([]);
        this.exponent = false;
        this.gapAfterExponent = false;
        return true;
      case ",":
        this.comma();
        return true;
      case ".":
        if (this.isMoment) this.literal(".");
        else {
          if (this.exponent) return false;
          this.pointAt = { section: this.sections.length - 1, index: this.current.length };
          this.hasDigits = false;
          this.current.push({ kind: "point" });
        }
        return true;
      case "%":
        if (this.exponent) return false;
        this.current.push({ kind: "percent" });
        return true;
      case "?":
      case "[":
      case "]":
      case "_":
      case "*":
      case "@":
        return false;
      case ":":
        this.colon = true;
        this.literal(char);
        return true;
      case "e":
      case "E":
        return this.exponentPart(char);
      default:
        return this.letter(char);
    }
  }

  private digit(isZero: boolean): boolean {
    if (this.exponent && this.gapAfterExponent) return false;
    if (this.colon && !this.isMoment) return false;
    this.hasDigits = true;
    this.isNumeric = true;
    const last = this.current.at(-1);
    if (this.isMoment && isZero) {
      if (last?.kind === "field" && last.letter === "0") {
        this.current[this.current.length - 1] = { ...last, count: last.count + 1 };
      } else this.current.push({ kind: "field", letter: "0", count: 1 });
      return true;
    }
    if (last?.kind === "exponent") {
      this.current[this.current.length - 1] = {
        ...last,
        digits: last.digits + (isZero ? 1 : 0),
        open: !isZero,
      };
      return true;
    }
    this.current.push({ kind: "digit", isZero });
    return true;
  }

  private comma(): void {
    const previous = this.text.charAt(this.at - 2);
    if (this.isMoment) this.literal(",");
    else if (!this.hasDigits && this.pointAt === undefined) {
      if (previous !== ",") this.literal(",");
    } else if (this.isNumeric) {
      const last = this.current.at(-1);
      if (last?.kind === "digit" || last?.kind === "group") this.current.push({ kind: "group" });
      else if (previous !== "," && previous !== ".") this.literal(",");
    } else this.literal(",");
  }

  private exponentPart(char: string): boolean {
    const next = this.text.charAt(this.at);
    if (this.isMoment) {
      this.literal(char);
      return true;
    }
    if (next === "+" || next === "-") {
      this.at++;
      if (this.at >= this.text.length) return false;
      this.exponent = true;
      this.gapAfterExponent = false;
      this.current.push({ kind: "exponent", letter: char, plus: next === "+", digits: 0 });
      return true;
    }
    if (this.at >= this.text.length) return false;
    if (next === "0" && this.isNumeric) {
      this.current.push({ kind: "exponent", letter: char, plus: false, digits: 0 });
    } else this.literal(char);
    return true;
  }

  private letter(char: string): boolean {
    const index = this.at - 1;
    if ((index === 0 || this.isNumeric) && /[z$bcfnpx]/i.test(char) && !/[Z]/.test(char)) {
      this.literal(char);
      return true;
    }
    const lower = char.toLowerCase();
    if ("mdyhs".includes(lower)) {
      let count = 1;
      while (this.text.charAt(this.at).toLowerCase() === lower) {
        this.at++;
        count++;
      }
      if (lower === "m" && count > 4) return false;
      this.isMoment ||= count > 1 || this.text.charAt(index - 1) !== "'";
      const field = lower as "m" | "d" | "y" | "h" | "s";
      this.current.push({ kind: "field", letter: field, count });
      return true;
    }
    if (lower === "a" || lower === "p") this.isMoment ||= this.text.charAt(index - 1) !== "'";
    this.literal(char);
    return true;
  }

  /** In a date format everything that is no field stands for itself. */
  private momentSections(): readonly (readonly Piece[])[] {
    return this.sections.map((section) =>
      section.map((piece): Piece => {
        switch (piece.kind) {
          case "group":
          case "scale":
            return { kind: "literal", text: "," };
          case "point":
            return { kind: "literal", text: "." };
          case "percent":
            return { kind: "literal", text: "%" };
          default:
            return piece;
        }
      }),
    );
  }
}

/** Commas at the end of the digits, or right before the point, scale; others group. */
function settleCommas(section: readonly Piece[]): readonly Piece[] {
  const point = section.findIndex((piece) => piece.kind === "point");
  const lastDigit = section.findLastIndex((piece) => piece.kind === "digit");
  const settled: Piece[] = [];
  section.forEach((piece, index) => {
    if (piece.kind !== "group") {
      settled.push(piece);
      return;
    }
    const rest = section.slice(index + 1);
    const next = rest.find((other) => other.kind !== "group");
    if (index > lastDigit) settled.push({ kind: "scale" });
    else if (point >= 0 && index < point) {
      if (next?.kind === "point") settled.push({ kind: "scale" });
      else if (rest[0]?.kind === "digit") settled.push(piece);
    } else if (point < 0) settled.push(piece);
  });
  return settled;
}

/** A number in a format; a Float has 15 significant digits. */
export function formatNumber(
  value: Decimal,
  isFloat: boolean,
  format: TextFormat,
): string | undefined {
  if (format.kind === "moment") {
    const number = decimalToNumber(value);
    const moment = makeMoment("datetime", number * dayMs);
    return moment instanceof FxMoment ? formatMoment(moment, format) : undefined;
  }
  return renderNumber(digitsOf(value, isFloat), format.sections);
}

export function formatMoment(value: FxMoment, format: TextFormat): string | undefined {
  if (format.kind === "number") {
    return renderNumber(digitsOf(value.ms / dayMs, true), format.sections);
  }
  const number = value.ms;
  const { sections } = format;
  if (
    sections
      .flat()
      .some((piece) => piece.kind === "field" && piece.letter === "0" && piece.count > 7)
  ) {
    return undefined;
  }
  const index =
    sections.length < 2 ? 0 : number < 0 ? 1 : number === 0 && sections.length === 3 ? 2 : 0;
  return momentWithLayout(value, sections[index] ?? []);
}

/** ±0.d₁d₂d₃… × 10^scale, without leading or trailing zeros; no digits for 0. */
interface Digits {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
}

function digitsOf(value: Decimal, isFloat: boolean): Digits {
  if (isFloat && typeof value === "number") {
    const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential(14).split("e");
    return trimmed(value < 0, mantissa.replace(".", ""), Number(exponent) + 1);
  }
  const { coefficient, scale } = toBig(value);
  const text = (coefficient < 0n ? -coefficient : coefficient).toString();
  return trimmed(coefficient < 0n, text, text.length - scale);
}

function trimmed(negative: boolean, digits: string, scale: number): Digits {
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  const rest = digits.slice(leading).replace(/0+$/, "");
  return rest === ""
    ? { negative: false, digits: "", scale: 0 }
    : { negative, digits: rest, scale: scale - leading };
}

/** Keeps so many digits, rounding half away from zero. */
function roundDigits(value: Digits, keep: number): Digits {
  if (value.digits.length <= keep) return value;
  if (keep < 0) return { negative: false, digits: "", scale: 0 };
  const up = value.digits.charCodeAt(keep) >= 53;
  const kept = value.digits.slice(0, keep);
  if (!up) return trimmed(value.negative, kept, value.scale);
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString().padStart(keep, "0");
  return trimmed(value.negative, raised, value.scale + raised.length - keep);
}

function renderNumber(value: Digits, sections: readonly (readonly Piece[])[]): string {
  const isEmpty = (index: number) => (sections[index]?.length ?? 0) === 0;
  let index = 0;
  if (value.digits === "") index = sections.length > 2 && !isEmpty(2) ? 2 : 0;
  else if (value.negative) index = sections.length > 1 && !isEmpty(1) ? 1 : 0;
  let layout = layoutOf(sections[index] ?? []);
  let shown = fitted(value, layout);
  if (shown.digits === "" && value.digits !== "" && sections.length > 2 && !isEmpty(2)) {
    index = 2;
    layout = layoutOf(sections[2] ?? []);
    shown = fitted(shown, layout);
  }
  const sign = shown.negative && index === 0 ? "-" : "";
  return sign + render(shown, layout);
}

interface Layout {
  readonly pieces: readonly Piece[];
  /** Digit places before and after the point. */
  readonly whole: number;
  readonly decimals: number;
  readonly point: number;
  readonly grouped: boolean;
  readonly shift: number;
  readonly exponent: boolean;
}

function layoutOf(pieces: readonly Piece[]): Layout {
  const found = pieces.findIndex((piece) => piece.kind === "point");
  const point = found < 0 ? pieces.length : found;
  const count = (from: number, to: number) =>
    pieces.slice(from, to).filter((piece) => piece.kind === "digit").length;
  let shift = 0;
  for (const piece of pieces) {
    if (piece.kind === "percent") shift += 2;
    if (piece.kind === "scale") shift -= 3;
  }
  return {
    pieces,
    whole: count(0, point),
    decimals: count(point, pieces.length),
    point,
    grouped: pieces.some((piece) => piece.kind === "group"),
    shift,
    exponent: pieces.some((piece) => piece.kind === "exponent"),
  };
}

function fitted(value: Digits, layout: Layout): Digits {
  if (value.digits === "") return value;
  if (layout.exponent) return roundDigits(value, layout.whole + layout.decimals);
  const moved = { ...value, scale: value.scale + layout.shift };
  return roundDigits(moved, moved.scale + layout.decimals);
}

function render(value: Digits, layout: Layout): string {
  const exponent = layout.exponent && value.digits !== "" ? value.scale - layout.whole : 0;
  const scale = layout.exponent && value.digits !== "" ? layout.whole : value.scale;
  const wholeDigits = scale <= 0 ? "" : value.digits.slice(0, scale).padEnd(scale, "0");
  const fraction = scale <= 0 ? "0".repeat(-scale) + value.digits : value.digits.slice(scale);
  const isZeroPlace = (piece: Piece) => piece.kind === "digit" && piece.isZero;
  const before = layout.pieces.slice(0, layout.point);
  const places = before.filter((piece) => piece.kind === "digit");
  const firstZero = places.findIndex(isZeroPlace);
  const after = layout.pieces.slice(layout.point + 1).filter((piece) => piece.kind === "digit");
  const required = after.findLastIndex(isZeroPlace) + 1;
  let result = "";
  let place = 0;
  let decimal = 0;
  let placedWhole = false;
  const putWhole = (digit: string, fromRight: number): void => {
    result += digit;
    if (layout.grouped && fromRight > 0 && fromRight % 3 === 0) result += ",";
  };
  const putExcess = (places: number): void => {
    placedWhole = true;
    for (let at = 0; at < wholeDigits.length - places; at++) {
      putWhole(wholeDigits.charAt(at), wholeDigits.length - 1 - at);
    }
  };
  layout.pieces.forEach((piece, index) => {
    switch (piece.kind) {
      case "literal":
        result += piece.text;
        return;
      case "percent":
        result += "%";
        return;
      case "digit":
        if (index < layout.point) {
          if (!placedWhole) putExcess(places.length);
          const fromRight = places.length - 1 - place;
          const at = wholeDigits.length - 1 - fromRight;
          if (at >= 0) putWhole(wholeDigits.charAt(at), fromRight);
          else if (firstZero >= 0 && place >= firstZero) putWhole("0", fromRight);
          place++;
        } else {
          const digit = fraction.charAt(decimal);
          if (decimal < required || decimal < fraction.length) result += digit === "" ? "0" : digit;
          decimal++;
        }
        return;
      case "point":
        if (!placedWhole) putExcess(0);
        if (required > 0 || fraction.length > 0) result += ".";
        return;
      case "exponent": {
        const sign = exponent < 0 ? "-" : piece.plus ? "+" : "";
        result +=
          piece.letter +
          sign +
          String(Math.abs(exponent)).padStart(
            Math.max(1, piece.digits + (piece.open === true ? 1 : 0)),
            "0",
          );
        return;
      }
      default:
        return;
    }
  });
  return result;
}
