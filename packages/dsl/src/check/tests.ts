import type { SourceText, Span } from "@routewright/diagnostics";
import type { LabelSide } from "@routewright/jobrouter";
import type {
  ExpectationNode,
  Expr,
  LabelEntry,
  Name,
  Requirement,
  TestDeclaration,
  TestItem,
  WorkerItem,
} from "../parse/ast.ts";
import { checkCell } from "./cells.ts";
import type { ConstantValue } from "./checked.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { invalidNumber } from "./diagnostics/constants.ts";
import { wrongCellCount } from "./diagnostics/meaning.ts";
import { duplicateName, duplicateProperty, unknownName } from "./diagnostics/names.ts";
import {
  testLabelMissing,
  testNeedsVia,
  testWithoutExpectation,
  testWithoutJob,
  unusedStub,
} from "./diagnostics/tests.ts";
import {
  expectConstant,
  expectLabelValue,
  expectNumber,
  expectText,
  type NumberRule,
  plainScope,
  priorityRule,
  wholeFromOne,
} from "./expect.ts";
import { checkEntries, checkReference, checkRepeated, missingLabels } from "./objects.ts";
import { checkRequirement, newRequired } from "./requirements.ts";
import { resolveLabel } from "./resolve.ts";
import { suggestion } from "./suggest.ts";
import { scalarType } from "./types.ts";
import { forEachChild } from "./walk.ts";

/** What the tests need to know of the whole program. */
export interface TestSummary {
  readonly classifications: number;
  /** Addresses that some rule asks. */
  readonly uris: ReadonlySet<string>;
}

export function summariseTests(ctx: CheckContext): TestSummary {
  const uris = new Set<string>();
  for (const expr of ctx.types.keys()) {
    if (expr.kind !== "function" && expr.kind !== "webhook") continue;
    forEachChild(expr, (child) => {
      const constant = ctx.constants.get(child);
      if (constant?.kind === "text") uris.add(constant.value);
    });
  }
  const classifications = ctx.symbols.filter((s) => s.kind === "classification").length;
  return { classifications, uris };
}

export function checkTest(
  ctx: CheckContext,
  test: TestDeclaration,
  source: SourceText,
  summary: TestSummary,
): void {
  const scope = plainScope(source);
  checkRepeated(
    ctx,
    test.items,
    (item) => (item.kind === "job" || item.kind === "choose" ? item.kind : undefined),
    source,
  );
  const workers = declareWorkers(ctx, test, scope);
  const cases = test.items.filter((item) => item.kind === "cases");
  const fromCases = new Set(cases.flatMap((item) => item.inputs.map((input) => input.text)));
  let jobs = 0;
  for (const item of test.items) {
    switch (item.kind) {
      case "job":
        jobs++;
        checkJob(ctx, item, fromCases, summary, scope);
        break;
      case "worker":
        checkWorker(ctx, item, scope);
        break;
      case "stub":
        checkStub(ctx, item, summary, scope);
        break;
      case "choose":
        checkChoice(ctx, item.at, scope);
        break;
      case "expect":
        checkExpectation(ctx, item.expectation, workers, scope);
        break;
      case "cases":
        checkCases(ctx, item, scope);
        break;
    }
  }
  const at = test.name?.span ?? { start: test.span.start, end: test.span.start + "test".length };
  if (jobs === 0) report(ctx, testWithoutJob, {}, source, at);
  else if (!test.items.some((item) => item.kind === "expect" || item.kind === "cases")) {
    report(ctx, testWithoutExpectation, {}, source, at, { help: "add `expect …`" });
  }
}

function declareWorkers(
  ctx: CheckContext,
  test: TestDeclaration,
  scope: Scope,
): ReadonlyMap<string, Name> {
  const workers = new Map<string, Name>();
  for (const item of test.items) {
    if (item.kind !== "worker" || item.name === undefined) continue;
    const first = workers.get(item.name.text);
    if (first === undefined) {
      workers.set(item.name.text, item.name);
      continue;
    }
    report(ctx, duplicateName, { name: item.name.text }, scope.source, item.name.span, {
      related: [{ source: scope.source, span: first.span, message: "first defined here" }],
      help: "rename one of them",
    });
  }
  return workers;
}

type Item<K extends TestItem["kind"]> = Extract<TestItem, { kind: K }>;

