import type { BinaryExpr, Expr, LabelExpr, NameExpr } from "../parse/ast.ts";
import { inferIf, inferMatch } from "./branches.ts";
import { inferCall } from "./calls.ts";
import type { ConstantValue, Type } from "./checked.ts";
import { inferComparison, inferMembership } from "./compare.ts";
import { foldBinary, foldNegation } from "./constants.ts";
import {
  type CheckContext,
  errorTyped,
  isKnownPresent,
  labelPath,
  positively,
  type Reads,
  report,
  type Scope,
  type Typed,
  withFacts,
} from "./context.ts";
import {
  labelNotAvailable,
  misplacedQueue,
  misplacedRule,
  misplacedSecret,
} from "./diagnostics/router.ts";
import {
  arithmeticOperand,
  misplacedNone,
  missingReadsAsZero,
  typeMismatch,
} from "./diagnostics/types.ts";
import { resolveLabel, resolveName } from "./resolve.ts";
import { inferRule, ruleNames } from "./rules.ts";
import { checkQueueWhere } from "./selectors.ts";
import { inferSplit } from "./split.ts";
import { describeType, queueType, type ScalarType, scalarType, typeOfConstant } from "./types.ts";
import { operands } from "./walk.ts";

/** Types an expression, folds what can be folded, and reports what is wrong in it. */
export function infer(ctx: CheckContext, expr: Expr, scope: Scope): Typed {
  const typed = inferUnrecorded(ctx, expr, scope);
  return record(ctx, expr, typed);
}

export function record(ctx: CheckContext, expr: Expr, typed: Typed): Typed {
  ctx.types.set(expr, typed.type);
  if (typed.constant !== undefined) ctx.constants.set(expr, typed.constant);
  return typed;
}

function inferUnrecorded(ctx: CheckContext, expr: Expr, scope: Scope): Typed {
  switch (expr.kind) {
    case "text":
      return constantTyped({ kind: "text", value: expr.value });
    case "number":
      return constantTyped({ kind: "number", value: expr.value });
    case "boolean":
      return constantTyped({ kind: "boolean", value: expr.value });
    case "duration":
      return constantTyped({ kind: "duration", seconds: expr.seconds });
    case "percent":
      return constantTyped({ kind: "percent", fraction: expr.fraction });
    case "none":
      report(ctx, misplacedNone, {}, scope.source, expr.span, {
        help: "to ask whether a label is there, write `is missing` or `is present`",
      });
      return errorTyped;
    case "name":
      return inferName(ctx, expr, scope);
    case "label":
      return inferLabel(ctx, expr, scope);
    case "queueSelf":
      report(ctx, misplacedQueue, {}, scope.source, expr.span);
      return errorTyped;
    case "unary":
      return inferUnary(ctx, expr.operator, expr.operand, scope);
    case "binary":
      return inferBinary(ctx, expr, scope);
    case "inList":
    case "inRange":
      return inferMembership(ctx, expr, scope);
    case "isMissing":
      return inferMissing(ctx, expr, scope);
    case "if":
      return inferIf(ctx, expr, scope);
    case "match":
      return inferMatch(ctx, expr, scope);
    case "call":
      return inferCall(ctx, expr, scope);
    case "split":
      return inferSplit(ctx, expr, scope);
    case "queueWhere":
      return checkQueueWhere(ctx, expr, scope);
    case "error":
      return errorTyped;
    default:
      return inferRule(ctx, expr, scope);
  }
}

export function constantTyped(constant: ConstantValue): Typed {
  return { type: typeOfConstant(constant), constant, dynamic: false };
}

function inferName(ctx: CheckContext, expr: NameExpr, scope: Scope): Typed {
  const symbol = resolveName(ctx, scope, expr.name, expr.span);
  if (symbol === undefined) return errorTyped;
  ctx.references.set(expr, symbol);
  switch (symbol.kind) {
    case "queue":
      return { type: queueType, dynamic: false };
    case "param":
    case "let": {
      const typed = ctx.typed.get(symbol) ?? errorTyped;
      checkReads(ctx, expr, typed.reads, scope);
      return typed;
    }
    case "secret":
      report(ctx, misplacedSecret, { name: expr.name }, scope.source, expr.span);
      return errorTyped;
    case "test":
    case "scenario":
      return errorTyped;
    default:
      return { type: { kind: "object", of: symbol.kind }, dynamic: false };
  }
}

