import type { SourceText, Span } from "@routewright/diagnostics";
import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type {
  CommonItem,
  DistributionDeclaration,
  DistributionItem,
  ExceptionActionNode,
  ExceptionsDeclaration,
  Expr,
  LabelEntry,
  QueueDeclaration,
} from "../parse/ast.ts";
import type { Symbol as DeclaredSymbol } from "./checked.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { checkLabelValue } from "./declare.ts";
import { invalidId, offersOrder } from "./diagnostics/constants.ts";
import {
  duplicateRuleId,
  exceptionWithoutEffect,
  moveToSameQueue,
  queueLabelMissing,
  queueWithoutDistribution,
} from "./diagnostics/meaning.ts";
import { duplicateEntry, duplicateId, duplicateProperty } from "./diagnostics/names.ts";
import { batchNeedsFunction, bestWorkerOnly, scoreWithoutJobLabels } from "./diagnostics/router.ts";
import {
  expectDuration,
  expectNumber,
  expectText,
  plainScope,
  priorityRule,
  requireConstant,
  wholeFromOne,
  wholeFromZero,
} from "./expect.ts";
import { infer, record } from "./infer.ts";
import { checkNumberValue } from "./numbers.ts";
import { checkRequirement, newRequired } from "./requirements.ts";
import { resolveId, resolveLabel, resolveReference } from "./resolve.ts";
import { queueType } from "./types.ts";
import { walkExpr } from "./walk.ts";

export type ObjectSymbol = Extract<
  DeclaredSymbol,
  { kind: "channel" | "distribution" | "exceptions" | "queue" | "classification" }
>;

export function isObject(symbol: DeclaredSymbol): symbol is ObjectSymbol {
  switch (symbol.kind) {
    case "channel":
    case "distribution":
    case "exceptions":
    case "queue":
    case "classification":
      return true;
    default:
      return false;
  }
}

const longestId = 50;

/** Finds the wire id of every object, before references by id are looked at. */
export function bindIds(ctx: CheckContext): void {
  for (const symbol of ctx.symbols) {
    if (!isObject(symbol)) continue;
    const scope = plainScope(symbol.source);
    const items: readonly { readonly kind: string }[] = symbol.declaration.items;
    let id: string | undefined = symbol.name.text;
    let at: Span = symbol.name.span;
    for (const item of items as readonly CommonItem[]) {
      if (item.kind === "name") expectText(ctx, item.value, scope, "a name");
      if (item.kind !== "id") continue;
      id = expectText(ctx, item.value, scope, "an id");
      at = item.value.span;
    }
    if (id === undefined) continue;
    (symbol as { id?: string }).id = id;
    checkId(ctx, id, symbol.source, at);
    const key = `${symbol.kind}:${id}`;
    const first = ctx.byId.get(key);
    if (first === undefined) {
      ctx.byId.set(key, symbol);
    } else if (first.name.text !== symbol.name.text) {
      report(ctx, duplicateId, { id, what: symbol.kind }, symbol.source, at, {
        related: [{ source: first.source, span: first.name.span, message: "this one" }],
      });
    }
  }
}

function checkId(ctx: CheckContext, id: string, source: SourceText, span: Span): void {
  // `.` and `..` are steps in an address: nothing under such an id could be reached.
  if (id.length <= longestId && /^(?!\.\.?$)[A-Za-z0-9_.-]+$/.test(id)) return;
  const help =
    id.length > longestId
      ? `an id has at most ${longestId} characters, this one ${id.length}`
      : 'an id is made of letters, digits, `_`, `.` and `-`, and is not `.` or `..`; give one with `id "…"`';
  report(ctx, invalidId, { id: id.length > 60 ? `${id.slice(0, 59)}…` : id }, source, span, {
    help,
  });
}

/** Ids of objects made elsewhere, and of exception rules, may hold whatever the service took. */
function checkForeignId(ctx: CheckContext, id: string, source: SourceText, span: Span): void {
  if (id === "") report(ctx, invalidId, { id }, source, span, { help: "an id is not empty" });
}

/** Reports a property that is given twice. `key` is how the property is called. */
export function checkRepeated<T extends { readonly span: Span }>(
  ctx: CheckContext,
  items: readonly T[],
  key: (item: T) => string | undefined,
  source: SourceText,
): void {
  const seen = new Map<string, T>();
  for (const item of items) {
    const property = key(item);
    if (property === undefined) continue;
    const first = seen.get(property);
    if (first === undefined) {
      seen.set(property, item);
      continue;
    }
    report(ctx, duplicateProperty, { property }, source, item.span, {
      related: [{ source, span: first.span, message: "first given here" }],
    });
  }
}

