import type { FxNode } from "../tree.ts";
import type { FxType } from "../values/types.ts";
import type { FxRow, FxValue } from "../values/value.ts";

/** The row scopes around an expression, innermost first. */
export interface Rows {
  readonly row: FxRow;
  readonly outer: Rows | null;
}

/** The labels of one evaluation, by slot. */
export type Slots = readonly FxValue[];

/** One lowered expression, ready to run. */
export type Run = (slots: Slots, rows: Rows | null) => FxValue;

/** A function over values none of which is an Error; Blank arrives as `null`. */
export type Strict = (...args: readonly FxValue[]) => FxValue;

/** Decides itself what it runs, when, and with which row. */
export type Lazy = (args: readonly Run[], slots: Slots, rows: Rows | null) => FxValue;

/** Operations that generated code writes out instead of calling. */
export type FastOperation =
  | "+"
  | "-"
  | "*"
  | "negate"
  | "<"
  | "<="
  | ">"
  | ">="
  | "="
  | "<>"
  | "not";

interface IrBase {
  readonly type: FxType;
  /** Where it was written. */
  readonly node: FxNode;
  /** False only where the value can be shown never to be Blank. */
  readonly mayBlank: boolean;
  /** False only where the value can be shown never to be an Error. */
  readonly mayError: boolean;
  /** For a number that is known to be a whole one: a bound of its magnitude, below 2^53. */
  readonly bound?: number;
  /** A Decimal that is always a JS number (or Blank), never an FxDecimal. */
  readonly plain?: boolean;
  /** A call that could not be bound: what it would have given, as `.` after it sees that. */
  readonly failedAs?: "record" | "table";
}

/**
 * The lowered form: names resolved, every coercion written out, laziness explicit. The same form
 * feeds the closures, the generated code and the trace.
 */
export type Ir = IrBase &
  (
    | { readonly op: "const"; readonly value: FxValue }
    | { readonly op: "slot"; readonly index: number }
    /** A row scope, counted outwards, and a field of it (or the whole row). */
    | { readonly op: "row"; readonly up: number; readonly field: string | undefined }
    | {
        readonly op: "strict";
        readonly args: readonly Ir[];
        readonly call: Strict;
        readonly fast?: FastOperation;
        /** An implicit conversion: traces show what it was made from. */
        readonly coercion?: boolean;
      }
    | { readonly op: "and" | "or"; readonly args: readonly Ir[] }
    | {
        readonly op: "if";
        readonly branches: readonly { readonly condition: Ir; readonly value: Ir }[];
        readonly otherwise: Ir;
      }
    | { readonly op: "lazy"; readonly args: readonly Ir[]; readonly call: Lazy }
  );

export type IrOf<Op extends Ir["op"]> = Extract<Ir, { op: Op }>;

export function constant(node: FxNode, type: FxType, value: FxValue): Ir {
  const bound =
    type.kind === "decimal" && Number.isSafeInteger(value) ? Math.abs(Number(value)) : undefined;
  return {
    op: "const",
    value,
    type,
    node,
    mayBlank: value === null,
    mayError: false,
    ...(bound === undefined ? {} : { bound }),
    ...(typeof value === "number" ? { plain: true } : {}),
  };
}
