import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sourceText } from "@routewright/diagnostics";
import type { RouterObjects } from "@routewright/jobrouter";
import { decodeWorkload, startReplication } from "@routewright/runtime/simulate";
import { defineSuite } from "./harness.ts";
import { randomNumbers } from "./support/random.ts";
import { runInFacilities } from "./support/simjs.ts";

// Small runs on the command line's `--quick`.
const jobs = process.argv.includes("--quick") ? 1_500 : 8_000;
const queueCount = 20;
const workerCount = 500;
const skills = 10;
const handlingSeconds = 300;
/** Of 500 workers, how many are busy in the mean. */
const load = 440;

const objects: RouterObjects = {
  distributionPolicies: [{ id: "d", offerExpiresAfterSeconds: 30, mode: { kind: "longestIdle" } }],
  exceptionPolicies: [],
  queues: Array.from({ length: queueCount }, (_, queue) => ({
    id: `q${queue}`,
    distributionPolicyId: "d",
  })),
  classificationPolicies: [],
};

/** Each queue has a class of jobs that want a skill for half a minute, then anybody. */
function startJobs(count: number) {
  const source = sourceText(
    JSON.stringify({
      format: "routewright-workload/1",
      duration: Math.round((count * handlingSeconds) / load),
      seed: 1,
      jobs: Array.from({ length: queueCount }, (_, queue) => ({
        name: `c${queue}`,
        arrivals: { kind: "poisson", perHour: (3_600 * load) / handlingSeconds / queueCount },
        channelId: "voice",
        queueId: `q${queue}`,
        requestedWorkerSelectors: [
          {
            key: "skill",
            labelOperator: "equal",
            value: queue % skills,
            expiresAfterSeconds: 30,
          },
        ],
        handling: { kind: "exponential", mean: handlingSeconds },
        patience: { kind: "exponential", mean: 600 },
      })),
      workers: Array.from({ length: skills }, (_, skill) => ({
        name: `s${skill}`,
        count: workerCount / skills,
        queues: objects.queues.map(({ id }) => id),
        capacity: 1,
        channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
        labels: { skill },
        answers: { delay: { kind: "uniform", min: 1, max: 5 } },
      })),
    }),
    "bench.json",
  );
  const { value, diagnostics } = decodeWorkload(source, () => "no file is read");
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const { workload } = value;
  return startReplication({ objects, workload, seed: 1, replication: 0 });
}

function simulateJobs(count: number): { readonly events: number } {
  const run = startJobs(count);
  while (run.run(100_000));
  const { events, complete } = run.result();
  if (!complete) throw new Error("the simulation did not come to its end");
  return { events };
}

interface BareEvent {
  readonly atMs: number;
  readonly sequence: number;
}

/** As many events through a binary heap of objects, with as many of them ahead; nothing is done. */
function bareLoop(events: number, ahead: number): number {
  const random = randomNumbers(1);
  const heap = new BareHeap();
  let sequence = 0;
  for (; sequence < ahead; sequence++) heap.push({ atMs: random() * 300_000, sequence });
  let nowMs = 0;
  for (let done = 0; done < events; done++) {
    nowMs = heap.pop()?.atMs ?? nowMs;
    heap.push({ atMs: nowMs + random() * 300_000, sequence: sequence++ });
  }
  return nowMs;
}

class BareHeap {
  readonly #items: BareEvent[] = [];

  push(event: BareEvent): void {
    const items = this.#items;
    let at = items.length;
    items.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !isBefore(event, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = event;
  }

  pop(): BareEvent | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = items[child];
      if (below === undefined) break;
      const right = items[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        child++;
        below = right;
      }
      if (!isBefore(below, last)) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return first;
  }
}

function isBefore(a: BareEvent, b: BareEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

export const suites = [
  defineSuite({
    name: `runtime: simulate ${jobs.toLocaleString("en")} jobs, ${workerCount} workers, ${queueCount} queues`,
    prepare() {
      // Before memory is looked at, so that compiled code is not taken for jobs.
      const { events } = simulateJobs(jobs);
      const memory = [jobs, 2 * jobs].map((count) => heldBy(() => startJobs(count)));
      const peer = runInFacilities(jobs, load / handlingSeconds, handlingSeconds);
      const unchecked = "a simulation and an empty loop have no common answer";
      return {
        unit: "event",
        units: events,
        baseline: { name: "bare event loop", run: () => bareLoop(events, workerCount) },
        subjects: [
          {
            name: "routewright",
            run: () => simulateJobs(jobs),
            atMost: 10,
            unchecked,
          },
          {
            name: "simjs, facilities, no routing",
            run: () => runInFacilities(jobs, load / handlingSeconds, handlingSeconds),
            units: peer.events,
            unchecked,
          },
        ],
        note: `${events.toLocaleString("en")} events. Heap at the end of a run: ${memory
          .map(({ finished, bytes }) => `${showMegabytes(bytes)} MB at ${finished} finished jobs`)
          .join(", ")}.`,
      };
    },
  }),
];

/** What lives on at the end of a run, above what lived before it. */
function heldBy(start: () => ReturnType<typeof startJobs>): {
  readonly finished: number;
  readonly bytes: number;
} {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  const before = process.memoryUsage().heapUsed;
  const run = start();
  while (run.run(100_000));
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  return { finished: run.result().all.arrived, bytes };
}

function showMegabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