// ── Distributions ───────────────────────────────────────────────────────────────────────────

const distributionProperties: Readonly<Record<DistributionItem["kind"], string>> = {
  id: "id",
  name: "name",
  mode: "mode",
  score: "score",
  scoreUsing: "score using",
  scoreOrder: "score first",
  batch: "batch",
  offers: "offers",
  expire: "expire",
  bypass: "bypass selectors",
};

export function checkDistribution(
  ctx: CheckContext,
  declaration: DistributionDeclaration,
  source: SourceText,
): void {
  const scope = plainScope(source);
  const { items } = declaration;
  checkRepeated(
    ctx,
    items,
    (item) =>
      item.kind === "batch" && item.enabled === undefined
        ? "batch size"
        : distributionProperties[item.kind],
    source,
  );
  const mode = items.find((item) => item.kind === "mode");
  const using = items.find((item) => item.kind === "scoreUsing");
  const sendsJob = using === undefined || using.parameters.some((p) => p.name === "job labels");
  const batch = items.find((item) => item.kind === "batch" && item.enabled === true);
  for (const item of items) {
    switch (item.kind) {
      case "score":
        checkScore(ctx, item.value, sendsJob, batch !== undefined, scope);
        break;
      case "batch":
        if (item.size !== undefined)
          expectNumber(ctx, item.size, scope, "the batch size", wholeFromOne);
        break;
      case "offers":
        checkOffers(ctx, item, scope);
        break;
      case "expire":
        expectDuration(ctx, item.after, scope, "the time after which offers expire");
        break;
      default:
        break;
    }
    if (!isScoring(item) || mode?.mode === "best worker") continue;
    const property = distributionProperties[item.kind];
    report(ctx, bestWorkerOnly, { property }, source, item.span, {
      help: "the other modes do not score workers",
      ...(mode === undefined
        ? {}
        : {
            fixes: [
              {
                title: "change to `mode best worker`",
                safe: false,
                edits: [{ span: mode.span, text: "mode best worker" }],
              },
            ],
          }),
    });
  }
}

function isScoring(item: DistributionItem): boolean {
  return (
    item.kind === "score" ||
    item.kind === "scoreUsing" ||
    item.kind === "scoreOrder" ||
    item.kind === "batch"
  );
}

function checkOffers(
  ctx: CheckContext,
  item: Extract<DistributionItem, { kind: "offers" }>,
  scope: Scope,
): void {
  const end = (expr: Expr | undefined) =>
    expr === undefined
      ? undefined
      : expectNumber(ctx, expr, scope, "a number of offers", wholeFromOne);
  const min = end(item.min);
  const max = end(item.max);
  if (min !== undefined && max !== undefined && min > max)
    report(ctx, offersOrder, { min, max }, scope.source, item.span);
}

function checkScore(
  ctx: CheckContext,
  score: Expr,
  sendsJob: boolean,
  batch: boolean,
  scope: Scope,
): void {
  const refused = {
    queue: { why: "a score is given to a worker, and no queue's labels are sent" },
  };
  const typed = checkNumberValue(ctx, score, { ...scope, refused }, "a score");
  if (
    batch &&
    typed.rule !== "function" &&
    typed.rule !== "webhook" &&
    typed.type.kind !== "error"
  ) {
    report(ctx, batchNeedsFunction, {}, scope.source, score.span);
  }
  const read = typed.reads?.job;
  if (sendsJob || read === undefined) return;
  const within =
    read.source === scope.source &&
    read.expr.span.start >= score.span.start &&
    read.expr.span.end <= score.span.end;
  const words = read.source.text.slice(read.expr.span.start, read.expr.span.end);
  let at = read.expr.span;
  if (!within) {
    walkExpr(score, (expr) => {
      if (expr.kind === "name") at = expr.span;
    });
  }
  report(ctx, scoreWithoutJobLabels, { label: `\`${words}\`` }, scope.source, at, {
    help: "add `job labels` to `score using`",
  });
}

// ── Queues ──────────────────────────────────────────────────────────────────────────────────

