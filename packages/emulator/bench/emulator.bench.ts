import { type ChildProcess, spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { defineSuite } from "../../../bench/harness.ts";

const key = "cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";
const keyBytes = Buffer.from(key, "base64");
const lives = 40;
const connections = 16;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const children: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The same server library with constant answers: what HTTP itself costs. */
const bareServer = `
const { default: Fastify } = await import("fastify");
const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
const answer = JSON.stringify({ id: "j", status: "created", offers: [{ offerId: "o", jobId: "j" }], assignmentId: "a", labels: {}, priority: 1 });
app.route({ method: ["GET", "PATCH", "POST", "DELETE"], url: "/*", handler: (_, reply) => reply.header("content-type", "application/json").send(answer) });
console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
`;

const emulatorArgs = ["packages/cli/bin/routewright.js", "emulator", "--port", "0", "--json"];

async function serve(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let printed = "";
  for await (const part of child.stdout) {
    printed += String(part);
    const found = /http:\/\/127\.0\.0\.1:\d+/u.exec(printed)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error("the server did not start");
}

type Ask = (method: string, path: string, body?: string) => Promise<Record<string, unknown>>;

function client(endpoint: string): Ask {
  const { host, hostname, port } = new URL(endpoint);
  return async (method, path, body = "") => {
    const separator = path.includes("?") ? "&" : "?";
    const url = `/routing/${path}${separator}api-version=2023-11-01`;
    const date = new Date().toUTCString();
    const hash = createHash("sha256").update(body).digest("base64");
    const signature = createHmac("sha256", keyBytes)
      .update(`${method}\n${url}\n${date};${host};${hash}`)
      .digest("base64");
    const asked = request({
      agent,
      hostname,
      port,
      method,
      path: url,
      headers: {
        "x-ms-date": date,
        "x-ms-content-sha256": hash,
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
        ...(body === "" ? {} : { "content-type": "application/merge-patch+json" }),
        "content-length": Buffer.byteLength(body),
      },
    });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [
      AsyncIterable<Buffer> & { statusCode: number },
    ];
    let text = "";
    for await (const part of response) text += part.toString("utf8");
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

let serial = 0;

/** Six requests: created, offered, accepted, completed, closed, deleted. */
async function life(ask: Ask, lane: number): Promise<void> {
  const id = `j${serial++}`;
  await ask("PATCH", `jobs/${id}`, `{"channelId":"c","queueId":"q${lane}","labels":{"n":1}}`);
  const { offers } = await ask("GET", `workers/w${lane}`);
  const [offer] = offers as { readonly offerId: string }[];
  const accepted = await ask("POST", `workers/w${lane}/offers/${offer?.offerId}:accept`);
  const path = `jobs/${id}/assignments/${String(accepted.assignmentId)}`;
  await ask("POST", `${path}:complete`, "{}");
  await ask("POST", `${path}:close`, "{}");
  await ask("DELETE", `jobs/${id}`);
}

async function load(ask: Ask): Promise<number> {
  await Promise.all(
    Array.from({ length: connections }, async (_, lane) => {
      for (let number = 0; number < lives; number++) await life(ask, lane);
    }),
  );
  return lives * connections;
}

async function prepared(): Promise<Ask> {
  const ask = client(await serve(emulatorArgs));
  await ask(
    "PATCH",
    "distributionPolicies/d",
    '{"offerExpiresAfterSeconds":600,"mode":{"kind":"longestIdle"}}',
  );
  for (let lane = 0; lane < connections; lane++) {
    await ask("PATCH", `queues/q${lane}`, '{"distributionPolicyId":"d"}');
    await ask(
      "PATCH",
      `workers/w${lane}`,
      `{"capacity":1,"queues":["q${lane}"],"channels":[{"channelId":"c","capacityCostPerJob":1}],"availableForOffers":true}`,
    );
  }
  return ask;
}

/** What an application does besides: reads, a list, a position, a job that comes and goes. */
async function mixed(ask: Ask, waiting: number): Promise<number> {
  for (let number = 0; number < 25; number++) {
    const id = `extra${serial++}`;
    await ask("PATCH", `jobs/${id}`, '{"channelId":"x","queueId":"q0","priority":5}');
    await ask("GET", `jobs/waiting${number % waiting}/position`);
    await ask("GET", "jobs?maxpagesize=20&status=queued");
    await ask("GET", "queues/q0/statistics");
    await ask("POST", `jobs/${id}:cancel`, "{}");
    await ask("DELETE", `jobs/${id}`);
  }
  return 25;
}

async function withWaiting(count: number): Promise<Ask> {
  const ask = await prepared();
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < count) {
        const id = `waiting${next++}`;
        await ask("PATCH", `jobs/${id}`, '{"channelId":"x","queueId":"q0"}');
      }
    }),
  );
  return ask;
}

export const suites = [
  defineSuite({
    name: "a job's life over HTTP",
    prepare: async () => {
      const bare = client(await serve(["--input-type=module", "-e", bareServer]));
      const ask = await prepared();
      return {
        unit: "life",
        units: lives * connections,
        clock: "wall",
        baseline: { name: "bare Fastify, constant JSON", run: () => load(bare) },
        subjects: [{ name: "emulator, signatures checked", run: () => load(ask), atMost: 4 }],
        note: "six signed requests a life over 16 connections; servers in processes of their own",
      };
    },
  }),
  defineSuite({
    name: "100,000 waiting jobs",
    prepare: async () => {
      const few = await withWaiting(100);
      const many = await withWaiting(100_000);
      return {
        unit: "round",
        units: 25,
        clock: "wall",
        baseline: { name: "100 waiting", run: () => mixed(few, 100) },
        subjects: [{ name: "100,000 waiting", run: () => mixed(many, 100), atMost: 20 }],
        note: "a round: create, position, list, statistics, cancel, delete, one after the other",
      };
    },
  }),
  defineSuite({
    name: "start to first answer",
    prepare: () => ({
      unit: "start",
      units: 1,
      clock: "wall",
      baseline: {
        name: "bare Fastify",
        run: () => firstAnswer(["--input-type=module", "-e", bareServer]),
      },
      subjects: [{ name: "routewright emulator", run: () => firstAnswer(emulatorArgs), atMost: 4 }],
    }),
  }),
];

async function firstAnswer(args: readonly string[]): Promise<number> {
  const endpoint = await serve(args);
  await client(endpoint)("GET", "queues");
  children.pop()?.kill("SIGKILL");
  return 1;
}
