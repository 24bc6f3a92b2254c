import type { FxMoment } from "../values/value.ts";
import type { Piece } from "./format.ts";
import { partsOf } from "./moments.ts";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const weekdays = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

/** A date or time by the pieces of a format. */
export function momentWithLayout(value: FxMoment, pieces: readonly Piece[]): string {
  const parts = partsOf(value.ms);
  const hasHalf = pieces.some((piece) => piece.kind === "half");
  const two = (number: number, count: number) => String(number).padStart(count > 1 ? 2 : 1, "0");
  let result = "";
  pieces.forEach((piece, index) => {
    if (piece.kind === "literal") result += piece.text;
    if (piece.kind === "half") {
      const half = parts.hour < 12 ? "AM" : "PM";
      result += piece.short ? half.charAt(0) : half;
    }
    if (piece.kind !== "field") return;
    const { count } = piece;
    switch (piece.letter) {
      case "d":
        if (count <= 2) result += two(parts.day, count);
        else {
          const name = weekdays[parts.weekday] ?? "";
          result += count === 3 ? name.slice(0, 3) : name;
        }
        return;
      case "m":
        if (isMinutes(pieces, index)) result += two(parts.minute, count);
        else if (count <= 2) result += two(parts.month, count);
        else {
          const name = months[parts.month - 1] ?? "";
          result += count === 3 ? name.slice(0, 3) : name;
        }
        return;
      case "y":
        result +=
          count <= 2
            ? String(parts.year % 100).padStart(2, "0")
            : String(parts.year).padStart(4, "0");
        return;
      case "h": {
        const hour = hasHalf ? (parts.hour % 12 === 0 ? 12 : parts.hour % 12) : parts.hour;
        result += two(hour, count);
        return;
      }
      case "s":
        result += two(parts.second, count);
        return;
      case "0":
        result += String(parts.millisecond).padStart(3, "0").padEnd(count, "0").slice(0, count);
        return;
    }
  });
  return result;
}

/** `m` is minutes after hours or before seconds, with something in between, else months. */
function isMinutes(pieces: readonly Piece[], index: number): boolean {
  const own = pieces[index];
  const isLong = own?.kind === "field" && own.count > 1;
  for (let at = index + 1; at < pieces.length; at++) {
    const piece = pieces[at];
    if (piece?.kind !== "field") continue;
    if (piece.letter === "s") {
      if (at > index + 1 || isLong) return true;
      break;
    }
    if (piece.letter === "d" || piece.letter === "y" || piece.letter === "h") break;
  }
  for (let at = index - 1; at >= 0; at--) {
    const piece = pieces[at];
    if (piece?.kind !== "field") continue;
    if (piece.letter === "h") return at < index - 1 || piece.count > 1;
    if (piece.letter === "d" || piece.letter === "y") return false;
    if (piece.letter === "m" && !isMinutes(pieces.slice(0, at + 1), at)) return false;
  }
  return false;
}
