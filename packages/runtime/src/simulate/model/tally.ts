import { bucketOf, Histogram } from "../statistics/histogram.ts";
import { StepArea } from "../statistics/time-average.ts";
import type { ServiceLevel, Workload } from "../workload/workload.ts";
import type { JobGroupResult, NamedResult, QueueLengthResult, SeriesResult } from "./result.ts";

/** How a job's wait ended; `open` when the run ended first. */
export type Outcome = "answered" | "abandoned" | "cancelled" | "failed" | "open";

/** What is known of a job when it leaves the run. */
export interface SettledJob {
  readonly className: string;
  readonly queueId: string | undefined;
  readonly priority: number;
  readonly arrivedMs: number;
  readonly outcome: Outcome;
  readonly waitMs: number;
  /** Absent while it is still being handled. */
  readonly timeMs: number | undefined;
  readonly unserved: boolean;
  readonly offers: number;
  readonly declined: number;
  readonly expired: number;
  readonly revoked: number;
  readonly exceptions: number;
  readonly selectorsExpired: boolean;
}

/** Counts of jobs by queue, priority and class, and of all. */
export class JobTally {
  readonly #levels: readonly ServiceLevel[];
  readonly #queues = new Map<string, GroupTally>();
  readonly #priorities = new Map<number, GroupTally>();
  readonly #classes = new Map<string, GroupTally>();

  constructor(workload: Pick<Workload, "serviceLevels" | "jobs">, queueIds: readonly string[]) {
    this.#levels = workload.serviceLevels;
    for (const id of queueIds) this.#groupOf(this.#queues, id);
    for (const { name } of workload.jobs) this.#groupOf(this.#classes, name);
  }

  add(job: SettledJob): void {
    const waitBucket = bucketOf(job.waitMs);
    const timeBucket = job.timeMs === undefined ? 0 : bucketOf(job.timeMs);
    if (job.queueId !== undefined) {
      this.#groupOf(this.#queues, job.queueId).add(job, waitBucket, timeBucket);
    }
    this.#groupOf(this.#priorities, job.priority).add(job, waitBucket, timeBucket);
    this.#groupOf(this.#classes, job.className).add(job, waitBucket, timeBucket);
  }

