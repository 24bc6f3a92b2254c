import type { Feed } from "../events/feed.ts";
import type { Host } from "../host.ts";
import type { Query } from "../http/query.ts";

const shownQueues = 100;
const shownJobs = 50;
const shownWorkers = 100;
const shownEvents = 50;

/** By code units, so that the order is the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the status page shows, in one answer: the queues where most wait first; long lists are cut, and say so. */
export function overview(host: Host, feed: Feed, query: Query): object {
  const router = host.router();
  const queues = router
    .list("queues")
    .map(({ body }) => {
      const id = String(body.id);
      return { id, name: body.name ?? null, length: router.statistics(id)?.length ?? 0 };
    })
    .sort((a, b) => b.length - a.length || compareText(a.id, b.id));
  const asked = query.get("queue");
  const queue = queues.find(({ id }) => id === asked) ?? queues[0];
  const waiting = queue === undefined ? [] : router.waiting(queue.id).slice(0, shownJobs);
  const workers = router.list("workers", { limit: shownWorkers + 1 });
  return {
    now: new Date(router.nowMs).toISOString(),
    queues: queues.slice(0, shownQueues),
    queueCount: queues.length,
    queueId: queue?.id ?? null,
    waitingCount: queue?.length ?? 0,
    waiting: waiting.flatMap((id) => {
      const job = router.job(id);
      return job === undefined
        ? []
        : [
            {
              id,
              priority: job.priority,
              enqueuedAt:
                job.enqueuedAtMs === undefined ? null : new Date(job.enqueuedAtMs).toISOString(),
              offers: job.offers.map(({ workerId }) => workerId),
            },
          ];
    }),
    hasMoreWorkers: workers.length > shownWorkers,
    workers: workers.slice(0, shownWorkers).flatMap(({ body }) => {
      const worker = router.worker(String(body.id));
      if (worker === undefined) return [];
      const { id, state, loadRatio, offers, assignedJobs } = worker;
      return [{ id, state, loadRatio, offers, assignedJobs }];
    }),
    events: feed
      .after(Math.max(0, feed.latest - shownEvents))
      .map(({ sequence, atMs, name, subject }) => ({
        sequence,
        at: new Date(atMs).toISOString(),
        name,
        subject,
      }))
      .reverse(),
  };
}
