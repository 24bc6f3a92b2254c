import type { SourceText } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import { parseFormula, printFormula } from "@routewright/powerfx";
import type { CheckedProgram, ConstantValue } from "../check/checked.ts";
import { operands } from "../check/walk.ts";
import type { BinaryExpr, Cell, Expr, MatchExpr } from "../parse/ast.ts";
import type { ComparisonOperator, Condition, LabelTerm, Origin, Term } from "./condition.ts";
import { allOf, always, anyOf, choice, negation, never } from "./simplify.ts";

/**
 * Turns checked expressions into the core form. One elaboration serves one formula: a formula
 * has a limit, so past a number of parts (or levels) that can never fit it stops, and
 * `overflow` says so.
 */
export interface Elaboration {
  readonly checked: CheckedProgram;
  partsLeft: number;
  depth: number;
  overflow: boolean;
}

/** No formula of 1,000 characters has more parts, nor as many levels. */
const mostParts = 4_000;
const mostLevels = 200;

export function startElaboration(checked: CheckedProgram): Elaboration {
  return { checked, partsLeft: mostParts, depth: 0, overflow: false };
}

/** An expression with the file it stands in; inlining a `let` changes the file. */
export interface Placed {
  readonly expr: Expr;
  readonly source: SourceText;
}

/** What a name stands for, `let` after `let`; anything else is itself. */
export function withoutNames(checked: CheckedProgram, placed: Placed): Placed {
  let current = placed;
  // A circle of lets is an error that was reported; the bound only keeps this total.
  for (let hops = 0; hops < 10_000; hops++) {
    if (current.expr.kind !== "name") return current;
    const symbol = checked.references.get(current.expr);
    if (symbol?.kind !== "let" || symbol.declaration.value === undefined) return current;
    current = { expr: symbol.declaration.value, source: symbol.source };
  }
  return current;
}

export function elaborateCondition(run: Elaboration, expr: Expr, source: SourceText): Condition {
  return enter(run, never, () => conditionOf(run, expr, source));
}

export function elaborateTerm(run: Elaboration, expr: Expr, source: SourceText): Term {
  const stopped: Term = { kind: "value", value: 0, origin: { source, span: expr.span } };
  return enter(run, stopped, () => termOf(run, expr, source));
}

/** A row's cell: what it asks of the input above it. */
export function elaborateCell(
  run: Elaboration,
  input: Expr,
  inputSource: SourceText,
  cell: Cell,
  source: SourceText,
): Condition {
  const origin: Origin = { source, span: cell.span };
  const equalTo = (value: Expr) =>
    comparisonOf(run, "==", { expr: input, source: inputSource }, { expr: value, source }, origin);
  switch (cell.kind) {
    case "any":
      return always;
    case "missing":
      return missingOf(run, input, inputSource, origin);
    case "values":
      return anyOf(cell.values.map(equalTo));
    case "range":
      return allOf([
        ordering(
          run,
          ">=",
          { expr: input, source: inputSource },
          { expr: cell.min, source },
          origin,
        ),
        ordering(
          run,
          "<=",
          { expr: input, source: inputSource },
          { expr: cell.max, source },
          origin,
        ),
      ]);
    case "comparison":
      return comparisonOf(
        run,
        cell.operator,
        { expr: input, source: inputSource },
        { expr: cell.value, source },
        origin,
      );
  }
}

function enter<T>(run: Elaboration, stopped: T, work: () => T): T {
  if (run.overflow || run.partsLeft-- <= 0 || run.depth >= mostLevels) {
    run.overflow = true;
    return stopped;
  }
  run.depth++;
  const made = work();
  run.depth--;
  return made;
}

function conditionOf(run: Elaboration, written: Expr, writtenIn: SourceText): Condition {
  const constant = run.checked.constants.get(written);
  if (constant?.kind === "boolean") return constant.value ? always : never;
  const { expr, source } = withoutNames(run.checked, { expr: written, source: writtenIn });
  const inlined = run.checked.constants.get(expr);
  if (inlined?.kind === "boolean") return inlined.value ? always : never;
  const origin: Origin = { source, span: expr.span };
  switch (expr.kind) {
    case "boolean":
      return expr.value ? always : never;
    case "unary":
      return expr.operator === "not"
        ? negation(elaborateCondition(run, expr.operand, source))
        : never;
    case "binary":
      switch (expr.operator) {
        case "and":
          return allOf(operands(expr, "and").map((term) => elaborateCondition(run, term, source)));
        case "or":
          return anyOf(operands(expr, "or").map((term) => elaborateCondition(run, term, source)));
        case "+":
        case "-":
        case "*":
        case "/":
        case "&":
          return never;
        default:
          return comparisonOf(
            run,
            expr.operator,
            { expr: expr.left, source },
            { expr: expr.right, source },
            origin,
          );
      }
    case "inList": {
      const value: Placed = { expr: expr.value, source };
      const found = anyOf(
        expr.items.map((item) => comparisonOf(run, "==", value, { expr: item, source }, origin)),
      );
      return expr.negated ? negation(found) : found;
    }
    case "inRange": {
      const value: Placed = { expr: expr.value, source };
      const found = allOf([
        ordering(run, ">=", value, { expr: expr.min, source }, origin),
        ordering(run, "<=", value, { expr: expr.max, source }, origin),
      ]);
      return expr.negated ? negation(found) : found;
    }
    case "isMissing": {
      const found = missingOf(run, expr.value, source, origin);
      return expr.negated ? negation(found) : found;
    }
    case "if":
    case "match":
      return chosenCondition(run, expr, source);
    case "call": {
      const args = expr.args.map((arg) => elaborateTerm(run, arg, source));
      return { kind: "test", function: expr.callee.text, args, origin };
    }
    case "powerfx":
      return { kind: "formula", text: expr.text, origin: { source, span: expr.textSpan } };
    case "label": {
      const yes: Term = { kind: "value", value: true, origin };
      return { kind: "compare", operator: "==", left: labelOf(expr, source), right: yes, origin };
    }
    default:
      return never;
  }
}

