import type { Expr } from "../parse/ast.ts";
import { type CheckContext, report, type Scope, type Typed } from "./context.ts";
import { notExhaustive } from "./diagnostics/meaning.ts";
import { misplacedRule } from "./diagnostics/router.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { infer, textOf } from "./infer.ts";
import { ruleNames } from "./rules.ts";
import { describeType } from "./types.ts";

/** A priority or a score: a number, or a rule that answers one. */
export function checkNumberValue(ctx: CheckContext, expr: Expr, scope: Scope, what: string): Typed {
  const typed = infer(ctx, expr, scope);
  const { type } = typed;
  if (type.kind === "rule" && (typed.result === "text" || typed.result === "boolean")) {
    const found = describeType({ kind: "scalar", scalar: typed.result, maybeMissing: false });
    report(ctx, typeMismatch, { wanted: `${what} (a number)`, found }, scope.source, expr.span);
  }
  if (typed.rule === "sameLabels") {
    report(ctx, misplacedRule, { rule: ruleNames.sameLabels }, scope.source, expr.span, {
      help: `it brings selectors, and ${what} is a number`,
    });
  }
  if (type.kind === "error" || type.kind === "rule") return typed;
  if (type.kind !== "scalar" || (type.scalar !== "number" && type.scalar !== "any")) {
    report(
      ctx,
      typeMismatch,
      { wanted: `${what} (a number)`, found: describeType(type) },
      scope.source,
      expr.span,
    );
    return typed;
  }
  if (type.maybeMissing) {
    forEachOutcome(ctx, expr, (outcome, direct) => {
      const own = ctx.types.get(outcome);
      if (!direct || own?.kind !== "scalar" || !own.maybeMissing) return;
      const what = `${textOf(scope.source.text, outcome)} may be missing; alone it`;
      report(ctx, notExhaustive, { what }, scope.source, outcome.span, {
        help: `say what holds then: \`if ${textOf(scope.source.text, outcome).slice(1, -1)} is missing then … else …\``,
      });
    });
  }
  return typed;
}

/**
 * The expressions whose value an expression can take: the branches of `if` and `match`, and of
 * what names stand for. `direct`: written in the expression itself, not in a `let`.
 */
export function forEachOutcome(
  ctx: CheckContext,
  expr: Expr,
  visit: (outcome: Expr, direct: boolean) => void,
): void {
  const pending: { readonly expr: Expr; readonly direct: boolean }[] = [{ expr, direct: true }];
  const seen = new Set<Expr>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { expr: current, direct } = next;
    const add = (branch: Expr | undefined, inside = direct) => {
      if (branch !== undefined) pending.push({ expr: branch, direct: inside });
    };
    if (current.kind === "if") {
      add(current.otherwise);
      add(current.then);
    } else if (current.kind === "match") {
      add(current.otherwise?.value);
      for (let index = current.arms.length - 1; index >= 0; index--)
        add(current.arms[index]?.value);
    } else if (current.kind === "name") {
      const symbol = ctx.references.get(current);
      const value = symbol?.kind === "let" ? symbol.declaration.value : undefined;
      if (value === undefined || value.kind === "error" || ctx.constants.has(current))
        visit(current, direct);
      else if (!seen.has(value)) {
        seen.add(value);
        add(value, false);
      }
    } else visit(current, direct);
  }
}
