import type { Binder } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir } from "../bind/ir.ts";
import { foldCase } from "../run/operations.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
import {
  type FxType,
  isAggregate,
  recordType,
  sealedType,
  tableType,
  typeName,
  types,
} from "../values/types.ts";
import { FxError, FxRecord, FxTable, type FxValue } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid } from "./rows.ts";

const many = Number.POSITIVE_INFINITY;

export const columnFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "AddColumns",
    signatures: ["AddColumns(table: Table, column1: Identifier, expression1: Any, …): Table"],
    doc: "The table with more columns, each computed from its row. New columns cannot see each other.",
    examples: [["Sum(AddColumns([1, 2], Twice, Value * 2), Twice)", "6"]],
    arity: { min: 3, max: many },
    bind: bindAddColumns,
  }),
  defineFunction({
    name: "DropColumns",
    signatures: ["DropColumns(table: Table, column1: Identifier, …): Table"],
    doc: "The table without some columns.",
    examples: [["First(DropColumns(Table({a: 1, b: 2}), a)).b", "2"]],
    arity: { min: 2, max: many },
    bind: (call, binder) =>
      bindSelection(call, binder, (columns, named) => {
        const kept = new Map(columns);
        for (const name of named) kept.delete(name);
        return kept;
      }),
  }),
  defineFunction({
    name: "ShowColumns",
    signatures: ["ShowColumns(table: Table, column1: Identifier, …): Table"],
    doc: "The table with only some columns.",
    examples: [["First(ShowColumns(Table({a: 1, b: 2}), b)).b", "2"]],
    arity: { min: 2, max: many },
    bind: (call, binder) =>
      bindSelection(
        call,
        binder,
        (columns, named) => new Map(named.map((name) => [name, columns.get(name) ?? types.blank])),
      ),
  }),
  defineFunction({
    name: "RenameColumns",
    signatures: ["RenameColumns(table: Table, old1: Identifier, new1: Identifier, …): Table"],
    doc: "The table with columns renamed.",
    examples: [["First(RenameColumns([1], Value, n)).n", "1"]],
    arity: { min: 3, max: many },
    bind: bindRename,
  }),
  defineFunction({
    name: "Search",
    signatures: ["Search(table: Table, text: Text, column1: Identifier, …): Table"],
    doc: "The rows of which some text column contains the text, ignoring case.",
    examples: [['CountRows(Search(["ab", "cd"], "B", Value))', "1"]],
    arity: { min: 3, max: many },
    bind: bindSearch,
  }),
];

interface Shape {
  readonly ir: Ir;
  readonly columns: ReadonlyMap<string, FxType>;
  readonly isTable: boolean;
}

/** The first argument: a table, or a single record. */
function bindShape(call: FxCallNode, binder: Binder): Shape | undefined {
  const [node] = call.args;
  if (node === undefined) return undefined;
  const ir = binder.bind(node);
  if (ir.type.kind === "blank") return { ir, columns: new Map(), isTable: true };
  if (isAggregate(ir.type)) {
    return { ir, columns: ir.type.fields, isTable: ir.type.kind === "table" };
  }
  if (ir.type.kind !== "error") {
    binder.report("ErrNeedRecordOrTable", errorSpan(node), [call.callee]);
  }
  return undefined;
}

function shapeType(shape: Shape, columns: ReadonlyMap<string, FxType>): FxType {
  if (isSealed(shape)) return sealedType(shape.isTable ? "table" : "record", columns);
  return shape.isTable ? tableType(columns) : recordType(columns);
}

function isSealed({ ir }: Shape): boolean {
  return isAggregate(ir.type) && ir.type.isSealed === true;
}

/** Applies a change to a record, or to every row that is one. */
function mapShape(value: FxValue, change: (row: FxRecord) => FxRecord): FxValue {
  if (value instanceof FxRecord) return change(value);
  if (!(value instanceof FxTable)) return value;
  return new FxTable(value.rows.map((row) => (row instanceof FxRecord ? change(row) : row)));
}

function identifier(node: FxNode | undefined, binder: Binder): string | undefined {
  if (node === undefined) return undefined;
  if (node.kind === "name") return node.name;
  binder.report("ErrExpectedIdentifierArg_Name", errorSpan(node));
  return undefined;
}

function existing(
  node: FxNode | undefined,
  columns: ReadonlyMap<string, FxType>,
  binder: Binder,
): string | undefined {
  const name = identifier(node, binder);
  if (name === undefined || node === undefined || columns.has(name)) return name;
  binder.report("ErrColDNE_Name", errorSpan(node), [name]);
  binder.report("ErrColumnDoesNotExist_Name_Similar", errorSpan(node), [name]);
  return undefined;
}

