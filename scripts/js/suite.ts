import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert";
import type { HttpResponse } from "@azure-rest/core-client";
import { type MergePatch, readFailure, type Unexpected } from "@routewright/azure";
import type { ClientPackage } from "./package.ts";

/** Where the suite's client is to go, with an emulator behind it whose clock stands. */
export interface Target {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly apiVersion?: string;
  /** Asks the emulator's control, past the recorder. */
  control(path: string, body?: object): Promise<string>;
}

/** Each check goes on where the one before it ended: the requests are to be the same every time. */
export const checks: readonly ((suite: Suite) => Promise<void>)[] = [
  walkOfTheReadme,
  quickStart,
  policies,
  queues,
  conditions,
  classifiedJob,
  offersAndAssignments,
  lists,
  schedules,
  exceptions,
  credentials,
  failures,
];

type Suite = ReturnType<typeof createSuite>;

export function createSuite(
  target: Target,
  { createClient, isUnexpected, paginate }: ClientPackage,
) {
  const { endpoint, accessKey, apiVersion, control } = target;
  const options = {
    allowInsecureConnection: true,
    ...(apiVersion === undefined ? {} : { apiVersion }),
  };
  const client = createClient(`endpoint=${endpoint}/;accesskey=${accessKey}`, options);
  const patch = (body: MergePatch, headers?: Record<string, string>) => ({
    contentType: "application/merge-patch+json" as const,
    body,
    ...(headers === undefined ? {} : { headers }),
  });
  return {
    target,
    client,
    options,
    control,
    createClient,
    isUnexpected,
    paginate,
    patch,
    /** The answer's body, when its status is this one and the package calls that expected. */
    async get<R extends Answer>(
      call: PromiseLike<R>,
      status: Success,
    ): Promise<Extract<R, { readonly status: Success }>["body"]> {
      const response = await call;
      strictEqual(response.status, status, JSON.stringify(response.body));
      strictEqual(isUnexpected(response), false);
      return response.body as Extract<R, { readonly status: Success }>["body"];
    },
    async refused(call: PromiseLike<Answer>, status: number, code: string): Promise<void> {
      const response = await call;
      strictEqual(Number(response.status), status, JSON.stringify(response.body));
      ok(isUnexpected(response), `${status} is called expected`);
      strictEqual(readFailure(response as Unexpected).code, code);
    },
    async now(): Promise<number> {
      const { now }: { readonly now: string } = JSON.parse(await control("clock"));
      return Date.parse(now);
    },
  };
}

type Answer = HttpResponse;
type Success = "200" | "201" | "204";

const longestIdle = { kind: "longestIdle", minConcurrentOffers: 1, maxConcurrentOffers: 3 };

