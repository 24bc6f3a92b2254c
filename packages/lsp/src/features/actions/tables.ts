import type { Cell, ClassificationItem, Expr, MatchExpr, TableNode } from "@routewright/dsl";
import { indentOf } from "../text.ts";
import type { Action, ActionContext } from "./action.ts";

type ValueItem = Extract<ClassificationItem, { kind: "queueValue" | "priorityValue" }>;

/** `match` to a decision table and back. */
export function matchAndTable({ snapshot, path, text, span }: ActionContext): readonly Action[] {
  const declaration = snapshot
    .syntax(path)
    ?.program.declarations.find(
      (each) => each.span.start <= span.start && span.start <= each.span.end,
    );
  if (declaration?.kind !== "classification") return [];
  const item = declaration.items.find(
    (each) => each.span.start <= span.start && span.start <= each.span.end,
  );
  if (item === undefined) return [];
  const indent = indentOf(text, item.span.start);
  if (item.kind === "table") {
    const written = matchesOf(item, text, indent);
    if (written === undefined) return [];
    return [
      {
        title: "write the table as `match`",
        kind: "refactor.rewrite",
        edits: () => [{ path, span: item.span, text: written }],
      },
    ];
  }
  if (item.kind !== "queueValue" && item.kind !== "priorityValue") return [];
  const written = tableOf(item, text, indent);
  if (written === undefined || declaration.items.some(({ kind }) => kind === "table")) return [];
  return [
    {
      title: "write `match` as a decision table",
      kind: "refactor.rewrite",
      edits: () => [{ path, span: item.span, text: written }],
    },
  ];
}

function words(text: string, { span }: { readonly span: Expr["span"] }): string {
  return text.slice(span.start, span.end);
}

/* `not job.vip` is no cell: it also holds where the label is missing, and `false` does not. */

// ── match -> table ──────────────────────────────────────────────────────────────────────────

function tableOf(item: ValueItem, text: string, indent: string): string | undefined {
  if (item.value.kind !== "match") return undefined;
  const match: MatchExpr = item.value;
  const columns: string[] = [];
  const rows: { readonly cells: ReadonlyMap<string, string>; readonly value: string }[] = [];
  for (const { condition, value } of match.arms) {
    const cells = new Map<string, string>();
    for (const term of terms(condition)) {
      const cell = cellOf(term, text);
      // Two conditions on one label do not fit into one cell.
      if (cell === undefined || cells.has(cell.label) || !isPlain(value)) return undefined;
      cells.set(cell.label, cell.text);
      if (!columns.includes(cell.label)) columns.push(cell.label);
    }
    rows.push({ cells, value: words(text, value) });
  }
  if (columns.length === 0 || columns.length > 8) return undefined;
  if (match.otherwise !== undefined && !isPlain(match.otherwise.value)) return undefined;
  const output = item.kind === "queueValue" ? "queue" : "priority";
  return [
    `table (${columns.join(", ")}) -> (${output}) {`,
    ...rows.map(
      ({ cells, value }) =>
        `${indent}  ${columns.map((column) => cells.get(column) ?? "_").join(", ")} -> ${value}`,
    ),
    ...(match.otherwise === undefined
      ? []
      : [`${indent}  otherwise -> ${words(text, match.otherwise.value)}`]),
    `${indent}}`,
  ].join("\n");
}

/** What may stand in a row: a row ends where a longer expression would go on. */
function isPlain({ kind }: Expr): boolean {
  return ["name", "text", "number", "boolean"].includes(kind);
}

function terms(expr: Expr): readonly Expr[] {
  if (expr.kind !== "binary" || expr.operator !== "and") return [expr];
  return [...terms(expr.left), ...terms(expr.right)];
}

function cellOf(
  term: Expr,
  text: string,
): { readonly label: string; readonly text: string } | undefined {
  const input = (expr: Expr): string | undefined =>
    (expr.kind === "label" && expr.side === "job") || expr.kind === "name"
      ? words(text, expr)
      : undefined;
  const found = (label: string | undefined, cell: string | undefined) =>
    label === undefined || cell === undefined ? undefined : { label, text: cell };
  const literal = (expr: Expr): string | undefined =>
    ["text", "number", "boolean"].includes(expr.kind) ? words(text, expr) : undefined;
  switch (term.kind) {
    case "label":
    case "name":
      return found(input(term), "true");
    case "binary": {
      const value = literal(term.right);
      if (value === undefined || ["or", "and"].includes(term.operator)) return undefined;
      if (term.operator === "==") return found(input(term.left), value);
      if (!["!=", "<", "<=", ">", ">="].includes(term.operator)) return undefined;
      return found(input(term.left), `${term.operator} ${value}`);
    }
    case "inList": {
      const items = term.items.map(literal);
      if (term.negated || items.some((item) => item === undefined)) return undefined;
      return found(input(term.value), items.join(" | "));
    }
    case "inRange":
      return term.negated
        ? undefined
        : found(input(term.value), `${words(text, term.min)}..${words(text, term.max)}`);
    case "isMissing":
      return term.negated ? undefined : found(input(term.value), "missing");
    default:
      return undefined;
  }
}

// ── table -> match ──────────────────────────────────────────────────────────────────────────

function matchesOf(table: TableNode, text: string, indent: string): string | undefined {
  const { inputs, outputs, rows, otherwise } = table;
  const parts = outputs.map((output, index) => {
    const arms = rows.map((row) => {
      const value = row.values[index];
      const conditions = row.cells.flatMap((cell, column): string[] => {
        const input = inputs[column];
        const condition = input && conditionOf(cell, words(text, input), text);
        return condition === undefined || condition === "" ? [] : [condition];
      });
      if (value === undefined) return undefined;
      const when = conditions.length === 0 ? "true" : conditions.join(" and ");
      return `${indent}  when ${when} -> ${words(text, value)}`;
    });
    const rest = otherwise?.values[index];
    if (arms.some((arm) => arm === undefined)) return undefined;
    return [
      `${output.name} = match {`,
      ...arms,
      ...(rest === undefined ? [] : [`${indent}  otherwise -> ${words(text, rest)}`]),
      `${indent}}`,
    ].join("\n");
  });
  return parts.length === 0 || parts.some((part) => part === undefined)
    ? undefined
    : parts.join(`\n${indent}`);
}

function conditionOf(cell: Cell, input: string, text: string): string {
  switch (cell.kind) {
    case "any":
      return "";
    case "missing":
      return `${input} is missing`;
    case "values": {
      const values = cell.values.map((each) => words(text, each));
      const [only] = values;
      if (values.length > 1) return `${input} in [${values.join(", ")}]`;
      return `${input} == ${only ?? ""}`;
    }
    case "range":
      return `${input} in ${words(text, cell.min)}..${words(text, cell.max)}`;
    case "comparison":
      return `${input} ${cell.operator} ${words(text, cell.value)}`;
  }
}
