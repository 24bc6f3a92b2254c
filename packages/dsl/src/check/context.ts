import {
  createDiagnostic,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticExtras,
  type RelatedLocation,
  type SourceText,
  type Span,
} from "@routewright/diagnostics";
import type { LabelSide } from "@routewright/jobrouter";
import type { Expr, RuleExpr } from "../parse/ast.ts";
import type { Module } from "../source/import-graph.ts";
import type {
  ConstantValue,
  Symbol as DeclaredSymbol,
  LabelInfo,
  ScalarName,
  Type,
} from "./checked.ts";
import type { SelectorTerm } from "./selectors.ts";

/** Everything the checker collects while it goes over the trees. */
export interface CheckContext {
  readonly modules: readonly [Module, ...Module[]];
  readonly diagnostics: Diagnostic[];
  readonly symbols: DeclaredSymbol[];
  /** All but tests and scenarios, by name. The first of two with one name. */
  readonly byName: Map<string, DeclaredSymbol>;
  readonly testNames: Map<string, DeclaredSymbol>;
  /** Objects and channels by kind and id, `queue:XBOX`. */
  readonly byId: Map<string, DeclaredSymbol>;
  readonly labels: Readonly<Record<LabelSide, Map<string, LabelInfo>>>;
  readonly references: Map<Expr, DeclaredSymbol>;
  readonly types: Map<Expr, Type>;
  readonly constants: Map<Expr, ConstantValue>;
  readonly parameters: Map<string, ConstantValue>;
  readonly typed: Map<DeclaredSymbol, Typed>;
  /** What a `queue where …` asks for. */
  readonly queueSelectors: Map<Expr, readonly SelectorTerm[]>;
  readonly used: Set<DeclaredSymbol>;
  readonly usedLabels: Set<LabelInfo>;
  /** Files that a file sees: itself, its imports, and theirs. */
  readonly visible: (from: SourceText) => ReadonlySet<SourceText>;
  /** The search for a similar name is work in step with all names; only the first ones are helped. */
  suggestionsLeft: number;
}

/** What is known of an expression. */
export interface Typed {
  readonly type: Type;
  /** The value, where no job is needed to know it. */
  readonly constant?: ConstantValue | undefined;
  /** Whether it depends on a job, a worker or a rule. False for what is broken already. */
  readonly dynamic: boolean;
  /** Labels (`job.key`) that are certainly there when this condition holds, and when it does not. */
  readonly presentWhenTrue?: readonly string[] | undefined;
  readonly presentWhenFalse?: readonly string[] | undefined;
  /** A label that it reads, for each side: what a `let` brings to the place where it is used. */
  readonly reads?: Reads | undefined;
  /** The kind of rule, where it is one. */
  readonly rule?: RuleExpr["kind"] | undefined;
  /** What a raw formula gives. */
  readonly result?: ScalarName;
}

export type Reads = Readonly<
  Partial<Record<LabelSide, { readonly expr: Expr; readonly source: SourceText }>>
>;

/** Where an expression stands. */
export interface Scope {
  readonly source: SourceText;
  /** Why labels of a side mean nothing here; a side that is absent may be read. */
  readonly refused: Readonly<Partial<Record<LabelSide, Refusal>>>;
  /** Labels known to be present. */
  readonly facts?: Facts | undefined;
  /** False inside `not`: there a missing label matters when the comparison fails. */
  readonly positive: boolean;
  /** Whether bare names on the left of a comparison are queue labels (`queue where`). */
  readonly queueLabels?: boolean;
}

export interface Refusal {
  readonly why: string;
  readonly help?: string;
}

export interface Facts {
  readonly outer: Facts | undefined;
  readonly present: readonly string[] | ReadonlySet<string>;
}

export const errorTyped: Typed = { type: { kind: "error" }, dynamic: false };

export function report<P>(
  ctx: CheckContext,
  definition: DiagnosticDefinition<P>,
  parameters: P,
  source: SourceText,
  span: Span,
  extras: DiagnosticExtras = {},
): void {
  ctx.diagnostics.push(createDiagnostic(definition, parameters, source, span, extras));
}

export function withFacts(scope: Scope, present: readonly string[] | undefined): Scope {
  if (present === undefined || present.length === 0) return scope;
  return { ...scope, facts: { outer: scope.facts, present } };
}

/** The same place, no longer inside a `not`. */
export function positively(scope: Scope): Scope {
  return scope.positive ? scope : { ...scope, positive: true };
}

export function isKnownPresent(scope: Scope, key: string): boolean {
  for (let facts = scope.facts; facts !== undefined; facts = facts.outer) {
    const { present } = facts;
    if ("has" in present ? present.has(key) : present.includes(key)) return true;
  }
  return false;
}

export function labelPath(side: LabelSide, key: string): string {
  return `${side}.${quoteKey(key)}`;
}

/** A key or name as it is written in a policy. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `'${key.replaceAll("'", "''")}'`;
}

/** A pointer to the declaration of a label, where there is one. */
export function declaredAt(info: LabelInfo | undefined): readonly RelatedLocation[] {
  return info?.declaration === undefined || info.source === undefined
    ? []
    : [{ source: info.source, span: info.declaration.key.span, message: "declared here" }];
}

export const symbolNouns: Readonly<Record<DeclaredSymbol["kind"], string>> = {
  param: "param",
  secret: "secret",
  channel: "channel",
  let: "let",
  distribution: "distribution",
  exceptions: "exceptions block",
  queue: "queue",
  classification: "classification",
  test: "test",
  scenario: "scenario",
};
