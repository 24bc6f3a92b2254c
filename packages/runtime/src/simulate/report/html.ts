import { hashOfText } from "@routewright/jobrouter";
import type { Cell, PolicyPage, ReportPage, Row } from "./page.ts";

export interface PageAssets {
  /** The bundled script of the plots, with the plot library in it. */
  readonly script: string;
  readonly style: string;
}

/**
 * The report as one page that needs nothing else: no network, and by its own policy no script but
 * ours. Everything that comes from files is escaped.
 */
export function renderPage(page: ReportPage, assets: PageAssets): string {
  const script = assets.script.replaceAll("</script", "<\\/script");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${sourceHash(script)}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(page.title)}</title>
<style>${assets.style}
${pageStyle}</style>
</head>
<body>
<header><h1>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.introduction)}</p></header>
<main>
${tiles(page)}
${expectations(page)}
${plotSections(page)}
${difference(page)}
${page.policies.map(tables).join("\n")}
</main>
<footer>${page.hashes.map(({ name, hash }) => `${escapeHtml(name)}: <code>${escapeHtml(hash)}</code>`).join("<br>")}<br>workload: <code>${escapeHtml(page.workload)}</code>, seed ${page.seed}</footer>
<script type="application/json" id="data">${jsonInHtml(page.plots)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function tiles({ tiles: entries }: ReportPage): string {
  if (entries.length === 0) return "";
  return `<section class="tiles">${entries.map(({ name, value }) => `<div><b>${cell(value)}</b><span>${escapeHtml(name)}</span></div>`).join("")}</section>`;
}

function expectations({ expectations: judged }: ReportPage): string {
  if (judged.length === 0) return "";
  const rows = judged.map(
    ({ passed, text, found }) =>
      `<tr><td class="${passed ? "good" : "bad"}">${passed ? "✓ met" : "✗ missed"}</td><td>${escapeHtml(text)}</td><td>${escapeHtml(found)}</td></tr>`,
  );
  return `<h2>Expectations</h2><div class="scroll"><table class="words">${rows.join("")}</table></div>`;
}

function plotSections({ plots: { plots } }: ReportPage): string {
  if (plots.length === 0) return "";
  return `<h2>Over time</h2><div class="plots">${plots.map(({ title }, index) => `<figure><figcaption>${title}</figcaption><div data-plot="${index}"></div></figure>`).join("")}</div>`;
}

function difference({ difference: found }: ReportPage): string {
  if (found === undefined) return "";
  return `<h2>${escapeHtml(found.title)}</h2>
<p>${escapeHtml(found.note)}</p>
<div class="scroll"><table>${head(found.columns)}${found.rows.map(row).join("")}</table></div>`;
}

function tables({ name, columns, all, groups, workers }: PolicyPage): string {
  const group = ({ title, rows }: PolicyPage["groups"][number]): string =>
    `<tr class="group"><th colspan="${columns.length + 1}">${title}</th></tr>${rows.map(row).join("")}`;
  return `<h2>${escapeHtml(name)}</h2>
<div class="scroll"><table>${head(columns)}${row(all)}${groups.map(group).join("")}</table></div>
<details><summary>${workers.count} workers</summary><div class="scroll"><table>${head(workers.columns)}${workers.rows.map(row).join("")}</table></div></details>`;
}

function head(columns: readonly string[]): string {
  return `<tr><th></th>${columns.map((each) => `<th>${each}</th>`).join("")}</tr>`;
}

function row({ name, cells }: Row): string {
  return `<tr><th>${escapeHtml(name)}</th>${cells.map((each) => `<td>${cell(each)}</td>`).join("")}</tr>`;
}

function cell({ text, plusMinus }: Cell): string {
  const half = plusMinus === undefined ? "" : ` <small>±${escapeHtml(plusMinus)}</small>`;
  return `${escapeHtml(text)}${half}`;
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

/** As a Content-Security-Policy names a script. */
function sourceHash(script: string): string {
  const [algorithm = "", hex = ""] = hashOfText(script).split(":");
  const bytes = (hex.match(/../gu) ?? []).map((byte) => Number.parseInt(byte, 16));
  return `${algorithm}-${btoa(String.fromCharCode(...bytes))}`;
}

const pageStyle = `
:root { --back: #fff; --text: #1c2127; --faint: #5f6b7a; --line: #d8dde3; --tile: #f4f6f8; --good: #10713a; --bad: #b3261e; --plot-1: #1f6feb; --plot-2: #c2410c; --plot-3: #6b7280; --plot-4: #15803d; }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e4e8ec; --faint: #98a3b0; --line: #343c46; --tile: #1d232a; --good: #4cc38a; --bad: #ff8f85; --plot-1: #6cb2ff; --plot-2: #ff9e64; --plot-3: #9aa5b1; --plot-4: #7ee2a8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 100rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
header p, footer, figcaption, small, .group th { color: var(--faint); }
footer { margin-top: 2rem; font-size: .8rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin-top: 1rem; }
.tiles div { background: var(--tile); border-radius: .5rem; padding: .75rem 1rem; } .tiles b { display: block; font-size: 1.3rem; font-weight: 600; } .tiles small { font-size: .85rem; font-weight: 400; } .tiles span { color: var(--faint); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1.5rem; } figure { margin: 0; min-width: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .25rem .75rem .25rem 0; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; } th:first-child, .words td { text-align: left; } tr:first-child th { color: var(--faint); }
.scroll th:first-child { position: sticky; left: 0; background: var(--back); }
.good { color: var(--good); } .bad { color: var(--bad); } summary { cursor: pointer; margin: .75rem 0; } .u-legend { color: var(--text); font-size: .8rem; white-space: normal; } .u-legend th, .u-legend td { border: 0; }
@page { size: landscape; margin: 12mm; }
@media print { .plots { zoom: .85; } body { padding: 0; font-size: 9px; } .scroll { overflow: visible; } th, td { padding-right: .5rem; } figure, tr, .tiles { break-inside: avoid; } h2 { break-after: avoid; } }
.u-legend .u-series:has(> .u-value:empty) th::after { content: none; } .u-legend .u-series:first-child:has(> .u-value:empty) { display: none; }
`;
