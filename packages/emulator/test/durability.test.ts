import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Emulator, type EmulatorOptions, journalPath, startEmulator } from "../src/index.ts";
import { type Body, clientOf, control, setUp } from "./support.ts";

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  open.push(() => emulator.stop());
  return emulator;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "emulator-"));
  open.unshift(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A webhook that takes what comes once it is told to; before, it is away. */
async function webhook(isThere: () => boolean, echoes = true) {
  const ids: string[] = [];
  const codes: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      const [event] = JSON.parse(text) as Body[];
      const code = event?.data?.validationCode;
      if (code !== undefined) {
        codes.push(String(event?.data?.validationUrl));
        response.end(JSON.stringify(echoes ? { validationResponse: code } : {}));
        return;
      }
      if (isThere()) ids.push(String(event?.id));
      else response.statusCode = 503;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}/`, ids, codes };
}

async function events(emulator: Emulator): Promise<readonly string[]> {
  const text = await (await fetch(`${emulator.endpoint}/_emulator/events`)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly id: string }).id);
}

const list = async (emulator: Emulator, what: string) =>
  (await control(emulator, "GET", what)).body as Body;

describe("with a data folder", () => {
  test("faults go on where they stood, stubs answer again, dropped events stay dropped", async () => {
    const data = folder();
    const first = await start({ data });
    await control(first, "PUT", "stubs", { uri: "https://example.com/f", value: 9 });
    await control(first, "POST", "faults", { status: 503, operations: ["getJob"], count: 3 });
    await control(first, "POST", "faults", { status: 500, operations: ["getQueue"], share: 0.5 });
    await control(first, "POST", "faults", { dropEvent: true, events: ["RouterWorkerRegistered"] });
    const call = clientOf(first);
    await setUp(call);
    await call("PATCH", "jobs/waits", { channelId: "none", queueId: "q" });
    const statuses = async (emulator: Emulator, path: string, times: number) => {
      const got: number[] = [];
      const ask = clientOf(emulator);
      for (let time = 0; time < times; time++) got.push((await ask("GET", path)).status);
      return got;
    };
    expect(await statuses(first, "jobs/none", 2)).toEqual([503, 503]);
    const draws = await statuses(first, "queues/q", 10);
    const kept = await events(first);
    expect(kept.length).toBeGreaterThan(0);
    await first.stop();

    const second = await start({ data });
    expect(await events(second)).toEqual(kept);
    expect(await statuses(second, "jobs/none", 2)).toEqual([503, 404]);
    // The same draws as of one run of twenty.
    const whole = await start({});
    await setUp(clientOf(whole));
    await control(whole, "POST", "faults", { status: 500, operations: ["getQueue"], share: 0.5 });
    const twenty = await statuses(whole, "queues/q", 20);
    expect([...draws, ...(await statuses(second, "queues/q", 10))]).toEqual(twenty);
    const ask = clientOf(second);
    await ask("PATCH", "classificationPolicies/p", {
      fallbackQueueId: "q",
      prioritizationRule: { kind: "function", functionUri: "https://example.com/f" },
    });
    await ask("PATCH", "jobs/j", { channelId: "x", classificationPolicyId: "p" });
    await expect.poll(async () => (await ask("GET", "jobs/j")).body.priority).toBe(9);
    await control(second, "DELETE", "faults");
    await control(second, "DELETE", "stubs");
    await second.stop();
    const third = await start({ data });
    expect([await list(third, "faults"), await list(third, "stubs")]).toEqual([{ value: [] }, {}]);
  });

  test("a subscription gets what it has not had, and nothing from before it was made", async () => {
    const data = folder();
    const first = await start({ data });
    await setUp(clientOf(first));
    let isThere = false;
    const hook = await webhook(() => isThere);
    await control(first, "PUT", "subscriptions/mine", {
      endpoint: hook.endpoint,
      retryDelaysMs: [86_400_000],
    });
    const before = await events(first);
    await clientOf(first)("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    const since = (await events(first)).slice(before.length);
    expect(since.length).toBeGreaterThan(0);
    await expect
      .poll(async () => (await list(first, "subscriptions")).value?.[0]?.lastFailure)
      .toBe("answered 503");
    await first.stop();
    isThere = true;
    const second = await start({ data });
    await expect.poll(() => hook.ids.length).toBe(since.length);
    expect([...hook.ids].sort()).toEqual([...since].sort());
    // What was not yet known to have arrived when it stops goes out again.
    await expect
      .poll(async () => (await list(second, "subscriptions")).value?.[0])
      .toMatchObject({ waiting: 0, delivered: since.length });
    await second.stop();
    const third = await start({ data });
    expect((await list(third, "subscriptions")).value?.[0]).toMatchObject({ waiting: 0 });
    // Were any of the others sent again, it would have come before the next.
    await clientOf(third)("PATCH", "jobs/k", { channelId: "c", queueId: "q" });
    const more = (await events(third)).slice(before.length + since.length);
    expect(more.length).toBeGreaterThan(0);
    await expect
      .poll(async () => (await list(third, "subscriptions")).value?.[0])
      .toMatchObject({ waiting: 0, delivered: more.length });
    expect([...hook.ids].sort()).toEqual([...since, ...more].sort());
  });

  test("a subscription that waits for its validation still waits, for the same code", async () => {
    const data = folder();
    const first = await start({ data });
    const hook = await webhook(() => true, false);
    await control(first, "PUT", "subscriptions/mine", { endpoint: hook.endpoint });
    await setUp(clientOf(first));
    await first.stop();
    const second = await start({ data });
    const state = async (emulator: Emulator) =>
      (await list(emulator, "subscriptions")).value?.[0]?.state;
    expect(await state(second)).toBe("awaitingValidation");
    expect(hook.ids).toEqual([]);
    // By its path, for another emulator may have the first one's port by now.
    const { pathname, search } = new URL(String(hook.codes[0]));
    expect((await fetch(second.endpoint + pathname + search)).status).toBe(200);
    await expect.poll(() => hook.ids.length).toBe((await events(second)).length);
    await second.stop();
    expect(await state(await start({ data }))).toBe("active");
  });

  test("a journal made short at a stop keeps events, faults, stubs and subscriptions", async () => {
    const data = folder();
    const first = await start({ data });
    const call = clientOf(first);
    await setUp(call);
    let isThere = false;
    const hook = await webhook(() => isThere);
    await control(first, "PUT", "subscriptions/mine", {
      endpoint: hook.endpoint,
      retryDelaysMs: [86_400_000],
      includedEventTypes: ["RouterWorkerOfferIssued"],
    });
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    await expect
      .poll(async () => (await list(first, "subscriptions")).value?.[0]?.lastFailure)
      .toBe("answered 503");
    await control(first, "PUT", "stubs", { uri: "https://example.com/f", fail: true });
    await control(first, "POST", "faults", { delayMs: 1 });
    const many = Array.from({ length: 10_001 }, (_, id) => ({
      id: `q${id}`,
      distributionPolicyId: "d",
    }));
    await control(first, "POST", "seed", { queues: many });
    const kept = await events(first);
    const lines = (path: string) => readFileSync(journalPath(path), "utf8").split("\n").length - 1;
    expect(lines(data)).toBeGreaterThan(10_000);
    await first.stop();
    expect(lines(data)).toBeLessThan(10);
    isThere = true;
    const second = await start({ data });
    expect(await events(second)).toEqual(kept);
    expect((await list(second, "faults")).value).toHaveLength(1);
    expect(await list(second, "stubs")).toEqual({ "https://example.com/f": { fail: true } });
    await expect.poll(() => hook.ids.length).toBe(1);
    expect(kept).toContain(hook.ids[0]);
    expect((await clientOf(second)("GET", "jobs/j")).body.status).toBe("queued");
  });
});

describe("snapshots", () => {
  test("bring back events, faults and stubs; subscriptions stay, and hear of what comes after", async () => {
    const emulator = await start({});
    const call = clientOf(emulator);
    await setUp(call);
    const hook = await webhook(() => true);
    await control(emulator, "PUT", "subscriptions/mine", { endpoint: hook.endpoint });
    await control(emulator, "PUT", "stubs", { uri: "https://example.com/f", value: 1 });
    await control(emulator, "POST", "faults", { delayMs: 1 });
    const kept = await events(emulator);
    const snapshot = (await control(emulator, "GET", "snapshot")).body;
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    const first = (await events(emulator)).slice(kept.length);
    await expect.poll(() => hook.ids.length).toBe(first.length);
    await control(emulator, "DELETE", "faults");
    await control(emulator, "DELETE", "stubs");
    expect((await control(emulator, "POST", "restore", snapshot)).status).toBe(200);
    expect(await events(emulator)).toEqual(kept);
    expect((await list(emulator, "faults")).value).toHaveLength(1);
    expect(Object.keys(await list(emulator, "stubs"))).toEqual(["https://example.com/f"]);
    await call("PATCH", "jobs/j", { channelId: "c", queueId: "q" });
    // The same seed and commands: the same events again.
    await expect.poll(() => hook.ids.length).toBe(first.length * 2);
    expect([...hook.ids.slice(first.length)].sort()).toEqual([...first].sort());
    expect((await control(emulator, "POST", "reset")).status).toBe(200);
    expect(await events(emulator)).toEqual([]);
    await setUp(call);
    await expect.poll(() => hook.ids.length).toBeGreaterThan(first.length * 2);
  });

  test("damaged ones are refused, and change nothing", async () => {
    const emulator = await start({});
    await setUp(clientOf(emulator));
    const snapshot = (await control(emulator, "GET", "snapshot")).body as unknown as object;
    for (const wrong of [
      { events: [{ sequence: "1" }] },
      { events: 5 },
      { faults: { faults: [null], nextId: 1, draw: 0 } },
      {
        faults: {
          faults: [{ id: 1, share: 1, times: 0, effect: { kind: "other" } }],
          nextId: 2,
          draw: 0,
        },
      },
      { stubs: [["a"]] },
      { openCalls: [{}] },
      { atMs: null },
    ]) {
      const refused = await control(emulator, "POST", "restore", { ...snapshot, ...wrong });
      expect([wrong, refused.status]).toEqual([wrong, 400]);
    }
    expect((await clientOf(emulator)("GET", "queues/q")).status).toBe(200);
  });
});
