import type { DistributionMode, RouterObjects } from "@routewright/jobrouter";
import { defineSuite } from "../../../bench/harness.ts";
import {
  createEngine,
  createRouter,
  createWorkerPool,
  prepareDistribution,
  type Router,
  type Transition,
} from "../src/index.ts";

/**
 * Simulated contact centres: jobs arrive, workers accept after some seconds and are done after
 * some minutes. The baseline is the same number of events through a binary heap of event
 * objects, with no routing. An event is what falls due: of the centre an arrival, an answer, an end;
 * of the router a classification, a job that joins its queue, a round of matching, an expiry. Each
 * run is one shift, from an empty centre on (500 workers made are a thirtieth of it); its answer is
 * how many jobs were closed.
 */
interface Centre {
  readonly workers: number;
  readonly queues: number;
  readonly jobs: number;
  /** Mean time between arrivals; with `talkMs` and the workers it makes the load. */
  readonly everyMs: number;
  readonly talkMs: number;
  readonly skills: number;
}

class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }
  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state / 0x1_0000_0000;
  }
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  readonly kind: number;
  readonly index: number;
}

/** Binary heap of event objects: what a simulation without a router is made of. */
class EventHeap {
  readonly #heap: Event[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(atMs: number, kind: number, index: number): void {
    const event = { atMs, sequence: this.#sequence++, kind, index };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = heap[parent] as Event;
      if (!isBefore(event, other)) break;
      heap[place] = other;
      place = parent;
    }
    heap[place] = event;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) {
        child++;
      }
      if (!isBefore(heap[child] as Event, last)) break;
      heap[place] = heap[child] as Event;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

function objectsOf(centre: Centre): RouterObjects {
  const skills = Array.from({ length: centre.skills }, (_, index) => `s${index}`);
  return {
    distributionPolicies: [
      { id: "d", offerExpiresAfterSeconds: 60, mode: { kind: "longestIdle" } },
    ],
    exceptionPolicies: [
      {
        id: "e",
        exceptionRules: [
          {
            id: "late",
            trigger: { kind: "waitTime", thresholdSeconds: 1800 },
            actions: [{ kind: "manualReclassify", priority: 90 }],
          },
        ],
      },
    ],
    queues: Array.from({ length: centre.queues }, (_, index) => ({
      id: `q${index}`,
      distributionPolicyId: "d",
      exceptionPolicyId: "e",
      labels: { line: `l${index}` },
    })),
    classificationPolicies: [
      {
        id: "c",
        queueSelectorAttachments: [{ kind: "passThrough", key: "line", labelOperator: "equal" }],
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
        workerSelectorAttachments: skills.map((skill) => ({
          kind: "conditional" as const,
          condition: { kind: "expression" as const, expression: `job.skill = "${skill}"` },
          workerSelectors: [
            {
              key: skill,
              labelOperator: "greaterThanOrEqual" as const,
              value: 5,
              expiresAfterSeconds: 20,
            },
          ],
        })),
      },
    ],
  };
}

const arrive = 0;
const answer = 1;
const finish = 2;

/** Plays a centre; returns how many jobs were closed. */
export function playCentre(centre: Centre, seed: number): { closed: number; events: number } {
  const dice = new Dice(seed);
  const heap = new EventHeap();
  let events = 0;
  const offers: string[] = [];
  const offered: string[] = [];
  const observe = ({ happening }: Transition): void => {
    if (happening.kind !== "offerIssued") return;
    offers.push(happening.offerId);
    offered.push(happening.workerId);
  };
  const router = createRouter({
    objects: objectsOf(centre),
    makesEvents: false,
    observe,
    observes: new Set(["offerIssued"] as const),
  });
  addWorkers(router, centre, dice);
  const pending: { job: string; assignment: string }[] = [];
  let closed = 0;
  let created = 0;
  let taken = 0;
  const queueOffers = (nowMs: number): void => {
    for (; taken < offers.length; taken++) heap.push(nowMs + 2000, answer, taken);
  };
  const bodies = jobBodies(centre, dice);
  heap.push(1000, arrive, 0);
  for (let event = heap.pop(); event !== undefined; event = heap.pop()) {
    events++;
    const { atMs, kind, index } = event;
    switch (kind) {
      case arrive:
        router.step(
          {
            kind: "patch",
            collection: "jobs",
            id: `j${index}`,
            body: bodies[index % bodies.length] ?? {},
          },
          atMs,
        );
        created++;
        if (created < centre.jobs) {
          heap.push(atMs + Math.ceil(dice.exponential(centre.everyMs)), arrive, created);
        }
        break;
      case answer: {
        const workerId = offered[index] ?? "";
        const offerId = offers[index] ?? "";
        offers[index] = "";
        offered[index] = "";
        const { response } = router.step({ kind: "accept", workerId, offerId }, atMs);
        if (response?.ok !== true || response.result === undefined) break;
        const talkMs = Math.ceil(dice.exponential(centre.talkMs));
        heap.push(atMs + talkMs, finish, pending.length);
        pending.push({
          job: String(response.result.jobId),
          assignment: String(response.result.assignmentId),
        });
        break;
      }
      default: {
        const { job, assignment } = pending[index] ?? { job: "", assignment: "" };
        pending[index] = { job: "", assignment: "" };
        const reference = { jobId: job, assignmentId: assignment };
        router.step({ kind: "complete", ...reference }, atMs);
        router.step({ kind: "close", ...reference }, atMs);
        router.step({ kind: "delete", collection: "jobs", id: job }, atMs);
        closed++;
      }
    }
    queueOffers(atMs);
  }
  return { closed, events: events + router.dueCount };
}

