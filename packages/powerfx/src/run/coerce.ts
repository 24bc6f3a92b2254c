import {
  type Decimal,
  decimalFromFloat,
  decimalToNumber,
  decimalToText,
  divideDecimal,
  FxDecimal,
  isZero,
  negateDecimal,
  parseDecimal,
} from "../values/decimal.ts";
import { FxGuid, FxMoment, type FxValue, fxError } from "../values/value.ts";
import { finite } from "./operations.ts";

/** Conversions at run time. Blank stays Blank; Errors never arrive here. */

const notANumber = fxError("InvalidArgument", "the text is not a number");
const notABoolean = fxError("InvalidArgument", "the text is neither true nor false");
const outOfRange = fxError("Numeric", "the number is out of range");

export function booleanToDecimal(value: FxValue): FxValue {
  return value === null ? null : value === true ? 1 : 0;
}

export function numberToBoolean(value: FxValue): FxValue {
  return typeof value === "number" || value instanceof FxDecimal ? !isZero(value) : null;
}

/** `true` or `false` in any case, nothing around it; the empty text is Blank. */
export function textToBoolean(value: FxValue): FxValue {
  if (typeof value !== "string" || value === "") return null;
  const lower = value.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : notABoolean;
}

export function booleanToText(value: FxValue): FxValue {
  return value === null ? null : value === true ? "true" : "false";
}

export function decimalValueToText(value: FxValue): FxValue {
  return typeof value === "number" || value instanceof FxDecimal ? decimalToText(value) : null;
}

export function floatValueToText(value: FxValue): FxValue {
  return typeof value === "number" ? floatToText(value) : null;
}

/** .NET's shortest round trip: an exponent from 1E+15 up and below 1E-04, two digits at least. */
export function floatToText(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e15) return String(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa}E${exponent.charAt(0)}${exponent.slice(1).padStart(2, "0")}`;
}

export function decimalToFloat(value: FxValue): FxValue {
  return typeof value === "number" || value instanceof FxDecimal ? decimalToNumber(value) : null;
}

export function floatToDecimal(value: FxValue): FxValue {
  return typeof value === "number" ? (decimalFromFloat(value) ?? outOfRange) : null;
}

/** Text to Decimal; the empty text is Blank, what is no number is an error. */
export function textToDecimal(value: FxValue): FxValue {
  if (typeof value !== "string" || value === "") return null;
  const read = readNumberText(value);
  if (read === undefined) return notANumber;
  const number = parseDecimal(read.digits);
  if (number === undefined) return notANumber;
  const signed: Decimal = read.negative ? negateDecimal(number) : number;
  return read.percent ? (divideDecimal(signed, 100) ?? outOfRange) : signed;
}

export function textToFloat(value: FxValue): FxValue {
  if (typeof value !== "string" || value === "") return null;
  const read = readNumberText(value);
  if (read === undefined) return notANumber;
  const number = Number(read.digits) * (read.negative ? -1 : 1);
  if (!Number.isFinite(number)) return notANumber;
  return finite(read.percent ? number / 100 : number);
}

interface NumberText {
  readonly negative: boolean;
  readonly percent: boolean;
  /** `123.45e6`, without sign, commas or currency. */
  readonly digits: string;
}

/**
 * Reads a number as the engine does: white space around, one sign before or after, or
 * parentheses for a negative one, `$`, commas in the whole part, one point, an exponent, and one
 * `%` at either end.
 */
export function readNumberText(value: string): NumberText | undefined {
  let text = value.trim();
  let percent = false;
  let signOutside: string | undefined;
  if (text.includes("%")) {
    // A sign may stand before a leading `%`; only one `%` in all.
    const match = /^([+-]?)\s*%([^%]*)$/.exec(text) ?? /^([^%]*)%()$/.exec(text);
    if (match === null) return undefined;
    percent = true;
    if (text.endsWith("%")) {
      text = (match[1] ?? "").trim();
    } else {
      signOutside = match[1] === "" ? undefined : match[1];
      text = (match[2] ?? "").trim();
      if (signOutside !== undefined && /^[+-]/.test(text)) return undefined;
    }
  }
  const match =
    /^\s*(\(?)\s*([+-]?)\s*(\$?)\s*([+-]?)\s*(\(?)(\d[\d,]*\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?\s*(\$?)\s*([+-]?)\s*(\)?)\s*(\$?)$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [
    ,
    open,
    before,
    dollar,
    inner,
    open2,
    number = "",
    exponent,
    dollarAfter,
    after,
    close,
    dollarLast,
  ] = match;
  const parentheses = open !== "" || open2 !== "";
  if (open !== "" && open2 !== "") return undefined;
  if (parentheses !== (close !== "")) return undefined;
  const signs = [before, inner, after].filter((sign) => sign !== "");
  if (signs.length > 1 || (parentheses && signs.length > 0)) return undefined;
  if ([dollar, dollarAfter, dollarLast].filter((mark) => mark !== "").length > 1) return undefined;
  const sign = signs[0] ?? signOutside;
  if (signs.length > 0 && signOutside !== undefined) return undefined;
  const digits = number.replaceAll(",", "");
  return {
    negative: parentheses || sign === "-",
    percent,
    digits: exponent === undefined ? digits : `${digits}e${exponent}`,
  };
}

export function momentToDecimal(value: FxValue): FxValue {
  if (!(value instanceof FxMoment)) return null;
  return decimalFromFloat(value.ms / 86_400_000) ?? outOfRange;
}

export function momentToFloat(value: FxValue): FxValue {
  return value instanceof FxMoment ? value.ms / 86_400_000 : null;
}

const notAGuid = fxError("InvalidArgument", "the text is not a GUID");

export function textToGuid(value: FxValue): FxValue {
  if (typeof value !== "string" || value === "") return null;
  const match =
    /^\s*[({]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[)}]?\s*$/i.exec(
      value,
    );
  return match === null ? notAGuid : new FxGuid(match.slice(1).join("-").toLowerCase());
}

export function guidToText(value: FxValue): FxValue {
  return value instanceof FxGuid ? value.text : null;
}
