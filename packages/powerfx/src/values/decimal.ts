/**
 * .NET's `decimal`: sign, 96-bit integer coefficient, scale 0…28; results are rounded half to
 * even to what fits.
 *
 * A value is a plain JS number wherever it can be: a number stands for its *shortest decimal
 * text* (0.1 means one tenth), which is injective and keeps the order, so numbers compare as
 * they are. Arithmetic stays on numbers while operands and result are safe integers, or have at
 * most six decimals and less than 16 digits: then one correctly rounded division gives the
 * double nearest to the exact result. Everything else goes through `FxDecimal` (BigInt).
 *
 * Why not a library: decimal.js-light and big.js keep digit arrays without the 96-bit bound, so
 * every result would need a second rounding step, and neither has an allocation-free fast path.
 */
export class FxDecimal {
  readonly coefficient: bigint;
  readonly scale: number;

  constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient;
    this.scale = scale;
  }

  /** Plain digits, without an exponent or trailing zeros. */
  toString(): string {
    return decimalToText(this);
  }
}

export type Decimal = number | FxDecimal;

export const maxCoefficient = (1n << 96n) - 1n;
export const maxScale = 28;

const powers: readonly bigint[] = Array.from({ length: 70 }, (_, index) => 10n ** BigInt(index));

export function power10(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent);
}

/**
 * Makes the simplest representation of coefficient × 10^-scale; `undefined` if it does not fit.
 */
export function makeDecimal(coefficient: bigint, scale: number): Decimal | undefined {
  let c = coefficient;
  let s = scale;
  if (s < 0) {
    if (s < -40) return c === 0n ? 0 : undefined;
    c *= power10(-s);
    s = 0;
  }
  const magnitude = c < 0n ? -c : c;
  if (s > maxScale || magnitude > maxCoefficient) {
    // Fewest digits dropped, rounded once, from the exact value.
    let drop = Math.max(0, s - maxScale);
    const digits = magnitude.toString().length;
    drop = Math.max(drop, digits - 29);
    for (; ; drop++) {
      if (drop > s) return undefined;
      const rounded = divideHalfEven(c, power10(drop));
      if ((rounded < 0n ? -rounded : rounded) <= maxCoefficient) {
        c = rounded;
        s -= drop;
        break;
      }
    }
  }
  return simplify(c, s);
}

function simplify(coefficient: bigint, scale: number): Decimal {
  let c = coefficient;
  let s = scale;
  if (s === 0) {
    return isSmall(c, 9007199254740991n) ? Number(c) : new FxDecimal(c, 0);
  }
  if (!isSmall(c, 999999999999999n)) {
    while (s > 0 && c % 10n === 0n) {
      c /= 10n;
      s--;
    }
    if (s === 0) return simplify(c, 0);
    if (!isSmall(c, 999999999999999n)) return new FxDecimal(c, s);
  }
  // At most 15 digits: the nearest double has exactly these as its shortest text.
  return s <= 22 ? Number(c) / Number(power10(s)) : Number(`${c}e-${s}`);
}

function isSmall(value: bigint, limit: bigint): boolean {
  return value <= limit && value >= -limit;
}

/** `numerator / divisor`, rounded half to even; the divisor is positive. */
export function divideHalfEven(numerator: bigint, divisor: bigint): bigint {
  const quotient = numerator / divisor;
  const remainder = numerator % divisor;
  if (remainder === 0n) return quotient;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const up = twice > divisor || (twice === divisor && (quotient & 1n) === 1n);
  if (!up) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

/** A number's exact decimal meaning. */
export function toBig(value: Decimal): FxDecimal {
  if (typeof value !== "number") return value;
  if (Number.isSafeInteger(value)) return new FxDecimal(BigInt(value), 0);
  const text = String(value);
  const exponentAt = text.indexOf("e");
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt);
  const exponent = exponentAt < 0 ? 0 : Number(text.slice(exponentAt + 1));
  const point = mantissa.indexOf(".");
  const decimals = point < 0 ? 0 : mantissa.length - point - 1;
  const coefficient = BigInt(mantissa.replace(".", ""));
  const scale = decimals - exponent;
  return scale >= 0
    ? new FxDecimal(coefficient, scale)
    : new FxDecimal(coefficient * power10(-scale), 0);
}

