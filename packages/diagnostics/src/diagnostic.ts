import type { SourceText, Span } from "./source-text.ts";

/**
 * `error`: the input has no meaning; cannot be suppressed. `warning`: it has one that is
 * probably not wanted. `hint`: worth knowing (for example: unproven on the service).
 */
export type Severity = "error" | "warning" | "hint";

export interface RelatedLocation {
  readonly source: SourceText;
  readonly span: Span;
  readonly message: string;
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A mend as data. `safe`: may be applied unseen; edits touch the diagnostic's own source. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
}

/** One finding about a user's input. */
export interface Diagnostic {
  /** Stable, kebab-case, never reused. */
  readonly code: string;
  readonly severity: Severity;
  /** Lower-case start, the user's things in backticks, no final stop, no blame. */
  readonly message: string;
  readonly source: SourceText;
  readonly span: Span;
  /** What to do about it. */
  readonly help?: string;
  readonly related: readonly RelatedLocation[];
  readonly fixes: readonly Fix[];
}

/** What a stage made, and what it found wrong on the way. */
export interface Staged<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** A catalogue entry: the code, how grave it is, and the message for given parameters. */
export interface DiagnosticDefinition<P> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: (parameters: P) => string;
}

export function defineDiagnostic<P>(definition: DiagnosticDefinition<P>): DiagnosticDefinition<P> {
  return definition;
}

export interface DiagnosticExtras {
  readonly help?: string;
  readonly related?: readonly RelatedLocation[];
  readonly fixes?: readonly Fix[];
  /** Only for a definition that is an error in one mode and a warning in another. */
  readonly severity?: Severity;
}

export function createDiagnostic<P>(
  definition: DiagnosticDefinition<P>,
  parameters: P,
  source: SourceText,
  span: Span,
  extras: DiagnosticExtras = {},
): Diagnostic {
  return {
    code: definition.code,
    severity: extras.severity ?? definition.severity,
    message: definition.message(parameters),
    source,
    span,
    ...(extras.help === undefined ? {} : { help: extras.help }),
    related: extras.related ?? [],
    fixes: extras.fixes ?? [],
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Orders by path, place, severity and code, so that a run can be replayed. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.source.path, b.source.path) ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    severityRank[a.severity] - severityRank[b.severity] ||
    compareText(a.code, b.code)
  );
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, hint: 2 };

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
