import type { Span } from "@routewright/diagnostics";
import type { LabelSide } from "@routewright/jobrouter";
import type {
  Expr,
  JobParts,
  LabelEntry,
  Name,
  Requirement,
  TestItem,
  WorkerItem,
} from "../parse/ast.ts";
import type { ConstantValue } from "./checked.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { invalidNumber } from "./diagnostics/constants.ts";
import { duplicateName } from "./diagnostics/names.ts";
import { testLabelMissing, testNeedsVia, unusedStub } from "./diagnostics/tests.ts";
import {
  expectConstant,
  expectLabelValue,
  expectNumber,
  expectText,
  type NumberRule,
  priorityRule,
  wholeFromOne,
} from "./expect.ts";
import { checkEntries, checkReference, checkRepeated, missingLabels } from "./objects.ts";
import { checkRequirement, newRequired } from "./requirements.ts";
import { suggestion } from "./suggest.ts";

/** What tests and scenarios need to know of the whole program. */
export interface TestSummary {
  readonly classifications: number;
  /** Addresses that some rule asks. */
  readonly uris: ReadonlySet<string>;
}

/** Whatever is declared with a name, by its name; a name that is there already is reported. */
export function declareOnce<D extends { readonly name: Name }>(
  ctx: CheckContext,
  declared: readonly D[],
  scope: Scope,
): ReadonlyMap<string, D> {
  const known = new Map<string, D>();
  for (const each of declared) {
    const { text, span } = each.name;
    const first = known.get(text);
    if (first === undefined) {
      known.set(text, each);
      continue;
    }
    report(ctx, duplicateName, { name: text }, scope.source, span, {
      related: [{ source: scope.source, span: first.name.span, message: "first defined here" }],
      help: "rename one of them",
    });
  }
  return known;
}

// ── Jobs ────────────────────────────────────────────────────────────────────────────────────

type JobNode = JobParts & { readonly span: Span; readonly name?: Name | undefined };

export function checkJob(
  ctx: CheckContext,
  job: JobNode,
  given: {
    readonly summary: TestSummary;
    /** Labels whose values come from `cases`. */
    readonly fromCases: ReadonlySet<string>;
    /** Whether a job with a queue and no `via` is classified: in a test, not in a scenario. */
    readonly classified: boolean;
  },
  scope: Scope,
): void {
  const { summary, fromCases, classified } = given;
  if (job.channel !== undefined) checkReference(ctx, job.channel, "channel", scope);
  if (job.via !== undefined) checkReference(ctx, job.via, "classification", scope);
  if (job.queue !== undefined) checkReference(ctx, job.queue, "queue", scope);
  if (job.priority !== undefined)
    expectNumber(ctx, job.priority, scope, "a priority", priorityRule);
  const { start } = job.span;
  const word = job.name?.span ?? { start, end: start + "job".length };
  if (job.via === undefined && job.queue === undefined && summary.classifications > 1) {
    report(ctx, testNeedsVia, { count: summary.classifications }, scope.source, word, {
      help: classified
        ? "write `job via … { … }`"
        : "write `via` and a classification, or `in` and a queue",
    });
  }
  checkEntries(ctx, job.labels, "job", scope);
  if (classified || job.via !== undefined || job.queue === undefined) {
    reportMissing(ctx, "job", job.labels, fromCases, word, scope);
  }
  checkRequesting(ctx, job.requesting, scope);
}

function checkRequesting(
  ctx: CheckContext,
  requesting: readonly Requirement[],
  scope: Scope,
): void {
  const place = {
    scope: { ...scope, refused: { job: { why: "what a caller asks for is a fixed value" } } },
    workersOnly: "a job",
    branch: false,
    split: false,
    required: newRequired(),
  };
  for (const requirement of requesting) checkRequirement(ctx, requirement, place);
}

export function checkExpectedRequirement(
  ctx: CheckContext,
  requirement: Requirement,
  scope: Scope,
): void {
  checkRequirement(ctx, requirement, {
    scope: {
      ...scope,
      refused: { job: { why: "an expectation names the value that the job had" } },
    },
    workersOnly: "an expectation",
    branch: false,
    split: false,
    required: newRequired(),
  });
}

