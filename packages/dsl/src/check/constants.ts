import type { BinaryOperator, ComparisonOperator } from "../parse/ast.ts";
import type { ConstantValue } from "./checked.ts";
import { compareValues } from "./types.ts";

/** The value of an operator on constants; `undefined` where it has none (types, division by 0). */
export function foldBinary(
  operator: BinaryOperator,
  left: ConstantValue,
  right: ConstantValue,
): ConstantValue | undefined {
  switch (operator) {
    case "and":
    case "or":
      if (left.kind !== "boolean" || right.kind !== "boolean") return undefined;
      return {
        kind: "boolean",
        value: operator === "and" ? left.value && right.value : left.value || right.value,
      };
    case "&":
      if (!isTextual(left) || !isTextual(right)) return undefined;
      return { kind: "text", value: textOf(left) + textOf(right) };
    case "+":
    case "-":
    case "*":
    case "/":
      return foldArithmetic(operator, left, right);
    default:
      return foldComparison(operator, left, right);
  }
}

export function foldNegation(operand: ConstantValue): ConstantValue | undefined {
  if (operand.kind === "number")
    return { kind: "number", value: operand.value === 0 ? 0 : -operand.value };
  if (operand.kind === "duration") return { kind: "duration", seconds: -operand.seconds };
  return undefined;
}

function isTextual(
  value: ConstantValue,
): value is Extract<ConstantValue, { kind: "text" | "number" }> {
  return value.kind === "text" || value.kind === "number";
}

function textOf(value: Extract<ConstantValue, { kind: "text" | "number" }>): string {
  return value.kind === "text" ? value.value : plainNumber(value.value);
}

function foldComparison(
  operator: ComparisonOperator,
  left: ConstantValue,
  right: ConstantValue,
): ConstantValue | undefined {
  if (left.kind !== right.kind) return undefined;
  const a = amountOf(left);
  const b = amountOf(right);
  const ordered = operator === "==" || operator === "!=" || typeof a === "number";
  return ordered ? { kind: "boolean", value: compareValues(operator, a, b) } : undefined;
}

function amountOf(value: ConstantValue): string | number | boolean {
  switch (value.kind) {
    case "duration":
      return value.seconds;
    case "percent":
      return value.fraction;
    default:
      return value.value;
  }
}

function foldArithmetic(
  operator: "+" | "-" | "*" | "/",
  left: ConstantValue,
  right: ConstantValue,
): ConstantValue | undefined {
  if (left.kind === "number" && right.kind === "number") {
    const value = calculate(operator, left.value, right.value);
    return value === undefined ? undefined : { kind: "number", value };
  }
  if (
    left.kind === "duration" &&
    right.kind === "duration" &&
    (operator === "+" || operator === "-")
  ) {
    const seconds = calculate(operator, left.seconds, right.seconds);
    return seconds === undefined ? undefined : { kind: "duration", seconds };
  }
  if (
    left.kind === "duration" &&
    right.kind === "number" &&
    (operator === "*" || operator === "/")
  ) {
    const seconds = calculate(operator, left.seconds, right.value);
    return seconds === undefined ? undefined : { kind: "duration", seconds };
  }
  if (left.kind === "number" && right.kind === "duration" && operator === "*") {
    const seconds = calculate(operator, left.value, right.seconds);
    return seconds === undefined ? undefined : { kind: "duration", seconds };
  }
  return undefined;
}

/**
 * Arithmetic on decimals, as the engine does it: `0.1 + 0.2` is `0.3`. Quotients are the double
 * nearest to the quotient of the doubles.
 */
export function calculate(
  operator: "+" | "-" | "*" | "/",
  a: number,
  b: number,
): number | undefined {
  if (operator === "/") return b === 0 ? undefined : finite(a / b);
  if (Number.isInteger(a) && Number.isInteger(b)) {
    const exact = operator === "+" ? a + b : operator === "-" ? a - b : a * b;
    if (Number.isSafeInteger(exact)) return exact;
  }
  const x = decimalOf(a);
  const y = decimalOf(b);
  if (x === undefined || y === undefined) return undefined;
  if (operator === "*") return fromDecimal(x.digits * y.digits, x.scale + y.scale);
  const scale = Math.max(x.scale, y.scale);
  const left = x.digits * 10n ** BigInt(scale - x.scale);
  const right = y.digits * 10n ** BigInt(scale - y.scale);
  return fromDecimal(operator === "+" ? left + right : left - right, scale);
}

interface ScaledDecimal {
  readonly digits: bigint;
  /** Places after the point. */
  readonly scale: number;
}

function decimalOf(value: number): ScaledDecimal | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) return undefined;
  const fraction = match[3] ?? "";
  const scale = fraction.length - Number(match[4] ?? 0);
  const digits = BigInt(`${match[1]}${match[2]}${fraction}`);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function fromDecimal(digits: bigint, scale: number): number | undefined {
  return finite(Number(`${digits}e-${scale}`));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Without an exponent, as the engine writes numbers into texts. */
export function plainNumber(value: number): string {
  const decimal = decimalOf(value);
  if (decimal === undefined) return String(value);
  const negative = decimal.digits < 0n;
  const digits = String(negative ? -decimal.digits : decimal.digits).padStart(
    decimal.scale + 1,
    "0",
  );
  const whole = digits.slice(0, digits.length - decimal.scale);
  const fraction = digits.slice(digits.length - decimal.scale).replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
