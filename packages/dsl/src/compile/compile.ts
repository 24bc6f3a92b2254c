import { hasErrors, type Staged } from "@routewright/diagnostics";
import type { Bundle } from "@routewright/jobrouter";
import { type AnalyseOptions, analyse } from "../check/analyse.ts";
import type { ModuleHost } from "../source/module-host.ts";
import { lower } from "./lower.ts";

export type CompileOptions = AnalyseOptions;

/** From the entry file to the bundle: `undefined` when there are errors. */
export function compile(
  entryPath: string,
  host: ModuleHost,
  options: CompileOptions = {},
): Staged<Bundle | undefined> {
  const analysed = analyse(entryPath, host, options);
  if (hasErrors(analysed.diagnostics)) {
    return { value: undefined, diagnostics: analysed.diagnostics };
  }
  const lowered = lower(analysed.value);
  return {
    value: lowered.value,
    diagnostics: [...analysed.diagnostics, ...lowered.diagnostics],
  };
}
