import type { Diagnostic } from "@routewright/diagnostics";
import type { RouterObjects } from "@routewright/jobrouter";
import { compile } from "../compile/compile.ts";

const path = "import.route";

/** Compiles one text that imports nothing. */
export function compileText(text: string): {
  readonly objects: RouterObjects | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const host = {
    read: (wanted: string) => (wanted === path ? text : undefined),
    resolve: () => undefined,
  };
  const { value, diagnostics } = compile(path, host, {});
  return { objects: value?.objects, diagnostics };
}