async function walkOfTheReadme(suite: Suite): Promise<void> {
  const { client, get, patch, control } = suite;
  const distribution = await get(
    client
      .path("/routing/distributionPolicies/{distributionPolicyId}", "distribution-policy-id-1")
      .patch(
        patch({
          name: "Default Distribution Policy",
          offerExpiresAfterSeconds: 30,
          mode: longestIdle,
        }),
      ),
    "201",
  );
  deepStrictEqual(distribution.mode, { ...longestIdle, bypassSelectors: false });
  const queue = await get(
    client
      .path("/routing/queues/{queueId}", "sales-queue-id-1")
      .patch(patch({ distributionPolicyId: distribution.id, name: "Main", labels: {} })),
    "201",
  );
  deepStrictEqual(queue.labels, { Id: "sales-queue-id-1" });
  for (const [id, labels] of [
    ["773accfb-476e-42f9-a202-b211b41a4ea4", { Xbox: 5, german: 4, name: "Alice" }],
    ["21837c88-6967-4078-86b9-1207821a8392", { Xbox: 5, english: 3, name: "Alice" }],
  ] as const) {
    const worker = await get(
      client.path("/routing/workers/{workerId}", id).patch(
        patch({
          capacity: 120,
          queues: [queue.id],
          labels,
          channels: [
            { channelId: "CustomChatChannel", capacityCostPerJob: 10 },
            { channelId: "CustomVoiceChannel", capacityCostPerJob: 100 },
          ],
        }),
      ),
      "201",
    );
    // The README leaves out what would make them active.
    deepStrictEqual([worker.state, worker.availableForOffers], ["inactive", false]);
  }
  const policy = await get(
    client
      .path("/routing/classificationPolicies/{classificationPolicyId}", "classification-policy-1")
      .patch(
        patch({
          name: "Default Classification Policy",
          fallbackQueueId: queue.id,
          queueSelectorAttachments: [
            {
              kind: "static",
              queueSelector: { key: "department", labelOperator: "equal", value: "xbox" },
            },
          ],
          workerSelectorAttachments: [
            {
              kind: "static",
              workerSelector: { key: "english", labelOperator: "greaterThan", value: 5 },
            },
          ],
          prioritizationRule: {
            kind: "expression",
            language: "powerFx",
            expression: 'If(job.department = "xbox", 2, 1)',
          },
        }),
      ),
    "201",
  );
  const job = client.path("/routing/jobs/{jobId}", "router-job-123");
  const made = await get(
    job.patch(
      patch({
        channelReference: "66e4362e-aad5-4d71-bb51-448672ebf492",
        channelId: "voice",
        classificationPolicyId: policy.id,
        labels: { department: "xbox" },
      }),
    ),
    "201",
  );
  strictEqual(made.status, "pendingClassification");
  const classified = await get(job.get(), "200");
  deepStrictEqual(
    [classified.status, classified.queueId, classified.priority],
    ["queued", queue.id, 2],
  );
  deepStrictEqual(
    classified.attachedWorkerSelectors?.map(({ key }) => key),
    ["english"],
  );
  const events = (await control("events")).trim().split("\n");
  const queued = events.map((line) => JSON.parse(line)).find(({ data }) => data.jobId === made.id);
  strictEqual(queued.eventType, "Microsoft.Communication.RouterJobReceived");
}

async function quickStart(suite: Suite): Promise<void> {
  const { client, get, patch, control, now } = suite;
  await get(
    client
      .path("/routing/distributionPolicies/{distributionPolicyId}", "distribution-policy-123")
      .patch(
        patch({
          name: "distribution-policy-123",
          mode: { kind: "longestIdle", minConcurrentOffers: 1, maxConcurrentOffers: 5 },
          offerExpiresAfterSeconds: 120,
        }),
      ),
    "201",
  );
  await get(
    client
      .path("/routing/queues/{queueId}", "queue-123")
      .patch(patch({ distributionPolicyId: "distribution-policy-123", name: "Main" })),
    "201",
  );
  const job = client.path("/routing/jobs/{jobId}", "router-job-124");
  await get(
    job.patch(
      patch({
        channelId: "ChatChannel",
        queueId: "queue-123",
        channelReference: "abc",
        priority: 2,
      }),
    ),
    "201",
  );
  const worker = client.path("/routing/workers/{workerId}", "router-worker-123");
  await get(
    worker.patch(
      patch({
        capacity: 100,
        queues: ["queue-123"],
        labels: {},
        channels: [
          { channelId: "ChatChannel", capacityCostPerJob: 10 },
          { channelId: "CustomVoiceChannel", capacityCostPerJob: 100 },
        ],
        availableForOffers: true,
      }),
    ),
    "201",
  );
  const [offer] = (await get(worker.get(), "200")).offers ?? [];
  ok(offer);
  const accepted = await get(
    client
      .path(
        "/routing/workers/{workerId}/offers/{offerId}:accept",
        "router-worker-123",
        offer.offerId,
      )
      .post(),
    "200",
  );
  const { assignmentId } = accepted;
  const assigned = await get(job.get(), "200");
  deepStrictEqual(
    [assigned.status, Object.keys(assigned.assignments ?? {})],
    ["assigned", [assignmentId]],
  );
  const assignment = ["router-job-124", assignmentId] as const;
  await get(
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:complete", ...assignment)
      .post({ body: { note: "completed by router-worker-123" } }),
    "200",
  );
  const close = client.path(
    "/routing/jobs/{jobId}/assignments/{assignmentId}:close",
    ...assignment,
  );
  // A time may be given as a `Date`: it is written as JSON writes it.
  const closeAt = new Date((await now()) + 2_000) as unknown as string;
  await get(close.post({ body: { closeAt, note: "marked to close" } }), "200");
  strictEqual((await get(job.get(), "200")).status, "completed");
  await control("clock", { advance: 3 });
  const closed = await get(job.get(), "200");
  deepStrictEqual(
    [closed.status, closed.notes?.map(({ message }) => message)],
    ["closed", ["completed by router-worker-123", "marked to close"]],
  );
  strictEqual((await get(worker.get(), "200")).loadRatio, 0);
}

