import type { Fix, SourceText, Span } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import type { ComparisonOperator, Expr, LabelExpr } from "../parse/ast.ts";
import type { LabelInfo, Type } from "./checked.ts";
import { reportOutside } from "./compare.ts";
import {
  type CheckContext,
  declaredAt,
  labelPath,
  type Reads,
  report,
  type Scope,
  type Typed,
} from "./context.ts";
import { checkValueLength } from "./declare.ts";
import { impossibleRequirement } from "./diagnostics/meaning.ts";
import {
  requirementForm,
  requirementIn,
  requirementLabel,
  requirementOr,
} from "./diagnostics/router.ts";
import { cannotOrder, incomparableTypes } from "./diagnostics/types.ts";
import { requireConstant } from "./expect.ts";
import { infer, joinReads, optional, record, textOf } from "./infer.ts";
import { markMentioned, resolveLabel, resolveName, resolveReference } from "./resolve.ts";
import {
  describeType,
  domainOf,
  flippedOperator,
  isOrdering,
  negatedOperator,
  queueType,
  scalarType,
} from "./types.ts";
import { operands, walkExpr } from "./walk.ts";

export type SelectorSide = "worker" | "queue";

/** One comparison that Job Router makes for a requirement. */
export interface SelectorTerm {
  readonly side: SelectorSide;
  readonly key: string;
  readonly info: LabelInfo | undefined;
  readonly operator: ComparisonOperator;
  readonly value: /** `undefined`: none, or one that could not be found out. */
    | { readonly kind: "constant"; readonly value: LabelValue | undefined }
    /** The job's label is passed on. */
    | { readonly kind: "passThrough"; readonly label: LabelExpr; readonly info: LabelInfo };
  readonly source: SourceText;
  readonly span: Span;
}

/** How many values a label of the job may have for a pass-through to be written out one by one. */
export const mostExpandedValues = 20;

/** Whether a pass-through can be replaced by one condition for each value of the job's label. */
export function isExpandable(info: LabelInfo): boolean {
  const domain = domainOf(info.type);
  return domain !== undefined && domain.length <= mostExpandedValues;
}

interface SelectorScope extends Scope {
  /** What the comparison is about; a bare name is a queue label in `queue where`. */
  readonly sides: readonly SelectorSide[];
  readonly bareQueueLabels: boolean;
}

/** `queue where region == job.region`. */
export function checkQueueWhere(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "queueWhere" }>,
  scope: Scope,
): Typed {
  const terms = checkSelectors(ctx, expr.condition, {
    ...scope,
    sides: ["queue"],
    bareQueueLabels: true,
  });
  ctx.queueSelectors.set(expr, terms);
  let reads: Reads | undefined;
  for (const { value, source } of terms) {
    if (value.kind === "passThrough")
      reads = joinReads(reads, { job: { expr: value.label, source } });
  }
  return { type: queueType, dynamic: true, ...optional("reads", reads) };
}

/** `worker.xbox >= 7 and worker.language == job.language` */
export function checkRequirementCondition(
  ctx: CheckContext,
  condition: Expr,
  scope: Scope,
  sides: readonly SelectorSide[],
): readonly SelectorTerm[] {
  return checkSelectors(ctx, condition, { ...scope, sides, bareQueueLabels: false });
}

function checkSelectors(
  ctx: CheckContext,
  condition: Expr,
  scope: SelectorScope,
): readonly SelectorTerm[] {
  const terms: SelectorTerm[] = [];
  const pending: Expr[] = [condition];
  record(ctx, condition, { type: scalarType("boolean"), dynamic: true });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "binary" && next.operator === "and") {
      pending.push(...[...operands(next, "and")].reverse());
      continue;
    }
    const term = checkConjunct(ctx, next, scope);
    if (term === undefined) markMentioned(ctx, next);
    else terms.push(...term);
  }
  return terms;
}

