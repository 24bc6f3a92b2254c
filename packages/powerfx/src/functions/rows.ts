import type { Binder } from "../bind/binder.ts";
import type { Ir, Lazy } from "../bind/ir.ts";
import { untypedItems } from "../run/untyped.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
import { type FxType, isAggregate, recordType, typeName, types } from "../values/types.ts";
import {
  FxError,
  FxRecord,
  type FxRow,
  FxTable,
  FxUntyped,
  type FxValue,
} from "../values/value.ts";

/** A table argument that makes a row scope. */
export interface RowSource {
  readonly ir: Ir;
  /** The type of one row. */
  readonly row: FxType;
  readonly columns: ReadonlyMap<string, FxType>;
  /** Given by `As`. */
  readonly alias: string | undefined;
}

/** Binds `table` or `table As name`; `undefined` if it is no table (it is bound all the same). */
export function bindSource(node: FxNode, binder: Binder): RowSource | undefined {
  const alias = node.kind === "as" ? node.name : undefined;
  const ir = binder.bind(node.kind === "as" ? node.operand : node);
  if (ir.type.kind === "table") {
    return { ir, row: recordType(ir.type.fields), columns: ir.type.fields, alias };
  }
  return undefined;
}

export function invalid(call: FxCallNode, binder: Binder): Ir {
  binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
  return binder.failed(call);
}

/** The rows of a table or of an untyped array; `null` for Blank, an Error where it is no array. */
export function rowsOf(value: FxValue): readonly FxValue[] | FxError | null {
  if (value instanceof FxTable) return value.rows;
  return value instanceof FxUntyped ? untypedItems(value) : null;
}

/** The type of one row of a table argument; reports where it is none. */
export function rowTypeOf(table: Ir, binder: Binder): FxType | undefined {
  switch (table.type.kind) {
    case "table":
      return recordType(table.type.fields);
    case "blank":
      return recordType(new Map());
    case "untyped":
      return types.untyped;
    case "error":
      return undefined;
    default:
      binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(table.node), [
        "Table",
        typeName(table.type),
      ]);
      return undefined;
  }
}

/** A table argument for a row scope; reports where it is none. */
export function needSource(call: FxCallNode, binder: Binder): RowSource | undefined {
  const [node] = call.args;
  if (node === undefined) return undefined;
  const alias = node.kind === "as" ? node.name : undefined;
  const ir = binder.bind(node.kind === "as" ? node.operand : node);
  const row = ir.type.kind === "untyped" ? undefined : rowSourceType(ir);
  if (row !== undefined) {
    return { ir, row, columns: isAggregate(row) ? row.fields : new Map(), alias };
  }
  if (ir.type.kind !== "error") binder.report("ErrBadType", errorSpan(node));
  return undefined;
}

export function rowSourceType(ir: Ir): FxType | undefined {
  if (ir.type.kind === "table") return recordType(ir.type.fields);
  return undefined;
}

export function asRow(value: FxValue): FxRow {
  return value instanceof FxRecord || value instanceof FxError ? value : null;
}

/** A table and one lambda over its rows; Blank and Errors in place of the table pass through. */
export function overRows(
  body: (rows: readonly FxRow[], run: (row: FxRow) => FxValue) => FxValue,
): Lazy {
  return ([table, lambda], slots, outer) => {
    const source = table?.(slots, outer) ?? null;
    if (source instanceof FxError) return source;
    if (!(source instanceof FxTable)) return null;
    return body(source.rows, (row) => lambda?.(slots, { row, outer }) ?? null);
  };
}
