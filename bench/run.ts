import { parseArgs } from "node:util";
import type { BenchReport, BenchSuite } from "./harness.ts";
import { machine, quickOptions, renderReport, runSuite, usualOptions } from "./harness.ts";

/**
 * Runs the suites of one bench file; `scripts/bench.mjs` bundles this with each of them.
 * Words on the command line pick suites by a part of their name, unless they named the file.
 */
export async function runFile(
  file: string,
  suites: readonly BenchSuite[],
  args: readonly string[],
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      // Of `runtime-simulate`, which reads it itself.
      jobs: { type: "string" },
    },
  });
  const named = positionals.length === 0 || positionals.some((word) => file.includes(word));
  const chosen = suites.filter(
    (suite) => named || positionals.some((word) => suite.name.includes(word)),
  );
  if (values.list) {
    for (const suite of suites) console.log(`${file}: ${suite.name}`);
    return;
  }
  if (chosen.length === 0) return;
  const reports: BenchReport[] = [];
  if (!values.json) console.log(`${file} (${machine()})`);
  for (const suite of chosen) {
    const report = await runSuite(suite, values.quick ? quickOptions : usualOptions);
    reports.push(report);
    if (!values.json) console.log(`\n${renderReport(report)}`);
  }
  if (values.json) console.log(JSON.stringify({ file, machine: machine(), reports }, null, 2));
  else console.log("");
  const missed = reports.some((report) => report.rows.some((row) => row.met === false));
  if (values.check && missed) process.exitCode = 1;
}
