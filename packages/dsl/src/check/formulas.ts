import type { SourceText, Span } from "@routewright/diagnostics";
import {
  compileFormula,
  errorSpan,
  type FxDiagnostic,
  type FxNode,
  type FxType,
} from "@routewright/powerfx";
import type { RuleExpr } from "../parse/ast.ts";
import type { LabelInfo, ScalarName } from "./checked.ts";
import { type CheckContext, labelPath, type Reads, report, type Scope } from "./context.ts";
import {
  formulaSyntax,
  formulaType,
  labelNotAvailable,
  rawFormulaLong,
  rawFormulaUnproven,
} from "./diagnostics/router.ts";
import { resolveLabel } from "./resolve.ts";

/** The preview descriptions of the service allow this many characters; the engine, twice that. */
const previewLimit = 500;
const engineLimit = 1000;

type RawFormula = Extract<RuleExpr, { kind: "powerfx" }>;

export interface FormulaFacts {
  readonly reads?: Reads;
  /** The type of its value, where that is a scalar. */
  readonly result?: ScalarName;
}

/** Checks a raw formula with the Power Fx binder, the labels having their declared types. */
export function checkFormula(ctx: CheckContext, expr: RawFormula, scope: Scope): FormulaFacts {
  const { text } = expr;
  const place = formulaPlaces(expr, scope.source);
  if (text.length > previewLimit) {
    const beyond = text.length > engineLimit;
    report(
      ctx,
      rawFormulaLong,
      { length: text.length, limit: beyond ? engineLimit : previewLimit },
      scope.source,
      expr.span,
      beyond
        ? { severity: "error", help: "Power Fx refuses it" }
        : { help: "the preview of the service refused it; what it does today is not documented" },
    );
    if (beyond) return {};
  }
  if (text.trim() === "") {
    report(ctx, formulaSyntax, { reason: "the formula is empty" }, scope.source, expr.span);
    return {};
  }
  const program = compileFormula(text, { maxLength: engineLimit });
  const [broken] = errorsOf(program.diagnostics);
  if (broken !== undefined) {
    report(ctx, formulaSyntax, { reason: broken.message }, scope.source, place(broken.span));
    for (const { root, name } of program.labels) {
      const info = ctx.labels[root].get(name);
      if (info !== undefined) ctx.usedLabels.add(info);
    }
    return {};
  }

  const infos = checkLabels(ctx, program.tree, scope, place);
  const codes = program.labels.map(({ root, name }) => codeOf(infos.get(labelPath(root, name))));
  const bound = program.specialise(`jw${codes.join("")}`);
  const [refused] = errorsOf(bound.diagnostics);
  if (refused !== undefined) {
    report(ctx, formulaType, { reason: refused.message }, scope.source, place(refused.span));
    return {};
  }
  const unproven = findUnproven(program.tree);
  if (unproven !== undefined) {
    report(
      ctx,
      rawFormulaUnproven,
      { what: describe(unproven, text) },
      scope.source,
      place(wordOf(unproven)),
      {
        help: "only `If`, `=`, labels and constants occur in the service's own documents and samples",
      },
    );
  }
  let reads: Reads = {};
  for (const { root } of program.labels)
    reads = { ...reads, [root]: { expr, source: scope.source } };
  const result = scalarOf(bound.type);
  return result === undefined ? { reads } : { reads, result };
}

function errorsOf(diagnostics: readonly FxDiagnostic[]): readonly FxDiagnostic[] {
  return diagnostics.filter((diagnostic) => diagnostic.severity === "error");
}

