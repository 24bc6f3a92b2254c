import { cpus } from "node:os";
import { isDeepStrictEqual } from "node:util";

/**
 * Side-by-side speed comparison in one process. Only ratios to a baseline that ran just before
 * and just after count; nanoseconds are context, they depend on the machine and its mood. What is
 * measured is this process's processor time, so that a busy machine spoils little; a suite that
 * waits for something else (a child process, a socket) says `clock: "wall"`.
 *
 * How to add one: write `bench/NAME.bench.ts` (or `packages/*\/bench/NAME.bench.ts`) with
 *
 *     export const suites = [
 *       defineSuite({
 *         name: "classify, 40 rules",
 *         prepare: () => ({
 *           unit: "job", units: jobs.length,               // what one `run` handles
 *           baseline: { name: "hand-written", run: () => jobs.map(byHand) },
 *           subjects: [{ name: "engine", run: () => jobs.map(engine), atMost: 3 }],
 *         }),
 *       }),
 *     ];
 *
 * and run `npm run bench -- NAME` (`--list`, `--quick`, `--json`, `--check`: exit 1 when a target
 * is missed). What `run` returns is its answer; every answer must equal the baseline's before
 * anything is timed, so let `run` return what it computed. Work that has no common answer says
 * why in `unchecked`. Preparing happens in `prepare`, outside the clock. `run` may be async.
 */
export interface BenchSuite {
  readonly name: string;
  prepare(): PreparedSuite | Promise<PreparedSuite>;
}

export interface PreparedSuite {
  /** What is counted: "job", "line", "start". */
  readonly unit: string;
  /** How many units one `run` handles; a subject may have its own count. */
  readonly units: number;
  readonly baseline: BenchSubject;
  readonly subjects: readonly BenchSubject[];
  /** What passes: processor time of this process (when absent), or time as everybody has it. */
  readonly clock?: "cpu" | "wall";
  /** Shown under the table: where the input comes from, what was left out. */
  readonly note?: string;
}

export interface BenchSubject {
  readonly name: string;
  run(): unknown;
  readonly units?: number;
  /** Target: time per unit at most this many times the baseline's. */
  readonly atMost?: number;
  /** Target: at most so many milliseconds per unit, for what has a bar of its own. */
  readonly atMostMs?: number;
  /** Target: time per unit at least this many times the baseline's (a peer to be ahead of). */
  readonly atLeast?: number;
  /** Why the answer is not compared with the baseline's. */
  readonly unchecked?: string;
}

export interface BenchOptions {
  /** Interleaved rounds; the median of an odd number is one of them. */
  readonly rounds: number;
  /** A round repeats `run` until about this long has passed. */
  readonly roundMs: number;
  /** Slow subjects get fewer rounds, never fewer than 3. */
  readonly subjectBudgetMs: number;
}

export const usualOptions: BenchOptions = { rounds: 15, roundMs: 40, subjectBudgetMs: 6_000 };
export const quickOptions: BenchOptions = { rounds: 5, roundMs: 15, subjectBudgetMs: 1_500 };

export interface BenchRow {
  readonly name: string;
  /** Median of time per unit / the baseline's time per unit around it. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
  readonly nsPerUnit: number;
  /** 19 of 20 rounds were at most so long; told where time on the wall is measured. */
  readonly p95NsPerUnit?: number;
  readonly rounds: number;
  readonly target?: string;
  readonly met?: boolean;
}

export interface BenchReport {
  readonly suite: string;
  readonly unit: string;
  readonly baseline: string;
  readonly rows: readonly BenchRow[];
  readonly note?: string;
}

export function defineSuite(suite: BenchSuite): BenchSuite {
  return suite;
}

export async function runSuite(suite: BenchSuite, options: BenchOptions): Promise<BenchReport> {
  const prepared = await suite.prepare();
  await checkAnswers(suite.name, prepared);
  const clock = clocks[prepared.clock ?? "cpu"];
  const baseline = await calibrate(prepared.baseline, prepared.units, options, clock);
  const rows: BenchRow[] = [];
  const baselineNs: number[] = [];
  const running: Running[] = [];
  for (const subject of prepared.subjects) {
    running.push(await calibrate(subject, prepared.units, options, clock));
  }
  const ratios = running.map((): number[] => []);
  const times = running.map((): number[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, subject] of running.entries()) {
      if (round >= subject.rounds) continue;
      const before = await timeRound(baseline, clock);
      const own = await timeRound(subject, clock);
      const after = await timeRound(baseline, clock);
      ratios[index]?.push((own * 2) / (before + after));
      times[index]?.push(own);
      baselineNs.push(before, after);
    }
  }
  const isWall = prepared.clock === "wall";
  const timesOf = (ns: readonly number[]) => ({
    nsPerUnit: quantile(ns, 0.5),
    ...(isWall ? { p95NsPerUnit: quantile(ns, 0.95) } : {}),
  });
  rows.push({
    name: prepared.baseline.name,
    ratio: 1,
    quartiles: [1, 1],
    ...timesOf(baselineNs),
    rounds: baselineNs.length,
  });
  for (const [index, { subject, rounds }] of running.entries()) {
    const own = ratios[index] ?? [];
    const ratio = quantile(own, 0.5);
    rows.push({
      name: subject.name,
      ratio,
      quartiles: [quantile(own, 0.25), quantile(own, 0.75)],
      ...timesOf(times[index] ?? []),
      rounds,
      ...judge(subject, ratio, quantile(times[index] ?? [], 0.5)),
    });
  }
  return {
    suite: suite.name,
    unit: prepared.unit,
    baseline: prepared.baseline.name,
    rows,
    ...(prepared.note === undefined ? {} : { note: prepared.note }),
  };
}

