import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Emulator, startEmulator } from "@routewright/emulator";
import { canonicalObjects, type RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { effectiveBody } from "../src/compare/effective.ts";
import { isEqual } from "../src/compare/equal.ts";
import {
  clientStore,
  createClient,
  fingerprints,
  isUnexpected,
  paginate,
  readFailure,
  readLive,
  ServiceFailure,
  sealWanted,
} from "../src/index.ts";
import { consistentObjects, deploy, lookup, planOf, samples, start } from "./support/deploys.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, seed: 1 });
});
afterAll(() => emulator.stop());
beforeEach(() => control("POST", "reset", {}));

describe("the client, over HTTP", () => {
  test("pages through more objects than a page holds", async () => {
    const store = storeOf(emulator);
    await store.patch("distributionPolicies", "d", {}, { kind: "absent" });
    const ids = Array.from({ length: 230 }, (_, index) => `q-${index}`);
    for (const id of ids) {
      await store.patch("queues", id, { distributionPolicyId: "d" }, { kind: "absent" });
    }
    const listing = await store.list("queues");
    expect(listing.objects.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(listing.readAtMs, "the emulator tells the time").toBeDefined();
    const small = await clientOf(emulator)
      .path("/routing/queues")
      .get({ queryParameters: { maxpagesize: 7 } });
    const found: string[] = [];
    for await (const item of paginate(clientOf(emulator), small)) found.push(item.id);
    expect(found.sort()).toEqual([...ids].sort());
  });

  test.each([
    ["by the service's clock", "Fri, 27 Nov 2026 10:00:00 GMT", Date.UTC(2026, 10, 27, 10)],
    ["at no known time", "yesterday", undefined],
  ])("says that a list was read %s", async (_, date, readAtMs) => {
    const service = await serve((_request, response) => {
      response.setHeader("date", date);
      answer(response, 200, { value: [] });
    });
    expect((await clientStore(clientAt(service)).list("queues")).readAtMs).toBe(readAtMs);
  });

  test("what was made after the reading is not written over, whatever the emulator's clock shows", async () => {
    const late = await startEmulator({ auth: false, wallClock: () => Date.UTC(2026, 0, 1) });
    onTestFinished(() => late.stop());
    const store = storeOf(late);
    const { readAtMs } = await store.list("distributionPolicies");
    expect(readAtMs).toBe(Date.UTC(2026, 0, 1));
    await fetch(`${late.endpoint}/_emulator/clock`, { method: "POST", body: '{"advance":2}' });
    await store.patch("distributionPolicies", "d", { name: "theirs" }, { kind: "absent" });
    const ours = store.patch(
      "distributionPolicies",
      "d",
      { name: "ours" },
      { kind: "absent", ...(readAtMs === undefined ? {} : { sinceMs: readAtMs }) },
    );
    await expect(ours).rejects.toMatchObject({ status: 412 });
  });

  test("keeps an id that must be encoded as it is", async () => {
    const store = storeOf(emulator);
    for (const id of ["a.b~c_d-e", "%41", "__proto__", "ü"]) {
      const outcome = await store
        .patch("distributionPolicies", id, { name: "n" }, { kind: "absent" })
        .catch((error: unknown) => error);
      // Taken under this id, or refused; never under another one.
      const listed = (await store.list("distributionPolicies")).objects.map((each) => each.id);
      if (outcome instanceof ServiceFailure) expect(listed).not.toContain(id);
      else expect(listed).toContain(id);
    }
    const listed = (await store.list("distributionPolicies")).objects.map((each) => each.id);
    expect(listed).not.toContain("A");
  });

  test("names itself, the API version and the length of what it wants", async () => {
    const seen: IncomingMessage[] = [];
    const service = await serve((request, response) => {
      seen.push(request);
      answer(response, 200, { value: [] });
    });
    await clientStore(
      createClient(`endpoint=${service};accesskey=a2V5`, {
        allowInsecureConnection: true,
        userAgentOptions: { userAgentPrefix: "routewright" },
      }),
    ).list("queues");
    const [request] = seen;
    expect(request?.url).toBe("/routing/queues?maxpagesize=100&api-version=2023-11-01");
    expect(request?.headers["user-agent"]).toMatch(
      /^routewright azsdk-js-communication-job-router-rest\/1\.0\.0 /u,
    );
    expect(request?.headers.authorization).toMatch(/^HMAC-SHA256 SignedHeaders=/u);
  });

  test("is refused with another key, in words", async () => {
    const other = createClient(emulator.endpoint, { key: "b3RoZXI=" }, insecure);
    const failure = await clientStore(other)
      .list("queues")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(failure).toMatchObject({ status: 401, request: "GET /routing/queues" });
  });

  test.each(["communicationError", "error"])("reads a refusal's `%s`", async (member) => {
    const service = await serve((_, response) =>
      answer(response, 400, {
        [member]: { code: "Bad", message: "no good", details: [{ code: "a", message: "since b" }] },
      }),
    );
    const response = await clientAt(service).path("/routing/queues/{queueId}", "q").get();
    expect(isUnexpected(response)).toBe(true);
    expect(readFailure(response)).toMatchObject({
      status: 400,
      code: "Bad",
      message: "no good",
      details: [{ code: "a", message: "since b" }],
      request: "GET /routing/queues/q",
    });
  });

  test.each([
    ["text", "<html>Bad gateway</html>", "text/html"],
    ["nothing", "", "application/json"],
    ["a list", "[1]", "application/json"],
    ["nulls", '{"error":null,"communicationError":{"code":null}}', "application/json"],
  ])("reads a refusal that is %s", async (_, body, type) => {
    const service = await serve((_request, response) => {
      response.writeHead(404, { "content-type": type }).end(body);
    });
    const response = await clientAt(service).path("/routing/queues").get();
    expect(readFailure(response)).toMatchObject({ status: 404, code: "Http404" });
  });

  test("does not follow a list in a circle", async () => {
    let calls = 0;
    const service = await serve((_request, response) => {
      calls++;
      answer(response, 200, {
        value: [{ id: `q-${calls}`, etag: '"1"' }],
        nextLink: `/routing/queues?page=${calls % 3}`,
      });
    });
    await expect(clientStore(clientAt(service)).list("queues")).rejects.toThrow(
      "the list GET /routing/queues leads back to a page of itself",
    );
    expect(calls).toBe(4);
  });

  test.each([
    ["without items", 101, () => []],
    ["with one item again and again", 102, () => [{ id: "q", etag: '"1"' }]],
    ["with ever new items", 1000, (page: number) => [{ id: `q-${page}`, etag: '"1"' }]],
  ])("gives up a list of ever new pages %s", async (_, most, itemsOf) => {
    let calls = 0;
    const service = await serve((_request, response) => {
      calls++;
      answer(response, 200, { value: itemsOf(calls), nextLink: `/routing/queues?page=${calls}` });
    });
    await expect(clientStore(clientAt(service)).list("queues")).rejects.toThrow(
      /^the list GET \/routing\/queues .*; it seems to have no end$/u,
    );
    expect(calls).toBe(most);
  });

  test("takes a list that is long, with empty pages and what moved in it, as it is", async () => {
    let calls = 0;
    const service = await serve((_request, response) => {
      calls++;
      const items =
        calls % 3 === 0 ? [] : [calls, calls - 1].map((n) => ({ id: `q-${n}`, etag: "" }));
      answer(response, 200, {
        value: items,
        ...(calls < 300 ? { nextLink: `/routing/queues?page=${calls}` } : {}),
      });
    });
    const { objects } = await clientStore(clientAt(service)).list("queues");
    expect(calls).toBe(300);
    expect(objects).toHaveLength(300);
  });

  test.each([
    ["list goes on there", 200],
    ["list is said to have moved there", 307],
    ["list is said to be found there", 302],
  ])("sends nothing to another address, when a %s", async (_, status) => {
    const heard: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) => {
      heard.push(request.headers.authorization);
      answer(response, 200, { value: [] });
    });
    for (const address of [
      `${elsewhere}/routing/queues?skip=1`,
      elsewhere.replace("http:", ""),
      elsewhere.replace("http://", "/\\"),
      elsewhere.replace("http://", "\\\\"),
      elsewhere.replace("http://", "HTTP:\\\\"),
      elsewhere.replace("http://", "/\t/"),
      elsewhere.replace("http://", "@"),
      elsewhere.replace("http://", ".evil.example@"),
    ]) {
      let calls = 0;
      const service = await serve((_request, response) => {
        calls++;
        if (status !== 200) response.setHeader("location", address);
        answer(response, status, {
          value: [{ id: "q", etag: '"1"' }],
          ...(status === 200 && calls === 1 ? { nextLink: address } : {}),
        });
      });
      const outcome = await clientStore(clientAt(service))
        .list("queues")
        .catch((error: unknown) => error);
      expect(heard, address).toEqual([]);
      // What only looks like another address is one of the service's own, and may be asked for.
      if (calls === 1) expect(outcome, address).toBeInstanceOf(Error);
    }
  });

  test("takes a proxy's page for no word of the service on what is gone", async () => {
    for (const [body, type, isGone] of [
      [JSON.stringify({ communicationError: { code: "NotFound" } }), "application/json", true],
      ["<h1>Not found</h1>", "text/html", false],
      ["", "text/html", false],
      ["{}", "application/json", false],
    ] as const) {
      const service = await serve((_request, response) => {
        response.writeHead(404, { "content-type": type }).end(body);
      });
      const store = clientStore(clientAt(service));
      for (const asked of [store.get("queues", "q"), store.delete("queues", "q")]) {
        if (isGone) expect(await asked).toBeUndefined();
        else await expect(asked, body).rejects.toThrow("no reason is given");
      }
    }
  });

  test.each([
    ["text/html", "<h1>Sign in</h1>", /answered 200 with a text of type text\/html, where a list/u],
    [
      "application/json",
      '{"value":[{"name":"q"}]}',
      /JSON of another form, where a list of objects/u,
    ],
    ["application/json", '{"values":[]}', /JSON of another form, where a list was to be/u],
    [
      "application/json",
      '{"value":[{"id":"q"',
      /answered 200 with JSON that is cut short or none at all/u,
    ],
    ["application/json", "", /with nothing, where a list was to be/u],
  ])("says what came in the place of a list: %s %s", async (type, body, message) => {
    const service = await serve((_request, response) => {
      response.writeHead(200, { "content-type": type }).end(body);
    });
    await expect(clientStore(clientAt(service)).list("queues")).rejects.toThrow(message);
  });

  test("follows a link that names the service itself", async () => {
    const asked: string[] = [];
    const service = await serve((request, response) => {
      asked.push(request.url ?? "");
      answer(response, 200, {
        value: [{ id: `q-${asked.length}`, etag: "" }],
        ...(asked.length > 1
          ? {}
          : { nextLink: `http://${request.headers.host}/routing/queues?token=a%2Fb%3D` }),
      });
    });
    expect((await clientStore(clientAt(service)).list("queues")).objects).toHaveLength(2);
    expect(asked[1]).toBe("/routing/queues?token=a%2Fb%3D&api-version=2023-11-01");
  });

  test.each([[null], [""], [undefined]])("takes the next link %j for the end", async (nextLink) => {
    const service = await serve((_, response) =>
      answer(response, 200, { value: [{ id: "q", etag: '"1"' }], nextLink }),
    );
    expect((await clientStore(clientAt(service)).list("queues")).objects).toHaveLength(1);
  });
});

