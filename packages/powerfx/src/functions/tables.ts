import { type Binder, wrongType } from "../bind/binder.ts";
import { convert, convertTo, strict, unionType } from "../bind/convert.ts";
import type { Ir } from "../bind/ir.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import { addDecimal, decimalToNumber, FxDecimal, multiplyDecimal } from "../values/decimal.ts";
import {
  type FxType,
  isAggregate,
  isNumeric,
  recordType,
  tableType,
  typeName,
  types,
  valueTable,
} from "../values/types.ts";
import {
  FxError,
  FxRecord,
  type FxRow,
  FxTable,
  FxUntyped,
  type FxValue,
  fxError,
} from "../values/value.ts";
import { columnFunctions } from "./columns.ts";
import { asCount, defineFunction, type FxFunction } from "./define.ts";
import { bindConcat, bindDistinct, bindForAll, bindWith } from "./lambdas.ts";
import { asRow, bindSource, invalid, needSource, overRows, rowsOf, rowTypeOf } from "./rows.ts";
import { sortFunctions } from "./sort.ts";

const many = Number.POSITIVE_INFINITY;
const badIndex = fxError("InvalidArgument", "there is no such row");
const notAnArray = fxError("InvalidArgument", "the JSON value is no array");
const badCount = fxError("InvalidArgument", "the count is out of range");
const overflow = fxError("Numeric", "the result is out of range");

