import type { SourceText } from "@routewright/diagnostics";
import type { ExpectationNode, Name, TestDeclaration, TestItem } from "../parse/ast.ts";
import { checkCell } from "./cells.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { wrongCellCount } from "./diagnostics/meaning.ts";
import { duplicateProperty, unknownName } from "./diagnostics/names.ts";
import { testWithoutExpectation, testWithoutJob } from "./diagnostics/tests.ts";
import { expectNumber, type NumberRule, plainScope } from "./expect.ts";
import { checkReference, checkRepeated } from "./objects.ts";
import {
  checkChoice,
  checkExpectedRequirement,
  checkJob,
  checkStub,
  checkWorker,
  declareOnce,
  type TestSummary,
} from "./people.ts";
import { resolveLabel } from "./resolve.ts";
import { suggestion } from "./suggest.ts";
import { scalarType } from "./types.ts";
import { forEachChild } from "./walk.ts";

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
  const workers = declareOnce(
    ctx,
    test.items.flatMap((item) =>
      item.kind === "worker" && item.name !== undefined ? [{ name: item.name }] : [],
    ),
    scope,
  );
  const cases = test.items.filter((item) => item.kind === "cases");
  const fromCases = new Set(cases.flatMap((item) => item.inputs.map((input) => input.text)));
  let jobs = 0;
  for (const item of test.items) {
    switch (item.kind) {
      case "job":
        jobs++;
        checkJob(ctx, item, { fromCases, summary, classified: true }, scope);
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

type Item<K extends TestItem["kind"]> = Extract<TestItem, { kind: K }>;

const anyNumber: NumberRule = { wanted: "a number", holds: () => true };

function checkExpectation(
  ctx: CheckContext,
  expectation: ExpectationNode,
  workers: ReadonlyMap<string, unknown>,
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
      checkExpectedRequirement(ctx, expectation.requirement, scope);
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