/** Arms of `if … else if …` and `match`, in order. */
function branchesOf(
  run: Elaboration,
  expr: Extract<Expr, { kind: "if" }> | MatchExpr,
): {
  readonly branches: readonly { readonly condition: Expr; readonly value: Expr }[];
  readonly otherwise: Expr | undefined;
} {
  if (expr.kind === "match") {
    return { branches: expr.arms, otherwise: expr.otherwise?.value };
  }
  const branches: { condition: Expr; value: Expr }[] = [];
  let rest: Expr | undefined = expr;
  while (rest?.kind === "if" && !run.checked.constants.has(rest)) {
    branches.push({ condition: rest.condition, value: rest.then });
    rest = rest.otherwise;
  }
  return { branches, otherwise: rest };
}

function chosenCondition(
  run: Elaboration,
  expr: Extract<Expr, { kind: "if" }> | MatchExpr,
  source: SourceText,
): Condition {
  const { branches, otherwise } = branchesOf(run, expr);
  const parts = branches.map(({ condition, value }) => ({
    condition: elaborateCondition(run, condition, source),
    value: elaborateCondition(run, value, source),
  }));
  return chooseCondition(
    parts,
    otherwise === undefined ? undefined : elaborateCondition(run, otherwise, source),
  );
}

/** Without `otherwise`, the arms cover all that is declared: the last one takes what is left. */
function chooseCondition(
  parts: readonly { readonly condition: Condition; readonly value: Condition }[],
  otherwise: Condition | undefined,
): Condition {
  const last = otherwise ?? parts.at(-1)?.value ?? never;
  const tested = otherwise === undefined ? parts.slice(0, -1) : parts;
  return tested.reduceRight((rest, part) => choice(part.condition, part.value, rest), last);
}

function termOf(run: Elaboration, written: Expr, writtenIn: SourceText): Term {
  const own: Origin = { source: writtenIn, span: written.span };
  const constant = run.checked.constants.get(written);
  if (constant !== undefined) return valueTerm(constant, own);
  const { expr, source } = withoutNames(run.checked, { expr: written, source: writtenIn });
  const origin: Origin = { source, span: expr.span };
  const inlined = run.checked.constants.get(expr);
  if (inlined !== undefined) return valueTerm(inlined, own);
  switch (expr.kind) {
    case "text":
    case "number":
    case "boolean":
      return { kind: "value", value: expr.value, origin };
    case "duration":
      return { kind: "value", value: expr.seconds, origin };
    case "percent":
      return { kind: "value", value: expr.fraction, origin };
    case "label":
      return labelOf(expr, source);
    case "unary":
      return expr.operator === "-"
        ? { kind: "negate", operand: elaborateTerm(run, expr.operand, source), origin }
        : truthOf(run, expr, source, origin);
    case "binary":
      return isArithmetic(expr)
        ? arithmeticOf(run, expr, source)
        : truthOf(run, expr, source, origin);
    case "if":
    case "match": {
      const { branches, otherwise } = branchesOf(run, expr);
      return chooseTerm(
        branches.map(({ condition, value }) => ({
          condition: elaborateCondition(run, condition, source),
          value: elaborateTerm(run, value, source),
        })),
        otherwise === undefined ? undefined : elaborateTerm(run, otherwise, source),
        origin,
      );
    }
    case "call": {
      const args = expr.args.map((arg) => elaborateTerm(run, arg, source));
      return { kind: "call", function: expr.callee.text, args, origin };
    }
    case "powerfx":
      return { kind: "formula", text: expr.text, origin: { source, span: expr.textSpan } };
    default:
      return truthOf(run, expr, source, origin);
  }
}

function truthOf(run: Elaboration, expr: Expr, source: SourceText, origin: Origin): Term {
  const condition = elaborateCondition(run, expr, source);
  return condition.kind === "constant"
    ? { kind: "value", value: condition.value, origin }
    : { kind: "truth", condition, origin };
}

