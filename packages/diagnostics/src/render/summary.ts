import type { Diagnostic, Severity } from "../diagnostic.ts";

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
}

export function countDiagnostics(diagnostics: readonly Diagnostic[]): Counts {
  const of = (severity: Severity): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return { errors: of("error"), warnings: of("warning"), hints: of("hint") };
}

/** `3 errors, 1 warning in 2 files`; kinds that did not occur are left out. */
export function summaryLine(counts: Counts, files: number): string {
  const parts = [
    counts.errors > 0 ? plural(counts.errors, "error") : undefined,
    counts.warnings > 0 ? plural(counts.warnings, "warning") : undefined,
    counts.hints > 0 ? plural(counts.hints, "hint") : undefined,
  ].filter((part) => part !== undefined);
  return `${parts.length === 0 ? "no findings" : parts.join(", ")} in ${plural(files, "file")}`;
}

export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
