import type { Span } from "@routewright/diagnostics";
import { type CheckedProgram, type Expr, formulaPlaces } from "@routewright/dsl";
import {
  diagnose,
  type FxCompletion,
  type FxEditorScope,
  type FxLabelType,
  complete as fxComplete,
  hover as fxHover,
  signatureHelp as fxSignatureHelp,
  lexFormula,
} from "@routewright/powerfx";
import { pathTo } from "../tree/nodes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Completion, CompletionKind } from "./completion/completion.ts";
import { fence, type Hover } from "./hover.ts";
import type { SignatureHelp } from "./signature-help.ts";

/** A formula with a place in it: inside `powerfx"…"`, or a document of its own. */
export interface FormulaPlace {
  readonly text: string;
  readonly offset: number;
  readonly scope: FxEditorScope;
  /** From the formula to where it is shown. */
  toShown(span: Span): Span;
}

/** The raw formula around an offset of a policy. */
export function formulaAt(
  snapshot: Snapshot,
  path: string,
  offset: number,
): FormulaPlace | undefined {
  const program = snapshot.syntax(path)?.program;
  const around = pathTo(program?.declarations ?? [], offset);
  const expr = around.find(({ kind }) => kind === "powerfx") as
    | Extract<Expr, { kind: "powerfx" }>
    | undefined;
  if (program === undefined || expr === undefined) return undefined;
  if (offset < expr.textSpan.start || offset > expr.textSpan.end) return undefined;
  const toShown = formulaPlaces(expr, program.source);
  // Escapes make the text in the file longer than the formula: look for the place.
  let low = 0;
  let high = expr.text.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (toShown({ start: middle, end: middle }).start < offset) low = middle + 1;
    else high = middle;
  }
  const { checked } = snapshot.recentAnalysisOf(path);
  // Only a score is told of a worker; a `let` may be one.
  const withWorker = around.some(({ kind }) => kind === "score" || kind === "let");
  return { text: expr.text, offset: low, scope: formulaScope(checked, withWorker), toShown };
}

/** Declared labels, as the formula's binder wants them; those of any type are left to run time. */
export function formulaScope(checked: CheckedProgram, withWorker: boolean): FxEditorScope {
  const labelsOf = (side: "job" | "worker"): ReadonlyMap<string, FxLabelType> =>
    new Map(
      [...checked.labels[side]].flatMap(([key, { type }]): [string, FxLabelType][] =>
        type.scalar === "any" ? [] : [[key, type.scalar]],
      ),
    );
  return { job: labelsOf("job"), ...(withWorker ? { worker: labelsOf("worker") } : {}) };
}

const kinds: Readonly<Record<FxCompletion["kind"], CompletionKind>> = {
  function: "function",
  label: "label",
  record: "keyword",
  enum: "type",
  member: "value",
  keyword: "keyword",
};

export function completeFormula({
  text,
  offset,
  scope,
  toShown,
}: FormulaPlace): readonly Completion[] {
  const { replace, items } = fxComplete(text, offset, scope);
  return items.map(({ label, kind, insert, detail }, index) => ({
    label,
    kind: kinds[kind],
    insert,
    isSnippet: false,
    replace: toShown(replace),
    sort: `${kind === "label" || kind === "record" ? 0 : 1}${String(index).padStart(4, "0")}`,
    detail,
  }));
}

export function hoverFormula({ text, offset, scope, toShown }: FormulaPlace): Hover | undefined {
  const found = fxHover(text, offset, scope);
  if (found === undefined) return undefined;
  return {
    span: toShown(found.span),
    markdown: `${fence(found.code, "powerfx")}\n\n${found.text}`,
  };
}

export function formulaSignatures({ text, offset }: FormulaPlace): SignatureHelp | undefined {
  const found = fxSignatureHelp(text, offset);
  const label = found?.signatures.find((each) => each.split(",").length > found.activeParameter);
  const shown = label ?? found?.signatures[0];
  if (found === undefined || shown === undefined) return undefined;
  const open = shown.indexOf("(") + 1;
  let from = open;
  const parameters = shown
    .slice(open, shown.lastIndexOf(")"))
    .split(",")
    .map((part) => {
      const start = from + (part.length - part.trimStart().length);
      from += part.length + 1;
      return { start, end: start + part.trim().length };
    });
  const active = Math.min(found.activeParameter, parameters.length - 1);
  return { label: shown, doc: found.doc, parameters, active };
}

export interface FormulaFinding {
  readonly span: Span;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What is wrong with a formula that is a document of its own. */
export function formulaFindings(text: string, scope: FxEditorScope): readonly FormulaFinding[] {
  const found = diagnose(text, scope, { maxLength: 1000 });
  if (found.length > 0) return found;
  // A label that is not declared reads as missing: no error for Power Fx, but hardly meant.
  const { tokens } = lexFormula(text);
  return tokens.flatMap((token, index): FormulaFinding[] => {
    const root = tokens[index - 2]?.value;
    if (token.kind !== "identifier" || tokens[index - 1]?.value !== ".") return [];
    if ((root !== "job" && root !== "worker") || tokens[index - 3]?.value === ".") return [];
    if (scope[root] === undefined || scope[root].has(token.value)) return [];
    const message = `\`${token.value}\` is not declared among the labels of a ${root}`;
    return [{ span: { start: token.start, end: token.end }, severity: "warning", message }];
  });
}
