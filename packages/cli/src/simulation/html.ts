import { createHash } from "node:crypto";
import {
  type Estimate,
  type HistogramData,
  type JobSummary,
  type PolicySummary,
  type SimulationReport,
  shareUpTo,
  showDuration,
  showMeasured,
} from "@routewright/runtime/simulate";

export interface PageAssets {
  /** The bundled script of the plots, with the plot library in it. */
  readonly script: string;
  readonly style: string;
}

/** When the clock of the workload starts, in milliseconds since 1970 on its own clock. */
export interface PageClock {
  readonly localStartMs: number;
}

/**
 * The report as one page that needs nothing else: no network, and by its own policy no script but
 * ours. Everything that comes from files is escaped.
 */
export function renderPage(report: SimulationReport, assets: PageAssets, clock: PageClock): string {
  const script = assets.script.replaceAll("</script", "<\\/script");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hashOf(script)}'`;
  const [first] = report.policies;
  const names = report.policies.map(({ name }) => name).join(" and ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Simulation of ${escapeHtml(names)}</title>
<style>${assets.style}
${pageStyle}</style>
</head>
<body>
<header><h1>Simulation of ${escapeHtml(names)}</h1>
<p>${escapeHtml(introduction(report))}</p></header>
<main>
${first === undefined ? "" : tiles(first, report)}
${expectations(report)}
${plotSections(report)}
${differences(report)}
${report.policies.map((each) => tables(each, report)).join("\n")}
</main>
<footer>${report.policies.map((each) => `${escapeHtml(each.name)}: <code>${escapeHtml(each.hash)}</code>`).join("<br>")}<br>workload: <code>${escapeHtml(report.run.workload)}</code>, seed ${report.run.seed}</footer>
<script type="application/json" id="data">${jsonInHtml(plotData(report, clock))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function introduction(report: SimulationReport): string {
  const { run } = report;
  const percent = Number((run.confidence * 100).toFixed(2));
  const stopped = report.complete ? "" : ` Stopped before all ${run.replications} were done.`;
  return report.replications > 1
    ? `${report.replications} replications; ± is ${percent}% confidence.${stopped}`
    : `One replication, so there are no confidence intervals.${stopped}`;
}

function tiles({ all, occupancy }: PolicySummary, report: SimulationReport): string {
  const entries: readonly (readonly [string, string])[] = [
    ...report.run.serviceLevels.map(
      ({ withinMs }, index) =>
        [
          `answered within ${showDuration(withinMs)}`,
          cell(all.serviceLevels[index] ?? null, "share"),
        ] as const,
    ),
    ["mean wait", cell(all.meanWait, "time")],
    ["90% wait at most", cell(all.p90Wait, "time")],
    ["abandoned", cell(all.abandonment, "share")],
    ["occupancy", cell(occupancy, "share")],
    ["jobs", cell(all.arrived, "number")],
  ];
  return `<section class="tiles">${entries.map(([name, value]) => `<div><b>${value}</b><span>${escapeHtml(name)}</span></div>`).join("")}</section>`;
}

function expectations({ expectations: judged }: SimulationReport): string {
  if (judged.length === 0) return "";
  const rows = judged.map(({ text, passed, estimate, bound, problem, expectation }) => {
    const show = (value: number): string => showMeasured(expectation.measure, value);
    const found =
      problem ??
      `${estimate === null ? "" : show(estimate.mean)}${bound === undefined ? "" : `; with confidence ${show(bound)}`}`;
    return `<tr><td class="${passed ? "good" : "bad"}">${passed ? "✓ met" : "✗ missed"}</td><td>${escapeHtml(text)}</td><td>${escapeHtml(found)}</td></tr>`;
  });
  return `<h2>Expectations</h2><div class="scroll"><table class="words">${rows.join("")}</table></div>`;
}

const plotTitles = [
  "Answered in time, by when jobs came",
  "Jobs waiting",
  "Workers busy and there",
  "Jobs that came, per hour",
  "Waits of answered jobs: share up to",
] as const;

function plotSections(report: SimulationReport): string {
  if (report.policies.length === 0) return "";
  return `<h2>Over time</h2><div class="plots">${plotTitles.map((title, index) => `<figure><figcaption>${title}</figcaption><div data-plot="${index}"></div></figure>`).join("")}</div>`;
}

function plotData(report: SimulationReport, clock: PageClock): unknown {
  const [first] = report.policies;
  if (first === undefined) return { clockMs: 0, days: 0, plots: [] };
  const { fromMs, binMs } = first.series;
  const x = first.series.arrived.map((_, bin) => fromMs + (bin + 0.5) * binMs);
  const several = report.policies.length > 1;
  const named = (policy: PolicySummary, what: string): string =>
    several ? `${policy.name}: ${what}` : what;
  const lines = (
    what: string,
    pick: (policy: PolicySummary) => readonly (number | null)[],
  ): readonly { name: string; values: readonly (number | null)[] }[] =>
    report.policies.map((policy) => ({ name: named(policy, what), values: pick(policy) }));
  const perHour = 3_600_000 / binMs;
  const top = Math.max(1000, ...report.policies.map(({ waits }) => waits.max));
  const steps = Array.from({ length: 101 }, (_, step) => Math.round(top * (step / 100) ** 2));
  const share = (waits: HistogramData): readonly (number | null)[] =>
    steps.map((step) => {
      const part = shareUpTo(waits, step);
      return part === undefined ? null : part * 100;
    });
  return {
    clockMs: clock.localStartMs,
    days: (binMs * x.length) / 86_400_000,
    plots: [
      {
        x,
        time: "clock",
        y: "%",
        series: lines("in time", ({ series }) =>
          series.serviceLevel.map((value) => (value === null ? null : value * 100)),
        ),
      },
      { x, time: "clock", y: "", series: lines("waiting", ({ series }) => series.waiting) },
      {
        x,
        time: "clock",
        y: "",
        series: [
          ...lines("busy", ({ series }) => series.busy),
          { name: "there", values: first.series.staffed },
        ],
      },
      {
        x,
        time: "clock",
        y: "",
        series: [
          { name: "came", values: first.series.arrived.map((count) => count * perHour) },
          ...lines("lost", ({ series }) => series.lost.map((count) => count * perHour)),
        ],
      },
      { x: steps, time: "wait", y: "%", series: lines("share", ({ waits }) => share(waits)) },
    ],
  };
}

function differences(report: SimulationReport): string {
  if (report.differences.length === 0) return "";
  const [own, other] = report.policies;
  const rows = report.differences.map(
    ({ measure, difference, varianceReduction }) =>
      `<tr><th>${escapeHtml(measure)}</th><td>${cell(difference, /Wait/u.test(measure) ? "time" : measure === "offersPerJob" ? "number" : "share")}</td><td>${varianceReduction === undefined ? "" : `${varianceReduction.toFixed(1)} ×`}</td></tr>`,
  );
  return `<h2>Difference: ${escapeHtml(own?.name ?? "")} minus ${escapeHtml(other?.name ?? "")}</h2>
<p>Both met the same jobs, so the difference varies less than with jobs of their own: by how much, says the last column.</p>
<div class="scroll"><table><tr><th></th><th>difference</th><th>variance reduced</th></tr>${rows.join("")}</table></div>`;
}

function tables(policy: PolicySummary, report: SimulationReport): string {
  const levels = report.run.serviceLevels.map(({ withinMs }) => `in ${showDuration(withinMs)}`);
  const head = [
    "jobs",
    ...levels,
    "mean wait",
    "p50",
    "p90",
    "p95",
    "p99",
    "abandoned",
    "escalated",
    "selectors expired",
    "unserved",
    "offers",
  ];
  const row = (jobs: JobSummary): string => {
    const cells = [
      cell(jobs.arrived, "number"),
      ...jobs.serviceLevels.map((level) => cell(level, "share")),
      ...[jobs.meanWait, jobs.p50Wait, jobs.p90Wait, jobs.p95Wait, jobs.p99Wait].map((each) =>
        cell(each, "time"),
      ),
      ...[jobs.abandonment, jobs.escalations, jobs.selectorsExpired, jobs.unserved].map((each) =>
        cell(each, "share"),
      ),
      cell(jobs.offersPerJob, "number"),
    ];
    return `<tr><th>${escapeHtml(jobs.name)}</th>${cells.map((each) => `<td>${each}</td>`).join("")}</tr>`;
  };
  const group = (title: string, jobs: readonly JobSummary[]): string =>
    `<tr class="group"><th colspan="${head.length + 1}">${title}</th></tr>${jobs
      .filter(({ arrived }) => (arrived?.mean ?? 0) > 0)
      .map(row)
      .join("")}`;
  const workers = policy.workers
    .slice(0, 500)
    .map(
      (worker) =>
        `<tr><th>${escapeHtml(worker.id)}</th><td>${cell(worker.occupancy, "share")}</td><td>${cell(worker.load, "share")}</td><td>${cell(worker.jobs, "number")}</td></tr>`,
    );
  return `<h2>${escapeHtml(policy.name)}</h2>
<div class="scroll"><table><tr><th></th>${head.map((each) => `<th>${each}</th>`).join("")}</tr>${row(policy.all)}${group("by queue", policy.queues)}${group("by priority", policy.priorities)}${group("by class", policy.classes)}</table></div>
<details><summary>${policy.workers.length} workers</summary><div class="scroll"><table><tr><th></th><th>occupancy</th><th>load</th><th>jobs</th></tr>${workers.join("")}</table></div></details>`;
}

function cell(estimate: Estimate | null, unit: "time" | "share" | "number"): string {
  if (estimate === null) return "–";
  const show = (value: number): string =>
    unit === "time"
      ? showDuration(value)
      : unit === "share"
        ? `${Number((value * 100).toFixed(1))}%`
        : Number(value.toFixed(Math.abs(value) < 100 ? 2 : 0)).toLocaleString("en");
  const { mean, high } = estimate;
  const half = high === undefined ? "" : ` <small>±${escapeHtml(show(high - mean))}</small>`;
  return `${escapeHtml(show(mean))}${half}`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** No `<` at all, so that nothing in it can end the element. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function hashOf(script: string): string {
  return createHash("sha256").update(script, "utf8").digest("base64");
}

const pageStyle = `
:root { --back: #fff; --text: #1c2127; --faint: #5f6b7a; --line: #d8dde3; --tile: #f4f6f8; --good: #10713a; --bad: #b3261e; --plot-1: #1f6feb; --plot-2: #c2410c; --plot-3: #6b7280; --plot-4: #15803d; }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e4e8ec; --faint: #98a3b0; --line: #343c46; --tile: #1d232a; --good: #4cc38a; --bad: #ff8f85; --plot-1: #6cb2ff; --plot-2: #ff9e64; --plot-3: #9aa5b1; --plot-4: #7ee2a8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
header p, footer, figcaption, small, .group th { color: var(--faint); }
footer { margin-top: 2rem; font-size: .8rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin-top: 1rem; }
.tiles div { background: var(--tile); border-radius: .5rem; padding: .75rem 1rem; } .tiles b { display: block; font-size: 1.3rem; font-weight: 600; } .tiles small { font-size: .85rem; font-weight: 400; } .tiles span { color: var(--faint); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1.5rem; } figure { margin: 0; min-width: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .25rem .75rem .25rem 0; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; } th:first-child, .words td { text-align: left; } tr:first-child th { color: var(--faint); }
.good { color: var(--good); } .bad { color: var(--bad); } summary { cursor: pointer; margin: .75rem 0; } .u-legend { color: var(--text); font-size: .8rem; } .u-legend th, .u-legend td { border: 0; }
`;