/** Reads `digits[.digits][e[±]digits]` with an optional sign; `undefined` if it does not fit. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponentText] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const exponent = exponentText === undefined ? 0 : Number(exponentText);
  const all = `${whole}${fraction}`.replace(/^0+/, "");
  if (all === "") return 0;
  const scale = fraction.length - exponent;
  if (all.length - scale > 30) return undefined;
  if (scale - all.length > 30) return 0;
  // Far more digits than can matter: keep enough, and one more that says "not exactly half".
  const keep = Math.max(0, all.length - (scale - maxScale)) + 2;
  let digits = all;
  let kept = scale;
  if (digits.length > 80 && keep < digits.length) {
    const cut = Math.max(keep, 60);
    if (cut < digits.length) {
      const sticky = /[1-9]/.test(digits.slice(cut)) ? "1" : "0";
      kept -= digits.length - cut - 1;
      digits = digits.slice(0, cut) + sticky;
    }
  }
  const coefficient = BigInt(digits);
  return makeDecimal(sign === "-" ? -coefficient : coefficient, kept);
}

/** Plain digits, no exponent, no trailing zeros after the point; never "-0". */
export function decimalToText(value: Decimal): string {
  if (typeof value === "number") {
    const text = String(value);
    if (!text.includes("e")) return text === "-0" ? "0" : text;
  }
  const { coefficient, scale } = toBig(value);
  const negative = coefficient < 0n;
  let digits = (negative ? -coefficient : coefficient).toString();
  if (scale > 0) {
    digits = digits.padStart(scale + 1, "0");
    const whole = digits.slice(0, -scale);
    const fraction = digits.slice(-scale).replace(/0+$/, "");
    digits = fraction === "" ? whole : `${whole}.${fraction}`;
  }
  return negative && digits !== "0" ? `-${digits}` : digits;
}

const twoTo64 = 2 ** 64;

/**
 * The double .NET makes: the coefficient's upper and lower part as doubles, added, divided by
 * the power of ten. For many digits that can be one unit beside the nearest double.
 */
export function decimalToNumber(value: Decimal): number {
  if (typeof value === "number") return value;
  const { coefficient, scale } = value;
  const magnitude = coefficient < 0n ? -coefficient : coefficient;
  const low = Number(BigInt.asUintN(64, magnitude));
  const high = Number(magnitude >> 64n);
  const number = (low + high * twoTo64) / Number(power10(scale));
  return coefficient < 0n ? -number : number;
}

/**
 * A double as a Decimal, the way .NET converts: rounded to 15 significant digits.
 * `undefined` if out of range.
 */
export function decimalFromFloat(value: number): Decimal | undefined {
  if (Number.isSafeInteger(value) && Math.abs(value) < 1e15) return value + 0;
  if (!Number.isFinite(value)) return undefined;
  return parseDecimal(value.toPrecision(15));
}

/**
 * A double read from JSON, as a Decimal: its shortest text, rounded to what fits.
 * `undefined` if out of range.
 */
export function decimalFromJsonNumber(value: number): Decimal | undefined {
  if (isPlainDecimal(value)) return value;
  if (!Number.isFinite(value)) return undefined;
  const { coefficient, scale } = toBig(value);
  return makeDecimal(coefficient, scale);
}

/** Whether a double's shortest text is a Decimal as it stands. */
export function isPlainDecimal(value: number): boolean {
  return (value <= 7.9e28 && value >= 1e-9) || (value >= -7.9e28 && value <= -1e-9) || value === 0;
}

// Where `scaleUp` leaves its second result: the power of ten it multiplied by.
let scaledBy = 1;

/** value × scaledBy as an exact integer below 10^15, or NaN if six decimals are not enough. */
function scaleUp(value: number): number {
  for (let power = 1; power <= 1e6; power *= 10) {
    const scaled = Math.round(value * power);
    if (scaled / power === value) {
      scaledBy = power;
      return scaled < 1e15 && scaled > -1e15 ? scaled : Number.NaN;
    }
  }
  return Number.NaN;
}

export function addDecimal(a: Decimal, b: Decimal): Decimal | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(sum)) return sum;
    const x = scaleUp(a);
    const xBy = scaledBy;
    const y = scaleUp(b);
    const by = Math.max(xBy, scaledBy);
    const total = x * (by / xBy) + y * (by / scaledBy);
    if (total < 1e15 && total > -1e15) return total / by;
  }
  const x = toBig(a);
  const y = toBig(b);
  const scale = Math.max(x.scale, y.scale);
  return makeDecimal(
    x.coefficient * power10(scale - x.scale) + y.coefficient * power10(scale - y.scale),
    scale,
  );
}