  result(): {
    readonly all: JobGroupResult;
    readonly queues: readonly NamedResult[];
    readonly priorities: readonly NamedResult[];
    readonly classes: readonly NamedResult[];
  } {
    const named = (groups: ReadonlyMap<string | number, GroupTally>): NamedResult[] =>
      [...groups].map(([name, group]) => ({ name: String(name), ...group.result() }));
    return {
      all: this.#all(),
      queues: named(this.#queues),
      priorities: named(this.#priorities).sort((a, b) => Number(b.name) - Number(a.name)),
      classes: named(this.#classes),
    };
  }

  /** Every job is of one class. */
  #all(): JobGroupResult {
    const all = new GroupTally(this.#levels);
    for (const each of this.#classes.values()) all.addAll(each);
    return all.result();
  }

  #groupOf<K>(groups: Map<K, GroupTally>, name: K): GroupTally {
    let group = groups.get(name);
    if (group === undefined) {
      group = new GroupTally(this.#levels);
      groups.set(name, group);
    }
    return group;
  }
}

class GroupTally {
  readonly #levels: readonly ServiceLevel[];
  readonly #answeredWithin: number[];
  readonly #lostWithin: number[];
  readonly #waits = new Histogram();
  readonly #lostWaits = new Histogram();
  readonly #times = new Histogram();
  readonly #outcomes: Record<Outcome, number> = {
    answered: 0,
    abandoned: 0,
    cancelled: 0,
    failed: 0,
    open: 0,
  };
  readonly #sums = {
    arrived: 0,
    unserved: 0,
    offers: 0,
    declined: 0,
    expired: 0,
    revoked: 0,
    exceptions: 0,
    escalated: 0,
    selectorsExpired: 0,
  };

  constructor(levels: readonly ServiceLevel[]) {
    this.#levels = levels;
    this.#answeredWithin = levels.map(() => 0);
    this.#lostWithin = levels.map(() => 0);
  }

  /** @param timeBucket of `timeMs`, where that is known. */
  add(job: SettledJob, waitBucket: number, timeBucket: number): void {
    const sums = this.#sums;
    sums.arrived++;
    this.#outcomes[job.outcome]++;
    if (job.unserved) sums.unserved++;
    sums.offers += job.offers;
    sums.declined += job.declined;
    sums.expired += job.expired;
    sums.revoked += job.revoked;
    sums.exceptions += job.exceptions;
    if (job.exceptions > 0) sums.escalated++;
    if (job.selectorsExpired) sums.selectorsExpired++;
    const answered = job.outcome === "answered";
    (answered ? this.#waits : this.#lostWaits).addTo(waitBucket, job.waitMs);
    if (job.timeMs !== undefined) this.#times.addTo(timeBucket, job.timeMs);
    const within = answered ? this.#answeredWithin : this.#lostWithin;
    for (let index = 0; index < this.#levels.length; index++) {
      const level = this.#levels[index];
      if (level !== undefined && job.waitMs <= level.withinMs)
        within[index] = (within[index] ?? 0) + 1;
    }
  }

  addAll(other: GroupTally): void {
    addEach(this.#sums, other.#sums);
    addEach(this.#outcomes, other.#outcomes);
    for (const index of this.#levels.keys()) {
      this.#answeredWithin[index] =
        (this.#answeredWithin[index] ?? 0) + (other.#answeredWithin[index] ?? 0);
      this.#lostWithin[index] = (this.#lostWithin[index] ?? 0) + (other.#lostWithin[index] ?? 0);
    }
    this.#waits.addAll(other.#waits.data());
    this.#lostWaits.addAll(other.#lostWaits.data());
    this.#times.addAll(other.#times.data());
  }

  result(): JobGroupResult {
    return {
      ...this.#sums,
      ...this.#outcomes,
      answeredWithin: [...this.#answeredWithin],
      lostWithin: [...this.#lostWithin],
      waits: this.#waits.data(),
      lostWaits: this.#lostWaits.data(),
      times: this.#times.data(),
    };
  }
}

/** Lengths of queues over time, and how long jobs stay in them. */
export class QueueTally {
  readonly #window: Window;
  readonly #queues = new Map<string, { area: StepArea; stays: number; stayMs: number }>();

  constructor(window: Window, queueIds: readonly string[]) {
    this.#window = window;
    for (const id of queueIds) this.#queueOf(id);
  }

  enter(queueId: string, atMs: number): void {
    this.#queueOf(queueId).area.change(1, atMs);
  }

  leave(queueId: string, enteredMs: number, atMs: number): void {
    const queue = this.#queueOf(queueId);
    queue.area.change(-1, atMs);
    if (enteredMs < this.#window.fromMs || enteredMs >= this.#window.untilMs) return;
    queue.stays++;
    queue.stayMs += atMs - enteredMs;
  }

  result(atMs: number): readonly QueueLengthResult[] {
    return [...this.#queues].map(([name, { area, stays, stayMs }]) => ({
      name,
      ...area.result(atMs),
      stays,
      stayMs,
    }));
  }

  #queueOf(id: string): { area: StepArea; stays: number; stayMs: number } {
    let queue = this.#queues.get(id);
    if (queue === undefined) {
      const { fromMs, untilMs, binMs } = this.#window;
      queue = { area: new StepArea(fromMs, untilMs, binMs), stays: 0, stayMs: 0 };
      this.#queues.set(id, queue);
    }
    return queue;
  }
}

/** In milliseconds after the start. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly binMs: number;
}

export function windowOf(workload: Pick<Workload, "warmUpMs" | "durationMs">): Window {
  const { warmUpMs, durationMs } = workload;
  const binMs = niceBins.find((bin) => durationMs / bin <= 150) ?? Math.ceil(durationMs / 150);
  return { fromMs: warmUpMs, untilMs: warmUpMs + durationMs, binMs };
}

const niceBins: readonly number[] = [
  100, 1000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  7_200_000, 21_600_000, 86_400_000, 604_800_000,
];

/** What the plots over time are made of. */
export class SeriesTally {
  readonly #window: Window;
  readonly #counts: Record<"arrived" | "inTime" | "answered" | "lost", number[]>;
  readonly waiting: StepArea;
  readonly busy: StepArea;
  readonly staffed: StepArea;

  constructor(window: Window) {
    this.#window = window;
    const { fromMs, untilMs, binMs } = window;
    const bins = Math.max(1, Math.ceil((untilMs - fromMs) / binMs));
    const zeros = (): number[] => Array.from({ length: bins }, () => 0);
    this.#counts = { arrived: zeros(), inTime: zeros(), answered: zeros(), lost: zeros() };
    const area = (): StepArea => new StepArea(fromMs, untilMs, binMs);
    this.waiting = area();
    this.busy = area();
    this.staffed = area();
  }

  add(job: SettledJob, level: ServiceLevel | undefined): void {
    const bin = Math.floor((job.arrivedMs - this.#window.fromMs) / this.#window.binMs);
    const { arrived, answered, inTime, lost } = this.#counts;
    bump(arrived, bin);
    if (job.outcome === "answered") {
      bump(answered, bin);
      if (level !== undefined && job.waitMs <= level.withinMs) bump(inTime, bin);
    } else if (job.outcome !== "open") bump(lost, bin);
  }

  result(atMs: number): SeriesResult {
    return {
      ...this.#counts,
      waiting: this.waiting.result(atMs).areas,
      busy: this.busy.result(atMs).areas,
      staffed: this.staffed.result(atMs).areas,
    };
  }
}

function bump(counts: number[], bin: number): void {
  counts[bin] = (counts[bin] ?? 0) + 1;
}

function addEach<K extends string>(sums: Record<K, number>, others: Record<K, number>): void {
  for (const name of Object.keys(sums) as K[]) sums[name] += others[name];
}
