import type { Expr, SplitExpr } from "../parse/ast.ts";
import { type CheckContext, type Reads, report, type Scope, type Typed } from "./context.ts";
import { invalidNumber, weightsSum } from "./diagnostics/constants.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { expectConstant } from "./expect.ts";
import { infer, joinReads, optional } from "./infer.ts";
import { describeType, queueType } from "./types.ts";

export function inferSplit(ctx: CheckContext, expr: SplitExpr, scope: Scope): Typed {
  checkWeights(
    ctx,
    expr.allocations.map((allocation) => allocation.weight),
    expr,
    scope,
  );
  let reads: Reads | undefined;
  for (const { value } of expr.allocations) {
    const typed = infer(ctx, value, scope);
    reads = joinReads(reads, typed.reads);
    const { type } = typed;
    if (type.kind === "queue" || type.kind === "error" || type.kind === "rule") continue;
    if (type.kind === "scalar" && (type.scalar === "text" || type.scalar === "any")) continue;
    report(
      ctx,
      typeMismatch,
      { wanted: "a queue", found: describeType(type) },
      scope.source,
      value.span,
    );
  }
  return { type: queueType, dynamic: true, ...optional("reads", reads) };
}

const tolerance = 1e-6;

/** Shares are percentages (or fractions of 1) from 0 on that sum to the whole. */
export function checkWeights(
  ctx: CheckContext,
  weights: readonly Expr[],
  split: { readonly span: Expr["span"] },
  scope: Scope,
): void {
  let sum = 0;
  let known = true;
  for (const weight of weights) {
    const constant = expectConstant(ctx, weight, scope, "a share");
    if (constant?.kind === "percent" || constant?.kind === "number") {
      const fraction = constant.kind === "percent" ? constant.fraction : constant.value;
      sum += fraction;
      if (fraction >= 0 && fraction <= 1) continue;
      const found = scope.source.text.slice(weight.span.start, weight.span.end);
      report(
        ctx,
        invalidNumber,
        { what: "a share", wanted: "from 0% to 100%", found },
        scope.source,
        weight.span,
      );
    } else if (constant !== undefined) {
      const found = describeType({ kind: "scalar", scalar: "text", maybeMissing: false });
      report(
        ctx,
        typeMismatch,
        { wanted: "a percentage", found: constant.kind === "text" ? found : `a ${constant.kind}` },
        scope.source,
        weight.span,
      );
    }
    known = false;
  }
  if (!known || weights.length === 0 || Math.abs(sum - 1) <= tolerance) return;
  const percent = `${Number((sum * 100).toFixed(4))}%`;
  const word = {
    start: split.span.start,
    end: Math.min(split.span.end, split.span.start + "split".length),
  };
  report(ctx, weightsSum, { sum: percent }, scope.source, word);
}
