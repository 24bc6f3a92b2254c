import type { PastJob } from "../workload/workload.ts";
import type { StaffMember } from "./staff.ts";

/** A job during a run: who it is, and what has come of it so far. */
export class SimJob {
  readonly id: string;
  /** Within its class: names its random streams. */
  readonly number: number;
  readonly classIndex: number;
  readonly channelId: string;
  readonly arrivedMs: number;
  /** Whether it came in the window that is measured. */
  readonly counted: boolean;
  readonly past: PastJob | undefined;
  queueId: string | undefined = undefined;
  priority: number;
  queuedMs: number | undefined = undefined;
  /** When it came to the queue where it waits; absent while it does not wait. */
  stayMs: number | undefined = undefined;
  waitMs: number | undefined = undefined;
  /** How it ended, when it has without an answer. */
  lost: "cancelled" | "failed" | "abandoned" | undefined = undefined;
  /** Who accepted it. */
  staff: StaffMember | undefined = undefined;
  assignmentId: string | undefined = undefined;
  offers = 0;
  declined = 0;
  expired = 0;
  revoked = 0;
  exceptions = 0;
  selectorsExpired = false;
  /** Told while it still waits, where it leaves by itself. */
  unserved: boolean | undefined = undefined;

  constructor(
    id: string,
    number: number,
    classIndex: number,
    channelId: string,
    arrivedMs: number,
    counted: boolean,
    priority: number,
    past: PastJob | undefined,
  ) {
    this.id = id;
    this.number = number;
    this.classIndex = classIndex;
    this.channelId = channelId;
    this.arrivedMs = arrivedMs;
    this.counted = counted;
    this.priority = priority;
    this.past = past;
  }
}

/** What a worker will do with an offer. */
export interface Answer {
  readonly job: SimJob;
  readonly offerId: string;
  readonly workerId: string;
  readonly accepts: boolean;
  readonly retryMs: number | undefined;
}
