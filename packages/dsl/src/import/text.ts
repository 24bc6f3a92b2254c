import type { LabelValue } from "@routewright/jobrouter";

/** `"…"` for any text: what a source line cannot hold is escaped. */
export function quoteTextLiteral(value: string): string {
  let result = '"';
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    const character = value.charAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(value.charCodeAt(index + 1))) {
      result += value.slice(index, index + 2);
      index++;
    } else if (character === '"' || character === "\\") result += `\\${character}`;
    else if (character === "\n") result += "\\n";
    else if (character === "\t") result += "\\t";
    else if (character === "\r") result += "\\r";
    else if (mustEscape(unit)) result += `\\u{${unit.toString(16)}}`;
    else result += character;
  }
  return `${result}"`;
}

/** Controls, line and paragraph separators, marks of direction, and halves of a pair. */
function mustEscape(unit: number): boolean {
  return (
    unit < 0x20 ||
    (unit >= 0x7f && unit <= 0x9f) ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x2028 && unit <= 0x202e) ||
    (unit >= 0x2066 && unit <= 0x2069) ||
    unit === 0xfeff ||
    (unit >= 0xd800 && unit <= 0xdfff)
  );
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A raw formula: between three quotes where that reads better and is exact, else escaped. */
export function quoteFormula(formula: string): string {
  const literal = quoteTextLiteral(formula);
  const plain = formula.replaceAll("\n", "").replaceAll('"', "").replaceAll("\\", "");
  const isPlain = quoteTextLiteral(plain) === `"${plain}"`;
  if (literal === `"${formula}"`) return `powerfx${literal}`;
  if (!isPlain || formula.includes('"""') || formula.endsWith('"')) return `powerfx${literal}`;
  return `powerfx"""${formula}"""`;
}

/** A number in plain decimal digits, exactly; the sign in front. */
export function plainDecimal(value: number): string {
  const text = String(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/u.exec(text);
  if (match === null) return sign + text;
  return sign + shiftPoint(match[1] ?? "", match[2] ?? "", Number(match[3] ?? 0));
}

/** `0.3` as `30%`: the same decimal digits, the point two places on. */
export function percent(fraction: number): string {
  const [whole = "", rest = ""] = plainDecimal(fraction).split(".");
  return `${shiftPoint(whole, rest, 2)}%`;
}

function shiftPoint(whole: string, fraction: string, places: number): string {
  let digits = whole + fraction;
  let point = whole.length + places;
  if (point <= 0) {
    digits = "0".repeat(1 - point) + digits;
    point = 1;
  }
  if (point > digits.length) digits = digits.padEnd(point, "0");
  const left = digits.slice(0, point).replace(/^0+(?=\d)/u, "");
  const right = digits.slice(point).replace(/0+$/u, "");
  return right === "" ? left : `${left}.${right}`;
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;

/** `300` as `5m`, `90` as `90s`, `0.5` as `0.5s`: the largest unit that divides evenly. */
export function duration(seconds: number): string {
  if (Number.isSafeInteger(seconds) && seconds > 0) {
    for (const [unit, size] of units) {
      if (seconds % size === 0) return `${seconds / size}${unit}`;
    }
  }
  return `${plainDecimal(seconds)}s`;
}

/** A label's value as a literal. */
export function literal(value: LabelValue): string {
  if (typeof value === "string") return quoteTextLiteral(value);
  if (typeof value === "number") return plainDecimal(value);
  return String(value);
}