function addWorkers(router: Router, centre: Centre, dice: Dice): void {
  for (let index = 0; index < centre.workers; index++) {
    const first = index % centre.queues;
    const second = Math.floor(dice.next() * centre.queues);
    const labels: Record<string, number> = {};
    for (let skill = 0; skill < centre.skills; skill++) {
      labels[`s${skill}`] = Math.floor(dice.next() * 10);
    }
    router.step(
      {
        kind: "patch",
        collection: "workers",
        id: `w${String(index).padStart(5, "0")}`,
        body: {
          queues: [`q${first}`, `q${second}`],
          capacity: 1,
          channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
          labels,
          availableForOffers: true,
        },
      },
      0,
    );
  }
}

function jobBodies(centre: Centre, dice: Dice) {
  return Array.from({ length: 997 }, () => ({
    channelId: "voice",
    classificationPolicyId: "c",
    labels: {
      line: `l${Math.floor(dice.next() * centre.queues)}`,
      skill: `s${Math.floor(dice.next() * centre.skills)}`,
      vip: dice.next() < 0.1,
    },
  }));
}

/** As many events through the heap as the router's play had, about as many waiting at a time. */
function bareLoop(count: number, waiting: number): number {
  const dice = new Dice(5);
  const heap = new EventHeap();
  for (let index = 0; index < waiting; index++) heap.push(dice.exponential(1000), 0, index);
  for (let done = 0; done < count; done++) {
    const event = heap.pop();
    if (event !== undefined)
      heap.push(event.atMs + dice.exponential(1000), event.kind, event.index);
  }
  return heap.size;
}

function suite(name: string, centre: Centre, atMost: number) {
  return defineSuite({
    name,
    prepare: () => {
      const { events, closed } = playCentre(centre, 1);
      if (closed !== centre.jobs) throw new Error(`${closed} of ${centre.jobs} jobs were closed`);
      return {
        unit: "event",
        units: events,
        baseline: { name: "binary heap of event objects", run: () => bareLoop(events, 600) },
        subjects: [
          {
            name: "router",
            run: () => playCentre(centre, 1),
            atMost,
            unchecked: "the bare loop routes nothing",
          },
        ],
        note: `${(events / centre.jobs).toFixed(1)} events a job`,
      };
    },
  });
}

// ── Growth ────────────────────────────────────────────────────────────────────────────────────

const skillCount = 8;

/** One queue; workers of 8 skills in turn, all of them free. */
type Mode = "longestIdle" | "roundRobin" | "bestWorker";

function modeOf(kind: Mode): DistributionMode {
  const scoringRule = { kind: "expression" as const, expression: "worker.level + job.level" };
  return kind === "bestWorker" ? { kind, scoringRule } : { kind };
}

function idleCentre(workers: number, mode: Mode): Router {
  const router = createRouter({ makesEvents: false });
  const patch = (
    collection: "distributionPolicies" | "queues" | "workers",
    id: string,
    body: object,
  ) => router.step({ kind: "patch", collection, id, body: { ...body } }, 0);
  patch("distributionPolicies", "d", { mode: modeOf(mode) });
  patch("queues", "q", { distributionPolicyId: "d" });
  for (let index = 0; index < workers; index++) {
    patch("workers", `w${String(index).padStart(6, "0")}`, {
      queues: ["q"],
      capacity: 1,
      channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
      labels: { skill: index % skillCount, level: index % 5 },
      availableForOffers: true,
    });
  }
  return router;
}

function jobFor(skill: number): object {
  return {
    channelId: "voice",
    queueId: "q",
    labels: { level: 3 },
    requestedWorkerSelectors: [{ key: "skill", labelOperator: "equal", value: skill }],
  };
}

/** A job comes, is matched at once, and is over. */
function passThrough(router: Router, jobs: number): number {
  let matched = 0;
  for (let index = 0; index < jobs; index++) {
    const id = `j${index}`;
    create(router, id, index % skillCount);
    matched += finishJob(router, id);
  }
  return matched;
}

function create(router: Router, id: string, skill: number): void {
  const body = { ...jobFor(skill) };
  router.step({ kind: "patch", collection: "jobs", id, body }, router.nowMs + 1);
}

