import { type Binder, type FxFeatures, wrongType } from "../bind/binder.ts";
import { conversionBetween, convert, strict } from "../bind/convert.ts";
import type { Ir, Strict } from "../bind/ir.ts";
import { combineErrors } from "../run/operations.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import { type FxScalarKind, type FxType, typeName, types, valueTable } from "../values/types.ts";
import { FxError, FxRecord, type FxRow, FxTable, type FxValue, fxError } from "../values/value.ts";

/** One function: what the binder, the evaluator, completion, hover and the docs read. */
export interface FxFunction {
  readonly name: string;
  /** As shown to people, one a form: `Left(text: Text, count: Number): Text`. */
  readonly signatures: readonly string[];
  readonly doc: string;
  /** A formula and one that must have the same value (`#Div0` for an error); run as tests. */
  readonly examples: readonly (readonly [formula: string, result: string])[];
  readonly arity: { readonly min: number; readonly max: number };
  /** A function that exists only where the host switched it on. */
  readonly feature?: keyof FxFeatures;
  readonly bind: (call: FxCallNode, binder: Binder) => Ir;
}

export function defineFunction(definition: FxFunction): FxFunction {
  return definition;
}

export type ParameterType =
  | "text"
  | "decimal"
  | "float"
  | "boolean"
  | "number"
  | "date"
  | "time"
  | "datetime";

export interface Parameter {
  readonly type: ParameterType;
  readonly optional?: boolean;
  /** A Blank argument arrives as `null` instead of as the type's empty value. */
  readonly keepBlank?: boolean;
}

export interface ScalarFacts {
  readonly mayError?: boolean;
  readonly mayBlank?: boolean;
  /** Whether one-column tables may stand in place of arguments; the function is then mapped. */
  readonly tabular?: boolean;
  /** What to run instead where `number` turned out to be Float. */
  readonly float?: Strict;
  /** Whether any Float argument makes it Float, not only the first. */
  readonly anyFloat?: boolean;
}

/**
 * Binds a call of a function over scalars: every argument is converted to its parameter's type.
 * `number` means Decimal, or Float if the first such argument is one.
 */
export function bindScalarCall(
  call: FxCallNode,
  binder: Binder,
  parameters: readonly Parameter[],
  result: FxType | "number",
  run: Strict,
  facts: ScalarFacts = {},
): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  const elements = bound.map((arg) => elementType(arg.type, facts.tabular === true));
  const numbers = elements.filter((_, index) => parameterAt(parameters, index).type === "number");
  const float =
    facts.anyFloat === true
      ? numbers.some((type) => type.kind === "float")
      : numbers[0]?.kind === "float";
  const kinds = bound.map((_, index) => {
    const { type } = parameterAt(parameters, index);
    return type === "number" ? (float ? "float" : "decimal") : type;
  });
  const isTable = bound.some((arg, index) => elements[index] !== arg.type);
  const args: Ir[] = [];
  const cells: ((value: FxValue) => FxValue)[] = [];
  let bad = false;
  bound.forEach((arg, index) => {
    const parameter = parameterAt(parameters, index);
    const kind = kinds[index] ?? "text";
    const element = elements[index];
    if (arg.type.kind === "error") {
      bad = true;
    } else if (facts.tabular === true && arg.type.kind === "table" && element === arg.type) {
      bad = true;
      binder.report("ErrInvalidSchemaNeedCol", errorSpan(arg.node));
    } else if (isTable && element !== undefined) {
      const conversion = conversionBetween(element, types[kind]);
      if (conversion === undefined) {
        bad = true;
        // With one parameter the engine sees at once that the form over tables is meant.
        if (parameters.length === 1 && call.args.length === 1 && arg.type.kind === "table") {
          binder.report("ErrInvalidSchemaNeedTypeCol_Col", errorSpan(arg.node), [
            columnName(arg.type),
            typeName(types[kind]),
          ]);
        } else wrongType(binder, arg.node, kind, element);
      } else {
        args.push(arg);
        cells.push(cellConverter(conversion.call, parameter, kind));
      }
    } else {
      const converted = convert(arg, kind);
      if (converted === undefined) {
        bad = true;
        wrongType(binder, arg.node, kind, arg.type);
      } else args.push(parameter.keepBlank === true ? converted : replaceBlank(converted, kind));
    }
  });
  if (bad) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  const chosen = float && facts.float !== undefined ? facts.float : run;
  const type = result === "number" ? (float ? types.float : types.decimal) : result;
  if (isTable) {
    const columns = bound.map((arg) =>
      arg.type.kind === "table" ? columnName(arg.type) : undefined,
    );
    const map = mapRows(chosen, columns, cells);
    return {
      op: "lazy",
      node: call,
      type: valueTable(type),
      args,
      mayBlank: true,
      mayError: true,
      call(runs, slots, rows) {
        const values = runs.map((argument) => argument(slots, rows));
        // The first table that fails or is Blank decides; a failing scalar fails only every cell.
        const missing = values.find(
          (value, index) => columns[index] !== undefined && !(value instanceof FxTable),
        );
        return missing === undefined ? map(...values) : missing;
      },
    };
  }
  return strict(call, type, chosen, args, {
    mayBlank: facts.mayBlank ?? false,
    mayError: facts.mayError !== false || args.some((arg) => arg.mayError),
  });
}

