import type { Span } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import type { Expr } from "../parse/ast.ts";
import type { Symbol as DeclaredSymbol } from "./checked.ts";
import { type CheckContext, labelPath, quoteKey, report, type Scope } from "./context.ts";
import { ambiguousQueues, noQueueForSome, noQueueMatches } from "./diagnostics/meaning.ts";
import { misplacedRule, nestedSplit, splitContent } from "./diagnostics/router.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { isExhaustive } from "./exhaustive.ts";
import { infer } from "./infer.ts";
import { checkPassThrough } from "./requirements.ts";
import { resolveId } from "./resolve.ts";
import { ruleNames } from "./rules.ts";
import type { SelectorTerm } from "./selectors.ts";
import { compareValues, describeType, domainOf, writeValue } from "./types.ts";

/** What a classification says beside the queue. */
export interface QueuePlace {
  readonly fallback: boolean;
  /** Selectors are joined by `and`: with others about, several matches may be meant. */
  readonly queueRequired: boolean;
}

/** What `queue = …` takes, and what of it Job Router can express. */
export function checkQueueValue(
  ctx: CheckContext,
  expr: Expr,
  scope: Scope,
  place: QueuePlace,
  branch = false,
): void {
  const typed = infer(ctx, expr, scope);
  if (typed.type.kind === "error") return;
  walk(ctx, expr, { scope, place, branch, use: undefined });
}

interface Walk {
  readonly scope: Scope;
  readonly place: QueuePlace;
  readonly branch: boolean;
  /** The name that stands for this, when it is written in a `let`. */
  readonly use: Expr | undefined;
}

function walk(ctx: CheckContext, expr: Expr, at: Walk): void {
  const { scope, branch } = at;
  const span = at.use?.span ?? expr.span;
  const type = ctx.types.get(expr);
  if (type === undefined || type.kind === "error") return;
  switch (expr.kind) {
    case "text":
      resolveId(ctx, expr, expr.value, "queue");
      return;
    case "name": {
      const symbol = ctx.references.get(expr);
      if (symbol?.kind === "queue") return;
      if (
        symbol?.kind === "let" &&
        symbol.declaration.value !== undefined &&
        !ctx.constants.has(expr)
      ) {
        walk(ctx, symbol.declaration.value, { ...at, use: at.use ?? expr });
        return;
      }
      break;
    }
    case "if": {
      const inner = { ...at, branch: branch || !ctx.constants.has(expr.condition) };
      walk(ctx, expr.then, inner);
      if (expr.otherwise !== undefined) walk(ctx, expr.otherwise, inner);
      else if (!ctx.constants.has(expr.condition)) {
        reportNoQueue(ctx, "the `if` has no `else`", scope, headSpan(at, expr, "if"), at.place);
      }
      return;
    }
    case "match": {
      let inner = at;
      for (const arm of expr.arms) {
        if (!ctx.constants.has(arm.condition)) inner = { ...at, branch: true };
        walk(ctx, arm.value, inner);
      }
      if (expr.otherwise !== undefined) walk(ctx, expr.otherwise.value, inner);
      else if (
        !at.place.fallback &&
        !isExhaustive(
          ctx,
          expr.arms.map((arm) => arm.condition),
        )
      ) {
        reportNoQueue(
          ctx,
          "no arm of the `match` has to hold",
          scope,
          headSpan(at, expr, "match"),
          at.place,
        );
      }
      return;
    }
    case "split":
      if (branch) {
        report(ctx, nestedSplit, {}, scope.source, headSpan(at, expr, "split"), {
          help: "split every job (`queue = split { … }`), or send each case to a queue of its own",
        });
      }
      for (const { value } of expr.allocations) walkShare(ctx, value, at);
      return;
    case "queueWhere":
      checkMatches(ctx, expr, at);
      return;
    case "powerfx":
    case "function":
    case "webhook":
    case "static":
    case "sameLabels":
      if (!branch) return;
      report(ctx, misplacedRule, { rule: ruleNames[expr.kind] }, scope.source, span, {
        help: "a rule chooses the queue of every job or of none: make it the whole of `queue =`",
      });
      return;
    default:
      break;
  }
  const constant = ctx.constants.get(expr);
  if (constant?.kind === "text") {
    resolveId(ctx, expr, constant.value, "queue");
    return;
  }
  report(ctx, typeMismatch, { wanted: "a queue", found: describeType(type) }, scope.source, span);
}