/** The machine in one line, for the head of a report. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || "unknown processor";
  return `node ${process.version}, ${processors.length} x ${model}, ${process.platform}-${process.arch}`;
}

export function renderReport(report: BenchReport): string {
  const hasTails = report.rows.some((row) => row.p95NsPerUnit !== undefined);
  const header = ["subject", "ratio", "quartiles", `per ${report.unit}`, "target"];
  if (hasTails) header.splice(4, 0, "p95");
  const rows = report.rows.map((row) => [
    row.name,
    formatRatio(row.ratio),
    row.rounds > 1 && row.ratio !== 1
      ? `${formatRatio(row.quartiles[0])}..${formatRatio(row.quartiles[1])}`
      : "",
    formatTime(row.nsPerUnit),
    ...(hasTails ? [formatTime(row.p95NsPerUnit ?? Number.NaN)] : []),
    row.target === undefined ? "" : `${row.target} ${row.met === true ? "met" : "MISSED"}`,
  ]);
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || column === header.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const lines = [report.suite, line(header), line(widths.map((width) => "-".repeat(width)))];
  for (const row of rows) lines.push(line(row));
  if (report.note !== undefined) lines.push(report.note);
  return lines.join("\n");
}

interface Running {
  readonly subject: BenchSubject;
  readonly units: number;
  readonly repeats: number;
  readonly rounds: number;
}

async function checkAnswers(suite: string, prepared: PreparedSuite): Promise<void> {
  const expected = await prepared.baseline.run();
  for (const subject of prepared.subjects) {
    if (subject.unchecked !== undefined) continue;
    const actual = await subject.run();
    if (!isDeepStrictEqual(actual, expected)) {
      throw new Error(
        `${suite}: \`${subject.name}\` answers differently from \`${prepared.baseline.name}\`${firstDifference(actual, expected)}`,
      );
    }
  }
}

function firstDifference(actual: unknown, expected: unknown): string {
  if (!Array.isArray(actual) || !Array.isArray(expected)) return "";
  const index = expected.findIndex((value, at) => !isDeepStrictEqual(actual[at], value));
  if (index < 0) return `: ${actual.length} answers instead of ${expected.length}`;
  return `: at ${index} ${JSON.stringify(actual[index])} instead of ${JSON.stringify(expected[index])}`;
}

/** Warms the subject up and finds how often a round must repeat it. */
async function calibrate(
  subject: BenchSubject,
  suiteUnits: number,
  options: BenchOptions,
  clock: Clock,
): Promise<Running> {
  const units = subject.units ?? suiteUnits;
  const warmUpNs = options.roundMs * 3e6;
  let repeats = 0;
  const start = clock();
  let elapsed = 0;
  let last = 0;
  do {
    const before = elapsed;
    sink = await subject.run();
    repeats++;
    elapsed = clock() - start;
    last = elapsed - before;
  } while (elapsed < warmUpNs);
  // The later runs are the warm ones.
  const perRun = Math.max(1, Math.min(last, elapsed / repeats));
  const perRound = Math.max(1, Math.round((options.roundMs * 1e6) / perRun));
  const roundNs = perRound * perRun;
  const affordable = Math.floor((options.subjectBudgetMs * 1e6) / roundNs);
  return {
    subject,
    units,
    repeats: perRound,
    rounds: Math.min(options.rounds, Math.max(3, affordable)),
  };
}

/** Nanoseconds a unit. */
async function timeRound(running: Running, clock: Clock): Promise<number> {
  const { subject, repeats, units } = running;
  const start = clock();
  for (let index = 0; index < repeats; index++) {
    const result = subject.run();
    sink = result instanceof Promise ? await result : result;
  }
  return (clock() - start) / (repeats * units);
}

/** Nanoseconds since some beginning. */
type Clock = () => number;

const clocks: Readonly<Record<"cpu" | "wall", Clock>> = {
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1e3;
  },
  wall: () => performance.now() * 1e6,
};

function judge(
  subject: BenchSubject,
  ratio: number,
  nsPerUnit: number,
): { target?: string; met?: boolean } {
  if (subject.atMostMs !== undefined) {
    return { target: `<= ${subject.atMostMs} ms`, met: nsPerUnit <= subject.atMostMs * 1e6 };
  }
  if (subject.atMost !== undefined) {
    return { target: `<= ${subject.atMost}`, met: ratio <= subject.atMost };
  }
  if (subject.atLeast !== undefined) {
    return { target: `>= ${subject.atLeast}`, met: ratio >= subject.atLeast };
  }
  return {};
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

function formatRatio(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

function formatTime(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(1)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} us`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(2)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** Keeps results reachable, so that no run can be optimised away. */
export let sink: unknown;
