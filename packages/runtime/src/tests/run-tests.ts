import type { Bundle, BundleScenario, BundleTest } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { createEngine, type Engine } from "../engine.ts";
import { runScenario } from "../scenarios/run-scenario.ts";
import { type CoverageCounter, coverageCounter } from "./coverage.ts";
import { asksForRanking, judge } from "./expectations.ts";
import type { TestReport, TestResult } from "./report.ts";
import { answersOf } from "./stub-answers.ts";

export interface TestOptions {
  /** Whether to run a test; all run when absent. */
  readonly filter?: (test: BundleTest) => boolean;
  /** Whether to run a scenario; when absent all run, or none where `filter` chooses tests. */
  readonly scenarios?: (scenario: BundleScenario) => boolean;
  readonly assumptions?: Partial<Assumptions>;
  /** As of `runScenario`. */
  readonly busyLimit?: number;
}

/**
 * Runs the tests and scenarios that a bundle brings along, each on its own. Queues that are named but not
 * declared are presumed to exist (Q6): the language lets a source name queues declared elsewhere.
 */
export function runTests(bundle: Bundle, options: TestOptions = {}): TestReport {
  const engine = createEngine(bundle.objects, {
    assumptions: { Q6: "presume", ...options.assumptions },
  });
  const coverage = coverageCounter(bundle);
  const chosen = bundle.tests.filter(options.filter ?? (() => true));
  const tests = chosen.map((test) => runTest(test, engine, coverage));
  const scenarios = (bundle.scenarios ?? [])
    .filter(options.scenarios ?? (() => options.filter === undefined))
    .map((scenario) => runScenario(bundle, scenario, { ...options, coverage }));
  const all = tests.length + scenarios.length;
  const passed = [...tests, ...scenarios].filter((result) => result.passed).length;
  return {
    hash: bundle.hash,
    tests,
    scenarios,
    totals: { tests: all, passed, failed: all - passed },
    coverage: coverage.report(),
  };
}

function runTest(test: BundleTest, shared: Engine, coverage: CoverageCounter): TestResult {
  const choice = test.choice ?? 0;
  const engine = shared.with({ ruleAnswers: answersOf(test.stubs), choice: () => choice });
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
