import { closest } from "@routewright/diagnostics";
import type { JobGroupResult, ReplicationResult } from "../model/result.ts";
import { Histogram, type HistogramData } from "../statistics/histogram.ts";
import { type Estimate, estimate, oneSidedBound, varianceOf } from "../statistics/interval.ts";
import type { ServiceLevel } from "../workload/workload.ts";
import { type Expectation, parseExpectation } from "./expectation.ts";
import {
  type JobMeasure,
  jobMeasures,
  measureExpected,
  measureJobs,
  occupancyOf,
  serviceLevelOf,
} from "./measures.ts";

/** What decides a run; parts of one run carry the same. */
export interface RunIdentity {
  readonly policy: PolicyIdentity;
  readonly compared?: PolicyIdentity;
  /** Hash of the workload as read, with its histories. */
  readonly workload: string;
  readonly seed: number;
  readonly replications: number;
  readonly confidence: number;
  readonly serviceLevels: readonly ServiceLevel[];
  /** When the workload's clock starts, in milliseconds since 1970 as that clock shows it. */
  readonly localStartMs: number;
  readonly expect: readonly string[];
}

export interface PolicyIdentity {
  readonly name: string;
  readonly hash: string;
}

/** One replication under the policy, and under the one it is compared with. */
export interface RunResult {
  readonly own: ReplicationResult;
  readonly compared?: ReplicationResult;
}

export type Estimates<M extends string> = Readonly<Record<M, Estimate | null>>;

export interface JobSummary extends Estimates<JobMeasure> {
  readonly name: string;
  readonly serviceLevels: readonly (Estimate | null)[];
}

export interface WorkerSummary {
  readonly id: string;
  readonly group: string;
  readonly occupancy: Estimate | null;
  readonly load: Estimate | null;
  readonly jobs: Estimate | null;
}

export interface PolicySummary extends PolicyIdentity {
  readonly all: JobSummary;
  readonly queues: readonly (JobSummary & { readonly meanLength: Estimate | null })[];
  readonly priorities: readonly JobSummary[];
  readonly classes: readonly JobSummary[];
  readonly occupancy: Estimate | null;
  readonly groups: readonly { readonly name: string; readonly occupancy: Estimate | null }[];
  readonly workers: readonly WorkerSummary[];
  /** Of all replications together. */
  readonly waits: HistogramData;
  readonly series: Series;
}

/** Means over the replications, by bin; `null` where nobody came. */
export interface Series {
  readonly fromMs: number;
  readonly binMs: number;
  readonly arrived: readonly number[];
  readonly lost: readonly number[];
  readonly serviceLevel: readonly (number | null)[];
  readonly waiting: readonly number[];
  readonly busy: readonly number[];
  readonly staffed: readonly number[];
}

export interface Difference {
  readonly measure: string;
  /** The policy's minus the compared one's, replication by replication. */
  readonly difference: Estimate | null;
  /**
   * How many times smaller the variance of the difference is than with runs that share no random
   * numbers; absent where one of them is 0.
   */
  readonly varianceReduction?: number;
}

export interface JudgedExpectation {
  readonly text: string;
  readonly expectation: Expectation;
  readonly passed: boolean;
  readonly estimate: Estimate | null;
  /** The end of the one-sided interval that decided. */
  readonly bound?: number;
  /** Why it could not be judged. */
  readonly problem?: string;
}

export interface SimulationReport {
  readonly format: "routewright-simulation/1";
  readonly run: RunIdentity;
  /** Fewer than wanted when the run was stopped. */
  readonly replications: number;
  readonly complete: boolean;
  readonly policies: readonly PolicySummary[];
  readonly differences: readonly Difference[];
  readonly expectations: readonly JudgedExpectation[];
}

/** Makes the report from results alone: parts put together give the bytes of the whole. */
export function summarize(run: RunIdentity, results: readonly RunResult[]): SimulationReport {
  const sorted = [...results].sort((a, b) => a.own.replication - b.own.replication);
  const own = sorted.map((result) => result.own);
  const compared = sorted.flatMap((result) =>
    result.compared === undefined ? [] : [result.compared],
  );
  const complete =
    own.length === run.replications && [...own, ...compared].every((each) => each.complete);
  const policies = [summarizePolicy(run.policy, own, run)];
  if (run.compared !== undefined) policies.push(summarizePolicy(run.compared, compared, run));
  return {
    format: "routewright-simulation/1",
    run,
    replications: own.length,
    complete,
    policies,
    differences: run.compared === undefined ? [] : compare(own, compared, run),
    expectations: run.expect.map((text) => judge(text, own, run)),
  };
}

