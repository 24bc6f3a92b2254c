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
      visit(expr.operand);
      return;
    case "binary":
      visit(expr.left);
      visit(expr.right);
      return;
    case "inList":
      visit(expr.value);
      expr.items.forEach(visit);
      return;
    case "inRange":
      visit(expr.value);
      visit(expr.min);
      visit(expr.max);
      return;
    case "isMissing":
    case "static":
      visit(expr.value);
      return;
    case "if":
      visit(expr.condition);
      visit(expr.then);
      maybe(expr.otherwise);
      return;
    case "match":
      for (const arm of expr.arms) {
        visit(arm.condition);
        visit(arm.value);
      }
      maybe(expr.otherwise?.value);
      return;
    case "call":
      expr.args.forEach(visit);
      return;
    case "split":
      for (const allocation of expr.allocations) {
        visit(allocation.weight);
        visit(allocation.value);
      }
      return;
    case "queueWhere":
      visit(expr.condition);
      return;
    case "function":
      visit(expr.uri);
      maybe(expr.functionKey);
      maybe(expr.appKey);
      maybe(expr.clientId);
      return;
    case "webhook":
      maybe(expr.uri);
      maybe(expr.authorizationServer);
      maybe(expr.clientId);
      maybe(expr.clientSecret);
      return;
    default:
      assertNever(expr);
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
