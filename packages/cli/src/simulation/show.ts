import { printable } from "@routewright/diagnostics";
import {
  type Estimate,
  endsMet,
  type JobSummary,
  nameOfMeasure,
  type PolicySummary,
  type SimulationReport,
  showDuration,
  showMeasured,
  showReduction,
  titleOfLevel,
} from "@routewright/runtime/simulate";
import { outLines, styleOf } from "../io/terminal.ts";

/** The report for people. */
export function showReport(report: SimulationReport): void {
  const style = styleOf("stdout");
  const { run, policies, differences, expectations } = report;
  const percent = Number((run.confidence * 100).toFixed(2));
  const intervals =
    report.replications > 1 ? `, ± is ${percent}% confidence (Student's t)` : ", one replication";
  outLines([
    style.faint(`workload ${short(run.workload)}, seed ${run.seed}${intervals}`),
    ...(report.complete
      ? []
      : [style.warning(`stopped: ${report.replications} of ${run.replications} replications`)]),
  ]);
  for (const policy of policies) showPolicy(policy, report);
  if (differences.length > 0) {
    const [own, other] = policies;
    outLines([
      "",
      style.strong(
        `difference: ${printable(own?.name ?? "")} minus ${printable(other?.name ?? "")}`,
      ),
      ...table([
        ["", "difference", "common random numbers"],
        ...differences.map(({ measure, difference, varianceReduction }) => [
          nameOfMeasure(measure),
          difference === null ? "-" : value(difference, unitOfDifference(measure)),
          varianceReduction === undefined
            ? ""
            : `variance ${varianceReduction >= 1 ? `${showReduction(varianceReduction)} times smaller` : `${(1 / varianceReduction).toFixed(1)} times larger`}`,
        ]),
      ]),
    ]);
  }
  if (expectations.length === 0) return;
  outLines(["", style.strong("expectations")]);
  for (const { text, passed, estimate, bound, problem, expectation } of expectations) {
    const measured = estimate === null ? "" : showMeasured(expectation.measure, estimate.mean);
    const decided =
      bound === undefined
        ? ""
        : `, surely ${expectation.operator.startsWith("<") ? "at most" : "at least"} ${showMeasured(expectation.measure, bound)}`;
    const mark = passed ? style.good("✓") : style.error("✗");
    outLines([`${mark} ${printable(text)}  ${style.faint(problem ?? `${measured}${decided}`)}`]);
  }
}

function showPolicy(policy: PolicySummary, report: SimulationReport): void {
  const style = styleOf("stdout");
  const ends = endsMet(report.policies);
  const head = [
    "jobs",
    ...report.run.serviceLevels.map(titleOfLevel),
    "mean",
    "p50",
    "p90",
    "p99",
    "abandoned",
    ...ends.map(([, title]) => title),
    "unserved",
    "escalated",
    "offers",
  ];
  const cells = (jobs: JobSummary): readonly string[] => [
    value(jobs.arrived, "count"),
    ...jobs.serviceLevels.map((level) => value(level, "share")),
    value(jobs.meanWait, "time"),
    value(jobs.p50Wait, "time", false),
    value(jobs.p90Wait, "time", false),
    value(jobs.p99Wait, "time", false),
    value(jobs.abandonment, "share"),
    ...ends.map(([measure]) => value(jobs[measure], "share", false)),
    value(jobs.unserved, "share", false),
    value(jobs.escalations, "share", false),
    value(jobs.offersPerJob, "number", false),
  ];
  const section = (title: string, jobs: readonly JobSummary[]): readonly string[][] => [
    [style.faint(title)],
    ...jobs
      .filter(({ arrived }) => (arrived?.mean ?? 0) > 0)
      .map((each) => [`  ${printable(each.name)}`, ...cells(each)]),
  ];
  outLines([
    "",
    `${style.strong(printable(policy.name))}  ${style.faint(short(policy.hash))}`,
    ...table([
      ["", ...head],
      ["all", ...cells(policy.all)],
      ...section("queue", policy.queues),
      ...section("priority", policy.priorities),
      ...section("class", policy.classes),
    ]),
    `occupancy  ${value(policy.occupancy, "share")}  ${policy.groups.map((group) => `${printable(group.name)} ${value(group.occupancy, "share", false)}`).join("  ")}`,
  ]);
}

type Unit = "time" | "share" | "points" | "count" | "number";

function unitOf(measure: string): Unit {
  return /Wait$|Time$/u.test(measure) ? "time" : measure === "offersPerJob" ? "number" : "share";
}

/** Shares differ by percentage points. */
function unitOfDifference(measure: string): Unit {
  const unit = unitOf(measure);
  return unit === "share" ? "points" : unit;
}

function value(estimate: Estimate | null, unit: Unit, interval = true): string {
  if (estimate === null) return "-";
  const { mean, high } = estimate;
  const shown = show(mean, unit);
  return interval && high !== undefined ? `${shown} ±${show(high - mean, unit)}` : shown;
}

function show(number: number, unit: Unit): string {
  switch (unit) {
    case "time":
      return showDuration(number);
    case "share":
      return `${Number((number * 100).toFixed(1))}%`;
    case "points":
      return `${Number((number * 100).toFixed(1))} pp`;
    case "count":
      return Math.round(number).toLocaleString("en");
    case "number":
      return String(Number(number.toFixed(2)));
  }
}

function short(hash: string): string {
  return hash.slice(0, "sha256:".length + 12);
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length < 2) continue;
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
