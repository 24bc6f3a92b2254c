import type { JobGroupResult, ReplicationResult, WorkerResult } from "../model/result.ts";
import { meanOfHistogram, quantileOf, shareUpTo } from "../statistics/histogram.ts";
import { showDuration } from "../workload/duration.ts";
import type { ServiceLevel } from "../workload/workload.ts";
import type { Expectation } from "./expectation.ts";

/** Measures of a group of jobs in one replication; times in milliseconds, shares of 1. */
export const jobMeasures = [
  "arrived",
  "meanWait",
  "p50Wait",
  "p90Wait",
  "p95Wait",
  "p99Wait",
  "maxWait",
  "abandonment",
  "cancelled",
  "failed",
  "open",
  "unserved",
  "offersPerJob",
  "declined",
  "expired",
  "escalations",
  "selectorsExpired",
  "meanTime",
] as const;
export type JobMeasure = (typeof jobMeasures)[number];

/** Ways to end without an answer that a report leaves out where no job took them. */
const rareEnds = [
  ["cancelled", "cancelled"],
  ["failed", "failed"],
  ["open", "left waiting"],
] as const;

/** Those that some job took, each with what people call it. */
export function endsMet(
  policies: readonly {
    readonly all: Readonly<Record<JobMeasure, { readonly mean: number } | null>>;
  }[],
): readonly (readonly [measure: JobMeasure, title: string])[] {
  return rareEnds.filter(([measure]) => policies.some(({ all }) => (all[measure]?.mean ?? 0) > 0));
}

/** What a column of a service level is called. */
export function titleOfLevel({ withinMs, lost }: ServiceLevel): string {
  const of =
    lost === "ignored" ? ", of answered" : lost === "ignoredWithin" ? ", without early losses" : "";
  return `in ${showDuration(withinMs)}${of}`;
}

/** `undefined` where there is nothing to measure: no jobs, or none that was answered. */
export function measureJobs(jobs: JobGroupResult, measure: JobMeasure): number | undefined {
  const share = (count: number): number | undefined =>
    jobs.arrived === 0 ? undefined : count / jobs.arrived;
  switch (measure) {
    case "arrived":
      return jobs.arrived;
    case "meanWait":
      return meanOfHistogram(jobs.waits);
    case "p50Wait":
      return quantileOf(jobs.waits, 0.5);
    case "p90Wait":
      return quantileOf(jobs.waits, 0.9);
    case "p95Wait":
      return quantileOf(jobs.waits, 0.95);
    case "p99Wait":
      return quantileOf(jobs.waits, 0.99);
    case "maxWait":
      return jobs.waits.count === 0 ? undefined : jobs.waits.max;
    case "meanTime":
      return meanOfHistogram(jobs.times);
    case "abandonment":
      return share(jobs.abandoned);
    case "offersPerJob":
      return share(jobs.offers);
    case "escalations":
      return share(jobs.escalated);
    case "cancelled":
    case "failed":
    case "open":
    case "unserved":
    case "declined":
    case "expired":
    case "selectorsExpired":
      return share(jobs[measure]);
  }
}

/** The share of jobs that were answered in time, of those that count. */
export function serviceLevelOf(
  jobs: JobGroupResult,
  level: ServiceLevel,
  index: number,
): number | undefined {
  const lost = jobs.abandoned + jobs.cancelled + jobs.failed + jobs.open;
  const counting =
    level.lost === "ignored"
      ? 0
      : level.lost === "ignoredWithin"
        ? lost - (jobs.lostWithin[index] ?? 0)
        : lost;
  const total = jobs.answered + counting;
  return total === 0 ? undefined : (jobs.answeredWithin[index] ?? 0) / total;
}

/** Busy on shift, of the time on shift. */
export function occupancyOf(workers: readonly WorkerResult[]): number | undefined {
  let staffed = 0;
  let busy = 0;
  for (const { staffedMs, busyMs, overtimeMs } of workers) {
    staffed += staffedMs;
    busy += busyMs - overtimeMs;
  }
  return staffed === 0 ? undefined : busy / staffed;
}

/** What an expectation is about, in one replication. */
export function measureExpected(
  result: ReplicationResult,
  { measure, scope }: Expectation,
  levels: readonly ServiceLevel[],
): number | undefined {
  if (measure.kind === "occupancy") {
    const isOwn = ({ group }: WorkerResult): boolean =>
      scope.kind === "all" || group === scope.name;
    return occupancyOf(result.workers.filter(isOwn));
  }
  const jobs = groupOf(result, scope);
  if (jobs === undefined) return undefined;
  switch (measure.kind) {
    case "serviceLevel": {
      const index = levels.findIndex(({ withinMs }) => withinMs === measure.withinMs);
      const level = levels[index];
      if (level !== undefined) return serviceLevelOf(jobs, level, index);
      // A time that the workload does not count itself, from the histogram: to its bucket.
      const answered = (shareUpTo(jobs.waits, measure.withinMs) ?? 0) * jobs.answered;
      return jobs.arrived === 0 ? undefined : answered / jobs.arrived;
    }
    case "meanWait":
    case "maxWait":
    case "abandonment":
    case "unserved":
    case "escalations":
      return measureJobs(jobs, measure.kind);
    case "waitQuantile":
      return quantileOf(jobs.waits, measure.q);
  }
}

export function groupOf(
  result: ReplicationResult,
  scope: Expectation["scope"],
): JobGroupResult | undefined {
  switch (scope.kind) {
    case "all":
      return result.all;
    case "queue":
      return result.queues.find(({ name }) => name === scope.name);
    case "priority":
      return result.priorities.find(({ name }) => name === scope.name);
    case "class":
      return result.classes.find(({ name }) => name === scope.name);
    case "group":
      return undefined;
  }
}
