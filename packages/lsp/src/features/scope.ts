import type { SourceText } from "@routewright/diagnostics";
import type {
  CheckedProgram,
  Declaration,
  Symbol as DeclaredSymbol,
  LabelInfo,
  LabelType,
  TypeNode,
} from "@routewright/dsl";
import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type { Snapshot } from "../workspace/snapshot.ts";

/**
 * What can be named in a file right now: of the file itself what its tree says, of others what
 * the last analysis found. Needs no analysis of the text that is being typed.
 */
export interface Scope {
  readonly checked: CheckedProgram;
  readonly symbols: readonly ScopeSymbol[];
  readonly labels: Readonly<Record<LabelSide, ReadonlyMap<string, LabelInfo>>>;
}

export interface ScopeSymbol {
  readonly kind: DeclaredSymbol["kind"];
  readonly name: string;
  readonly path: string;
  readonly doc: string | undefined;
  readonly declaration: Declaration;
}

export function scopeOf(snapshot: Snapshot, path: string): Scope {
  const { checked } = snapshot.recentAnalysisOf(path);
  const own = snapshot.syntax(path)?.program;
  const symbols: ScopeSymbol[] = [];
  const labels: Record<LabelSide, Map<string, LabelInfo>> = {
    job: new Map(),
    worker: new Map(),
    queue: new Map(),
  };
  for (const side of ["job", "worker", "queue"] as const) {
    for (const [key, info] of checked.labels[side]) {
      if (info.source?.path !== path) labels[side].set(key, info);
    }
  }
  for (const declaration of own?.declarations ?? []) {
    if (declaration.kind === "import") continue;
    if (declaration.kind === "labels") {
      if (declaration.side === undefined) continue;
      for (const label of declaration.labels) {
        const { key } = label;
        labels[declaration.side].set(key.text, {
          side: declaration.side,
          key: key.text,
          type: typeOf(label.type),
          optional: label.optional,
          declaration: label,
          ...(own === undefined ? {} : { source: own.source }),
        });
      }
      continue;
    }
    const name = nameOf(declaration);
    if (name === undefined) continue;
    symbols.push({ kind: declaration.kind, name, path, doc: declaration.doc, declaration });
  }
  for (const { kind, name, source, declaration } of checked.symbols) {
    if (source.path === path) continue;
    symbols.push({ kind, name: name.text, path: source.path, doc: declaration.doc, declaration });
  }
  return { checked, symbols, labels };
}

function nameOf(
  declaration: Exclude<Declaration, { kind: "import" | "labels" }>,
): string | undefined {
  const { name } = declaration;
  if (name === undefined) return undefined;
  return "text" in name ? name.text : name.value;
}

/** The declared type as the tree has it: constants that need folding are left out. */
function typeOf(node: TypeNode | undefined): LabelType {
  switch (node?.kind) {
    case undefined:
      return { scalar: "any" };
    case "named":
      return { scalar: node.name === "duration" ? "any" : node.name };
    case "set": {
      const values = node.values.flatMap((expr): readonly LabelValue[] =>
        expr.kind === "text" || expr.kind === "number" || expr.kind === "boolean"
          ? [expr.value]
          : [],
      );
      const scalar = typeof values[0] === "string" ? "text" : typeof values[0];
      return scalar === "text" || scalar === "number" || scalar === "boolean"
        ? { scalar, values }
        : { scalar: "any" };
    }
    case "range": {
      const { min, max } = node;
      return min.kind === "number" && max.kind === "number"
        ? { scalar: "number", range: { min: min.value, max: max.value } }
        : { scalar: "number" };
    }
  }
}

/** The file of a source among those a scope knows. */
export function pathOf(source: SourceText): string {
  return source.path;
}
