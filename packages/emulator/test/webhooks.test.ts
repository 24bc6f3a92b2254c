import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { type EmulatorOptions, startEmulator } from "../src/index.ts";
import { type Body, clientOf, control, setUp } from "./support.ts";

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  open.push(() => emulator.stop());
  return { emulator, call: clientOf(emulator) };
}

interface Got {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly atMs: number;
}
interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server that answers as it is told, and keeps what came. */
async function listen(answer: (got: Got, count: number) => Given) {
  const all: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", headers } = request;
      const text = Buffer.concat(parts).toString("utf8");
      const got = { method, headers, text, atMs: performance.now() };
      all.push(got);
      const { status = 200, headers: given = {}, body = {} } = answer(got, all.length);
      response.writeHead(status, given);
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, all };
}

const isPost = ({ method }: Got): boolean => method === "POST";
const allow = { headers: { "webhook-allowed-origin": "eventgrid.azure.net" } };
const subscription = async (emulator: { readonly endpoint: string }) => {
  const response = await fetch(`${emulator.endpoint}/_emulator/subscriptions`);
  const { value } = (await response.json()) as { readonly value: readonly Body[] };
  return value[0] ?? {};
};

describe("CloudEvents", () => {
  test("the handshake is OPTIONS with the origin; an event is one object of the schema", async () => {
    const { emulator, call } = await start();
    const hook = await listen((got) => (isPost(got) ? {} : allow));
    const made = await control(emulator, "PUT", "subscriptions/mine", {
      endpoint: hook.url,
      schema: "cloudEvents",
      includedEventTypes: ["RouterWorkerRegistered"],
    });
    expect([made.status, made.body.state]).toEqual([201, "active"]);
    const [asked] = hook.all;
    expect(asked?.method).toBe("OPTIONS");
    expect(asked?.headers["webhook-request-origin"]).toBe("eventgrid.azure.net");
    await setUp(call);
    await expect.poll(() => hook.all.filter(isPost).length).toBe(1);
    const [got] = hook.all.filter(isPost);
    expect(got?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(got?.headers["aeg-event-type"]).toBe("Notification");
    const event = JSON.parse(got?.text ?? "") as Record<string, unknown>;
    expect(Object.keys(event).sort()).toEqual(
      ["data", "datacontenttype", "id", "source", "specversion", "subject", "time", "type"].sort(),
    );
    expect(event).toMatchObject({
      specversion: "1.0",
      type: "Microsoft.Communication.RouterWorkerRegistered",
      subject: "worker/w",
      datacontenttype: "application/json",
      data: { workerId: "w", totalCapacity: 1 },
    });
    expect(String(event.source)).toMatch(/^\/subscriptions\/.*communicationServices\/emulator$/u);
    expect(Number.isNaN(Date.parse(String(event.time)))).toBe(false);
  });

  test("without the origin allowed nothing goes out until the callback is opened; then all does", async () => {
    const { emulator, call } = await start();
    const hook = await listen(() => ({}));
    const made = await control(emulator, "PUT", "subscriptions/mine", {
      endpoint: hook.url,
      schema: "cloudEvents",
    });
    expect(made.body.state).toBe("awaitingValidation");
    await setUp(call);
    const waiting = Number((await subscription(emulator)).waiting);
    expect(waiting).toBeGreaterThan(0);
    expect(hook.all.filter(isPost)).toEqual([]);
    const callback = String(hook.all[0]?.headers["webhook-request-callback"]);
    const wrong = callback.replace(/code=.*/u, "code=0");
    expect((await fetch(wrong)).status).toBe(404);
    expect((await fetch(callback, { method: "POST" })).status).toBe(200);
    await expect.poll(() => hook.all.filter(isPost).length).toBe(waiting);
    expect((await subscription(emulator)).state).toBe("active");
  });

  test("an endpoint that refuses OPTIONS is no subscription", async () => {
    const { emulator } = await start();
    const hook = await listen(() => ({ status: 405 }));
    const wanted = { endpoint: hook.url, schema: "cloudEvents" };
    const made = await control(emulator, "PUT", "subscriptions/mine", wanted);
    expect(made.status).toBe(400);
    expect(JSON.stringify(made.body)).toContain("answered 405 to OPTIONS");
    expect(await subscription(emulator)).toEqual({});
  });
});

describe("deliveries", () => {
  const only = { includedEventTypes: ["RouterWorkerRegistered"], schema: "cloudEvents" };

  test("failed ones come again after pauses that grow, and say how often they have come", async () => {
    const { emulator, call } = await start();
    const hook = await listen((got, count) =>
      isPost(got) ? { status: count < 5 ? 503 : 200 } : allow,
    );
    await control(emulator, "PUT", "subscriptions/mine", {
      ...only,
      endpoint: hook.url,
      retryDelaysMs: [20, 60, 180],
    });
    await setUp(call);
    await expect.poll(() => hook.all.filter(isPost).length).toBe(4);
    const posts = hook.all.filter(isPost);
    expect(posts.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2", "3"]);
    expect(new Set(posts.map(({ text }) => text)).size).toBe(1);
    const pauses = posts.slice(1).map(({ atMs }, index) => atMs - (posts[index]?.atMs ?? 0));
    for (const [index, least] of [20, 60, 180].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(least - 2);
    }
    await expect.poll(async () => (await subscription(emulator)).delivered).toBe(1);
  });

  test("400, 401, 403, 404 and 413 are final; other failures end after the tries agreed", async () => {
    for (const [status, tries] of [
      [404, 1],
      [413, 1],
      [500, 3],
    ] as const) {
      const { emulator, call } = await start();
      const hook = await listen((got) => (isPost(got) ? { status } : allow));
      await control(emulator, "PUT", "subscriptions/mine", {
        ...only,
        endpoint: hook.url,
        retryDelaysMs: [5],
        maxDeliveryAttempts: 3,
      });
      await setUp(call);
      await expect.poll(async () => (await subscription(emulator)).failed).toBe(1);
      expect(hook.all.filter(isPost).length).toBe(tries);
      expect(await subscription(emulator)).toMatchObject({
        waiting: 0,
        delivered: 0,
        lastFailure: `answered ${status}`,
      });
    }
  });

  test("an endpoint that is gone is tried again; redirects are not followed", async () => {
    const { emulator, call } = await start();
    let isAway = false;
    const other = await listen(() => ({}));
    const hook = await listen((got) => {
      if (!isPost(got)) return allow;
      isAway = true;
      return { status: 307, headers: { location: other.url } };
    });
    await control(emulator, "PUT", "subscriptions/mine", {
      ...only,
      endpoint: hook.url,
      retryDelaysMs: [5],
      maxDeliveryAttempts: 2,
    });
    await setUp(call);
    await expect.poll(async () => (await subscription(emulator)).failed).toBe(1);
    expect([isAway, other.all.length]).toEqual([true, 0]);
  });

  test("Event Grid's schema: a list of one, validated by hand where the code is not echoed", async () => {
    const { emulator, call } = await start();
    const hook = await listen(() => ({}));
    const made = await control(emulator, "PUT", "subscriptions/mine", {
      endpoint: hook.url,
      includedEventTypes: ["RouterWorkerRegistered"],
    });
    expect(made.body.state).toBe("awaitingValidation");
    await setUp(call);
    const [validation] = JSON.parse(hook.all[0]?.text ?? "") as Body[];
    expect(validation?.eventType).toBe("Microsoft.EventGrid.SubscriptionValidationEvent");
    expect((await fetch(String(validation?.data?.validationUrl))).status).toBe(200);
    await expect.poll(() => hook.all.length).toBe(2);
    const [event, more] = JSON.parse(hook.all[1]?.text ?? "") as Body[];
    expect(more).toBeUndefined();
    expect(event).toMatchObject({
      eventType: "Microsoft.Communication.RouterWorkerRegistered",
      dataVersion: "1.0",
      metadataVersion: "1",
      subject: "worker/w",
    });
    expect(hook.all[1]?.headers["aeg-subscription-name"]).toBe("MINE");
  });
});

describe("webhook rules with OAuth", () => {
  const secret = "s3cret & =";

  async function withRule(
    token: (got: Got, count: number) => Given,
    hookAnswer: (got: Got, count: number) => Given,
    authorizationServerUri?: string,
  ) {
    let skewMs = 0;
    const { emulator, call } = await start({ wallClock: () => Date.now() + skewMs });
    const tokens = await listen(token);
    const hook = await listen(hookAnswer);
    await setUp(call);
    await call("PATCH", "classificationPolicies/p", {
      fallbackQueueId: "q",
      prioritizationRule: {
        kind: "webhook",
        authorizationServerUri: authorizationServerUri ?? tokens.url,
        clientCredential: { clientId: "me", clientSecret: secret },
        webhookUri: hook.url,
      },
    });
    const classified = async (id: string) => {
      await call("PATCH", `jobs/${id}`, {
        channelId: "x",
        classificationPolicyId: "p",
        labels: { a: 1 },
      });
      await expect
        .poll(async () => (await call("GET", `jobs/${id}`)).body.status)
        .not.toBe("pendingClassification");
      return (await call("GET", `jobs/${id}`)).body;
    };
    const trace = async (id: string) =>
      JSON.stringify((await control(emulator, "GET", `jobs/${id}/trace`)).body);
    const later = (ms: number): void => {
      skewMs += ms;
    };
    return { tokens, hook, classified, trace, later };
  }

  const numbered = (_: Got, count: number): Given => ({
    body: { access_token: `token${count}`, token_type: "Bearer", expires_in: 300 },
  });

  test("a token is fetched once, sent with each call, and fetched anew when it runs out", async () => {
    const { tokens, hook, classified, later } = await withRule(numbered, () => ({ body: 7 }));
    expect(await classified("a")).toMatchObject({ status: "queued", priority: 7 });
    expect(await classified("b")).toMatchObject({ status: "queued" });
    const [asked] = tokens.all;
    expect(asked?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/u);
    expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
      grant_type: "client_credentials",
      client_id: "me",
      client_secret: secret,
    });
    expect(JSON.parse(hook.all[0]?.text ?? "")).toEqual({ job: { a: 1 } });
    later(271_000);
    await classified("c");
    expect(hook.all.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token1",
      "Bearer token1",
      "Bearer token2",
    ]);
  });

  test("a token that says nothing of its life, or in text, is used as long as it says", async () => {
    for (const [life, fetched] of [
      [undefined, 2],
      ["300", 1],
    ] as const) {
      const { tokens, classified } = await withRule(
        () => ({ body: { access_token: "t", expires_in: life } }),
        () => ({ body: 1 }),
      );
      await classified("a");
      await classified("b");
      expect(tokens.all.length).toBe(fetched);
    }
  });

  test("401 of the webhook: one more try with a fresh token", async () => {
    const { tokens, hook, classified } = await withRule(numbered, ({ headers }) =>
      headers.authorization === "Bearer token1" ? { status: 401 } : { body: 3 },
    );
    expect(await classified("a")).toMatchObject({ status: "queued", priority: 3 });
    expect([tokens.all.length, hook.all.length]).toEqual([2, 2]);
    expect(await classified("b")).toMatchObject({ status: "queued" });
    expect([tokens.all.length, hook.all.length]).toEqual([2, 3]);
    const refused = await withRule(numbered, () => ({ status: 401 }));
    expect(await refused.classified("c")).toMatchObject({ status: "classificationFailed" });
    expect([refused.tokens.all.length, refused.hook.all.length]).toEqual([2, 2]);
  });

  test("a token server that fails fails the classification, and no secret is told", async () => {
    const bad: readonly Given[] = [
      { status: 500 },
      { body: "<html>token-in-text" },
      { body: {} },
      { body: "null" },
    ];
    for (const given of bad) {
      const { hook, classified, trace } = await withRule(
        () => given,
        () => ({ body: 1 }),
      );
      expect(await classified("a")).toMatchObject({ status: "classificationFailed" });
      expect(hook.all).toEqual([]);
      const told = await trace("a");
      expect(told).toContain("the token server");
      expect(told).not.toMatch(/s3cret|token-in-text/u);
    }
    const away = await withRule(numbered, () => ({ body: 1 }), "https://login.example.com/token");
    expect(await away.classified("a")).toMatchObject({ status: "classificationFailed" });
    expect(await away.trace("a")).toContain("login.example.com is not among the hosts");
    expect([away.tokens.all, away.hook.all]).toEqual([[], []]);
  });
});
