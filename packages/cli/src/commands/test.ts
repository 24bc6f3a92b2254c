import { mergeFindings, plural } from "@routewright/diagnostics";
import type { JunitSuite } from "@routewright/diagnostics/render";
import { compile } from "@routewright/dsl";
import type { Bundle, SourceLocation } from "@routewright/jobrouter";
import {
  type Coverage,
  describeFailure,
  renderTrace,
  runTests,
  type ScenarioResult,
  showTime,
  type TestReport,
  type TestResult,
} from "@routewright/runtime";
import {
  type CoverageFormat,
  coverageFormats,
  type ParameterOptions,
  type TestReporter,
} from "../choices.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { err, out, outJson, outLines, showFailure, styleOf } from "../io/terminal.ts";
import { keepInputs, writeFileAtomic } from "../io/write.ts";
import { readParameters } from "../parameters.ts";
import { openProject } from "../project.ts";
import { coverageSuite } from "./coverage-file.ts";

export interface TestOptions extends ParameterOptions {
  readonly reporter: TestReporter;
  readonly json?: boolean;
  /** Alone, or with a format; what is no format is a path that came behind it. */
  readonly coverage?: string | true;
  readonly coverageOut?: string;
  readonly timeline?: boolean;
  readonly filter?: string;
}

interface Run {
  readonly root: string;
  readonly bundle: Bundle;
  readonly report: TestReport;
}

/** Runs the tests of every policy given. A policy that does not compile fails the command. */
export async function test(given: readonly string[], options: TestOptions): Promise<ExitCode> {
  const { paths, file: coverageFile } = coverageChoice(given, options);
  const reporter = options.json === true ? "json" : options.reporter;
  const parameters = await readParameters(options);
  const { roots, host } = await openProject(paths);
  const { filter } = options;
  const runs: Run[] = [];
  const broken: string[] = [];
  for (const root of roots) {
    const { value: bundle, diagnostics } = compile(root, host, { parameters });
    if (bundle === undefined) {
      broken.push(root);
      const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
      await showFindings(mergeFindings(errors), "pretty", "stderr");
      continue;
    }
    const report = runTests(
      bundle,
      filter === undefined
        ? {}
        : {
            filter: ({ name }) => name.includes(filter),
            scenarios: ({ name }) => name.includes(filter),
          },
    );
    if (report.totals.tests > 0) runs.push({ root, bundle, report });
  }
  for (const failure of host.failures) showFailure(failure);
  for (const root of broken)
    err(`${styleOf("stderr").error("error")} ${root} has errors; its tests did not run\n`);

  const total = runs.reduce((sum, run) => sum + run.report.totals.tests, 0);
  if (total === 0 && broken.length === 0) {
    throw new Failure(
      filter === undefined ? "there are no tests" : `no test's name holds \`${filter}\``,
      filter === undefined ? 'write one: test "name" { job { … } expect queue == … }' : undefined,
      exitCodes.findings,
    );
  }
  if (coverageFile !== undefined) await writeCoverage(runs, coverageFile);
  if (reporter === "junit") {
    const { renderJunit } = await import("@routewright/diagnostics/render");
    out(renderJunit(runs.map(junitSuite)));
  } else if (reporter === "json") outJson(jsonReport(runs, broken, options));
  else showRuns(runs, broken, options);
  const failed = runs.some((run) => run.report.totals.failed > 0);
  return failed || broken.length > 0 ? exitCodes.findings : exitCodes.fine;
}

interface CoverageFile {
  readonly format: CoverageFormat;
  readonly path: string;
}

function coverageChoice(
  given: readonly string[],
  { coverage, coverageOut }: TestOptions,
): { readonly paths: readonly string[]; readonly file?: CoverageFile } {
  const format = coverageFormats.find((each) => each === coverage);
  if (format === undefined) {
    if (coverageOut !== undefined) {
      throw new Failure(
        "--coverage-out is for a coverage file of a format",
        "say which: --coverage lcov, or --coverage cobertura",
      );
    }
    return { paths: typeof coverage === "string" ? [...given, coverage] : given };
  }
  if (coverageOut === undefined) {
    throw new Failure(
      `--coverage ${format} has no file to go to`,
      "give one with --coverage-out FILE",
    );
  }
  keepInputs(coverageOut, given, "--coverage-out");
  return { paths: given, file: { format, path: coverageOut } };
}

async function writeCoverage(runs: readonly Run[], { format, path }: CoverageFile): Promise<void> {
  const { renderCobertura, renderLcov } = await import("@routewright/diagnostics/render");
  const suites = runs.map(({ root, bundle, report }) =>
    coverageSuite(root, bundle, report.coverage),
  );
  writeFileAtomic(path, format === "lcov" ? renderLcov(suites) : renderCobertura(suites));
}

