import type { Run } from "../bind/ir.ts";
import { type FxError, FxTable, FxUntyped, type FxValue, fxError } from "../values/value.ts";

/**
 * A formula ends: only functions that run an argument once a row repeat anything, and within
 * them every value that is made or read counts as work.
 */

/** About a tenth of a second; a value counts as 1, a table by its rows, a text by its length. */
const maxWork = 1_000_000;
const charactersPerUnit = 64;

/** Longest text that is made; labels may be longer. */
export const maxTextLength = 1_000_000;

export const textTooLong = fxError("InsufficientMemory", "the text gets too long");
const tooMuchWork = fxError("Timeout", "the formula takes too long");

const exhausted = new Error("work limit");

// Evaluation is synchronous, and the outermost call sets both again.
let isCounting = false;
let left = 0;

/** A function that decides itself how often it runs its arguments. */
export function withinLimit(run: Run): Run {
  return (slots, rows) => {
    if (isCounting) return run(slots, rows);
    isCounting = true;
    left = maxWork;
    try {
      return run(slots, rows);
    } catch (error) {
      // Also what the platform cannot hold: a text or a table that is too long.
      if (error === exhausted || error instanceof RangeError) return tooMuchWork;
      throw error;
    } finally {
      isCounting = false;
    }
  };
}

/** An expression inside of such a function. */
export function counted(run: Run): Run {
  return (slots, rows) => {
    const value = run(slots, rows);
    spend(1 + sizeOf(value));
    return value;
  };
}

/** Work that no value shows. */
export function spend(units: number): void {
  left -= units;
  if (left < 0 && isCounting) throw exhausted;
}

function sizeOf(value: FxValue): number {
  if (typeof value === "string") return Math.floor(value.length / charactersPerUnit);
  if (value instanceof FxTable) return value.rows.length;
  if (value instanceof FxUntyped && typeof value.json === "object") {
    return value.json.kind === "array" ? value.json.items.length : 0;
  }
  return 0;
}

/** A text that was put together, unless it is too long. */
export function limitText(text: string): string | FxError {
  return text.length > maxTextLength ? textTooLong : text;
}