/** The first word of an expression, or the name that stands for it. */
function headSpan(at: Walk, expr: Expr, word: string): Span {
  return at.use?.span ?? { start: expr.span.start, end: expr.span.start + word.length };
}

/** A share of a split holds selectors that are fixed beforehand. */
function walkShare(ctx: CheckContext, expr: Expr, at: Walk): void {
  const span = at.use?.span ?? expr.span;
  const fail = (found: string) => {
    report(ctx, splitContent, { found }, at.scope.source, span, {
      help: "name a queue, or match constant labels",
    });
  };
  switch (expr.kind) {
    case "split":
      report(ctx, nestedSplit, {}, at.scope.source, headSpan(at, expr, "split"), {
        help: "multiply the shares and write one `split`",
      });
      return;
    case "if":
    case "match":
      fail(`\`${expr.kind}\``);
      return;
    case "powerfx":
    case "function":
    case "webhook":
    case "static":
    case "sameLabels":
      fail(`a ${ruleNames[expr.kind]} rule`);
      return;
    case "queueWhere":
      checkShareMatch(ctx, expr, at);
      return;
    case "name": {
      const symbol = ctx.references.get(expr);
      if (
        symbol?.kind === "let" &&
        symbol.declaration.value !== undefined &&
        !ctx.constants.has(expr)
      ) {
        walkShare(ctx, symbol.declaration.value, { ...at, use: at.use ?? expr });
        return;
      }
      walk(ctx, expr, at);
      return;
    }
    default:
      walk(ctx, expr, at);
      return;
  }
}

function checkShareMatch(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "queueWhere" }>,
  at: Walk,
): void {
  const open = (ctx.queueSelectors.get(expr) ?? []).filter(
    (term) => term.value.kind === "passThrough",
  );
  for (const term of open)
    checkPassThrough(ctx, term, { branch: true, split: true, expedite: false });
  if (open.length === 0) checkMatches(ctx, expr, at);
}

export function reportNoQueue(
  ctx: CheckContext,
  reason: string,
  scope: Scope,
  span: Span,
  place: QueuePlace,
): void {
  if (place.fallback) return;
  report(ctx, noQueueForSome, { reason }, scope.source, span, {
    help: "add `otherwise`, or a `fallback` queue; a job that brings no queue of its own cannot be classified",
  });
}

// ── queue where ─────────────────────────────────────────────────────────────────────────────

const mostCombinations = 100;

function checkMatches(
  ctx: CheckContext,
  expr: Extract<Expr, { kind: "queueWhere" }>,
  at: Walk,
): void {
  const terms = ctx.queueSelectors.get(expr) ?? [];
  const { scope, place } = at;
  const span = at.use?.span ?? expr.span;
  const open: SelectorTerm[] = [];
  for (const term of terms) {
    if (term.value.kind === "passThrough") {
      checkPassThrough(ctx, term, { branch: at.branch, split: false, expedite: false });
      open.push(term);
    } else if (term.value.value === undefined) return;
  }
  const queues = queueIndex(ctx);
  if (queues.all.length === 0 || terms.length === 0) return;

  const choices = distinctLabels(open);
  let combinations = 1;
  for (const { values } of choices) combinations *= values?.length ?? Number.POSITIVE_INFINITY;
  if (combinations > mostCombinations) {
    const label = choices.find(({ values }) => values === undefined) ?? choices[0];
    const path = label === undefined ? "" : labelPath("job", label.key);
    reportNoQueue(
      ctx,
      `there may be no queue with the \`${path}\` that a job has`,
      scope,
      span,
      place,
    );
    return;
  }
  for (let index = 0; index < combinations; index++) {
    const chosen = new Map<string, LabelValue>();
    let rest = index;
    for (const { key, values = [] } of choices) {
      const value = values[rest % values.length];
      if (value !== undefined) chosen.set(key, value);
      rest = Math.floor(rest / values.length);
    }
    const wanted = terms.map((term) => fixedTerm(term, chosen));
    const found = matchingQueues(queues, wanted);
    const described = wanted.map(describeWanted).join(" and ");
    const [first, second] = found;
    if (first === undefined) {
      if (open.length === 0) report(ctx, noQueueMatches, { wanted: described }, scope.source, span);
      else reportNoQueue(ctx, `no declared queue has ${described}`, scope, span, place);
      return;
    }
    if (second !== undefined && !place.queueRequired) {
      report(
        ctx,
        ambiguousQueues,
        { wanted: described, queues: [first.name.text, second.name.text] },
        scope.source,
        span,
        {
          help: "Job Router does not say which of them a job gets; ask for a label that tells them apart",
          related: [first, second].map((queue) => ({
            source: queue.source,
            span: queue.name.span,
            message: "this queue",
          })),
        },
      );
      return;
    }
  }
}

