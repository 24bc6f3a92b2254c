import type { ImportDeclaration } from "@routewright/dsl";
import type { FileEdit } from "../rename.ts";
import type { Action, ActionContext } from "./action.ts";

/** Sorts each run of imports, nearest folders last, and drops what is imported twice. */
export function organiseImports({ snapshot, path, text }: ActionContext): readonly Action[] {
  const imports = (snapshot.syntax(path)?.program.declarations ?? []).filter(
    (each): each is ImportDeclaration => each.kind === "import" && each.path !== undefined,
  );
  if (imports.length === 0) return [];
  return [
    {
      title: "organise imports",
      kind: "source.organizeImports",
      edits: () => runsOf(imports, text).flatMap((run) => sorted(run, path, text)),
    },
  ];
}

/** Imports with nothing but white space between them: what a comment speaks of stays in place. */
function runsOf(
  imports: readonly ImportDeclaration[],
  text: string,
): readonly (readonly ImportDeclaration[])[] {
  const runs: ImportDeclaration[][] = [];
  for (const declaration of imports) {
    const last = runs.at(-1)?.at(-1);
    const isNext =
      last !== undefined && text.slice(last.span.end, declaration.span.start).trim() === "";
    if (isNext) runs.at(-1)?.push(declaration);
    else runs.push([declaration]);
  }
  return runs;
}

function sorted(
  run: readonly ImportDeclaration[],
  path: string,
  text: string,
): readonly FileEdit[] {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  const specifiers = [...new Set(run.map((each) => each.path?.value ?? ""))].sort(
    (a, b) => Number(a.startsWith("./")) - Number(b.startsWith("./")) || (a < b ? -1 : 1),
  );
  const written = specifiers.map((each) => `import ${JSON.stringify(each)}`).join("\n");
  const span = { start: first.span.start, end: last.span.end };
  return text.slice(span.start, span.end) === written ? [] : [{ path, span, text: written }];
}
