import { estimatedMinutes } from "./assignments.ts";
import type { Core } from "./core.ts";
import type { JobRecord } from "./records.ts";
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
  const waiting = core.queues.get(queueId)?.waiting ?? [];
  const estimates = estimatesOf(core, queueId, waiting);
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

/** Of a priority the last one in line tells what a new job of it has before it. */
function estimatesOf(
  core: Core,
  queueId: string,
  waiting: readonly JobRecord[],
): ReadonlyMap<string, number> {
  const estimates = new Map<string, number>();
  if (waiting.length === 0 || estimatedMinutes(core, queueId, 1) === undefined) return estimates;
  const lastKeys = new Map<number, number>();
  for (const { priority, orderKey } of waiting) {
    lastKeys.set(priority, Math.max(orderKey, lastKeys.get(priority) ?? orderKey));
  }
  const inLine = [...lastKeys].sort((a, b) => a[1] - b[1]);
  for (const [priority, lastKey] of inLine) {
    let ahead = 0;
    for (const { orderKey } of waiting) if (orderKey <= lastKey) ahead++;
    const estimate = estimatedMinutes(core, queueId, ahead);
    if (estimate !== undefined) estimates.set(String(priority), estimate);
  }
  return estimates;
}