/** The job's labels that are passed on, each once, with their values where those are declared. */
function distinctLabels(
  open: readonly SelectorTerm[],
): readonly { readonly key: string; readonly values: readonly LabelValue[] | undefined }[] {
  const found = new Map<
    string,
    { readonly key: string; readonly values: readonly LabelValue[] | undefined }
  >();
  for (const { value } of open) {
    if (value.kind !== "passThrough") continue;
    found.set(value.info.key, { key: value.info.key, values: domainOf(value.info.type) });
  }
  return [...found.values()];
}

interface WantedLabel {
  readonly key: string;
  readonly operator: SelectorTerm["operator"];
  readonly value: LabelValue;
}

function fixedTerm(term: SelectorTerm, chosen: ReadonlyMap<string, LabelValue>): WantedLabel {
  const value = term.value.kind === "constant" ? term.value.value : chosen.get(term.value.info.key);
  return { key: term.key, operator: term.operator, value: value ?? "" };
}

function describeWanted(wanted: WantedLabel): string {
  return `\`${quoteKey(wanted.key)} ${wanted.operator} ${writeValue(wanted.value)}\``;
}

type QueueSymbol = Extract<DeclaredSymbol, { kind: "queue" }>;

interface QueueIndex {
  readonly all: readonly QueueSymbol[];
  readonly labels: ReadonlyMap<QueueSymbol, ReadonlyMap<string, LabelValue>>;
  /** Queues by `key = value`. */
  readonly byLabel: ReadonlyMap<string, readonly QueueSymbol[]>;
}

const indexes = new WeakMap<CheckContext, QueueIndex>();

/** The declared queues by their labels; built once, when all queues have been checked. */
function queueIndex(ctx: CheckContext): QueueIndex {
  const known = indexes.get(ctx);
  if (known !== undefined) return known;
  const all: QueueSymbol[] = [];
  const labels = new Map<QueueSymbol, Map<string, LabelValue>>();
  const byLabel = new Map<string, QueueSymbol[]>();
  for (const symbol of ctx.symbols) {
    if (symbol.kind !== "queue") continue;
    all.push(symbol);
    const own = new Map<string, LabelValue>();
    for (const item of symbol.declaration.items) {
      if (item.kind !== "labels") continue;
      for (const { key, value } of item.entries) {
        const constant = value === undefined ? undefined : ctx.constants.get(value);
        if (constant === undefined || constant.kind === "duration" || constant.kind === "percent")
          continue;
        own.set(key.text, constant.value);
      }
    }
    if (symbol.id !== undefined) own.set("Id", symbol.id);
    labels.set(symbol, own);
    for (const [key, value] of own) {
      const entry = indexKey(key, value);
      const list = byLabel.get(entry);
      if (list === undefined) byLabel.set(entry, [symbol]);
      else list.push(symbol);
    }
  }
  const index = { all, labels, byLabel };
  indexes.set(ctx, index);
  return index;
}

function indexKey(key: string, value: LabelValue): string {
  return `${key}\u0000${writeValue(value)}`;
}

/** At most two queues that have all the labels: more are not asked for. */
function matchingQueues(index: QueueIndex, wanted: readonly WantedLabel[]): readonly QueueSymbol[] {
  let candidates = index.all;
  for (const { key, operator, value } of wanted) {
    if (operator !== "==") continue;
    const having = index.byLabel.get(indexKey(key, value)) ?? [];
    if (having.length < candidates.length) candidates = having;
  }
  const found: QueueSymbol[] = [];
  for (const queue of candidates) {
    const labels = index.labels.get(queue);
    if (!wanted.every((label) => satisfies(labels?.get(label.key), label))) continue;
    found.push(queue);
    if (found.length === 2) break;
  }
  return found;
}

/** As Job Router compares: same type and value; only numbers are ordered; a missing label differs. */
function satisfies(own: LabelValue | undefined, wanted: WantedLabel): boolean {
  if (wanted.operator === "!=") return own !== wanted.value;
  if (own === undefined || typeof own !== typeof wanted.value) return false;
  if (wanted.operator !== "==" && typeof own !== "number") return false;
  return compareValues(wanted.operator, own, wanted.value);
}
