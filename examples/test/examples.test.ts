import { type Diagnostic, positionAt, sourceText } from "@routewright/diagnostics";
import { compile, emit, format, importObjects } from "@routewright/dsl";
import {
  type Bundle,
  canonicalJson,
  canonicalObjects,
  decodeJobs,
  decodeObjects,
  decodeWorkers,
} from "@routewright/jobrouter";
import {
  createEngine,
  type RuleAnswers,
  runTests,
  type ScenarioResult,
  type TestResult,
} from "@routewright/runtime";
import { describe, expect, test } from "vitest";
import {
  type Example,
  exampleExists,
  exampleHost,
  examples,
  expectedFiles,
  type ParameterSet,
  readExample,
  routeFiles,
} from "./support/files.ts";

/** The objects of these are recorded; those of all others were written down from their source. */
const ours = ["contact-centre", "customize-worker-scoring/expression", "design-sample"];

const cases = examples.flatMap((example) =>
  example.parameterSets.map((set) => ({
    title: set.name === undefined ? example.folder : `${example.folder} (${set.name})`,
    example,
    set,
  })),
);

test("the examples are there", () => {
  expect(examples.length).toBe(32);
  expect(cases.length).toBe(33);
  expect(ours.filter((folder) => !examples.some((each) => each.folder === folder))).toEqual([]);
  expect(routeFiles.length).toBeGreaterThan(examples.length + 8);
});

