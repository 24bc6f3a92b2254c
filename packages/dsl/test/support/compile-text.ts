import { type Diagnostic, positionAt } from "@routewright/diagnostics";
import { compile, type ModuleHost } from "@routewright/dsl";
import type { Bundle } from "@routewright/jobrouter";

/** A program that is one text. */
export function hostOf(files: Readonly<Record<string, string>>): ModuleHost {
  return {
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    resolve: (_from, specifier) => specifier.replace(/^\.\//u, ""),
  };
}

export function compileText(
  text: string,
  parameters: Readonly<Record<string, string>> = {},
): { readonly bundle: Bundle | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { value, diagnostics } = compile("main.route", hostOf({ "main.route": text }), {
    parameters,
  });
  return { bundle: value, diagnostics };
}

/** For policies that are right: the bundle, or a failure that says what is wrong. */
export function bundleOf(text: string, parameters: Readonly<Record<string, string>> = {}): Bundle {
  const { bundle, diagnostics } = compileText(text, parameters);
  if (bundle === undefined) throw new Error(diagnostics.map(describeFinding).join("\n"));
  return bundle;
}

export function describeFinding({ source, span, severity, code, message }: Diagnostic): string {
  const { line, column } = positionAt(source, span.start);
  return `${line}:${column} ${severity}[${code}] ${message}`;
}
