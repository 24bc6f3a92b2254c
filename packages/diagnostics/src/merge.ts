import { compareDiagnostics, type Diagnostic } from "./diagnostic.ts";

/** Findings of several runs over shared files: in order, and each once. */
export function mergeFindings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .filter((diagnostic) => {
      const { source, span, code, message } = diagnostic;
      const key = [source.path, span.start, span.end, code, message].join("\0");
      return !seen.has(key) && seen.add(key);
    })
    .sort(compareDiagnostics);
}
