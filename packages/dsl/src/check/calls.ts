import type { CallExpr } from "../parse/ast.ts";
import {
  type CheckContext,
  errorTyped,
  positively,
  type Reads,
  report,
  type Scope,
  type Typed,
} from "./context.ts";
import { unknownFunction, wrongKind } from "./diagnostics/names.ts";
import { argumentCount, typeMismatch } from "./diagnostics/types.ts";
import { foldCall, functionNamed, functionNames } from "./functions.ts";
import {
  constantTyped,
  infer,
  joinReads,
  optional,
  reportReadsAsZero,
  scalarOperand,
} from "./infer.ts";
import { suggestion } from "./suggest.ts";
import { describeType, scalarType } from "./types.ts";

export function inferCall(ctx: CheckContext, expr: CallExpr, scope: Scope): Typed {
  const called = functionNamed(expr.callee.text);
  const args = expr.args.map((arg) => infer(ctx, arg, positively(scope)));
  let reads: Reads | undefined;
  for (const arg of args) reads = joinReads(reads, arg.reads);
  if (called === undefined) {
    const symbol = ctx.byName.get(expr.callee.text);
    if (symbol !== undefined) {
      ctx.used.add(symbol);
      report(
        ctx,
        wrongKind,
        { name: expr.callee.text, found: `a ${symbol.kind}`, wanted: "a function" },
        scope.source,
        expr.callee.span,
      );
    } else {
      report(ctx, unknownFunction, { name: expr.callee.text }, scope.source, expr.callee.span, {
        ...suggestion(expr.callee.text, functionNames, expr.callee.span),
      });
    }
    return errorTyped;
  }
  const least = called.parameters.filter((p) => p.optional !== true).length;
  const most = called.variadic === true ? Number.POSITIVE_INFINITY : called.parameters.length;
  if (args.length < least || args.length > most) {
    const wanted =
      least === most
        ? `${least}`
        : most === Number.POSITIVE_INFINITY
          ? `${least} or more`
          : `${least} to ${most}`;
    report(
      ctx,
      argumentCount,
      { name: called.name, wanted: `${wanted} values`, found: args.length },
      scope.source,
      expr.span,
    );
  }
  let fits = true;
  for (const [index, arg] of expr.args.entries()) {
    const parameter = called.parameters[index] ?? called.parameters.at(-1);
    const typed = args[index];
    if (parameter === undefined || typed === undefined) continue;
    const type = scalarOperand(ctx, arg, typed, scope);
    if (type === undefined) {
      fits = false;
    } else if (
      type.kind !== "scalar" ||
      (type.scalar !== parameter.type && type.scalar !== "any")
    ) {
      fits = false;
      const wanted = describeType(scalarType(parameter.type));
      report(ctx, typeMismatch, { wanted, found: describeType(type) }, scope.source, arg.span);
    } else if (type.maybeMissing && parameter.type === "number" && called.variadic !== true) {
      reportReadsAsZero(ctx, called.name, arg, scope);
    }
  }
  const constants = args.map((arg) => arg.constant);
  const folded = fits ? foldCall(called, constants) : undefined;
  if (folded !== undefined) return constantTyped(folded);
  return {
    type: scalarType(called.result),
    dynamic: args.some((arg) => arg.dynamic),
    ...optional("reads", reads),
  };
}
