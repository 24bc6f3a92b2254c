import type { Span } from "@routewright/diagnostics";
import { findFunction } from "../functions/table.ts";
import { fxDiagnostic } from "../messages.ts";
import { concatenate } from "../run/operations.ts";
import { untypedField } from "../run/untyped.ts";
import { errorSpan, type FxCallNode, type FxDiagnostic, type FxNode } from "../tree.ts";
import { parseDecimal } from "../values/decimal.ts";
import {
  type FxScalarKind,
  type FxType,
  isAggregate,
  recordType,
  sameType,
  tableType,
  typeName,
  types,
} from "../values/types.ts";
import { FxError, FxRecord, FxTable, type FxValue } from "../values/value.ts";
import { convert, convertTo, strict, unionType } from "./convert.ts";
import { fxEnums } from "./enums.ts";
import { constant, type Ir } from "./ir.ts";
import { bindBinary, bindUnary } from "./operators.ts";

/** What a global name of the host stands for. */
export interface FxGlobal {
  /** The lowered whole value; absent where only fields may be read. */
  readonly whole?: (node: FxNode) => Ir;
  /** A field; `undefined` where the record has none of that name. */
  readonly field?: (name: string, node: FxNode) => Ir | undefined;
}

export interface FxScope {
  readonly global: (name: string) => FxGlobal | undefined;
}

/** What an editor wants to know of the binding. */
export interface BindObserver {
  /** A name, and the row scopes it stands in, outermost first. */
  readonly name: (name: string, rows: readonly RowScope[]) => void;
  /** A field, and the type of what it is a field of. */
  readonly field: (name: string, receiver: FxType) => void;
}

export interface RowScope {
  /** Record type of the row; anything else cannot be looked into. */
  readonly type: FxType;
  /** Set by `As`: fields then need the prefix. */
  readonly alias: string | undefined;
  /** Only its fields are names; `ThisRecord` stays what it is outside. */
  readonly isNameless?: boolean;
}

/** What a function needs in order to bind its own call. */
export interface Binder {
  readonly bind: (node: FxNode) => Ir;
  /** `cause`: the operand it is about; if that failed itself, this is a consequence. */
  readonly report: (key: string, span: Span, args?: readonly string[], cause?: Ir) => void;
  /** Binds something inside a row scope. */
  readonly inRow: <T>(
    type: FxType,
    alias: string | undefined,
    bind: () => T,
    isNameless?: boolean,
  ) => T;
  /** In place of what could not be bound. */
  readonly failed: (node: FxNode) => Ir;
  /** Whether a name is a field of some row scope around. */
  readonly isInRow: (name: string) => boolean;
  readonly features: FxFeatures;
}

/** What a host may switch on; both are off in a default engine. */
export interface FxFeatures {
  /** `ParseJSON` and `JSON`. */
  readonly json?: boolean;
  /** `IsMatch`, `Match` and `MatchAll`. */
  readonly regularExpressions?: boolean;
}

export interface BoundFormula {
  readonly ir: Ir;
  readonly diagnostics: readonly FxDiagnostic[];
}

