import {
  booleanToDecimal,
  booleanToText,
  decimalToFloat,
  decimalValueToText,
  floatToDecimal,
  floatValueToText,
  guidToText,
  momentToDecimal,
  momentToFloat,
  numberToBoolean,
  textToBoolean,
  textToDecimal,
  textToFloat,
  textToGuid,
} from "../run/coerce.ts";
import { momentToMoment, momentValueToText, numberToMoment, textToMoment } from "../run/moments.ts";
import {
  untypedToBoolean,
  untypedToDecimal,
  untypedToFloat,
  untypedToGuid,
  untypedToMoment,
  untypedToText,
} from "../run/untyped.ts";
import type { FxNode } from "../tree.ts";
import {
  type FxScalarKind,
  type FxType,
  recordType,
  sameType,
  tableType,
  types,
} from "../values/types.ts";
import { FxError, FxRecord, FxTable, type FxValue } from "../values/value.ts";
import { fxEnums } from "./enums.ts";
import type { Ir, Strict } from "./ir.ts";

type Convert = (value: FxValue) => FxValue;

interface Conversion {
  readonly call: Convert;
  /** Whether it can make an Error out of a good value. */
  readonly mayFail: boolean;
  /** Whether it can make Blank out of a value. */
  readonly mayBlank?: boolean;
}

function numberToMomentVia(type: "date" | "time" | "datetime"): Convert {
  const convertFloat = numberToMoment(type);
  return (value) => convertFloat(decimalToFloat(value));
}

/** The conversions between scalars, by the names of both types. */
const conversions: ReadonlyMap<string, Conversion> = new Map([
  ["boolean>decimal", { call: booleanToDecimal, mayFail: false }],
  ["boolean>float", { call: booleanToDecimal, mayFail: false }],
  ["boolean>text", { call: booleanToText, mayFail: false }],
  ["decimal>boolean", { call: numberToBoolean, mayFail: false }],
  ["float>boolean", { call: numberToBoolean, mayFail: false }],
  ["decimal>float", { call: decimalToFloat, mayFail: false }],
  ["float>decimal", { call: floatToDecimal, mayFail: true }],
  ["decimal>text", { call: decimalValueToText, mayFail: false }],
  ["float>text", { call: floatValueToText, mayFail: false }],
  ["text>boolean", { call: textToBoolean, mayFail: true, mayBlank: true }],
  ["text>decimal", { call: textToDecimal, mayFail: true, mayBlank: true }],
  ["text>float", { call: textToFloat, mayFail: true, mayBlank: true }],
  ["text>guid", { call: textToGuid, mayFail: true, mayBlank: true }],
  ["guid>text", { call: guidToText, mayFail: false }],
  ["untyped>boolean", { call: untypedToBoolean, mayFail: true }],
  ["untyped>decimal", { call: untypedToDecimal, mayFail: true, mayBlank: true }],
  ["untyped>float", { call: untypedToFloat, mayFail: true, mayBlank: true }],
  ["untyped>text", { call: untypedToText, mayFail: true }],
  ["untyped>guid", { call: untypedToGuid, mayFail: true, mayBlank: true }],
  ...(["date", "time", "datetime"] as const).flatMap((kind): [string, Conversion][] => [
    [`${kind}>decimal`, { call: momentToDecimal, mayFail: true }],
    [`${kind}>float`, { call: momentToFloat, mayFail: false }],
    [`${kind}>text`, { call: momentValueToText, mayFail: false }],
    [`decimal>${kind}`, { call: numberToMomentVia(kind), mayFail: true }],
    [`float>${kind}`, { call: numberToMoment(kind), mayFail: true }],
    [`text>${kind}`, { call: textToMoment(kind), mayFail: true, mayBlank: true }],
    [`untyped>${kind}`, { call: untypedToMoment(kind), mayFail: true, mayBlank: true }],
    ...(["date", "time", "datetime"] as const)
      .filter((other) => other !== kind)
      .map((other): [string, Conversion] => [
        `${kind}>${other}`,
        { call: momentToMoment(other), mayFail: true },
      ]),
  ]),
]);

const same: Conversion = { call: (value) => value, mayFail: false };

/**
 * How a value of one type becomes one of another, or `undefined` if the types do not allow it.
 * Which conversion happens is decided here, by the static types; Blank and Errors pass through
 * every one. Records and tables convert field by field, a missing field becomes Blank.
 */
