import type { Diagnostic, Span } from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import type { Bundle, SourceLocation } from "@routewright/jobrouter";
import type { DocumentParams, Problem, Refused, WireLocation } from "../protocol.ts";
import { resolveImport, type Snapshot } from "../workspace/snapshot.ts";

/** What turns places of the library into those of the protocol. */
export interface Wire {
  uri(path: string): string;
  path(uri: string): string;
  location(path: string, span: Span): WireLocation | undefined;
}

export interface Compiled {
  readonly ok: true;
  /** Path of the entry. */
  readonly entry: string;
  readonly bundle: Bundle;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles the program that a document is part of. */
export function compileDocument(
  snapshot: Snapshot,
  params: Pick<DocumentParams, "uri" | "parameters">,
  wire: Wire,
): Compiled | Refused {
  const path = wire.path(params.uri);
  if (snapshot.source(path) === undefined) return refuse("there is no such policy");
  const entry = snapshot.rootsOf(path)[0] ?? path;
  return compileEntry(snapshot, entry, params.parameters, wire);
}

export function compileEntry(
  snapshot: Snapshot,
  entry: string,
  parameters: DocumentParams["parameters"],
  wire: Wire,
): Compiled | Refused {
  const { value: bundle, diagnostics } =
    parameters === undefined
      ? { value: snapshot.bundle(entry), diagnostics: snapshot.findings(entry) }
      : compileWith(snapshot, entry, parameters);
  if (bundle !== undefined) return { ok: true, entry, bundle, diagnostics };
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return { ok: false, problems: errors.map((error) => toProblem(error, wire)) };
}

function compileWith(
  snapshot: Snapshot,
  entry: string,
  parameters: NonNullable<DocumentParams["parameters"]>,
) {
  const given = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
  const host = {
    read: (path: string) => snapshot.source(path)?.text,
    resolve: resolveImport,
  };
  return compile(entry, host, {
    parameters: { ...snapshot.options.parameters, ...Object.fromEntries(given) },
  });
}

export function refuse(message: string, help?: string): Refused {
  const problem: Problem = { severity: "error", message, ...(help === undefined ? {} : { help }) };
  return { ok: false, problems: [problem] };
}

export function toProblem(
  { severity, message, code, help, source, span }: Diagnostic,
  wire: Wire,
): Problem {
  const location = wire.location(source.path, span);
  return {
    severity,
    message,
    code,
    ...(help === undefined ? {} : { help }),
    ...(location === undefined ? {} : { location }),
  };
}

export function locationIn(
  bundle: Bundle,
  location: SourceLocation | undefined,
  wire: Wire,
): WireLocation | undefined {
  const path = location === undefined ? undefined : bundle.sources[location.source]?.path;
  if (location === undefined || path === undefined) return undefined;
  return wire.location(path, { start: location.start, end: location.end });
}
