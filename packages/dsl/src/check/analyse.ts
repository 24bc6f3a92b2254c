import {
  compareDiagnostics,
  type Diagnostic,
  hasErrors,
  type SourceText,
  type Staged,
} from "@routewright/diagnostics";
import type { Program } from "../parse/ast.ts";
import { parse } from "../parse/parse.ts";
import { loadModules } from "../source/import-graph.ts";
import type { ModuleHost } from "../source/module-host.ts";
import { check } from "./check.ts";
import type { CheckedProgram } from "./checked.ts";
import { withoutConsequences } from "./consequences.ts";
import { analysisCodes, suppress } from "./suppression.ts";

export interface AnalyseOptions {
  /** Values of `param`s as they stand on a command line. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Reads a text; an editor answers with what it kept of a text that has not changed. */
  readonly parse?: (source: SourceText) => Staged<Program>;
}

/**
 * Reads a program from its entry on and finds out what it means. Total: half a file gives half
 * a program. Findings are ordered by file and place; those that are allowed in place are left out.
 */
export function analyse(
  entryPath: string,
  host: ModuleHost,
  options: AnalyseOptions = {},
): Staged<CheckedProgram> {
  const steps = analyseInSteps(entryPath, host, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in small steps: between two an editor looks after its user. */
export function* analyseInSteps(
  entryPath: string,
  host: ModuleHost,
  options: AnalyseOptions = {},
): Generator<undefined, Staged<CheckedProgram>> {
  const loaded = loadModules(entryPath, host, options.parse ?? parse);
  yield;
  const checked = yield* check(loaded.value, options.parameters ?? {});
  const independent = withoutConsequences(loaded.value, loaded.diagnostics, checked.diagnostics);
  const found = [...loaded.diagnostics, ...independent];
  // What a half-read program lacks may be there: then no allowance is called unused.
  const judged = hasErrors(loaded.diagnostics) ? () => false : analysisCodes;
  const kept = suppress(checked.value.programs, found, judged, true);
  return { value: checked.value, diagnostics: inOrder(kept) };
}

/** Sorted, and each mistake once: what a `let` is used for twice is still one mistake. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .filter(({ code, source, span }) => {
      const key = `${code} ${span.start} ${span.end} ${source.path}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort(compareDiagnostics);
}
