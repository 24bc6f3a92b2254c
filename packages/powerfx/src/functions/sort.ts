import type { Binder } from "../bind/binder.ts";
import { convert, convertTo } from "../bind/convert.ts";
import { constant, type Ir } from "../bind/ir.ts";
import { combineErrors, equalValues } from "../run/operations.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
import { compareDecimal, FxDecimal } from "../values/decimal.ts";
import { type FxType, isAggregate, tableType, typeName, types } from "../values/types.ts";
import { FxError, FxMoment, FxRecord, type FxRow, FxTable, type FxValue } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid, needSource, rowOf } from "./rows.ts";

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
        const rowKey =
          row instanceof FxError ? row : (run?.(slots, { row: rowOf(row), outer }) ?? null);
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

const collator = new Intl.Collator("en-US", { sensitivity: "variant" });

function compareValues(a: FxValue, b: FxValue): number {
  if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof FxMoment && b instanceof FxMoment) return a.ms - b.ms;
  const isNumber = (value: FxValue): value is number | FxDecimal =>
    typeof value === "number" || value instanceof FxDecimal;
  return isNumber(a) && isNumber(b) ? compareDecimal(a, b) : 0;
}

interface SortColumn {
  readonly name: string;
  readonly order: Ir;
}

function bindSortByColumns(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  if (source === undefined) return invalid(call, binder);
  const [, columnNode, third] = call.args;
  if (columnNode === undefined) return binder.failed(call);
  if (call.args.length === 3 && third !== undefined) {
    const listed = binder.bind(third);
    if (listed.type.kind === "table" || listed.type.kind === "blank") {
      return bindOrderTable(call, binder, source.ir, source.columns, columnNode, listed);
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
    args: [source.ir, ...columns.map((column) => column.order)],
    mayBlank: true,
    mayError: true,
    call([table, ...orders], slots, outer) {
      const values = [table, ...orders].map((run) => run?.(slots, outer) ?? null);
      const failed = combineErrors(values);
      if (failed !== undefined) return failed;
      const [value, ...directions] = values;
      if (!(value instanceof FxTable)) return null;
      for (const row of value.rows) {
        if (row instanceof FxError) return row;
        for (const column of columns) {
          const cell = row?.get(column.name);
          if (cell instanceof FxError) return cell;
        }
      }
      const signs = directions.map((direction) => (isDescending(direction) ? -1 : 1));
      const rows = [...value.rows].sort((a, b) => {
        for (const [index, column] of columns.entries()) {
          const result = compareKeys(
            a instanceof FxRecord ? a.get(column.name) : null,
            b instanceof FxRecord ? b.get(column.name) : null,
            signs[index] ?? 1,
          );
          if (result !== 0) return result;
        }
        return 0;
      });
      return new FxTable(rows);
    },
  };
}

/** A column given as an identifier; reports where it is not one of the table's. */
function columnName(
  node: FxNode | undefined,
  columns: ReadonlyMap<string, FxType>,
  binder: Binder,
): string | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "name") {
    binder.report("ErrExpectedIdentifierArg_Name", errorSpan(node));
    return undefined;
  }
  const type = columns.get(node.name);
  if (type === undefined) {
    binder.report("ErrColumnDoesNotExist_Name_Similar", errorSpan(node), [node.name]);
    return undefined;
  }
  if (isSortable(type)) return node.name;
  binder.report("ErrSortWrongType", errorSpan(node), [typeName(type)]);
  return undefined;
}

function bindOrderTable(
  call: FxCallNode,
  binder: Binder,
  table: Ir,
  columns: ReadonlyMap<string, FxType>,
  columnNode: FxNode,
  listed: Ir,
): Ir {
  const name = columnName(columnNode, columns, binder);
  const type = name === undefined ? undefined : columns.get(name);
  if (name === undefined || type === undefined) return invalid(call, binder);
  const [listColumn] = listed.type.kind === "table" ? listed.type.fields : [];
  if (listed.type.kind === "table" && (listed.type.fields.size !== 1 || listColumn === undefined)) {
    binder.report("ErrInvalidSchemaNeedCol", errorSpan(listed.node));
    return invalid(call, binder);
  }
  const listName = listColumn?.[0] ?? "Value";
  const order = convertTo(listed, tableType(new Map([[listName, type]])));
  if (order === undefined) {
    binder.report("ErrTypeError_Arg_Expected_Found", errorSpan(listed.node));
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: tableType(columns),
    args: [table, order],
    mayBlank: true,
    mayError: true,
    call([rowsRun, orderRun], slots, outer) {
      const value = rowsRun?.(slots, outer) ?? null;
      const list = orderRun?.(slots, outer) ?? null;
      const failed = combineErrors([value, list]);
      if (failed !== undefined) return failed;
      if (!(value instanceof FxTable)) return null;
      const wanted: FxValue[] = [];
      for (const row of list instanceof FxTable ? list.rows : []) {
        if (row instanceof FxError) return row;
        const cell = row?.get(listName) ?? null;
        if (cell instanceof FxError) return cell;
        if (!wanted.some((other) => equalValues(other, cell))) wanted.push(cell);
      }
      const keyed: { row: FxRow; at: number; key: FxValue }[] = [];
      for (const row of value.rows) {
        if (row instanceof FxError) return row;
        const cell = row?.get(name) ?? null;
        if (cell instanceof FxError) return cell;
        const at = wanted.findIndex((other) => equalValues(other, cell));
        keyed.push({ row, at: at < 0 ? wanted.length : at, key: cell });
      }
      keyed.sort((a, b) => a.at - b.at);
      return new FxTable(keyed.map((entry) => entry.row));
    },
  };
}