function summarizePolicy(
  policy: PolicyIdentity,
  results: readonly ReplicationResult[],
  run: RunIdentity,
): PolicySummary {
  const over = (value: (result: ReplicationResult) => number | undefined): Estimate | null =>
    estimate(results.map(value), run.confidence) ?? null;
  const jobs = (
    name: string,
    pick: (result: ReplicationResult) => JobGroupResult | undefined,
  ): JobSummary => {
    const measured = (measure: JobMeasure): Estimate | null =>
      over((result) => {
        const group = pick(result);
        if (group !== undefined) return measureJobs(group, measure);
        // No job ended with this priority in this replication.
        return measure === "arrived" ? 0 : undefined;
      });
    const estimates = Object.fromEntries(
      jobMeasures.map((measure) => [measure, measured(measure)]),
    ) as Estimates<JobMeasure>;
    const serviceLevels = run.serviceLevels.map((level, index) =>
      over((result) => {
        const group = pick(result);
        return group === undefined ? undefined : serviceLevelOf(group, level, index);
      }),
    );
    return { name, ...estimates, serviceLevels };
  };
  type Kind = "queues" | "priorities" | "classes";
  const named = (kind: Kind): readonly JobSummary[] =>
    [...new Set(results.flatMap((result) => result[kind].map(({ name }) => name)))].map((name) =>
      jobs(name, (result) => result[kind].find((group) => group.name === name)),
    );
  const waits = new Histogram();
  for (const { all } of results) waits.addAll(all.waits);
  const [first] = results;
  const groups = [...new Set((first?.workers ?? []).map(({ group }) => group))];
  return {
    ...policy,
    all: jobs("all", ({ all }) => all),
    queues: named("queues").map((queue) => ({
      ...queue,
      meanLength: over(({ queueLengths, fromMs, untilMs }) => {
        const areas = queueLengths.find(({ name }) => name === queue.name)?.areas ?? [];
        return areas.reduce((sum, area) => sum + area, 0) / Math.max(1, untilMs - fromMs);
      }),
    })),
    priorities: [...named("priorities")].sort((a, b) => Number(b.name) - Number(a.name)),
    classes: named("classes"),
    occupancy: over(({ workers }) => occupancyOf(workers)),
    groups: groups.map((name) => ({
      name,
      occupancy: over(({ workers }) => occupancyOf(workers.filter(({ group }) => group === name))),
    })),
    workers: (first?.workers ?? []).map(({ id, group }, index) => ({
      id,
      group,
      occupancy: over(({ workers }) => occupancyOf(workers.slice(index, index + 1))),
      load: over(({ workers }) => {
        const worker = workers[index];
        if (worker === undefined || worker.staffedMs * worker.capacity === 0) return undefined;
        return worker.capacityMs / (worker.staffedMs * worker.capacity);
      }),
      jobs: over(({ workers }) => workers[index]?.jobs),
    })),
    waits: waits.data(),
    series: seriesOf(results),
  };
}

function seriesOf(results: readonly ReplicationResult[]): Series {
  const [first] = results;
  const bins = first?.series.arrived.length ?? 0;
  const sums = (pick: (result: ReplicationResult) => readonly number[]): readonly number[] =>
    Array.from({ length: bins }, (_, bin) =>
      results.reduce((sum, result) => sum + (pick(result)[bin] ?? 0), 0),
    );
  const { fromMs = 0, untilMs = 0, binMs = 1 } = first ?? {};
  const widths = Array.from({ length: bins }, (_, bin) =>
    Math.max(1, Math.min(binMs, untilMs - fromMs - bin * binMs)),
  );
  const count = Math.max(1, results.length);
  const mean = (values: readonly number[]): readonly number[] =>
    values.map((value) => value / count);
  const height = (values: readonly number[]): readonly number[] =>
    values.map((value, bin) => value / count / (widths[bin] ?? 1));
  const arrived = sums(({ series }) => series.arrived);
  const inTime = sums(({ series }) => series.inTime);
  return {
    fromMs,
    binMs,
    arrived: mean(arrived),
    lost: mean(sums(({ series }) => series.lost)),
    serviceLevel: arrived.map((all, bin) => (all === 0 ? null : (inTime[bin] ?? 0) / all)),
    waiting: height(sums(({ series }) => series.waiting)),
    busy: height(sums(({ series }) => series.busy)),
    staffed: height(sums(({ series }) => series.staffed)),
  };
}

