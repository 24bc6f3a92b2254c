import { printable } from "@routewright/diagnostics";
import { labelOperators, operatorSigns } from "@routewright/jobrouter";
import { diffArrays } from "diff";
import { at, type Difference, join } from "../compare/differences.ts";
import { isList, isObject, isSecretMark, type JsonObject, type JsonValue } from "../objects.ts";
import type { Change } from "./plan.ts";

/** How much of a value is shown in a line. */
const longestValue = 120;

/** One thing that differs, in words; the shell knows how words and signs look. */
export interface DifferenceText {
  readonly sign: "+" | "-" | "~";
  readonly path: string;
  /** Instead of values. */
  readonly note?: string;
  readonly before?: string;
  readonly after?: string;
  /**
   * Of formulas and other long texts, instead: both in full, with what changed told apart. As they
   * are: a terminal has to make them printable.
   */
  readonly pieces?: readonly DifferencePiece[];
}

export interface DifferencePiece {
  readonly side: "both" | "before" | "after";
  readonly text: string;
}

/** @param layOut how long texts are broken into lines, where there is room for them. */
export function describeDifference(
  { path, kind, before, after }: Difference,
  layOut: (text: string) => string = (text) => text,
): DifferenceText {
  const place = printable(path);
  switch (kind) {
    case "added":
      return { sign: "+", path: place, after: shortValue(after) };
    case "removed":
      return { sign: "-", path: place, before: shortValue(before) };
    case "reordered":
      return { sign: "~", path: place, note: "in another order" };
    case "credential":
      return { sign: "~", path: place, note: "another credential (not shown)" };
    case "changed":
      return typeof before === "string" && typeof after === "string" && isLong(before, after)
        ? { sign: "~", path: place, pieces: piecesOf(layOut(before), layOut(after)) }
        : { sign: "~", path: place, before: shortValue(before), after: shortValue(after) };
  }
}

/**
 * An object that is made, down to single values, each with its place: formulas and selectors as people write them,
 * what says nothing by itself left out.
 */
export function describeParts(body: JsonObject): readonly DifferenceText[] {
  const found: DifferenceText[] = [];
  const visit = (value: JsonValue, path: string): void => {
    const short = inWords(value);
    if (short !== undefined) found.push({ sign: "+", path: printable(path), after: short });
    else if (isList(value))
      for (const [index, item] of value.entries()) visit(item, at(path, item, index));
    else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, join(path, key));
    }
  };
  for (const [key, value] of Object.entries(body)) visit(value, join("", key));
  return found;
}

/** A value that fits in a line; nothing for one that is better looked at in parts. */
function inWords(value: JsonValue): string | undefined {
  if (isSecretMark(value)) return "***";
  if (!isObject(value)) {
    return isList(value) && value.some((item) => typeof item === "object")
      ? undefined
      : printable(JSON.stringify(value));
  }
  if (value.kind === "expression" && typeof value.expression === "string")
    return printable(value.expression);
  return selectorInWords(value) ?? (Object.keys(value).length === 0 ? "{}" : undefined);
}

function selectorInWords(value: JsonObject): string | undefined {
  const { key, labelOperator, value: label, expiresAfterSeconds, expedite, ...rest } = value;
  const operator = labelOperators.find((each) => each === labelOperator);
  const isPlain = typeof label !== "object" || label === null;
  if (typeof key !== "string" || operator === undefined || !isPlain || label === undefined)
    return undefined;
  if (Object.keys(rest).length > 0) return undefined;
  const duration = expiresAfterSeconds === undefined ? "" : ` for ${String(expiresAfterSeconds)}s`;
  return printable(
    `${key} ${operatorSigns[operator]} ${JSON.stringify(label)}${duration}${expedite === true ? " expedite" : ""}`,
  );
}

/** How much of what is the same stands beside what changed. */
const shownBeside = 28;

/** Leaves out the middle of long stretches that both sides have, at words. */
export function shortened(pieces: readonly DifferencePiece[]): readonly DifferencePiece[] {
  return pieces.map((piece, index) => {
    const { side, text } = piece;
    if (side !== "both" || text.length <= 2 * shownBeside + 10) return piece;
    const head = index === 0 ? "" : text.slice(0, shownBeside).replace(/\S*$/u, "");
    const tail =
      index === pieces.length - 1 ? "" : text.slice(-shownBeside).replace(/^\S*\s?/u, "");
    return { side, text: `${head}… ${tail}` };
  });
}

/** Deletions on top, then as they will be run. */
export function inReadingOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (change: Change): number => (change.action === "delete" ? 0 : 1);
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

/** Texts, names with their dots, numbers, spaces, and signs one by one: what a formula is read in. */
const tokens =
  /"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_.]*|\d+(?:\.\d+)?|\s+|[<>]=|<>|./gsu;

function piecesOf(before: string, after: string): readonly DifferencePiece[] {
  const found: { side: DifferencePiece["side"]; text: string }[] = diffArrays(
    before.match(tokens) ?? [],
    after.match(tokens) ?? [],
  ).map(({ value, added, removed }) => ({
    side: added ? "after" : removed ? "before" : "both",
    text: value.join(""),
  }));
  // A space or a comma that both have between two changes is no place to stop reading.
  const folded = found.flatMap((piece, index): DifferencePiece[] => {
    const isBetween = index > 0 && index < found.length - 1;
    return isBetween && piece.side === "both" && /^[\s,.=]{1,3}$/u.test(piece.text)
      ? [
          { side: "before", text: piece.text },
          { side: "after", text: piece.text },
        ]
      : [piece];
  });
  const pieces: { side: DifferencePiece["side"]; text: string }[] = [];
  for (const { side, text } of folded) {
    // Both sides of one change stand beside each other, whatever their order.
    const last = pieces.at(-1)?.side === side ? pieces.at(-1) : pieces.at(-2);
    const isSame = last?.side === side && (side !== "both" || pieces.at(-1) === last);
    if (isSame && last !== undefined && (side === "both" || pieces.at(-1)?.side !== "both")) {
      last.text += text;
    } else pieces.push({ side, text });
  }
  return pieces;
}

function isLong(before: string, after: string): boolean {
  return before.length + after.length > 40;
}

function shortValue(value: JsonValue | undefined): string {
  const words = value === undefined ? undefined : inWords(value);
  if (words !== undefined && isObject(value)) return cut(words);
  const shown = JSON.stringify(value, (_, item: JsonValue) => (isSecretMark(item) ? "***" : item));
  return cut(printable(shown ?? ""));
}

function cut(line: string): string {
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}
