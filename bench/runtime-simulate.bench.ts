import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sourceText } from "@routewright/diagnostics";
import type { RouterObjects } from "@routewright/jobrouter";
import { decodeWorkload, startReplication } from "@routewright/runtime/simulate";
import { defineSuite } from "./harness.ts";
import { randomNumbers } from "./support/random.ts";
import { runInFacilities } from "./support/simjs.ts";

/**
 * An event is something that was put into a queue for a time and taken out of it when that came:
 * of the workload an arrival, an answer, the end of a handling, the end of somebody's patience; of
 * the router a job that joins its queue, a round of matching, a selector or an offer that expires.
 * What was put in and taken back (most expiries) is no event, though it costs the same heap twice.
 * The bare loop takes as many objects out of a heap of as many as the simulation has waiting, and
 * puts another one in for each; it routes nothing, draws one random number an event, measures
 * nothing. Both run in this process, in turns; making 500 workers is outside the clock.
 */
const jobs = Math.max(1_000, Number(optionOf("--jobs") ?? 0) || defaultJobs());
const queueCount = 20;
const workerCount = 500;
const skills = 10;
const handlingSeconds = 300;
const patienceSeconds = 600;
/** Of 500 workers, how many are busy in the mean. */
const load = 440;
/** In the two heaps at a time: handlings, patiences of jobs answered or not, idle clocks of workers. */
const ahead = Math.round(load + (load / handlingSeconds) * patienceSeconds + workerCount);

function optionOf(name: string): string | undefined {
  const { argv } = process;
  const own = argv.find((word) => word.startsWith(`${name}=`));
  if (own !== undefined) return own.slice(name.length + 1);
  const place = argv.indexOf(name);
  return place < 0 ? undefined : argv[place + 1];
}

function defaultJobs(): number {
  return process.argv.includes("--quick") ? 50_000 : 1_000_000;
}

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
        patience: { kind: "exponential", mean: patienceSeconds },
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

/** A simulation that goes on from call to call; a new one is begun when it has ended. */
function endlessSimulation(): { run(events: number): number } {
  let run = startJobs(1_000_000);
  warmUp(run);
  return {
    run(events) {
      if (run.progress > 0.9) {
        run = startJobs(1_000_000);
        warmUp(run);
      }
      const before = run.dueCount;
      run.run(events);
      return run.dueCount - before;
    },
  };
}

/** Until as many jobs come as go. */
function warmUp(run: Simulation): void {
  while (run.finished < 10_000) run.run(1_000);
}

type Simulation = ReturnType<typeof startJobs>;

/** Nothing is lost, and nobody works for two. */
function check(run: Simulation): void {
  const { all, workers, queueLengths, complete } = run.result();
  const { arrived, answered, abandoned, cancelled, failed, open } = all;
  const taken = workers.reduce((sum, worker) => sum + worker.jobs, 0);
  const busy = workers.every((worker) => worker.busyMs <= worker.staffedMs + worker.overtimeMs);
  const entered = queueLengths.reduce((sum, { stays }) => sum + stays, 0);
  const facts: readonly (readonly [string, boolean])[] = [
    ["it has come to its end", complete],
    ["every job has an outcome", arrived === answered + abandoned + cancelled + failed + open],
    ["every job was queued once", entered === arrived],
    // Of those counted some are taken after the window.
    ["every answered job was taken", Math.abs(taken - answered) <= workerCount],
    ["nobody works for two", busy],
    [
      "a job takes its handling, its ringing and a short wait",
      Math.abs(all.times.sum / (all.times.count * 300_000) - 1.02) < 0.05,
    ],
    ["selectors expired", all.selectorsExpired > arrived / 100],
  ];
  const wrong = facts.filter(([, holds]) => !holds).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`the simulation is wrong: not so: ${wrong.join("; ")}`);
}

interface BareEvent {
  readonly atMs: number;
  readonly sequence: number;
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

/** Goes on from call to call, as the simulation does. */
const bareLoop = {
  heap: new BareHeap(),
  random: randomNumbers(1),
  sequence: 0,
  run(events: number): number {
    const { heap, random } = this;
    for (; this.sequence < ahead; this.sequence++) {
      heap.push({ atMs: random() * 300_000, sequence: this.sequence });
    }
    let nowMs = 0;
    for (let done = 0; done < events; done++) {
      nowMs = heap.pop()?.atMs ?? nowMs;
      heap.push({ atMs: nowMs + random() * 300_000, sequence: this.sequence++ });
    }
    return nowMs;
  },
};

function isBefore(a: BareEvent, b: BareEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

/** Events of the workload in one timed run. */
const slice = 5_000;

export const suites = [
  defineSuite({
    name: `runtime: simulate, ${workerCount} workers, ${queueCount} queues, selectors that expire, going on`,
    prepare() {
      const whole = simulateAll();
      const simulation = endlessSimulation();
      let due = 0;
      for (let count = 0; count < 40; count++) due += simulation.run(slice);
      const perSlice = due / 40;
      const peer = runInFacilities(8_000, load / handlingSeconds, handlingSeconds);
      const unchecked = "a simulation and an empty loop have no common answer";
      return {
        unit: "event",
        units: perSlice,
        baseline: {
          name: "bare event loop",
          run: () => bareLoop.run(Math.round(perSlice)),
          units: Math.round(perSlice),
        },
        subjects: [
          {
            name: "routewright",
            run: () => simulation.run(slice),
            atMost: 10,
            unchecked,
          },
          {
            name: "routewright, events of the workload alone",
            run: () => simulation.run(slice),
            units: slice,
            unchecked,
          },
          {
            name: "simjs, facilities, no routing",
            run: () => runInFacilities(8_000, load / handlingSeconds, handlingSeconds),
            units: peer.events,
            unchecked,
          },
        ],
        note: whole,
      };
    },
  }),
];

/** The whole of it once: how long it takes, and what lives when 10, 50 and 100 % are finished. */
function simulateAll(): string {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  // Before anything is measured, so that compiled code is not taken for jobs.
  const first = startJobs(20_000);
  while (first.run(100_000));
  check(first);
  collect();
  const before = process.memoryUsage().heapUsed;
  const setUp = timed(() => startJobs(jobs));
  const run = setUp.value;
  const marks = [0.1, 0.5, 1];
  const memory: string[] = [];
  let seconds = 0;
  for (const mark of marks) {
    seconds += timed(() => {
      while ((mark === 1 || run.finished < mark * jobs) && run.run(2_000));
    }).seconds;
    collect();
    const megabytes = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    memory.push(`${megabytes.toFixed(1)} MB at ${run.finished.toLocaleString("en")}`);
  }
  const { dueCount } = run;
  check(run);
  const { events, all } = run.result();
  return [
    `${all.arrived.toLocaleString("en")} jobs once: ${seconds.toFixed(1)} s of processor time after ${(setUp.seconds * 1e3).toFixed(0)} ms of set-up, ${perSecond(dueCount, seconds)} events/s (${(dueCount / all.arrived).toFixed(1)} a job, ${(events / all.arrived).toFixed(1)} of the workload), ${perSecond(all.arrived, seconds)} jobs/s.`,
    `Heap after a collection, by jobs finished: ${memory.join(", ")}.`,
    `The bare loop has ${ahead.toLocaleString("en")} events ahead.`,
  ].join("\n");
}

function timed<T>(run: () => T): { readonly value: T; readonly seconds: number } {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

function perSecond(count: number, seconds: number): string {
  return Math.round(count / seconds).toLocaleString("en");
}
