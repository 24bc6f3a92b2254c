import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { freshen } from "./matcher.ts";
import { orderKeyOf } from "./order-key.ts";
import type { QueueRecord } from "./queues.ts";
import { type JobRecord, none } from "./records.ts";
import { endCalls } from "./rule-calls.ts";

export function joinWaiting(core: Core, job: JobRecord, queue: QueueRecord): void {
  joinIndex(core, job, queue);
  freshen(core, job);
}

/** Makes a job one of the waiting without asking for a match. */
export function joinIndex(core: Core, job: JobRecord, queue: QueueRecord): void {
  job.queue = queue;
  job.queuePlace = queue.waiting.length;
  queue.waiting.push(job);
  enterGroup(core, job, queue);
}

export function leaveWaiting(job: JobRecord): void {
  const { queue } = job;
  if (queue === undefined) return;
  leaveGroup(job, queue);
  const last = queue.waiting.pop();
  if (last !== undefined && last !== job) {
    queue.waiting[job.queuePlace] = last;
    last.queuePlace = job.queuePlace;
  }
  job.queue = undefined;
  job.queuePlace = none;
}

/** What the job asks for, or its place in the order, has changed. */
export function regroup(core: Core, job: JobRecord): void {
  const { queue } = job;
  if (queue === undefined) return;
  // Scores from outside were for what the job asked for before.
  endCalls(core, job);
  leaveGroup(job, queue);
  enterGroup(core, job, queue);
  freshen(core, job);
}

function enterGroup(core: Core, job: JobRecord, queue: QueueRecord): void {
  job.orderKey = orderKeyOf(job);
  const { bypassSelectors } = setupOf(core, queue).distribution;
  const signature = bypassSelectors
    ? core.signatures.empty
    : core.signatures.of(job.requested, job.attached);
  core.lane(queue, job.channelId).enter(job, signature);
  queue.order?.add(job);
}

function leaveGroup(job: JobRecord, queue: QueueRecord): void {
  queue.order?.remove(job);
  job.group?.lane.leave(job, job.group);
}
