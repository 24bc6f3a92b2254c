/**
 * Plays the Power Fx vectors of a folder through closures and generated code.
 * Usage: conformance-powerfx.ts [FOLDER] [--failures] [--write-table]
 *
 * The project's own copy must fail exactly where its list of known failures says; any other
 * folder must reach the rates of each tier. `--write-table` writes the table of the docs.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConformanceCase } from "../packages/powerfx/test/support/conformance.ts";
import {
  conformancePage,
  type FileScore,
  type KnownFailure,
  percent,
  type Score,
  scoreFile,
  shortfalls,
  tiersOf,
  totalScore,
} from "../packages/powerfx/test/support/score.ts";

const own = fileURLToPath(new URL("../packages/powerfx/conformance", import.meta.url));
const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith("--")) ?? own;
if (!existsSync(folder)) {
  console.error(`no such folder: ${folder}`);
  process.exit(2);
}
const isOwn = realpathSync(folder) === realpathSync(own);

const tiers = readTiers();
const scores: readonly FileScore[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  .flatMap((name) => {
    const cases: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
    // A file of vectors is a list of cases; what else lies in the folder is none.
    return Array.isArray(cases) && cases.every(isVector)
      ? [scoreFile(basename(name, ".json"), tiers.get(name) ?? 0, cases)]
      : [];
  });
const failures = scores.flatMap((score) => score.failures);
const passed = scores.reduce((total, score) => total + score.passed.length, 0);

printTable();
if (args.includes("--failures")) {
  for (const { id, expr, problem } of failures) console.log(`${id} ${expr}\n    ${problem}`);
}
const problems = isOwn ? againstList() : shortfalls(scores);
for (const problem of problems.slice(0, 20)) console.log(problem);
if (problems.length > 20) console.log(`… and ${problems.length - 20} more`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = problems.length > 0 || passed === 0 ? 1 : 0;

function isVector(value: unknown): value is ConformanceCase {
  return typeof value === "object" && value !== null && "expr" in value && "expected" in value;
}

function againstList(): readonly string[] {
  const list: readonly KnownFailure[] = JSON.parse(
    readFileSync(join(own, "known-failures.json"), "utf8"),
  );
  const known = new Set(list.map((entry) => entry.case));
  const failing = new Set(failures.map((failure) => failure.id));
  if (args.includes("--write-table")) {
    const page = new URL("../docs/powerfx-conformance.md", import.meta.url);
    writeFileSync(page, conformancePage(scores, list));
  }
  return [
    ...failures
      .filter(({ id }) => !known.has(id))
      .map(({ id, expr, problem }) => `unexpected failure: ${id} ${expr}\n    ${problem}`),
    ...[...known]
      .filter((id) => !failing.has(id))
      .map((id) => `passes now, take it off the known failures: ${id}`),
  ];
}

function printTable(): void {
  console.log(
    "tier  file                                                     values        compile errors",
  );
  for (const tier of tiersOf(scores)) {
    const rows = scores.filter((score) => score.tier === tier);
    for (const row of rows) console.log(line(tier, row.file, row));
    console.log(line(tier, "TOTAL", totalScore(rows)));
  }
  const skipped = scores.reduce((total, score) => total + score.skipped, 0);
  if (skipped > 0) console.log(`${skipped} skipped: they need the data of another culture`);
}

function line(tier: number, name: string, row: Score): string {
  const ratio = (good: number, all: number) =>
    all === 0 ? "-" : `${good}/${all} ${percent(good, all)}`;
  const values = ratio(row.valuesPassed, row.values).padEnd(22);
  return `${String(tier).padEnd(6)}${name.padEnd(55)}${values}${ratio(row.errorsPassed, row.errors)}`.trimEnd();
}

function readTiers(): ReadonlyMap<string, number> {
  const path = [join(folder, "index.json"), join(own, "index.json")].find((at) => existsSync(at));
  if (path === undefined) return new Map();
  const index: { readonly files: readonly { readonly file: string; readonly tier: number }[] } =
    JSON.parse(readFileSync(path, "utf8"));
  return new Map(index.files.map((entry) => [entry.file, entry.tier]));
}
