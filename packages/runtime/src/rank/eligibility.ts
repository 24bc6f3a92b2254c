import type { Job, Labels, Worker, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { selectorHolds } from "../match/selectors.ts";
import type { Exclusion } from "./ranking.ts";

export interface EligibilityQuery {
  readonly job: Job;
  readonly queueId: string | undefined;
  readonly attached: readonly WorkerSelector[];
  readonly bypassSelectors: boolean;
  readonly assumptions: Assumptions;
  /** Jobs of the job's channel that a worker has; what is not known counts as none. */
  readonly assignedJobs: (workerId: string) => number;
}

/** Everything that keeps a worker from being offered a job; empty: it may be. */
export function exclusionsOf(
  worker: Worker,
  labels: Labels,
  query: EligibilityQuery,
): readonly Exclusion[] {
  const reasons: Exclusion[] = [];
  if (worker.availableForOffers !== true) reasons.push({ kind: "unavailable" });
  const { queueId } = query;
  if (queueId === undefined) reasons.push({ kind: "queue" });
  else if (!(worker.queues ?? []).includes(queueId)) reasons.push({ kind: "queue", queueId });
  reasons.push(...channelExclusions(worker, query));
  if (!query.bypassSelectors) reasons.push(...selectorExclusions(labels, query));
  return reasons;
}

function channelExclusions(worker: Worker, query: EligibilityQuery): readonly Exclusion[] {
  const { channelId } = query.job;
  if (channelId === undefined) return [];
  const channel = (worker.channels ?? []).find((candidate) => candidate.channelId === channelId);
  if (channel === undefined) return [{ kind: "channel", channelId }];
  const reasons: Exclusion[] = [];
  const capacity = worker.capacity ?? 0;
  const used = capacity * loadRatioOf(worker);
  const cost = channel.capacityCostPerJob;
  // A load ratio is a rounded fraction; capacity counts in whole units.
  if (capacity - used < cost - 1e-6) {
    const free = Math.max(0, Math.round(capacity - used));
    reasons.push({ kind: "capacity", free, cost, capacity });
  }
  const max = channel.maxNumberOfJobs;
  const assigned = query.assignedJobs(worker.id);
  if (max !== undefined && assigned >= max) reasons.push({ kind: "jobs", assigned, max });
  return reasons;
}

function selectorExclusions(labels: Labels, query: EligibilityQuery): readonly Exclusion[] {
  const failing = (
    selectors: readonly WorkerSelector[],
    from: "requested" | "attached",
  ): readonly Exclusion[] =>
    selectors.flatMap((selector): readonly Exclusion[] => {
      const label = readLabel(labels, selector.key);
      if (selectorHolds(selector, label, query.assumptions)) return [];
      return [{ kind: "selector", selector, from, ...(label === undefined ? {} : { label }) }];
    });
  return [
    ...failing(query.job.requestedWorkerSelectors ?? [], "requested"),
    ...failing(query.attached, "attached"),
  ];
}

export function loadRatioOf(worker: Worker): number {
  const ratio = worker.loadRatio;
  return typeof ratio === "number" && ratio > 0 ? ratio : 0;
}
