import type { Severity } from "@routewright/diagnostics";
import { checkDiagnostics } from "./check/diagnostics/index.ts";
import { compileDiagnostics } from "./compile/diagnostics.ts";
import { importDiagnostics } from "./import/catalogue.ts";
import { parseDiagnostics } from "./parse/diagnostics.ts";
import { sourceDiagnostics } from "./source/diagnostics.ts";

/** What is the same for every report of a code; its message depends on the report. */
export interface CatalogueEntry {
  readonly code: string;
  readonly severity: Severity;
}

/** Findings of the analysis: reading, imports, checks. */
export const analysisDiagnostics: readonly CatalogueEntry[] = [
  ...parseDiagnostics,
  ...sourceDiagnostics,
  ...checkDiagnostics,
];

/** Everything that the language can find wrong with a program or an import, by stage. */
export const dslDiagnostics: readonly CatalogueEntry[] = [
  ...analysisDiagnostics,
  ...compileDiagnostics,
  ...importDiagnostics,
];
