import { bindFormula, type FxFeatures } from "./bind/binder.ts";
import { constant, type Ir } from "./bind/ir.ts";
import { admitNumber } from "./labels.ts";
import { type ParseLimits, parseWithin } from "./limits.ts";
import { compileClosures } from "./run/closures.ts";
import type { FxDiagnostic, FxNode } from "./tree.ts";
import { FxDecimal } from "./values/decimal.ts";
import { type FxType, typeName, types } from "./values/types.ts";
import {
  compileError,
  FxError,
  FxGuid,
  type FxJson,
  FxMoment,
  FxRecord,
  type FxRow,
  FxTable,
  FxUntyped,
  type FxValue,
  fxError,
} from "./values/value.ts";

/** The globals a formula may use, each with its type: `new Map([["job", recordType(…)]])`. */
export type FxTypeScope = ReadonlyMap<string, FxType>;

export interface TypedOptions extends ParseLimits {
  readonly features?: FxFeatures;
}

/** A formula whose names are resolved against declared types. */
export interface BoundExpression {
  /** The type of the result; `error` if it does not bind. */
  readonly type: FxType;
  readonly diagnostics: readonly FxDiagnostic[];
  /** Lowered: see `Ir`. A slot stands for one of `reads`. */
  readonly ir: Ir;
  /** What it reads: a global, or one field of a global record. */
  readonly reads: readonly FxRead[];
}

export interface FxRead {
  readonly global: string;
  readonly field: string | undefined;
  readonly type: FxType;
}

/**
 * A compiled formula over declared globals. Call it with their values: JavaScript's own (text,
 * numbers, booleans, `null` for Blank, objects for records, arrays for tables, any JSON for
 * Dynamic) or `FxValue`s. What is not there is Blank; what has another type than declared is an
 * Error value. Never throws.
 */
export interface TypedProgram {
  (globals: Readonly<Record<string, unknown>>): FxValue;
  readonly type: FxType;
  readonly diagnostics: readonly FxDiagnostic[];
}

/** Resolves names, types and coercions; total, whatever the text. */
export function bind(
  expression: string | FxNode,
  scope: FxTypeScope,
  options: TypedOptions = {},
): BoundExpression {
  const parsed =
    typeof expression === "string"
      ? parseWithin(expression, options)
      : { tree: expression, diagnostics: [] };
  const broken = parsed.diagnostics.some(isError);
  const reads: FxRead[] = [];
  const slots = new Map<string, number>();
  const slot = (node: FxNode, read: FxRead): Ir => {
    const key = JSON.stringify([read.global, read.field]);
    const index = slots.get(key) ?? reads.length;
    if (index === reads.length) reads.push(read);
    slots.set(key, index);
    return { op: "slot", node, index, type: read.type, mayBlank: true, mayError: true };
  };
  const bound = broken
    ? { ir: constant(parsed.tree, types.error, null), diagnostics: [] }
    : bindFormula(
        parsed.tree,
        {
          global(global) {
            const type = scope.get(global);
            if (type === undefined) return undefined;
            const whole = (node: FxNode) => slot(node, { global, field: undefined, type });
            if (type.kind !== "record") return { whole };
            return {
              whole,
              field(field, node) {
                const own = type.fields.get(field);
                return own && slot(node, { global, field, type: own });
              },
            };
          },
        },
        options.features,
      );
  const diagnostics = [...parsed.diagnostics, ...bound.diagnostics];
  return diagnostics.some(isError)
    ? { type: types.error, diagnostics, ir: constant(parsed.tree, types.error, null), reads: [] }
    : { type: bound.ir.type, diagnostics, ir: bound.ir, reads };
}

export function compile(
  expression: string | FxNode,
  scope: FxTypeScope,
  options: TypedOptions = {},
): TypedProgram {
  const { type, diagnostics, ir, reads } = bind(expression, scope, options);
  if (diagnostics.some(isError)) {
    const failure = compileError(diagnostics);
    return Object.assign(() => failure, { type, diagnostics });
  }
  const run = compileClosures(ir);
  const program = (globals: Readonly<Record<string, unknown>>): FxValue =>
    run(
      reads.map((read) => readGlobal(globals, read)),
      null,
    );
  return Object.assign(program, { type, diagnostics });
}

function isError(diagnostic: FxDiagnostic): boolean {
  return diagnostic.severity === "error";
}

function readGlobal(globals: unknown, { global, field, type }: FxRead): FxValue {
  const value = own(globals, global);
  if (field === undefined) return admit(value, type);
  if (value === null || value === undefined || value instanceof FxError) return value ?? null;
  if (value instanceof FxRecord) return admit(value.get(field), type);
  return isObject(value) ? admit(own(value, field), type) : wrongType("Record");
}

function own(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongType(name: string): FxError {
  return fxError("InvalidArgument", `the value given to the formula is no ${name}`);
}

/** A value from outside as one of a declared type. */
function admit(value: unknown, type: FxType): FxValue {
  if (value === null || value === undefined) return null;
  if (value instanceof FxError) return value;
  return admitAs(value, type) ?? wrongType(typeName(type));
}

function admitAs(value: unknown, type: FxType): FxValue | undefined {
  switch (type.kind) {
    case "text":
      return typeof value === "string" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "decimal":
      if (value instanceof FxDecimal) return value;
      return typeof value === "number" ? admitNumber(value) : undefined;
    case "float":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "enum":
      return admitAs(value, types[type.base]);
    case "date":
    case "time":
    case "datetime":
      return value instanceof FxMoment && value.type === type.kind ? value : undefined;
    case "guid":
      return value instanceof FxGuid ? value : undefined;
    case "untyped": {
      if (value instanceof FxUntyped) return value;
      const json = jsonOf(value, 0);
      return json === undefined || json === null ? undefined : new FxUntyped(json);
    }
    case "record":
      return admitRecord(value, type.fields);
    case "table":
      if (value instanceof FxTable) return value;
      return Array.isArray(value)
        ? new FxTable(value.map((row: unknown) => admitRow(row, type.fields)))
        : undefined;
    case "blank":
    case "error":
    case "void":
      return undefined;
  }
}

function admitRecord(value: unknown, fields: ReadonlyMap<string, FxType>): FxRecord | undefined {
  if (value instanceof FxRecord) return value;
  if (!isObject(value)) return undefined;
  return new FxRecord(
    new Map([...fields].map(([name, type]) => [name, admit(own(value, name), type)])),
  );
}

function admitRow(row: unknown, fields: ReadonlyMap<string, FxType>): FxRow {
  if (row === null || row === undefined) return null;
  return row instanceof FxError ? row : (admitRecord(row, fields) ?? wrongType("Record"));
}

const deepestJson = 64;

function jsonOf(value: unknown, depth: number): FxJson | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) ? { kind: "number", text: String(value) } : undefined;
  }
  if (depth >= deepestJson) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => jsonOf(item, depth + 1));
    return items.every((item) => item !== undefined) ? { kind: "array", items } : undefined;
  }
  if (!isObject(value)) return undefined;
  const members = new Map<string, FxJson | null>();
  for (const [name, item] of Object.entries(value)) {
    const member = jsonOf(item, depth + 1);
    if (member === undefined) return undefined;
    members.set(name, member);
  }
  return { kind: "object", members };
}
