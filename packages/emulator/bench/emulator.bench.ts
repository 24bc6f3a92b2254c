import { spawnSync } from "node:child_process";
import { defineSuite } from "../../../bench/harness.ts";
import { blobLife, makeContainer, serveAzurite } from "./support/azurite.ts";
import {
  type Ask,
  bareArgs,
  client,
  connections,
  emulatorArgs,
  memoryMiB,
  type Served,
  serve,
} from "./support/serve.ts";

const lives = 40;
const requestsOfALife = 6;
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

/** The same work on every connection at once; returns how much was done. */
async function onAllLanes(times: number, work: (lane: number) => Promise<void>): Promise<number> {
  await Promise.all(
    Array.from({ length: connections }, async (_, lane) => {
      for (let number = 0; number < times; number++) await work(lane);
    }),
  );
  return times * connections;
}

async function prepared({ endpoint }: Served): Promise<Ask> {
  const ask = client(endpoint);
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

interface Waiting {
  readonly ask: Ask;
  readonly server: Served;
  readonly count: number;
}

async function withWaiting(count: number): Promise<Waiting> {
  const server = await serve(emulatorArgs);
  const ask = await prepared(server);
  let next = 0;
  await onAllLanes(Math.ceil(count / connections), async () => {
    const id = `waiting${next++}`;
    await ask("PATCH", `jobs/${id}`, '{"channelId":"x","queueId":"q0"}');
  });
  return { ask, server, count };
}

let crowds: Promise<readonly [Waiting, Waiting]> | undefined;
/** One server with few waiting jobs and one with many, made once for all suites. */
function bothCrowds(): Promise<readonly [Waiting, Waiting]> {
  crowds ??= (async () => [await withWaiting(100), await withWaiting(100_000)] as const)();
  return crowds;
}

/** What an application does while many wait, one request after the other. */
const requests: readonly (readonly [string, (waiting: Waiting) => Promise<unknown>])[] = [
  ["first page of jobs", ({ ask }) => ask("GET", "jobs?maxpagesize=20&status=queued")],
  ["a job", ({ ask }) => ask("GET", `jobs/waiting${serial++ % 100}`)],
  ["the last job's position", ({ ask, count }) => ask("GET", `jobs/waiting${count - 1}/position`)],
  ["a queue's statistics", ({ ask }) => ask("GET", "queues/q0/statistics")],
  [
    "a job created, cancelled, deleted",
    async ({ ask }) => {
      const id = `extra${serial++}`;
      await ask("PATCH", `jobs/${id}`, '{"channelId":"x","queueId":"q0","priority":5}');
      await ask("POST", `jobs/${id}:cancel`, "{}");
      await ask("DELETE", `jobs/${id}`);
    },
  ],
  [
    "an offer issued and declined",
    async ({ ask }) => {
      const id = `offered${serial++}`;
      await ask("PATCH", `jobs/${id}`, '{"channelId":"c","queueId":"q1"}');
      const { offers } = await ask("GET", "workers/w1");
      const [offer] = offers as { readonly offerId: string }[];
      await ask("POST", `workers/w1/offers/${offer?.offerId}:decline`, "{}");
      await ask("POST", `jobs/${id}:cancel`, "{}");
      await ask("DELETE", `jobs/${id}`);
    },
  ],
];

/** What takes at most 100 ms is felt as at once; a list looks at every job. */
const asked = 25;
async function repeated(waiting: Waiting, run: (waiting: Waiting) => Promise<unknown>) {
  for (let number = 0; number < asked; number++) await run(waiting);
  return asked;
}

export const suites = [
  defineSuite({
    name: "a job's life over HTTP",
    prepare: async () => {
      const bare = client((await serve(bareArgs)).endpoint);
      const ask = await prepared(await serve(emulatorArgs));
      return {
        unit: "life",
        units: lives * connections,
        clock: "wall",
        baseline: {
          name: "bare Fastify, constant JSON",
          run: () => onAllLanes(lives, (lane) => life(bare, lane)),
        },
        subjects: [
          {
            name: "emulator, signatures checked",
            run: () => onAllLanes(lives, (lane) => life(ask, lane)),
            atMost: 4,
          },
        ],
        note: `six signed requests a life over ${connections} connections; servers in processes of their own`,
      };
    },
  }),
  defineSuite({
    name: "a request of a job's life against one of a blob's",
    prepare: async () => {
      const azurite = await serveAzurite();
      await makeContainer(azurite, "bench");
      const ask = await prepared(await serve(emulatorArgs));
      const blob = JSON.stringify({ channelId: "c", queueId: "q", labels: { n: 1 } });
      return {
        unit: "request",
        units: lives * connections * requestsOfALife,
        clock: "wall",
        baseline: {
          name: "Azurite: put, get, delete a blob",
          units: lives * connections * 3,
          run: () => onAllLanes(lives, () => blobLife(azurite, `bench/blob${serial++}`, blob)),
        },
        subjects: [
          {
            name: "emulator: create … delete a job",
            run: () => onAllLanes(lives, (lane) => life(ask, lane)),
            atMost: 1,
          },
        ],
        note: `both in memory, without logs, every request signed and checked, ${connections} connections; a blob has the job's ${blob.length} bytes`,
      };
    },
  }),
  ...requests.map(([name, run]) =>
    defineSuite({
      name: `100,000 waiting jobs: ${name}`,
      prepare: async () => {
        const [few, many] = await bothCrowds();
        const memory = memoryMiB(many.server);
        return {
          unit: "turn",
          units: asked,
          clock: "wall",
          baseline: { name: "100 waiting", run: () => repeated(few, run) },
          subjects: [{ name: "100,000 waiting", run: () => repeated(many, run), atMostMs: 100 }],
          ...(memory === undefined
            ? {}
            : {
                note: `memory with 100,000 waiting: ${memory} MiB (100: ${memoryMiB(few.server)})`,
              }),
        };
      },
    }),
  ),
  defineSuite({
    name: "start to first answer",
    prepare: () => ({
      unit: "start",
      units: 1,
      clock: "wall",
      baseline: { name: "node -e 0", run: () => spawnSync(process.execPath, ["-e", "0"]).status },
      subjects: [
        {
          name: "routewright emulator",
          run: async () => {
            const server = await serve(emulatorArgs);
            await client(server.endpoint)("GET", "queues");
            server.process.kill("SIGKILL");
            return 0;
          },
          atMostMs: 400,
        },
      ],
      note: "from starting the process to its first answer to a signed request",
    }),
  }),
];
