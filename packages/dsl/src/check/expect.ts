import type { SourceText } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import type { Expr } from "../parse/ast.ts";
import type { ConstantValue } from "./checked.ts";
import type { CheckContext, Scope, Typed } from "./context.ts";
import { report } from "./context.ts";
import {
  invalidDuration,
  invalidNumber,
  notConstant,
  textTooLong,
} from "./diagnostics/constants.ts";
import { misplacedRule } from "./diagnostics/router.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { infer } from "./infer.ts";
import { ruleNames } from "./rules.ts";
import { describeType } from "./types.ts";

/** A place in a file where nothing is known of the surroundings. */
export function plainScope(source: SourceText): Scope {
  return { source, refused: {}, positive: true };
}

/** Types an expression that must not depend on a job; `undefined` when it does or is broken. */
export function expectConstant(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
): ConstantValue | undefined {
  const typed = infer(ctx, expr, scope);
  return requireConstant(ctx, expr, typed, scope, what);
}

export function requireConstant(
  ctx: CheckContext,
  expr: Expr,
  typed: Typed,
  scope: Scope,
  what: string,
): ConstantValue | undefined {
  if (typed.constant !== undefined || typed.type.kind === "error") return typed.constant;
  if (typed.type.kind === "rule") {
    report(
      ctx,
      misplacedRule,
      { rule: ruleNames[typed.rule ?? "function"] },
      scope.source,
      expr.span,
    );
  } else if (typed.type.kind === "queue" || typed.type.kind === "object") {
    report(
      ctx,
      typeMismatch,
      { wanted: "a constant", found: describeType(typed.type) },
      scope.source,
      expr.span,
    );
  } else if (typed.dynamic) {
    report(ctx, notConstant, { what }, scope.source, expr.span);
  }
  return undefined;
}

const kindNouns: Readonly<Record<ConstantValue["kind"], string>> = {
  text: "text",
  number: "a number",
  boolean: "a boolean",
  duration: "a duration",
  percent: "a percentage",
};

function expectKind<K extends ConstantValue["kind"]>(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
  kind: K,
): Extract<ConstantValue, { kind: K }> | undefined {
  const constant = expectConstant(ctx, expr, scope, what);
  if (constant === undefined) return undefined;
  if (constant.kind === kind) return constant as Extract<ConstantValue, { kind: K }>;
  const help = kind === "duration" ? durationHelp[constant.kind] : undefined;
  report(
    ctx,
    typeMismatch,
    { wanted: kindNouns[kind], found: kindNouns[constant.kind] },
    scope.source,
    expr.span,
    help === undefined ? {} : { help },
  );
  return undefined;
}

const durationHelp: Readonly<Partial<Record<ConstantValue["kind"], string>>> = {
  number: "write it with its unit: `30s`, `5m`, `2h`",
  text: "durations stand without quotes: `30s`, `5m`, `2h`; moments of a scenario count from its start",
};

export function expectText(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
  limit = Number.POSITIVE_INFINITY,
): string | undefined {
  const value = expectKind(ctx, expr, scope, what, "text")?.value;
  if (value !== undefined && value.length > limit) {
    report(ctx, textTooLong, { what, length: value.length, limit }, scope.source, expr.span);
  }
  return value;
}

/** A duration in seconds; one of no length is allowed by the service, but hardly meant. */
export function expectDuration(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
): number | undefined {
  const seconds = expectKind(ctx, expr, scope, what, "duration")?.seconds;
  if (seconds === 0) report(ctx, invalidDuration, { what }, scope.source, expr.span);
  return seconds;
}

/** A moment, or a length that may be nothing, in seconds. */
export function expectTime(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
): number | undefined {
  return expectKind(ctx, expr, scope, what, "duration")?.seconds;
}

export interface NumberRule {
  readonly wanted: string;
  readonly holds: (value: number) => boolean;
}

export const wholeFromZero: NumberRule = {
  wanted: "a whole number from 0 on",
  holds: (value) => Number.isInteger(value) && value >= 0,
};

export const wholeFromOne: NumberRule = {
  wanted: "a whole number of at least 1",
  holds: (value) => Number.isSafeInteger(value) && value >= 1,
};

export const priorityRule: NumberRule = {
  wanted: "a whole number from -100 to 100",
  holds: (value) => Number.isInteger(value) && value >= -100 && value <= 100,
};

export function expectNumber(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
  rule: NumberRule,
): number | undefined {
  const value = expectKind(ctx, expr, scope, what, "number")?.value;
  if (value === undefined || rule.holds(value)) return value;
  report(
    ctx,
    invalidNumber,
    { what, wanted: rule.wanted, found: String(value) },
    scope.source,
    expr.span,
  );
  return undefined;
}

/** The value of a label: text, number or boolean. */
export function expectLabelValue(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  what: string,
): LabelValue | undefined {
  const constant = expectConstant(ctx, expr, scope, what);
  if (constant === undefined) return undefined;
  if (constant.kind !== "duration" && constant.kind !== "percent") return constant.value;
  const wanted = "a text, number or boolean";
  report(ctx, typeMismatch, { wanted, found: kindNouns[constant.kind] }, scope.source, expr.span);
  return undefined;
}
