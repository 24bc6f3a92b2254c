import type { Span } from "@routewright/diagnostics";
import { compile, type Expr, formulaCandidates } from "@routewright/dsl";
import { pathTo } from "../../tree/nodes.ts";
import { resolveImport, type Snapshot } from "../../workspace/snapshot.ts";
import type { Action, ActionContext } from "./action.ts";

/**
 * A raw formula in the language's own words. Offered only where the whole policy then compiles to
 * the very same objects.
 */
export function rawFormula({ snapshot, path, span }: ActionContext): readonly Action[] {
  const declarations = snapshot.syntax(path)?.program.declarations ?? [];
  const expr = pathTo(declarations, span.start).find(({ kind }) => kind === "powerfx") as
    | Extract<Expr, { kind: "powerfx" }>
    | undefined;
  if (expr === undefined) return [];
  const words = sameInWords(snapshot, path, expr);
  if (words === undefined) return [];
  return [
    {
      title: "write the Power Fx formula in the language",
      kind: "refactor.rewrite",
      edits: () => [{ path, span: expr.span, text: words }],
    },
  ];
}

function sameInWords(
  snapshot: Snapshot,
  path: string,
  { text, span }: { readonly text: string; readonly span: Span },
): string | undefined {
  const root = snapshot.rootsOf(path)[0] ?? path;
  const own = snapshot.source(path)?.text;
  const before = snapshot.bundle(root)?.hash;
  if (own === undefined || before === undefined) return undefined;
  return formulaCandidates(text).find((candidate) => {
    const changed = own.slice(0, span.start) + candidate + own.slice(span.end);
    const { value } = compile(
      root,
      {
        read: (file) => (file === path ? changed : snapshot.source(file)?.text),
        resolve: resolveImport,
      },
      { parameters: snapshot.options.parameters },
    );
    return value?.hash === before;
  });
}
