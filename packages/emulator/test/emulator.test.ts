import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type EmulatorOptions, journalPath, startEmulator } from "../src/index.ts";
import { type Body, clientOf, control, setUp, signed } from "./support.ts";

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  open.push(() => emulator.stop());
  return { emulator, call: clientOf(emulator) };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "emulator-"));
  open.unshift(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("who may ask", () => {
  test("a signature over the query as sent, or written anew, is taken; a wrong key is not", async () => {
    const { emulator } = await start();
    const sent = "/routing/jobs?queueId=a%20b&api-version=2023-11-01";
    const anew = "/routing/jobs?queueId=a+b&api-version=2023-11-01";
    const ask = async (headers: Record<string, string>) =>
      (await fetch(emulator.endpoint + sent, { headers })).status;
    expect(await ask(signed(emulator, "GET", sent, ""))).toBe(200);
    expect(await ask(signed(emulator, "GET", anew, ""))).toBe(200);
    expect(await ask(signed(emulator, "GET", sent.replace("a", "b"), ""))).toBe(401);
    expect(await ask(signed({ ...emulator, accessKey: "AAAA" }, "GET", sent, ""))).toBe(401);
    expect(await ask({})).toBe(401);
    const old = signed(emulator, "GET", sent, "");
    expect(await ask({ ...old, "x-ms-date": "Mon, 01 Jan 2024 00:00:00 GMT" })).toBe(401);
  });

  test("a bearer token is taken when it is for this service and has not expired", async () => {
    const { emulator } = await start();
    const token = (claims: object) =>
      `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`;
    const ask = async (authorization: string) =>
      (
        await fetch(`${emulator.endpoint}/routing/jobs?api-version=2023-11-01`, {
          headers: { authorization },
        })
      ).status;
    const exp = Date.now() / 1_000 + 60;
    expect(await ask(token({ aud: "https://communication.azure.com", exp }))).toBe(200);
    expect(await ask(token({ aud: "https://communication.azure.com/", exp: 1 }))).toBe(401);
    expect(await ask(token({ aud: "https://elsewhere.example", exp }))).toBe(401);
    expect(await ask("Bearer nonsense")).toBe(401);
  });

  test("other web pages and names that are not loopback cannot control it", async () => {
    const { emulator } = await start();
    const ask = (headers: Record<string, string>) =>
      fetch(`${emulator.endpoint}/_emulator/reset`, { method: "POST", headers });
    expect((await ask({ origin: "https://evil.example" })).status).toBe(403);
    expect((await ask({ origin: emulator.endpoint })).status).toBe(200);
    const rebound = await raw(
      emulator.port,
      "GET /_emulator HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    );
    expect(rebound).toContain(" 403 ");
  });

  test("it does not listen beyond loopback without a key", async () => {
    await expect(startEmulator({ host: "0.0.0.0" })).rejects.toThrow(/without a key/u);
    await expect(
      startEmulator({ host: "0.0.0.0", accessKey: "AAAA", auth: false }),
    ).rejects.toThrow(/without authentication/u);
  });
});

describe("the API", () => {
  test("a job's life, with headers, events and its trace", async () => {
    const { emulator, call } = await start();
    await setUp(call);
    const created = await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    expect([created.status, created.body.status]).toEqual([201, "created"]);
    expect(created.headers.get("etag")).toBe(created.body.etag);
    expect(created.headers.get("last-modified")).toMatch(/GMT$/u);
    const worker = await call("GET", "workers/w");
    const offerId = String((worker.body.offers as unknown as readonly Body[])[0]?.offerId);
    const accepted = await call("POST", `workers/w/offers/${offerId}:accept`);
    expect(accepted.status).toBe(200);
    const path = `jobs/j/assignments/${accepted.body.assignmentId}`;
    expect((await call("POST", `${path}:complete`, { note: "done" })).body).toEqual({});
    expect((await call("POST", `${path}:close`)).status).toBe(200);
    expect((await call("DELETE", "jobs/j")).status).toBe(204);
    const events = await fetch(`${emulator.endpoint}/_emulator/events`);
    const names = (await events.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).eventType.replace("Microsoft.Communication.Router", ""));
    expect(names).toEqual([
      ...["WorkerRegistered", "JobReceived", "JobQueued", "WorkerOfferIssued"],
      ...["WorkerOfferAccepted", "JobCompleted", "JobClosed", "JobDeleted"],
    ]);
  });

  test("conditions, versions, methods and types that do not fit are refused in the service's form", async () => {
    const { emulator, call } = await start({ strict: false });
    await setUp(call);
    const stale = await call("PATCH", "queues/q", { name: "n" }, { "if-match": '"old"' });
    expect([stale.status, Object.keys(stale.body)]).toEqual([412, ["communicationError"]]);
    expect((await call("PUT", "queues/q", {})).status).toBe(405);
    expect((await call("GET", "nothing/here")).status).toBe(404);
    const typed = await call("PATCH", "queues/q", {}, { "content-type": "text/plain" });
    expect(typed.status).toBe(415);
    const url = "/routing/queues?api-version=2027-01-01";
    const newer = await fetch(emulator.endpoint + url, {
      headers: signed(emulator, "GET", url, ""),
    });
    expect([newer.status, newer.headers.get("warning")]).toEqual([
      200,
      expect.stringContaining("2027-01-01"),
    ]);
  });

  test("pages are linked relatively, keep their filters, and give everything once", async () => {
    const { emulator, call } = await start();
    await setUp(call);
    for (let number = 0; number < 23; number++) {
      await call("PATCH", `jobs/j${number}`, {
        channelId: number % 2 === 0 ? "a" : "b",
        queueId: "q",
      });
    }
    const ids: string[] = [];
    let page = await call("GET", "jobs?channelId=a&maxpagesize=5");
    for (;;) {
      ids.push(...(page.body.value ?? []).map((job) => String(job.id)));
      const link = page.body.nextLink as unknown as string | undefined;
      if (link === undefined) break;
      expect(link).toMatch(/^\/routing\/jobs\?continuationToken=[\w%]+$/u);
      page = await call("GET", link.replace("/routing/", ""));
    }
    expect(ids.sort()).toEqual([...Array(12).keys()].map((number) => `j${number * 2}`).sort());
    expect((await call("GET", "queues?continuationToken=bm9uZQ==")).status).toBe(400);
    expect((await call("GET", "jobs?maxpagesize=0")).status).toBe(400);
    expect(emulator.connectionString).toContain("accesskey=");
  });

  test("a link is followed without an api-version too, as the Java client does: the version stays", async () => {
    const { emulator, call } = await start();
    for (const id of ["a", "b"]) {
      await call("PATCH", `workers/${id}?api-version=2024-01-18-preview`, {
        capacity: 1,
        maxConcurrentOffers: 1,
      });
    }
    const ask = async (url: string) => {
      const headers = signed(emulator, "GET", url, "");
      const response = await fetch(emulator.endpoint + url, { headers });
      return { status: response.status, body: (await response.json()) as Body };
    };
    const first = await ask("/routing/workers?maxpagesize=1&api-version=2024-01-18-preview");
    const second = await ask(String(first.body.nextLink));
    const shown = [first, second].map(({ body }) => body.value?.[0]?.maxConcurrentOffers);
    expect(shown).toEqual([1, 1]);
    expect((await ask("/routing/workers")).status).toBe(400);
    expect((await ask("/routing/workers?continuationToken=bm9uZQ==")).status).toBe(400);
  });

  test("labels named like members of JavaScript's objects are labels", async () => {
    const { call } = await start();
    await setUp(call);
    const body = '{"distributionPolicyId":"d","labels":{"__proto__":"a","constructor":1}}';
    const made = await call("PATCH", "queues/__proto__", body);
    expect(made.status).toBe(201);
    const read = await call("GET", "queues/__proto__");
    expect(Object.keys(read.body.labels ?? {}).sort()).toEqual(["Id", "__proto__", "constructor"]);
  });
});

describe("control", () => {
  test("the clock stands, jumps and fires what is due", async () => {
    const { emulator, call } = await start();
    await setUp(call);
    await control(emulator, "POST", "clock", { frozen: true });
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    expect((await call("GET", "workers/w")).body.loadRatio).toBe(1);
    const turned = await control(emulator, "POST", "clock", { advance: "PT1H1S" });
    expect(turned.body.frozen).toBe(true);
    // Answers are dated by this clock: what a client asks to be unmodified since is such a date.
    const read = await call("GET", "queues/q");
    expect(Date.parse(read.headers.get("date") ?? "")).toBe(
      Math.floor(Date.parse(String(turned.body.now)) / 1000) * 1000,
    );
    // The offer expired, which deregisters the worker.
    expect((await call("GET", "workers/w")).body.state).toBe("inactive");
    expect((await control(emulator, "POST", "clock", { set: "2001-01-01T00:00:00Z" })).status).toBe(
      400,
    );
    expect((await control(emulator, "POST", "clock", { scale: 0 })).status).toBe(400);
  });

  test("what control does not know is refused, and changes nothing", async () => {
    const { emulator } = await start();
    const refused: readonly (readonly [string, string, unknown, string])[] = [
      ["POST", "clock", { advance: 5, frozn: true }, "`frozn` means nothing here"],
      ["POST", "seed", { queue: [] }, "`queue` means nothing here"],
      ["POST", "reset", { sead: 1 }, "`sead` means nothing here"],
      ["POST", "faults", { status: 500, events: ["RouterJobReceived"] }, "`events` means nothing"],
      ["POST", "faults", { dropEvent: true, operations: ["getJob"] }, "`operations` means nothing"],
      ["POST", "faults", { status: 429, retryAfterSeconds: -1 }, "`retryAfterSeconds` must be"],
      ["PUT", "subscriptions/s", { endpoint: "http://127.0.0.1:1", types: [] }, "`types` means"],
      ["PUT", "stubs", { uri: "http://127.0.0.1:1" }, "Give a `value`"],
      ["PUT", "stubs", { uri: "http://127.0.0.1:1", fails: true }, "`fails` means nothing here"],
    ];
    const before = (await control(emulator, "POST", "clock", { frozen: true })).body.now;
    for (const [method, path, body, message] of refused) {
      const answer = await control(emulator, method, path, body);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(String(answer.body.communicationError?.message)).toContain(message);
    }
    await expect(startEmulator({ objects: { queues: [], jobz: [] } })).rejects.toThrow("`jobz`");
    const events = await control(emulator, "GET", "events?type=RouterJobRecieved");
    expect(String(events.body.communicationError?.message)).toContain("RouterJobReceived");
    expect((await control(emulator, "GET", "clock")).body.now).toBe(before);
    expect((await control(emulator, "GET", "faults")).body.value).toEqual([]);
  });

  test("a snapshot brings everything back", async () => {
    const { emulator, call } = await start({ seed: 7 });
    await setUp(call);
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    const before = (await call("GET", "workers/w")).body;
    const snapshot = await control(emulator, "GET", "snapshot");
    await control(emulator, "POST", "reset", { seed: 1 });
    expect((await call("GET", "jobs/j")).status).toBe(404);
    expect((await control(emulator, "POST", "restore", snapshot.body)).status).toBe(200);
    expect((await call("GET", "workers/w")).body).toEqual(before);
    expect((await control(emulator, "POST", "restore", { format: "other" })).status).toBe(400);
  });

  test("faults come as often as they were asked for", async () => {
    const { emulator, call } = await start();
    await control(emulator, "POST", "faults", { operations: ["getQueue"], status: 429, count: 2 });
    const statuses = [];
    for (let time = 0; time < 3; time++) statuses.push((await call("GET", "queues/q")).status);
    expect(statuses).toEqual([429, 429, 404]);
    await control(emulator, "POST", "faults", {
      events: ["RouterWorkerRegistered"],
      dropEvent: true,
    });
    await setUp(call);
    expect(await (await fetch(`${emulator.endpoint}/_emulator/events`)).text()).toBe("");
    expect((await control(emulator, "POST", "faults", { status: 200 })).status).toBe(400);
  });

  test("coverage names every operation and assumption; a job's trace says why", async () => {
    const { emulator, call } = await start();
    await setUp(call);
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    const covered = (await control(emulator, "GET", "coverage")).body;
    expect((covered.operations as unknown as readonly unknown[]).length).toBe(33);
    const trace = (await control(emulator, "GET", "jobs/j/trace")).body;
    const kinds = (trace.transitions as unknown as readonly { happening: { kind: string } }[]).map(
      ({ happening }) => happening.kind,
    );
    expect(kinds).toContain("offerIssued");
    expect(trace.offers).toMatchObject({
      job: { kind: "offers", max: 1, workerIds: ["w"] },
      workers: [{ outcome: "offered", workerId: "w" }],
    });
  });
});

describe("events to webhooks", () => {
  test("after the handshake events arrive, and are sent again until they are taken", async () => {
    const { emulator, call } = await start();
    const got: { readonly type: string | undefined; readonly body: Body[] }[] = [];
    let failures = 2;
    const endpoint = await listen(async (request) => {
      const body = JSON.parse(await textOf(request)) as Body[];
      const type = String(request.headers["aeg-event-type"]);
      if (type === "SubscriptionValidation") {
        return { validationResponse: (body[0]?.data as Body)?.validationCode };
      }
      if (failures-- > 0) return undefined;
      got.push({ type, body });
      return {};
    });
    const made = await control(emulator, "PUT", "subscriptions/mine", {
      endpoint,
      retryDelaysMs: [10],
      includedEventTypes: ["RouterWorkerRegistered"],
    });
    expect([made.status, made.body.state]).toEqual([201, "active"]);
    await setUp(call);
    await expect.poll(() => got.length).toBe(1);
    expect(got[0]?.body[0]?.eventType).toBe("Microsoft.Communication.RouterWorkerRegistered");
    const refused = await control(emulator, "PUT", "subscriptions/away", {
      endpoint: "https://example.com/hook",
    });
    expect(refused.status).toBe(400);
  });
});

describe("function rules", () => {
  test("a function is called as documented, and a failing one fails the classification", async () => {
    const { emulator, call } = await start();
    await setUp(call);
    const asked: unknown[] = [];
    const functionUri = await listen(async (request) => {
      asked.push(JSON.parse(await textOf(request)), request.headers["x-functions-key"]);
      return 42;
    });
    await call("PATCH", "classificationPolicies/p", {
      fallbackQueueId: "q",
      prioritizationRule: { kind: "function", functionUri, credential: { functionKey: "secret" } },
    });
    await call("PATCH", "jobs/j", {
      channelId: "x",
      classificationPolicyId: "p",
      labels: { a: 1 },
    });
    await expect.poll(async () => (await call("GET", "jobs/j")).body.status).toBe("queued");
    expect((await call("GET", "jobs/j")).body.priority).toBe(42);
    expect(asked).toEqual([{ job: { a: 1 } }, "secret"]);
    await call("PATCH", "classificationPolicies/away", {
      fallbackQueueId: "q",
      prioritizationRule: { kind: "function", functionUri: "https://example.com/f" },
    });
    await call("PATCH", "jobs/k", { channelId: "x", classificationPolicyId: "away" });
    await expect
      .poll(async () => (await call("GET", "jobs/k")).body.status)
      .toBe("classificationFailed");
    expect(emulator.port).toBeGreaterThan(0);
  });
});

describe("durability", () => {
  test("a restart finds everything, a torn tail is cut, damage is refused", async () => {
    const data = folder();
    const first = await startEmulator({ data });
    const call = clientOf(first);
    await setUp(call);
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    const before = (await call("GET", "workers/w")).body;
    await expect(startEmulator({ data })).rejects.toThrow(/in use/u);
    await first.stop();
    const whole = readFileSync(journalPath(data));
    writeFileSync(journalPath(data), Buffer.concat([whole, Buffer.from('0badc0de {"kind":"comm')]));
    const warnings: string[] = [];
    const second = await startEmulator({ data, onWarning: (text) => warnings.push(text) });
    expect((await clientOf(second)("GET", "workers/w")).body).toEqual(before);
    expect(warnings.join()).toContain("torn tail");
    await second.stop();
    expect(readFileSync(journalPath(data)).length).toBe(whole.length);
    const damaged = Buffer.from(whole);
    damaged.write("X", 20);
    writeFileSync(journalPath(data), damaged);
    await expect(startEmulator({ data })).rejects.toThrow(/damaged at line 1/u);
  });
});

describe("bad input", () => {
  test("whatever is sent, the answer is a proper one below 500", async () => {
    const { emulator } = await start({ auth: false });
    await setUp(clientOf(emulator));
    const segment = fc.oneof(
      fc.constantFrom(
        "routing",
        "jobs",
        "queues",
        "workers",
        "q",
        "w",
        ":cancel",
        "a:close",
        "%",
        "%00",
        "..",
        "_emulator",
        "clock",
        "position",
        "distributionPolicies",
        "exceptionPolicies",
        "classificationPolicies",
      ),
      fc.string({ unit: "grapheme", maxLength: 12 }).map(encodeURIComponent),
    );
    const leaf = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom("queueAndMatch", "suspend", "static", "expression", "longestIdle"),
    );
    const name = fc.constantFrom(
      "id",
      "name",
      "labels",
      "mode",
      "kind",
      "queues",
      "channels",
      "capacity",
      "priority",
      "notes",
      "matchingMode",
      "exceptionRules",
      "trigger",
      "actions",
      "queueSelectorAttachments",
      "requestedWorkerSelectors",
      "offerExpiresAfterSeconds",
      "__proto__",
      "key",
      "labelOperator",
      "value",
      "prioritizationRule",
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(name, tie("value"), { maxKeys: 5 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "PATCH", "POST", "DELETE", "PUT"),
        fc.array(segment, { maxLength: 5 }),
        fc.constantFrom("", "maxpagesize=-1", "status=x", "continuationToken=%FF", "&&=&"),
        fc.oneof(
          fc.dictionary(name, value).map((each) => JSON.stringify(each)),
          fc.string(),
        ),
        fc.constantFrom("application/merge-patch+json", "application/json", "x/y", ""),
        async (method, segments, query, body, type) => {
          const root = segments[0] === "_emulator" ? "" : "routing/";
          const url = `${emulator.endpoint}/${root}${segments.join("/")}?api-version=2023-11-01&${query}`;
          const response = await fetch(url, {
            method,
            ...(method === "GET" ? {} : { body, headers: { "content-type": type } }),
          });
          const text = await response.text();
          expect(response.status, `${method} ${url} ${body} → ${text}`).toBeLessThan(500);
          if (response.status >= 400) {
            expect(JSON.parse(text)).toHaveProperty("communicationError.code");
          }
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
    );
  });

  test("bodies that are too large or too deep, and headers that never end, do no harm", async () => {
    const { emulator, call } = await start({ bodyLimitBytes: 10_000 });
    const large = await fetch(`${emulator.endpoint}/routing/queues/q?api-version=2023-11-01`, {
      method: "PATCH",
      body: "x".repeat(20_000),
    });
    expect(large.status).toBe(413);
    const deep = `{"labels":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
    expect((await call("PATCH", "queues/q", deep)).status).toBe(400);
    const slow = connect(emulator.port, "127.0.0.1");
    slow.write("GET /routing/jobs HTTP/1.1\r\nx-a: ");
    open.push(() => slow.destroy());
    expect((await call("GET", "queues")).status).toBe(200);
  });
});

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.on("data", (part) => {
      got += part.toString("utf8");
    });
    socket.on("end", () => resolve(got));
    socket.on("error", reject);
  });
}

/** A server whose answers are JSON; `undefined` is a 503. */
async function listen(answer: (request: IncomingMessage) => Promise<unknown>): Promise<string> {
  const server = createServer((request, response) => {
    void answer(request).then((value) => {
      response.statusCode = value === undefined ? 503 : 200;
      response.end(JSON.stringify(value ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}