function showRuns(runs: readonly Run[], broken: readonly string[], options: TestOptions): void {
  const style = styleOf("stdout");
  for (const { root, bundle, report } of runs) {
    const { passed, failed } = report.totals;
    const mark = failed === 0 ? style.good("✓") : style.error("✗");
    const counts = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
    outLines([`${mark} ${style.strong(root)}  ${counts}  ${style.faint(shortHash(report.hash))}`]);
    for (const result of report.tests) {
      if (!result.passed) outLines(failureLines(result, bundle).map((line) => `  ${line}`));
    }
    for (const result of report.scenarios) {
      if (!result.passed || options.timeline === true) {
        const lines = scenarioLines(result, bundle, options.timeline === true);
        outLines(lines.map((line) => `  ${line}`));
      }
    }
    if (showsCoverage(options)) outLines(coverageLines(report.coverage, bundle));
  }
  const sum = (count: (run: Run) => number): number =>
    runs.reduce((all, run) => all + count(run), 0);
  const passed = sum((run) => run.report.totals.passed);
  const failed = sum((run) => run.report.totals.failed);
  const parts = [
    `${passed} passed`,
    `${failed} failed`,
    ...(broken.length > 0
      ? [`${plural(broken.length, "policy", "policies")} did not compile`]
      : []),
  ];
  const summary = parts.join(", ");
  outLines([failed + broken.length > 0 ? style.error(summary) : style.good(summary)]);
}

function failureLines(result: TestResult, bundle: Bundle): readonly string[] {
  const style = styleOf("stdout");
  const lines = [
    `${style.error("✗")} ${style.strong(nameOf(result))}  ${style.hint(placeOf(bundle, result.test.location))}`,
  ];
  for (const { passed, expected, actual, why, expectation } of result.expectations) {
    if (passed) continue;
    lines.push(
      `    expected ${style.good(expected)}  ${style.faint(placeOf(bundle, expectation.location))}`,
      `    but      ${style.error(actual)}`,
      ...whyLines(why),
    );
  }
  if (result.trace !== undefined) {
    const explained = { classification: result.classification, trace: result.trace };
    lines.push(
      ...renderTrace(bundle, explained, { appliedOnly: true }).map((line) =>
        style.faint(`      ${line}`),
      ),
    );
  }
  return lines;
}

function whyLines(why: readonly string[] | undefined): readonly string[] {
  return (why ?? []).map((line, index) => `    ${index === 0 ? "because " : "        "} ${line}`);
}

/** How much of the timeline stands before a failure, and behind it. */
const linesBefore = 12;
const linesBehind = 2;

function scenarioLines(result: ScenarioResult, bundle: Bundle, whole: boolean): readonly string[] {
  const style = styleOf("stdout");
  const { scenario, passed, checks, timeline } = result;
  const mark = passed ? style.good("✓") : style.error("✗");
  const lines = [
    `${mark} ${style.strong(scenario.name)}  ${style.hint(placeOf(bundle, scenario.location))}`,
  ];
  for (const { passed: holds, expected, actual, why, atMs, step } of checks) {
    if (holds) continue;
    lines.push(
      `    expected ${style.good(expected)}  ${style.faint(`${showTime(atMs)}  ${placeOf(bundle, step.location)}`)}`,
      `    but      ${style.error(actual)}`,
      ...whyLines(why),
    );
  }
  const failures = timeline.flatMap((entry, index) => (entry.passed === false ? [index] : []));
  let left = false;
  for (const [index, entry] of timeline.entries()) {
    const shown =
      whole || failures.some((at) => index >= at - linesBefore && index <= at + linesBehind);
    if (!shown) {
      left = true;
      continue;
    }
    if (left) lines.push(style.faint("      …"));
    left = false;
    const sign =
      entry.passed === undefined ? (entry.kind === "does" ? "›" : " ") : entry.passed ? "✓" : "✗";
    const reason = entry.reason === undefined ? "" : `  because ${entry.reason}`;
    const time = showTime(entry.atMs);
    const line = `      ${time} ${sign} ${entry.text}${reason}`;
    lines.push(entry.passed === false ? style.error(line) : style.faint(line));
    for (const change of entry.changes ?? []) {
      lines.push(style.faint(`      ${" ".repeat(time.length)}     ${change}`));
    }
  }
  return lines;
}

