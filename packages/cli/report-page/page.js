// The plots of a simulation report. Bundled with uPlot into one script, which stands in the page.
import uPlot from "uplot";

const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const plots = [];

draw();
dark.addEventListener("change", draw);
addEventListener("resize", () => {
  for (const { plot, place } of plots) plot.setSize({ width: place.clientWidth, height: 240 });
});

function draw() {
  for (const { plot } of plots.splice(0)) plot.destroy();
  for (const place of document.querySelectorAll("[data-plot]")) {
    const { x, series, time, y } = data.plots[Number(place.dataset.plot)];
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--text"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
    };
    const options = {
      width: place.clientWidth,
      height: 240,
      scales: {
        x: { time: false },
        y: { range: (_, low, high) => [Math.min(0, low), y === "%" ? 100 : high * 1.08 || 1] },
      },
      axes: [
        { ...axis, space: 70, values: (_, ticks) => ticks.map((tick) => label(tick, time)) },
        { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => `${round(tick)}${y}`) },
      ],
      series: [
        {
          label: time === "clock" ? "time" : "wait",
          value: (_, at) => (at == null ? "" : label(at, time)),
        },
        ...series.map(({ name }, index) => ({
          label: name,
          stroke: colour(`--plot-${index + 1}`),
          width: 2,
          points: { show: false },
          value: (_, value) => (value == null ? "" : `${round(value)}${y}`),
        })),
      ],
    };
    plots.push({
      plot: new uPlot(options, [x, ...series.map(({ values }) => values)], place),
      place,
    });
  }
}

function label(at, time) {
  if (time === "clock") {
    const date = new Date(at + data.clockMs);
    const clock = date.toISOString().slice(11, 16);
    return data.days > 1
      ? `${["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.getUTCDay()]} ${clock}`
      : clock;
  }
  const seconds = at / 1000;
  return seconds < 120 ? `${round(seconds)}s` : `${round(seconds / 60)}m`;
}

function round(value) {
  return Number(value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0));
}