function finishJob(router: Router, jobId: string): number {
  const [offer] = router.job(jobId)?.offers ?? [];
  if (offer === undefined) return 0;
  const { response } = router.step({ kind: "accept", ...offer }, router.nowMs + 1);
  const assignmentId =
    response?.ok === true ? String(response.result?.assignmentId) : "no assignment";
  router.step({ kind: "complete", jobId, assignmentId }, router.nowMs);
  router.step({ kind: "close", jobId, assignmentId }, router.nowMs);
  router.step({ kind: "delete", collection: "jobs", id: jobId }, router.nowMs);
  return 1;
}

/** Few workers of one skill, and many jobs that wait, most of them for other skills. */
function busyCentre(waiting: number): Router {
  const router = idleCentre(8, "longestIdle");
  for (let index = 0; index < waiting + 8; index++) create(router, `j${index}`, index % skillCount);
  return router;
}

/** A worker is done and takes the next job; another job comes. */
function turnOver(router: Router, steps: number): number {
  let turned = 0;
  for (let step = 0; step < steps; step++) {
    const workerId = `w${String(step % skillCount).padStart(6, "0")}`;
    const jobId = router.worker(workerId)?.offers[0]?.jobId ?? "";
    turned += finishJob(router, jobId);
    create(router, jobId, step % skillCount);
  }
  return turned;
}

/** Twice as much of something against once: 2 would be growth in step, which it must not reach. */
function growth(name: string, small: () => number, large: () => number, units: number) {
  return defineSuite({
    name,
    prepare: () => ({
      unit: "job",
      units,
      baseline: { name: "once", run: small },
      subjects: [{ name: "twice as many", run: large, atMost: 1.9 }],
    }),
  });
}

function workerGrowth(mode: Mode, workers: number) {
  const small = idleCentre(workers, mode);
  const large = idleCentre(2 * workers, mode);
  return growth(
    `router, growth with idle workers, ${mode}, ${workers} and ${2 * workers}`,
    () => passThrough(small, 500),
    () => passThrough(large, 500),
    500,
  );
}

function waitingGrowth(waiting: number) {
  const small = busyCentre(waiting);
  const large = busyCentre(2 * waiting);
  return growth(
    `router, growth with waiting jobs, ${waiting} and ${2 * waiting}`,
    () => turnOver(small, 500),
    () => turnOver(large, 500),
    500,
  );
}

/** The match alone, without the rest of a job's life: half of the workers are busy. */
function matchGrowth(mode: Mode, workers: number) {
  const small = halfBusyPool(workers, mode);
  const large = halfBusyPool(2 * workers, mode);
  return growth(
    `match alone, growth with workers, ${mode}, ${workers} and ${2 * workers}`,
    () => matches(small, 200),
    () => matches(large, 200),
    200,
  );
}

const noObjects: RouterObjects = {
  classificationPolicies: [],
  distributionPolicies: [],
  exceptionPolicies: [],
  queues: [],
};

function halfBusyPool(workers: number, mode: Mode) {
  const { assumptions } = createEngine(noObjects);
  const pool = createWorkerPool({ assumptions, answers: new Map() });
  for (let index = 0; index < workers; index++) {
    const id = `w${String(index).padStart(6, "0")}`;
    pool.put({
      id,
      queues: ["q"],
      capacity: 1,
      channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
      labels: { skill: index % skillCount, level: index % 5 },
    });
    const usedCapacity = (index * 7) % 2;
    pool.setLoad(id, { available: true, usedCapacity, availableSince: (index * 7919) % workers });
  }
  return { pool, distribution: prepareDistribution({ id: "d", mode: modeOf(mode) }) };
}

/** How many of the matches asked for there were: all of them. */
function matches({ pool, distribution }: ReturnType<typeof halfBusyPool>, count: number): number {
  let found = 0;
  let lastOfferedTo: string | undefined;
  for (let index = 0; index < count; index++) {
    const value = index % skillCount;
    const [first] = pool.best({
      queueId: "q",
      channelId: "voice",
      labels: { level: 3 },
      selectors: [{ key: "skill", labelOperator: "equal", value }],
      distribution,
      limit: 1,
      lastOfferedTo,
    });
    if (first === undefined) continue;
    found++;
    lastOfferedTo = first.workerId;
    // Taken, and free again: what has changed has to be taken in.
    for (const usedCapacity of [1, 0]) {
      pool.setLoad(first.workerId, { available: true, usedCapacity, availableSince: 1e6 + index });
    }
  }
  return found;
}

const modes = ["longestIdle", "roundRobin", "bestWorker"] as const;

export const suites = [
  suite(
    "router, 500 workers, 20 queues, busy",
    { workers: 500, queues: 20, jobs: 100_000, everyMs: 400, talkMs: 180_000, skills: 5 },
    10,
  ),
  suite(
    "router, 500 workers, 20 queues, idle",
    { workers: 500, queues: 20, jobs: 100_000, everyMs: 1200, talkMs: 180_000, skills: 5 },
    10,
  ),
  ...[250, 500, 1_000].flatMap((workers) => modes.map((mode) => workerGrowth(mode, workers))),
  ...[1_000, 2_000, 4_000, 20_000].map(waitingGrowth),
  ...[500, 1_000, 2_000].flatMap((workers) => modes.map((mode) => matchGrowth(mode, workers))),
];