function checkConjunct(
  ctx: CheckContext,
  expr: Expr,
  scope: SelectorScope,
): readonly SelectorTerm[] | undefined {
  switch (expr.kind) {
    case "error":
      return undefined;
    case "name": {
      if (scope.bareQueueLabels && ctx.labels.queue.has(expr.name))
        return checkBare(ctx, expr, "==", scope);
      const symbol = resolveName(ctx, scope, expr.name, expr.span);
      if (symbol === undefined) return undefined;
      ctx.references.set(expr, symbol);
      if (symbol.kind !== "let" || symbol.declaration.value === undefined) break;
      // A cycle of lets is reported where they are declared; it must not be followed here.
      if (ctx.typed.get(symbol)?.type.kind === "error") return undefined;
      return checkNamed(
        ctx,
        symbol.declaration.value,
        { ...scope, source: symbol.source },
        expr,
        scope,
      );
    }
    case "label":
      return checkBare(ctx, expr, "==", scope);
    case "unary":
      if (expr.operator === "not" && isSubject(ctx, expr.operand, scope)) {
        return checkBare(ctx, expr.operand, "!=", scope);
      }
      if (
        expr.operator === "not" &&
        expr.operand.kind === "binary" &&
        isComparison(expr.operand.operator)
      ) {
        const { operator, left, right } = expr.operand;
        const text = negatedOperator[operator as ComparisonOperator];
        const words = scope.source.text;
        const rewritten = `${words.slice(left.span.start, left.span.end)} ${text} ${words.slice(right.span.start, right.span.end)}`;
        report(
          ctx,
          requirementForm,
          { why: "`not` stands before a comparison" },
          scope.source,
          expr.span,
          {
            help: `write \`${rewritten}\``,
            fixes: [
              {
                title: `write \`${rewritten}\``,
                safe: false,
                edits: [{ span: expr.span, text: rewritten }],
              },
            ],
          },
        );
        return undefined;
      }
      break;
    case "binary":
      if (expr.operator === "or") {
        report(ctx, requirementOr, {}, scope.source, expr.span, {
          help: "decide by the job instead (`when … { require … }`), give workers one label that says both, or require the weaker of the two",
        });
        return undefined;
      }
      if (isComparison(expr.operator)) return checkComparison(ctx, expr, scope);
      break;
    case "inList":
    case "inRange":
      report(ctx, requirementIn, {}, scope.source, expr.span, inRangeHelp(expr, scope));
      return undefined;
    case "isMissing":
      report(
        ctx,
        requirementForm,
        { why: "a selector cannot ask whether a label is there" },
        scope.source,
        expr.span,
        {
          help: "compare the label: every comparison but `!=` fails where it is missing",
        },
      );
      return undefined;
    case "powerfx":
    case "function":
    case "webhook":
    case "static":
    case "sameLabels":
      infer(ctx, expr, scope);
      report(ctx, requirementForm, { why: "a rule is no comparison" }, scope.source, expr.span, {
        help: `write \`require ${scope.sides[0]} by …\``,
      });
      return undefined;
    default:
      break;
  }
  const typed = infer(ctx, expr, permissive(scope));
  if (typed.type.kind === "error") return undefined;
  report(ctx, requirementLabel, { side: scope.sides.join(" or ") }, scope.source, expr.span);
  return undefined;
}

/** A `let` in a requirement: what is wrong with it is reported at its use. */
function checkNamed(
  ctx: CheckContext,
  value: Expr,
  inner: SelectorScope,
  use: Expr,
  scope: SelectorScope,
): readonly SelectorTerm[] {
  const before = ctx.diagnostics.length;
  const terms = checkSelectors(ctx, value, inner);
  const found = ctx.diagnostics.splice(before);
  for (const diagnostic of found) {
    const { source, span } = diagnostic;
    const related = [{ source, span, message: "in what it stands for" }, ...diagnostic.related];
    ctx.diagnostics.push({
      ...diagnostic,
      source: scope.source,
      span: use.span,
      related,
      fixes: [],
    });
  }
  return terms.map((term) => ({ ...term, source: scope.source, span: use.span }));
}