/** Names, types and coercions of a parsed formula. Total. */
export function bindFormula(
  tree: FxNode,
  scope: FxScope,
  features: FxFeatures = {},
  observer?: BindObserver,
): BoundFormula {
  const diagnostics: FxDiagnostic[] = [];
  const rows: RowScope[] = [];
  const binder: Binder = { bind, report, inRow, failed, isInRow, features };
  const ir = bind(tree);
  return { ir, diagnostics };

  function report(key: string, span: Span, args?: readonly string[], cause?: Ir): void {
    const diagnostic = fxDiagnostic(key, span, args);
    const follows =
      cause?.type.kind === "error" || (key === "ErrInvalidArgs_Func" && diagnostics.length > 0);
    diagnostics.push(follows ? { ...diagnostic, consequence: true } : diagnostic);
  }

  function isInRow(name: string): boolean {
    return rows.some(
      (row) => row.alias === undefined && isAggregate(row.type) && row.type.fields.has(name),
    );
  }

  function failed(node: FxNode): Ir {
    return constant(node, types.error, null);
  }

  function inRow<T>(
    type: FxType,
    alias: string | undefined,
    inside: () => T,
    isNameless = false,
  ): T {
    rows.push({ type, alias, isNameless });
    try {
      return inside();
    } finally {
      rows.pop();
    }
  }

  function bind(node: FxNode): Ir {
    switch (node.kind) {
      case "blank":
        return constant(node, types.blank, null);
      case "number": {
        const value = parseDecimal(node.text);
        if (value !== undefined) return constant(node, types.decimal, value);
        report("ErrNumberTooLarge", node.span);
        return failed(node);
      }
      case "text":
        return constant(node, types.text, node.value);
      case "boolean":
        return constant(node, types.boolean, node.value);
      case "name":
        return bindName(node);
      case "field":
        return bindField(node);
      case "unary":
        return bindUnary(node, bind(node.operand), binder);
      case "binary":
        return bindBinary(node, bind(node.left), bind(node.right), binder);
      case "call":
        return bindCall(node);
      case "interpolated":
        return bindInterpolated(node);
      case "record":
        return bindRecord(node);
      case "table":
        return bindTable(node);
      case "as":
        report("ErrAsNotInContext", node.span);
        return failed(node);
      case "keyword":
        report("ErrInvalidIdentifier", node.span);
        return failed(node);
      case "error":
        return failed(node);
    }
  }

  function bindName(node: Extract<FxNode, { kind: "name" }>): Ir {
    observer?.name(node.name, rows);
    const inRows = node.global ? undefined : findInRows(node.name, node);
    if (inRows !== undefined) return inRows;
    const global = scope.global(node.name);
    if (global?.whole !== undefined) return global.whole(node);
    report("ErrInvalidName", node.span, [node.name]);
    return failed(node);
  }

  function findInRows(name: string, node: FxNode): Ir | undefined {
    for (let up = 0; up < rows.length; up++) {
      const row = rows[rows.length - 1 - up];
      if (row === undefined) continue;
      if (name === (row.alias ?? "ThisRecord") && row.isNameless !== true) {
        // An untyped row is held under the empty name: see `ForAll`.
        return rowIr(node, row.type, up, row.type.kind === "untyped" ? "" : undefined);
      }
      if (row.alias !== undefined || !isAggregate(row.type)) continue;
      const type = row.type.fields.get(name);
      if (type !== undefined) return rowIr(node, type, up, name);
    }
    return undefined;
  }

  function rowIr(node: FxNode, type: FxType, up: number, field: string | undefined): Ir {
    return { op: "row", node, type, up, field, mayBlank: true, mayError: true };
  }

  function bindField(node: Extract<FxNode, { kind: "field" }>): Ir {
    const receiver = node.receiver;
    if (
      receiver.kind === "name" &&
      (receiver.global || findInRows(receiver.name, receiver) === undefined)
    ) {
      const global = scope.global(receiver.name);
      if (global?.field !== undefined) {
        const field = global.field(node.name, node);
        if (field !== undefined) return field;
        report("ErrInvalidName", errorSpan(node), [node.name]);
        return failed(node);
      }
      const enumeration = global === undefined ? fxEnums.get(receiver.name) : undefined;
      const value = enumeration?.values.get(node.name);
      if (enumeration !== undefined) {
        if (value !== undefined) {
          const type: FxType = { kind: "enum", name: receiver.name, base: enumeration.base };
          return constant(node, type, value);
        }
        report("ErrInvalidName", errorSpan(node), [node.name]);
        return failed(node);
      }
    }
    const bound = bind(receiver);
    observer?.field(node.name, bound.type);
    switch (bound.type.kind) {
      case "record": {
        const { name } = node;
        const type = bound.type.fields.get(name);
        if (type !== undefined) {
          return strict(
            node,
            type,
            (record) => (record instanceof FxRecord ? record.get(name) : null),
            [bound],
          );
        }
        report("ErrInvalidName", errorSpan(node), [name]);
        return failed(node);
      }
      case "untyped": {
        const { name } = node;
        return strict(node, types.untyped, (value) => untypedField(value, name), [bound]);
      }
      case "error":
        if (bound.failedAs === "record") {
          report("ErrInvalidName", errorSpan(node), [node.name], bound);
        } else if (bound.failedAs === "table") {
          report("ErrDeprecatedDotUseShowColumns", errorSpan(node), [], bound);
        }
        return failed(node);
      case "blank":
        return constant(node, types.blank, null);
      case "table":
        report("ErrDeprecatedDotUseShowColumns", errorSpan(node));
        return failed(node);
      default:
        report("ErrInvalidDot", errorSpan(node));
        return failed(node);
    }
  }

  function bindRecord(node: Extract<FxNode, { kind: "record" }>): Ir {
    const fields = new Map<string, FxType>();
    const names: string[] = [];
    const values: Ir[] = [];
    let bad = false;
    for (const { name, nameSpan, value } of node.fields) {
      const bound = bind(value);
      if (fields.has(name)) {
        report("ErrMultipleValuesForField_Name", nameSpan, [name]);
        continue;
      }
      if (bound.type.kind === "error" || bound.type.kind === "void") bad = true;
      fields.set(name, bound.type);
      names.push(name);
      values.push(bound);
    }
    if (bad) return failed(node);
    return {
      op: "lazy",
      node,
      type: recordType(fields),
      args: values,
      mayBlank: false,
      mayError: false,
      call(args, slots, scope) {
        const made = new Map<string, FxValue>();
        for (const [index, name] of names.entries()) {
          made.set(name, args[index]?.(slots, scope) ?? null);
        }
        return new FxRecord(made);
      },
    };
  }

  function bindTable(node: Extract<FxNode, { kind: "table" }>): Ir {
    const items = node.items.map(bind);
    if (items.some((item) => item.type.kind === "error")) return failed(node);
    let type: FxType = types.blank;
    for (const item of items) {
      const union: FxType | undefined = unionRows(type, item.type);
      if (union === undefined) {
        report("ErrTableDoesNotAcceptThisType", errorSpan(item.node));
        return failed(node);
      }
      type = union;
    }
    const isRows = type.kind === "record";
    const cells = items.map((item) => convertTo(item, type) ?? item);
    return {
      op: "lazy",
      node,
      type:
        type.kind === "record"
          ? tableType(type.fields)
          : items.length === 0
            ? tableType(new Map())
            : tableType(new Map([["Value", type]])),
      args: cells,
      mayBlank: false,
      mayError: false,
      call: (args, slots, scope) =>
        new FxTable(
          args.map((arg) => {
            const value = arg(slots, scope);
            if (!isRows) return new FxRecord(new Map([["Value", value]]));
            return value instanceof FxRecord || value instanceof FxError ? value : null;
          }),
        ),
    };
  }

  function bindCall(node: FxCallNode): Ir {
    const definition = findFunction(node.callee);
    if (definition?.feature !== undefined && features[definition.feature] !== true) {
      report("ErrUnimplementedFunction", node.span, [node.callee]);
      for (const arg of node.args) bind(arg);
      return failed(node);
    }
    if (definition === undefined) {
      const known = knownElsewhere.has(node.callee);
      report(known ? "ErrUnimplementedFunction" : "ErrUnknownFunction", node.span, [node.callee]);
      for (const arg of node.args) bind(arg);
      return failed(node);
    }
    const { min, max } = definition.arity;
    const count = node.args.length;
    if (count < min || count > max) {
      const key =
        min === max
          ? "ErrBadArity"
          : max === Number.POSITIVE_INFINITY
            ? "ErrBadArityMinimum"
            : "ErrBadArityRange";
      report(key, node.span, [node.callee, String(count), String(min), String(max)]);
      for (const arg of node.args) bind(arg);
      return failed(node);
    }
    const bound = definition.bind(node, binder);
    const given = /: (Record|Table)$/.exec(definition.signatures[0] ?? "")?.[1];
    if (bound.type.kind !== "error" || given === undefined) return bound;
    return { ...bound, failedAs: given === "Table" ? "table" : "record" };
  }

  function bindInterpolated(node: Extract<FxNode, { kind: "interpolated" }>): Ir {
    const parts = node.parts.map((part) => {
      const bound = bind(part);
      const text = convert(bound, "text");
      if (text !== undefined) return text;
      wrongType(binder, part, "text", bound.type);
      report("ErrInvalidStringInterpolation", node.span);
      return failed(part);
    });
    return strict(node, types.text, concatenate, parts, {
      mayBlank: false,
    });
  }
}

