import type { Binder } from "../bind/binder.ts";
import { convert, convertTo } from "../bind/convert.ts";
import { constant, type Ir } from "../bind/ir.ts";
import { combineErrors, equalValues } from "../run/operations.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
import { compareDecimal, FxDecimal } from "../values/decimal.ts";
import { type FxType, isAggregate, tableType, typeName, types } from "../values/types.ts";
import {
  FxError,
  FxMoment,
  FxRecord,
  type FxRow,
  FxTable,
  type FxValue,
  fxError,
} from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid, needSource, type RowSource } from "./rows.ts";

const many = Number.POSITIVE_INFINITY;

export const sortFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "Sort",
    signatures: ["Sort(table: Table, expression: Any, [order: SortOrder]): Table"],
    doc: "The rows in the order of an expression. Blank comes last in both directions.",
    examples: [["First(Sort([3, 1, 2], Value)).Value", "1"]],
    arity: { min: 2, max: 3 },
    bind: bindSort,
  }),
  defineFunction({
    name: "SortByColumns",
    signatures: [
      "SortByColumns(table: Table, column: Identifier, [order: SortOrder], …): Table",
      "SortByColumns(table: Table, column: Identifier, values: Table): Table",
    ],
    doc: "The rows in the order of columns, or of the values that a table lists.",
    examples: [["First(SortByColumns([3, 1, 2], Value)).Value", "1"]],
    arity: { min: 2, max: many },
    bind: bindSortByColumns,
  }),
];

function isSortable(type: FxType): boolean {
  return !isAggregate(type) && type.kind !== "untyped" && type.kind !== "guid";
}

function bindSort(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  const [, node, orderNode] = call.args;
  if (source === undefined || node === undefined) return invalid(call, binder);
  const key = binder.inRow(source.row, source.alias, () => binder.bind(node));
  const order = orderNode === undefined ? undefined : sortOrder(orderNode, binder);
  if (key.type.kind === "error" || (orderNode !== undefined && order === undefined)) {
    return invalid(call, binder);
  }
  if (!isSortable(key.type)) {
    binder.report("ErrSortWrongType", errorSpan(node), [typeName(key.type)]);
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: tableType(source.columns),
    args: [source.ir, key, order ?? constant(call, types.text, "ascending")],
    mayBlank: true,
    mayError: true,
    call([table, run, direction], slots, outer) {
      const value = table?.(slots, outer) ?? null;
      if (value instanceof FxError) return value;
      const given = direction?.(slots, outer) ?? null;
      if (given instanceof FxError) return given;
      if (!(value instanceof FxTable)) return null;
      const keyed: { row: FxRow; key: FxValue }[] = [];
      const failures: FxValue[] = [];
      for (const row of value.rows) {
        const rowKey = run?.(slots, { row, outer }) ?? null;
        failures.push(rowKey);
        keyed.push({ row, key: rowKey });
      }
      const failed = failures.find((failure) => failure instanceof FxError);
      if (failed instanceof FxError) return failed;
      const sign = isDescending(given) ? -1 : 1;
      keyed.sort((a, b) => compareKeys(a.key, b.key, sign));
      return new FxTable(keyed.map((entry) => entry.row));
    },
  };
}

function sortOrder(node: FxNode, binder: Binder): Ir | undefined {
  const bound = binder.bind(node);
  if (bound.type.kind === "error") return undefined;
  if (bound.type.kind === "enum" && bound.type.name === "SortOrder") return convert(bound, "text");
  if (bound.type.kind === "blank") return convert(bound, "text");
  binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(node), [
    "SortOrder",
    typeName(bound.type),
  ]);
  return undefined;
}

function isDescending(value: FxValue): boolean {
  return typeof value === "string" && value.toLowerCase() === "descending";
}

/** Blank last whatever the direction. */
function compareKeys(a: FxValue, b: FxValue, sign: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return compareValues(a, b) * sign;
}

let cultureOrder: Intl.Collator | undefined;

/** en-US whatever the machine's own language; made when first needed, since it is slow to make. */
function compareTexts(a: string, b: string): number {
  cultureOrder ??= new Intl.Collator("en-US", { sensitivity: "variant" });
  return cultureOrder.compare(a, b);
}

function compareValues(a: FxValue, b: FxValue): number {
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof FxMoment && b instanceof FxMoment) return a.ms - b.ms;
  const isNumber = (value: FxValue): value is number | FxDecimal =>
    typeof value === "number" || value instanceof FxDecimal;
  return isNumber(a) && isNumber(b) ? compareDecimal(a, b) : 0;
}

/** A column: known when binding, or computed while running (then any of the table's may be meant). */
interface SortColumn {
  readonly name: Ir;
  readonly order: Ir;
}

const noColumn = fxError("InvalidFunctionUsage", "there is no such column");
const failedKey = fxError("InvalidArgument", "a value to sort by is not one of the listed");

