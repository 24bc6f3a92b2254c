import { type Binder, wrongType } from "../bind/binder.ts";
import { convert } from "../bind/convert.ts";
import { constant, type Ir } from "../bind/ir.ts";
import { combineErrors } from "../run/operations.ts";
import { limitText } from "../run/work.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import { FxDecimal } from "../values/decimal.ts";
import { recordType, tableType, typeName, types, valueTable } from "../values/types.ts";
import { FxError, FxRecord, type FxRow, FxTable, type FxValue, fxError } from "../values/value.ts";
import { asRow, invalid, needSource, overRows, rowSourceType, rowsOf } from "./rows.ts";

/** Functions that evaluate an expression for every row, or over one record. */

export function bindForAll(call: FxCallNode, binder: Binder): Ir {
  const [first, node] = call.args;
  if (first === undefined || node === undefined) return binder.failed(call);
  const alias = first.kind === "as" ? first.name : undefined;
  const ir = binder.bind(first.kind === "as" ? first.operand : first);
  const untyped = ir.type.kind === "untyped";
  const row = untyped ? types.untyped : rowSourceType(ir);
  if (row === undefined) {
    if (ir.type.kind !== "error")
      binder.report("ErrNeedTable_Func", errorSpan(first), [call.callee]);
    return invalid(call, binder);
  }
  const body = binder.inRow(row, alias, () => binder.bind(node));
  if (body.type.kind === "error") return invalid(call, binder);
  const isRecord = body.type.kind === "record";
  return {
    op: "lazy",
    node: call,
    type: body.type.kind === "record" ? tableType(body.type.fields) : valueTable(body.type),
    args: [ir, body],
    mayBlank: true,
    mayError: true,
    call([table, lambda], slots, outer) {
      const source = table?.(slots, outer) ?? null;
      if (source instanceof FxError) return source;
      const items = rowsOf(source);
      if (items === null || items instanceof FxError) return items;
      const values = items.map((item) =>
        untyped && item instanceof FxError
          ? item
          : (lambda?.(slots, { row: untyped ? untypedRow(item) : asRow(item), outer }) ?? null),
      );
      const errors = combineErrors(values);
      if (errors !== undefined) return errors;
      return new FxTable(
        values.map((value) =>
          isRecord ? asRow(value) : new FxRecord(new Map([["Value", value]])),
        ),
      );
    },
  };
}

/** An untyped item stands as the whole row; the closures read it as `ThisRecord`. */
function untypedRow(item: FxValue): FxRow {
  return new FxRecord(new Map([["", item]]));
}

export function bindWith(call: FxCallNode, binder: Binder): Ir {
  const [first, node] = call.args;
  if (first === undefined || node === undefined) return binder.failed(call);
  const alias = first.kind === "as" ? first.name : undefined;
  const record = binder.bind(first.kind === "as" ? first.operand : first);
  if (record.type.kind === "error") {
    binder.inRow(recordType(new Map()), alias, () => binder.bind(node));
    return invalid(call, binder);
  }
  if (record.type.kind !== "record" && record.type.kind !== "blank") {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(first), [
      "Record",
      typeName(record.type),
    ]);
    return invalid(call, binder);
  }
  const scope = record.type.kind === "record" ? record.type : recordType(new Map());
  const body = binder.inRow(scope, alias, () => binder.bind(node));
  if (body.type.kind === "error") return binder.failed(call);
  return {
    op: "lazy",
    node: call,
    type: body.type,
    args: [record, body],
    mayBlank: true,
    mayError: true,
    call([given, run], slots, outer) {
      const row = given?.(slots, outer) ?? null;
      if (row instanceof FxError) return row;
      return row instanceof FxRecord ? (run?.(slots, { row, outer }) ?? null) : null;
    },
  };
}

export function bindConcat(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  const [, node, separatorNode] = call.args;
  if (source === undefined || node === undefined) return invalid(call, binder);
  const element = binder.inRow(source.row, source.alias, () => binder.bind(node));
  const separator =
    separatorNode === undefined ? constant(call, types.text, "") : binder.bind(separatorNode);
  const part = element.type.kind === "error" ? undefined : convert(element, "text");
  const joint = separator.type.kind === "error" ? undefined : convert(separator, "text");
  if (part === undefined || joint === undefined) {
    const guilty = part === undefined ? element : separator;
    if (guilty.type.kind !== "error") wrongType(binder, guilty.node, "text", guilty.type);
    return invalid(call, binder);
  }
  return {
    op: "lazy",
    node: call,
    type: types.text,
    args: [source.ir, part, joint],
    mayBlank: true,
    mayError: true,
    call(args, slots, outer) {
      const [table, , between] = args;
      const glue = between?.(slots, outer) ?? "";
      const given = table?.(slots, outer) ?? null;
      const failed = combineErrors([given, glue]);
      if (failed !== undefined) return failed;
      return overRows((rows, run) => {
        const parts: string[] = [];
        for (const row of rows) {
          const value = run(row);
          if (value instanceof FxError) return value;
          parts.push(typeof value === "string" ? value : "");
        }
        return limitText(parts.join(typeof glue === "string" ? glue : ""));
      })(args, slots, outer);
    },
  };
}

export function bindDistinct(call: FxCallNode, binder: Binder): Ir {
  const source = needSource(call, binder);
  const [, node] = call.args;
  if (source === undefined || node === undefined) return invalid(call, binder);
  const element = binder.inRow(source.row, source.alias, () => binder.bind(node));
  if (element.type.kind === "error") return invalid(call, binder);
  return {
    op: "lazy",
    node: call,
    type: valueTable(element.type),
    args: [source.ir, element],
    mayBlank: true,
    mayError: true,
    call: overRows((rows, run) => {
      const seen = new Map<string, FxRecord>();
      for (const row of rows) {
        const value = run(row);
        if (value instanceof FxError) return value;
        if (value instanceof FxRecord || value instanceof FxTable) return notDistinguishable;
        const key = distinctKey(value);
        if (!seen.has(key)) seen.set(key, new FxRecord(new Map([["Value", value]])));
      }
      return new FxTable([...seen.values()]);
    }),
  };
}

function distinctKey(value: FxValue): string {
  if (value instanceof FxDecimal) return `number ${value.toString()}`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return `${typeof value} ${String(value)}`;
}

const notDistinguishable = fxError("InvalidArgument", "records and tables cannot be compared");
