import { type Binder, wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir } from "../bind/ir.ts";
import { asDecimal, asFloat, asText, finite, power } from "../run/operations.ts";
import type { FxCallNode } from "../tree.ts";
import {
  type Decimal,
  decimalToNumber,
  isNegative,
  isZero,
  modDecimal,
  negateDecimal,
  type RoundingMode,
  roundDecimal,
} from "../values/decimal.ts";
import { types } from "../values/types.ts";
import { type FxValue, fxError } from "../values/value.ts";
import { asCount, bindScalarCall, defineFunction, type FxFunction } from "./define.ts";

const overflow = fxError("Numeric", "the result is out of range");
const divisionByZero = fxError("Div0", "division by zero");

export const numberFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "Abs",
    signatures: ["Abs(number: Number): Number"],
    doc: "The number without its sign. Blank counts as 0.",
    examples: [["Abs(-5.5)", "5.5"]],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [{ type: "number" }], "number", absolute, {
        mayError: false,
        tabular: true,
      }),
  }),
  defineFunction({
    name: "Int",
    signatures: ["Int(number: Number): Number"],
    doc: "The greatest whole number that is not greater. Blank counts as 0.",
    examples: [
      ["Int(-1.5)", "-2"],
      ["Int(1.5)", "1"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "number" }],
        "number",
        (value) =>
          typeof value === "number" ? Math.floor(value) + 0 : roundTo(asDecimal(value), 0, "floor"),
        { tabular: true, float: (value) => Math.floor(asFloat(value)) + 0 },
      ),
  }),
  rounding(
    "Round",
    "half-away",
    "Rounds to `digits` decimals, half away from zero; a negative `digits` rounds left of the point.",
    [
      ["Round(2.5, 0)", "3"],
      ["Round(-2.5, 0)", "-3"],
      ["Round(1234.5, -2)", "1200"],
    ],
  ),
  rounding("RoundUp", "up", "Rounds to `digits` decimals, away from zero.", [
    ["RoundUp(2.1, 0)", "3"],
    ["RoundUp(-2.1, 0)", "-3"],
  ]),
  rounding("RoundDown", "down", "Rounds to `digits` decimals, towards zero.", [
    ["RoundDown(2.9, 0)", "2"],
    ["RoundDown(-2.9, 0)", "-2"],
  ]),
  rounding(
    "Trunc",
    "down",
    "Cuts off after `digits` decimals (0 unless given).",
    [["Trunc(-2.9)", "-2"]],
    1,
  ),
  defineFunction({
    name: "Mod",
    signatures: ["Mod(number: Number, divisor: Number): Number"],
    doc: "The remainder, with the sign of the divisor; an error (Div0) for a divisor of 0.",
    examples: [
      ["Mod(-3, 2)", "1"],
      ["Mod(3, -2)", "-1"],
      ["Mod(1, 0)", "#Div0"],
    ],
    arity: { min: 2, max: 2 },
    bind: bindMod,
  }),
  floatFunction("Sqrt", "The square root.", Math.sqrt, [["Sqrt(9)", "3"]]),
  floatFunction("Exp", "e to the power of the number.", Math.exp, [["Exp(0)", "1"]]),
  floatFunction("Ln", "The natural logarithm.", (x) => (x > 0 ? Math.log(x) : Number.NaN), [
    ["Ln(1)", "0"],
  ]),
  defineFunction({
    name: "Log",
    signatures: ["Log(number: Number, [base: Number]): Number"],
    doc: "The logarithm to a base, 10 unless given.",
    examples: [
      ["Log(100)", "2"],
      ["Log(8, 2)", "3"],
    ],
    arity: { min: 1, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }, { type: "float" }],
        types.float,
        (value, base) => {
          const x = asFloat(value);
          if (base === undefined) return x > 0 ? finite(Math.log10(x)) : overflow;
          const b = asFloat(base);
          if (!(x > 0) || !(b > 0)) return overflow;
          if (b === 1) return divisionByZero;
          if (b === 10) return finite(Math.log10(x));
          if (b === 2) return finite(Math.log2(x));
          return finite(Math.log(x) / Math.log(b));
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Power",
    signatures: ["Power(base: Number, exponent: Number): Number"],
    doc: "The base to the power of the exponent, as `^`.",
    examples: [["Power(2, 10)", "1024"]],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [{ type: "float" }, { type: "float" }], types.float, power, {
        tabular: true,
      }),
  }),
  defineFunction({
    name: "Pi",
    signatures: ["Pi(): Number"],
    doc: "The ratio of a circle's circumference to its diameter.",
    examples: [["Round(Pi(), 4)", "3.1416"]],
    arity: { min: 0, max: 0 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [], types.float, () => Math.PI, { mayError: false }),
  }),
  floatFunction("Sin", "The sine of an angle in radians.", Math.sin, [["Sin(0)", "0"]]),
  floatFunction("Cos", "The cosine of an angle in radians.", Math.cos, [["Cos(0)", "1"]]),
  floatFunction("Tan", "The tangent of an angle in radians.", Math.tan, [["Tan(0)", "0"]]),
  floatFunction(
    "Cot",
    "The cotangent of an angle in radians; an error (Div0) for 0.",
    (x) => 1 / Math.tan(x),
    [["Cot(0)", "#Div0"]],
    (x) => Math.tan(x) === 0,
  ),
  floatFunction("Asin", "The arcsine, in radians.", Math.asin, [["Asin(0)", "0"]]),
  floatFunction("Acos", "The arccosine, in radians.", Math.acos, [["Acos(1)", "0"]]),
  floatFunction("Atan", "The arctangent, in radians.", Math.atan, [["Atan(0)", "0"]]),
  floatFunction("Acot", "The arccotangent, in radians.", (x) => Math.PI / 2 - Math.atan(x), [
    ["Round(Acot(0), 4)", "1.5708"],
  ]),
  floatFunction("Radians", "Degrees as radians.", (x) => (x / 180) * Math.PI, [
    ["Radians(0)", "0"],
  ]),
  floatFunction("Degrees", "Radians as degrees.", (x) => (x * 180) / Math.PI, [
    ["Degrees(0)", "0"],
  ]),
  defineFunction({
    name: "Atan2",
    signatures: ["Atan2(x: Number, y: Number): Number"],
    doc: "The angle of the point (x, y), in radians; an error (Div0) for (0, 0).",
    examples: [["Atan2(1, 0)", "0"]],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }, { type: "float" }],
        types.float,
        (x, y) =>
          asFloat(x) === 0 && asFloat(y) === 0
            ? divisionByZero
            : finite(Math.atan2(asFloat(y), asFloat(x))),
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Dec2Hex",
    signatures: ["Dec2Hex(number: Number, [places: Number]): Text"],
    doc: "Hexadecimal digits, at least `places` of them; two's complement of 40 bits for negative numbers.",
    examples: [
      ["Dec2Hex(255)", '"FF"'],
      ["Dec2Hex(10, 4)", '"000A"'],
    ],
    arity: { min: 1, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }, { type: "float" }],
        types.text,
        decimalToHex,
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Hex2Dec",
    signatures: ["Hex2Dec(text: Text): Number"],
    doc: "The number that hexadecimal digits stand for, as two's complement of 40 bits.",
    examples: [['Hex2Dec("FF")', "255"]],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [{ type: "text" }], types.decimal, hexToDecimal, {
        tabular: true,
      }),
  }),
];