function compare(
  own: readonly ReplicationResult[],
  compared: readonly ReplicationResult[],
  run: RunIdentity,
): readonly Difference[] {
  const measures: readonly (readonly [
    string,
    (result: ReplicationResult) => number | undefined,
  ])[] = [
    ...run.serviceLevels.map(
      (level, index) =>
        [
          `serviceLevel ${level.withinMs / 1000}s`,
          (result: ReplicationResult) => serviceLevelOf(result.all, level, index),
        ] as const,
    ),
    ...(
      ["meanWait", "p90Wait", "abandonment", "escalations", "offersPerJob", "unserved"] as const
    ).map(
      (measure) =>
        [measure, (result: ReplicationResult) => measureJobs(result.all, measure)] as const,
    ),
    ["occupancy", ({ workers }) => occupancyOf(workers)],
  ];
  return measures.map(([measure, value]) => {
    const pairs = own.flatMap((result, index) => {
      const other = compared[index];
      const mine = value(result);
      const theirs = other === undefined ? undefined : value(other);
      return mine === undefined || theirs === undefined ? [] : [[mine, theirs] as const];
    });
    const difference =
      estimate(
        pairs.map(([mine, theirs]) => mine - theirs),
        run.confidence,
      ) ?? null;
    const reduction = varianceReduction(pairs);
    return {
      measure,
      difference,
      ...(reduction === undefined ? {} : { varianceReduction: reduction }),
    };
  });
}

function varianceReduction(pairs: readonly (readonly [number, number])[]): number | undefined {
  if (pairs.length < 2) return undefined;
  const variance = (values: readonly number[]): number =>
    varianceOf(values, values.reduce((sum, value) => sum + value, 0) / values.length);
  const apart = variance(pairs.map(([mine]) => mine)) + variance(pairs.map(([, theirs]) => theirs));
  const paired = variance(pairs.map(([mine, theirs]) => mine - theirs));
  return apart > 0 && paired > 0 ? apart / paired : undefined;
}

function judge(
  text: string,
  results: readonly ReplicationResult[],
  run: RunIdentity,
): JudgedExpectation {
  const expectation = parseExpectation(text);
  if (typeof expectation === "string") throw new Error(expectation);
  const values = results.flatMap((result) => {
    const value = measureExpected(result, expectation, run.serviceLevels);
    return value === undefined ? [] : [value];
  });
  const measured = estimate(values, run.confidence) ?? null;
  const base = { text, expectation, estimate: measured };
  if (measured === null) {
    return { ...base, passed: false, problem: nothingOf(expectation, results) };
  }
  const { operator, value, confidence } = expectation;
  const holds = (measuredValue: number): boolean =>
    operator === "<"
      ? measuredValue < value
      : operator === "<="
        ? measuredValue <= value
        : operator === ">"
          ? measuredValue > value
          : measuredValue >= value;
  if (confidence === undefined) return { ...base, passed: holds(measured.mean) };
  const bound = oneSidedBound(values, confidence, operator.startsWith("<") ? "upper" : "lower");
  if (bound === undefined) {
    return { ...base, passed: false, problem: "confidence needs at least two replications" };
  }
  return { ...base, passed: holds(bound), bound };
}

/** Why there is no value: what is asked for is not there, or it met no job. */
function nothingOf({ scope }: Expectation, results: readonly ReplicationResult[]): string {
  const known = results.flatMap((result) => {
    switch (scope.kind) {
      case "queue":
        return result.queues.map(({ name }) => name);
      case "class":
        return result.classes.map(({ name }) => name);
      case "group":
        return result.workers.map(({ group }) => group);
      default:
        return [];
    }
  });
  if (scope.kind === "all" || scope.kind === "priority" || known.includes(scope.name)) {
    return "there was nothing to measure";
  }
  const near = closest(scope.name, [...new Set(known)]);
  const help = near === undefined ? "" : `; did you mean \`${near}\`?`;
  return `there is no ${scope.kind} \`${scope.name}\`${help}`;
}