/** The union of rows; those of a sealed type take no others. */
function unionRows(rows: FxType, row: FxType): FxType | undefined {
  const isUnlike = isAggregate(rows) && rows.isSealed === true && !sameType(rows, row);
  return isUnlike ? undefined : unionType(rows, row);
}

/** Functions of other hosts of the language, which have no meaning without a screen or a store. */
const knownElsewhere: ReadonlySet<string> = new Set(
  (
    "Assert Back Choices Clear ClearCollect ClearData Collect Concurrent Confirm Copy DataSourceInfo " +
    "Defaults Disable Download EditForm Enable Errors Exit GroupBy HashTags IsType Join Launch " +
    "LoadData Navigate NewForm Notify PDF Param Patch Pending Print ReadNFC RecordInfo Relate Remove " +
    "RemoveAll RemoveIf RequestHide Reset ResetForm Revert SaveData ScanBarcode Select Set SetFocus " +
    "SetProperty State SubmitForm TraceValue Ungroup Unrelate Update UpdateContext UpdateIf User " +
    "Validate ValidateRecord ViewForm"
  ).split(" "),
);

export function wrongType(binder: Binder, node: FxNode, wanted: FxScalarKind, given: FxType): void {
  binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(node), [
    typeName(types[wanted]),
    typeName(given),
  ]);
}