function isComparison(operator: string): boolean {
  return Object.hasOwn(flippedOperator, operator);
}

/** Whether an expression is a label (or the queue itself) that a selector can be about. */
function isSubject(ctx: CheckContext, expr: Expr, scope: SelectorScope): boolean {
  if (expr.kind === "queueSelf") return true;
  if (expr.kind === "label") return expr.side !== "job";
  return (
    scope.bareQueueLabels &&
    expr.kind === "name" &&
    (ctx.labels.queue.has(expr.name) || !ctx.byName.has(expr.name))
  );
}

interface Subject {
  readonly side: SelectorSide;
  readonly key: string;
  readonly info: LabelInfo | undefined;
  readonly isQueue: boolean;
  readonly expr: Expr;
}

/** `undefined` when it was wrong and has been reported. */
function resolveSubject(ctx: CheckContext, expr: Expr, scope: SelectorScope): Subject | undefined {
  const side: SelectorSide = expr.kind === "label" && expr.side === "worker" ? "worker" : "queue";
  if (!scope.sides.includes(side)) {
    const label = textOf(scope.source.text, expr);
    report(
      ctx,
      requirementForm,
      { why: side === "worker" ? `${label} is not of the queue` : `${label} is not of the worker` },
      scope.source,
      expr.span,
    );
    return undefined;
  }
  if (expr.kind === "queueSelf") return { side, key: "Id", info: undefined, isQueue: true, expr };
  const key =
    expr.kind === "label"
      ? expr.key
      : expr.kind === "name"
        ? { text: expr.name, span: expr.span }
        : undefined;
  if (key === undefined) return undefined;
  const info = resolveLabel(ctx, scope, side, key);
  if (info === undefined) {
    record(ctx, expr, { type: { kind: "error" }, dynamic: false });
    return undefined;
  }
  record(ctx, expr, { type: scalarType(info.type, info.optional), dynamic: true });
  return { side, key: key.text, info, isQueue: false, expr };
}

/** A label alone means `== true`, and with `not` before it `!= true`. */
function checkBare(
  ctx: CheckContext,
  expr: Expr,
  operator: "==" | "!=",
  scope: SelectorScope,
): readonly SelectorTerm[] | undefined {
  if (!isSubject(ctx, expr, scope)) {
    const label = textOf(scope.source.text, expr);
    infer(ctx, expr, permissive(scope));
    report(ctx, requirementLabel, { side: scope.sides.join(" or ") }, scope.source, expr.span, {
      help: `to require something of some jobs only, write \`when ${label.slice(1, -1)} { require … }\``,
    });
    return undefined;
  }
  const subject = resolveSubject(ctx, expr, scope);
  if (subject === undefined) return undefined;
  const scalar = subject.info?.type.scalar;
  if (subject.isQueue || (scalar !== "boolean" && scalar !== "any")) {
    report(
      ctx,
      requirementForm,
      { why: `${textOf(scope.source.text, expr)} is not a boolean` },
      scope.source,
      expr.span,
      {
        help: "compare it with a value",
      },
    );
    return undefined;
  }
  return [term(subject, operator, { kind: "constant", value: true }, expr, scope)];
}

function term(
  subject: Subject,
  operator: ComparisonOperator,
  value: SelectorTerm["value"],
  expr: Expr,
  scope: SelectorScope,
): SelectorTerm {
  const { side, key, info } = subject;
  return { side, key, info, operator, value, source: scope.source, span: expr.span };
}

