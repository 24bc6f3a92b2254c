import { MessageChannel } from "node:worker_threads";
import { compile } from "@routewright/dsl";
import type { FormField, JobForm } from "@routewright/lsp/protocol";
import {
  type FromReplications,
  type ReplicationThread,
  type SimulationTask,
  serveReplications,
  type ToReplications,
} from "@routewright/runtime/simulate";
import { describe, expect, test } from "vitest";
import type {
  FromSimulator,
  NamedFile,
  SimulationOutcome,
  SimulationRequest,
} from "../src/simulation/messages.ts";
import { sampleWorkload } from "../src/simulation/sample-workload.ts";
import { createSimulator, type SimulatorThread } from "../src/simulation/simulator.ts";

const policy = `labels job { region: "EU" | "US"  vip: boolean  waits?: 0..100  '__proto__': text }
labels worker { region: "EU" | "US"  level: 0..10 }
distribution idle { mode longest idle }
queue europe { distribution idle }
queue america { distribution idle }
classification incoming {
  queue = match { when job.region == "EU" -> europe  otherwise -> america }
  priority = if job.vip then 10 else 1
  require worker.region == job.region
  when job.vip { require worker.level >= 3 }
}
`;

const field = (key: string, type: FormField["type"], more: Partial<FormField> = {}): FormField => ({
  key,
  type,
  optional: false,
  ...more,
});

const form: JobForm = {
  ok: true,
  entry: "file:///p.route",
  policies: [
    {
      id: "incoming",
      name: "incoming",
      location: {
        uri: "file:///p.route",
        range: { start: { line: 5, character: 0 }, end: { line: 5, character: 1 } },
      },
    },
  ],
  channels: [],
  queues: [
    { id: "europe", name: "europe" },
    { id: "america", name: "america" },
  ],
  job: [
    field("region", "text", { values: ["EU", "US"] }),
    field("vip", "boolean"),
    field("waits", "number", { optional: true, min: 0, max: 100 }),
    field("__proto__", "text"),
  ],
  worker: [
    field("region", "text", { values: ["EU", "US"] }),
    field("level", "number", { min: 0, max: 10 }),
  ],
  samples: [],
};

function requestOf(
  workload: string,
  more: Partial<SimulationRequest> = {},
  text = policy,
): SimulationRequest {
  const host = { read: () => text, resolve: () => undefined };
  const { value: bundle, diagnostics } = compile("p.route", host);
  if (bundle === undefined) throw new Error(JSON.stringify(diagnostics));
  const { queues, distributionPolicies, classificationPolicies, exceptionPolicies } =
    bundle.objects;
  const named = (kind: string, objects: readonly { readonly id: string }[]) =>
    objects.map((object) => ({ name: `${kind}/${object.id}.json`, text: JSON.stringify(object) }));
  const objects = [
    ...named("queues", queues),
    ...named("distributionPolicies", distributionPolicies),
    ...named("classificationPolicies", classificationPolicies),
    ...named("exceptionPolicies", exceptionPolicies),
  ];
  return {
    policies: [{ name: "p.route", hash: bundle.hash, objects }],
    workload: { name: "file:///workload.json", text: workload },
    ...more,
  };
}

const pause = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Threads that share this one, behind real messages. */
function helpersOf(count: number) {
  const ran: number[][] = [];
  const ended: number[] = [];
  let broken = false;
  const start = (task: SimulationTask): ReplicationThread => {
    const { port1: near, port2: far } = new MessageChannel();
    const mine: number[] = [];
    const index = ran.push(mine) - 1;
    const take = serveReplications(structuredClone(task), {
      post: (message) => far.postMessage(message),
      pause,
    });
    far.on("message", (message: ToReplications) => {
      if ("replication" in message) mine.push(message.replication);
      if (broken) far.postMessage({ kind: "broke", message: "out of luck" });
      else take(message);
    });
    return {
      post: (message) => near.postMessage(message),
      onMessage: (listen) => near.on("message", (message: FromReplications) => listen(message)),
      onFailure: () => {},
      end() {
        ended.push(index);
        near.close();
      },
    };
  };
  const breakAll = (): void => {
    broken = true;
  };
  return { helpers: { count, start }, ran, ended, breakAll };
}

/** Plays the editor's part; `hear` sees each message first. */
function run(
  request: SimulationRequest,
  files: Readonly<Record<string, NamedFile>> = {},
  hear: (message: FromSimulator, stop: () => void) => void = () => {},
  helpers?: SimulatorThread["helpers"],
): Promise<SimulationOutcome> {
  return new Promise((resolve) => {
    const take = createSimulator({
      pause,
      ...(helpers === undefined ? {} : { helpers }),
      post(message) {
        hear(message, () => take({ kind: "stop" }));
        if (message.kind === "ended") resolve(message.outcome);
        if (message.kind === "wants") {
          const found = message.paths.flatMap((path) => {
            const file = files[path];
            return file === undefined ? [] : [[path, file] as const];
          });
          queueMicrotask(() => take({ kind: "files", files: found }));
        }
      },
    });
    take({ kind: "run", request });
  });
}

