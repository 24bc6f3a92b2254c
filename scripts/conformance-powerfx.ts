/**
 * Plays the Power Fx vectors of a folder through closures and generated code.
 * Usage: conformance-powerfx.ts [FOLDER] [--failures] [--write-table]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ConformanceCase, runCase } from "../packages/powerfx/test/support/conformance.ts";

interface FileScore {
  readonly tier: number;
  readonly file: string;
  values: number;
  valuesPassed: number;
  errors: number;
  errorsPassed: number;
}

const own = fileURLToPath(new URL("../packages/powerfx/conformance", import.meta.url));
const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith("--")) ?? own;
const showFailures = args.includes("--failures");
if (!existsSync(folder)) {
  console.error(`no such folder: ${folder}`);
  process.exit(2);
}

const tiers = readTiers();
const known = readKnownFailures();
const scores: FileScore[] = [];
const surprises: string[] = [];
const stale = new Set<string>();
let passed = 0;
let failed = 0;
let skipped = 0;

for (const name of readdirSync(folder).sort(compareText)) {
  if (!name.endsWith(".json") || name === "index.json" || name === "known-failures.json") continue;
  const cases: readonly ConformanceCase[] = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const score: FileScore = {
    tier: tiers.get(name) ?? 0,
    file: basename(name, ".json"),
    values: 0,
    valuesPassed: 0,
    errors: 0,
    errorsPassed: 0,
  };
  for (const vector of cases) {
    if (vector.needs !== undefined) {
      skipped++;
      continue;
    }
    const isError = isCompileError(vector);
    const problem = runCase(vector);
    const id = `${vector.file}:${vector.line}`;
    if (isError) score.errors++;
    else score.values++;
    if (problem === undefined) {
      passed++;
      if (isError) score.errorsPassed++;
      else score.valuesPassed++;
      if (known.has(id)) stale.add(id);
    } else {
      failed++;
      if (!known.has(id)) surprises.push(`${id} ${vector.expr}\n    ${problem}`);
      if (showFailures) console.log(`${id} ${vector.expr}\n    ${problem}`);
    }
  }
  scores.push(score);
}

printTable();
for (const surprise of surprises.slice(0, 20)) console.log(`unexpected failure: ${surprise}`);
if (surprises.length > 20) console.log(`… and ${surprises.length - 20} more unexpected failures`);
for (const id of stale) console.log(`passes now, take it off the known failures: ${id}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = surprises.length > 0 || stale.size > 0 || passed === 0 ? 1 : 0;

function printTable(): void {
  console.log(
    "tier  file                                                     values        compile errors",
  );
  for (const tier of [...new Set(scores.map((score) => score.tier))].sort((a, b) => a - b)) {
    const rows = scores.filter((score) => score.tier === tier);
    for (const row of rows) console.log(line(String(tier), row.file, row));
    const total = { values: 0, valuesPassed: 0, errors: 0, errorsPassed: 0 };
    for (const row of rows) {
      total.values += row.values;
      total.valuesPassed += row.valuesPassed;
      total.errors += row.errors;
      total.errorsPassed += row.errorsPassed;
    }
    console.log(line(String(tier), "TOTAL", total));
  }
  if (skipped > 0) console.log(`${skipped} skipped: they need the data of another culture`);
}

function line(
  tier: string,
  name: string,
  row: Pick<FileScore, "values" | "valuesPassed" | "errors" | "errorsPassed">,
): string {
  const values = ratio(row.valuesPassed, row.values);
  return `${tier.padEnd(6)}${name.padEnd(55)}${values.padEnd(22)}${ratio(row.errorsPassed, row.errors)}`.trimEnd();
}

function ratio(good: number, all: number): string {
  return all === 0 ? "-" : `${good}/${all} ${((100 * good) / all).toFixed(1)}%`;
}

function isCompileError(vector: ConformanceCase): boolean {
  return (
    typeof vector.expected === "object" &&
    vector.expected !== null &&
    "compileError" in vector.expected
  );
}

function readTiers(): ReadonlyMap<string, number> {
  const path = [join(folder, "index.json"), join(own, "index.json")].find((at) => existsSync(at));
  if (path === undefined) return new Map();
  const index: { readonly files: readonly { readonly file: string; readonly tier: number }[] } =
    JSON.parse(readFileSync(path, "utf8"));
  return new Map(index.files.map((entry) => [entry.file, entry.tier]));
}

function readKnownFailures(): ReadonlyMap<string, string> {
  const path = join(own, "known-failures.json");
  if (!existsSync(path)) return new Map();
  const entries: readonly { readonly case: string; readonly reason: string }[] = JSON.parse(
    readFileSync(path, "utf8"),
  );
  return new Map(entries.map((entry) => [entry.case, entry.reason]));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