function bindSortByColumns(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  if (source === undefined) return invalid(call, binder);
  const [, columnNode, third] = call.args;
  if (columnNode === undefined) return binder.failed(call);
  if (call.args.length === 3 && third !== undefined) {
    const listed = binder.bind(third);
    if (listed.type.kind === "table") {
      return bindOrderTable(call, binder, source, columnNode, listed);
    }
  }
  const columns: SortColumn[] = [];
  let bad = false;
  for (let index = 1; index < call.args.length; index += 2) {
    const name = columnName(call.args[index], source.columns, binder);
    const orderNode = call.args[index + 1];
    const order =
      orderNode === undefined
        ? constant(call, types.text, "ascending")
        : sortOrder(orderNode, binder);
    if (name === undefined || order === undefined) bad = true;
    else columns.push({ name, order });
  }
  if (bad) return invalid(call, binder);
  return {
    op: "lazy",
    node: call,
    type: tableType(source.columns),
    args: [source.ir, ...columns.flatMap((column) => [column.name, column.order])],
    mayBlank: true,
    mayError: true,
    call(runs, slots, outer) {
      const values = runs.map((run) => run(slots, outer));
      const failed = combineErrors(values);
      if (failed !== undefined) return failed;
      const [value, ...rest] = values;
      if (!(value instanceof FxTable)) return null;
      const keys: { name: string; sign: 1 | -1 }[] = [];
      for (let index = 0; index < rest.length; index += 2) {
        const name = rest[index];
        if (typeof name !== "string" || !source.columns.has(name)) return noColumn;
        keys.push({ name, sign: isDescending(rest[index + 1] ?? null) ? -1 : 1 });
      }
      for (const row of value.rows) {
        if (row instanceof FxError) return row;
        for (const { name } of keys) {
          const cell = row?.get(name);
          if (cell instanceof FxError) return cell;
        }
      }
      const rows = [...value.rows].sort((a, b) => {
        for (const { name, sign } of keys) {
          const result = compareKeys(cellOf(a, name), cellOf(b, name), sign);
          if (result !== 0) return result;
        }
        return 0;
      });
      return new FxTable(rows);
    },
  };
}

function cellOf(row: FxRow, name: string): FxValue {
  return row instanceof FxRecord ? row.get(name) : null;
}

/** A column given as an identifier or as text; reports where it is not one of the table's. */
function columnName(
  node: FxNode | undefined,
  columns: ReadonlyMap<string, FxType>,
  binder: Binder,
): Ir | undefined {
  if (node === undefined) return undefined;
  const literal =
    node.kind === "name" && columns.has(node.name)
      ? node.name
      : node.kind === "text"
        ? node.value
        : undefined;
  if (literal === undefined && node.kind !== "name") {
    const computed = binder.bind(node);
    const text = computed.type.kind === "error" ? undefined : convert(computed, "text");
    if (text !== undefined) return text;
    binder.report("ErrExpectedIdentifierArg_Name", errorSpan(node), [], computed);
    return undefined;
  }
  if (literal === undefined && node.kind === "name" && binder.isInRow(node.name)) {
    return convert(binder.bind(node), "text");
  }
  const type = literal === undefined ? undefined : columns.get(literal);
  if (literal === undefined || type === undefined) {
    const name = literal ?? (node.kind === "name" ? node.name : "");
    binder.report("ErrColumnDoesNotExist_Name_Similar", errorSpan(node), [name]);
    return undefined;
  }
  if (isSortable(type)) return constant(node, types.text, literal);
  binder.report("ErrSortWrongType", errorSpan(node), [typeName(type)]);
  return undefined;
}

function bindOrderTable(
  call: FxCallNode,
  binder: Binder,
  source: RowSource,
  columnNode: FxNode,
  listed: Ir,
): Ir {
  const { columns } = source;
  const name = columnName(columnNode, columns, binder);
  if (name === undefined) return invalid(call, binder);
  const known =
    name.op === "const" && typeof name.value === "string" ? columns.get(name.value) : undefined;
  const [listColumn] = listed.type.kind === "table" ? listed.type.fields : [];
  if (listed.type.kind === "table" && (listed.type.fields.size !== 1 || listColumn === undefined)) {
    binder.report("ErrInvalidSchemaNeedCol", errorSpan(listed.node));
    return invalid(call, binder);
  }
  const listName = listColumn?.[0] ?? "Value";
  const order =
    known === undefined ? listed : convertTo(listed, tableType(new Map([[listName, known]])));
  if (order === undefined) {
    binder.report("ErrTypeError_Arg_Expected_Found", errorSpan(listed.node));
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: tableType(columns),
    args: [source.ir, name, order],
    mayBlank: true,
    mayError: true,
    call(runs, slots, outer) {
      const values = runs.map((run) => run(slots, outer));
      const failed = combineErrors(values);
      if (failed !== undefined) return failed;
      const [value = null, column = null, list = null] = values;
      if (!(value instanceof FxTable)) return null;
      if (typeof column !== "string" || !columns.has(column)) return noColumn;
      const wanted: FxValue[] = [];
      for (const row of list instanceof FxTable ? list.rows : []) {
        if (row instanceof FxError) return row;
        const cell = row?.get(listName) ?? null;
        if (cell instanceof FxError) return cell;
        if (wanted.some((other) => equalValues(other, cell))) return failedKey;
        wanted.push(cell);
      }
      const keyed: { row: FxRow; at: number }[] = [];
      for (const row of value.rows) {
        if (row instanceof FxError) return row;
        const cell = cellOf(row, column);
        if (cell instanceof FxError) return cell;
        // Blank comes last, listed or not.
        const at = cell === null ? -1 : wanted.findIndex((other) => equalValues(other, cell));
        keyed.push({ row, at: at < 0 ? wanted.length : at });
      }
      keyed.sort((a, b) => a.at - b.at);
      return new FxTable(keyed.map((entry) => entry.row));
    },
  };
}
