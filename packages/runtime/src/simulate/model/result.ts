import type { HistogramData } from "../statistics/histogram.ts";

/** What one replication has measured: counts, sums and histograms, nothing that is an average. */
export interface ReplicationResult {
  readonly replication: number;
  /** False when it was stopped; then `untilMs` lies before the end of the run. */
  readonly complete: boolean;
  /** After the start: what is counted came, and what is averaged held, between these. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly binMs: number;
  /** Where it was given up: exceptions fired so often for one job that they send it in a circle. */
  readonly circle?: {
    readonly jobId: string;
    readonly exceptions: number;
    readonly atMs: number;
    readonly exceptionPolicyId: string;
    readonly ruleId: string;
    readonly queueId: string;
  };
  /** What happened to the event loop: also before and after the window. */
  readonly events: number;
  readonly all: JobGroupResult;
  readonly queues: readonly NamedResult[];
  readonly priorities: readonly NamedResult[];
  readonly classes: readonly NamedResult[];
  readonly queueLengths: readonly QueueLengthResult[];
  readonly workers: readonly WorkerResult[];
  readonly series: SeriesResult;
}

export interface NamedResult extends JobGroupResult {
  readonly name: string;
}

/**
 * Jobs that came in the window. `arrived` is the sum of `answered`, `abandoned`, `cancelled`,
 * `failed` and `open`.
 */
export interface JobGroupResult {
  readonly arrived: number;
  /** Assigned to a worker. */
  readonly answered: number;
  /** Left by themselves, unanswered. */
  readonly abandoned: number;
  /** Taken out by an exception policy. */
  readonly cancelled: number;
  /** Could not be classified. */
  readonly failed: number;
  /** Neither, when the run had ended. */
  readonly open: number;
  /** Of those not answered: those that no worker of the workload could have served at the end. */
  readonly unserved: number;
  /** By service level, in the workload's order. */
  readonly answeredWithin: readonly number[];
  readonly lostWithin: readonly number[];
  /** From being queued first to being assigned. */
  readonly waits: HistogramData;
  /** The same up to leaving, of jobs that were not answered. */
  readonly lostWaits: HistogramData;
  /** From coming to being closed. */
  readonly times: HistogramData;
  readonly offers: number;
  readonly declined: number;
  readonly expired: number;
  readonly revoked: number;
  /** Rules of exception policies that fired, and the jobs for which any did. */
  readonly exceptions: number;
  readonly escalated: number;
  /** Jobs of which worker selectors expired. */
  readonly selectorsExpired: number;
}

export interface QueueLengthResult {
  readonly name: string;
  /** Jobs × milliseconds, by bin. */
  readonly areas: readonly number[];
  readonly max: number;
  /** Stays that began in the window, and their sum; one job may stay in several queues. */
  readonly stays: number;
  readonly stayMs: number;
}

/** Within the window, in milliseconds. */
export interface WorkerResult {
  readonly id: string;
  readonly group: string;
  readonly staffedMs: number;
  /** With at least one assignment, during shifts and after them. */
  readonly busyMs: number;
  readonly overtimeMs: number;
  /** On shift, but away after an offer that rang out. */
  readonly awayMs: number;
  /** Used capacity × milliseconds / capacity is the load. */
  readonly capacityMs: number;
  readonly capacity: number;
  readonly jobs: number;
}

/** By bin. */
export interface SeriesResult {
  readonly arrived: readonly number[];
  /** Of the jobs that came in the bin: answered within the first service level. */
  readonly inTime: readonly number[];
  readonly answered: readonly number[];
  readonly lost: readonly number[];
  /** Things × milliseconds. */
  readonly waiting: readonly number[];
  readonly busy: readonly number[];
  readonly staffed: readonly number[];
}
