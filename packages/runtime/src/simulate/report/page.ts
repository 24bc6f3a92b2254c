import { type HistogramData, shareUpTo } from "../statistics/histogram.ts";
import type { Estimate } from "../statistics/interval.ts";
import { showDuration } from "../workload/duration.ts";
import { showMeasured } from "./expectation.ts";
import { endsMet, titleOfLevel } from "./measures.ts";
import type { JobSummary, PolicySummary, SimulationReport } from "./summary.ts";

/** A report laid out for people: texts, tables and plots, which a page only has to draw. */
export interface ReportPage {
  readonly title: string;
  readonly introduction: string;
  /** The few figures that are asked for first. */
  readonly tiles: readonly { readonly name: string; readonly value: Cell }[];
  readonly expectations: readonly {
    readonly passed: boolean;
    readonly text: string;
    readonly found: string;
  }[];
  readonly plots: PlotPage;
  readonly difference?: {
    readonly title: string;
    readonly note: string;
    readonly columns: readonly string[];
    readonly rows: readonly Row[];
  };
  readonly policies: readonly PolicyPage[];
  readonly hashes: readonly { readonly name: string; readonly hash: string }[];
  readonly workload: string;
  readonly seed: number;
}

/** A value with half of its confidence interval, where it has one. */
export interface Cell {
  readonly text: string;
  readonly plusMinus?: string;
}

export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

export interface PolicyPage {
  readonly name: string;
  readonly columns: readonly string[];
  readonly all: Row;
  readonly groups: readonly { readonly title: string; readonly rows: readonly Row[] }[];
  readonly workers: {
    readonly count: number;
    readonly columns: readonly string[];
    /** The first 500. */
    readonly rows: readonly Row[];
  };
}

export interface PlotPage {
  /** When the clock of the workload starts, in milliseconds since 1970 on its own clock. */
  readonly clockMs: number;
  readonly days: number;
  readonly plots: readonly Plot[];
}

export interface Plot {
  readonly title: string;
  readonly x: readonly number[];
  /** What `x` is: milliseconds on the clock, or of waiting. */
  readonly time: "clock" | "wait";
  /** Unit behind the values. */
  readonly y: string;
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
  }[];
}

export function reportPage(report: SimulationReport): ReportPage {
  const { run, policies } = report;
  const [first] = policies;
  const difference = differenceOf(report);
  return {
    title: `Simulation of ${policies.map(({ name }) => name).join(" and ")}`,
    introduction: introduction(report),
    tiles: first === undefined ? [] : tilesOf(first, report),
    expectations: report.expectations.map(
      ({ text, passed, estimate, bound, problem, expectation }) => {
        const show = (value: number): string => showMeasured(expectation.measure, value);
        const found = estimate === null ? "" : show(estimate.mean);
        const surely = bound === undefined ? "" : `; with confidence ${show(bound)}`;
        return { passed, text, found: problem ?? `${found}${surely}` };
      },
    ),
    plots: plotsOf(report),
    ...(difference === undefined ? {} : { difference }),
    policies: policies.map((policy) => policyPage(policy, report)),
    hashes: policies.map(({ name, hash }) => ({ name, hash })),
    workload: run.workload,
    seed: run.seed,
  };
}

function introduction(report: SimulationReport): string {
  const { run } = report;
  const percent = Number((run.confidence * 100).toFixed(2));
  const stopped = report.complete ? "" : ` Stopped before all ${run.replications} were done.`;
  return report.replications > 1
    ? `${report.replications} replications; ± is ${percent}% confidence.${stopped}`
    : `One replication, so there are no confidence intervals.${stopped}`;
}

function tilesOf({ all, occupancy }: PolicySummary, report: SimulationReport): ReportPage["tiles"] {
  return [
    ...report.run.serviceLevels.map((level, index) => ({
      name: `answered ${titleOfLevel(level).replace(/^in /u, "within ")}`,
      value: cell(all.serviceLevels[index] ?? null, "share"),
    })),
    { name: "mean wait", value: cell(all.meanWait, "time") },
    { name: "90% wait at most", value: cell(all.p90Wait, "time") },
    { name: "abandoned", value: cell(all.abandonment, "share") },
    ...endsMet(report.policies).map(([measure, title]) => ({
      name: title,
      value: cell(all[measure], "share"),
    })),
    { name: "occupancy", value: cell(occupancy, "share") },
    { name: "jobs", value: cell(all.arrived, "number") },
  ];
}

