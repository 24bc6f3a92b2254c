import type { Cell, PolicyPage, ReportPage, Row } from "@routewright/runtime/simulate";
import { define, emit, h, sheet } from "./dom.ts";
import { type SimulationState, viewEvents } from "./events.ts";
import { button } from "./form-parts.ts";
import { drawPlot, type PlotColours } from "./plots.ts";
import { problemList } from "./problems.ts";
import { sharedSheet } from "./theme.ts";

const ownSheet = sheet(`
  :host {
    container-type: inline-size;
    --_grid: color-mix(in srgb, var(--_fg) 16%, transparent);
    --_curve-1: var(--rw-curve-1, light-dark(#1f6feb, #6cb2ff));
    --_curve-2: var(--rw-curve-2, light-dark(#c2410c, #ff9e64));
    --_curve-3: var(--rw-curve-3, light-dark(#6b7280, #9aa5b1));
    --_curve-4: var(--rw-curve-4, light-dark(#15803d, #7ee2a8));
  }
  .running { display: grid; grid-template-columns: 1fr auto; gap: 6px 12px; align-items: center; }
  .running p { grid-column: 1 / -1; }
  .bar { height: 4px; border-radius: 2px; background: var(--_border); overflow: clip; }
  .bar > div { height: 100%; background: var(--_bar); }
  :host { --_bar: var(--rw-progress, var(--_button)); }
  header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: start; justify-content: space-between; }
  header h2 { font-size: 1.25em; overflow-wrap: anywhere; }
  header .title { display: grid; gap: 2px; min-width: min(20em, 100%); }
  header .actions { display: flex; flex-wrap: wrap; gap: 8px; }
  .report { display: grid; grid-template-columns: minmax(0, 1fr); gap: 18px; }
  .report h3 { margin-block-end: 6px; overflow-wrap: anywhere; }
  .outdated { padding: 6px 10px; border: 1px solid var(--_border); border-inline-start: 3px solid var(--_warn); }
  .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5em, 1fr)); gap: 10px; }
  .tiles div { display: grid; gap: 2px; align-content: start; padding: 8px 12px; background: var(--_raised); border: 1px solid var(--_border); border-radius: 3px; }
  .tiles dt { color: var(--_muted); order: 2; }
  .tiles dd { font-size: 1.3em; font-weight: 600; }
  small { color: var(--_muted); font-size: 0.8em; font-weight: 400; white-space: nowrap; }
  .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26em, 100%), 1fr)); gap: 18px; }
  figure { margin: 0; min-width: 0; }
  figcaption { color: var(--_muted); margin-block-end: 4px; }
  .scroll { overflow-x: auto; }
  table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th, td { padding: 3px 14px 3px 0; text-align: end; vertical-align: baseline; font-weight: 400; border-block-end: 1px solid var(--_border); }
  th:first-child, .words td { text-align: start; }
  .scroll th:first-child { position: sticky; inset-inline-start: 0; background: var(--_bg); }
  thead th { color: var(--_muted); vertical-align: bottom; }
  tr.group th { color: var(--_muted); padding-block-start: 10px; }
  summary { cursor: pointer; color: var(--_muted); margin-block: 6px; }
  footer { color: var(--_muted); font-size: 0.9em; overflow-wrap: anywhere; }
  .uplot { line-height: 1.4; width: min-content; }
  .u-wrap { position: relative; user-select: none; }
  .u-over, .u-under, .u-axis, .u-select { position: absolute; }
  .u-under { overflow: hidden; }
  .uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
  .u-select { background: color-mix(in srgb, var(--_fg) 12%, transparent); pointer-events: none; }
  .u-cursor-x, .u-cursor-y { position: absolute; inset-inline-start: 0; inset-block-start: 0; pointer-events: none; }
  .u-hz .u-cursor-x { height: 100%; border-inline-end: 1px dashed var(--_muted); }
  .u-hz .u-cursor-y { width: 100%; border-block-end: 1px dashed var(--_muted); }
  .u-cursor-pt {
    position: absolute; inset-block-start: 0; inset-inline-start: 0; border: 0 solid; border-radius: 50%;
    pointer-events: none; background-clip: padding-box !important;
  }
  .u-axis.u-off, .u-select.u-off, .u-cursor-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off { display: none; }
  .u-legend { margin-inline: auto; font-size: 0.9em; white-space: normal; }
  .u-legend, .u-legend tbody { display: flex; flex-wrap: wrap; justify-content: center; }
  .u-legend th, .u-legend td { padding: 0; border: 0; }
  .u-series { display: flex; gap: 6px; padding: 2px 7px; }
  .u-series th { display: flex; gap: 5px; align-items: center; cursor: pointer; }
  .u-series td:empty { display: none; }
  .u-series:first-child:has(> .u-value:empty) { display: none; }
  .u-marker { width: 0.9em; height: 0.9em; border-radius: 2px; }
  .u-off > * { opacity: 0.35; }
  .probe { display: none; }
`);