function floatFunction(
  name: string,
  doc: string,
  run: (value: number) => number,
  examples: FxFunction["examples"],
  dividesByZero: (value: number) => boolean = () => false,
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(number: Number): Number`],
    doc,
    examples,
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }],
        types.float,
        (value) => {
          const number = asFloat(value);
          return dividesByZero(number) ? divisionByZero : finite(run(number));
        },
        { tabular: true },
      ),
  });
}

function rounding(
  name: string,
  mode: RoundingMode,
  doc: string,
  examples: FxFunction["examples"],
  min = 2,
): FxFunction {
  const digits = min === 1 ? "[digits: Number]" : "digits: Number";
  return defineFunction({
    name,
    signatures: [`${name}(number: Number, ${digits}): Number`],
    doc,
    examples,
    arity: { min, max: 2 },
    bind(call, binder) {
      return bindScalarCall(
        call,
        binder,
        [{ type: "number" }, { type: "float" }],
        "number",
        (value, count) => roundTo(asDecimal(value), asCount(count ?? 0), mode),
        {
          tabular: true,
          float: (value, count) => roundFloat(asFloat(value), asCount(count ?? 0), mode),
        },
      );
    },
  });
}

function roundTo(value: Decimal, digits: number, mode: RoundingMode): FxValue {
  if (digits > 28) return value;
  if (digits < -28) return 0;
  return roundDecimal(value, digits, mode) ?? overflow;
}

/** Digits are those of the shortest text, which is what the engine's fudge is there for. */
function roundFloat(value: number, digits: number, mode: RoundingMode): FxValue {
  if (Math.abs(digits) > 15 || Math.abs(value) > 1e20) return value;
  const rounded = roundDecimal(value, digits, mode);
  return rounded === undefined ? value : decimalToNumber(rounded);
}

function absolute(value: FxValue): FxValue {
  const number = asDecimal(value);
  if (isNegative(number)) return negateDecimal(number);
  return typeof number === "number" ? number + 0 : number;
}

function bindMod(call: FxCallNode, binder: Binder): Ir {
  const tables = call.args.map((arg) => binder.bind(arg));
  if (tables.some((arg) => arg.type.kind === "table")) {
    return bindScalarCall(
      call,
      binder,
      [{ type: "number" }, { type: "number" }],
      "number",
      modulo,
      { tabular: true, float: modFloat, anyFloat: true },
    );
  }
  const float = tables.some((arg) => arg.type.kind === "float");
  const kind = float ? "float" : "decimal";
  const args = tables.map((arg) => {
    const converted = arg.type.kind === "error" ? undefined : convert(arg, kind);
    if (converted === undefined && arg.type.kind !== "error") {
      wrongType(binder, arg.node, kind, arg.type);
    }
    return converted;
  });
  const [a, b] = args;
  if (a === undefined || b === undefined) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  return strict(call, types[kind], float ? modFloat : modulo, [a, b], { mayBlank: false });
}

function modulo(a: FxValue, b: FxValue): FxValue {
  const divisor = asDecimal(b);
  return isZero(divisor) ? divisionByZero : (modDecimal(asDecimal(a), divisor) ?? overflow);
}

function modFloat(a: FxValue, b: FxValue): FxValue {
  const divisor = asFloat(b);
  if (divisor === 0) return divisionByZero;
  const rest = asFloat(a) % divisor;
  return finite(rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest);
}

const hexLimit = 2 ** 39;

function decimalToHex(value: FxValue, places?: FxValue): FxValue {
  const number = Math.floor(asFloat(value));
  const width = places === undefined ? 1 : Math.trunc(asFloat(places));
  if (number < -hexLimit || number >= hexLimit || width < 1 || width > 10) return overflow;
  if (number < 0) return (number + 2 ** 40).toString(16).toUpperCase();
  const digits = number.toString(16).toUpperCase();
  return places !== undefined && digits.length > width ? overflow : digits.padStart(width, "0");
}

function hexToDecimal(value: FxValue): FxValue {
  const text = asText(value).trim();
  if (text === "") return 0;
  if (!/^[0-9a-f]+$/i.test(text)) return overflow;
  if (text.length > 10) return overflow;
  const number = Number.parseInt(text, 16);
  return number >= hexLimit ? number - 2 ** 40 : number;
}