function checkJob(
  ctx: CheckContext,
  job: Item<"job">,
  fromCases: ReadonlySet<string>,
  summary: TestSummary,
  scope: Scope,
): void {
  if (job.channel !== undefined) checkReference(ctx, job.channel, "channel", scope);
  if (job.via !== undefined) checkReference(ctx, job.via, "classification", scope);
  if (job.queue !== undefined) checkReference(ctx, job.queue, "queue", scope);
  if (job.priority !== undefined)
    expectNumber(ctx, job.priority, scope, "a priority", priorityRule);
  const word = { start: job.span.start, end: job.span.start + "job".length };
  if (job.via === undefined && job.queue === undefined && summary.classifications > 1) {
    report(ctx, testNeedsVia, { count: summary.classifications }, scope.source, word, {
      help: "write `job via … { … }`",
    });
  }
  checkEntries(ctx, job.labels, "job", scope);
  reportMissing(ctx, "job", job.labels, fromCases, word, scope);
  checkRequesting(ctx, job.requesting, scope);
}

export function checkRequesting(
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

export function reportMissing(
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

const loadRule: NumberRule = { wanted: "a number of at least 0", holds: (value) => value >= 0 };

function checkWorker(ctx: CheckContext, worker: Item<"worker">, scope: Scope): void {
  const entries = checkWorkerItems(ctx, worker.items, scope);
  if (worker.name === undefined) return;
  reportMissing(ctx, "worker", entries, new Set(), worker.name.span, scope);
}

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

export function checkStub(
  ctx: CheckContext,
  stub: Item<"stub">,
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

const anyNumber: NumberRule = { wanted: "a number", holds: () => true };

function checkExpectation(
  ctx: CheckContext,
  expectation: ExpectationNode,
  workers: ReadonlyMap<string, Name>,
  scope: Scope,
): void {
  const worker = (name: Name) => {
    if (workers.has(name.text)) return;
    report(
      ctx,
      unknownName,
      { name: name.text, wanted: "worker of this test called" },
      scope.source,
      name.span,
      {
        ...suggestion(name.text, workers.keys(), name.span, quoteKey),
      },
    );
  };
  switch (expectation.kind) {
    case "queue":
      checkReference(ctx, expectation.value, "queue", scope);
      return;
    case "priority":
      expectNumber(ctx, expectation.value, scope, "an expected priority", anyNumber);
      return;
    case "require":
      checkRequirement(ctx, expectation.requirement, {
        scope: {
          ...scope,
          refused: { job: { why: "an expectation names the value that the job had" } },
        },
        workersOnly: "an expectation",
        branch: false,
        split: false,
        required: newRequired(),
      });
      return;
    case "workers": {
      const seen = new Set<string>();
      for (const name of expectation.workers) {
        worker(name);
        if (seen.has(name.text)) {
          report(ctx, duplicateProperty, { property: name.text }, scope.source, name.span);
        }
        seen.add(name.text);
      }
      return;
    }
    case "excluded":
      worker(expectation.worker);
      if (expectation.by !== undefined)
        resolveLabel(ctx, scope, expectation.by.side, expectation.by.key);
      return;
    case "score":
      worker(expectation.worker);
      expectNumber(ctx, expectation.value, scope, "an expected score", anyNumber);
      return;
    case "noQueue":
    case "failed":
      return;
  }
}

function checkCases(ctx: CheckContext, cases: Item<"cases">, scope: Scope): void {
  const columns = cases.inputs.map((input) => {
    const info = resolveLabel(ctx, scope, "job", input);
    return { type: scalarType(info?.type ?? "any", true), subject: quoteKey(input.text), info };
  });
  checkRepeated(
    ctx,
    cases.inputs.map((input) => ({ name: input.text, span: input.span })),
    (input) => input.name,
    scope.source,
  );
  checkRepeated(ctx, cases.outputs, (output) => output.name, scope.source);
  for (const row of cases.rows) {
    if (row.cells.length !== columns.length) {
      const counts = { what: "cell", wanted: columns.length, found: row.cells.length };
      report(ctx, wrongCellCount, counts, scope.source, row.span);
    }
    for (const [index, cell] of row.cells.entries()) {
      const column = columns[index];
      if (column !== undefined) checkCell(ctx, cell, column, scope);
    }
    if (row.values.length !== cases.outputs.length) {
      const counts = { what: "value", wanted: cases.outputs.length, found: row.values.length };
      report(ctx, wrongCellCount, counts, scope.source, row.span);
    }
    for (const [index, value] of row.values.entries()) {
      if (cases.outputs[index]?.name === "queue") {
        // `none` expects that the job gets no queue.
        if (value.kind !== "none") checkReference(ctx, value, "queue", scope);
      } else {
        expectNumber(ctx, value, scope, "an expected priority", anyNumber);
      }
    }
  }
}