/** Resolves `job.x` and `worker.x`, each where it is first read. */
function checkLabels(
  ctx: CheckContext,
  tree: FxNode,
  scope: Scope,
  place: (span: Span) => Span,
): ReadonlyMap<string, LabelInfo | undefined> {
  const infos = new Map<string, LabelInfo | undefined>();
  walkFormula(tree, (node) => {
    if (node.kind !== "field" || node.receiver.kind !== "name") return;
    const side = node.receiver.name;
    if (side !== "job" && side !== "worker") return;
    const path = labelPath(side, node.name);
    if (infos.has(path)) return;
    const span = place(node.nameSpan);
    infos.set(path, resolveLabel(ctx, scope, side, { text: node.name, span }));
    const refusal = scope.refused[side];
    if (refusal === undefined) return;
    report(
      ctx,
      labelNotAvailable,
      { label: `\`${path}\``, why: refusal.why },
      scope.source,
      place(node.span),
    );
  });
  return infos;
}

/** The binder's letter for a declared type; a label of any type fits anywhere, as a Blank does. */
function codeOf(info: LabelInfo | undefined): string {
  switch (info?.type.scalar) {
    case "text":
      return "t";
    case "number":
      return "n";
    case "boolean":
      return "b";
    default:
      return "-";
  }
}

function scalarOf(type: FxType): ScalarName | undefined {
  switch (type.kind) {
    case "text":
      return "text";
    case "boolean":
      return "boolean";
    case "decimal":
    case "float":
      return "number";
    default:
      return undefined;
  }
}

/** The first part that goes beyond what has been seen to work in the service. */
function findUnproven(tree: FxNode): FxNode | undefined {
  let first: FxNode | undefined;
  walkFormula(tree, (node) => {
    if (isProven(node)) return;
    if (first === undefined || node.span.start < first.span.start) first = node;
  });
  return first;
}

function isProven(node: FxNode): boolean {
  switch (node.kind) {
    case "number":
    case "text":
    case "boolean":
    case "name":
    case "field":
      return true;
    case "unary":
      return node.op === "-" && node.operand.kind === "number";
    case "binary":
      return node.op === "=";
    case "call":
      return node.callee === "If";
    default:
      return false;
  }
}

function describe(node: FxNode, text: string): string {
  switch (node.kind) {
    case "call":
      return `\`${node.callee}\``;
    case "binary":
    case "unary":
      return `\`${text.slice(node.opSpan.start, node.opSpan.end)}\``;
    default:
      return "this part of the formula";
  }
}

/** The operator or the function's name. */
function wordOf(node: FxNode): Span {
  return node.kind === "call" ? node.calleeSpan : errorSpan(node);
}

function walkFormula(tree: FxNode, visit: (node: FxNode) => void): void {
  const pending: FxNode[] = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    visit(node);
    switch (node.kind) {
      case "field":
        pending.push(node.receiver);
        break;
      case "unary":
      case "as":
        pending.push(node.operand);
        break;
      case "binary":
        pending.push(node.right, node.left);
        break;
      case "call":
        pending.push(...[...node.args].reverse());
        break;
      case "record":
        pending.push(...node.fields.map((field) => field.value).reverse());
        break;
      case "table":
        pending.push(...[...node.items].reverse());
        break;
      case "interpolated":
        pending.push(...[...node.parts].reverse());
        break;
      default:
        break;
    }
  }
}

/** Takes places in the formula to places in the file, where escapes may be longer. */
export function formulaPlaces(expr: RawFormula, source: SourceText): (span: Span) => Span {
  const { start, end } = expr.textSpan;
  const written = source.text.slice(start, end);
  if (written === expr.text)
    return (span) => ({ start: start + span.start, end: start + span.end });
  const offsets: number[] = [];
  const unitOrEscape = /\\(?:u\{[0-9a-fA-F]*\}|[\s\S])|[\s\S]/g;
  for (const match of written.matchAll(unitOrEscape)) {
    const meant = match[0].startsWith("\\u{") ? lengthOfEscape(match[0]) : 1;
    for (let unit = 0; unit < meant; unit++) offsets.push(start + match.index);
  }
  const at = (offset: number) => offsets[offset] ?? end;
  return (span) => ({ start: at(span.start), end: Math.max(at(span.end), at(span.start)) });
}

/** UTF-16 units of `\u{…}`. */
function lengthOfEscape(written: string): number {
  return Number.parseInt(written.slice(3, -1), 16) > 0xffff ? 2 : 1;
}
