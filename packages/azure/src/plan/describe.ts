import { printable } from "@routewright/diagnostics";
import { diffWordsWithSpace } from "diff";
import type { Difference } from "../compare/differences.ts";
import { isSecretMark, type JsonObject, type JsonValue } from "../objects.ts";
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

/** The members of an object that is made. */
export function describeMembers(body: JsonObject): readonly DifferenceText[] {
  return Object.entries(body).map(([key, value]) => ({
    sign: "+",
    path: printable(key),
    after: shortValue(value),
  }));
}

/** Deletions on top, then as they will be run. */
export function inReadingOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (change: Change): number => (change.action === "delete" ? 0 : 1);
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

function piecesOf(before: string, after: string): readonly DifferencePiece[] {
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    side: added ? "after" : removed ? "before" : "both",
    text: value,
  }));
}

function isLong(before: string, after: string): boolean {
  return before.length + after.length > 40;
}

function shortValue(value: JsonValue | undefined): string {
  const shown = JSON.stringify(value, (_, item: JsonValue) => (isSecretMark(item) ? "***" : item));
  const line = printable(shown ?? "");
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}
