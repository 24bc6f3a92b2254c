import {
  type CoverageSuite,
  type FileCoverage,
  type LineCoverage,
  linesOf,
} from "./line-coverage.ts";
import { attributes } from "./xml.ts";

/**
 * Cobertura XML as CI systems read it: a package for each suite, a class for each file. The time
 * stamp is 0 and paths are those of the run: equal runs give equal bytes. Source: coverage-04.dtd of Cobertura.
 */
export function renderCobertura(suites: readonly CoverageSuite[]): string {
  const all = suites.flatMap(({ files }) => files.flatMap(linesOf));
  const lines = count(all);
  const branches = countBranches(all);
  const head = attributes({
    ...rates(all),
    "lines-covered": String(lines.covered),
    "lines-valid": String(lines.total),
    "branches-covered": String(branches.covered),
    "branches-valid": String(branches.total),
    complexity: "0",
    version: "1",
    timestamp: "0",
  });
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">',
    `<coverage${head}>`,
    "  <sources>",
    "    <source>.</source>",
    "  </sources>",
    "  <packages>",
    ...suites.flatMap(suiteLines),
    "  </packages>",
    "</coverage>",
  ];
  return `${text.join("\n")}\n`;
}

function suiteLines({ name, files }: CoverageSuite): readonly string[] {
  return [
    `    <package${attributes({ name, ...rates(files.flatMap(linesOf)), complexity: "0" })}>`,
    "      <classes>",
    ...files.flatMap(fileLines),
    "      </classes>",
    "    </package>",
  ];
}

function fileLines(file: FileCoverage): readonly string[] {
  const { path, units } = file;
  const lines = linesOf(file);
  const head = attributes({ name: path, filename: path, ...rates(lines), complexity: "0" });
  return [
    `        <class${head}>`,
    "          <methods>",
    ...units.flatMap(({ name, line, hits }) => {
      const own = { line, hits, groups: [] };
      const method = attributes({ name, signature: "", ...rates([own]), complexity: "0" });
      return [
        `            <method${method}>`,
        "              <lines>",
        ...lineLines(own, "                "),
        "              </lines>",
        "            </method>",
      ];
    }),
    "          </methods>",
    "          <lines>",
    ...lines.flatMap((line) => lineLines(line, "            ")),
    "          </lines>",
    "        </class>",
  ];
}

function lineLines({ line, hits, groups }: LineCoverage, indent: string): readonly string[] {
  const common = { number: String(line), hits: String(hits) };
  if (groups.length === 0) return [`${indent}<line${attributes({ ...common, branch: "false" })}/>`];
  const covered = share(countBranches([{ line, hits, groups }]));
  const head = attributes({ ...common, branch: "true", "condition-coverage": covered });
  return [
    `${indent}<line${head}>`,
    `${indent}  <conditions>`,
    ...groups.map((group, number) => {
      const { covered: reached, total } = countBranches([{ line, hits, groups: [group] }]);
      const coverage = `${percent(reached, total)}%`;
      return `${indent}    <condition${attributes({ number: String(number), type: "jump", coverage })}/>`;
    }),
    `${indent}  </conditions>`,
    `${indent}</line>`,
  ];
}

interface Count {
  readonly covered: number;
  readonly total: number;
}

function count(lines: readonly LineCoverage[]): Count {
  return { covered: lines.filter(({ hits }) => hits > 0).length, total: lines.length };
}

function countBranches(lines: readonly LineCoverage[]): Count {
  const taken = lines.flatMap(({ groups }) => groups.flatMap((group) => group.taken));
  return { covered: taken.filter((times) => times > 0).length, total: taken.length };
}

function rates(lines: readonly LineCoverage[]): Readonly<Record<string, string>> {
  return { "line-rate": rate(count(lines)), "branch-rate": rate(countBranches(lines)) };
}

/** Nothing to reach is reached. */
function rate({ covered, total }: Count): string {
  return total === 0 ? "1" : String(Math.round((covered / total) * 10_000) / 10_000);
}

function share({ covered, total }: Count): string {
  return `${percent(covered, total)}% (${covered}/${total})`;
}

function percent(covered: number, total: number): number {
  return total === 0 ? 100 : Math.floor((covered / total) * 100);
}