/** Every verb of every policy. */
async function policies(suite: Suite): Promise<void> {
  const { client, get, refused, patch } = suite;
  const classification = client.path(
    "/routing/classificationPolicies/{classificationPolicyId}",
    "c-1",
  );
  const made = await get(
    classification.patch(
      patch({
        name: "all kinds",
        queueSelectorAttachments: [
          { kind: "passThrough", key: "region", labelOperator: "equal" },
          {
            kind: "conditional",
            condition: { kind: "expression", expression: "job.vip = true" },
            queueSelectors: [{ key: "tier", labelOperator: "greaterThanOrEqual", value: 2 }],
          },
          {
            kind: "weightedAllocation",
            allocations: [
              {
                weight: 1,
                queueSelectors: [{ key: "a", labelOperator: "notEqual", value: false }],
              },
            ],
          },
          { kind: "ruleEngine", rule: { kind: "directMap" } },
        ],
        prioritizationRule: { kind: "static", value: 7 },
        workerSelectorAttachments: [
          {
            kind: "passThrough",
            key: "language",
            labelOperator: "equal",
            expiresAfterSeconds: 12.5,
          },
        ],
      }),
    ),
    "201",
  );
  deepStrictEqual(
    made.queueSelectorAttachments?.map(({ kind }) => kind),
    ["passThrough", "conditional", "weightedAllocation", "ruleEngine"],
  );
  await get(classification.patch(patch({ name: null })), "200");
  strictEqual("name" in (await get(classification.get(), "200")), false);
  await get(client.path("/routing/classificationPolicies").get(), "200");
  await get(classification.delete(), "204");
  await refused(classification.get(), 404, "NotFound");

  const distribution = client.path("/routing/distributionPolicies/{distributionPolicyId}", "d 1/é");
  const best = await get(
    distribution.patch(
      patch({
        offerExpiresAfterSeconds: 45.5,
        mode: {
          kind: "bestWorker",
          scoringRule: {
            kind: "function",
            functionUri: "http://127.0.0.1:1/score",
            credential: { functionKey: "key" },
          },
          scoringRuleOptions: { isBatchScoringEnabled: true, batchSize: 5 },
        },
      }),
    ),
    "201",
  );
  strictEqual(best.id, "d 1/é");
  await get(distribution.get(), "200");
  await get(
    client.path("/routing/distributionPolicies").get({ queryParameters: { maxpagesize: 20 } }),
    "200",
  );
  await get(distribution.delete(), "204");

  const exception = client.path("/routing/exceptionPolicies/{exceptionPolicyId}", "e-1");
  const rules = await get(
    exception.patch(
      patch({
        exceptionRules: [
          {
            id: "long",
            trigger: { kind: "queueLength", threshold: 3 },
            actions: [{ kind: "cancel", note: "full", dispositionCode: "full" }],
          },
          {
            id: "late",
            trigger: { kind: "waitTime", thresholdSeconds: 10 },
            actions: [
              { kind: "manualReclassify", priority: 99 },
              { kind: "reclassify", labelsToUpsert: { late: true } },
            ],
          },
        ],
      }),
    ),
    "201",
  );
  ok(rules.exceptionRules?.every(({ actions }) => actions.every(({ id }) => id !== undefined)));
  await get(exception.get(), "200");
  await get(client.path("/routing/exceptionPolicies").get(), "200");
  await get(exception.delete(), "204");
  await refused(exception.delete(), 404, "NotFound");
}

