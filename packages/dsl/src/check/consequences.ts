import type { Diagnostic, SourceText, Span } from "@routewright/diagnostics";
import { sourceDiagnostics } from "../source/diagnostics.ts";
import type { Module } from "../source/import-graph.ts";

/**
 * Leaves out what follows from a mistake that is reported already: one mistake, one report.
 *
 * - Where the text could not be read, what was made of it is not judged.
 * - Where something could not be read, nothing is said to be missing or unused.
 * - Where a file could not be imported, its names are not said to be unknown.
 */
export function withoutConsequences(
  modules: readonly Module[],
  loading: readonly Diagnostic[],
  checking: readonly Diagnostic[],
): readonly Diagnostic[] {
  const broken = new Map<SourceText, Span[]>();
  let importFailed = false;
  for (const { code, severity, source, span } of loading) {
    if (severity !== "error") continue;
    if (importCodes.has(code)) {
      importFailed = true;
      continue;
    }
    const spans = broken.get(source);
    if (spans === undefined) broken.set(source, [span]);
    else spans.push(span);
  }
  if (broken.size === 0 && !importFailed) return checking;
  const places = new Map<SourceText, Places>();
  for (const { program } of modules) {
    const spans = broken.get(program.source);
    if (spans !== undefined) places.set(program.source, new Places(spans, program.declarations));
  }
  return checking.filter(({ code, source, span }) => {
    if (unusedCodes.has(code)) return false;
    if (importFailed && unknownCodes.has(code)) return false;
    const place = places.get(source);
    if (place === undefined) return true;
    return !place.touches(absenceCodes.has(code) ? place.declarationOf(span) : span);
  });
}

const importCodes: ReadonlySet<string> = new Set(sourceDiagnostics.map((d) => d.code));
const unusedCodes: ReadonlySet<string> = new Set(["unused-declaration", "unused-label"]);
const unknownCodes: ReadonlySet<string> = new Set(["unknown-name", "unknown-label"]);

/** Findings that something is not there. */
const absenceCodes: ReadonlySet<string> = new Set([
  "queue-without-distribution",
  "queue-label-missing",
  "not-exhaustive",
  "no-queue-for-some",
  "exception-without-effect",
  "wrong-cell-count",
  "best-worker-only",
  "test-without-job",
  "test-without-expectation",
  "test-label-missing",
  "unused-suppression",
]);

/** What could not be read in one file, and its declarations; both in order. */
class Places {
  readonly #broken: readonly Span[];
  readonly #declarations: readonly { readonly span: Span }[];

  constructor(broken: readonly Span[], declarations: readonly { readonly span: Span }[]) {
    this.#broken = [...broken].sort((a, b) => a.start - b.start);
    this.#declarations = declarations;
  }

  /** Whether something in or at the end of the span could not be read. */
  touches(span: Span): boolean {
    const first = this.#broken[lowerBound(this.#broken, (other) => other.end < span.start)];
    return first !== undefined && first.start <= span.end;
  }

  declarationOf(span: Span): Span {
    const after = lowerBound(this.#declarations, (other) => other.span.start <= span.start);
    return this.#declarations[after - 1]?.span ?? span;
  }
}

/** The first index whose item is not before what is looked for. */
function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
