import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import type { AnswerRuleCommand } from "./command.ts";
import type { JobGroup } from "./job-groups.ts";
import type { ChannelSeat } from "./lane.ts";
import type { QueueRecord } from "./queues.ts";
import type { JobStatus, WorkerState } from "./transition.ts";

/** A selector put on a job. */
export interface SelectorState {
  readonly selector: WorkerSelector;
  /** Absent: it never expires. */
  readonly expiresAtMs: number | undefined;
  expired: boolean;
}

export interface NoteRecord {
  readonly message: string;
  readonly addedAtMs: number;
}

export type MatchingModeKind = "queueAndMatch" | "suspend" | "scheduleAndSuspend";

/** A close that was asked for a later time. */
export interface PendingClose {
  readonly note: string | undefined;
  readonly dispositionCode: string | undefined;
  readonly closeAtMs: number;
}

/** What the last classification started from, to explain it. */
export interface ClassificationInput {
  readonly policyId: string | undefined;
  readonly queueId: string | undefined;
  readonly priority: number;
  readonly labels: Labels;
  /** Where the random numbers stood. */
  readonly chance: number;
  /** Answers from outside that it was given. */
  readonly answers: readonly (readonly [string, RuleAnswer])[];
}

/** No timer. */
export const none = -1;

/** Of whatever: lists are never changed in place, so one empty one serves all. */
export const nothing: readonly never[] = [];
const noLabels: Labels = Object.freeze({});

/**
 * A job. Plain mutable state; everything that reads or writes it is a function of its own. Lists
 * and maps are replaced, never changed in place, so that what was handed out stays as it was.
 */
export class JobRecord {
  readonly id: string;
  channelId: string;
  status: JobStatus;
  channelReference: string | undefined = undefined;
  classificationPolicyId: string | undefined = undefined;
  queueId: string | undefined = undefined;
  priority = 1;
  dispositionCode: string | undefined = undefined;
  requested: readonly SelectorState[] = nothing;
  attached: readonly SelectorState[] = nothing;
  labels: Labels = noLabels;
  tags: Labels = noLabels;
  notes: readonly NoteRecord[] = nothing;
  matchingMode: MatchingModeKind = "queueAndMatch";
  scheduleAtMs: number | undefined = undefined;
  scheduledAtMs: number | undefined = undefined;
  enqueuedAtMs: number | undefined = undefined;
  assignment: AssignmentRecord | undefined = undefined;
  unassignmentCount = 0;
  version = 0;
  lastModifiedMs = 0;

  /** The queue that `enqueuedAtMs` and `firedRules` speak of. */
  stayQueueId: string | undefined = undefined;
  /** Grows with each first queueing; older jobs of one priority have lower ones. */
  arrival = 0;
  /** Place in the order of matching: lower is earlier. */
  orderKey = 0;
  offers: readonly OfferRecord[] = nothing;
  /** Registrations of workers that declined; one that registers anew has a new number. */
  declinedBy: readonly number[] | undefined = undefined;
  /** Decliners that asked for another offer later. */
  retries: readonly RetryOffer[] = nothing;
  /** Exception rules that fired in this stay. */
  firedRules: readonly string[] | undefined = undefined;
  /** What fired at `firedAtMs`, as `queue rule`, whatever the stay. */
  firedAtMs = 0;
  firedNow: readonly string[] | undefined = undefined;
  classifiedFrom: ClassificationInput | undefined = undefined;
  /** Answers of rules outside, by their call's key; only while being waited for. */
  answers: Map<string, RuleAnswer> | undefined = undefined;
  /** Calls not answered yet. */
  openCalls = 0;

  /** Step that is due next (`classify`, `queue`, `schedule`, `activate`), and its timer. */
  step = none;
  stepTimer = none;
  selectorTimer = none;
  waitTimer = none;
  closeTimer = none;
  lifeTimer = none;
  pendingClose: PendingClose | undefined = undefined;

  /** While queued. */
  queue: QueueRecord | undefined = undefined;
  /** Place among the waiting jobs of the queue. */
  queuePlace = none;
  group: JobGroup | undefined = undefined;
  /** Place in the group's heap; `none`: it may get no further offer now. */
  heapPlace = none;
  /** Waits for the next round of matching. */
  isFresh = false;
  /** A decline asked to wait with the whole job. */
  restUntilMs = 0;

