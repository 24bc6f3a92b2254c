import { estimatedMinutes } from "./assignments.ts";
import type { Core } from "./core.ts";
import { waitingInOrder } from "./queues.ts";
import type { JobPosition, QueueStatistics } from "./router.ts";

/** Only a queued job has a position. */
export function positionOf(core: Core, jobId: string): JobPosition | undefined {
  const job = core.jobs.get(jobId);
  const queue = job?.queue;
  if (job === undefined || queue === undefined) return undefined;
  let position = 1;
  for (const other of queue.waiting) if (other.orderKey < job.orderKey) position++;
  const estimate = estimatedMinutes(core, queue.id, position - 1);
  return {
    jobId,
    position,
    queueId: queue.id,
    queueLength: queue.waiting.length,
    ...(estimate === undefined ? {} : { estimatedWaitTimeMinutes: estimate }),
  };
}

export function statisticsOf(core: Core, queueId: string): QueueStatistics | undefined {
  if (core.config.get("queues", queueId) === undefined) return undefined;
  const waiting = core.queues.has(queueId) ? waitingInOrder(core.queue(queueId)) : [];
  const estimates = new Map<string, number>();
  for (const [ahead, { priority }] of waiting.entries()) {
    // Of a priority the last one in line tells what a new job of it has before it.
    const estimate = estimatedMinutes(core, queueId, ahead + 1);
    if (estimate !== undefined) estimates.set(String(priority), estimate);
  }
  const longest = waiting.reduce(
    (most, { enqueuedAtMs }) => Math.max(most, core.nowMs - (enqueuedAtMs ?? core.nowMs)),
    0,
  );
  return {
    queueId,
    length: waiting.length,
    ...(estimates.size === 0 ? {} : { estimatedWaitTimeMinutes: Object.fromEntries(estimates) }),
    ...(waiting.length === 0 ? {} : { longestJobWaitTimeMinutes: longest / 60_000 }),
  };
}