export function subtractDecimal(a: Decimal, b: Decimal): Decimal | undefined {
  return addDecimal(a, negateDecimal(b));
}

export function negateDecimal(a: Decimal): Decimal {
  return typeof a === "number" ? 0 - a : new FxDecimal(-a.coefficient, a.scale);
}

export function multiplyDecimal(a: Decimal, b: Decimal): Decimal | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(product)) {
      return product + 0;
    }
    const x = scaleUp(a);
    const xBy = scaledBy;
    const y = scaleUp(b);
    const total = x * y;
    if (total < 1e15 && total > -1e15) return total / (xBy * scaledBy) + 0;
  }
  const x = toBig(a);
  const y = toBig(b);
  return makeDecimal(x.coefficient * y.coefficient, x.scale + y.scale);
}

/** The divisor is not zero. */
export function divideDecimal(a: Decimal, b: Decimal): Decimal | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const quotient = a / b;
    if (
      Number.isSafeInteger(a) &&
      Number.isSafeInteger(b) &&
      Number.isInteger(quotient) &&
      quotient * b === a
    ) {
      return quotient + 0;
    }
  }
  const x = toBig(a);
  const y = toBig(b);
  const negative = x.coefficient < 0n !== y.coefficient < 0n;
  let numerator = (x.coefficient < 0n ? -x.coefficient : x.coefficient) * power10(y.scale);
  let divisor = (y.coefficient < 0n ? -y.coefficient : y.coefficient) * power10(x.scale);
  if (numerator === 0n) return 0;
  // The highest scale whose rounded quotient fits 96 bits.
  numerator *= power10(maxScale);
  let scale = maxScale;
  const excess = (numerator / divisor).toString().length - 29;
  if (excess > 0) {
    scale -= excess;
    divisor *= power10(excess);
  }
  for (; scale >= 0; scale--) {
    const quotient = divideHalfEven(numerator, divisor);
    if (quotient <= maxCoefficient) return simplify(negative ? -quotient : quotient, scale);
    divisor *= 10n;
  }
  return undefined;
}

/** a - b·floor(a/b): the sign of the divisor, which is not zero. */
export function modDecimal(a: Decimal, b: Decimal): Decimal | undefined {
  if (typeof a === "number" && typeof b === "number") {
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
      const rest = a % b;
      return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0;
    }
  }
  const x = toBig(a);
  const y = toBig(b);
  const scale = Math.max(x.scale, y.scale);
  const n = x.coefficient * power10(scale - x.scale);
  const d = y.coefficient * power10(scale - y.scale);
  let rest = n % d;
  if (rest !== 0n && rest < 0n !== d < 0n) rest += d;
  return makeDecimal(rest, scale);
}

export function compareDecimal(a: Decimal, b: Decimal): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  const x = toBig(a);
  const y = toBig(b);
  const scale = Math.max(x.scale, y.scale);
  const difference =
    x.coefficient * power10(scale - x.scale) - y.coefficient * power10(scale - y.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(a: Decimal): boolean {
  return typeof a === "number" ? a === 0 : a.coefficient === 0n;
}

export function isNegative(a: Decimal): boolean {
  return typeof a === "number" ? a < 0 : a.coefficient < 0n;
}

export type RoundingMode = "half-away" | "up" | "down" | "floor";

/** Rounds to `digits` decimals, which may be negative. */
export function roundDecimal(
  value: Decimal,
  digits: number,
  mode: RoundingMode,
): Decimal | undefined {
  if (typeof value === "number" && digits >= 0 && Number.isSafeInteger(value)) return value + 0;
  const { coefficient, scale } = toBig(value);
  const drop = scale - digits;
  if (drop <= 0) return simplify(coefficient, scale);
  const divisor = power10(drop);
  const quotient = coefficient / divisor;
  const remainder = coefficient % divisor;
  let result = quotient;
  if (remainder !== 0n) {
    const away = coefficient < 0n ? quotient - 1n : quotient + 1n;
    switch (mode) {
      case "half-away":
        if ((remainder < 0n ? -remainder : remainder) * 2n >= divisor) result = away;
        break;
      case "up":
        result = away;
        break;
      case "floor":
        if (coefficient < 0n) result = away;
        break;
      case "down":
        break;
    }
  }
  return makeDecimal(result, digits);
}