const runs = Number(process.env.DEPLOY_HTTP_RUNS ?? 15);

test(
  `after apply nothing is left to do, and what is read back is the bundle (${runs} random bundles)`,
  async () => {
    let objects = 0;
    const store = storeOf(emulator);
    await fc.assert(
      fc.asyncProperty(consistentObjects, consistentObjects, async (before, after) => {
        await control("POST", "reset", {});
        let state = await deploy(store, start(emulator.endpoint), before);
        state = await deploy(store, state, after);
        const plan = await planOf(store, state, after);
        expect(plan.changes).toEqual([]);
        expect(plan.conflicts).toEqual([]);
        objects += await expectLive(after);
      }),
      { numRuns: runs },
    );
    expect(objects).toBeGreaterThan(runs);
  },
  120_000 + runs * 2_000,
);

describe("with faults", () => {
  test.each([
    ["429 with Retry-After", { status: 429, retryAfterSeconds: 1, count: 3 }],
    ["500", { status: 500, count: 2 }],
    ["503 with Retry-After", { status: 503, retryAfterSeconds: 1, count: 3 }],
    ["connections dropped before the command", { disconnect: "before", count: 3 }],
    ["connections dropped after the command", { disconnect: "after", share: 0.4, count: 6 }],
    ["delays", { delayMs: 300, share: 0.5 }],
  ])("%s: an apply converges by itself", async (_, fault) => {
    const [before, after] = samples();
    const store = storeOf(emulator);
    const state = await deploy(store, start(emulator.endpoint), before);
    await control("POST", "faults", fault);
    const reached = await deploy(store, state, after);
    const faults = (await control("GET", "faults")) as { value: { times: number }[] };
    expect(faults.value[0]?.times, "the fault was met").toBeGreaterThan(1);
    await control("DELETE", "faults");
    expect((await planOf(store, reached, after)).changes).toEqual([]);
    await expectLive(after);
  });
});

const insecure = { allowInsecureConnection: true } as const;

function clientOf({ connectionString }: Emulator) {
  return createClient(connectionString, insecure);
}

function storeOf(service: Emulator) {
  return clientStore(clientOf(service));
}

function clientAt(service: string) {
  return createClient(service, { key: "a2V5" }, { ...insecure, retryOptions: { maxRetries: 0 } });
}

/** A service that misbehaves. */
async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${emulator.endpoint}/_emulator/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

/** What a client reads is what the bundle says, no more and no less. */
async function expectLive(wanted: RouterObjects): Promise<number> {
  const print = fingerprints("salt");
  const live = await readLive(storeOf(emulator), print);
  const sealed = sealWanted(canonicalObjects(wanted), lookup, print);
  expect([...live.objects.keys()].sort()).toEqual(
    sealed.map(({ kind, id }) => `${kind}/${id}`).sort(),
  );
  expect(live.diagnostics).toEqual([]);
  for (const { kind, id, body } of sealed) {
    const there = live.objects.get(`${kind}/${id}`)?.body ?? {};
    const isSame = isEqual(effectiveBody(kind, there, body), effectiveBody(kind, body, there));
    expect(isSame, JSON.stringify({ there, body })).toBe(true);
  }
  return sealed.length;
}