export const tableFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "Table",
    signatures: ["Table(record1: Record, record2: Record, …): Table"],
    doc: "A table of records, or of the rows of tables; columns are united, and take the type they have first.",
    examples: [["CountRows(Table({a: 1}, {b: 2}))", "2"]],
    arity: { min: 0, max: many },
    bind: bindTableCall,
  }),
  defineFunction({
    name: "Filter",
    signatures: ["Filter(table: Table, condition: Boolean): Table"],
    doc: "The rows for which the condition is true. A row for which it fails becomes an error row.",
    examples: [["CountRows(Filter([1, 2, 3], Value > 1))", "2"]],
    arity: { min: 2, max: many },
    bind: bindFilter,
  }),
  defineFunction({
    name: "LookUp",
    signatures: ["LookUp(table: Table, condition: Boolean, [result: Any]): Any"],
    doc: "The first row for which the condition is true, or an expression over it; Blank if there is none.",
    examples: [["LookUp([1, 2, 3], Value > 1).Value", "2"]],
    arity: { min: 2, max: 3 },
    bind: bindLookUp,
  }),
  edge("First", "The first row; Blank of an empty table.", (rows) => rows[0] ?? null, [
    ["First([1, 2]).Value", "1"],
  ]),
  edge("Last", "The last row; Blank of an empty table.", (rows) => rows.at(-1) ?? null, [
    ["Last([1, 2]).Value", "2"],
  ]),
  edgeRows("FirstN", "The first rows.", (rows, count) => rows.slice(0, count), [
    ["CountRows(FirstN([1, 2, 3], 2))", "2"],
  ]),
  edgeRows("LastN", "The last rows.", (rows, count) => (count === 0 ? [] : rows.slice(-count)), [
    ["First(LastN([1, 2, 3], 2)).Value", "2"],
  ]),
  defineFunction({
    name: "Index",
    signatures: ["Index(table: Table, position: Number): Record"],
    doc: "The row at a position, from 1; an error where there is none.",
    examples: [
      ["Index([5, 6], 2).Value", "6"],
      ["Index([5, 6], 3).Value", "#InvalidArgument"],
    ],
    arity: { min: 2, max: 2 },
    bind(call, binder) {
      const [table, position] = call.args.map((arg) => binder.bind(arg));
      if (table === undefined || position === undefined) return binder.failed(call);
      const at = position.type.kind === "error" ? undefined : convert(position, "float");
      if (at === undefined && position.type.kind !== "error") {
        wrongType(binder, position.node, "decimal", position.type);
      }
      const type = rowTypeOf(table, binder);
      if (at === undefined || type === undefined) return invalid(call, binder);
      return strict(
        call,
        type,
        (source, index) => {
          const rows = rowsOf(source);
          if (rows === null || rows instanceof FxError) return rows;
          const number = asCount(index);
          return number < 1 || number > rows.length ? badIndex : (rows[number - 1] ?? null);
        },
        [table, at],
      );
    },
  }),
  defineFunction({
    name: "ForAll",
    signatures: ["ForAll(table: Table, expression: Any): Table"],
    doc: "The expression for every row. Records make a table of them, other values a column Value. Errors of all rows are combined.",
    examples: [["Sum(ForAll([1, 2], Value * 2), Value)", "6"]],
    arity: { min: 2, max: 2 },
    bind: bindForAll,
  }),
  defineFunction({
    name: "With",
    signatures: ["With(record: Record, expression: Any): Any"],
    doc: "The expression with the record's fields as names.",
    examples: [["With({a: 2}, a * a)", "4"]],
    arity: { min: 2, max: 2 },
    bind: bindWith,
  }),
  defineFunction({
    name: "Concat",
    signatures: ["Concat(table: Table, expression: Text, [separator: Text]): Text"],
    doc: "The expression's text for every row, joined.",
    examples: [['Concat([1, 2, 3], Value, ", ")', '"1, 2, 3"']],
    arity: { min: 2, max: 3 },
    bind: bindConcat,
  }),
  defineFunction({
    name: "Distinct",
    signatures: ["Distinct(table: Table, expression: Any): Table"],
    doc: "The expression's different values, in the order of their first appearance, in a column Value.",
    examples: [["CountRows(Distinct([1, 1, 2], Value))", "2"]],
    arity: { min: 2, max: 2 },
    bind: bindDistinct,
  }),
  defineFunction({
    name: "CountRows",
    signatures: ["CountRows(table: Table): Number"],
    doc: "The number of rows, blank ones included; an error row makes it an Error.",
    examples: [["CountRows([1, 2])", "2"]],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindOverRows(
        call,
        binder,
        types.decimal,
        (rows) => {
          const failed = rows.find((row) => row instanceof FxError);
          return failed instanceof FxError ? failed : rows.length;
        },
        0,
      ),
  }),
  counting(
    "Count",
    "The number of numeric cells of a one-column table.",
    (value) => typeof value === "number" || value instanceof FxDecimal,
    [["Count([1, 2])", "2"]],
    true,
  ),
  counting(
    "CountA",
    "The number of cells of a one-column table that are not Blank.",
    (value) => value !== null,
    [['CountA(["a", Blank(), ""])', "2"]],
    false,
  ),
  defineFunction({
    name: "CountIf",
    signatures: ["CountIf(table: Table, condition1: Boolean, condition2: Boolean, …): Number"],
    doc: "The number of rows for which all conditions are true.",
    examples: [["CountIf([1, 2, 3], Value > 1)", "2"]],
    arity: { min: 2, max: many },
    bind: bindCountIf,
  }),
  defineFunction({
    name: "IsEmpty",
    signatures: ["IsEmpty(table: Table): Boolean"],
    doc: "Whether a table has no rows. Blank counts as empty.",
    examples: [
      ["IsEmpty([])", "true"],
      ["IsEmpty([1])", "false"],
    ],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const arg = binder.bind(node);
      if (arg.type.kind !== "table" && arg.type.kind !== "blank" && arg.type.kind !== "untyped") {
        if (arg.type.kind !== "error") {
          binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(node), [
            "Table",
            typeName(arg.type),
          ]);
        }
        return invalid(call, binder);
      }
      return strict(
        call,
        types.boolean,
        (table) => {
          const rows = rowsOf(table);
          return rows instanceof FxError ? rows : (rows ?? []).length === 0;
        },
        [arg],
        {
          mayBlank: false,
        },
      );
    },
  }),
  defineFunction({
    name: "Sequence",
    signatures: ["Sequence(count: Number, [start: Number], [step: Number]): Table"],
    doc: "So many numbers from `start` on, each `step` more, in a column Value.",
    examples: [["Sum(Sequence(3), Value)", "6"]],
    arity: { min: 1, max: 3 },
    bind: bindSequence,
  }),
  ...sortFunctions,
  ...columnFunctions,
];

