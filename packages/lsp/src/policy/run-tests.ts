import type { Bundle, BundleScenario, BundleTest } from "@routewright/jobrouter";
import {
  type Coverage,
  describeFailure,
  placesIn,
  runTests,
  type ScenarioResult,
  type TestResult,
} from "@routewright/runtime";
import type {
  FileCoverage,
  RunTestsParams,
  RunTestsResult,
  TestMessage,
  TestOutcome,
} from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { compileEntry, locationIn, type Wire } from "./compiled.ts";
import { testId, testItems } from "./tests.ts";

export interface Progress {
  /** Lets others in; says whether to go on. */
  step(done: number, total: number, what: string): Promise<boolean>;
}

/** Tests that are run between two looks at whether anybody still wants them. */
const batch = 25;

/** Runs tests by their ids; all of a document, or of the workspace, where none are named. */
export async function runSelected(
  snapshot: Snapshot,
  params: RunTestsParams,
  wire: Wire,
  progress: Progress,
): Promise<RunTestsResult> {
  const path = params.uri === undefined ? undefined : wire.path(params.uri);
  const wanted = params.ids === undefined ? undefined : new Set(params.ids);
  const entries = path === undefined ? snapshot.roots() : snapshot.rootsOf(path);
  const results = new Map<string, TestOutcome>();
  const coverage: FileCoverage[] = [];
  for (const entry of entries) {
    const isWanted = (id: string, file: string): boolean =>
      wanted === undefined
        ? path === undefined || file === path || entry === path
        : wanted.has(id) || wanted.has(id.replace(/#\d+$/u, ""));
    const compiled = compileEntry(snapshot, entry, params.parameters, wire);
    if (!compiled.ok) {
      const [first] = compiled.problems;
      const text = `the policy does not compile: ${first?.message ?? ""}`;
      const location = first?.location;
      const message: TestMessage = location === undefined ? { text } : { text, location };
      for (const item of testItems(snapshot, [...snapshot.reachable(entry)], wire)) {
        if (!isWanted(item.id, wire.path(item.uri))) continue;
        results.set(item.id, { id: item.id, outcome: "errored", messages: [message] });
      }
      continue;
    }
    const { bundle } = compiled;
    const chosen = bundle.tests.filter((test) =>
      isWanted(idOf(bundle, test), fileOf(bundle, test)),
    );
    for (let at = 0; at < chosen.length; at += batch) {
      const part = new Set(chosen.slice(at, at + batch));
      for (const result of runTests(bundle, { filter: (test) => part.has(test) }).tests) {
        const id = idOf(bundle, result.test);
        results.set(id, outcomeOf(id, result, bundle, wire));
      }
      const [next] = part;
      if (!(await progress.step(at + part.size, chosen.length, next?.name ?? entry))) break;
    }
    const scenarios = (bundle.scenarios ?? []).filter((scenario) =>
      isWanted(scenarioIdOf(bundle, scenario), fileOf(bundle, scenario)),
    );
    for (const [index, scenario] of scenarios.entries()) {
      const id = scenarioIdOf(bundle, scenario);
      for (const result of playScenario(bundle, scenario)) {
        results.set(id, scenarioOutcome(id, result, bundle, wire));
      }
      if (!(await progress.step(index + 1, scenarios.length, scenario.name))) break;
    }
    if (params.coverage === true && chosen.length + scenarios.length > 0) {
      const all = new Set(chosen);
      const played = new Set(scenarios);
      const report = runTests(bundle, {
        filter: (test) => all.has(test),
        scenarios: (scenario) => played.has(scenario),
      });
      coverage.push(...fileCoverage(report.coverage, bundle, wire));
    }
  }
  return { results: withParents([...results.values()]), coverage };
}

/** A table of cases passed when all of its rows did. */
function withParents(results: readonly TestOutcome[]): readonly TestOutcome[] {
  const parents = new Map<string, TestOutcome>();
  for (const { id, outcome } of results) {
    const parent = id.replace(/#\d+$/u, "");
    if (parent === id) continue;
    const known = parents.get(parent)?.outcome ?? "passed";
    parents.set(parent, {
      id: parent,
      outcome: outcome === "passed" ? known : outcome,
      messages: [],
    });
  }
  return [...results, ...parents.values()];
}

export function fileOf(bundle: Bundle, test: BundleTest | BundleScenario): string {
  return bundle.sources[test.location.source]?.path ?? "";
}

export function idOf(bundle: Bundle, test: BundleTest): string {
  return testId(fileOf(bundle, test), "test", test.name, test.row);
}

export function scenarioIdOf(bundle: Bundle, scenario: BundleScenario): string {
  return testId(fileOf(bundle, scenario), "scenario", scenario.name);
}

export function playScenario(bundle: Bundle, scenario: BundleScenario): readonly ScenarioResult[] {
  return runTests(bundle, { filter: () => false, scenarios: (each) => each === scenario })
    .scenarios;
}

function scenarioOutcome(
  id: string,
  result: ScenarioResult,
  bundle: Bundle,
  wire: Wire,
): TestOutcome {
  const messages = result.checks
    .filter((check) => !check.passed)
    .map(({ expected, actual, why = [], step, atMs }): TestMessage => {
      const location = locationIn(bundle, step.location, wire);
      const text = [`at ${clock(atMs)} ${describeFailure({ expected, actual })}`, ...why].join(
        "\n",
      );
      return { text, expected, actual, ...(location === undefined ? {} : { location }) };
    });
  return { id, outcome: result.passed ? "passed" : "failed", messages };
}

/** `0:05:00`: time since a scenario began. */
export function clock(atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function outcomeOf(id: string, result: TestResult, bundle: Bundle, wire: Wire): TestOutcome {
  const messages = result.expectations
    .filter((each) => !each.passed)
    .map(({ expected, actual, why = [], expectation }): TestMessage => {
      const location = locationIn(bundle, expectation.location, wire);
      const text = [describeFailure({ expected, actual }), ...why].join("\n");
      return { text, expected, actual, ...(location === undefined ? {} : { location }) };
    });
  return { id, outcome: result.passed ? "passed" : "failed", messages };
}

function fileCoverage(coverage: Coverage, bundle: Bundle, wire: Wire): readonly FileCoverage[] {
  const byUri = new Map<string, { -readonly [K in keyof FileCoverage]: FileCoverage[K] }>();
  const places = placesIn(bundle);
  const fileFor = (uri: string): { -readonly [K in keyof FileCoverage]: FileCoverage[K] } => {
    const known = byUri.get(uri) ?? { uri, rules: [], branches: [], conditions: [] };
    byUri.set(uri, known);
    return known;
  };
  for (const { pointer, location, applied } of coverage.rules) {
    const place = locationIn(bundle, location ?? places.find(pointer), wire);
    if (place === undefined) continue;
    const file = fileFor(place.uri);
    file.rules = [...file.rules, { range: place.range, count: applied }];
  }
  for (const { location, branch, taken } of coverage.branches) {
    const place = locationIn(bundle, location, wire);
    if (place === undefined) continue;
    const label =
      branch.kind === "arm" ? "given" : branch.kind === "holds" ? "holds" : "does not hold";
    const file = fileFor(place.uri);
    file.branches = [...file.branches, { range: place.range, label, count: taken }];
  }
  for (const { location, text, whenTrue, whenFalse } of coverage.conditions) {
    const place = locationIn(bundle, location, wire);
    if (place === undefined) continue;
    const file = fileFor(place.uri);
    file.conditions = [...file.conditions, { range: place.range, text, whenTrue, whenFalse }];
  }
  return [...byUri.values()];
}