/** A `let` may read labels that have no value in the place where it is used. */
function checkReads(ctx: CheckContext, use: Expr, reads: Reads | undefined, scope: Scope): void {
  if (reads === undefined) return;
  for (const side of ["job", "worker", "queue"] as const) {
    const refusal = scope.refused[side];
    const read = reads[side];
    if (refusal === undefined || read === undefined) continue;
    const label = textOf(read.source.text, read.expr);
    report(ctx, labelNotAvailable, { label, why: refusal.why }, scope.source, use.span, {
      ...(refusal.help === undefined ? {} : { help: refusal.help }),
      related: [{ source: read.source, span: read.expr.span, message: "read here" }],
    });
    return;
  }
}

function inferLabel(ctx: CheckContext, expr: LabelExpr, scope: Scope): Typed {
  const refusal = scope.refused[expr.side];
  const path = labelPath(expr.side, expr.key.text);
  const info = resolveLabel(ctx, scope, expr.side, expr.key);
  if (refusal !== undefined) {
    report(
      ctx,
      labelNotAvailable,
      { label: `\`${path}\``, why: refusal.why },
      scope.source,
      expr.span,
      {
        ...(refusal.help === undefined ? {} : { help: refusal.help }),
      },
    );
    return errorTyped;
  }
  if (info === undefined) return errorTyped;
  return {
    type: scalarType(info.type, info.optional && !isKnownPresent(scope, path)),
    dynamic: true,
    reads: { [expr.side]: { expr, source: scope.source } },
    presentWhenTrue: [path],
  };
}

function inferUnary(ctx: CheckContext, operator: "not" | "-", operand: Expr, scope: Scope): Typed {
  if (operator === "not") {
    const typed = inferCondition(ctx, operand, { ...scope, positive: !scope.positive });
    return {
      type: scalarType("boolean"),
      dynamic: typed.dynamic,
      ...(typed.constant?.kind === "boolean"
        ? { constant: { kind: "boolean", value: !typed.constant.value } }
        : {}),
      ...optional("presentWhenTrue", typed.presentWhenFalse),
      ...optional("presentWhenFalse", typed.presentWhenTrue),
      ...optional("reads", typed.reads),
    };
  }
  const typed = infer(ctx, operand, positively(scope));
  if (typed.constant !== undefined) {
    const folded = foldNegation(typed.constant);
    if (folded !== undefined) return constantTyped(folded);
  }
  if (typed.type.kind === "duration") return { type: typed.type, dynamic: typed.dynamic };
  const number = expectNumber(ctx, "-", operand, typed, scope);
  if (number === undefined) return errorTyped;
  return {
    type: scalarType(
      number.range === undefined
        ? { scalar: "number" }
        : { scalar: "number", range: { min: -number.range.max, max: -number.range.min } },
    ),
    dynamic: typed.dynamic,
    ...optional("reads", typed.reads),
  };
}

/** Chains such as `a and b and …` lean left and may be long, so the left side is not recursed into. */
function inferBinary(ctx: CheckContext, expr: BinaryExpr, scope: Scope): Typed {
  const spine: BinaryExpr[] = [];
  const scopes: Scope[] = [];
  let leftmost: Expr = expr;
  let inner = scope;
  while (leftmost.kind === "binary" && !isComparison(leftmost)) {
    const beginsChain = leftmost.operator !== spine.at(-1)?.operator;
    if (beginsChain && isLogical(leftmost)) inner = withFacts(inner, guardsOf(leftmost));
    spine.push(leftmost);
    scopes.push(inner);
    // Inside arithmetic the truth of the whole no longer follows from that of a part.
    if (leftmost.operator !== "and" && leftmost.operator !== "or") inner = positively(inner);
    leftmost = leftmost.left;
  }
  if (spine.length === 0) return inferComparison(ctx, expr, scope);
  let left = isLogical(spine.at(-1))
    ? inferCondition(ctx, leftmost, inner)
    : infer(ctx, leftmost, inner);
  for (let index = spine.length - 1; index >= 0; index--) {
    const node = spine[index];
    const at = scopes[index];
    if (node === undefined || at === undefined) continue;
    if (node.operator === "and" || node.operator === "or") {
      if (index < spine.length - 1) left = expectCondition(ctx, node.left, left, at);
      left = inferLogical(ctx, node, left, at);
    } else {
      left = inferArithmetic(ctx, node, left, at);
    }
    // The outermost node is recorded by the caller.
    if (index > 0) record(ctx, node, left);
  }
  return left;
}