async function queues(suite: Suite): Promise<void> {
  const { client, get, refused, patch } = suite;
  const distribution = client.path("/routing/distributionPolicies/{distributionPolicyId}", "q-d");
  await get(
    distribution.patch(patch({ offerExpiresAfterSeconds: 10, mode: { kind: "roundRobin" } })),
    "201",
  );
  const queue = client.path("/routing/queues/{queueId}", "q");
  await get(queue.patch(patch({ distributionPolicyId: "q-d", labels: { a: 1, b: "x" } })), "201");
  const changed = await get(queue.patch(patch({ labels: { a: null, c: true } })), "200");
  deepStrictEqual(changed.labels, { Id: "q", b: "x", c: true });
  await get(queue.get(), "200");
  await get(client.path("/routing/queues").get(), "200");
  await refused(distribution.delete(), 400, "BadRequest");
  const job = client.path("/routing/jobs/{jobId}", "q-j");
  await get(job.patch(patch({ channelId: "c", queueId: "q" })), "201");
  deepStrictEqual(
    await get(client.path("/routing/queues/{queueId}/statistics", "q").get(), "200").then(
      ({ queueId, length }) => ({ queueId, length }),
    ),
    { queueId: "q", length: 1 },
  );
  const place = await get(client.path("/routing/jobs/{jobId}/position", "q-j").get(), "200");
  deepStrictEqual([place.position, place.queueId, place.queueLength], [1, "q", 1]);
  await refused(queue.delete(), 409, "Conflict");
  await get(client.path("/routing/jobs/{jobId}:cancel", "q-j").post(), "200");
  strictEqual((await get(job.get(), "200")).dispositionCode, "Cancelled");
  await get(job.delete(), "204");
  await get(queue.delete(), "204");
  await get(distribution.delete(), "204");
}

async function conditions(suite: Suite): Promise<void> {
  const { client, get, refused, patch, control } = suite;
  const queue = client.path("/routing/queues/{queueId}", "queue-123");
  const { etag } = await get(queue.get(), "200");
  await control("clock", { advance: 5 });
  const changed = await get(queue.patch(patch({ name: "2" }, { "If-Match": etag })), "200");
  await refused(queue.patch(patch({ name: "3" }, { "If-Match": etag })), 412, "PreconditionFailed");
  const response = await queue.get();
  const at = response.headers["last-modified"] ?? "";
  strictEqual(response.headers.etag, changed.etag);
  await get(queue.patch(patch({ name: "4" }, { "If-Unmodified-Since": at })), "200");
  const before = new Date(Date.parse(at) - 2_000).toUTCString();
  await refused(
    queue.patch(patch({ name: "5" }, { "If-Unmodified-Since": before })),
    412,
    "PreconditionFailed",
  );
  strictEqual((await get(queue.get(), "200")).name, "4");
}

async function classifiedJob(suite: Suite): Promise<void> {
  const { client, get, refused, patch } = suite;
  const policy = client.path("/routing/classificationPolicies/{classificationPolicyId}", "c-2");
  await get(
    policy.patch(
      patch({
        fallbackQueueId: "queue-123",
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
      }),
    ),
    "201",
  );
  const job = client.path("/routing/jobs/{jobId}", "c-j");
  await get(
    job.patch(
      patch({
        channelId: "none",
        classificationPolicyId: "c-2",
        labels: { vip: false },
        tags: { a: 1 },
        notes: [{ message: "first" }],
        requestedWorkerSelectors: [
          {
            key: "x",
            labelOperator: "equal",
            value: true,
            expiresAfterSeconds: 100,
            expedite: true,
          },
        ],
      }),
    ),
    "201",
  );
  strictEqual((await get(job.get(), "200")).priority, 1);
  await get(job.patch(patch({ labels: { vip: true }, tags: { a: null } })), "200");
  const vip = await get(job.get(), "200");
  deepStrictEqual([vip.priority, vip.tags, vip.status], [10, {}, "queued"]);
  ok(vip.requestedWorkerSelectors?.[0]?.expiresAt);
  await get(client.path("/routing/jobs/{jobId}:reclassify", "c-j").post({ body: {} }), "200");
  await refused(policy.delete(), 400, "BadRequest");
  await get(
    client
      .path("/routing/jobs/{jobId}:cancel", "c-j")
      .post({ body: { note: "no more", dispositionCode: "code" } }),
    "200",
  );
  const cancelled = await get(job.get(), "200");
  deepStrictEqual([cancelled.status, cancelled.dispositionCode], ["cancelled", "code"]);
  await get(job.delete(), "204");
  await get(policy.delete(), "204");
}