function bindTableCall(call: FxCallNode, binder: Binder): Ir {
  const args = call.args.map((arg) => binder.bind(arg));
  let type: FxType = types.blank;
  let bad = false;
  for (const arg of args) {
    if (arg.type.kind === "error") {
      bad = true;
      continue;
    }
    if (arg.type.kind === "untyped" && args.length === 1) {
      return strict(call, valueTable(types.untyped), untypedTable, [arg]);
    }
    const row = arg.type.kind === "table" ? recordType(arg.type.fields) : arg.type;
    if (row.kind !== "record" && row.kind !== "blank") {
      bad = true;
      binder.report("ErrNeedRecordOrTable", errorSpan(arg.node), [call.callee]);
      continue;
    }
    const union = unionType(type, row);
    if (union === undefined) {
      bad = true;
      binder.report("ErrTableDoesNotAcceptThisType", errorSpan(arg.node));
    } else type = union;
  }
  if (bad) return invalid(call, binder);
  const fields = isAggregate(type) ? type.fields : new Map<string, FxType>();
  const areTables = args.map((arg) => arg.type.kind === "table");
  const converted = args.map(
    (arg) =>
      convertTo(arg, arg.type.kind === "table" ? tableType(fields) : recordType(fields)) ?? arg,
  );
  return {
    op: "lazy",
    node: call,
    type: tableType(fields),
    args: converted,
    mayBlank: false,
    mayError: true,
    call(runs, slots, scope) {
      const rows: FxRow[] = [];
      for (const [index, run] of runs.entries()) {
        const value = run(slots, scope);
        if (value instanceof FxTable) rows.push(...value.rows);
        else if (value instanceof FxError && areTables[index] === true) return value;
        else rows.push(asRow(value));
      }
      return new FxTable(rows);
    },
  };
}

function untypedTable(value: FxValue): FxValue {
  const items = rowsOf(value);
  if (items === null || items instanceof FxError) return items;
  return new FxTable(items.map((item) => new FxRecord(new Map([["Value", item]]))));
}

function bindFilter(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  if (call.args.length > 2) {
    const [, , surplus] = call.args;
    binder.report(
      "ErrFilterFunction_OnlyTwoArgs",
      surplus === undefined ? call.span : errorSpan(surplus),
    );
    return invalid(call, binder);
  }
  const [, node] = call.args;
  if (source === undefined || node === undefined) return invalid(call, binder);
  const predicate = binder.inRow(source.row, source.alias, () => binder.bind(node));
  const condition = predicate.type.kind === "error" ? undefined : convert(predicate, "boolean");
  if (condition === undefined) {
    if (predicate.type.kind !== "error") binder.report("ErrBooleanExpected", errorSpan(node));
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: tableType(source.columns),
    // The predicate binds like a condition but is not converted: only true keeps a row.
    args: [source.ir, predicate],
    mayBlank: true,
    mayError: true,
    call: overRows((rows, test) => {
      const kept: FxRow[] = [];
      for (const row of rows) {
        const value = test(row);
        if (value instanceof FxError) kept.push(value);
        else if (value === true) kept.push(row);
      }
      return new FxTable(kept);
    }),
  };
}