/**
 * Labels that a guard in the same chain speaks of: in `a and job.x is present` the rest matters
 * only where the label is there, on whichever side of the guard it stands.
 */
function guardsOf(expr: BinaryExpr): readonly string[] {
  const operator = expr.operator === "or" ? "or" : "and";
  const present: string[] = [];
  for (const term of operands(expr, operator)) {
    if (term.kind !== "isMissing" || term.value.kind !== "label") continue;
    if (term.negated === (operator === "and")) {
      present.push(labelPath(term.value.side, term.value.key.text));
    }
  }
  return present;
}

function isLogical(node: BinaryExpr | undefined): boolean {
  return node?.operator === "and" || node?.operator === "or";
}

function isComparison(expr: BinaryExpr): boolean {
  switch (expr.operator) {
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return true;
    default:
      return false;
  }
}

function inferLogical(ctx: CheckContext, expr: BinaryExpr, left: Typed, scope: Scope): Typed {
  const and = expr.operator === "and";
  const known = and ? left.presentWhenTrue : left.presentWhenFalse;
  const right = inferCondition(ctx, expr.right, withFacts(scope, known));
  const constant =
    left.constant !== undefined && right.constant !== undefined
      ? foldBinary(expr.operator, left.constant, right.constant)
      : (absorbing(left.constant, and) ?? absorbing(right.constant, and));
  const both = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
    a === undefined ? b : b === undefined ? a : [...a, ...b];
  return {
    type: scalarType("boolean"),
    dynamic: constant === undefined && (left.dynamic || right.dynamic),
    constant,
    presentWhenTrue: and ? both(left.presentWhenTrue, right.presentWhenTrue) : undefined,
    presentWhenFalse: and ? undefined : both(left.presentWhenFalse, right.presentWhenFalse),
    reads: joinReads(left.reads, right.reads),
  };
}

/** `false and x` is false and `true or x` is true, whatever `x` is. */
function absorbing(constant: ConstantValue | undefined, and: boolean): ConstantValue | undefined {
  return constant?.kind === "boolean" && constant.value !== and ? constant : undefined;
}

function inferArithmetic(ctx: CheckContext, expr: BinaryExpr, left: Typed, scope: Scope): Typed {
  const right = infer(ctx, expr.right, positively(scope));
  if (left.constant !== undefined && right.constant !== undefined) {
    const folded = foldBinary(expr.operator, left.constant, right.constant);
    if (folded !== undefined) return constantTyped(folded);
  }
  const reads = optional("reads", joinReads(left.reads, right.reads));
  const dynamic = left.dynamic || right.dynamic;
  if (left.type.kind === "duration" || right.type.kind === "duration") {
    // Params of type duration without a value: known to fit, not known how long.
    const other = left.type.kind === "duration" ? right.type : left.type;
    if (other.kind === "error" || other.kind === "duration")
      return { type: { kind: "duration" }, dynamic };
  }
  if (expr.operator === "&") {
    const fits = [
      expectJoinable(ctx, expr.left, left, scope),
      expectJoinable(ctx, expr.right, right, scope),
    ];
    if (fits.includes(false)) return errorTyped;
    return { type: scalarType("text"), dynamic, ...reads };
  }
  const a = expectNumber(ctx, expr.operator, expr.left, left, scope);
  const b = expectNumber(ctx, expr.operator, expr.right, right, scope);
  if (a === undefined || b === undefined) return errorTyped;
  return { type: scalarType("number"), dynamic, ...reads };
}

/** Reports an operand that is no number, or that may be missing; `undefined` when it is no number. */
function expectNumber(
  ctx: CheckContext,
  operator: string,
  expr: Expr,
  typed: Typed,
  scope: Scope,
): ScalarType | undefined {
  const type = scalarOperand(ctx, expr, typed, scope);
  if (type === undefined) return undefined;
  if (type.kind !== "scalar" || (type.scalar !== "number" && type.scalar !== "any")) {
    report(
      ctx,
      arithmeticOperand,
      { operator, found: describeType(type) },
      scope.source,
      expr.span,
      {
        ...(type.kind === "scalar" && type.scalar === "boolean"
          ? { help: `write \`(if ${textOf(scope.source.text, expr).slice(1, -1)} then 1 else 0)\`` }
          : operator === "+" && type.kind === "scalar"
            ? { help: "texts are joined by `&`" }
            : {}),
      },
    );
    return undefined;
  }
  if (type.maybeMissing) reportReadsAsZero(ctx, operator, expr, scope);
  return type;
}

