import type { Expr } from "../parse/ast.ts";

/** Calls `visit` for every expression directly inside `expr`, in source order. */
export function forEachChild(expr: Expr, visit: (child: Expr) => void): void {
  const maybe = (child: Expr | undefined) => {
    if (child !== undefined) visit(child);
  };
  switch (expr.kind) {
    case "text":
    case "number":
    case "boolean":
    case "duration":
    case "percent":
    case "none":
    case "name":
    case "label":
    case "queueSelf":
    case "powerfx":
    case "sameLabels":
    case "error":
      return;
    case "unary":
      return visit(expr.operand);
    case "binary":
      visit(expr.left);
      return visit(expr.right);
    case "inList":
      visit(expr.value);
      return expr.items.forEach(visit);
    case "inRange":
      visit(expr.value);
      visit(expr.min);
      return visit(expr.max);
    case "isMissing":
    case "static":
      return visit(expr.value);
    case "if":
      visit(expr.condition);
      visit(expr.then);
      return maybe(expr.otherwise);
    case "match":
      for (const arm of expr.arms) {
        visit(arm.condition);
        visit(arm.value);
      }
      return maybe(expr.otherwise?.value);
    case "call":
      return expr.args.forEach(visit);
    case "split":
      for (const allocation of expr.allocations) {
        visit(allocation.weight);
        visit(allocation.value);
      }
      return;
    case "queueWhere":
      return visit(expr.condition);
    case "function":
      visit(expr.uri);
      maybe(expr.functionKey);
      maybe(expr.appKey);
      return maybe(expr.clientId);
    case "webhook":
      maybe(expr.uri);
      maybe(expr.authorizationServer);
      maybe(expr.clientId);
      return maybe(expr.clientSecret);
    default:
      return assertNever(expr);
  }
}

/** Visits `root` and everything in it, without recursion: chains of operators may be long. */
export function walkExpr(root: Expr, visit: (expr: Expr) => void): void {
  const pending = [root];
  for (let expr = pending.pop(); expr !== undefined; expr = pending.pop()) {
    visit(expr);
    forEachChild(expr, (child) => pending.push(child));
  }
}

/** The terms of `a and b and c` (or another operator), left to right. */
export function operands(expr: Expr, operator: "and" | "or"): readonly Expr[] {
  const found: Expr[] = [];
  const pending = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "binary" && next.operator === operator) pending.push(next.right, next.left);
    else found.push(next);
  }
  return found;
}

export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
