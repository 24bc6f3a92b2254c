import type { RuleExpr } from "../parse/ast.ts";
import type { CheckContext, Reads, Scope } from "./context.ts";

/** Checks a raw formula against the declared labels. */
export function checkFormula(
  _ctx: CheckContext,
  _expr: Extract<RuleExpr, { kind: "powerfx" }>,
  _scope: Scope,
): { readonly reads?: Reads } {
  return {};
}
