/**
 * The simulator beside queueing theory, as docs/simulation.md shows it:
 * `npm run theory -- [SEEDS] [JOBS] [REPLICATIONS]`. Prints z-scores: by how many standard errors
 * a mean is off; of a simulator without bias they spread like a standard normal.
 */
import {
  erlangASets,
  erlangCSets,
  measureTheory,
  nameOf,
} from "../packages/runtime/test/simulate/support/theory.ts";

const [seeds = 3, jobs = 60_000, replications = 30, only] = process.argv.slice(2).map(Number);

const rows: { readonly name: string; readonly truth: number; readonly z: readonly number[] }[] = [];
for (const set of [...erlangCSets, ...erlangASets]) {
  if (only !== undefined && set.servers !== only) continue;
  const runs = Array.from({ length: seeds }, (_, index) =>
    measureTheory(set, { jobs, replications, seed: index + 1 }),
  );
  for (const [index, { name, truth }] of (runs[0] ?? []).entries()) {
    const row = {
      name: `${nameOf(set)}: ${name}`,
      truth,
      z: runs.flatMap((measures) => measures[index]?.z ?? []),
    };
    rows.push(row);
    process.stderr.write(`${row.name} ${row.z.map((z) => z.toFixed(2)).join(" ")}\n`);
  }
}

const show = (value: number) => value.toFixed(2).replace("-", "−");
const heads = Array.from({ length: seeds }, (_, index) => ` z, seed ${index + 1} |`).join("");
console.log(`| Set and measure | Theory |${heads} Mean z × √${seeds} |`);
console.log(`|---|--:|${"--:|".repeat(seeds + 1)}`);
for (const { name, truth, z } of rows) {
  const cells = z.map((each) => ` ${show(each)} |`).join("");
  console.log(`| ${name} | ${truth.toFixed(5)} |${cells} ${show(pooled(z))} |`);
}
const all = rows.flatMap(({ z }) => z);
const beyond = all.filter((z) => Math.abs(z) > 3).length;
const within = all.filter((z) => Math.abs(z) < 2).length;
console.log(
  `\n${all.length} z-scores: ${within} within 2, ${beyond} beyond 3; ` +
    `of waits and abandonment pooled over sets and seeds: ${show(
      pooled(rows.filter(({ name }) => !name.endsWith("Little")).flatMap(({ z }) => z)),
    )}.`,
);

/** Standard normal again when nothing is off. */
function pooled(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.sqrt(values.length);
}
