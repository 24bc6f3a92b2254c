import { type Assumptions, defaultAssumptions } from "../assumptions.ts";
import { SignatureTable } from "../match/signatures.ts";
import { noAnswers, type RuleAnswers, type RulePayload } from "../rules/stubs.ts";
import { TimerQueue } from "../timer-queue.ts";
import type { JsonObject } from "./command.ts";
import { ConfigStore } from "./config-store.ts";
import type { RouterEvent, RouterEventName } from "./event.ts";
import { ChannelFloor, Lane } from "./lane.ts";
import { QueueRecord } from "./queues.ts";
import { IdSource, Randomness } from "./random.ts";
import { type JobRecord, none, type WorkerRecord } from "./records.ts";
import type { RouterOptions, RuleCall } from "./router.ts";
import type { TimerKind } from "./timers.ts";
import type { Happening, JobStatus, Reason, Transition } from "./transition.ts";

/** A call to the outside that has not been answered. */
export interface OpenCall {
  readonly job: JobRecord;
  /** Under which the answer is kept in the job. */
  readonly key: string;
  /** Of a call that scores a batch: the workers, and where the score of each is kept. */
  readonly workers?: readonly (readonly [string, string])[];
}

/** A decision being made that may lack answers from outside. */
export interface Asking {
  readonly job: JobRecord;
  readonly missing: { readonly uri: string; readonly payload: RulePayload }[];
}

/**
 * The whole state of a router, and the few things everything does with it. What it does at a
 * time is in the functions of the files beside it; none of them keeps state of its own.
 */
export class Core {
  readonly assumptions: Assumptions;
  readonly ruleAnswers: RuleAnswers;
  readonly asksShell: boolean;
  readonly makesEvents: boolean;
  readonly observe: ((transition: Transition) => void) | undefined;
  readonly observes: RouterOptions["observes"];
  readonly beforeOffer: RouterOptions["beforeOffer"];
  readonly classificationDelayMs: number;
  readonly queueingDelayMs: number;
  readonly matchingDelayMs: number;

  readonly choice: RouterOptions["choice"];

  nowMs = 0;
  readonly random: Randomness;
  readonly ids: IdSource;
  readonly timers = new TimerQueue<TimerKind>("match");
  readonly jobs = new Map<string, JobRecord>();
  readonly workers = new Map<string, WorkerRecord>();
  readonly queues = new Map<string, QueueRecord>();
  /** By channel. */
  readonly floors = new Map<string, ChannelFloor>();
  readonly config: ConfigStore;
  readonly signatures = new SignatureTable();

  /** Counters behind `arrival`, `registration`, `availableSince` and calls. */
  arrivals = 0;
  registrations = 0;
  frees = 0;
  callCount = 0;
  readonly openCalls = new Map<string, OpenCall>();
  asking: Asking | undefined = undefined;

  /** What the next round of matching starts from. */
  fresh: JobRecord[] = [];
  freed: WorkerRecord[] = [];
  /** When a round is due; -Infinity: none is. */
  roundAtMs = Number.NEGATIVE_INFINITY;

  eventSequence = 0;
  events: RouterEvent[] = [];
  calls: RuleCall[] = [];

  constructor(options: RouterOptions) {
    this.assumptions = { ...defaultAssumptions, ...options.assumptions };
    this.ruleAnswers = options.ruleAnswers ?? noAnswers;
    this.asksShell = options.asksShell === true;
    this.makesEvents = options.makesEvents !== false;
    this.observe = options.observe;
    this.observes = options.observes;
    this.beforeOffer = options.beforeOffer;
    this.classificationDelayMs = delay(options.classificationDelayMs);
    this.queueingDelayMs = delay(options.queueingDelayMs);
    this.matchingDelayMs = delay(options.matchingDelayMs);
    this.choice = options.choice;
    const seed = options.seed ?? 0;
    this.random = new Randomness(seed);
    this.ids = new IdSource(seed);
    this.config = new ConfigStore(this.assumptions);
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────

  /** Takes a job to its next step after a delay; a step that is due already is given up. */
  scheduleStep(job: JobRecord, kind: TimerKind, delayMs: number): void {
    this.cancelStep(job);
    if (delayMs > 0) {
      job.step = this.timers.sequence;
      job.stepTimer = this.timers.add(this.nowMs + delayMs, kind, job);
    } else job.step = this.timers.addSoon(kind, job);
  }

  cancelStep(job: JobRecord): void {
    if (job.stepTimer !== none) this.timers.cancel(job.stepTimer);
    job.stepTimer = none;
    job.step = none;
  }

  // ── What happened ─────────────────────────────────────────────────────────────────────────

  /** Whether somebody wants to hear of it: a happening costs memory. */
  tells(kind: Happening["kind"]): boolean {
    return this.observe !== undefined && (this.observes === undefined || this.observes.has(kind));
  }

  tellsStatus(to: JobStatus): boolean {
    return this.tells("jobStatus") || this.observes?.has(to) === true;
  }

  /** To be called only when `tells` said so. */
  tell(happening: Happening, reason: Reason): void {
    this.observe?.({ atMs: this.nowMs, happening, reason });
  }

  event(name: RouterEventName, subject: string, data: JsonObject): void {
    this.events.push({
      sequence: ++this.eventSequence,
      atMs: this.nowMs,
      name,
      subject,
      data,
    });
  }

  /** A change of a job or worker, of so many steps inside. */
  touch(record: JobRecord | WorkerRecord, steps = 1): void {
    record.version += steps;
    record.lastModifiedMs = this.nowMs;
  }

  setStatus(job: JobRecord, to: JobStatus, reason: Reason): void {
    const from = job.status;
    job.status = to;
    this.touch(job);
    if (!this.tellsStatus(to)) return;
    const { id: jobId, queueId, priority } = job;
    this.tell(
      queueId === undefined
        ? { kind: "jobStatus", jobId, from, to, priority }
        : { kind: "jobStatus", jobId, from, to, queueId, priority },
      reason,
    );
  }

  // ── Queues and lanes ──────────────────────────────────────────────────────────────────────

  queue(id: string): QueueRecord {
    let queue = this.queues.get(id);
    if (queue === undefined) {
      queue = new QueueRecord(id);
      this.queues.set(id, queue);
    }
    return queue;
  }

  lane(queue: QueueRecord, channelId: string): Lane {
    let lane = queue.lanes.get(channelId);
    if (lane === undefined) {
      lane = new Lane(this.floor(channelId), {
        assumptions: this.assumptions,
        answers: this.ruleAnswers,
      });
      queue.lanes.set(channelId, lane);
    }
    return lane;
  }

  floor(channelId: string): ChannelFloor {
    let floor = this.floors.get(channelId);
    if (floor === undefined) {
      floor = new ChannelFloor(channelId);
      this.floors.set(channelId, floor);
    }
    return floor;
  }
}

function delay(ms: number | undefined): number {
  return ms !== undefined && Number.isFinite(ms) && ms > 0 ? Math.round(ms) : 0;
}