  constructor(id: string, channelId: string, status: JobStatus) {
    this.id = id;
    this.channelId = channelId;
    this.status = status;
  }
}

export type RuleAnswer = AnswerRuleCommand["answer"];

export class OfferRecord {
  readonly offerId: string;
  readonly job: JobRecord;
  readonly worker: WorkerRecord;
  readonly queueId: string;
  readonly cost: number;
  readonly offeredAtMs: number;
  readonly expiresAtMs: number | undefined;
  timer = none;

  constructor(
    offerId: string,
    job: JobRecord,
    worker: WorkerRecord,
    queueId: string,
    cost: number,
    offeredAtMs: number,
    expiresAtMs: number | undefined,
  ) {
    this.offerId = offerId;
    this.job = job;
    this.worker = worker;
    this.queueId = queueId;
    this.cost = cost;
    this.offeredAtMs = offeredAtMs;
    this.expiresAtMs = expiresAtMs;
  }
}

export class AssignmentRecord {
  readonly assignmentId: string;
  readonly workerId: string;
  readonly cost: number;
  readonly assignedAtMs: number;
  completedAtMs: number | undefined = undefined;
  closedAtMs: number | undefined = undefined;

  constructor(assignmentId: string, workerId: string, cost: number, assignedAtMs: number) {
    this.assignmentId = assignmentId;
    this.workerId = workerId;
    this.cost = cost;
    this.assignedAtMs = assignedAtMs;
  }
}

export interface ChannelRecord {
  readonly channelId: string;
  readonly capacityCostPerJob: number;
  readonly maxNumberOfJobs: number | undefined;
}

export class WorkerRecord {
  readonly id: string;
  state: WorkerState = "inactive";
  queues: readonly string[] = [];
  capacity = 0;
  /** With the automatic `Id`. */
  labels: Labels = noLabels;
  /** Grows with each change of the labels. */
  labelVersion = 0;
  tags: Labels = noLabels;
  channels: readonly ChannelRecord[] = [];
  availableForOffers = false;
  maxConcurrentOffers: number | undefined = undefined;
  version = 0;
  lastModifiedMs = 0;

  /** Oldest first. */
  offers: readonly OfferRecord[] = nothing;
  /** Jobs whose assignment is not closed; oldest first. */
  assigned: readonly JobRecord[] = nothing;
  /** Capacity taken by offers and assignments. */
  used = 0;
  /** Number of the present registration. */
  registration = 0;
  /** Grows with everything that made room; the lower, the longer available. */
  availableSince = 0;
  lastActivityMs = 0;
  idleTimer = none;
  /** The last offers that other workers were quicker with. */
  lost: readonly string[] = [];

  /** One a channel that it serves. */
  seats: readonly ChannelSeat[] = [];
  /** Waits for the next round of matching. */
  isFreed = false;

  constructor(id: string) {
    this.id = id;
  }
}

/** A list with one more; most lists here were empty. */
export function appended<T>(list: readonly T[], item: T): readonly T[] {
  return list.length === 0 ? [item] : [...list, item];
}

/** A list without an item of it; most lists here held nothing else. */
export function without<T>(list: readonly T[], item: T): readonly T[] {
  return list.length === 1 && list[0] === item ? nothing : list.filter((other) => other !== item);
}

/** A decliner that may be offered the job again at a time. */
export interface RetryOffer {
  readonly job: JobRecord;
  readonly registration: number;
  readonly atMs: number;
  timer: number;
}

export function loadRatio(worker: Pick<WorkerRecord, "used" | "capacity">): number {
  if (worker.used === 0) return 0;
  return worker.capacity > 0 ? worker.used / worker.capacity : 1;
}

/** Offers and open assignments of a channel. */
export function jobsOnChannel(worker: WorkerRecord, channelId: string): number {
  let count = 0;
  for (const offer of worker.offers) if (offer.job.channelId === channelId) count++;
  for (const job of worker.assigned) if (job.channelId === channelId) count++;
  return count;
}

export function isFinished(job: JobRecord): boolean {
  return job.status === "closed" || job.status === "cancelled";
}
