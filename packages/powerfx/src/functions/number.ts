import { wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import { asDecimal, asFloat, finite } from "../run/operations.ts";
import {
  compareDecimal,
  type Decimal,
  FxDecimal,
  isNegative,
  isZero,
  modDecimal,
  negateDecimal,
  type RoundingMode,
  roundDecimal,
} from "../values/decimal.ts";
import { isNumeric, types } from "../values/types.ts";
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
      bindScalarCall(call, binder, [{ type: "number" }], "number", absolute, { mayError: false }),
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
      bindScalarCall(call, binder, [{ type: "number" }], "number", (value) =>
        typeof value === "number" ? Math.floor(value) : roundTo(asDecimal(value), 0, "floor"),
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
    bind(call, binder) {
      const bound = call.args.map((arg) => binder.bind(arg));
      const float = bound.some((arg) => arg.type.kind === "float");
      const kind = float ? "float" : "decimal";
      const args = bound.map((arg) => {
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
    },
  }),
  extreme("Min", -1, "The least of the values. Blank is skipped; all Blank gives Blank.", [
    ["Min(3, 1, 2)", "1"],
    ["Min(3, Blank())", "3"],
  ]),
  extreme("Max", 1, "The greatest of the values. Blank is skipped; all Blank gives Blank.", [
    ["Max(3, 1, 2)", "3"],
    ["Max(Blank(), -1)", "-1"],
  ]),
];

function rounding(
  name: string,
  mode: RoundingMode,
  doc: string,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(number: Number, digits: Number): Number`],
    doc,
    examples,
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "number" }, { type: "decimal" }],
        "number",
        (value, digits) => roundTo(asDecimal(value), asCount(digits), mode),
      ),
  });
}

function roundTo(value: Decimal, digits: number, mode: RoundingMode): FxValue {
  if (digits > 28) return value;
  if (digits < -28) return 0;
  return roundDecimal(value, digits, mode) ?? overflow;
}

function absolute(value: FxValue): FxValue {
  const number = asDecimal(value);
  return isNegative(number)
    ? negateDecimal(number)
    : typeof number === "number"
      ? number + 0
      : number;
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

function extreme(
  name: string,
  sign: 1 | -1,
  doc: string,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(number1: Number, number2: Number, …): Number`],
    doc,
    examples,
    arity: { min: 1, max: Number.POSITIVE_INFINITY },
    bind(call, binder) {
      const bound = call.args.map((arg) => binder.bind(arg));
      const first = bound[0];
      const kind = first !== undefined && isNumeric(first.type) ? first.type.kind : "decimal";
      const args: typeof bound = [];
      for (const arg of bound) {
        const converted =
          arg.type.kind === "error" || (kind !== "float" && kind !== "decimal")
            ? undefined
            : convert(arg, kind);
        if (converted !== undefined) args.push(converted);
        else if (arg.type.kind !== "error") binder.report("ErrNumberExpected", arg.node.span);
      }
      if (args.length < bound.length) {
        binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
        return binder.failed(call);
      }
      return strict(
        call,
        kind === "float" ? types.float : types.decimal,
        (...values) => {
          let best: Decimal | null = null;
          for (const value of values) {
            if (typeof value !== "number" && !(value instanceof FxDecimal)) continue;
            if (best === null || compareDecimal(value, best) * sign > 0) best = value;
          }
          return best;
        },
        args,
        {
          mayBlank: args.every((arg) => arg.mayBlank),
          mayError: args.some((arg) => arg.mayError),
        },
      );
    },
  });
}
