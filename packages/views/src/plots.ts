import type { Plot, PlotPage } from "@routewright/runtime/simulate";
import uPlot from "uplot";

/** Colours of plots, as a canvas takes them. */
export interface PlotColours {
  readonly text: string;
  readonly line: string;
  /** For one curve after the other. */
  readonly curves: readonly string[];
}

const height = 240;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Where marks of time may stand: whole minutes, hours, days. */
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map((count) => count * hour),
];

/** Draws a plot as wide as its place; gives what takes it away again. */
export function drawPlot(
  place: HTMLElement,
  plot: Plot,
  page: PlotPage,
  colours: PlotColours,
): () => void {
  const { x, series, time, y } = plot;
  const axis = {
    stroke: colours.text,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1 },
    font: "12px system-ui, sans-serif",
  } satisfies uPlot.Axis;
  const drawn = new uPlot(
    {
      width: place.clientWidth,
      height,
      scales: {
        x: { time: false },
        y: {
          range: (_plot, low, high) => [Math.min(0, low), y === "%" ? 100 : high * 1.08 || 1],
        },
      },
      axes: [
        {
          ...axis,
          space: 70,
          splits: (_plot, _axis, low, high, step) =>
            marks(low, high, step, time === "clock" ? page.clockMs : 0),
          incrs: steps,
          values: (_plot, ticks) => ticks.map((tick) => label(tick, time, page)),
        },
        { ...axis, size: 62, values: (_plot, ticks) => ticks.map((tick) => `${round(tick)}${y}`) },
      ],
      series: [
        {
          label: time === "clock" ? "time" : "wait",
          value: (_plot, at) => (at === null ? "" : label(at, time, page)),
        },
        ...series.map(
          ({ name }, index): uPlot.Series => ({
            label: name,
            stroke: colours.curves[index % colours.curves.length] ?? colours.text,
            width: 2,
            points: { show: false },
            value: (_plot, value) => (value === null ? "" : `${round(value)}${y}`),
          }),
        ),
      ],
    },
    [[...x], ...series.map(({ values }) => [...values])],
    place,
  );
  const watch = new ResizeObserver(() => {
    if (place.clientWidth !== drawn.width) drawn.setSize({ width: place.clientWidth, height });
  });
  watch.observe(place);
  return () => {
    watch.disconnect();
    drawn.destroy();
  };
}

/** Every so many milliseconds on the clock, which may have started at an odd time. */
function marks(low: number, high: number, step: number, clockMs: number): number[] {
  const first = Math.ceil((low + clockMs) / step) * step - clockMs;
  const count = Math.max(0, Math.floor((high - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

function label(at: number, time: Plot["time"], page: PlotPage): string {
  if (time === "clock") {
    const date = new Date(at + page.clockMs);
    const clock = date.toISOString().slice(11, 16);
    return page.days > 1 ? `${days[date.getUTCDay()]} ${clock}` : clock;
  }
  const seconds = at / 1000;
  return seconds < 120 ? `${round(seconds)}s` : `${round(seconds / 60)}m`;
}

function round(value: number): number {
  return Number(value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0));
}
