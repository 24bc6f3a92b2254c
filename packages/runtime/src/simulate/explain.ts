import { diagnosticPages } from "./diagnostic-pages.ts";

/** The page of a finding about a workload, in Markdown; `undefined` for what is no such code. */
export function explainWorkloadCode(code: string): string | undefined {
  return Object.hasOwn(diagnosticPages, code) ? diagnosticPages[code] : undefined;
}
