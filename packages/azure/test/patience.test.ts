import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { clientStore, createClient, type ObjectStore } from "../src/index.ts";
import { readConnectionString } from "../src/shell/connect.ts";
import { type Patience, usualPatience, withPatience } from "../src/shell/patience.ts";

test("a service that takes the request and says nothing is tried again, then given up", async () => {
  const { store, calls, notices } = await storeAt(() => undefined, { perTryMs: 50 });
  await expect(store.list("queues")).rejects.toThrow(
    "GET /routing/queues was not answered in 50 ms",
  );
  expect(calls()).toBe(3);
  expect(notices).toEqual(["no answer from the service; trying again"]);
});

test("an answer that stops in its middle counts as none", async () => {
  const { store, calls } = await storeAt(
    (response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"value":[');
    },
    { perTryMs: 100 },
  );
  await expect(store.list("queues")).rejects.toThrow("was not answered in 100 ms");
  expect(calls()).toBe(3);
});

test("an answer that breaks off is asked for again", async () => {
  const { store, calls } = await storeAt((response, call) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "12" });
    if (call > 2) response.end('{"value":[]}');
    else response.write('{"value"', () => response.destroy());
  });
  expect((await store.list("queues")).objects).toEqual([]);
  expect(calls()).toBe(3);
});

test("an answer without end is cut off", async () => {
  const { store, calls } = await storeAt(
    (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => {
        if (!response.destroyed) response.write("[".repeat(10_000), () => setImmediate(more));
      };
      more();
    },
    { mostBytes: 2 ** 20 },
  );
  await expect(store.list("queues")).rejects.toThrow(
    "GET /routing/queues was answered with more than 1 MB",
  );
  expect(calls()).toBe(1);
});

test.each([
  ["retry-after", "86400", "86,400 s"],
  ["retry-after", "9e15", " s"],
  ["x-ms-retry-after-ms", "7200000", "7,200 s"],
  ["retry-after", new Date(Date.now() + 3_600_000).toUTCString(), " s"],
])(
  "a pause that nobody waits for is told, and not waited for: %s %s",
  async (name, value, told) => {
    const { store, calls, notices } = await storeAt((response) => {
      response.writeHead(429, { [name]: value, "content-type": "application/json" }).end("{}");
    });
    await expect(store.list("queues")).rejects.toMatchObject({ status: 429 });
    expect(calls()).toBe(1);
    expect(notices).toEqual([expect.stringContaining(told)]);
  },
);

test("a pause that is asked for is made", async () => {
  const { store, calls, notices } = await storeAt((response, call) => {
    if (call === 1) response.writeHead(429, { "x-ms-retry-after-ms": "1" }).end();
    else response.writeHead(200, { "content-type": "application/json" }).end('{"value":[]}');
  });
  await store.list("queues");
  expect(calls()).toBe(2);
  expect(notices).toEqual([]);
});

test.each([
  ["endpoint=https://a.example/;accesskey=a2V5", undefined],
  ["accesskey=a2V5; Endpoint=https://a.example", undefined],
  ["EndPoint = https://a.example ; AccessKey = a2V5== ;", undefined],
  ["https://a.example", /has no `endpoint=…`/u],
  ["endpoint=https://a.example", /has no `accesskey=…`/u],
  ["endpoint=https://a.example;accesskey=", /has no `accesskey=…`/u],
  ["endpoint=https://a.example;accesskey=secret!", /its access key is no Base64/u],
  ['"endpoint=https://a.example;accesskey=a2V5"', /stands in quotation marks/u],
  ["", /has no `endpoint=…`/u],
])("a connection string says what is wrong with it: %s", (text, message) => {
  if (message === undefined) {
    expect(readConnectionString(text, "NAME").endpoint).toBe("https://a.example");
    return;
  }
  expect(() => readConnectionString(text, "NAME")).toThrow(message);
  expect(() => readConnectionString(text, "NAME")).not.toThrow(/secret!/u);
});

/** The store of a service that answers as told, tried three times at once. */
async function storeAt(
  answer: (response: ServerResponse, call: number) => void,
  patience: Partial<Patience> = {},
): Promise<{
  readonly store: ObjectStore;
  readonly calls: () => number;
  readonly notices: readonly string[];
}> {
  let calls = 0;
  const server = createServer((_request: IncomingMessage, response) => {
    response.on("error", () => undefined);
    answer(response, ++calls);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = createClient(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    { key: "a2V5" },
    { allowInsecureConnection: true, retryOptions: { maxRetries: 2, retryDelayInMs: 1 } },
  );
  const notices: string[] = [];
  const policy = withPatience({ ...usualPatience, ...patience }, (text) => notices.push(text));
  client.pipeline.addPolicy(policy, { afterPhase: "Sign" });
  return { store: clientStore(client), calls: () => calls, notices };
}
