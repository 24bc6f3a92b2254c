import type { NameExpr, RuleExpr } from "../parse/ast.ts";
import type { CheckContext, Scope, Typed } from "./context.ts";
import { checkValueLength } from "./declare.ts";
import { expectLabelValue, expectText } from "./expect.ts";
import { checkFormula } from "./formulas.ts";
import { resolveReference } from "./resolve.ts";
import { ruleType } from "./types.ts";

export const ruleNames: Readonly<Record<RuleExpr["kind"], string>> = {
  powerfx: "Power Fx",
  function: "function",
  webhook: "webhook",
  static: "static",
  sameLabels: "same-labels",
};

/** Longest credential member and address that the service's preview descriptions allow. */
const longestMember = 500;

/** Checks what is inside a rule; where a rule may stand is judged there. */
export function inferRule(ctx: CheckContext, expr: RuleExpr, scope: Scope): Typed {
  const secret = (name: NameExpr | undefined) => {
    if (name !== undefined) resolveReference(ctx, scope, name, "secret");
  };
  switch (expr.kind) {
    case "powerfx":
      return { ...checkFormula(ctx, expr, scope), type: ruleType, dynamic: true, rule: expr.kind };
    case "function":
      expectText(ctx, expr.uri, scope, "the address of a function");
      secret(expr.functionKey);
      secret(expr.appKey);
      if (expr.clientId !== undefined)
        expectText(ctx, expr.clientId, scope, "a client id", longestMember);
      break;
    case "webhook":
      if (expr.uri !== undefined) expectText(ctx, expr.uri, scope, "the address of a webhook");
      if (expr.authorizationServer !== undefined) {
        expectText(ctx, expr.authorizationServer, scope, "the address of an authorization server");
      }
      if (expr.clientId !== undefined)
        expectText(ctx, expr.clientId, scope, "a client id", longestMember);
      secret(expr.clientSecret);
      break;
    case "static":
      // `static none`: the API allows a static rule without a value.
      if (expr.value.kind !== "none") {
        checkValueLength(
          ctx,
          expectLabelValue(ctx, expr.value, scope, "the value of a static rule"),
          expr.value,
          scope,
        );
      }
      break;
    case "sameLabels":
      break;
  }
  return { type: ruleType, dynamic: true, rule: expr.kind };
}
