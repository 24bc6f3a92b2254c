import { type CoverageSuite, type FileCoverage, linesOf, sum } from "./line-coverage.ts";
import { printable } from "./printable.ts";

/**
 * A trace file of lcov: a record for each file of each suite; readers add up records of one file.
 * Source: geninfo(1), "Files".
 */
export function renderLcov(suites: readonly CoverageSuite[]): string {
  const lines = suites.flatMap(({ name, files }) =>
    // A test's name may hold nothing but letters, digits and underscores.
    files.flatMap((file) => [`TN:${name.replace(/\W/gu, "_")}`, ...record(file)]),
  );
  return lines.map((line) => `${line}\n`).join("");
}

function record(file: FileCoverage): readonly string[] {
  const { units, branches } = file;
  const lines = linesOf(file);
  const taken = branches.flatMap((group) => group.taken);
  return [
    `SF:${printable(file.path)}`,
    ...units.map(({ line, name }) => `FN:${line},${name}`),
    ...units.map(({ hits, name }) => `FNDA:${hits},${name}`),
    `FNF:${units.length}`,
    `FNH:${units.filter(({ hits }) => hits > 0).length}`,
    ...branches.flatMap((group, block) =>
      group.taken.map((count, branch) => {
        const shown = sum(group.taken) === 0 ? "-" : count;
        return `BRDA:${group.line},${block},${branch},${shown}`;
      }),
    ),
    `BRF:${taken.length}`,
    `BRH:${taken.filter((count) => count > 0).length}`,
    ...lines.map(({ line, hits }) => `DA:${line},${hits}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(({ hits }) => hits > 0).length}`,
    "end_of_record",
  ];
}
