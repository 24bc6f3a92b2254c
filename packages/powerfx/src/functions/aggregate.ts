import { type Binder, wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir, Run } from "../bind/ir.ts";
import { asFloat, finite } from "../run/operations.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import {
  addDecimal,
  compareDecimal,
  type Decimal,
  decimalToNumber,
  divideDecimal,
  FxDecimal,
} from "../values/decimal.ts";
import { type FxScalarKind, types } from "../values/types.ts";
import { FxError, FxMoment, FxTable, type FxValue, fxError } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { bindSource } from "./rows.ts";

const overflow = fxError("Numeric", "the result is out of range");
const nothing = fxError("Div0", "there are no numbers");

/** Combines what is left after Blank is skipped. */
type Combine = (values: readonly FxValue[], float: boolean) => FxValue;

export const aggregateFunctions: readonly FxFunction[] = [
  aggregate("Sum", "decimal", "The sum.", sum, [
    ["Sum(1, 2, 3)", "6"],
    ["Sum([1, 2, 3], Value * 2)", "12"],
    ["Sum(Blank())", "Blank()"],
  ]),
  aggregate("Average", "decimal", "The arithmetic mean; an error (Div0) of nothing.", average, [
    ["Average(1, 2)", "1.5"],
    ["Average([1, 2, 6], Value)", "3"],
  ]),
  aggregate(
    "Min",
    "comparable",
    "The least of the values. Blank is skipped; all Blank gives Blank.",
    (values) => extreme(values, -1),
    [
      ["Min(3, 1, 2)", "1"],
      ["Min(3, Blank())", "3"],
    ],
  ),
  aggregate(
    "Max",
    "comparable",
    "The greatest of the values. Blank is skipped; all Blank gives Blank.",
    (values) => extreme(values, 1),
    [
      ["Max(3, 1, 2)", "3"],
      ["Max(Blank(), -1)", "-1"],
    ],
  ),
  aggregate(
    "StdevP",
    "float",
    "The standard deviation of the whole population.",
    (values) => {
      const squared = variance(values);
      return typeof squared === "number" ? finite(Math.sqrt(squared)) : squared;
    },
    [["StdevP(1, 1)", "0"]],
  ),
  aggregate("VarP", "float", "The variance of the whole population.", variance, [
    ["VarP(1, 3)", "1"],
  ]),
];

function aggregate(
  name: string,
  mode: "decimal" | "float" | "comparable",
  doc: string,
  combine: Combine,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [
      `${name}(number1: Number, number2: Number, …): Number`,
      `${name}(table: Table, expression: Number): Number`,
    ],
    doc: `${doc} Blank is skipped.`.replace(/(Blank is skipped;.*) Blank is skipped\.$/, "$1"),
    examples,
    arity: { min: 1, max: Number.POSITIVE_INFINITY },
    bind(call, binder) {
      const [first] = call.args;
      if (call.args.length === 2 && first !== undefined) {
        const source = bindSource(first, binder);
        if (source !== undefined) return bindOverTable(call, binder, mode, combine, source);
      }
      return bindOverScalars(call, binder, mode, combine);
    },
  });
}

function kindFor(
  mode: "decimal" | "float" | "comparable",
  first: Ir | undefined,
): "decimal" | "float" | "date" | "time" | "datetime" {
  if (mode === "float") return "float";
  const kind = first?.type.kind;
  if (kind === "float") return "float";
  if (mode === "comparable" && (kind === "date" || kind === "time" || kind === "datetime")) {
    return kind;
  }
  return "decimal";
}

function bindOverScalars(
  call: FxCallNode,
  binder: Binder,
  mode: "decimal" | "float" | "comparable",
  combine: Combine,
): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  const [first] = bound;
  if (first?.type.kind === "untyped" && bound.length <= 2) {
    binder.report("ErrUntypedObjectScope", errorSpan(first.node));
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  const kind = kindFor(mode, first);
  const args: Ir[] = [];
  for (const arg of bound) {
    if (arg.type.kind === "error") continue;
    const converted = convert(arg, kind);
    if (converted !== undefined) args.push(converted);
    else if (isMomentKind(kind)) wrongType(binder, arg.node, kind, arg.type);
    else binder.report("ErrNumberExpected", errorSpan(arg.node));
  }
  if (args.length < bound.length) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  const float = kind === "float";
  return strict(
    call,
    types[kind],
    (...values) =>
      combine(
        values.filter((value) => value !== null),
        float,
      ),
    args,
    {
      mayBlank: args.every((arg) => arg.mayBlank),
      mayError: mode !== "comparable" || args.some((arg) => arg.mayError),
    },
  );
}

