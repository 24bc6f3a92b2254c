import type { Span } from "@routewright/diagnostics";
import type { FxDiagnostic } from "../tree.ts";
import { decimalToNumber, FxDecimal } from "./decimal.ts";

/** The engine's error kinds and their numbers. */
export const errorKinds = {
  None: 0,
  Sync: 1,
  MissingRequired: 2,
  CreatePermission: 3,
  EditPermissions: 4,
  DeletePermissions: 5,
  Conflict: 6,
  NotFound: 7,
  ConstraintViolated: 8,
  GeneratedValue: 9,
  ReadOnlyValue: 10,
  Validation: 11,
  Unknown: 12,
  Div0: 13,
  BadLanguageCode: 14,
  BadRegex: 15,
  InvalidFunctionUsage: 16,
  FileNotFound: 17,
  AnalysisError: 18,
  ReadPermission: 19,
  NotSupported: 20,
  InsufficientMemory: 21,
  QuotaExceeded: 22,
  Network: 23,
  Numeric: 24,
  InvalidArgument: 25,
  Internal: 26,
  NotApplicable: 27,
  Timeout: 28,
  ServiceUnavailable: 29,
  InvalidJSON: 30,
  Custom: 1000,
} as const;

export type FxErrorKindName = keyof typeof errorKinds;

const namesByNumber: ReadonlyMap<number, string> = new Map(
  Object.entries(errorKinds).map(([name, code]) => [code, name]),
);

/** The name of an error kind, or its digits where it has none. */
export function errorKindName(code: number): string {
  return namesByNumber.get(code) ?? String(code);
}

export interface FxErrorDetail {
  /** See `errorKinds`; users' own are 1000 and above by convention. */
  readonly code: number;
  readonly message: string;
}

/**
 * A failure as a value. `error`: it happened while evaluating; several causes may be combined.
 * `compile`: the formula does not bind for the label types it was given (`diagnostics` say why,
 * the first one being repeated in `key` and `span`).
 */
export class FxError {
  readonly kind: "error" | "compile";
  readonly errors: readonly FxErrorDetail[];
  readonly diagnostics: readonly FxDiagnostic[];

  constructor(
    kind: "error" | "compile",
    errors: readonly FxErrorDetail[],
    diagnostics: readonly FxDiagnostic[] = [],
  ) {
    this.kind = kind;
    this.errors = errors;
    this.diagnostics = diagnostics;
  }

  /** The engine's key of the first compile error. */
  get key(): string | undefined {
    return this.diagnostics[0]?.key;
  }

  get span(): Span | undefined {
    return this.diagnostics[0]?.span;
  }

  /** The first cause, for people. */
  get message(): string {
    return this.errors[0]?.message ?? "";
  }
}

export function fxError(kind: FxErrorKindName, message: string): FxError {
  return new FxError("error", [{ code: errorKinds[kind], message }]);
}

export function compileError(diagnostics: readonly FxDiagnostic[]): FxError {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  return new FxError(
    "compile",
    [{ code: errorKinds.AnalysisError, message: first?.message ?? "the formula is invalid" }],
    diagnostics,
  );
}

/** A date, time of day or both; `ms` counts from 1899-12-30T00:00. */
export class FxMoment {
  readonly type: "date" | "time" | "datetime";
  readonly ms: number;

  constructor(type: "date" | "time" | "datetime", ms: number) {
    this.type = type;
    this.ms = ms;
  }
}

export class FxGuid {
  /** Lower-case, with hyphens. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Fields by name; a field the type has and the map lacks is Blank. */
export class FxRecord {
  readonly fields: ReadonlyMap<string, FxValue>;

  constructor(fields: ReadonlyMap<string, FxValue>) {
    this.fields = fields;
  }

  get(name: string): FxValue {
    return this.fields.get(name) ?? null;
  }
}

export type FxRow = FxRecord | FxError | null;

export class FxTable {
  readonly rows: readonly FxRow[];

  constructor(rows: readonly FxRow[]) {
    this.rows = rows;
  }
}

/** A JSON value whose type is not known before it is read. */
export class FxUntyped {
  readonly json: FxJson;

  constructor(json: FxJson) {
    this.json = json;
  }
}

/** JSON as it was written: a number keeps its digits, an object its order and its keys. */
export type FxJson =
  | boolean
  | string
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, FxJson | null> }
  | { readonly kind: "array"; readonly items: readonly (FxJson | null)[] };

/**
 * A value. Blank is `null`. A Decimal is a number where its digits fit one, else an FxDecimal;
 * a Float is a number: which of the two a number is, the static type tells.
 */
export type FxValue =
  | null
  | boolean
  | string
  | number
  | FxDecimal
  | FxError
  | FxMoment
  | FxGuid
  | FxRecord
  | FxTable
  | FxUntyped;

export function isFxError(value: FxValue): value is FxError {
  return value instanceof FxError;
}

/** A number for a host that wants one: Decimal or Float, as the nearest double. */
export function fxToNumber(value: FxValue): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof FxDecimal ? decimalToNumber(value) : undefined;
}
