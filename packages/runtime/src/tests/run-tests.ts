import type { Bundle, BundleTest, LabelValue } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { createEngine, type Engine } from "../engine.ts";
import type { RuleAnswers, RulePayload, RuleStub } from "../rules/stubs.ts";
import type { RuleValue } from "../rules/value.ts";
import { type CoverageCounter, coverageCounter } from "./coverage.ts";
import { asksForRanking, judge } from "./expectations.ts";
import type { TestReport, TestResult } from "./report.ts";

export interface TestOptions {
  /** Whether to run a test; all run when absent. */
  readonly filter?: (test: BundleTest) => boolean;
  readonly assumptions?: Partial<Assumptions>;
}

/**
 * Runs the tests that a bundle brings along, each on its own. Queues that are named but not
 * declared are presumed to exist (Q6): the language lets a source name queues declared elsewhere.
 */
export function runTests(bundle: Bundle, options: TestOptions = {}): TestReport {
  const engine = createEngine(bundle.objects, {
    assumptions: { Q6: "presume", ...options.assumptions },
  });
  const coverage = coverageCounter(bundle);
  const chosen = bundle.tests.filter(options.filter ?? (() => true));
  const tests = chosen.map((test) => runTest(test, engine, coverage));
  const passed = tests.filter((result) => result.passed).length;
  return {
    hash: bundle.hash,
    tests,
    totals: { tests: tests.length, passed, failed: tests.length - passed },
    coverage: coverage.report(),
  };
}

function runTest(test: BundleTest, shared: Engine, coverage: CoverageCounter): TestResult {
  const choice = test.choice ?? 0;
  const engine = shared.with({ ruleAnswers: answersOf(test), choice: () => choice });
  const { job } = test;
  const { classification, trace } = engine.explain(job, test.classificationPolicyId);
  coverage.addClassification(trace);
  const ranking = test.expectations.some(asksForRanking)
    ? engine.rank(job, test.workers, classification)
    : undefined;
  if (ranking !== undefined) coverage.addRanking(ranking);
  const expectations = test.expectations.map((expectation) =>
    judge(expectation, { job, classification, ranking }),
  );
  const passed = expectations.every((result) => result.passed);
  return {
    test,
    passed,
    expectations,
    classification,
    ...(ranking === undefined ? {} : { ranking }),
    ...(passed ? {} : { trace }),
  };
}

function answersOf(test: BundleTest): RuleAnswers {
  return new Map(
    test.stubs.map(({ uri, answer }): [string, RuleStub] => [
      uri,
      "value" in answer ? (payload) => answerTo(payload, answer.value) : { fail: true },
    ]),
  );
}

/** The language writes one value; in batch mode it is the score of every worker that was sent. */
function answerTo({ workers }: RulePayload, value: LabelValue): RuleValue {
  return workers === undefined
    ? value
    : Object.fromEntries(workers.map((labels) => [String(labels.Id), value]));
}
