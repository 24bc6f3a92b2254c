/**
 * The simulator beside queueing theory, as docs/simulation.md shows it:
 * `npm run theory -- [SEEDS] [JOBS] [REPLICATIONS] [FIRST SEED]`. Prints z-scores: by how many
 * standard errors a mean is off; of a simulator without bias they spread like a standard normal.
 */
import {
  erlangASets,
  erlangCSets,
  measureTheory,
  nameOf,
} from "../packages/runtime/test/simulate/support/theory.ts";

const [seeds = 3, jobs = 15_000, replications = 30, first = 1] = process.argv.slice(2).map(Number);

const rows: { readonly set: string; readonly measure: string; readonly z: readonly number[] }[] =
  [];
// A seed of its own for each run: with common random numbers the sets would err together.
let seed = first;
for (const set of [...erlangCSets, ...erlangASets]) {
  const runs = Array.from({ length: seeds }, () =>
    measureTheory(set, { jobs, replications, seed: seed++ }),
  );
  for (const [index, { name }] of (runs[0] ?? []).entries()) {
    const z = runs.flatMap((measures) => measures[index]?.z ?? []);
    rows.push({ set: nameOf(set), measure: name, z });
    process.stderr.write(`${nameOf(set)}: ${name} ${z.map((each) => each.toFixed(2)).join(" ")}\n`);
  }
}

const show = (value: number) => value.toFixed(2).replace("-", "−");
console.log(`| Set | Measure | z, one for each of ${seeds} seeds | together |\n|---|---|---|--:|`);
for (const { set, measure, z } of rows) {
  console.log(`| ${set} | ${measure} | ${z.map(show).join(", ")} | ${show(pooled(z))} |`);
}
const all = rows.flatMap(({ z }) => z);
const beyond = (limit: number) => all.filter((z) => Math.abs(z) > limit).length;
console.log(
  `\nOf ${all.length} z-scores ${beyond(2)} are beyond 2, ${beyond(3)} beyond 3. Together:`,
);
for (const name of ["wait", "abandoned", "Little"]) {
  const z = rows.filter(({ measure }) => measure === name).flatMap((row) => row.z);
  console.log(`- ${name}: ${show(pooled(z))}`);
}

/** Of independent z-scores: standard normal again when nothing is off. */
function pooled(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.sqrt(values.length);
}