function checkComparison(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "binary" }>,
  scope: SelectorScope,
): readonly SelectorTerm[] | undefined {
  const operator = expr.operator as ComparisonOperator;
  const leftIs = isSubject(ctx, expr.left, scope);
  // In `queue where` only the left side is a queue label when both could be.
  const rightIs = isSubject(ctx, expr.right, scope) && !(leftIs && expr.right.kind === "name");
  if (leftIs === rightIs) {
    if (leftIs) {
      resolveSubject(ctx, expr.left, scope);
      resolveSubject(ctx, expr.right, scope);
      report(ctx, requirementLabel, { side: scope.sides.join(" or ") }, scope.source, expr.span, {
        help: "two labels of one side cannot be compared with each other; compare each with a value",
      });
    } else {
      reportNoSubject(ctx, expr, scope);
    }
    return undefined;
  }
  const subject = resolveSubject(ctx, leftIs ? expr.left : expr.right, scope);
  const valueExpr = leftIs ? expr.right : expr.left;
  const direction = leftIs ? operator : flippedOperator[operator];
  if (subject === undefined) {
    if (valueExpr.kind !== "none") infer(ctx, valueExpr, permissive(scope));
    return undefined;
  }
  if (subject.isQueue) return checkQueueItself(ctx, subject, direction, valueExpr, expr, scope);

  const subjectType = scalarType(subject.info?.type ?? "any");
  if (!isOrderable(ctx, direction, subjectType, subject.expr, scope)) {
    if (valueExpr.kind !== "none") infer(ctx, valueExpr, permissive(scope));
    return undefined;
  }
  if (valueExpr.kind === "none") {
    record(ctx, valueExpr, { type: scalarType("any", true), dynamic: false });
    // The API allows it; the selector is met by nothing.
    if (isOrdering(direction)) {
      const label = `\`${labelPath(subject.side, subject.key)}\``;
      report(ctx, impossibleRequirement, { label }, scope.source, expr.span);
    }
    return [term(subject, direction, { kind: "constant", value: undefined }, expr, scope)];
  }
  const typed = infer(ctx, valueExpr, permissive(scope));
  if (typed.type.kind === "error") return undefined;
  if (!isComparable(ctx, subjectType, typed.type, expr, scope)) return undefined;
  if (valueExpr.kind === "label") {
    const info = ctx.labels.job.get(valueExpr.key.text);
    if (info === undefined || valueExpr.side !== "job") return undefined;
    return [term(subject, direction, { kind: "passThrough", label: valueExpr, info }, expr, scope)];
  }
  if (typed.dynamic) {
    report(
      ctx,
      requirementForm,
      { why: "Job Router passes labels on as they are, and calculates nothing" },
      scope.source,
      valueExpr.span,
      {
        help:
          valueExpr.kind === "if" || valueExpr.kind === "match"
            ? "say each case by itself: `when … { require … }`"
            : "compare with a constant or with a label of the job, or use a rule: `require worker by powerfx…`",
      },
    );
    return undefined;
  }
  const constant = requireConstant(ctx, valueExpr, typed, scope, "the value of a requirement");
  const value =
    constant === undefined || constant.kind === "duration" || constant.kind === "percent"
      ? undefined
      : constant.value;
  checkValueLength(ctx, value, valueExpr, scope);
  if (value !== undefined && !isOrdering(direction)) {
    const label = labelPath(subject.side, subject.key);
    if (reportOutside(ctx, value, valueExpr, subjectType, label, subject.info, scope))
      return undefined;
  }
  return [term(subject, direction, { kind: "constant", value }, expr, scope)];
}