function plotsOf(report: SimulationReport): PlotPage {
  const [first] = report.policies;
  if (first === undefined) return { clockMs: 0, days: 0, plots: [] };
  const { fromMs, binMs } = first.series;
  const x = first.series.arrived.map((_, bin) => fromMs + (bin + 0.5) * binMs);
  const several = report.policies.length > 1;
  const lines = (
    what: string,
    pick: (policy: PolicySummary) => readonly (number | null)[],
  ): Plot["series"] =>
    report.policies.map((policy) => ({
      name: several ? `${policy.name}: ${what}` : what,
      values: pick(policy),
    }));
  const perHour = 3_600_000 / binMs;
  const top = Math.max(1000, ...report.policies.map(({ waits }) => waits.max));
  const steps = Array.from({ length: 101 }, (_, step) => Math.round(top * (step / 100) ** 2));
  const share = (waits: HistogramData): readonly (number | null)[] =>
    steps.map((step) => {
      const part = shareUpTo(waits, step);
      return part === undefined ? null : part * 100;
    });
  return {
    clockMs: report.run.localStartMs,
    days: (binMs * x.length) / 86_400_000,
    plots: [
      {
        title: "Answered in time, by when jobs came",
        x,
        time: "clock",
        y: "%",
        series: lines("in time", ({ series }) =>
          series.serviceLevel.map((value) => (value === null ? null : value * 100)),
        ),
      },
      {
        title: "Jobs waiting",
        x,
        time: "clock",
        y: "",
        series: lines("waiting", ({ series }) => series.waiting),
      },
      {
        title: "Workers busy and there",
        x,
        time: "clock",
        y: "",
        series: [
          ...lines("busy", ({ series }) => series.busy),
          { name: "there", values: first.series.staffed },
        ],
      },
      {
        title: "Jobs that came, per hour",
        x,
        time: "clock",
        y: "",
        // A policy has the same colour in every plot, so what both have in common comes behind.
        series: [
          ...lines("lost", ({ series }) => series.lost.map((count) => count * perHour)),
          { name: "came", values: first.series.arrived.map((count) => count * perHour) },
        ],
      },
      {
        title: "Waits of answered jobs: share up to",
        x: steps,
        time: "wait",
        y: "%",
        series: lines("share", ({ waits }) => share(waits)),
      },
    ],
  };
}

function differenceOf(report: SimulationReport): ReportPage["difference"] {
  if (report.differences.length === 0) return undefined;
  const [own, other] = report.policies;
  return {
    title: `Difference: ${own?.name ?? ""} minus ${other?.name ?? ""}`,
    note: "Both met the same jobs, so the difference varies less than with jobs of their own: by how much, says the last column.",
    columns: ["difference", "variance reduced"],
    rows: report.differences.map(({ measure, difference, varianceReduction }) => {
      const unit = /Wait/u.test(measure)
        ? "time"
        : measure === "offersPerJob"
          ? "number"
          : "points";
      const reduced =
        varianceReduction === undefined ? "" : `${showReduction(varianceReduction)} ×`;
      return { name: nameOfMeasure(measure), cells: [cell(difference, unit), { text: reduced }] };
    }),
  };
}

/** How many times: beyond a million, only rounding varies. */
export function showReduction(times: number): string {
  return times > 1e6 ? "> 1,000,000" : times.toFixed(1);
}

const measureNames: ReadonlyMap<string, string> = new Map([
  ["meanWait", "mean wait"],
  ["p90Wait", "90% wait at most"],
  ["abandonment", "abandoned"],
  ["escalations", "escalated"],
  ["offersPerJob", "offers per job"],
]);

/** What a measure of a comparison is called where people read it. */
export function nameOfMeasure(measure: string): string {
  const seconds = /^serviceLevel (.+)s$/u.exec(measure)?.[1];
  if (seconds !== undefined) return `answered within ${showDuration(Number(seconds) * 1000)}`;
  return measureNames.get(measure) ?? measure;
}

function policyPage(policy: PolicySummary, report: SimulationReport): PolicyPage {
  const ends = endsMet(report.policies);
  const row = (jobs: JobSummary): Row => ({
    name: jobs.name,
    cells: [
      cell(jobs.arrived, "number"),
      ...jobs.serviceLevels.map((level) => cell(level, "share")),
      cell(jobs.meanWait, "time"),
      // With an interval each, the table would be wider than pages and screens are.
      ...[jobs.p50Wait, jobs.p90Wait, jobs.p95Wait, jobs.p99Wait].map((each) =>
        cell(each, "time", false),
      ),
      cell(jobs.abandonment, "share"),
      ...ends.map(([measure]) => cell(jobs[measure], "share", false)),
      ...[jobs.unserved, jobs.escalations, jobs.selectorsExpired].map((each) =>
        cell(each, "share", false),
      ),
      cell(jobs.offersPerJob, "number", false),
    ],
  });
  const group = (title: string, jobs: readonly JobSummary[]) => ({
    title,
    rows: jobs.filter(({ arrived }) => (arrived?.mean ?? 0) > 0).map(row),
  });
  return {
    name: policy.name,
    columns: [
      "jobs",
      ...report.run.serviceLevels.map(titleOfLevel),
      "mean wait",
      "p50",
      "p90",
      "p95",
      "p99",
      "abandoned",
      ...ends.map(([, title]) => title),
      "unserved",
      "escalated",
      "selectors expired",
      "offers",
    ],
    all: row(policy.all),
    groups: [
      group("by queue", policy.queues),
      group("by priority", policy.priorities),
      group("by class", policy.classes),
    ],
    workers: {
      count: policy.workers.length,
      columns: ["occupancy", "load", "jobs"],
      rows: policy.workers.slice(0, 500).map((worker) => ({
        name: worker.id,
        cells: [
          cell(worker.occupancy, "share"),
          cell(worker.load, "share"),
          cell(worker.jobs, "number"),
        ],
      })),
    },
  };
}

/** `points`: percentage points, by which shares differ. */
type Unit = "time" | "share" | "points" | "number";

function cell(estimate: Estimate | null, unit: Unit, interval = true): Cell {
  if (estimate === null) return { text: "–" };
  const show = (value: number): string => {
    switch (unit) {
      case "time":
        return showDuration(value);
      case "share":
        return `${Number((value * 100).toFixed(1))}%`;
      case "points":
        return `${Number((value * 100).toFixed(1))} pp`;
      case "number":
        return Number(value.toFixed(Math.abs(value) < 100 ? 2 : 0)).toLocaleString("en");
    }
  };
  const { mean, high } = estimate;
  return {
    text: show(mean),
    ...(high === undefined || !interval ? {} : { plusMinus: show(high - mean) }),
  };
}
