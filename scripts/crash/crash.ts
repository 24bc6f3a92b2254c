import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { journalPath, readLines } from "@routewright/emulator";
import { createRouter, type Json, loadRouter, type Router } from "@routewright/runtime";

export interface Tally {
  acknowledged: number;
  commands: number;
  tornTails: number;
  readonly problems: string[];
}

export interface Crash {
  readonly folder: string;
  /** What was acknowledged of each job: how many steps of its life. */
  readonly jobs: Map<string, number>;
  /** From when some steps have been acknowledged: a slow machine has as much to lose as a fast one. */
  readonly killAfterMs: number;
  readonly name: string;
  readonly tally: Tally;
}

/** The steps of a job's life, by the status that shows that they were taken. */
const lives = ["created", "assigned", "completed", "closed"];
const clients = 8;

/** Starts, compares what is there with what was acknowledged and with the journal, loads, kills. */
export async function crashOnce(crash: Crash): Promise<void> {
  const { process: child, endpoint, warnings } = await start(crash.folder);
  const ask = client(endpoint);
  try {
    if (warnings().includes("torn tail")) crash.tally.tornTails += 1;
    await verifyAcknowledged(crash, ask);
    await verifyJournal(crash, ask, endpoint);
    await setUp(ask);
    const begun = crash.tally.acknowledged;
    let isLed = true;
    const load = Promise.allSettled(
      Array.from({ length: clients }, (_, index) => lead(crash, ask, index)),
    ).finally(() => {
      isLed = false;
    });
    while (isLed && crash.tally.acknowledged < begun + clients) await wait(1);
    await wait(crash.killAfterMs);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    for (const end of await load) {
      const reason = end.status === "rejected" ? String(end.reason) : "ended by itself";
      // The connection breaks when the process dies; anything else should not have been.
      if (!/fetch failed|terminated|socket|JSON/u.test(reason)) crash.tally.problems.push(reason);
    }
  } finally {
    child.kill("SIGKILL");
  }
}

type Ask = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: Json }>;

/** Leads jobs through their lives until the connection breaks; notes each step when it is acknowledged. */
async function lead({ jobs, name, tally }: Crash, ask: Ask, client: number): Promise<void> {
  for (let number = 0; ; number++) {
    const id = `${name}-${client}-${number}`;
    const step = (reached: number): void => {
      jobs.set(id, reached);
      tally.acknowledged += 1;
    };
    const queueId = `q${client}`;
    await must(ask("PATCH", `jobs/${id}`, { channelId: "c", queueId, labels: { n: number } }));
    step(1);
    const { offers } = member(await must(ask("GET", `workers/w${client}`)));
    const offer = Array.isArray(offers) ? offers.find((each) => each.jobId === id) : undefined;
    if (offer === undefined) continue;
    const accepted = member(
      await must(ask("POST", `workers/w${client}/offers/${offer.offerId}:accept`)),
    );
    step(2);
    const path = `jobs/${id}/assignments/${String(accepted.assignmentId)}`;
    await must(ask("POST", `${path}:complete`, { note: "done" }));
    step(3);
    await must(ask("POST", `${path}:close`));
    step(4);
  }
}

async function setUp(ask: Ask): Promise<void> {
  await must(
    ask("PATCH", "distributionPolicies/d", {
      offerExpiresAfterSeconds: 86_400,
      mode: { kind: "longestIdle" },
    }),
  );
  for (let client = 0; client < clients; client++) {
    await must(ask("PATCH", `queues/q${client}`, { distributionPolicyId: "d" }));
    await must(
      ask("PATCH", `workers/w${client}`, {
        capacity: 100_000,
        queues: [`q${client}`],
        channels: [{ channelId: "c", capacityCostPerJob: 1 }],
        availableForOffers: true,
      }),
    );
  }
}

/** A step that was under way when the process died may have been taken; one that was acknowledged must. */
async function verifyAcknowledged({ jobs, tally }: Crash, ask: Ask): Promise<void> {
  for (const [id, reached] of jobs) {
    const { status, body } = await ask("GET", `jobs/${id}`);
    const shown = String(member({ body }).status);
    const found = status === 404 ? 0 : Math.max(1, lives.indexOf(shown) + 1);
    if (found < reached) {
      tally.problems.push(
        `${id}: step ${reached} was acknowledged, but it is ${shown} (${status})`,
      );
    }
    if (found === 4) jobs.delete(id);
  }
}

async function verifyJournal({ folder, tally }: Crash, ask: Ask, endpoint: string): Promise<void> {
  const frozen = await fetch(`${endpoint}/_emulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"frozen":true}',
  });
  const { now } = (await frozen.json()) as { readonly now: string };
  const router = replayed(folder, Date.parse(now), tally);
  for (const collection of ["jobs", "workers", "queues"] as const) {
    const served: Json[] = [];
    let path: string | undefined = `${collection}?maxpagesize=1000`;
    while (path !== undefined) {
      const page = member(await must(ask("GET", path)));
      if (Array.isArray(page.value)) served.push(...(page.value as readonly Json[]));
      path = typeof page.nextLink === "string" ? page.nextLink.replace("/routing/", "") : undefined;
    }
    const kept = router.list(collection).map(({ body }) => body);
    if (JSON.stringify(served) !== JSON.stringify(kept)) {
      tally.problems.push(`${collection} are not those of the replayed journal`);
    }
  }
  await fetch(`${endpoint}/_emulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"frozen":false}',
  });
}

/** The journal carried out by a router of our own, apart from the emulator's code. */
function replayed(folder: string, nowMs: number, tally: Tally): Router {
  let router = createRouter({ asksShell: true });
  for (const record of readLines(readFileSync(journalPath(folder))).records) {
    if (record.kind === "start") router = createRouter({ ...record.settings, asksShell: true });
    else if (record.kind === "snapshot") {
      router = loadRouter(record.snapshot.router, { ...record.snapshot.settings, asksShell: true });
    } else if (record.kind === "command") {
      router.step(record.command, record.atMs);
      tally.commands += 1;
    }
  }
  router.advance(nowMs);
  return router;
}

async function start(folder: string): Promise<{
  readonly process: ChildProcess;
  readonly endpoint: string;
  readonly warnings: () => string;
}> {
  const command = join(
    fileURLToPath(new URL("../..", import.meta.url)),
    "packages/cli/bin/routewright.js",
  );
  const args = ["emulator", "--port", "0", "--no-auth", "--json", "--data", folder];
  const child = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let warned = "";
  child.stderr.on("data", (part: Buffer) => {
    warned += part.toString("utf8");
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (part: Buffer) => {
      printed += part.toString("utf8");
      const found = /"endpoint": ?"([^"]+)"/u.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the emulator did not start: ${warned}`)));
  });
  return { process: child, endpoint, warnings: () => warned };
}

function client(endpoint: string): Ask {
  return async (method, path, body) => {
    const separator = path.includes("?") ? "&" : "?";
    const response = await fetch(`${endpoint}/routing/${path}${separator}api-version=2023-11-01`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : (JSON.parse(text) as Json) };
  };
}

async function must(
  asked: ReturnType<Ask>,
): Promise<{ readonly status: number; readonly body: Json }> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

function member({ body }: { readonly body: Json }): Record<string, Json & { [key: string]: Json }> {
  return (typeof body === "object" && body !== null ? body : {}) as Record<
    string,
    Json & { [key: string]: Json }
  >;
}