export function conversionBetween(from: FxType, to: FxType): Conversion | undefined {
  if (sameType(from, to) || from.kind === "blank") return same;
  if (from.kind === "enum") {
    if (to.kind === "enum") return undefined;
    const base = types[from.base];
    return base.kind === to.kind ? same : conversionBetween(base, to);
  }
  if (from.kind === "record" && to.kind === "record")
    return aggregateConversion(from.fields, to.fields);
  if (from.kind === "table" && to.kind === "table") {
    const rows = aggregateConversion(from.fields, to.fields);
    if (rows === undefined) return undefined;
    const { call } = rows;
    return {
      call: (value) =>
        value instanceof FxTable
          ? new FxTable(
              value.rows.map((row) => {
                const made = row instanceof FxRecord ? call(row) : row;
                return made instanceof FxRecord || made instanceof FxError ? made : null;
              }),
            )
          : value,
      mayFail: false,
    };
  }
  return conversions.get(`${from.kind}>${to.kind}`);
}

function aggregateConversion(
  from: ReadonlyMap<string, FxType>,
  to: ReadonlyMap<string, FxType>,
): Conversion | undefined {
  const changes: [string, Convert][] = [];
  for (const [name, type] of to) {
    const source = from.get(name);
    if (source === undefined) continue;
    const conversion = conversionBetween(source, type);
    if (conversion === undefined) return undefined;
    changes.push([name, conversion.call]);
  }
  for (const name of from.keys()) if (!to.has(name)) return undefined;
  return {
    mayFail: false,
    call(value) {
      if (!(value instanceof FxRecord)) return value;
      const fields = new Map<string, FxValue>();
      for (const [name, call] of changes) {
        const field = value.get(name);
        fields.set(name, field === null || field instanceof FxError ? field : call(field));
      }
      return new FxRecord(fields);
    },
  };
}

/** `ir` as a value of a scalar type, or `undefined` if the types do not allow it. */
export function convert(ir: Ir, kind: FxScalarKind): Ir | undefined {
  return convertTo(ir, types[kind]);
}

/** `ir` as a value of a type, or `undefined` if the types do not allow it. */
export function convertTo(ir: Ir, to: FxType): Ir | undefined {
  const from = ir.type;
  if (sameType(from, to)) return ir;
  if (from.kind === "blank" || from.kind === "error") return { ...ir, type: to };
  if (from.kind === "enum" && from.base === "decimal" && to.kind === "text") {
    // Members that are numbers underneath read as their names.
    return strict(ir.node, to, (value) => memberName(from.name, value), [ir], { coercion: true });
  }
  const conversion = conversionBetween(from, to);
  if (conversion === undefined) return undefined;
  if (conversion === same) return { ...ir, type: to };
  return strict(ir.node, to, conversion.call as Strict, [ir], {
    mayBlank: ir.mayBlank || conversion.mayBlank === true,
    mayError: ir.mayError || conversion.mayFail,
    coercion: true,
    ...(from.kind === "boolean" && to.kind === "decimal" && !ir.mayBlank ? { bound: 1 } : {}),
  });
}

function memberName(enumeration: string, value: FxValue): FxValue {
  for (const [name, member] of fxEnums.get(enumeration)?.values ?? []) {
    if (member === value) return name;
  }
  return null;
}

/** A call whose arguments are evaluated first; Errors among them are its result, combined. */
export function strict(
  node: FxNode,
  type: FxType,
  call: Strict,
  args: readonly Ir[],
  facts: {
    readonly mayBlank?: boolean;
    readonly mayError?: boolean;
    readonly coercion?: boolean;
    readonly bound?: number;
    readonly fast?: Extract<Ir, { op: "strict" }>["fast"];
  } = {},
): Ir {
  return {
    op: "strict",
    node,
    type,
    call,
    args,
    mayBlank: facts.mayBlank ?? true,
    mayError: facts.mayError ?? true,
    ...(facts.coercion === true ? { coercion: true } : {}),
    ...(facts.bound === undefined ? {} : { bound: facts.bound }),
    ...(facts.fast === undefined ? {} : { fast: facts.fast }),
  };
}

/**
 * The type that holds values of both: the first one's, with the fields of the second added and
 * its values converted. `undefined` if they do not fit together.
 */
export function unionType(first: FxType, second: FxType): FxType | undefined {
  if (first.kind === "error" || second.kind === "error") return undefined;
  if (first.kind === "blank") return second;
  if (second.kind === "blank" || sameType(first, second)) return first;
  if (
    (first.kind === "record" && second.kind === "record") ||
    (first.kind === "table" && second.kind === "table")
  ) {
    const fields = new Map(first.fields);
    for (const [name, type] of second.fields) {
      const own = fields.get(name);
      const union = own === undefined ? type : unionType(own, type);
      if (union === undefined) return undefined;
      fields.set(name, union);
    }
    return first.kind === "record" ? recordType(fields) : tableType(fields);
  }
  return conversionBetween(second, first) === undefined ? undefined : first;
}