/** `require queue == xbox_na` */
function checkQueueItself(
  ctx: CheckContext,
  subject: Subject,
  operator: ComparisonOperator,
  valueExpr: Expr,
  expr: Expr,
  scope: SelectorScope,
): readonly SelectorTerm[] | undefined {
  if (isOrdering(operator)) {
    report(ctx, cannotOrder, { operator, found: "a queue" }, scope.source, expr.span);
    return undefined;
  }
  record(ctx, subject.expr, { type: queueType, dynamic: true });
  const symbol = resolveReference(ctx, scope, valueExpr, "queue");
  if (valueExpr.kind === "name") {
    if (symbol === undefined) return undefined;
    record(ctx, valueExpr, { type: queueType, dynamic: false });
    return [term(subject, operator, { kind: "constant", value: symbol.id }, expr, scope)];
  }
  const constant = requireConstant(
    ctx,
    valueExpr,
    infer(ctx, valueExpr, scope),
    scope,
    "the id of a queue",
  );
  if (constant !== undefined && constant.kind !== "text") {
    report(
      ctx,
      incomparableTypes,
      { left: "a queue", right: `a ${constant.kind}` },
      scope.source,
      expr.span,
    );
    return undefined;
  }
  return [term(subject, operator, { kind: "constant", value: constant?.value }, expr, scope)];
}

function isOrderable(
  ctx: CheckContext,
  operator: ComparisonOperator,
  type: Type,
  expr: Expr,
  scope: Scope,
): boolean {
  if (!isOrdering(operator) || type.kind !== "scalar") return true;
  if (type.scalar === "number" || type.scalar === "any") return true;
  report(ctx, cannotOrder, { operator, found: describeType(type) }, scope.source, expr.span, {
    help: "Job Router orders numbers only; such a selector is never met",
  });
  return false;
}

function isComparable(
  ctx: CheckContext,
  subject: Type,
  value: Type,
  expr: Expr,
  scope: Scope,
): boolean {
  if (subject.kind === "scalar" && value.kind === "scalar") {
    if (subject.scalar === value.scalar || subject.scalar === "any" || value.scalar === "any")
      return true;
  }
  const sides = { left: describeType(subject), right: describeType(value) };
  report(ctx, incomparableTypes, sides, scope.source, expr.span, {
    help: "a selector holds for values of the same type only",
  });
  return false;
}

function reportNoSubject(ctx: CheckContext, expr: Expr, scope: SelectorScope): void {
  let hidden: Expr | undefined;
  walkExpr(expr, (inner) => {
    if (inner.kind === "label" && inner.side !== "job") hidden ??= inner;
  });
  const typed = infer(ctx, expr, permissive(scope));
  if (typed.type.kind === "error") return;
  if (hidden === undefined) {
    report(ctx, requirementLabel, { side: scope.sides.join(" or ") }, scope.source, expr.span, {
      help: "to require something of some jobs only, put the condition before it: `when … { require … }`",
    });
    return;
  }
  const label = textOf(scope.source.text, hidden);
  report(
    ctx,
    requirementForm,
    { why: `Job Router compares ${label} as it is` },
    scope.source,
    expr.span,
    {
      help: "move the calculation to the other side, where it may use constants",
    },
  );
}

/** Everything may be read while parts are typed: what is wrong here gets its own words. */
function permissive(scope: SelectorScope): Scope {
  const { worker: _worker, queue: _queue, ...refused } = scope.refused;
  return { source: scope.source, refused, positive: true };
}

function inRangeHelp(
  expr: Extract<Expr, { kind: "inList" | "inRange" }>,
  scope: Scope,
): { readonly help: string; readonly fixes?: readonly Fix[] } {
  if (expr.kind === "inList" || expr.negated) {
    return {
      help: expr.negated
        ? "require each with `!=`, joined by `and`"
        : "give workers one label that all of these share, or decide by the job with `when … { require … }`",
    };
  }
  const words = (e: Expr) => scope.source.text.slice(e.span.start, e.span.end);
  const text = `${words(expr.value)} >= ${words(expr.min)} and ${words(expr.value)} <= ${words(expr.max)}`;
  return {
    help: `write \`${text}\``,
    fixes: [{ title: `write \`${text}\``, safe: true, edits: [{ span: expr.span, text }] }],
  };
}

/** A pointer to the labels that a term is about. */
export function termDeclaredAt(selector: SelectorTerm) {
  return declaredAt(selector.info);
}
