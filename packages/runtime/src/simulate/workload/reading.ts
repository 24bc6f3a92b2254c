import {
  createDiagnostic,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticExtras,
  type SourceText,
  type Span,
} from "@routewright/diagnostics";
import type { JsonNode } from "@routewright/jobrouter";

/** Where in a JSON document something stands: member names and positions from the top. */
export type Path = readonly (string | number)[];

/** A workload being read, and what was found wrong so far. */
export interface Reading {
  readonly source: SourceText;
  readonly root: JsonNode;
  readonly diagnostics: Diagnostic[];
  /** Another file by its path as the workload writes it; a text says why it cannot be read. */
  readonly readFile: (path: string) => SourceText | string;
}

/** More findings than this about one input would help nobody. */
const maxFindings = 25;

export function report<P>(
  reading: Reading,
  definition: DiagnosticDefinition<P>,
  parameters: P,
  path: Path,
  extras: DiagnosticExtras & { readonly atKey?: boolean } = {},
): void {
  const span = extras.atKey === true ? keySpanOf(reading.root, path) : spanAt(reading.root, path);
  reportAt(reading, definition, parameters, reading.source, span, extras);
}

/** A finding in a file that the workload names. */
export function reportAt<P>(
  reading: Pick<Reading, "diagnostics">,
  definition: DiagnosticDefinition<P>,
  parameters: P,
  source: SourceText,
  span: Span,
  extras: DiagnosticExtras = {},
): void {
  if (reading.diagnostics.length >= maxFindings) return;
  reading.diagnostics.push(createDiagnostic(definition, parameters, source, span, extras));
}

/** The span of what stands at a path, or of the nearest thing around it; of a list its bracket. */
export function spanAt(root: JsonNode, path: Path): Span {
  const node = nodeAt(root, path);
  const isBracketed = node.kind === "object" || node.kind === "array";
  return isBracketed ? { start: node.span.start, end: node.span.start + 1 } : node.span;
}

function keySpanOf(root: JsonNode, path: Path): Span {
  const owner = nodeAt(root, path.slice(0, -1));
  if (owner.kind !== "object") return spanAt(root, path);
  return owner.members.find(({ key }) => key === path.at(-1))?.keySpan ?? spanAt(root, path);
}

function nodeAt(root: JsonNode, path: Path): JsonNode {
  let node = root;
  for (const step of path) {
    const next: JsonNode | undefined =
      node.kind === "array" && typeof step === "number"
        ? node.items[step]
        : node.kind === "object"
          ? node.members.find(({ key }) => key === step)?.value
          : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}