function bindAddColumns(call: FxCallNode, binder: Binder): Ir {
  const [first] = call.args;
  const alias = first?.kind === "as" ? first.name : undefined;
  const inner: FxCallNode =
    first?.kind === "as" ? { ...call, args: [first.operand, ...call.args.slice(1)] } : call;
  const shape = bindShape(inner, binder);
  if (call.args.length % 2 === 0) {
    binder.report("ErrBadArityOdd", call.span, [call.callee, String(call.args.length)]);
    return binder.failed(call);
  }
  if (shape === undefined) return invalid(call, binder);
  if (isSealed(shape)) {
    binder.report("ErrAddToSealed", errorSpan(shape.ir.node));
    return invalid(call, binder);
  }
  const columns = new Map(shape.columns);
  const added: { name: string; ir: Ir }[] = [];
  let bad = false;
  for (let index = 1; index < call.args.length; index += 2) {
    const node = call.args[index];
    const expression = call.args[index + 1];
    const name = identifier(node, binder);
    if (node === undefined || expression === undefined) continue;
    const ir = binder.inRow(recordType(shape.columns), alias, () => binder.bind(expression));
    if (name === undefined || ir.type.kind === "error") {
      bad = true;
    } else if (shape.columns.has(name)) {
      bad = true;
      binder.report("ErrColExists_Name", errorSpan(node), [name]);
    } else if (columns.has(name)) {
      bad = true;
      binder.report("ErrColConflict_Name", errorSpan(node), [name]);
    } else {
      columns.set(name, ir.type);
      added.push({ name, ir });
    }
  }
  if (bad) return invalid(call, binder);
  return {
    op: "lazy",
    node: call,
    type: shapeType(shape, columns),
    args: [shape.ir, ...added.map((column) => column.ir)],
    mayBlank: true,
    mayError: true,
    call([source, ...runs], slots, outer) {
      const value = source?.(slots, outer) ?? null;
      return mapShape(value, (row) => {
        const fields = new Map(row.fields);
        const scope = { row, outer };
        for (const [index, column] of added.entries()) {
          fields.set(column.name, runs[index]?.(slots, scope) ?? null);
        }
        return new FxRecord(fields);
      });
    },
  };
}

function bindSelection(
  call: FxCallNode,
  binder: Binder,
  select: (
    columns: ReadonlyMap<string, FxType>,
    named: readonly string[],
  ) => ReadonlyMap<string, FxType>,
): Ir {
  const shape = bindShape(call, binder);
  const named: string[] = [];
  for (const node of call.args.slice(1)) {
    if (node.kind === "name" && named.includes(node.name)) {
      binder.report("ErrColumnDoesNotExist_Name_Similar", errorSpan(node), [node.name]);
      continue;
    }
    const name =
      shape === undefined ? identifier(node, binder) : existing(node, shape.columns, binder);
    if (name !== undefined) named.push(name);
  }
  if (shape === undefined || named.length < call.args.length - 1) return invalid(call, binder);
  const columns = select(shape.columns, named);
  return strict(
    call,
    shapeType(shape, columns),
    (value) =>
      mapShape(
        value,
        (row) => new FxRecord(new Map([...columns.keys()].map((name) => [name, row.get(name)]))),
      ),
    [shape.ir],
  );
}

function bindRename(call: FxCallNode, binder: Binder): Ir {
  const shape = bindShape(call, binder);
  if (call.args.length % 2 === 0) {
    binder.report("ErrBadArityOdd", call.span, [call.callee, String(call.args.length)]);
    return binder.failed(call);
  }
  if (shape === undefined) return invalid(call, binder);
  if (isSealed(shape)) {
    binder.report("ErrRenameOfSealed", errorSpan(shape.ir.node));
    return invalid(call, binder);
  }
  const renamed = new Map<string, string>();
  let bad = false;
  for (let index = 1; index < call.args.length; index += 2) {
    const from = existing(call.args[index], shape.columns, binder);
    const to = identifier(call.args[index + 1], binder);
    if (from === undefined || to === undefined) bad = true;
    else renamed.set(from, to);
  }
  const columns = new Map<string, FxType>();
  for (const [name, type] of shape.columns) {
    const to = renamed.get(name) ?? name;
    if (columns.has(to)) {
      bad = true;
      const guilty = call.args.findLast((arg) => arg.kind === "name" && arg.name === to);
      binder.report("ErrColExists_Name", errorSpan(guilty ?? call), [to]);
    }
    columns.set(to, type);
  }
  if (bad) return invalid(call, binder);
  return strict(
    call,
    shapeType(shape, columns),
    (value) =>
      mapShape(
        value,
        (row) =>
          new FxRecord(
            new Map(
              [...shape.columns.keys()].map((name) => [renamed.get(name) ?? name, row.get(name)]),
            ),
          ),
      ),
    [shape.ir],
  );
}

function bindSearch(call: FxCallNode, binder: Binder): Ir {
  const shape = bindShape(call, binder);
  const [, textNode, ...columnNodes] = call.args;
  if (shape === undefined || !shape.isTable || textNode === undefined) return invalid(call, binder);
  const bound = binder.bind(textNode);
  const sought = bound.type.kind === "error" ? undefined : convert(bound, "text");
  const names: string[] = [];
  let bad = sought === undefined;
  if (sought === undefined && bound.type.kind !== "error") {
    binder.report("ErrStringExpected", errorSpan(textNode));
  }
  for (const node of columnNodes) {
    const name = existing(node, shape.columns, binder);
    const type = name === undefined ? undefined : shape.columns.get(name);
    if (name === undefined || type === undefined) bad = true;
    else if (type.kind !== "text" && type.kind !== "blank") {
      bad = true;
      binder.report("ErrSearchWrongType", errorSpan(node), [typeName(type)]);
    } else names.push(name);
  }
  if (bad || sought === undefined) return invalid(call, binder);
  return strict(
    call,
    tableType(shape.columns),
    (value, text) => {
      if (!(value instanceof FxTable)) return null;
      const part = foldCase(typeof text === "string" ? text : "");
      for (const row of value.rows) {
        for (const name of names) {
          const cell = row instanceof FxRecord ? row.get(name) : row;
          if (cell instanceof FxError) return cell;
        }
      }
      return new FxTable(
        value.rows.filter((row) => {
          if (!(row instanceof FxRecord)) return part === "";
          return names.some((name) => {
            const cell = row.get(name);
            return part === "" || (typeof cell === "string" && foldCase(cell).includes(part));
          });
        }),
      );
    },
    [shape.ir, sought],
  );
}
