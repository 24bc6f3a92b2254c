import {
  booleanToDecimal,
  booleanToText,
  decimalToFloat,
  decimalValueToText,
  floatToDecimal,
  floatValueToText,
  numberToBoolean,
  textToBoolean,
  textToDecimal,
  textToFloat,
} from "../run/coerce.ts";
import type { FxNode } from "../tree.ts";
import { type FxScalarKind, type FxType, types } from "../values/types.ts";
import type { Ir, Strict } from "./ir.ts";

interface Conversion {
  readonly call: Strict;
  /** Whether it can make an Error out of a good value. */
  readonly mayFail: boolean;
  /** Whether it can make Blank out of a value. */
  readonly mayBlank?: boolean;
}

/** The conversions between scalars, by the names of both types. */
const conversions: Readonly<Record<string, Conversion>> = {
  "boolean>decimal": { call: booleanToDecimal, mayFail: false },
  "boolean>float": { call: booleanToDecimal, mayFail: false },
  "boolean>text": { call: booleanToText, mayFail: false },
  "decimal>boolean": { call: numberToBoolean, mayFail: false },
  "float>boolean": { call: numberToBoolean, mayFail: false },
  "decimal>float": { call: decimalToFloat, mayFail: false },
  "float>decimal": { call: floatToDecimal, mayFail: true },
  "decimal>text": { call: decimalValueToText, mayFail: false },
  "float>text": { call: floatValueToText, mayFail: false },
  "text>boolean": { call: textToBoolean, mayFail: true, mayBlank: true },
  "text>decimal": { call: textToDecimal, mayFail: true, mayBlank: true },
  "text>float": { call: textToFloat, mayFail: true, mayBlank: true },
};

/**
 * `ir` as a value of a scalar type, or `undefined` if the types do not allow it. Which conversion
 * happens is decided here, by the static types; Blank and Errors pass through every one.
 */
export function convert(ir: Ir, kind: FxScalarKind): Ir | undefined {
  const from = ir.type.kind;
  if (from === kind) return ir;
  if (from === "blank" || from === "error") return { ...ir, type: types[kind] };
  if (ir.type.kind === "enum" && ir.type.base === kind) return { ...ir, type: types[kind] };
  const conversion = conversions[`${from}>${kind}`];
  if (conversion === undefined) return undefined;
  return strict(ir.node, types[kind], conversion.call, [ir], {
    mayBlank: ir.mayBlank || conversion.mayBlank === true,
    mayError: ir.mayError || conversion.mayFail,
    coercion: true,
    ...(from === "boolean" && kind === "decimal" && !ir.mayBlank ? { bound: 1 } : {}),
  });
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
