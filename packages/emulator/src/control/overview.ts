import type { Feed } from "../events/feed.ts";
import type { Host } from "../host.ts";
import type { Query } from "../http/query.ts";

const shownQueues = 100;
const shownJobs = 50;
const shownWorkers = 100;
const shownEvents = 50;

/** What the status page shows, in one answer; long lists are cut, and say how long they are. */
export function overview(host: Host, feed: Feed, query: Query): object {
  const router = host.router();
  const queues = router.list("queues", { limit: shownQueues }).map(({ body }) => {
    const id = String(body.id);
    const statistics = router.statistics(id);
    return { id, name: body.name ?? null, length: statistics?.length ?? 0 };
  });
  const busiest = [...queues].sort((a, b) => b.length - a.length)[0]?.id;
  const queueId = query.get("queue") ?? busiest;
  const waiting = queueId === undefined ? [] : router.waiting(queueId).slice(0, shownJobs);
  return {
    now: new Date(router.nowMs).toISOString(),
    queues,
    queueId: queueId ?? null,
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
    workers: router.list("workers", { limit: shownWorkers }).flatMap(({ body }) => {
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
