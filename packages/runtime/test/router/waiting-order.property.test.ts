import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Router } from "../../src/index.ts";
import { arrivalsPerRank } from "../../src/router/order-key.ts";
import { JobRecord } from "../../src/router/records.ts";
import { WaitingOrder } from "../../src/router/waiting-order.ts";
import { driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

/** What the router says of places and lengths, and what counting says. */
function compare(router: Router, queueIds: readonly string[]): void {
  for (const queueId of queueIds) {
    const waiting = router.waiting(queueId);
    for (const [index, jobId] of waiting.entries()) {
      expect(router.position(jobId)).toMatchObject({
        position: index + 1,
        queueId,
        queueLength: waiting.length,
      });
    }
    const jobs = waiting.flatMap((id) => router.job(id) ?? []);
    const waits = jobs.map(({ enqueuedAtMs = 0 }) => router.nowMs - enqueuedAtMs);
    const statistics = router.statistics(queueId);
    expect(statistics?.length).toBe(waiting.length);
    expect(statistics?.longestJobWaitTimeMinutes).toBe(
      waits.length === 0 ? undefined : Math.max(...waits) / 60_000,
    );
    // What a new job of a priority has before it: those up to the last one that has it.
    const estimates = statistics?.estimatedWaitTimeMinutes;
    if (estimates === undefined) continue;
    const last = new Map(jobs.map(({ priority }, index) => [String(priority), index + 1]));
    expect(estimates).toEqual(
      Object.fromEntries([...last].map(([priority, upTo]) => [priority, upTo * handlingMinutes])),
    );
  }
}

const handlingMinutes = 3;

const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("job" as const),
      priority: fc.integer({ min: -3, max: 3 }),
      expedite: fc.integer({ min: 0, max: 3 }),
    }),
  },
  fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(50) }),
  fc.record({
    kind: fc.constant("raise" as const),
    which: fc.nat(50),
    priority: fc.integer({ min: -3, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("move" as const),
    which: fc.nat(50),
    to: fc.constantFrom("q", "r"),
  }),
  fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 40 }) }),
);

describe("places in a queue", () => {
  test("are what counting comes to, whatever is done to its jobs", () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 60 }), (actions) => {
        const run = driver();
        withQueue(run);
        run.patch("queues", "r", { distributionPolicyId: "d" });
        // One job is handled, so that there is something to estimate from.
        withWorker(run, "w", { queues: ["q", "r"] });
        for (const queueId of ["q", "r"]) {
          withJob(run, `first-${queueId}`, { queueId });
          const assignmentId = run.accept("w");
          const { nowMs } = run.router;
          const at = (nowMs - startMs) / 1000 + handlingMinutes * 60;
          const jobId = `first-${queueId}`;
          run.step({ kind: "complete", jobId, assignmentId }, at);
          run.step({ kind: "close", jobId, assignmentId }, at);
        }
        // It has no room for the others, and counts for the estimate.
        run.patch("workers", "w", { capacity: 0 });
        const ids: string[] = [];
        let seconds = handlingMinutes * 120;
        for (const [index, each] of actions.entries()) {
          const id = "which" in each ? ids[each.which % Math.max(1, ids.length)] : undefined;
          const waits = id !== undefined && run.router.job(id)?.status === "queued";
          if (each.kind === "job") {
            const selector = {
              key: "a",
              labelOperator: "equal",
              value: 1,
              expiresAfterSeconds: 30,
            };
            const expedite = each.expedite === 0;
            const requestedWorkerSelectors = each.expedite < 2 ? [{ ...selector, expedite }] : [];
            ids.push(`j${index}`);
            withJob(
              run,
              `j${index}`,
              { priority: each.priority, requestedWorkerSelectors },
              seconds,
            );
          } else if (each.kind === "wait") {
            seconds += each.seconds;
            run.advance(seconds);
          } else if (id !== undefined && waits) {
            if (each.kind === "cancel") run.step({ kind: "cancel", jobId: id }, seconds);
            else if (each.kind === "raise")
              run.patch("jobs", id, { priority: each.priority }, seconds);
            else run.patch("jobs", id, { queueId: each.to }, seconds);
          }
          // Asked for only now and then, the order has to keep up with what went on between.
          if (index % 3 === 0) compare(run.router, ["q", "r"]);
        }
        compare(run.router, ["q", "r"]);
      }),
      { numRuns: 150 },
    );
  });

  test("are right in long queues that grow, shrink and grow again", () => {
    const jobOf = (rank: number, arrival: number): JobRecord => {
      const job = new JobRecord(`${rank}-${arrival}`, "c", "queued");
      job.orderKey = rank * arrivalsPerRank + arrival;
      return job;
    };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 900 }), fc.boolean()), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(1000),
        (phases, seed) => {
          const order = new WaitingOrder([]);
          const jobs: JobRecord[] = [];
          let arrival = seed;
          for (const [rank, count, grows] of phases) {
            for (let index = 0; index < count; index++) {
              if (grows) {
                // Ranks and arrivals come in no order.
                const job = jobOf((rank + index) % 5, (++arrival * 7919) % 1_000_003);
                jobs.push(job);
                order.add(job);
              } else {
                const [job] = jobs.splice((index * 31 + rank) % Math.max(1, jobs.length), 1);
                if (job !== undefined) order.remove(job);
              }
            }
            const sorted = [...jobs].sort((a, b) => a.orderKey - b.orderKey);
            for (const [place, job] of sorted.entries()) {
              if (order.countBefore(job.orderKey) !== place)
                expect(order.countBefore(job.orderKey)).toBe(place);
            }
            const ranks = [...order.ranks()].map(({ oldest, newest, upTo }) => [
              oldest,
              newest,
              upTo,
            ]);
            const rankOf = (job: JobRecord): number => Math.floor(job.orderKey / arrivalsPerRank);
            const counted = [...new Set(sorted.map(rankOf))].map((each) => {
              const first = sorted.findIndex((job) => rankOf(job) === each);
              const last = sorted.findLastIndex((job) => rankOf(job) === each);
              return [sorted[first], sorted[last], last + 1];
            });
            expect(ranks).toEqual(counted);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
