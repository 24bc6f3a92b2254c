import { type Diagnostic, hasErrors, type SourceText } from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import {
  apiVersion,
  type Bundle,
  bundleFormatName,
  decodeBundle,
  decodeObjects,
  sealBundle,
} from "@routewright/jobrouter";
import { findFiles } from "./io/find.ts";
import { dataLimitBytes, kindOf, readText, stdinArgument } from "./io/read.ts";
import { readSources, sourceOf } from "./json-sources.ts";
import { openEntry, openText } from "./project.ts";

/** What decisions are made with, from wherever it came. */
export interface DecidingObjects {
  /** Absent where there are errors. */
  readonly bundle: Bundle | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a policy, which may name queues that are declared elsewhere; else all there is is known. */
  readonly fromPolicy: boolean;
}

/**
 * A policy is compiled; a bundle is decoded; Job Router JSON, a file or a folder of it, becomes a
 * bundle without sources. What a file holds is told by its text more than by its name.
 */
export async function readObjects(
  path: string | undefined,
  parameters: Record<string, string>,
): Promise<DecidingObjects> {
  if (path === undefined) return compileEntry(await openEntry(path), parameters);
  if (path !== stdinArgument && kindOf(path) === "folder") {
    return findFiles(path, ".route").length > 0
      ? compileEntry(await openEntry(path), parameters)
      : plainObjects(await readSources(path));
  }
  const text = await readText(path, dataLimitBytes);
  const source = sourceOf(path, text);
  // No policy starts with a bracket, and no JSON document of objects with anything else.
  if (path.endsWith(".route") || !/^\s*[[{]/u.test(text)) {
    return compileEntry(openText(path, text), parameters);
  }
  if (!isBundle(text)) return plainObjects([source]);
  const { value, diagnostics } = decodeBundle(source);
  return { bundle: value, diagnostics, fromPolicy: true };
}

function compileEntry(
  { host, entry }: Awaited<ReturnType<typeof openEntry>>,
  parameters: Record<string, string>,
): DecidingObjects {
  const { value, diagnostics } = compile(entry, host, { parameters });
  return { bundle: value, diagnostics, fromPolicy: true };
}

function plainObjects(sources: readonly SourceText[]): DecidingObjects {
  const { value, diagnostics } = decodeObjects(sources);
  if (hasErrors(diagnostics)) return { bundle: undefined, diagnostics, fromPolicy: false };
  const bundle = sealBundle({
    format: bundleFormatName,
    apiVersion,
    parameters: {},
    channels: [],
    labels: { job: [], worker: [], queue: [] },
    secrets: [],
    objects: value,
    tests: [],
    sources: [],
    sourceMap: [],
    decisions: [],
  });
  return { bundle, diagnostics, fromPolicy: false };
}

function isBundle(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("format" in value)) return false;
    return typeof value.format === "string" && value.format.startsWith("routewright-bundle/");
  } catch {
    // Not JSON: the decoder of objects says where and why.
    return false;
  }
}
