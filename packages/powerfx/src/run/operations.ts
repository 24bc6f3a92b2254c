import {
  addDecimal,
  compareDecimal,
  type Decimal,
  divideDecimal,
  FxDecimal,
  isZero,
  multiplyDecimal,
  negateDecimal,
  subtractDecimal,
} from "../values/decimal.ts";
import { FxError, FxGuid, FxMoment, type FxValue, fxError } from "../values/value.ts";
import { maxTextLength, textTooLong } from "./work.ts";

/**
 * The operators at run time. Arguments are never Errors and have the types that the binder
 * promised; Blank is `null`.
 */

const overflow = fxError("Numeric", "the result is out of range");
const divisionByZero = fxError("Div0", "division by zero");

/** An operand of a Decimal operation: Blank counts as 0. */
export function asDecimal(value: FxValue | undefined): Decimal {
  return typeof value === "number" || value instanceof FxDecimal ? value : 0;
}

/** An operand of a Float operation: Blank counts as 0. */
export function asFloat(value: FxValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

export function asText(value: FxValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A Float result: what is not finite is an error. */
export function finite(value: number): FxValue {
  return Number.isFinite(value) ? value + 0 : overflow;
}

export const decimalOperations = {
  "+": (a: FxValue, b: FxValue): FxValue => addDecimal(asDecimal(a), asDecimal(b)) ?? overflow,
  "-": (a: FxValue, b: FxValue): FxValue => subtractDecimal(asDecimal(a), asDecimal(b)) ?? overflow,
  "*": (a: FxValue, b: FxValue): FxValue => multiplyDecimal(asDecimal(a), asDecimal(b)) ?? overflow,
  "/": (a: FxValue, b: FxValue): FxValue => {
    const divisor = asDecimal(b);
    return isZero(divisor) ? divisionByZero : (divideDecimal(asDecimal(a), divisor) ?? overflow);
  },
  "<": (a: FxValue, b: FxValue): FxValue => compareDecimal(asDecimal(a), asDecimal(b)) < 0,
  "<=": (a: FxValue, b: FxValue): FxValue => compareDecimal(asDecimal(a), asDecimal(b)) <= 0,
  ">": (a: FxValue, b: FxValue): FxValue => compareDecimal(asDecimal(a), asDecimal(b)) > 0,
  ">=": (a: FxValue, b: FxValue): FxValue => compareDecimal(asDecimal(a), asDecimal(b)) >= 0,
} as const;

export const floatOperations = {
  "+": (a: FxValue, b: FxValue): FxValue => finite(asFloat(a) + asFloat(b)),
  "-": (a: FxValue, b: FxValue): FxValue => finite(asFloat(a) - asFloat(b)),
  "*": (a: FxValue, b: FxValue): FxValue => finite(asFloat(a) * asFloat(b)),
  "/": (a: FxValue, b: FxValue): FxValue => {
    const divisor = asFloat(b);
    return divisor === 0 ? divisionByZero : finite(asFloat(a) / divisor);
  },
  "<": (a: FxValue, b: FxValue): FxValue => asFloat(a) < asFloat(b),
  "<=": (a: FxValue, b: FxValue): FxValue => asFloat(a) <= asFloat(b),
  ">": (a: FxValue, b: FxValue): FxValue => asFloat(a) > asFloat(b),
  ">=": (a: FxValue, b: FxValue): FxValue => asFloat(a) >= asFloat(b),
} as const;

export function negateNumber(a: FxValue): FxValue {
  return negateDecimal(asDecimal(a));
}

export function percentDecimal(a: FxValue): FxValue {
  return divideDecimal(asDecimal(a), 100) ?? overflow;
}

export function percentFloat(a: FxValue): FxValue {
  return finite(asFloat(a) / 100);
}

export function power(a: FxValue, b: FxValue): FxValue {
  const base = asFloat(a);
  const exponent = asFloat(b);
  if (base === 0 && exponent < 0) return divisionByZero;
  return finite(base ** exponent);
}

/** Values of one type (or Blank): Blank equals only Blank; text is compared by code units. */
export function equalValues(a: FxValue, b: FxValue): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a instanceof FxDecimal || b instanceof FxDecimal) {
    return (
      (typeof a === "number" || a instanceof FxDecimal) &&
      (typeof b === "number" || b instanceof FxDecimal) &&
      compareDecimal(a, b) === 0
    );
  }
  if (a instanceof FxMoment && b instanceof FxMoment) return a.ms === b.ms;
  if (a instanceof FxGuid && b instanceof FxGuid) return a.text === b.text;
  return false;
}

export function notEqualValues(a: FxValue, b: FxValue): boolean {
  return !equalValues(a, b);
}

export function concatenate(...parts: readonly FxValue[]): FxValue {
  let text = "";
  for (const part of parts) {
    if (typeof part !== "string") continue;
    if (text.length + part.length > maxTextLength) return textTooLong;
    text += part;
  }
  return text;
}

/** Whether `whole` contains `part`; Blank counts as the empty text, which is in everything. */
export function containsText(part: FxValue, whole: FxValue): FxValue {
  return foldCase(asText(whole)).includes(foldCase(asText(part)));
}

export function containsTextExactly(part: FxValue, whole: FxValue): FxValue {
  return asText(whole).includes(asText(part));
}

/**
 * Text for an ordinal comparison without case, as .NET folds: every code unit by its own simple
 * upper case, never changing the length.
 */
export function foldCase(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toUpperCase();
  let folded = "";
  for (const char of text) {
    const upper = char.toUpperCase();
    folded += upper.length === char.length ? upper : char;
  }
  return folded;
}

/** All errors of some arguments, in their order; `undefined` if there is none. */
export function combineErrors(args: readonly FxValue[]): FxError | undefined {
  let found: FxError | undefined;
  for (const arg of args) {
    if (!(arg instanceof FxError)) continue;
    found = found === undefined ? arg : new FxError("error", [...found.errors, ...arg.errors]);
  }
  return found;
}
