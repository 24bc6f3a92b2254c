import type { Span } from "@routewright/diagnostics";
import { compile, type Declaration, type Expr } from "@routewright/dsl";
import { childrenOf, type TreeNode } from "../../tree/nodes.ts";
import { symbolTables } from "../../tree/occurrences.ts";
import { resolveImport } from "../../workspace/snapshot.ts";
import { occurrencesOf, wordAt } from "../navigate.ts";
import type { FileEdit } from "../rename.ts";
import { lineEndOf, lineStartOf, writeName } from "../text.ts";
import type { Action, ActionContext } from "./action.ts";

/** Expressions that are worth a name. */
const extractable: ReadonlySet<string> = new Set([
  "binary",
  "unary",
  "inList",
  "inRange",
  "isMissing",
  "if",
  "match",
  "call",
  "text",
  "number",
  "duration",
]);

/** Gives the selected expression a name above the declaration it stands in. */
export function extractLet(context: ActionContext): readonly Action[] {
  const { snapshot, path, text } = context;
  const span = trimmed(text, context.span);
  if (span.end <= span.start) return [];
  const around = snapshot
    .syntax(path)
    ?.program.declarations.find(
      (each) => each.span.start <= span.start && span.end <= each.span.end,
    );
  if (around === undefined || !mayName(around)) return [];
  const expr = expressionAt(around, span, false);
  if (expr === undefined || !extractable.has(expr.kind)) return [];
  const { checked } = snapshot.recentAnalysisOf(path);
  const name = freeName(new Set(symbolTables(checked).byName.keys()), expr);
  const start = declarationTop(around, snapshot.syntax(path)?.program.comments ?? [], text);
  const written = text.slice(span.start, span.end);
  const edits: readonly FileEdit[] = [
    { path, span: { start, end: start }, text: `let ${name} = ${dedent(written)}\n\n` },
    { path, span, text: name },
  ];
  // Tests and scenarios take names in some places and plain values in others.
  const isPlayed = around.kind === "test" || around.kind === "scenario";
  if (isPlayed && !staysSound(context, edits)) return [];
  return [{ title: `extract to \`let ${name}\``, kind: "refactor.extract", edits: () => edits }];
}

function mayName(declaration: Declaration): boolean {
  return [
    "classification",
    "distribution",
    "exceptions",
    "let",
    "queue",
    "test",
    "scenario",
  ].includes(declaration.kind);
}

/** Whether a program without errors has none after the edits, and makes the same objects. */
function staysSound({ snapshot, path, text }: ActionContext, edits: readonly FileEdit[]): boolean {
  const root = snapshot.rootsOf(path)[0] ?? path;
  const before = snapshot.bundle(root);
  if (before === undefined) return false;
  const changed = edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce(
      (now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end),
      text,
    );
  const { value } = compile(
    root,
    {
      read: (file) => (file === path ? changed : snapshot.source(file)?.text),
      resolve: resolveImport,
    },
    { parameters: snapshot.options.parameters },
  );
  return value?.hash === before.hash;
}

/** The expression that takes exactly the span; none inside `queue where`, whose names are labels. */
function expressionAt(node: TreeNode, span: Span, inWhere: boolean): Expr | undefined {
  if (!inWhere && node.span.start === span.start && node.span.end === span.end) {
    if (extractable.has(node.kind ?? "") && !isStatement(node)) return node as Expr;
  }
  const within = inWhere || node.kind === "queueWhere";
  for (const child of childrenOf(node)) {
    if (child.span.start > span.start || child.span.end < span.end) continue;
    const found = expressionAt(child, span, within);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A `match` of requirements has no value that could bear a name. */
function isStatement(node: TreeNode): boolean {
  return (
    "arms" in node &&
    Array.isArray(node.arms) &&
    node.arms.some((arm: unknown) => typeof arm === "object" && arm !== null && "body" in arm)
  );
}

function freeName(taken: ReadonlySet<string>, expr: Expr): string {
  const base = baseName(expr.kind);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}${number}`;
    if (!taken.has(name)) return name;
  }
}

function baseName(kind: Expr["kind"]): string {
  if (kind === "duration") return "time";
  return kind === "text" || kind === "number" ? "value" : "condition";
}

/** Where a declaration begins with the comments that stand right above it. */
function declarationTop(
  { span }: Declaration,
  comments: readonly { readonly span: Span }[],
  text: string,
): number {
  let top = lineStartOf(text, span.start);
  for (const comment of comments.toReversed()) {
    if (comment.span.end > top) continue;
    if (text.slice(comment.span.end, top).replace(/\r?\n/u, "").trim() !== "") break;
    if (/\n\s*\n/u.test(text.slice(comment.span.end, top))) break;
    const start = lineStartOf(text, comment.span.start);
    if (text.slice(start, comment.span.start).trim() !== "") break;
    top = start;
  }
  return top;
}

function dedent(written: string): string {
  const indents = [...written.matchAll(/\n([ \t]*)(?=\S)/gu)].map((match) => match[1]?.length ?? 0);
  const least = indents.length === 0 ? 0 : Math.min(...indents);
  return written.replaceAll(new RegExp(`\\n[ \\t]{${least}}`, "gu"), "\n");
}

function trimmed(text: string, { start, end }: Span): Span {
  const words = text.slice(start, end);
  const lead = words.length - words.trimStart().length;
  return { start: start + lead, end: start + lead + words.trim().length };
}

/** Puts what a `let` stands for in its place: here, or everywhere from its declaration. */
export function inlineLet({ snapshot, path, span }: ActionContext): readonly Action[] {
  const word = wordAt(snapshot, path, span.start);
  if (word?.occurrence.entity.kind !== "symbol") return [];
  const { symbol } = word.occurrence.entity;
  const value = symbol.kind === "let" ? symbol.declaration.value : undefined;
  if (symbol.kind !== "let" || value === undefined) return [];
  const written = symbol.source.text.slice(value.span.start, value.span.end);
  const put = (at: Span, file: string): FileEdit => ({
    path: file,
    span: at,
    text: isSimple(value) ? written : `(${written})`,
  });
  const { occurrence } = word;
  const shown = writeName(symbol.name.text);
  if (occurrence.role !== "declaration") {
    return [
      {
        title: `inline \`${shown}\` here`,
        kind: "refactor.inline",
        edits: () => [put(occurrence.span, path)],
      },
    ];
  }
  return [
    {
      title: `inline \`${shown}\` everywhere and remove it`,
      kind: "refactor.inline",
      edits: () => {
        const uses = occurrencesOf(snapshot, occurrence.entity, path).filter(
          (each) => each.role !== "declaration",
        );
        const { text } = symbol.source;
        const start = declarationTop(
          symbol.declaration,
          snapshot.syntax(path)?.program.comments ?? [],
          text,
        );
        let end = lineEndOf(text, symbol.declaration.span.end);
        const blank = /^(?:\r?\n)+/u.exec(text.slice(end));
        end += blank?.[0].length ?? 0;
        return [
          ...uses.map((each) => put(each.span, each.source.path)),
          { path, span: { start, end }, text: "" },
        ];
      },
    },
  ];
}

function isSimple({ kind }: Expr): boolean {
  return ["text", "number", "boolean", "duration", "percent", "name", "label", "call"].includes(
    kind,
  );
}
