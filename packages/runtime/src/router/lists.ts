import { compareText } from "../text.ts";
import type { Collection } from "./command.ts";
import { isConfigCollection } from "./config-patch.ts";
import type { Core } from "./core.ts";
import { hasRoom } from "./lane.ts";
import type { JobRecord, WorkerRecord } from "./records.ts";
import type { ListFilter, StoredView } from "./router.ts";
import { configView, storedJob, storedWorker } from "./views.ts";

/** Last modified first, by the second, then by id (Q37). */
export function listObjects(
  core: Core,
  collection: Collection,
  filter: ListFilter,
): readonly StoredView[] {
  if (isConfigCollection(collection)) {
    return inListOrder([...core.config.all(collection)], () => true, filter).map(configView);
  }
  if (collection === "jobs") {
    const jobs = [...core.jobs.values()];
    return inListOrder(jobs, (job) => isWantedJob(job, filter), filter).map(storedJob);
  }
  const workers = [...core.workers.values()];
  return inListOrder(workers, (worker) => isWantedWorker(worker, filter), filter).map(storedWorker);
}

interface Listed {
  readonly id: string;
  readonly lastModifiedMs: number;
}

function compareListed(a: Listed, b: Listed): number {
  return secondOf(b) - secondOf(a) || compareText(a.id, b.id);
}

function secondOf({ lastModifiedMs }: Listed): number {
  return Math.floor(lastModifiedMs / 1000);
}

/** The page that is asked for: a small one out of many is picked without sorting all. */
function inListOrder<T extends Listed>(
  records: readonly T[],
  isWanted: (record: T) => boolean,
  { after, limit }: ListFilter,
): readonly T[] {
  if (limit === undefined || records.length <= limit) {
    return records
      .filter((record) => isWanted(record) && isBehind(record, after))
      .sort(compareListed);
  }
  const page: T[] = [];
  let oldestSecond = Number.NEGATIVE_INFINITY;
  // Newest objects stand last, and are wanted first: most others then fall out at once, by one
  // comparison of numbers.
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index];
    if (record === undefined || secondOf(record) < oldestSecond) continue;
    if (!isBehind(record, after) || !isWanted(record)) continue;
    const last = page.length === limit ? page[limit - 1] : undefined;
    if (last !== undefined && compareListed(record, last) >= 0) continue;
    let low = 0;
    let high = page.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = page[middle];
      if (other !== undefined && compareListed(other, record) < 0) low = middle + 1;
      else high = middle;
    }
    page.splice(low, 0, record);
    if (page.length > limit) page.pop();
    const oldest = page.length === limit ? page[limit - 1] : undefined;
    if (oldest !== undefined) oldestSecond = secondOf(oldest);
  }
  return page;
}

function isBehind(record: Listed, after: ListFilter["after"]): boolean {
  return after === undefined || compareListed(record, after) > 0;
}

/** The documented meaning of the filter `active`. */
const activeStatuses: ReadonlySet<string> = new Set([
  "pendingClassification",
  "queued",
  "assigned",
  "classificationFailed",
  "completed",
  "pendingSchedule",
  "scheduled",
  "scheduleFailed",
  "waitingForActivation",
]);

function isWantedJob(job: JobRecord, filter: ListFilter): boolean {
  const { status = "all", queueId, channelId, classificationPolicyId } = filter;
  if (
    status === "active"
      ? !activeStatuses.has(job.status)
      : status !== "all" && status !== job.status
  )
    return false;
  if (queueId !== undefined && job.queueId !== queueId) return false;
  if (channelId !== undefined && job.channelId !== channelId) return false;
  if (
    classificationPolicyId !== undefined &&
    job.classificationPolicyId !== classificationPolicyId
  ) {
    return false;
  }
  return isScheduledWithin(job, filter);
}

function isScheduledWithin(job: JobRecord, filter: ListFilter): boolean {
  const { scheduledBeforeMs, scheduledAfterMs } = filter;
  if (scheduledBeforeMs === undefined && scheduledAfterMs === undefined) return true;
  const atMs = job.scheduledAtMs ?? job.scheduleAtMs;
  return (
    atMs !== undefined &&
    (scheduledBeforeMs === undefined || atMs <= scheduledBeforeMs) &&
    (scheduledAfterMs === undefined || atMs >= scheduledAfterMs)
  );
}

function isWantedWorker(worker: WorkerRecord, filter: ListFilter): boolean {
  const { state = "all", queueId, channelId, hasCapacity } = filter;
  if (state !== "all" && state !== worker.state) return false;
  if (queueId !== undefined && !worker.queues.includes(queueId)) return false;
  if (
    channelId !== undefined &&
    worker.channels.every((channel) => channel.channelId !== channelId)
  ) {
    return false;
  }
  return (
    hasCapacity !== true ||
    worker.channels.some(
      (channel) =>
        (channelId === undefined || channel.channelId === channelId) &&
        hasRoom(worker, channel.channelId, channel.capacityCostPerJob, channel.maxNumberOfJobs),
    )
  );
}
