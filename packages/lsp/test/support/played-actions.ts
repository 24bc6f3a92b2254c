import { hasErrors, type Span } from "@routewright/diagnostics";
import type { Action } from "../../src/features/actions/action.ts";
import { actionsAt } from "../../src/features/actions/actions.ts";
import type { FileEdit } from "../../src/features/rename.ts";
import { childrenOf, type TreeNode } from "../../src/tree/nodes.ts";
import type { Snapshot } from "../../src/workspace/snapshot.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";

/** An action that was offered, and where first. */
export interface Offered {
  readonly path: string;
  readonly span: Span;
  readonly action: Action;
  readonly edits: readonly FileEdit[];
}

/**
 * Actions of a file at every word and over every part of its tree; each change once.
 *
 * @param step only at each so manieth place.
 * @param places instead of all.
 */
export function actionsOf(
  snapshot: Snapshot,
  path: string,
  step = 1,
  places: readonly Span[] = placesIn(snapshot, path),
): readonly Offered[] {
  const found = new Map<string, Offered>();
  for (const [index, span] of places.entries()) {
    if (index % step !== 0) continue;
    for (const action of actionsAt(snapshot, path, span)) {
      const edits = action.edits();
      const key = JSON.stringify([action.title, edits]);
      if (!found.has(key)) found.set(key, { path, span, action, edits });
    }
  }
  return [...found.values()];
}

function placesIn(snapshot: Snapshot, path: string): readonly Span[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const places = new Map<string, Span>();
  const add = (start: number, end: number): void =>
    void places.set(`${start}-${end}`, { start, end });
  for (const { start } of syntax.tokens) add(start, start);
  const pending: TreeNode[] = [...syntax.program.declarations];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    add(node.span.start, node.span.end);
    pending.push(...childrenOf(node));
  }
  return [...places.values()];
}

/** What is wrong with some files, and what they compile to. */
export interface Standing {
  readonly errors: readonly string[];
  /** Of the errors. */
  readonly places: readonly Span[];
  readonly hashes: Readonly<Record<string, string | undefined>>;
  /** How many findings of a code there are. */
  count(code: string): number;
}

export function standingOf(snapshot: Snapshot, paths: readonly string[]): Standing {
  const files = [...new Set(paths)];
  const findings = files.flatMap((path) => snapshot.findingsIn(path));
  const errors = findings.filter((finding) => hasErrors([finding]));
  return {
    errors: errors.map(({ source, code, message }) => `${source.path}: ${code}: ${message}`),
    places: errors.map(({ span }) => span),
    hashes: Object.fromEntries(files.map((path) => [path, snapshot.bundle(path)?.hash])),
    count: (code) => findings.filter((finding) => finding.code === code).length,
  };
}

export function applied(text: string, edits: readonly FileEdit[]): string {
  return [...edits]
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => b.span.start - a.span.start || b.index - a.index)
    .reduce(
      (now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end),
      text,
    );
}

/** Does an action, looks at what comes of it, and takes it back. */
export function afterwards<T>(
  workspace: Workspace,
  edits: readonly FileEdit[],
  look: (snapshot: Snapshot) => T,
): T {
  const before = workspace.snapshot();
  const files = new Map<string, string>();
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const text = before.source(path)?.text ?? "";
    files.set(path, text);
    workspace.open(path, path, 1, text);
    workspace.change(
      path,
      2,
      applied(
        text,
        edits.filter((edit) => edit.path === path),
      ),
    );
  }
  const seen = look(workspace.snapshot());
  for (const path of files.keys()) workspace.close(path);
  return seen;
}
