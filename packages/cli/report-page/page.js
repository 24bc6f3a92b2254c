// The plots of a simulation report. Bundled with uPlot into one script, which stands in the page.
import { drawPlot } from "@routewright/views/plots";

const page = JSON.parse(document.getElementById("data").textContent);
let drawn = [];

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

function draw() {
  for (const remove of drawn) remove();
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const colours = {
    text: colour("--text"),
    line: colour("--line"),
    curves: [1, 2, 3, 4].map((index) => colour(`--plot-${index}`)),
  };
  drawn = [...document.querySelectorAll("[data-plot]")].map((place) =>
    drawPlot(place, page.plots[Number(place.dataset.plot)], page, colours),
  );
}
