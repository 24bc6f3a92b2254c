import {
  createDiagnostic,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticExtras,
  positionAt,
  type SourceText,
} from "@routewright/diagnostics";
import type {
  BundleSource,
  ConstructDecision,
  LabelSide,
  LabelValue,
  SourceLocation,
  SourceMapping,
} from "@routewright/jobrouter";
import type { CheckedProgram, Symbol as CheckedSymbol, ConstantValue } from "../check/checked.ts";
import type { Origin } from "../core/condition.ts";
import { labelValueOf, type Placed, withoutNames } from "../core/elaborate.ts";
import type { LabelTypes } from "../core/possible.ts";
import type { Expr } from "../parse/ast.ts";

/** What lowering collects while it goes over a checked program. */
export interface Lowering {
  readonly checked: CheckedProgram;
  readonly diagnostics: Diagnostic[];
  readonly sources: readonly SourceText[];
  readonly sourceIndexes: ReadonlyMap<SourceText, number>;
  readonly mappings: Later<FoundMapping>[];
  readonly decisions: Later<FoundDecision>[];
  readonly types: LabelTypes;
}

/** Found already, or found out when somebody asks. */
export type Later<T> = T | (() => readonly T[]);

export function foundIn<T extends object>(list: readonly Later<T>[]): readonly T[] {
  return list.flatMap((each) => (typeof each === "function" ? each() : each));
}

/** Lines and columns are worked out when the bundle is sealed. */
export type FoundMapping = Omit<SourceMapping, "location"> & { readonly origin: Origin };
export type FoundDecision = Omit<ConstructDecision, "location"> & { readonly origin: Origin };

export function startLowering(checked: CheckedProgram): Lowering {
  const sources = checked.programs.map(({ source }) => source);
  return {
    checked,
    diagnostics: [],
    sources,
    sourceIndexes: new Map(sources.map((source, index) => [source, index])),
    mappings: [],
    decisions: [],
    types: (side: LabelSide, key: string) => checked.labels[side].get(key)?.type,
  };
}

export function bundleSources(run: Lowering): readonly BundleSource[] {
  return run.sources.map(({ path, text }) => ({ path, text }));
}

export function locate(run: Lowering, { source, span }: Origin): SourceLocation {
  const { line, column } = positionAt(source, span.start);
  const index = run.sourceIndexes.get(source);
  if (index === undefined) throw new Error(`${source.path} is no part of the program`);
  return { source: index, start: span.start, end: span.end, line, column };
}

/** The same with its place in the sources of the bundle. */
export function located<T extends { readonly origin: Origin }>(
  run: Lowering,
  found: T,
): Omit<T, "origin"> & { readonly location: SourceLocation } {
  const { origin, ...rest } = found;
  return { ...rest, location: locate(run, origin) };
}

/** Ties what stands at a pointer to the words it comes from. */
export function mapTo(run: Lowering, pointer: string, origin: Origin): void {
  run.mappings.push({ pointer, origin });
}

export function decide(
  run: Lowering,
  pointer: string,
  construct: string,
  reason: string,
  origin: Origin,
): void {
  run.decisions.push({ pointer, construct, reason, origin });
}

export function report<P>(
  run: Lowering,
  definition: DiagnosticDefinition<P>,
  parameters: P,
  { source, span }: Origin,
  extras: DiagnosticExtras = {},
): void {
  run.diagnostics.push(createDiagnostic(definition, parameters, source, span, extras));
}

export function originOf({ expr, source }: Placed): Origin {
  return { source, span: expr.span };
}

/** A key as a part of a JSON pointer. */
export function pointerPart(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function constantOf(run: Lowering, expr: Expr): ConstantValue | undefined {
  return run.checked.constants.get(expr);
}

export function textOf(run: Lowering, expr: Expr | undefined): string | undefined {
  const constant = expr === undefined ? undefined : constantOf(run, expr);
  return constant?.kind === "text" ? constant.value : undefined;
}

export function numberOf(run: Lowering, expr: Expr | undefined): number | undefined {
  const constant = expr === undefined ? undefined : constantOf(run, expr);
  if (constant?.kind === "number") return constant.value;
  return constant?.kind === "percent" ? constant.fraction : undefined;
}

export function secondsOf(run: Lowering, expr: Expr | undefined): number | undefined {
  const constant = expr === undefined ? undefined : constantOf(run, expr);
  return constant?.kind === "duration" ? constant.seconds : undefined;
}

export function labelValue(run: Lowering, expr: Expr | undefined): LabelValue | undefined {
  const constant = expr === undefined ? undefined : constantOf(run, expr);
  return constant === undefined ? undefined : labelValueOf(constant);
}

/** The wire id that a reference means: of a declared object, or the text itself. */
export function idOf(run: Lowering, expr: Expr | undefined): string | undefined {
  if (expr === undefined) return undefined;
  const symbol = symbolOf(run, expr);
  if (symbol?.id !== undefined) return symbol.id;
  return textOf(run, expr);
}

function symbolOf(run: Lowering, expr: Expr): CheckedSymbol | undefined {
  const symbol = run.checked.references.get(expr);
  if (symbol?.kind !== "let") return symbol;
  const { source } = symbol;
  return run.checked.references.get(withoutNames(run.checked, { expr, source }).expr);
}

/** Without the properties that are `undefined`, as exact optional types want it. */
export function defined<T extends object>(
  properties: {
    readonly [K in keyof T]: T[K] | undefined;
  },
): T {
  // The keys are ours, never a user's; this runs for every object of a bundle.
  const result: Partial<Record<keyof T, unknown>> = {};
  for (const key of Object.keys(properties) as (keyof T)[]) {
    if (properties[key] !== undefined) result[key] = properties[key];
  }
  return result as T;
}