async function offersAndAssignments(suite: Suite): Promise<void> {
  const { client, get, refused, patch, control, now } = suite;
  const worker = client.path("/routing/workers/{workerId}", "w");
  await get(
    worker.patch(
      patch({
        capacity: 2,
        queues: ["queue-123"],
        channels: [{ channelId: "w-c", capacityCostPerJob: 2, maxNumberOfJobs: 1 }],
        availableForOffers: true,
      }),
    ),
    "201",
  );
  const job = client.path("/routing/jobs/{jobId}", "w-j");
  await get(job.patch(patch({ channelId: "w-c", queueId: "queue-123" })), "201");
  const offerId = async (): Promise<string> => {
    const [offer] = (await get(worker.get(), "200")).offers ?? [];
    ok(offer, "there is an offer");
    return offer.offerId;
  };
  const accept = (offer: string) =>
    client.path("/routing/workers/{workerId}/offers/{offerId}:accept", "w", offer).post();
  const decline = (offer: string, body?: MergePatch) =>
    client
      .path("/routing/workers/{workerId}/offers/{offerId}:decline", "w", offer)
      .post(body === undefined ? {} : { body });
  const first = await offerId();
  const { assignmentId } = await get(accept(first), "200");
  await refused(decline(first), 404, "NotFound");
  const unassigned = await get(
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:unassign", "w-j", assignmentId)
      .post({ body: { suspendMatching: false } }),
    "200",
  );
  deepStrictEqual(unassigned, { jobId: "w-j", unassignmentCount: 1 });
  const retryOfferAt = new Date((await now()) + 20_000).toISOString();
  await get(decline(await offerId(), { retryOfferAt }), "200");
  deepStrictEqual((await get(worker.get(), "200")).offers, []);
  await control("clock", { advance: 21 });
  const again = await get(accept(await offerId()), "200");
  const off = await get(worker.patch(patch({ availableForOffers: false })), "200");
  strictEqual(off.state, "draining");
  await refused(job.delete(), 409, "Conflict");
  const assignment = ["w-j", again.assignmentId] as const;
  await get(
    client.path("/routing/jobs/{jobId}/assignments/{assignmentId}:complete", ...assignment).post(),
    "200",
  );
  await get(
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:close", ...assignment)
      .post({ body: { dispositionCode: "done" } }),
    "200",
  );
  strictEqual((await get(worker.get(), "200")).state, "inactive");
  await get(worker.delete(), "204");
  await refused(worker.get(), 404, "NotFound");
}

async function lists(suite: Suite): Promise<void> {
  const { client, get, paginate, patch } = suite;
  const ids = Array.from({ length: 23 }, (_, index) => `l ${index}%`);
  for (const id of ids) {
    await get(
      client
        .path("/routing/jobs/{jobId}", id)
        .patch(patch({ channelId: "l&c=1 +", queueId: "queue-123", labels: { text: "é\u2028" } })),
      "201",
    );
  }
  const first = await client.path("/routing/jobs").get({
    queryParameters: {
      maxpagesize: 7,
      status: "active",
      queueId: "queue-123",
      channelId: "l&c=1 +",
    },
  });
  const listed: string[] = [];
  for await (const { id } of paginate(client, first)) listed.push(id);
  deepStrictEqual([...listed].sort(), [...ids].sort());
  const workers = await get(
    client.path("/routing/workers").get({
      queryParameters: { state: "active", channelId: "ChatChannel", hasCapacity: true },
    }),
    "200",
  );
  deepStrictEqual(
    workers.value.map(({ id }) => id),
    ["router-worker-123"],
  );
}