function bindLookUp(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  const [, node, resultNode] = call.args;
  if (source === undefined || node === undefined) return invalid(call, binder);
  const predicate = binder.inRow(source.row, source.alias, () => binder.bind(node));
  const result =
    resultNode === undefined
      ? undefined
      : binder.inRow(source.row, source.alias, () => binder.bind(resultNode));
  const isBoolean = predicate.type.kind === "boolean" || predicate.type.kind === "blank";
  const condition = isBoolean ? predicate : undefined;
  if (condition === undefined || result?.type.kind === "error") {
    if (predicate.type.kind !== "error" && condition === undefined) {
      binder.report("ErrBooleanExpected", errorSpan(node));
    }
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: result?.type ?? source.row,
    args: [source.ir, predicate, ...(result === undefined ? [] : [result])],
    mayBlank: true,
    mayError: true,
    call([table, test, project], slots, outer) {
      const value = table?.(slots, outer) ?? null;
      if (value instanceof FxError) return value;
      if (!(value instanceof FxTable)) return null;
      for (const row of value.rows) {
        const scope = { row, outer };
        const holds = test?.(slots, scope) ?? null;
        if (holds instanceof FxError) return holds;
        if (holds === true) return project === undefined ? row : project(slots, scope);
      }
      return null;
    },
  };
}

function bindOverRows(
  call: FxCallNode,
  binder: Binder,
  result: FxType | "row",
  run: (rows: readonly FxValue[]) => FxValue,
  ofBlank: FxValue,
): Ir {
  const [node] = call.args;
  if (node === undefined) return binder.failed(call);
  const table = binder.bind(node);
  const row = rowTypeOf(table, binder);
  if (row === undefined) return invalid(call, binder);
  return strict(
    call,
    result === "row" ? row : result,
    (value) => {
      const rows = rowsOf(value);
      if (rows instanceof FxError) return rows;
      return rows === null ? ofBlank : run(rows);
    },
    [table],
  );
}

function edge(
  name: string,
  doc: string,
  pick: (rows: readonly FxValue[]) => FxValue,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(table: Table): Record`],
    doc,
    examples,
    arity: { min: 1, max: 1 },
    bind: (call, binder) => bindOverRows(call, binder, "row", pick, null),
  });
}

function edgeRows(
  name: string,
  doc: string,
  pick: <T>(rows: readonly T[], count: number) => readonly T[],
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(table: Table, count: Number): Table`],
    doc: `${doc} A count below 1 gives none.`,
    examples,
    arity: { min: 1, max: 2 },
    bind(call, binder) {
      const [table, count] = call.args.map((arg) => binder.bind(arg));
      if (table === undefined || count === undefined) {
        binder.report("ErrBadArity", call.span, [call.callee, "1", "2"]);
        return invalid(call, binder);
      }
      const number = count.type.kind === "error" ? undefined : convert(count, "float");
      if (number === undefined && count.type.kind !== "error") {
        wrongType(binder, count.node, "decimal", count.type);
      }
      const row = rowTypeOf(table, binder);
      if (number === undefined || row === undefined) return invalid(call, binder);
      return strict(
        call,
        table.type.kind === "untyped"
          ? types.untyped
          : isAggregate(row)
            ? tableType(row.fields)
            : row,
        (value, size) => {
          const wanted = Math.max(0, asCount(size));
          if (value instanceof FxTable) return new FxTable(pick(value.rows, wanted));
          if (!(value instanceof FxUntyped)) return null;
          const { json } = value;
          return typeof json === "object" && json.kind === "array"
            ? new FxUntyped({ kind: "array", items: pick(json.items, wanted) })
            : notAnArray;
        },
        [table, number],
      );
    },
  });
}

