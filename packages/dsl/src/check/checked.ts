import type { SourceText } from "@routewright/diagnostics";
import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type {
  ChannelDeclaration,
  ClassificationDeclaration,
  Declaration,
  DistributionDeclaration,
  ExceptionsDeclaration,
  Expr,
  LabelDeclaration,
  LetDeclaration,
  Name,
  ParamDeclaration,
  Program,
  QueueDeclaration,
  ScenarioDeclaration,
  SecretDeclaration,
  TestDeclaration,
} from "../parse/ast.ts";

/**
 * What the checker found out, in tables beside the trees; the trees stay as parsed.
 * Later stages ask these tables and decide nothing again.
 */
export interface CheckedProgram {
  /** The entry first, then its imports in the order in which they are first met. */
  readonly programs: readonly Program[];
  readonly entry: Program;
  readonly symbols: readonly Symbol[];
  readonly labels: Readonly<Record<LabelSide, ReadonlyMap<string, LabelInfo>>>;
  /** What a name expression (or a reference by text) means; unresolved ones are absent. */
  readonly references: ReadonlyMap<Expr, Symbol>;
  /** The type of every expression that was typed. */
  readonly types: ReadonlyMap<Expr, Type>;
  /** Values of expressions that need no job: literals, params, what folds from them. */
  readonly constants: ReadonlyMap<Expr, ConstantValue>;
  /** Values of `param`s for this compilation, by name. */
  readonly parameters: ReadonlyMap<string, ConstantValue>;
}

export type Symbol =
  | SymbolOf<"param", ParamDeclaration>
  | SymbolOf<"secret", SecretDeclaration>
  | SymbolOf<"channel", ChannelDeclaration>
  | SymbolOf<"let", LetDeclaration>
  | SymbolOf<"distribution", DistributionDeclaration>
  | SymbolOf<"exceptions", ExceptionsDeclaration>
  | SymbolOf<"queue", QueueDeclaration>
  | SymbolOf<"classification", ClassificationDeclaration>
  | SymbolOf<"test", TestDeclaration>
  | SymbolOf<"scenario", ScenarioDeclaration>;

export interface SymbolOf<K extends string, D extends Declaration> {
  readonly kind: K;
  readonly name: Name;
  readonly declaration: D;
  readonly source: SourceText;
  /** The wire id of an object or channel: `id`, or else the name. Absent for the other kinds. */
  readonly id?: string;
}

/** A declared label; the automatic `Id` of queues and workers has no declaration. */
export interface LabelInfo {
  readonly side: LabelSide;
  readonly key: string;
  readonly type: LabelType;
  readonly optional: boolean;
  readonly defaultValue?: LabelValue;
  readonly declaration?: LabelDeclaration;
  readonly source?: SourceText;
}

export type ScalarName = "text" | "number" | "boolean" | "any";

/** `values`: the only ones possible, in declared order. `range`: inclusive bounds of a number. */
export interface LabelType {
  readonly scalar: ScalarName;
  readonly values?: readonly LabelValue[];
  readonly range?: { readonly min: number; readonly max: number };
}

export type Type =
  | (LabelType & { readonly kind: "scalar"; readonly maybeMissing: boolean })
  | { readonly kind: "duration" }
  | { readonly kind: "percent" }
  /** A queue, a split, a label match: what `queue =` takes. */
  | { readonly kind: "queue" }
  | {
      readonly kind: "object";
      readonly of: "distribution" | "exceptions" | "classification" | "channel" | "secret";
    }
  | { readonly kind: "rule" }
  | { readonly kind: "error" };

export type ConstantValue =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "duration"; readonly seconds: number }
  | { readonly kind: "percent"; readonly fraction: number };
