import type { ExceptionAction } from "@routewright/jobrouter";
import type { PreparedDistribution } from "../match/distribution.ts";
import type { Lane } from "./lane.ts";
import type { JobRecord } from "./records.ts";
import { WaitingOrder } from "./waiting-order.ts";

/** What a queue's policies say, worked out; made anew when one of them changes. */
export interface QueueSetup {
  /** False: the queue is only presumed to exist (Q6). */
  readonly exists: boolean;
  readonly distribution: Distribution;
  readonly exceptionPolicyId: string | undefined;
  /** In the order of the policy. */
  readonly rules: readonly CompiledExceptionRule[];
}

export interface Distribution extends PreparedDistribution {
  readonly maxConcurrentOffers: number;
  /** Absent: offers do not expire. */
  readonly offerExpiresAfterMs: number | undefined;
}

export interface CompiledExceptionRule {
  readonly id: string;
  readonly trigger:
    | { readonly kind: "queueLength"; readonly threshold: number }
    | {
        readonly kind: "waitTime";
        readonly thresholdSeconds: number;
        readonly thresholdMs: number;
      };
  readonly actions: readonly ExceptionAction[];
}

export class QueueRecord {
  readonly id: string;
  setup: QueueSetup | undefined = undefined;
  /** Queued jobs in no order; each knows its place. */
  readonly waiting: JobRecord[] = [];
  /** Made when somebody first asks for a place in it. */
  order: WaitingOrder | undefined = undefined;
  readonly lanes = new Map<string, Lane>();
  /** Round robin goes on after this worker. */
  lastOfferedTo: string | undefined = undefined;
  /** Completed jobs and the time spent on them, for estimates. */
  completed = 0;
  handledMs = 0;

  constructor(id: string) {
    this.id = id;
  }
}

export function orderOf(queue: QueueRecord): WaitingOrder {
  queue.order ??= new WaitingOrder(queue.waiting);
  return queue.order;
}

/** Waiting jobs of some queues in the order in which they are matched. */
export function waitingInOrder(...queues: readonly QueueRecord[]): readonly JobRecord[] {
  return queues.flatMap(({ waiting }) => waiting).sort((a, b) => a.orderKey - b.orderKey);
}