function counting(
  name: string,
  doc: string,
  counts: (value: FxValue) => boolean,
  examples: FxFunction["examples"],
  numeric: boolean,
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(table: Table): Number`],
    doc,
    examples,
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const source = bindSource(node, binder);
      const table = source?.ir ?? binder.bind(node);
      if (table.type.kind !== "table" && table.type.kind !== "blank") {
        rowTypeOf(table, binder);
        return invalid(call, binder);
      }
      const [column] = source?.columns ?? [];
      if (table.type.kind === "table" && (source?.columns.size !== 1 || column === undefined)) {
        binder.report("ErrNeedTableCol_Func", errorSpan(node), [call.callee]);
        return invalid(call, binder);
      }
      if (numeric && column !== undefined && !isNumeric(column[1]) && column[1].kind !== "blank") {
        binder.report("ErrInvalidSchemaNeedNumCol_Col", errorSpan(node), [column[0]]);
        return invalid(call, binder);
      }
      return strict(
        call,
        types.decimal,
        (value) => {
          if (!(value instanceof FxTable) || column === undefined) return 0;
          let count = 0;
          for (const row of value.rows) {
            if (row instanceof FxError) return row;
            const cell = row?.get(column[0]) ?? null;
            if (cell instanceof FxError) return cell;
            if (counts(cell)) count++;
          }
          return count;
        },
        [table],
      );
    },
  });
}

function bindCountIf(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  if (source === undefined) return invalid(call, binder);
  const conditions: Ir[] = [];
  for (const node of call.args.slice(1)) {
    const bound = binder.inRow(source.row, source.alias, () => binder.bind(node));
    const condition = bound.type.kind === "error" ? undefined : convert(bound, "boolean");
    if (condition !== undefined) conditions.push(condition);
    else if (bound.type.kind !== "error") binder.report("ErrBooleanExpected", errorSpan(node));
  }
  if (conditions.length < call.args.length - 1) return invalid(call, binder);
  return {
    op: "lazy",
    node: call,
    type: types.decimal,
    args: [source.ir, ...conditions],
    mayBlank: false,
    mayError: true,
    call([table, ...tests], slots, outer) {
      const value = table?.(slots, outer) ?? null;
      if (value instanceof FxError) return value;
      if (!(value instanceof FxTable)) return 0;
      let count = 0;
      for (const row of value.rows) {
        let holds = true;
        for (const test of tests) {
          const result = test(slots, { row, outer });
          if (result instanceof FxError) return result;
          if (result !== true) {
            holds = false;
            break;
          }
        }
        if (holds) count++;
      }
      return count;
    },
  };
}

function bindSequence(call: FxCallNode, binder: Binder): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  const [, start, step] = bound;
  const float =
    start?.type.kind === "float" || (start === undefined && step?.type.kind === "float");
  const kind = float ? "float" : "decimal";
  const args: Ir[] = [];
  bound.forEach((arg, index) => {
    const converted =
      arg.type.kind === "error" ? undefined : convert(arg, index === 0 ? "float" : kind);
    if (converted !== undefined) args.push(converted);
    else if (arg.type.kind !== "error") wrongType(binder, arg.node, kind, arg.type);
  });
  if (args.length < bound.length) return invalid(call, binder);
  return strict(
    call,
    valueTable(types[kind]),
    (count, from, by) => {
      const size = Math.floor(typeof count === "number" ? count : 0);
      if (size < 0 || size > 50_000) return badCount;
      const rows: FxRecord[] = [];
      const first = from === undefined ? 1 : (from ?? 0);
      const increment = by === undefined ? 1 : (by ?? 0);
      for (let index = 0; index < size; index++) {
        const value = float
          ? numberOf(first) + numberOf(increment) * index
          : sequenceItem(first, increment, index);
        rows.push(new FxRecord(new Map([["Value", value]])));
      }
      return new FxTable(rows);
    },
    args,
  );
}

function sequenceItem(first: FxValue, step: FxValue, index: number): FxValue {
  if (typeof first !== "number" && !(first instanceof FxDecimal)) return null;
  if (typeof step !== "number" && !(step instanceof FxDecimal)) return null;
  const distance = multiplyDecimal(step, index);
  return (distance === undefined ? undefined : addDecimal(first, distance)) ?? overflow;
}

function numberOf(value: FxValue): number {
  return typeof value === "number" || value instanceof FxDecimal ? decimalToNumber(value) : 0;
}
