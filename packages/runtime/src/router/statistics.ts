import { minutesByJobsAhead } from "./assignments.ts";
import type { Core } from "./core.ts";
import { orderOf, type QueueRecord } from "./queues.ts";
import type { JobPosition, QueueStatistics } from "./router.ts";

/** Only a queued job has a position. */
export function positionOf(core: Core, jobId: string): JobPosition | undefined {
  const job = core.jobs.get(jobId);
  const queue = job?.queue;
  if (job === undefined || queue === undefined) return undefined;
  const ahead = orderOf(queue).countBefore(job.orderKey);
  const estimate = minutesByJobsAhead(core, queue.id)?.(ahead);
  return {
    jobId,
    position: ahead + 1,
    queueId: queue.id,
    queueLength: queue.waiting.length,
    ...(estimate === undefined ? {} : { estimatedWaitTimeMinutes: estimate }),
  };
}

export function statisticsOf(core: Core, queueId: string): QueueStatistics | undefined {
  if (core.config.get("queues", queueId) === undefined) return undefined;
  const queue = core.queues.get(queueId);
  const length = queue?.waiting.length ?? 0;
  if (queue === undefined || length === 0) return { queueId, length };
  const estimates = estimatesOf(core, queue);
  return {
    queueId,
    length,
    ...(estimates.size === 0 ? {} : { estimatedWaitTimeMinutes: Object.fromEntries(estimates) }),
    longestJobWaitTimeMinutes: longestWaitMs(core, queue) / 60_000,
  };
}

/** Of each rank the oldest job has waited longest. */
function longestWaitMs(core: Core, queue: QueueRecord): number {
  let longest = 0;
  for (const { oldest } of orderOf(queue).ranks()) {
    longest = Math.max(longest, core.nowMs - (oldest.enqueuedAtMs ?? core.nowMs));
  }
  return longest;
}

/** Of a priority the last one in line tells what a new job of it has before it. */
function estimatesOf(core: Core, queue: QueueRecord): ReadonlyMap<string, number> {
  const estimates = new Map<string, number>();
  const minutes = minutesByJobsAhead(core, queue.id);
  if (minutes === undefined) return estimates;
  for (const { newest, upTo } of orderOf(queue).ranks()) {
    // What is expedited comes before the rest of its priority.
    const priority = String(newest.priority);
    estimates.delete(priority);
    estimates.set(priority, minutes(upTo));
  }
  return estimates;
}