async function schedules(suite: Suite): Promise<void> {
  const { client, get, patch, control, now } = suite;
  const at = new Date((await now()) + 300_000);
  const job = client.path("/routing/jobs/{jobId}", "later");
  await get(
    job.patch(
      patch({
        channelId: "s",
        queueId: "queue-123",
        matchingMode: { kind: "scheduleAndSuspend", scheduleAt: at.toISOString() },
      }),
    ),
    "201",
  );
  strictEqual((await get(job.get(), "200")).status, "scheduled");
  const scheduled = async (query: Record<string, unknown>): Promise<readonly string[]> =>
    (await get(client.path("/routing/jobs").get({ queryParameters: query }), "200")).value.map(
      ({ id }) => id,
    );
  deepStrictEqual(await scheduled({ scheduledBefore: new Date(at.getTime() + 1_000) }), ["later"]);
  deepStrictEqual(await scheduled({ scheduledAfter: new Date(at.getTime() + 1_000) }), []);
  deepStrictEqual(await scheduled({ scheduledAfter: at.toISOString() }), ["later"]);
  await control("clock", { advance: 301 });
  strictEqual((await get(job.get(), "200")).status, "waitingForActivation");
  const released = await get(job.patch(patch({ matchingMode: { kind: "queueAndMatch" } })), "200");
  strictEqual(released.status, "queued");
}

async function exceptions(suite: Suite): Promise<void> {
  const { client, get, patch, control } = suite;
  await get(
    client.path("/routing/exceptionPolicies/{exceptionPolicyId}", "x-e").patch(
      patch({
        exceptionRules: [
          {
            id: "late",
            trigger: { kind: "waitTime", thresholdSeconds: 10 },
            actions: [{ kind: "cancel", note: "wait time exceeded" }],
          },
        ],
      }),
    ),
    "201",
  );
  await get(
    client
      .path("/routing/queues/{queueId}", "x-q")
      .patch(patch({ distributionPolicyId: "distribution-policy-123", exceptionPolicyId: "x-e" })),
    "201",
  );
  const job = client.path("/routing/jobs/{jobId}", "x-j");
  await get(job.patch(patch({ channelId: "x", queueId: "x-q" })), "201");
  await control("clock", { advance: 11 });
  const cancelled = await get(job.get(), "200");
  deepStrictEqual(
    [cancelled.status, cancelled.notes?.map(({ message }) => message)],
    ["cancelled", ["wait time exceeded"]],
  );
}

async function credentials(suite: Suite): Promise<void> {
  const { target, options, createClient, get, refused } = suite;
  const job = (key: string) =>
    createClient(target.endpoint, { key }, options).path("/routing/jobs/{jobId}", "later");
  await get(job(target.accessKey).get(), "200");
  await refused(job("d3Jvbmc=").get(), 401, "Unauthorized");
  const named = createClient(`endpoint=${target.endpoint};accesskey=${target.accessKey}`, {
    ...options,
    userAgentOptions: { userAgentPrefix: "contoso/1.0" },
  });
  await get(named.path("/routing/jobs/{jobId}", "later").get(), "200");
  // A token goes over TLS only.
  const getToken = async () => ({ token: "t", expiresOnTimestamp: Number.MAX_SAFE_INTEGER });
  await rejects(
    async () => createClient(target.endpoint, { getToken }, options).path("/routing/jobs").get(),
    /non-TLS/u,
  );
}

async function failures(suite: Suite): Promise<void> {
  const { client, get, refused, patch, control, paginate } = suite;
  await refused(
    client
      .path("/routing/jobs/{jobId}", "bad")
      .patch(patch({ channelId: "c", queueId: "no-such-queue" })),
    400,
    "BadRequest",
  );
  await refused(
    client.path("/routing/jobs/{jobId}", "bad").patch(patch({ labels: { a: [1] } })),
    400,
    "BadRequest",
  );
  // Asked to come again at once, the pipeline does.
  await control("faults", { status: 429, retryAfterSeconds: 0, count: 1 });
  await get(client.path("/routing/queues/{queueId}", "queue-123").get(), "200");
  const missing = await client.path("/routing/queues/{queueId}", "none").get();
  await rejects(async () => {
    for await (const _ of paginate(client, missing as never)) break;
  });
}