describe("the workload that is offered", () => {
  test("suits its policy: no finding, jobs that are answered, every label there", async () => {
    const text = sampleWorkload(form);
    expect(Object.keys(JSON.parse(text).jobs[0].labels)).toEqual(form.job.map(({ key }) => key));
    const outcome = await run(requestOf(text, { replications: 2 }));
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.problems).toEqual([]);
    const [all] = outcome.report.policies;
    expect(all?.all.arrived?.mean).toBeGreaterThan(100);
    expect(all?.all.unserved?.mean).toBe(0);
    expect(all?.queues.map(({ name }) => name).sort()).toEqual(["america", "europe"]);
  });
});

describe("the simulator's thread", () => {
  test("says which exceptions send a job in a circle, and shows what was measured", async () => {
    const queue = (id: string, other: string): string =>
      `queue ${id} { distribution d exceptions ${id}Late }\nexceptions ${id}Late { when waiting > 1s as "late" -> move to ${other} }\n`;
    const circle = `distribution d { mode longest idle }\n${queue("q", "r")}${queue("r", "q")}`;
    const workload = JSON.stringify({
      format: "routewright-workload/1",
      duration: "30m",
      drain: "4h",
      replications: 1,
      workers: [],
      jobs: [
        {
          name: "calls",
          arrivals: { kind: "poisson", perHour: 30 },
          channelId: "voice",
          queueId: "q",
          handling: { kind: "exponential", mean: "1m" },
        },
      ],
    });
    const outcome = await run(requestOf(workload, {}, circle));
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    const [problem] = outcome.problems;
    expect(problem?.severity).toBe("error");
    expect(problem?.message).toMatch(
      /^given up after .* 10001 times for one job, j1: rule `late` of /u,
    );
  });
  test("gives the same report for the same seed, and another for another", async () => {
    const request = requestOf(sampleWorkload(form), { replications: 2, seed: 7 });
    const [first, again, other] = await Promise.all([
      run(request),
      run(request),
      run({ ...request, seed: 8 }),
    ]);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(first));
  });

  test("shares replications with other threads, and the report is the same to the byte", async () => {
    const request = requestOf(sampleWorkload(form), { replications: 7, seed: 7 });
    const shared = helpersOf(3);
    const shares: number[] = [];
    const outcome = await run(
      request,
      {},
      (message) => {
        if (message.kind === "progress") shares.push(message.share);
      },
      shared.helpers,
    );
    expect(JSON.stringify(outcome)).toBe(JSON.stringify(await run(request)));
    expect(shared.ran.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(shared.ran.filter((each) => each.length > 0)).toHaveLength(3);
    expect(shared.ended.sort()).toEqual([0, 1, 2]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });

  test("stops its threads with it, and tells when one of them breaks", async () => {
    const request = requestOf(sampleWorkload(form), { replications: 50 });
    const stopped = helpersOf(2);
    const outcome = await run(
      request,
      {},
      (message, stop) => {
        if (message.kind === "progress" && message.share > 0.05) stop();
      },
      stopped.helpers,
    );
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.report.complete).toBe(false);
    expect(stopped.ran.flat().length).toBeLessThan(50);
    expect(stopped.ended.sort()).toEqual([0, 1]);
    const broken = helpersOf(2);
    broken.breakAll();
    const refused = await run(request, {}, undefined, broken.helpers);
    expect(refused.problems[0]?.message).toContain("out of luck");
    expect(broken.ended.sort()).toEqual([0, 1]);
  });

  test("asks for the files that a workload names, and tells what is wrong at its place", async () => {
    const workload = JSON.parse(sampleWorkload(form));
    workload.jobs[0].arrivals = { kind: "history", file: "past.csv" };
    const text = JSON.stringify(workload, undefined, 2);
    const csv = "at,region,vip\n2026-03-02T09:00:00Z,EU,true\n2026-03-02T09:01:00Z,US,false\n";
    const asked: string[] = [];
    const note = (message: FromSimulator): void => {
      if (message.kind === "wants") asked.push(...message.paths);
    };
    const request = requestOf(text, { replications: 1 });
    await run(request, { "past.csv": { name: "file:///past.csv", text: csv } }, note);
    expect(asked).toEqual(["past.csv"]);
    const missing = await run(request);
    expect(missing.ok).toBe(false);
    expect(missing.problems[0]?.message).toContain("no such file");
    const { line } = missing.problems[0]?.location?.range.start ?? { line: -1 };
    expect(text.split("\n")[line]).toContain("past.csv");
  });

  test("stops when asked, and says that it is a part", async () => {
    const request = requestOf(sampleWorkload(form), { replications: 50 });
    const outcome = await run(request, {}, (message, stop) => {
      if (message.kind === "progress" && message.share > 0.05) stop();
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    expect(outcome.report.complete).toBe(false);
    expect(outcome.report.replications).toBeLessThan(50);
    expect(outcome.page.introduction).toContain("Stopped before all 50 were done");
  });

  test("refuses what it cannot read: a workload, answers, too many replications", async () => {
    expect((await run(requestOf("{"))).ok).toBe(false);
    const text = sampleWorkload(form);
    const answers = { name: "file:///a.json", text: "[]" };
    expect((await run(requestOf(text, { answers }))).problems[0]?.message).toContain("a.json");
    const many = await run(requestOf(text, { replications: 1_000_000 }));
    expect(many.problems[0]?.message).toContain("100,000");
  });
});