/** How a run goes, and what came out of it. */
export class SimulationReportView extends HTMLElement {
  private removePlots: readonly (() => void)[] = [];
  private shown: SimulationState = { kind: "idle" };

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, ownSheet];
  }

  set state(state: SimulationState) {
    this.shown = state;
    for (const remove of this.removePlots) remove();
    this.removePlots = [];
    this.shadowRoot?.replaceChildren(this.body(state));
    this.redraw();
  }

  /** Draws the plots in the colours that hold now; a canvas does not see a new theme by itself. */
  redraw(): void {
    for (const remove of this.removePlots) remove();
    this.removePlots = [];
    if (this.shown.kind !== "ended") return;
    const { plots } = this.shown.page;
    const colours = this.colours();
    const places = this.shadowRoot?.querySelectorAll<HTMLElement>(".plot") ?? [];
    this.removePlots = [...places].flatMap((place, index) => {
      const plot = plots.plots[index];
      return plot === undefined ? [] : [drawPlot(place, plot, plots, colours)];
    });
  }

  private body(state: SimulationState): HTMLElement {
    const reveal = (detail: unknown): void => emit(this, viewEvents.reveal, detail);
    switch (state.kind) {
      case "idle":
        return h(
          "p",
          { class: "muted" },
          "A run plays the workload against the policy, again and again with other luck, and counts waits, answers in time and lost jobs. It happens on this machine; nothing is sent anywhere.",
        );
      case "running":
        return running(state, () => emit(this, viewEvents.stop, undefined));
      case "refused":
        return problemList(state.problems, reveal);
      case "ended":
        return h(
          "div",
          { class: "report" },
          this.head(state.page),
          state.outdated
            ? h("p", { class: "outdated" }, "The policy has changed since this run.")
            : undefined,
          state.problems.length === 0 ? undefined : problemList(state.problems, reveal),
          ...report(state.page),
        );
    }
  }

  private head({ title, introduction }: ReportPage): HTMLElement {
    return h(
      "header",
      {},
      h("div", { class: "title" }, h("h2", {}, title), h("p", { class: "muted" }, introduction)),
      h(
        "div",
        { class: "actions" },
        button("Save Report…", () => emit(this, viewEvents.save, undefined)),
        button("Save as JSON…", () => emit(this, viewEvents.saveData, undefined)),
      ),
    );
  }

  private colours(): PlotColours {
    const probe = h("span", { class: "probe" });
    this.shadowRoot?.append(probe);
    const colour = (name: string): string => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    const colours = {
      text: colour("--_fg"),
      line: colour("--_grid"),
      curves: [1, 2, 3, 4].map((index) => colour(`--_curve-${index}`)),
    };
    probe.remove();
    return colours;
  }
}

function running(
  { share, replications }: Extract<SimulationState, { kind: "running" }>,
  stop: () => void,
): HTMLElement {
  const percent = Math.floor(share * 100);
  const filled = h("div");
  filled.style.width = `${percent}%`;
  const runs =
    replications === undefined
      ? "Reading the workload…"
      : `Simulating ${replications === 1 ? "1 replication" : `${replications} replications`}: ${percent} %`;
  return h(
    "div",
    { class: "running" },
    h("p", { role: "status" }, runs),
    h(
      "div",
      {
        class: "bar",
        role: "progressbar",
        "aria-label": "Simulation",
        "aria-valuenow": percent,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
      },
      filled,
    ),
    button("Stop", stop),
  );
}

function report(page: ReportPage): readonly (HTMLElement | undefined)[] {
  const { difference } = page;
  return [
    h(
      "dl",
      { class: "tiles" },
      page.tiles.map(({ name, value }) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, ...cell(value))),
      ),
    ),
    page.expectations.length === 0 ? undefined : expectations(page),
    h(
      "section",
      {},
      h("h3", {}, "Over time"),
      h(
        "div",
        { class: "plots" },
        page.plots.plots.map(({ title }) =>
          h("figure", {}, h("figcaption", {}, title), h("div", { class: "plot" })),
        ),
      ),
    ),
    difference === undefined
      ? undefined
      : h(
          "section",
          {},
          h("h3", {}, difference.title),
          h("p", { class: "muted" }, difference.note),
          table(difference.columns, difference.rows.map(row)),
        ),
    ...page.policies.map(policyTables),
    h(
      "footer",
      {},
      page.hashes.map(({ name, hash }) => h("div", {}, `${name}: `, h("code", {}, hash))),
      h("div", {}, "workload: ", h("code", {}, page.workload), `, seed ${page.seed}`),
    ),
  ];
}

function expectations({ expectations: judged }: ReportPage): HTMLElement {
  return h(
    "section",
    {},
    h("h3", {}, "Expectations"),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "words" },
        judged.map(({ passed, text, found }) =>
          h(
            "tr",
            {},
            h("td", { class: passed ? "good" : "bad" }, passed ? "✓ met" : "✗ missed"),
            h("td", {}, text),
            h("td", {}, found),
          ),
        ),
      ),
    ),
  );
}

function policyTables({ name, columns, all, groups, workers }: PolicyPage): HTMLElement {
  const count = workers.count === 1 ? "1 worker" : `${workers.count} workers`;
  return h(
    "section",
    {},
    h("h3", {}, name),
    table(columns, [
      row(all),
      ...groups.flatMap(({ title, rows }) =>
        rows.length === 0
          ? []
          : [
              h(
                "tr",
                { class: "group" },
                h("th", { scope: "rowgroup", colspan: columns.length + 1 }, title),
              ),
              ...rows.map(row),
            ],
      ),
    ]),
    h("details", {}, h("summary", {}, count), table(workers.columns, workers.rows.map(row))),
  );
}

function table(columns: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          columns.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}

function row({ name, cells }: Row): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    cells.map((value) => h("td", {}, ...cell(value))),
  );
}

function cell({ text, plusMinus }: Cell): readonly (string | HTMLElement)[] {
  return plusMinus === undefined ? [text] : [text, " ", h("small", {}, `±${plusMinus}`)];
}

export function defineSimulationReport(): void {
  define("rw-simulation-report", SimulationReportView);
}