/**
 * First branch that holds; decided ones are gone. Without `otherwise`, the branches cover all
 * that is declared: the last one takes what is left.
 */
export function chooseTerm(
  branches: readonly { readonly condition: Condition; readonly value: Term }[],
  otherwise: Term | undefined,
  origin: Origin,
): Term {
  const kept: { readonly condition: Condition; readonly value: Term }[] = [];
  let last = otherwise;
  for (const branch of branches) {
    if (branch.condition.kind === "constant") {
      if (!branch.condition.value) continue;
      last = branch.value;
      break;
    }
    kept.push(branch);
  }
  if (last === undefined) last = kept.pop()?.value;
  if (last === undefined) return { kind: "value", value: 0, origin };
  return kept.length === 0 ? last : { kind: "choose", branches: kept, otherwise: last, origin };
}

function isArithmetic(expr: BinaryExpr): expr is BinaryExpr & {
  readonly operator: "+" | "-" | "*" | "/" | "&";
} {
  return ["+", "-", "*", "/", "&"].includes(expr.operator);
}

/** Sums lean left and may be long, so their left sides are not recursed into. */
function arithmeticOf(run: Elaboration, expr: BinaryExpr, source: SourceText): Term {
  const spine: BinaryExpr[] = [];
  let leftmost: Expr = expr;
  while (
    leftmost.kind === "binary" &&
    isArithmetic(leftmost) &&
    !run.checked.constants.has(leftmost)
  ) {
    spine.push(leftmost);
    leftmost = leftmost.left;
  }
  let left = elaborateTerm(run, leftmost, source);
  for (const node of spine.reverse()) {
    if (!isArithmetic(node) || run.overflow) break;
    left = {
      kind: "arithmetic",
      operator: node.operator,
      left,
      right: elaborateTerm(run, node.right, source),
      origin: { source, span: node.span },
    };
  }
  if (spine.length > mostLevels) run.overflow = true;
  return left;
}

/** A comparison; between a condition and `true` or `false` it is the condition or its negation. */
function comparisonOf(
  run: Elaboration,
  operator: ComparisonOperator,
  left: Placed,
  right: Placed,
  origin: Origin,
): Condition {
  if (operator === "==" || operator === "!=") {
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const constant = run.checked.constants.get(one.expr);
      if (constant?.kind !== "boolean") continue;
      const meant = withoutNames(run.checked, other);
      if (!isConditionNode(meant.expr)) continue;
      const condition = elaborateCondition(run, meant.expr, meant.source);
      return constant.value === (operator === "==") ? condition : negation(condition);
    }
  }
  return ordering(run, operator, left, right, origin);
}

/** Expressions that are true or false and never missing. */
function isConditionNode(expr: Expr): boolean {
  switch (expr.kind) {
    case "unary":
      return expr.operator === "not";
    case "binary":
      return !isArithmetic(expr);
    case "inList":
    case "inRange":
    case "isMissing":
      return true;
    default:
      return false;
  }
}

function ordering(
  run: Elaboration,
  operator: ComparisonOperator,
  left: Placed,
  right: Placed,
  origin: Origin,
): Condition {
  return {
    kind: "compare",
    operator,
    left: elaborateTerm(run, left.expr, left.source),
    right: elaborateTerm(run, right.expr, right.source),
    origin,
  };
}

function missingOf(
  run: Elaboration,
  written: Expr,
  writtenIn: SourceText,
  origin: Origin,
): Condition {
  if (run.checked.constants.has(written)) return never;
  const { expr, source } = withoutNames(run.checked, { expr: written, source: writtenIn });
  switch (expr.kind) {
    case "label":
      return { kind: "missing", label: labelOf(expr, source), origin };
    case "powerfx":
      return {
        kind: "formula",
        text: `IsBlank(${printFormula(parseFormula(expr.text).tree)})`,
        origin,
      };
    case "if":
    case "match": {
      const { branches, otherwise } = branchesOf(run, expr);
      const parts = branches.map(({ condition, value }) => ({
        condition: elaborateCondition(run, condition, source),
        value: enter(run, never, () => missingOf(run, value, source, origin)),
      }));
      return chooseCondition(
        parts,
        otherwise === undefined
          ? undefined
          : enter(run, never, () => missingOf(run, otherwise, source, origin)),
      );
    }
    default:
      // Whatever is calculated is there.
      return never;
  }
}

function labelOf(expr: Extract<Expr, { kind: "label" }>, source: SourceText): LabelTerm {
  return {
    kind: "label",
    side: expr.side,
    key: expr.key.text,
    origin: { source, span: expr.span },
  };
}

function valueTerm(constant: ConstantValue, origin: Origin): Term {
  return { kind: "value", value: labelValueOf(constant), origin };
}

export function labelValueOf(constant: ConstantValue): LabelValue {
  switch (constant.kind) {
    case "duration":
      return constant.seconds;
    case "percent":
      return constant.fraction;
    default:
      return constant.value;
  }
}
