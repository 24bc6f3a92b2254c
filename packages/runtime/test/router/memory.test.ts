import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createRouter, type Router } from "../../src/index.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapAfter(router: Router, jobs: number, first: number): number {
  for (let index = first; index < first + jobs; index++) playJob(router, `j${index}`, index);
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A job with a selector of its own, which another router would keep for ever, to its end. */
function playJob(router: Router, id: string, index: number): void {
  const body = {
    channelId: "chat",
    queueId: "q",
    labels: { customer: index },
    requestedWorkerSelectors: [
      { key: "customer", labelOperator: "notEqual", value: index, expiresAfterSeconds: 3600 },
    ],
  };
  const now = router.nowMs + 1000;
  router.step({ kind: "patch", collection: "jobs", id, body }, now);
  const offerId = router.job(id)?.offers[0]?.offerId ?? "none";
  const { response } = router.step({ kind: "accept", workerId: "w", offerId }, now);
  const result = response?.ok === true ? response.result : undefined;
  const assignmentId = String(result?.assignmentId);
  router.step({ kind: "complete", jobId: id, assignmentId }, now);
  router.step({ kind: "close", jobId: id, assignmentId }, now);
  router.step({ kind: "delete", collection: "jobs", id }, now);
}

test("memory does not grow with finished jobs that are deleted, nor with the selectors they had", () => {
  const router = createRouter({ makesEvents: false });
  const patch = (
    collection: "queues" | "workers" | "distributionPolicies",
    id: string,
    body: object,
  ) => router.step({ kind: "patch", collection, id, body: { ...body } }, 0);
  patch("distributionPolicies", "d", {
    offerExpiresAfterSeconds: 60,
    mode: { kind: "longestIdle" },
  });
  patch("queues", "q", { distributionPolicyId: "d" });
  patch("workers", "w", {
    queues: ["q"],
    capacity: 1,
    channels: [{ channelId: "chat", capacityCostPerJob: 1 }],
    availableForOffers: true,
  });
  // Tables of selectors fill up once; then they start over.
  const before = heapAfter(router, 110_000, 0);
  const after = heapAfter(router, 100_000, 110_000);
  expect(router.list("jobs")).toEqual([]);
  expect(router.worker("w")).toMatchObject({ offers: [], assignedJobs: [], loadRatio: 0 });
  expect((after - before) / 100_000, "bytes a finished job").toBeLessThan(500);
  expect(after / 1e6, "megabytes").toBeLessThan(300);
});