export function checkQueue(
  ctx: CheckContext,
  declaration: QueueDeclaration,
  source: SourceText,
): void {
  const scope = plainScope(source);
  const properties = {
    id: "id",
    name: "name",
    distributionRef: "distribution",
    exceptionsRef: "exceptions",
    labels: "labels",
  };
  checkRepeated(ctx, declaration.items, (item) => properties[item.kind], source);
  let hasDistribution = false;
  const given = new Set<string>();
  for (const item of declaration.items) {
    switch (item.kind) {
      case "distributionRef":
        hasDistribution = true;
        checkReference(ctx, item.value, "distribution", scope);
        break;
      case "exceptionsRef":
        checkReference(ctx, item.value, "exceptions", scope);
        break;
      case "labels":
        checkEntries(ctx, item.entries, "queue", scope);
        for (const { key } of item.entries) given.add(key.text);
        break;
      default:
        break;
    }
  }
  const { name } = declaration;
  if (name === undefined) return;
  if (!hasDistribution) {
    report(ctx, queueWithoutDistribution, { name: name.text }, source, name.span, {
      help: "without one no worker is ever offered a job of this queue",
    });
  }
  const missing = missingLabels(ctx, "queue", given);
  if (missing.length > 0) {
    report(
      ctx,
      queueLabelMissing,
      { name: name.text, keys: missing.map(quoteKey) },
      source,
      name.span,
      {
        help: `give the value, or declare that queues may lack it: \`${quoteKey(missing[0] ?? "")}?: …\``,
      },
    );
  }
}

/** Declared labels that have to be there and are not given. `Id` comes by itself. */
export function missingLabels(
  ctx: CheckContext,
  side: LabelSide,
  given: ReadonlySet<string>,
): readonly string[] {
  const missing: string[] = [];
  for (const info of ctx.labels[side].values()) {
    if (info.declaration === undefined || info.optional || given.has(info.key)) continue;
    if (info.key === "Id" && side !== "job") continue;
    missing.push(info.key);
  }
  return missing;
}

/** A name of the wanted kind, or a constant text: the id of an object declared elsewhere. */
export function checkReference(
  ctx: CheckContext,
  expr: Expr,
  kind: "distribution" | "exceptions" | "classification" | "channel" | "queue",
  scope: Scope,
): DeclaredSymbol | undefined {
  if (expr.kind === "error") return undefined;
  if (expr.kind === "text") {
    record(ctx, expr, infer(ctx, expr, scope));
    checkForeignId(ctx, expr.value, scope.source, expr.span);
    return resolveId(ctx, expr, expr.value, kind);
  }
  if (expr.kind === "name") {
    const symbol = ctx.byName.get(expr.name);
    if (symbol === undefined || isObject(symbol) || symbol.kind === "secret") {
      const found = resolveReference(ctx, scope, expr, kind);
      if (found !== undefined) {
        const type = kind === "queue" ? queueType : ({ kind: "object", of: kind } as const);
        record(ctx, expr, { type, dynamic: false });
      }
      return found;
    }
  }
  const typed = infer(ctx, expr, scope);
  const symbol = expr.kind === "name" ? ctx.references.get(expr) : undefined;
  const named = symbol?.kind === "let" ? symbol.declaration.value : undefined;
  const target = named?.kind === "name" ? ctx.references.get(named) : undefined;
  if (target?.kind === kind) {
    ctx.references.set(expr, target);
    return target;
  }
  const constant = requireConstant(ctx, expr, typed, scope, "a reference");
  if (constant?.kind === "text") {
    checkForeignId(ctx, constant.value, scope.source, expr.span);
    const found = ctx.byId.get(`${kind}:${constant.value}`);
    if (found !== undefined) ctx.used.add(found);
    return found;
  }
  if (constant !== undefined) expectText(ctx, expr, scope, `the id of a ${kind}`);
  return undefined;
}

