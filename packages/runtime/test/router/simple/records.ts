import type { Labels, Worker, WorkerSelector } from "@routewright/jobrouter";
import type { JobStatus } from "../../../src/index.ts";
import type { Entry } from "./agenda.ts";

export type SimpleMode =
  | { readonly kind: "queueAndMatch" }
  | { readonly kind: "suspend" }
  | { readonly kind: "scheduleAndSuspend"; readonly scheduleAtMs: number };

/** A job as it is created. */
export interface SimpleJobBody {
  readonly channelId: string;
  readonly queueId?: string;
  readonly classificationPolicyId?: string;
  readonly priority?: number;
  readonly labels?: Labels;
  readonly requestedWorkerSelectors?: readonly WorkerSelector[];
  readonly mode?: SimpleMode;
}

export interface SimpleSelector {
  readonly selector: WorkerSelector;
  readonly untilMs?: number;
  expired: boolean;
}

export interface SimpleOffer {
  /** Grows. */
  readonly number: number;
  readonly workerId: string;
  readonly queueId: string;
  readonly cost: number;
  expiry?: Entry;
}

export interface SimpleJob {
  readonly id: string;
  readonly channelId: string;
  status: JobStatus;
  queueId?: string;
  policyId?: string;
  priority: number;
  labels: Labels;
  mode: SimpleMode;
  /** Its scheduled time has come once. */
  activated: boolean;
  requested: readonly SimpleSelector[];
  attached: readonly SimpleSelector[];
  /** The queue it is in or was in last, and the rules of it that fired. */
  stay?: { readonly queueId: string; readonly fired: string[] };
  enqueuedAtMs?: number;
  arrival: number;
  /** Rules that fired at an instant, by queue and rule. */
  firedAt: { readonly atMs: number; readonly rules: string[] };
  offers: SimpleOffer[];
  readonly declinedBy: { workerId: string; registration: number }[];
  /** Until when nobody is offered it (R14). */
  restsUntilMs: number;
  unassigned: number;
  /** Who has it, and what that costs, until it is closed. */
  holder?: { readonly workerId: string; readonly cost: number };

  next?: Entry;
  waitClock?: Entry;
  selectorClock?: Entry;
}

export interface SimpleWorker {
  readonly id: string;
  body: SimpleWorkerBody;
  available: boolean;
  registration: number;
  availableSince: number;
}

export type SimpleWorkerBody = Required<
  Pick<Worker, "queues" | "capacity" | "channels" | "labels" | "availableForOffers">
> & { readonly tags?: Labels };
