import type { Expr, IfExpr, MatchExpr } from "../parse/ast.ts";
import type { Type } from "./checked.ts";
import {
  type CheckContext,
  positively,
  type Reads,
  report,
  type Scope,
  type Typed,
  withFacts,
} from "./context.ts";
import { notExhaustive } from "./diagnostics/meaning.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { isExhaustive, reportUnreachable } from "./exhaustive.ts";
import { infer, inferCondition, joinReads, optional } from "./infer.ts";
import { describeType, joinTypes, scalarType } from "./types.ts";

export function inferIf(ctx: CheckContext, expr: IfExpr, scope: Scope): Typed {
  const condition = inferCondition(ctx, expr.condition, positively(scope));
  const then = infer(ctx, expr.then, withFacts(scope, condition.presentWhenTrue));
  const otherwise =
    expr.otherwise === undefined
      ? undefined
      : infer(ctx, expr.otherwise, withFacts(scope, condition.presentWhenFalse));
  const branches = [{ expr: expr.then, typed: then }];
  if (expr.otherwise !== undefined && otherwise !== undefined) {
    branches.push({ expr: expr.otherwise, typed: otherwise });
  }
  const joined = joinBranches(ctx, branches, scope);
  const reads = optional("reads", joinReads(condition.reads, joined.reads));
  if (otherwise === undefined && joined.type.kind === "scalar") {
    report(ctx, notExhaustive, { what: "an `if` without `else`" }, scope.source, expr.span, {
      help: "add `else …`",
    });
  }
  if (condition.constant?.kind === "boolean") {
    const chosen = condition.constant.value ? then : otherwise;
    return {
      ...joined,
      ...optional("constant", chosen?.constant),
      dynamic: chosen?.dynamic ?? false,
      ...reads,
    };
  }
  return { ...joined, dynamic: condition.dynamic || joined.dynamic, ...reads };
}

export function inferMatch(ctx: CheckContext, expr: MatchExpr, scope: Scope): Typed {
  const present = new Set<string>();
  const branches: { expr: Expr; typed: Typed }[] = [];
  let reads: Reads | undefined;
  let dynamic = false;
  let chosen: Typed | undefined;
  let undecided = false;
  for (const arm of expr.arms) {
    const at: Scope = { ...scope, positive: true, facts: { outer: scope.facts, present } };
    const condition = inferCondition(ctx, arm.condition, at);
    const typed = infer(ctx, arm.value, withFacts(at, condition.presentWhenTrue));
    branches.push({ expr: arm.value, typed });
    for (const label of condition.presentWhenFalse ?? []) present.add(label);
    reads = joinReads(reads, condition.reads);
    dynamic ||= condition.dynamic;
    if (condition.constant?.kind !== "boolean") undecided = true;
    else if (condition.constant.value && !undecided) chosen ??= typed;
  }
  if (expr.otherwise !== undefined) {
    const at: Scope = { ...scope, facts: { outer: scope.facts, present } };
    const typed = infer(ctx, expr.otherwise.value, at);
    branches.push({ expr: expr.otherwise.value, typed });
    if (!undecided) chosen ??= typed;
  }
  reportUnreachable(ctx, expr.arms, scope);
  const joined = joinBranches(ctx, branches, scope);
  if (
    expr.otherwise === undefined &&
    joined.type.kind === "scalar" &&
    !isExhaustive(
      ctx,
      expr.arms.map((a) => a.condition),
    )
  ) {
    report(ctx, notExhaustive, { what: "this `match`" }, scope.source, matchWord(expr), {
      help: "add `otherwise -> …`",
    });
  }
  const all = optional("reads", joinReads(reads, joined.reads));
  if (chosen !== undefined)
    return { ...joined, ...optional("constant", chosen.constant), dynamic: chosen.dynamic, ...all };
  return { ...joined, dynamic: dynamic || joined.dynamic, ...all };
}

function matchWord(expr: MatchExpr): { readonly start: number; readonly end: number } {
  return { start: expr.span.start, end: Math.min(expr.span.end, expr.span.start + "match".length) };
}

/** One type for all branches; the first that does not fit the ones before it is reported. */
function joinBranches(
  ctx: CheckContext,
  branches: readonly { readonly expr: Expr; readonly typed: Typed }[],
  scope: Scope,
): Typed {
  let type: Type = { kind: "error" };
  let reads: Reads | undefined;
  let rule: Typed["rule"];
  let dynamic = false;
  for (const branch of branches) {
    dynamic ||= branch.typed.dynamic;
    reads = joinReads(reads, branch.typed.reads);
    rule ??= branch.typed.rule;
    let own = branch.typed.type;
    // A raw formula fits wherever a scalar is wanted; other rules are judged where they stand.
    if (own.kind === "rule" && branch.typed.rule === "powerfx" && type.kind === "scalar")
      own = scalarType(branch.typed.result ?? "any");
    if (type.kind === "rule" && rule === "powerfx" && own.kind === "scalar")
      type = scalarType("any");
    const joined = joinTypes(type, own);
    if (joined !== undefined) {
      type = joined;
      continue;
    }
    if (own.kind === "rule" || type.kind === "rule") continue;
    report(
      ctx,
      typeMismatch,
      { wanted: describeType(type), found: describeType(own) },
      scope.source,
      branch.expr.span,
      { help: "all branches need values of one type" },
    );
  }
  return { type, dynamic, reads, rule };
}
