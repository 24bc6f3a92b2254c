import { type Binder, wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir, Strict } from "../bind/ir.ts";
import type { FxCallNode } from "../tree.ts";
import { type FxScalarKind, type FxType, types } from "../values/types.ts";
import type { FxValue } from "../values/value.ts";

/** One function: what the binder, the evaluator, completion, hover and the docs read. */
export interface FxFunction {
  readonly name: string;
  /** As shown to people, one a form: `Left(text: Text, count: Number): Text`. */
  readonly signatures: readonly string[];
  readonly doc: string;
  /** A formula and one that must have the same value (`#Div0` for an error); run as tests. */
  readonly examples: readonly (readonly [formula: string, result: string])[];
  readonly arity: { readonly min: number; readonly max: number };
  readonly bind: (call: FxCallNode, binder: Binder) => Ir;
}

export function defineFunction(definition: FxFunction): FxFunction {
  return definition;
}

export type ParameterType = "text" | "decimal" | "float" | "boolean" | "number";

export interface Parameter {
  readonly type: ParameterType;
  readonly optional?: boolean;
  /** A Blank argument arrives as `null` instead of as the type's empty value. */
  readonly keepBlank?: boolean;
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
  facts: { readonly mayError?: boolean; readonly mayBlank?: boolean } = {},
): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  const float =
    bound.find((_, index) => parameterAt(parameters, index).type === "number")?.type.kind ===
    "float";
  const args: Ir[] = [];
  let bad = false;
  bound.forEach((arg, index) => {
    const parameter = parameterAt(parameters, index);
    const kind: FxScalarKind =
      parameter.type === "number" ? (float ? "float" : "decimal") : parameter.type;
    const converted = convert(arg, kind);
    if (converted === undefined || arg.type.kind === "error") {
      bad = true;
      if (arg.type.kind !== "error") wrongType(binder, arg.node, kind, arg.type);
      return;
    }
    args.push(parameter.keepBlank === true ? converted : replaceBlank(converted, kind));
  });
  if (bad) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  const type = result === "number" ? (float ? types.float : types.decimal) : result;
  return strict(call, type, run, args, {
    mayBlank: facts.mayBlank ?? false,
    mayError: facts.mayError !== false || args.some((arg) => arg.mayError),
  });
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