function reportMissing(
  ctx: CheckContext,
  side: LabelSide,
  entries: readonly LabelEntry[],
  also: ReadonlySet<string>,
  span: Span,
  scope: Scope,
): void {
  const given = new Set([...also, ...entries.map((entry) => entry.key.text)]);
  const keys = missingLabels(ctx, side, given).filter(
    (key) => ctx.labels[side].get(key)?.defaultValue === undefined,
  );
  if (keys.length === 0) return;
  report(ctx, testLabelMissing, { side, keys: keys.map(quoteKey) }, scope.source, span, {
    help: "give the value, give the label a default (`= …`), or declare that it may be missing (`?`)",
  });
}

// ── Workers ─────────────────────────────────────────────────────────────────────────────────

export function checkWorker(
  ctx: CheckContext,
  worker: { readonly name: Name | undefined; readonly items: readonly WorkerItem[] },
  scope: Scope,
): void {
  const entries = checkWorkerItems(ctx, worker.items, scope);
  if (worker.name === undefined) return;
  reportMissing(ctx, "worker", entries, new Set(), worker.name.span, scope);
}

const loadRule: NumberRule = { wanted: "a number of at least 0", holds: (value) => value >= 0 };

/** The parts of a worker; what comes back are its labels. */
export function checkWorkerItems(
  ctx: CheckContext,
  items: readonly WorkerItem[],
  scope: Scope,
): readonly LabelEntry[] {
  const single = (item: WorkerItem) => (item.kind === "channel" ? undefined : item.kind);
  checkRepeated(ctx, items, single, scope.source);
  let entries: readonly LabelEntry[] = [];
  for (const item of items) {
    switch (item.kind) {
      case "id":
        expectText(ctx, item.value, scope, "an id");
        break;
      case "queues":
        for (const queue of item.values) checkReference(ctx, queue, "queue", scope);
        break;
      case "capacity":
        expectNumber(ctx, item.value, scope, "a capacity", wholeFromOne);
        break;
      case "channel":
        checkReference(ctx, item.channel, "channel", scope);
        if (item.cost !== undefined)
          expectNumber(ctx, item.cost, scope, "the cost of a job", loadRule);
        if (item.max !== undefined)
          expectNumber(ctx, item.max, scope, "the most jobs of a channel", wholeFromOne);
        break;
      case "labels":
        entries = item.entries;
        checkEntries(ctx, item.entries, "worker", scope);
        break;
      case "load":
        expectNumber(ctx, item.value, scope, "a load", loadRule);
        break;
      case "unavailable":
        break;
    }
  }
  return entries;
}

// ── Rules of others, and luck ───────────────────────────────────────────────────────────────

export function checkStub(
  ctx: CheckContext,
  stub: Extract<TestItem, { readonly kind: "stub" }>,
  summary: TestSummary,
  scope: Scope,
): void {
  const uri = expectText(ctx, stub.uri, scope, "the address of a stub");
  if (stub.answer !== "fails") expectLabelValue(ctx, stub.answer, scope, "the answer of a stub");
  if (uri === undefined || summary.uris.has(uri)) return;
  report(ctx, unusedStub, { uri }, scope.source, stub.uri.span, {
    ...suggestion(uri, summary.uris, stub.uri.span, (text) => JSON.stringify(text)),
  });
}

export function checkChoice(ctx: CheckContext, at: Expr, scope: Scope): void {
  const constant = expectConstant(ctx, at, scope, "where a choice falls");
  if (constant === undefined) return;
  const value = fractionOf(constant);
  if (value !== undefined && value >= 0 && value < 1) return;
  const found = scope.source.text.slice(at.span.start, at.span.end);
  const wanted = "a number from 0 to below 1";
  report(
    ctx,
    invalidNumber,
    { what: "where a choice falls", wanted, found },
    scope.source,
    at.span,
  );
}

function fractionOf(constant: ConstantValue): number | undefined {
  if (constant.kind === "percent") return constant.fraction;
  return constant.kind === "number" ? constant.value : undefined;
}