function coverageLines(coverage: Coverage, bundle: Bundle): readonly string[] {
  const style = styleOf("stdout");
  const { rules, branches, conditions, exceptions } = coverage.totals;
  const share = (name: string, part: { covered: number; total: number }): string =>
    `${name} ${part.covered}/${part.total}`;
  const withExceptions = exceptions.total > 0;
  const missed = [
    ...coverage.exceptions
      .filter(({ triggered }) => triggered === 0)
      .map(({ location }) => ({ location, text: "is never triggered" })),
    ...coverage.rules
      .filter((rule) => rule.applied === 0)
      .map(({ location }) => ({ location, text: "never applies" })),
    // A condition that never holds is a rule that never applies: said already.
    ...coverage.branches
      .filter(({ taken, branch }) => taken === 0 && branch.kind !== "holds")
      .map(({ location, branch }) => ({
        location,
        text: branch.kind === "arm" ? "this value is never given" : "its condition never fails",
      })),
    ...coverage.conditions.flatMap(({ location, text, whenTrue, whenFalse }) => {
      const never = [...(whenTrue === 0 ? ["true"] : []), ...(whenFalse === 0 ? ["false"] : [])];
      return never.length === 0
        ? []
        : [{ location, text: `${text} is never ${never.join(" nor ")}` }];
    }),
  ].sort(
    (a, b) =>
      (a.location?.source ?? -1) - (b.location?.source ?? -1) ||
      (a.location?.start ?? -1) - (b.location?.start ?? -1),
  );
  const lines = missed.map(
    ({ location, text }) =>
      `  ${style.hint(location === undefined ? "(no source)" : placeOf(bundle, location))}  ${text}`,
  );
  return [
    `  coverage: ${[share("rules", rules), share("branches", branches), share("conditions", conditions), ...(withExceptions ? [share("exceptions", exceptions)] : [])].join(", ")}`,
    ...new Set(lines),
  ];
}

function junitSuite({ root, bundle, report }: Run): JunitSuite {
  return {
    name: root,
    cases: [
      ...report.tests.map((result) => ({
        name: nameOf(result),
        file: pathOf(bundle, result.test.location),
        line: result.test.location.line,
        failures: result.expectations
          .filter((each) => !each.passed)
          .map(({ expected, actual, why, expectation }) => ({
            message: describeFailure({ expected, actual }),
            detail: junitDetail(placeOf(bundle, expectation.location), expected, actual, why),
          })),
      })),
      ...report.scenarios.map(({ scenario, checks }) => ({
        name: scenario.name,
        file: pathOf(bundle, scenario.location),
        line: scenario.location.line,
        failures: checks
          .filter(({ passed }) => !passed)
          .map(({ expected, actual, why, atMs, step }) => ({
            message: describeFailure({ expected, actual }),
            detail: junitDetail(
              `${placeOf(bundle, step.location)} at ${showTime(atMs)}`,
              expected,
              actual,
              why,
            ),
          })),
      })),
    ],
  };
}

function junitDetail(
  place: string,
  expected: string,
  actual: string,
  why: readonly string[] = [],
): string {
  return [place, `expected ${expected}`, `but      ${actual}`, ...why].join("\n");
}

function jsonReport(
  runs: readonly Run[],
  broken: readonly string[],
  options: TestOptions,
): unknown {
  return {
    format: "routewright-tests/1",
    policies: runs.map(({ root, bundle, report }) => ({
      path: root,
      bundle: report.hash,
      totals: report.totals,
      tests: report.tests.map((result) => ({
        name: result.test.name,
        ...(result.test.row === undefined ? {} : { row: result.test.row }),
        path: pathOf(bundle, result.test.location),
        line: result.test.location.line,
        passed: result.passed,
        expectations: result.expectations.map(
          ({ expectation, passed, expected, actual, workers, why }) => ({
            line: expectation.location.line,
            passed,
            expected,
            actual,
            ...(workers === undefined ? {} : { workers }),
            ...(why === undefined ? {} : { why }),
          }),
        ),
      })),
      scenarios: report.scenarios.map(({ scenario, passed, checks, timeline }) => ({
        name: scenario.name,
        path: pathOf(bundle, scenario.location),
        line: scenario.location.line,
        passed,
        expectations: checks.map(
          ({ step, passed: holds, atMs, expected, actual, offers, why }) => ({
            line: step.location.line,
            atMs,
            passed: holds,
            expected,
            actual,
            ...(offers === undefined ? {} : { offers }),
            ...(why === undefined ? {} : { why }),
          }),
        ),
        ...(passed && options.timeline !== true ? {} : { timeline }),
      })),
      ...(showsCoverage(options) ? { coverage: report.coverage } : {}),
    })),
    broken,
  };
}

/** Coverage in a file is not printed as well. */
function showsCoverage({ coverage, coverageOut }: TestOptions): boolean {
  return coverage !== undefined && coverageOut === undefined;
}

function nameOf({ test: { name, row } }: TestResult): string {
  return row === undefined ? name : `${name}, row ${row}`;
}

function pathOf(bundle: Bundle, location: SourceLocation): string {
  return bundle.sources[location.source]?.path ?? "?";
}

function placeOf(bundle: Bundle, location: SourceLocation): string {
  return `${pathOf(bundle, location)}:${location.line}:${location.column}`;
}

function shortHash(hash: string): string {
  return hash.slice(0, "sha256:".length + 12);
}
