import type { Diagnostic } from "@routewright/diagnostics";
import type { Expr, LabelsDeclaration } from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import { pathTo, type TreeNode } from "../../tree/nodes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { FileEdit } from "../rename.ts";
import { indentOf, writeName } from "../text.ts";
import type { Action, ActionContext } from "./action.ts";

/** Declares a label that is used, with the type that its use suggests. */
export function missingLabel({ snapshot, path, findings }: ActionContext): readonly Action[] {
  return findings.flatMap((diagnostic): Action[] => {
    if (diagnostic.code !== "unknown-label") return [];
    const label = labelAt(snapshot, path, diagnostic);
    if (label === undefined) return [];
    const written = `${writeName(label.key)}: ${label.type}`;
    return [
      {
        title: `declare \`${label.side}.${writeName(label.key)}\` (${label.type})`,
        kind: "quickfix",
        diagnostic,
        edits: () => [insertion(snapshot, path, label.side, written)],
      },
    ];
  });
}

function labelAt(
  snapshot: Snapshot,
  path: string,
  { span, source }: Diagnostic,
): { readonly side: LabelSide; readonly key: string; readonly type: string } | undefined {
  const nodes = pathTo(snapshot.syntax(path)?.program.declarations ?? [], span.start + 1);
  const label = nodes.find(({ kind }) => kind === "label") as
    | Extract<Expr, { kind: "label" }>
    | undefined;
  if (label !== undefined) {
    return { side: label.side, key: label.key.text, type: typeFor(label, nodes) };
  }
  const written = source.text.slice(span.start, span.end);
  const key = written.startsWith("'") ? written.slice(1, -1).replaceAll("''", "'") : written;
  if (nodes.some(({ kind }) => kind === "queueWhere")) return { side: "queue", key, type: "text" };
  const entry = nodes.find((node) => node.kind === undefined && "key" in node && "value" in node);
  if (entry === undefined) return undefined;
  const side = nodes.some(({ kind }) => kind === "worker")
    ? "worker"
    : nodes[0]?.kind === "queue"
      ? "queue"
      : "job";
  return { side, key, type: typeOfValue((entry as { value?: Expr }).value) };
}

/** Told by what it is compared with; a label alone is a condition. */
function typeFor(label: Expr, nodes: readonly TreeNode[]): string {
  const around = nodes[nodes.indexOf(label) - 1] as Expr | undefined;
  switch (around?.kind) {
    case "binary": {
      const other = around.left === label ? around.right : around.left;
      if (around.operator === "and" || around.operator === "or") return "boolean";
      return typeOfValue(other);
    }
    case "inList":
      return typeOfValue(around.items[0]);
    case "inRange":
      return typeOfValue(around.min);
    case "call":
    case "isMissing":
      return "text";
    default:
      return "boolean";
  }
}

function typeOfValue(expr: Expr | undefined): string {
  switch (expr?.kind) {
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "unary":
      return expr.operator === "-" ? "number" : "boolean";
    default:
      return "text";
  }
}

/** Behind the last label of that side; in a block of its own where the side has none. */
function insertion(snapshot: Snapshot, path: string, side: LabelSide, written: string): FileEdit {
  const files = [path, ...snapshot.reachable(path)];
  for (const file of files) {
    const program = snapshot.syntax(file)?.program;
    const block = program?.declarations.find(
      (each): each is LabelsDeclaration => each.kind === "labels" && each.side === side,
    );
    if (program === undefined || block === undefined) continue;
    const { text } = program.source;
    const last = block.labels.at(-1);
    const at = last?.span.end ?? text.indexOf("{", block.span.start) + 1;
    const isOneLine = !text.slice(block.span.start, block.span.end).includes("\n");
    const indent = last === undefined ? "  " : indentOf(text, last.span.start) || "  ";
    return {
      path: file,
      span: { start: at, end: at },
      text: isOneLine && last !== undefined ? `, ${written}` : `\n${indent}${written}`,
    };
  }
  const declarations = snapshot.syntax(path)?.program.declarations ?? [];
  const imports = declarations.filter(({ kind }) => kind === "import");
  const at = imports.at(-1)?.span.end ?? 0;
  const block = `labels ${side} {\n  ${written}\n}\n`;
  return { path, span: { start: at, end: at }, text: at === 0 ? `${block}\n` : `\n\n${block}` };
}
