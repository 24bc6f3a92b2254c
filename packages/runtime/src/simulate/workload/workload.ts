import type { ChannelConfiguration, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { Distribution } from "../random/distribution.ts";

/**
 * Who calls, who answers, and what is wanted of it: a workload file as read, with its histories,
 * in milliseconds. Plain JSON, so that it goes to other threads as it is.
 */
export interface Workload {
  /** Milliseconds since 1970 of the beginning, and how far its clocks are ahead of UTC. */
  readonly startMs: number;
  readonly offsetMs: number;
  /** Nothing is counted before it has passed. */
  readonly warmUpMs: number;
  /** How long is counted, after the warm-up. */
  readonly durationMs: number;
  /** How long after that jobs which count may still be answered; nobody arrives any more. */
  readonly drainMs: number;
  readonly replications: number;
  readonly seed: number;
  readonly confidence: number;
  readonly serviceLevels: readonly ServiceLevel[];
  /** What the service itself takes, in milliseconds. */
  readonly delays: {
    readonly classificationMs: number;
    readonly queueingMs: number;
    readonly matchingMs: number;
  };
  readonly jobs: readonly JobClass[];
  readonly workers: readonly WorkerGroup[];
  /** As written; `parseExpectation` reads them. */
  readonly expect: readonly string[];
}

/** What becomes of jobs that nobody answered, in a share of jobs answered in time. */
export const lostJobRules = ["counted", "ignoredWithin", "ignored"] as const;
export type LostJobRule = (typeof lostJobRules)[number];

export interface ServiceLevel {
  readonly withinMs: number;
  /**
   * `counted`: against the centre; `ignoredWithin`: unless they left within the time themselves;
   * `ignored`: only answered jobs count.
   */
  readonly lost: LostJobRule;
}

/** Jobs of one kind: how often they come, what they are, how long they take. */
export interface JobClass {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly channelId: string;
  readonly classificationPolicyId?: string;
  readonly queueId?: string;
  readonly priority?: number;
  readonly requestedWorkerSelectors: readonly WorkerSelector[];
  readonly labels: readonly JobLabel[];
  readonly handling: Distribution;
  readonly wrapUp: Distribution;
  /** Absent: these wait for ever. */
  readonly patience?: Distribution;
}

export type Arrivals =
  /** By day of the week, from Monday: steps in time of day. Jobs come one by one, by chance. */
  | { readonly kind: "poisson"; readonly week: readonly (readonly RateStep[])[] }
  /** Times between one job and the next. */
  | { readonly kind: "intervals"; readonly of: Distribution }
  /** What came once, comes again. */
  | { readonly kind: "history"; readonly jobs: readonly PastJob[] };

export interface RateStep {
  /** Of the day; holds until the next step, or until midnight. */
  readonly fromMs: number;
  readonly perHour: number;
}

/** Absent: as the class has it. */
export interface PastJob {
  /** After the start. */
  readonly atMs: number;
  readonly handlingMs?: number;
  readonly wrapUpMs?: number;
  readonly patienceMs?: number;
  readonly channelId?: string;
  readonly classificationPolicyId?: string;
  readonly queueId?: string;
  readonly priority?: number;
  readonly labels?: readonly (readonly [key: string, value: LabelValue])[];
}

export interface JobLabel {
  readonly key: string;
  /** How likely the label is there at all. */
  readonly chance: number;
  readonly source: LabelSource;
}

export type LabelSource =
  | { readonly kind: "value"; readonly value: LabelValue }
  | {
      readonly kind: "choose";
      readonly choices: readonly { readonly value: LabelValue; readonly weight: number }[];
    }
  /** Rounded half up to so many decimal places. */
  | { readonly kind: "number"; readonly of: Distribution; readonly digits: number };

/** Workers that behave alike. */
export interface WorkerGroup {
  readonly name: string;
  readonly members: readonly WorkerMember[];
  /** Handling and wrap-up take the drawn time divided by this. */
  readonly speed: number;
  readonly answers: Answers;
  /** How long a worker stays away who let an offer expire. */
  readonly absence: Distribution;
}

export interface WorkerMember {
  readonly id: string;
  readonly queues: readonly string[];
  readonly capacity: number;
  readonly channels: readonly ChannelConfiguration[];
  readonly labels: readonly (readonly [key: string, value: LabelValue])[];
  /** Absent: always there. */
  readonly shifts?: Shifts;
}

export type Shifts =
  | { readonly kind: "weekly"; readonly shifts: readonly WeeklyShift[] }
  /** Milliseconds after the start. */
  | { readonly kind: "listed"; readonly spans: readonly ShiftSpan[] };

/** `toMs` may lie beyond midnight. */
export interface WeeklyShift {
  /** From Monday, 0. */
  readonly days: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ShiftSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What workers do with an offer; what is left of 1 rings out. */
export interface Answers {
  readonly accept: number;
  readonly decline: number;
  readonly delay: Distribution;
  /** A declined offer is made again after this; absent: not to this worker. */
  readonly retryMs?: number;
}
