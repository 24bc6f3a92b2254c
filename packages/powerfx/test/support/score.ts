import { type ConformanceCase, runCase } from "./conformance.ts";

export interface Score {
  readonly values: number;
  readonly valuesPassed: number;
  /** Cases that must not compile: the keys and places of what is reported. */
  readonly errors: number;
  readonly errorsPassed: number;
}

export interface CaseFailure {
  /** `file:line` upstream. */
  readonly id: string;
  readonly expr: string;
  readonly problem: string;
}

export interface FileScore extends Score {
  readonly file: string;
  readonly tier: number;
  readonly passed: readonly string[];
  readonly failures: readonly CaseFailure[];
  /** Cases that need the data of another culture. */
  readonly skipped: number;
}

export interface KnownFailure {
  readonly case: string;
  readonly reason: string;
}

/** Plays the vectors of one file through both paths. */
export function scoreFile(
  file: string,
  tier: number,
  cases: readonly ConformanceCase[],
): FileScore {
  const ran = cases.filter((vector) => vector.needs === undefined);
  const passed: string[] = [];
  const failures: CaseFailure[] = [];
  const score = { values: 0, valuesPassed: 0, errors: 0, errorsPassed: 0 };
  for (const vector of ran) {
    const id = `${vector.file}:${vector.line}`;
    const problem = runCase(vector);
    const isError = isCompileError(vector);
    if (isError) score.errors++;
    else score.values++;
    if (problem !== undefined) {
      failures.push({ id, expr: vector.expr, problem });
      continue;
    }
    passed.push(id);
    if (isError) score.errorsPassed++;
    else score.valuesPassed++;
  }
  return { file, tier, ...score, passed, failures, skipped: cases.length - ran.length };
}

export function totalScore(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) =>
    scores.reduce((total, score) => total + of(score), 0);
  return {
    values: sum((score) => score.values),
    valuesPassed: sum((score) => score.valuesPassed),
    errors: sum((score) => score.errors),
    errorsPassed: sum((score) => score.errorsPassed),
  };
}

export function tiersOf(scores: readonly FileScore[]): readonly number[] {
  return [...new Set(scores.map((score) => score.tier))].sort((a, b) => a - b);
}

/** What must pass, in percent; files of no known tier (0) are held to the last one's rate. */
export const thresholds: ReadonlyMap<number, { readonly values: number; readonly errors: number }> =
  new Map([
    [0, { values: 95, errors: 0 }],
    [1, { values: 99.5, errors: 97 }],
    [2, { values: 99, errors: 0 }],
    [3, { values: 95, errors: 0 }],
  ]);

/** The tiers that fall short, each with what it has and what it should have. */
export function shortfalls(scores: readonly FileScore[]): readonly string[] {
  const found: string[] = [];
  for (const tier of tiersOf(scores)) {
    const total = totalScore(scores.filter((score) => score.tier === tier));
    const wanted = thresholds.get(tier);
    if (wanted === undefined) continue;
    const check = (what: string, good: number, all: number, least: number) => {
      if (100 * good < least * all) {
        found.push(`tier ${tier}: ${what} ${percent(good, all)}, at least ${least} % wanted`);
      }
    };
    check("values", total.valuesPassed, total.values, wanted.values);
    check("compile errors", total.errorsPassed, total.errors, wanted.errors);
  }
  return found;
}

/** Rounded down, so that what falls short never looks as if it did not. */
export function percent(good: number, all: number): string {
  return all === 0 ? "-" : `${(Math.floor((1000 * good) / all) / 10).toFixed(1)} %`;
}

/** docs/powerfx-conformance.md. */
export function conformancePage(
  scores: readonly FileScore[],
  known: readonly KnownFailure[],
): string {
  const reasons = new Map<string, number>();
  for (const { reason } of known) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const byCount = [...reasons].sort(
    ([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : a > b ? 1 : 0),
  );
  const skipped = scores.reduce((total, score) => total + score.skipped, 0);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const figures = (score: Score) => [
    score.values === 0 ? "-" : `${score.valuesPassed} of ${score.values}`,
    percent(score.valuesPassed, score.values),
    score.errors === 0 ? "-" : `${score.errorsPassed} of ${score.errors}`,
    percent(score.errorsPassed, score.errors),
  ];
  const lines = [
    "# Power Fx conformance",
    "",
    "Written by `npm run conformance:powerfx -- --write-table`; a test holds it to the run.",
    "",
    "Upstream's own test cases (the development part of them) through closures and generated code alike;",
    "a case passes only if both give the expected value. *Compile errors* are formulas that upstream",
    "refuses: there the engine's error keys and their places must be the same.",
    "",
    row(["tier", "values", "", "compile errors", ""]),
    row(["---", "---", "---", "---", "---"]),
    ...tiersOf(scores).map((tier) =>
      row([String(tier), ...figures(totalScore(scores.filter((score) => score.tier === tier)))]),
    ),
    row(["all", ...figures(totalScore(scores))]),
    "",
    `Not run: ${skipped} cases that need the data of another culture.`,
    "",
    "## Why cases fail",
    "",
    "Each failing case is listed with its reason in `packages/powerfx/conformance/known-failures.json`;",
    "one that starts to pass must leave the list.",
    "",
    row(["cases", "reason"]),
    row(["---", "---"]),
    ...byCount.map(([reason, count]) => row([String(count), reason])),
    "",
    "## By file",
    "",
    row(["tier", "file", "values", "", "compile errors", ""]),
    row(["---", "---", "---", "---", "---", "---"]),
    ...tiersOf(scores).flatMap((tier) =>
      scores
        .filter((score) => score.tier === tier)
        .map((score) => row([String(tier), score.file, ...figures(score)])),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function isCompileError({ expected }: ConformanceCase): boolean {
  return typeof expected === "object" && expected !== null && "compileError" in expected;
}
