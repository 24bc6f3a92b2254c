import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  collections,
  createRouter,
  type Json,
  type JsonObject,
  loadRouter,
} from "../../src/index.ts";
import { driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

describe("bodies that are refused with 400", () => {
  const cases: readonly (readonly [(typeof collections)[number], JsonObject, string])[] = [
    ["jobs", { queueId: "q" }, "`channelId` is required"],
    ["jobs", { channelId: "chat" }, "a job needs a `queueId` or a `classificationPolicyId`"],
    ["jobs", { channelId: "chat", queueId: "none" }, "there is no queue `none`"],
    ["jobs", { channelId: 4, queueId: "q" }, "`channelId` must be a string, not 4"],
    ["jobs", { priority: 101 }, "`priority` must be a number from -100 to 100, not 101"],
    ["jobs", { priority: 1.5 }, "`priority` must be a whole number, not 1.5"],
    [
      "jobs",
      { labels: { a: {} } },
      "`labels.a` must be a string, number or boolean, not an object",
    ],
    ["jobs", { labels: [] }, "`labels` must be an object, not a list"],
    [
      "jobs",
      { requestedWorkerSelectors: [{ key: "a", labelOperator: "like" }] },
      '`requestedWorkerSelectors[0].labelOperator` must be one of equal, notEqual, lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual, not "like"',
    ],
    [
      "jobs",
      { matchingMode: { kind: "scheduleAndSuspend", scheduleAt: "soon" } },
      '`matchingMode.scheduleAt` must be a date-time of RFC 3339, not "soon"',
    ],
    ["workers", { channels: [{ channelId: "a" }] }, "`channels[0].capacityCostPerJob` is required"],
    [
      "workers",
      { channels: [{ channelId: "a", capacityCostPerJob: 1, maxNumberOfJobs: 0 }] },
      "`channels[0].maxNumberOfJobs` must be a number from 1 to 2147483647, not 0",
    ],
    ["queues", { distributionPolicyId: "x" }, "there is no distribution policy `x`"],
    [
      "distributionPolicies",
      { mode: { kind: "fastest" } },
      '`mode.kind` must be one of bestWorker, longestIdle, roundRobin, not "fastest"',
    ],
    [
      "exceptionPolicies",
      { exceptionRules: [{ id: "r", trigger: { kind: "waitTime" }, actions: [] }] },
      "`exceptionRules[0].trigger.thresholdSeconds` is required",
    ],
  ];
  test.each(cases)("%s %j", (collection, body, message) => {
    const run = driver();
    withQueue(run);
    const { response, events } = run.step({ kind: "patch", collection, id: "x", body });
    expect(response).toMatchObject({
      ok: false,
      status: 400,
      error: {
        code: "BadRequest",
        message: "One or more validation errors occurred.",
      },
    });
    const details = response?.ok === false ? response.error.details : [];
    expect(details?.map((detail) => detail.message)).toContain(message);
    expect(events).toEqual([]);
    expect(run.router.view(collection, "x")).toBeUndefined();
  });
});

test("conditions of a patch: 412, or carried out", () => {
  const run = driver();
  withQueue(run);
  const etag = run.router.view("queues", "q")?.etag ?? "";
  const patch = { kind: "patch", collection: "queues", id: "q", body: { name: "n" } } as const;
  expect(run.step({ ...patch, ifMatch: '"other"' }).response?.status).toBe(412);
  expect(run.step({ ...patch, ifUnmodifiedSinceMs: startMs - 1000 }).response?.status).toBe(412);
  expect(run.step({ ...patch, ifMatch: etag }, 5).response?.status).toBe(200);
  expect(run.step({ ...patch, ifMatch: etag, body: { name: "m" } }).response?.status).toBe(412);
  expect(run.step({ ...patch, id: "new", ifMatch: "*" }).response?.status).toBe(412);
});

test("a patch that changes nothing keeps the ETag, names go without regard to case, kinds replace", () => {
  const run = driver();
  withQueue(run, { kind: "bestWorker", scoringRule: { kind: "static", value: 1 } });
  const before = run.router.view("distributionPolicies", "d");
  run.patch("distributionPolicies", "d", { MODE: { Kind: "bestWorker" } }, 9);
  expect(run.router.view("distributionPolicies", "d")).toEqual(before);
  run.patch("distributionPolicies", "d", { mode: { kind: "roundRobin" }, Name: "x" }, 10);
  expect(run.router.view("distributionPolicies", "d")?.body).toMatchObject({
    id: "d",
    name: "x",
    offerExpiresAfterSeconds: 60,
    mode: {
      kind: "roundRobin",
      minConcurrentOffers: 1,
      maxConcurrentOffers: 1,
      bypassSelectors: false,
    },
  });
  run.patch("distributionPolicies", "d", { Name: null }, 11);
  expect(run.router.view("distributionPolicies", "d")?.body.name).toBeUndefined();
});

test("the first repeat of a new classification policy counts as a change, as recorded", () => {
  const run = driver();
  const policy = { name: "c", workerSelectorAttachments: [] };
  const tag = () => run.router.view("classificationPolicies", "c")?.body.etag;
  run.patch("classificationPolicies", "c", policy);
  const made = tag();
  const loaded = loadRouter(run.router.save());
  for (const router of [run.router, loaded]) {
    const tags = [9, 20].map((afterMs) => {
      router.step(
        { kind: "patch", collection: "classificationPolicies", id: "c", body: policy },
        startMs + afterMs,
      );
      return router.view("classificationPolicies", "c")?.body.etag;
    });
    expect(tags[0]).not.toBe(made);
    expect(tags[1]).toBe(tags[0]);
  }
});

test("deletions that are refused say why, in the service's words", () => {
  const run = driver();
  withQueue(run);
  run.patch("classificationPolicies", "c", { fallbackQueueId: "q" });
  withWorker(run, "w");
  withJob(run, "j", { classificationPolicyId: "c" });
  const refused = run.step({ kind: "delete", collection: "queues", id: "q" }).response;
  expect(refused).toMatchObject({
    status: 409,
    error: {
      message:
        "Validation failed: \r\n -- : There is active job with this queue\r\n -- : There is classification policy with this queue as fallback queue\r\n -- : There is an assigned worker to this queue",
    },
  });
  run.accept("w");
  expect(run.step({ kind: "delete", collection: "workers", id: "w" }).response?.status).toBe(409);
  for (const collection of collections) {
    const gone = run.step({ kind: "delete", collection, id: "nobody" }).response;
    expect(gone).toMatchObject({ status: 404, error: { code: "NotFound" } });
  }
});

test("labels may be called anything", () => {
  const run = driver();
  withQueue(run);
  const labels = JSON.parse('{"__proto__": 1, "constructor": "x", "toString": true}') as JsonObject;
  withWorker(run, "w", { labels });
  const key = "__proto__";
  const requestedWorkerSelectors = [
    { key, labelOperator: "equal", value: 1 },
    { key: "hasOwnProperty", labelOperator: "notEqual", value: 1 },
  ];
  withJob(run, "j", { labels, requestedWorkerSelectors });
  expect(run.offersOf("w")).toHaveLength(1);
  expect(JSON.stringify(run.job("j").labels)).toBe(JSON.stringify(labels));
  run.patch("jobs", "j", { labels: JSON.parse('{"__proto__": null, "b": 2}') as JsonObject });
  expect(JSON.stringify(run.job("j").labels)).toBe('{"constructor":"x","toString":true,"b":2}');
});

test("whatever is sent, a router answers and stays as it was when it refuses", () => {
  const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
  const keys = fc.constantFrom(
    "channelId",
    "queueId",
    "labels",
    "mode",
    "kind",
    "queues",
    "channels",
    "exceptionRules",
    "queueSelectorAttachments",
    "requestedWorkerSelectors",
    "matchingMode",
    "notes",
    "__proto__",
  );
  const body = fc.dictionary(keys, json);
  fc.assert(
    fc.property(fc.constantFrom(...collections), body, (collection, sent) => {
      const router = createRouter();
      const before = JSON.stringify(router.save());
      const command = { kind: "patch", collection, id: "x", body: sent as JsonObject } as const;
      const { response } = router.step(command, 0);
      expect(response?.ok === true ? [201] : [400]).toContain(response?.status);
      if (response?.ok === false) expect(JSON.stringify(router.save())).toBe(before);
      expect(router.view(collection, "x") !== undefined).toBe(response?.ok);
    }),
    { numRuns: 400 },
  );
});