/** What a table argument holds, where it may stand for its cells; else the type itself. */
function elementType(type: FxType, tabular: boolean): FxType {
  if (!tabular || type.kind !== "table" || type.fields.size !== 1) return type;
  for (const column of type.fields.values()) return column;
  return type;
}

function columnName(type: Extract<FxType, { kind: "table" }>): string {
  for (const name of type.fields.keys()) return name;
  return "Value";
}

function cellConverter(
  convertCell: (value: FxValue) => FxValue,
  parameter: Parameter,
  kind: FxScalarKind,
): (value: FxValue) => FxValue {
  const empty = parameter.keepBlank === true ? null : (emptyValues[kind] ?? null);
  return (value) => {
    if (value instanceof FxError) return value;
    return (value === null ? null : convertCell(value)) ?? empty;
  };
}

const surplusRow = fxError("NotApplicable", "the tables have different lengths");

/** A function over scalars, row by row; scalars stand beside every row. */
function mapRows(
  run: Strict,
  columns: readonly (string | undefined)[],
  cells: readonly ((value: FxValue) => FxValue)[],
): Strict {
  return (...args) => {
    let length = 0;
    for (const [index, name] of columns.entries()) {
      if (name === undefined) continue;
      const table = args[index];
      if (!(table instanceof FxTable)) return null;
      length = Math.max(length, table.rows.length);
    }
    const rows: FxRow[] = [];
    for (let at = 0; at < length; at++) {
      const values = args.map((arg, index): FxValue => {
        const name = columns[index];
        const cell = cells[index];
        if (name === undefined || !(arg instanceof FxTable)) return cell?.(arg) ?? null;
        if (at >= arg.rows.length) return null;
        const row = arg.rows[at] ?? null;
        return cell?.(row instanceof FxRecord ? row.get(name) : row) ?? null;
      });
      const rowError = args.find(
        (arg) => arg instanceof FxTable && arg.rows[at] instanceof FxError,
      );
      if (rowError instanceof FxTable) {
        const row = rowError.rows[at];
        rows.push(row instanceof FxError ? row : null);
        continue;
      }
      const isSurplus = args.some(
        (arg, index) =>
          columns[index] !== undefined && arg instanceof FxTable && at >= arg.rows.length,
      );
      const value = isSurplus ? surplusRow : (combineErrors(values) ?? run(...values));
      rows.push(new FxRecord(new Map([["Value", value]])));
    }
    return new FxTable(rows);
  };
}

function parameterAt(parameters: readonly Parameter[], index: number): Parameter {
  return parameters[Math.min(index, parameters.length - 1)] ?? { type: "text" };
}

const emptyValues: Readonly<Partial<Record<FxScalarKind, FxValue>>> = {
  text: "",
  decimal: 0,
  float: 0,
  boolean: false,
};

/** Blank as the empty value of a type. */
export function replaceBlank(ir: Ir, kind: FxScalarKind): Ir {
  if (!ir.mayBlank) return ir;
  const empty = emptyValues[kind] ?? null;
  if (ir.op === "const") return { ...ir, value: ir.value ?? empty, mayBlank: false };
  return strict(ir.node, types[kind], (value) => value ?? empty, [ir], {
    mayBlank: false,
    mayError: ir.mayError,
    coercion: true,
    ...(ir.bound === undefined ? {} : { bound: ir.bound }),
  });
}

/** An argument that is a number for counting: its whole part. */
export function asCount(value: FxValue | undefined): number {
  if (typeof value === "number") return Math.trunc(value);
  if (value === null || value === undefined || typeof value !== "object") return 0;
  return Math.trunc(Number(String(value)));
}