export function reportReadsAsZero(
  ctx: CheckContext,
  operator: string,
  expr: Expr,
  scope: Scope,
): void {
  const label = textOf(scope.source.text, expr);
  const bare = label.slice(1, -1);
  report(ctx, missingReadsAsZero, { label, operator }, scope.source, expr.span, {
    help: `say what is meant for a job without it: \`${bare} is present and …\` or \`${bare} is missing or …\` (a missing label is read as 0 here, yet \`${bare} == 0\` is false for it)`,
  });
}

function expectJoinable(ctx: CheckContext, expr: Expr, typed: Typed, scope: Scope): boolean {
  const type = scalarOperand(ctx, expr, typed, scope);
  if (type === undefined) return false;
  if (type.kind === "scalar" && type.scalar !== "boolean") return true;
  report(
    ctx,
    arithmeticOperand,
    { operator: "&", found: describeType(type) },
    scope.source,
    expr.span,
  );
  return false;
}

/** The type of an operand. Of the rules only a raw formula can stand in an expression. */
export function scalarOperand(
  ctx: CheckContext,
  expr: Expr,
  typed: Typed,
  scope: Scope,
): Type | undefined {
  if (typed.type.kind === "error") return undefined;
  if (typed.type.kind !== "rule") return typed.type;
  if (typed.rule === "powerfx") return scalarType(typed.result ?? "any");
  report(
    ctx,
    misplacedRule,
    { rule: ruleNames[typed.rule ?? "function"] },
    scope.source,
    expr.span,
    {
      help: "a rule of this kind can only be the whole of a queue, a priority, a score or a `when`",
    },
  );
  return undefined;
}

/** Types an expression that has to be true or false. */
export function inferCondition(ctx: CheckContext, expr: Expr, scope: Scope): Typed {
  return expectCondition(ctx, expr, infer(ctx, expr, scope), scope);
}

function expectCondition(ctx: CheckContext, expr: Expr, typed: Typed, scope: Scope): Typed {
  const type = scalarOperand(ctx, expr, typed, scope);
  if (type === undefined) return errorTyped;
  if (type.kind === "scalar" && (type.scalar === "boolean" || type.scalar === "any")) return typed;
  const text = textOf(scope.source.text, expr).slice(1, -1);
  report(
    ctx,
    typeMismatch,
    { wanted: "a condition", found: describeType(type) },
    scope.source,
    expr.span,
    {
      ...(expr.kind === "label" ? { help: `compare it, or ask \`${text} is present\`` } : {}),
    },
  );
  return errorTyped;
}

function inferMissing(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "isMissing" }>,
  scope: Scope,
): Typed {
  const typed = infer(ctx, expr.value, scope);
  const type = scalarOperand(ctx, expr.value, typed, scope);
  if (type === undefined) return errorTyped;
  if (expr.value.kind !== "label" && !typed.dynamic) {
    report(
      ctx,
      typeMismatch,
      { wanted: "a label", found: describeType(type) },
      scope.source,
      expr.value.span,
    );
    return errorTyped;
  }
  const present = expr.value.kind === "label" ? typed.presentWhenTrue : undefined;
  return {
    type: scalarType("boolean"),
    dynamic: true,
    ...optional("reads", typed.reads),
    ...(expr.negated
      ? optional("presentWhenTrue", present)
      : optional("presentWhenFalse", present)),
  };
}

const sides = ["job", "worker", "queue"] as const;

export function joinReads(first: Reads | undefined, second: Reads | undefined): Reads | undefined {
  if (first === undefined || second === undefined || first === second) return first ?? second;
  // One read a side is enough, so mostly there is nothing to add.
  const adds = sides.some((side) => first[side] === undefined && second[side] !== undefined);
  return adds ? { ...second, ...first } : first;
}

/** The words of an expression, in backticks, shortened when long. */
export function textOf(text: string, expr: Expr): string {
  const words = text.slice(expr.span.start, expr.span.end).replace(/\s+/g, " ");
  return `\`${words.length > 60 ? `${words.slice(0, 59)}…` : words}\``;
}

/** A property that is there only when it has a value, as exact optional types want it. */
export function optional<K extends string, V>(
  key: K,
  value: V | undefined,
): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