/** `key: value` pairs: declared labels, each once, with values that they can have. */
export function checkEntries(
  ctx: CheckContext,
  entries: readonly LabelEntry[],
  side: LabelSide,
  scope: Scope,
): ReadonlyMap<string, LabelValue> {
  const values = new Map<string, LabelValue>();
  const seen = new Map<string, LabelEntry>();
  for (const entry of entries) {
    const key = entry.key.text;
    const first = seen.get(key);
    if (first !== undefined) {
      report(ctx, duplicateEntry, { key: quoteKey(key) }, scope.source, entry.key.span, {
        related: [{ source: scope.source, span: first.key.span, message: "first given here" }],
      });
    } else seen.set(key, entry);
    const info = resolveLabel(ctx, scope, side, entry.key);
    if (entry.value === undefined) continue;
    if (info === undefined) {
      infer(ctx, entry.value, scope);
      continue;
    }
    const value = checkLabelValue(ctx, entry.value, info.type, quoteKey(key), info, scope);
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

// ── Exceptions ──────────────────────────────────────────────────────────────────────────────

const longestDisposition = 500;
const longestNote = 2000;

/** The moves of each exceptions block, to compare with the queues that use it. */
export type Moves = Map<
  ExceptionsDeclaration,
  { readonly to: DeclaredSymbol; readonly expr: Expr }[]
>;

export function checkExceptions(
  ctx: CheckContext,
  declaration: ExceptionsDeclaration,
  source: SourceText,
  moves: Moves,
): void {
  const scope = plainScope(source);
  checkRepeated(
    ctx,
    declaration.items,
    (item) => (item.kind === "rule" ? undefined : item.kind),
    source,
  );
  const ids = new Map<string, Expr>();
  const targets: { readonly to: DeclaredSymbol; readonly expr: Expr }[] = [];
  for (const item of declaration.items) {
    if (item.kind !== "rule") continue;
    if (item.trigger?.kind === "waiting") {
      expectDuration(ctx, item.trigger.threshold, scope, "the waiting time");
    } else if (item.trigger !== undefined) {
      expectNumber(ctx, item.trigger.threshold, scope, "the length of a queue", wholeFromZero);
    }
    const id =
      item.ruleId === undefined
        ? undefined
        : expectText(ctx, item.ruleId, scope, "the id of a rule");
    if (id !== undefined && item.ruleId !== undefined) {
      checkForeignId(ctx, id, source, item.ruleId.span);
      const first = ids.get(id);
      if (first === undefined) ids.set(id, item.ruleId);
      else {
        report(ctx, duplicateRuleId, { id }, source, item.ruleId.span, {
          related: [{ source, span: first.span, message: "first here" }],
        });
      }
    }
    if (item.actions.length === 0) {
      report(ctx, exceptionWithoutEffect, { what: "a rule without an action" }, source, item.span);
    }
    for (const action of item.actions) checkAction(ctx, action, scope, targets);
  }
  moves.set(declaration, targets);
}

function checkAction(
  ctx: CheckContext,
  action: ExceptionActionNode,
  scope: Scope,
  targets: { readonly to: DeclaredSymbol; readonly expr: Expr }[],
): void {
  if (action.actionId !== undefined)
    expectText(ctx, action.actionId, scope, "the id of an action", longestDisposition);
  switch (action.kind) {
    case "cancel":
      if (action.disposition !== undefined) {
        expectText(ctx, action.disposition, scope, "a disposition code", longestDisposition);
      }
      if (action.note !== undefined) expectText(ctx, action.note, scope, "a note", longestNote);
      return;
    case "reclassify":
      if (action.via !== undefined) checkReference(ctx, action.via, "classification", scope);
      if (action.set !== undefined) checkEntries(ctx, action.set, "job", scope);
      return;
    case "move": {
      if (action.to !== undefined) {
        const to = checkReference(ctx, action.to, "queue", scope);
        if (to !== undefined) targets.push({ to, expr: action.to });
      }
      if (action.priority !== undefined) {
        expectNumber(ctx, action.priority, scope, "a priority", priorityRule);
      }
      const why = "an exception knows the job's waiting only; its values are fixed beforehand";
      const refused = { job: { why, help: "use `reclassify` to decide by the job's labels" } };
      const place = {
        scope: { ...scope, refused },
        workersOnly: "`move`",
        branch: false,
        split: false,
        required: newRequired(),
      };
      for (const requirement of action.requirements) checkRequirement(ctx, requirement, place);
      if (
        action.to === undefined &&
        action.priority === undefined &&
        action.requirements.length === 0
      ) {
        report(ctx, exceptionWithoutEffect, { what: "this `move`" }, scope.source, action.span, {
          help: "say where to, or which priority, or what to require",
        });
      }
      return;
    }
  }
}

/** An exceptions block that moves jobs into the very queue that it watches. */
export function checkMoves(ctx: CheckContext, moves: Moves): void {
  for (const symbol of ctx.symbols) {
    if (symbol.kind !== "queue") continue;
    for (const item of symbol.declaration.items) {
      if (item.kind !== "exceptionsRef") continue;
      const exceptions = ctx.references.get(item.value);
      if (exceptions?.kind !== "exceptions") continue;
      for (const { to, expr } of moves.get(exceptions.declaration) ?? []) {
        if (to !== symbol) continue;
        report(ctx, moveToSameQueue, { queue: symbol.name.text }, exceptions.source, expr.span, {
          related: [
            {
              source: symbol.source,
              span: item.value.span,
              message: "this queue is watched by it",
            },
          ],
          help: "name another queue, or leave `to` out when only the priority or the requirements should change",
        });
      }
    }
  }
}
