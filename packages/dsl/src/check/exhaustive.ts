import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type { ComparisonOperator, Expr } from "../parse/ast.ts";
import { type CheckContext, labelPath, report, type Scope } from "./context.ts";
import { unreachableArm } from "./diagnostics/meaning.ts";
import { compareValues, domainOf, numberSamples } from "./types.ts";
import { operands, walkExpr } from "./walk.ts";

/** A missing label among the values of an assignment. */
const missing = Symbol("missing");
type Assigned = LabelValue | typeof missing;

interface Dimension {
  readonly path: string;
  readonly values: readonly Assigned[];
  /** The values stand for all others; two such labels cannot be compared with each other. */
  readonly sampled: boolean;
}

/** A value for every label that decides. */
export type Assignment = ReadonlyMap<
  string,
  { readonly value: Assigned; readonly sampled: boolean }
>;

/** A value as a message says it. */
export function showAssigned(value: Assigned): string {
  return value === missing ? "missing" : JSON.stringify(value);
}

/** Enough for any table that a person would write without `otherwise`. */
const mostEvaluations = 20_000;

/**
 * Whether some condition certainly holds for every job. Labels take all of their declared
 * values, or the values that the conditions name and one of each kind between them; what is
 * beyond that (functions, formulas) counts as not holding.
 */
export function isExhaustive(ctx: CheckContext, conditions: readonly Expr[]): boolean {
  return coversAll(ctx, conditions, (assignment) =>
    conditions.some((condition) => holds(ctx, condition, assignment) === true),
  );
}

/** `mentioned` are the expressions whose labels and constants span the space. */
export function coversAll(
  ctx: CheckContext,
  mentioned: readonly Expr[],
  covered: (assignment: Assignment) => boolean,
): boolean {
  const dimensions = findDimensions(ctx, mentioned);
  const combinations = dimensions.reduce((product, { values }) => product * values.length, 1);
  if (combinations * mentioned.length > mostEvaluations) return false;
  for (let index = 0; index < combinations; index++) {
    const assignment = new Map<string, { value: Assigned; sampled: boolean }>();
    let rest = index;
    for (const { path, values, sampled } of dimensions) {
      const value = values[rest % values.length];
      if (value !== undefined) assignment.set(path, { value, sampled });
      rest = Math.floor(rest / values.length);
    }
    if (!covered(assignment)) return false;
  }
  return true;
}

function findDimensions(ctx: CheckContext, mentioned: readonly Expr[]): readonly Dimension[] {
  const labels = new Map<string, { readonly side: LabelSide; readonly key: string }>();
  const numbers = new Set<number>();
  const texts = new Set<string>();
  const seen = new Set<Expr>();
  const visit = (expr: Expr) => {
    const constant = ctx.constants.get(expr);
    if (constant?.kind === "number") numbers.add(constant.value);
    else if (constant?.kind === "text") texts.add(constant.value);
    if (expr.kind === "label")
      labels.set(labelPath(expr.side, expr.key.text), { side: expr.side, key: expr.key.text });
    const symbol = expr.kind === "name" ? ctx.references.get(expr) : undefined;
    if (
      symbol?.kind === "let" &&
      symbol.declaration.value !== undefined &&
      !seen.has(symbol.declaration.value)
    ) {
      seen.add(symbol.declaration.value);
      walkExpr(symbol.declaration.value, visit);
    }
  };
  for (const expr of mentioned) walkExpr(expr, visit);

  const dimensions: Dimension[] = [];
  for (const [path, { side, key }] of labels) {
    const info = ctx.labels[side].get(key);
    if (info === undefined) continue;
    const domain = domainOf(info.type);
    const values =
      domain ??
      (info.type.scalar === "number"
        ? numberSamples(numbers, info.type.range)
        : info.type.scalar === "text"
          ? [...texts, unlike(texts)]
          : undefined);
    if (values === undefined) continue;
    dimensions.push({
      path,
      values: info.optional ? [...values, missing] : values,
      sampled: domain === undefined,
    });
  }
  return dimensions;
}

function unlike(texts: ReadonlySet<string>): string {
  let other = "?";
  while (texts.has(other)) other += "?";
  return other;
}

/** Whether a condition holds for an assignment of labels; `undefined`: it depends on more. */
export function holds(ctx: CheckContext, expr: Expr, assignment: Assignment): boolean | undefined {
  const constant = ctx.constants.get(expr);
  if (constant !== undefined) return constant.kind === "boolean" ? constant.value : undefined;
  switch (expr.kind) {
    case "name": {
      const symbol = ctx.references.get(expr);
      if (symbol?.kind !== "let" || symbol.declaration.value === undefined) return undefined;
      return holds(ctx, symbol.declaration.value, assignment);
    }
    case "label": {
      const assigned = assignment.get(labelPath(expr.side, expr.key.text));
      if (assigned === undefined) return undefined;
      return assigned.value === missing ? false : assigned.value === true;
    }
    case "unary": {
      const operand = holds(ctx, expr.operand, assignment);
      return expr.operator !== "not" || operand === undefined ? undefined : !operand;
    }
    case "binary":
      return holdsBinary(ctx, expr, assignment);
    case "inList": {
      const outcomes = expr.items.map((item) => compare(ctx, "==", expr.value, item, assignment));
      const found = outcomes.includes(true)
        ? true
        : outcomes.includes(undefined)
          ? undefined
          : false;
      return found === undefined ? undefined : found !== expr.negated;
    }
    case "inRange": {
      const above = compare(ctx, ">=", expr.value, expr.min, assignment);
      const below = compare(ctx, "<=", expr.value, expr.max, assignment);
      return above === undefined || below === undefined
        ? undefined
        : (above && below) !== expr.negated;
    }
    case "isMissing": {
      const missed = isMissingLabel(expr.value, assignment);
      return missed === undefined ? undefined : missed !== expr.negated;
    }
    case "if":
    case "match": {
      const chosen = chosenBranch(ctx, expr, assignment);
      return chosen === undefined ? undefined : holds(ctx, chosen, assignment);
    }
    default:
      return undefined;
  }
}