test("the README lists every folder", () => {
  const listed = [...readExample("README.md").matchAll(/^\| `([^`]*?)(?:\/\*)?` +\|/gmu)].map(
    ([, folder = ""]) => folder,
  );
  const folders = examples.map(({ folder }) => folder.replace(/\/.*$/u, ""));
  expect([...new Set(listed)].sort()).toEqual([...new Set(folders)].sort());
});

test.each(routeFiles)("%s is formatted", (path) => {
  const text = readExample(path);
  expect(format(sourceText(text, path)).text).toBe(text);
});

test.each(cases)("$title has no errors and no warnings", ({ example, set }) => {
  const { value, diagnostics } = compileExample(example, set);
  expect(diagnostics.filter((each) => each.severity !== "hint").map(describeFinding)).toEqual([]);
  expect(value).toBeDefined();
});

test("every file belongs to an example", () => {
  const compiled = cases.flatMap(({ example, set }) =>
    bundleOf(example, set).sources.map((source) => source.path),
  );
  expect(routeFiles.filter((path) => !compiled.includes(path))).toEqual([]);
});

describe("objects", () => {
  test.each(cases)("$title gives what is expected", ({ example, set }) => {
    const emitted = new Map(
      emit(bundleOf(example, set), "jobrouter").map(({ path, text }) => [path, text]),
    );
    const expected = expectedFiles(example.folder, set);
    expect(expected.size, "expected objects were found").toBeGreaterThan(0);
    expect([...emitted.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of expected) expect(emitted.get(path), path).toBe(text);
  });

  test.each(cases)("$title: what is expected is canonical", ({ example, set }) => {
    const expected = expectedFiles(example.folder, set);
    const decoded = decodeObjects([...expected].map(([path, text]) => sourceText(text, path)));
    expect(decoded.diagnostics).toEqual([]);
    expect(decoded.value).toEqual(canonicalObjects(bundleOf(example, set).objects));
  });

  test.each(cases)("$title survives import and compilation", ({ example, set }) => {
    const { objects } = bundleOf(example, set);
    const imported = importObjects(objects);
    const host = exampleHost(new Map([["imported.route", imported.text]]));
    const again = compile("imported.route", host, {});
    expect(
      again.diagnostics.filter((each) => each.severity === "error").map(describeFinding),
    ).toEqual([]);
    expect(canonicalJson(again.value?.objects)).toBe(canonicalJson(canonicalObjects(objects)));
  });

  test.each(cases)("$title compiles to the same bundle twice", ({ example, set }) => {
    const again = compileExample(example, set).value;
    expect(canonicalJson(again)).toBe(canonicalJson(bundleOf(example, set)));
  });
});

describe("tests of the policies", () => {
  // Exception policies do nothing before a job waits: these have no decision to test.
  const withoutTests = ["exception-policies", "sdk-dotnet/exceptions"];

  test.each(cases)("$title", ({ example, set }) => {
    const bundle = bundleOf(example, set);
    expect(bundle.tests.length > 0).toBe(!withoutTests.includes(example.folder));
    const report = runTests(bundle);
    expect(report.tests.filter((each) => !each.passed).map(describeFailure)).toEqual([]);
    expect(report.scenarios.flatMap(describeScenarioFailures)).toEqual([]);
    expect(report.totals.passed).toBe(bundle.tests.length + (bundle.scenarios ?? []).length);
  });
});

describe("jobs and workers", () => {
  test.each(cases)("$title can be tried with its files", ({ example, set }) => {
    if (set.name === "prod") return; // the files name objects of the trial
    const bundle = bundleOf(example, set);
    const policies = bundle.objects.classificationPolicies.map((policy) => policy.id);
    const jobsPath = `${example.folder}/jobs.json`;
    if (policies.length > 0) expect(exampleExists(jobsPath), jobsPath).toBe(true);
    if (!exampleExists(jobsPath)) return;

    const jobs = decodeJobs(sourceText(readExample(jobsPath), jobsPath));
    expect(jobs.diagnostics).toEqual([]);
    expect(jobs.value.length).toBeGreaterThan(0);
    const named = jobs.value.flatMap((job) => job.classificationPolicyId ?? []);
    expect(named.filter((id) => !policies.includes(id))).toEqual([]);

    const workersPath = `${example.folder}/workers.json`;
    if (!exampleExists(workersPath)) return;
    const workers = decodeWorkers(sourceText(readExample(workersPath), workersPath));
    expect(workers.diagnostics).toEqual([]);
    const engine = createEngine(bundle.objects, { ruleAnswers: oneFor(bundle) });
    const classified = jobs.value.map((job) => ({ job, to: engine.classify(job) }));
    const failed = classified.filter(({ to }) => to.outcome === "failed");
    expect(failed.map(({ job }) => job.id)).toEqual(withoutQueue.get(example.folder) ?? []);
    const offered = classified.filter(
      ({ job, to }) => engine.rank(job, workers.value, to).workers.length > 0,
    );
    expect(offered.length, "jobs that find a worker").toBeGreaterThan(0);
  });
});

/** Jobs for which there is no queue, on purpose. */
const withoutQueue = new Map([["design-sample", ["office-apac"]]]);

/** Every function says 1. */
function oneFor(bundle: Bundle): RuleAnswers {
  const uris = canonicalJson(bundle.objects).matchAll(/"functionUri": "([^"]*)"/gu);
  return new Map([...uris].map(([, uri = ""]) => [uri, { value: 1 }]));
}

function compileExample(example: Example, set: ParameterSet) {
  return compile(example.entry, exampleHost(), { parameters: set.parameters });
}

function bundleOf(example: Example, set: ParameterSet): Bundle {
  const known = bundles.get(set);
  if (known !== undefined) return known;
  const { value, diagnostics } = compileExample(example, set);
  if (value === undefined) throw new Error(diagnostics.map(describeFinding).join("\n"));
  bundles.set(set, value);
  return value;
}

const bundles = new Map<ParameterSet, Bundle>();

function describeFailure({ test, expectations }: TestResult): string {
  const wrong = expectations.filter((each) => !each.passed);
  const row = test.row === undefined ? "" : ` row ${test.row}`;
  return `${test.name}${row}: ${wrong.map((each) => `${each.expected}, but ${each.actual}`).join("; ")}`;
}

function describeScenarioFailures({ scenario, checks }: ScenarioResult): readonly string[] {
  return checks
    .filter(({ passed }) => !passed)
    .map(
      ({ expected, actual, atMs }) => `${scenario.name} at ${atMs} ms: ${expected}, but ${actual}`,
    );
}

function describeFinding({ source, span, severity, code, message }: Diagnostic): string {
  const { line, column } = positionAt(source, span.start);
  return `${source.path}:${line}:${column} ${severity}[${code}] ${message}`;
}