function isMomentKind(kind: FxScalarKind): boolean {
  return kind === "date" || kind === "time" || kind === "datetime";
}

function bindOverTable(
  call: FxCallNode,
  binder: Binder,
  mode: "decimal" | "float" | "comparable",
  combine: Combine,
  source: NonNullable<ReturnType<typeof bindSource>>,
): Ir {
  const [, node] = call.args;
  if (node === undefined) return binder.failed(call);
  const element = binder.inRow(source.row, source.alias, () => binder.bind(node));
  const kind = kindFor(mode, element);
  const converted = element.type.kind === "error" ? undefined : convert(element, kind);
  if (source.ir.type.kind === "error" || converted === undefined) {
    if (element.type.kind !== "error" && converted === undefined) {
      binder.report("ErrNumberExpected", errorSpan(node));
    }
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  return {
    op: "lazy",
    node: call,
    type: types[kind],
    args: [source.ir, converted],
    mayBlank: true,
    mayError: true,
    call([table, run], slots, rows) {
      const values = cells(table, run, slots, rows);
      return Array.isArray(values) ? combine(values, kind === "float") : values;
    },
  };
}

/** The lambda's values over a table, without Blank; a failing row or a Blank table instead. */
function cells(
  table: Run | undefined,
  run: Run | undefined,
  slots: Parameters<Run>[0],
  rows: Parameters<Run>[1],
): FxValue[] | FxError | null {
  const source = table?.(slots, rows) ?? null;
  if (source instanceof FxError) return source;
  if (!(source instanceof FxTable)) return null;
  const values: FxValue[] = [];
  for (const row of source.rows) {
    const value = run?.(slots, { row, outer: rows }) ?? null;
    if (value instanceof FxError) return value;
    if (value !== null) values.push(value);
  }
  return values;
}

function sum(values: readonly FxValue[], float: boolean): FxValue {
  if (values.length === 0) return null;
  if (float) return finite(values.reduce<number>((total, value) => total + asFloat(value), 0));
  return sumDecimal(values) ?? overflow;
}

function sumDecimal(values: readonly FxValue[]): Decimal | undefined {
  let total: Decimal | undefined = 0;
  for (const value of values) {
    if (total === undefined) return undefined;
    if (typeof value === "number" || value instanceof FxDecimal) total = addDecimal(total, value);
  }
  return total;
}

function average(values: readonly FxValue[], float: boolean): FxValue {
  if (values.length === 0) return nothing;
  if (float) {
    return finite(
      values.reduce<number>((total, value) => total + asFloat(value), 0) / values.length,
    );
  }
  const total = sumDecimal(values);
  return total === undefined ? overflow : (divideDecimal(total, values.length) ?? overflow);
}

function variance(values: readonly FxValue[]): FxValue {
  if (values.length === 0) return nothing;
  const numbers = values.map(numberOf);
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  return finite(
    numbers.reduce((total, value) => total + (value - mean) * (value - mean), 0) / numbers.length,
  );
}

function numberOf(value: FxValue): number {
  return typeof value === "number" || value instanceof FxDecimal ? decimalToNumber(value) : 0;
}

function extreme(values: readonly FxValue[], sign: 1 | -1): FxValue {
  let best: FxValue = null;
  for (const value of values) {
    if (best === null || compare(value, best) * sign > 0) best = value;
  }
  return best;
}

function compare(a: FxValue, b: FxValue): number {
  if (a instanceof FxMoment && b instanceof FxMoment) return a.ms - b.ms;
  const isNumber = (value: FxValue): value is Decimal =>
    typeof value === "number" || value instanceof FxDecimal;
  return isNumber(a) && isNumber(b) ? compareDecimal(a, b) : 0;
}