/** The branch that an assignment leads to, where every condition before it is decided. */
function chosenBranch(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "if" | "match" }>,
  assignment: Assignment,
): Expr | undefined {
  const arms = expr.kind === "if" ? [{ condition: expr.condition, value: expr.then }] : expr.arms;
  for (const { condition, value } of arms) {
    const outcome = holds(ctx, condition, assignment);
    if (outcome === undefined) return undefined;
    if (outcome) return value;
  }
  return expr.kind === "if" ? expr.otherwise : expr.otherwise?.value;
}

export function isMissingLabel(expr: Expr, assignment: Assignment): boolean | undefined {
  if (expr.kind !== "label") return undefined;
  const assigned = assignment.get(labelPath(expr.side, expr.key.text));
  return assigned === undefined ? undefined : assigned.value === missing;
}

function holdsBinary(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "binary" }>,
  assignment: Assignment,
): boolean | undefined {
  switch (expr.operator) {
    case "and":
    case "or": {
      const decisive = expr.operator === "or";
      const outcomes = operands(expr, expr.operator).map((term) => holds(ctx, term, assignment));
      if (outcomes.includes(decisive)) return decisive;
      return outcomes.includes(undefined) ? undefined : !decisive;
    }
    case "+":
    case "-":
    case "*":
    case "/":
    case "&":
      return undefined;
    default:
      return compare(ctx, expr.operator, expr.left, expr.right, assignment);
  }
}

export function compare(
  ctx: CheckContext,
  operator: ComparisonOperator,
  left: Expr,
  right: Expr,
  assignment: Assignment,
): boolean | undefined {
  const a = assignedTo(ctx, left, assignment);
  const b = assignedTo(ctx, right, assignment);
  if (a === undefined || b === undefined || (a.sampled && b.sampled)) return undefined;
  if (operator === "==" || operator === "!=") return (a.value === b.value) === (operator === "==");
  const x = a.value === missing ? 0 : a.value;
  const y = b.value === missing ? 0 : b.value;
  return typeof x === "number" && typeof y === "number" ? compareValues(operator, x, y) : undefined;
}

function assignedTo(
  ctx: CheckContext,
  expr: Expr,
  assignment: Assignment,
): { readonly value: Assigned; readonly sampled: boolean } | undefined {
  const constant = ctx.constants.get(expr);
  if (constant !== undefined) {
    return constant.kind === "duration" || constant.kind === "percent"
      ? undefined
      : { value: constant.value, sampled: false };
  }
  if (expr.kind === "label") return assignment.get(labelPath(expr.side, expr.key.text));
  if (expr.kind === "if" || expr.kind === "match") {
    const chosen = chosenBranch(ctx, expr, assignment);
    return chosen === undefined ? undefined : assignedTo(ctx, chosen, assignment);
  }
  if (expr.kind !== "name") return undefined;
  const symbol = ctx.references.get(expr);
  const value = symbol?.kind === "let" ? symbol.declaration.value : undefined;
  return value?.kind === "label"
    ? assignment.get(labelPath(value.side, value.key.text))
    : undefined;
}

/** Arms behind one that always holds, and arms that repeat a condition. */
export function reportUnreachable(
  ctx: CheckContext,
  arms: readonly { readonly condition: Expr }[],
  scope: Scope,
): void {
  const seen = new Map<string, Expr>();
  let always: Expr | undefined;
  for (const { condition } of arms) {
    if (always !== undefined) {
      report(
        ctx,
        unreachableArm,
        { reason: "an arm before it always holds" },
        scope.source,
        condition.span,
        {
          related: [{ source: scope.source, span: always.span, message: "this always holds" }],
        },
      );
      return;
    }
    const key = exprKey(condition);
    const first = seen.get(key);
    if (condition.kind === "boolean" && condition.value) always = condition;
    else if (first !== undefined) {
      report(
        ctx,
        unreachableArm,
        { reason: "an arm before it has the same condition" },
        scope.source,
        condition.span,
        {
          related: [{ source: scope.source, span: first.span, message: "first here" }],
        },
      );
    } else if (condition.kind !== "error") seen.set(key, condition);
  }
}

/** Equal for expressions that are written alike, whatever the spaces and comments in them. */
export function exprKey(root: Expr): string {
  const parts: string[] = [];
  walkExpr(root, (expr) => parts.push(headOf(expr)));
  return parts.join("\u0000");
}

function headOf(expr: Expr): string {
  switch (expr.kind) {
    case "text":
    case "number":
    case "boolean":
      return `${expr.kind} ${expr.value}`;
    case "duration":
      return `duration ${expr.seconds}`;
    case "percent":
      return `percent ${expr.fraction}`;
    case "name":
      return `name ${expr.name}`;
    case "label":
      return `label ${expr.side} ${expr.key.text}`;
    case "unary":
    case "binary":
      return `${expr.kind} ${expr.operator}`;
    case "inList":
      return `inList ${expr.negated} ${expr.items.length}`;
    case "inRange":
    case "isMissing":
      return `${expr.kind} ${expr.negated}`;
    case "call":
      return `call ${expr.callee.text} ${expr.args.length}`;
    case "if":
      return `if ${expr.otherwise !== undefined}`;
    case "match":
      return `match ${expr.arms.length}`;
    case "split":
      return `split ${expr.allocations.length}`;
    case "powerfx":
      return `powerfx ${expr.text}`;
    default:
      return expr.kind;
  }
}
