import type { ExceptionAction, WorkerSelector } from "@routewright/jobrouter";
import type { AssumptionId } from "../assumptions.ts";
import type { FailedClassification } from "../classify/result.ts";

export const jobStatuses = [
  "pendingClassification",
  "classificationFailed",
  "created",
  "pendingSchedule",
  "scheduled",
  "scheduleFailed",
  "waitingForActivation",
  "queued",
  "assigned",
  "completed",
  "closed",
  "cancelled",
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export type WorkerState = "active" | "draining" | "inactive";

/**
 * One thing that happened inside the router, with its reason: what timelines, statistics and
 * explanations are made of. Cheap to make: no payloads, only what changed.
 */
export interface Transition {
  readonly atMs: number;
  readonly happening: Happening;
  readonly reason: Reason;
}

export type Happening =
  /** `from` absent: the job was created. */
  | {
      readonly kind: "jobStatus";
      readonly jobId: string;
      readonly from?: JobStatus;
      readonly to: JobStatus;
      readonly queueId?: string;
      readonly priority?: number;
    }
  | { readonly kind: "jobClassified"; readonly jobId: string; readonly queueId?: string }
  | { readonly kind: "jobDeleted"; readonly jobId: string }
  | {
      readonly kind: "exceptionTriggered";
      readonly jobId: string;
      readonly queueId: string;
      readonly exceptionPolicyId: string;
      readonly ruleId: string;
    }
  | {
      readonly kind: "exceptionAction";
      readonly jobId: string;
      readonly ruleId: string;
      readonly action: ExceptionAction;
    }
  | {
      readonly kind: "selectorsExpired";
      readonly jobId: string;
      readonly requested: readonly WorkerSelector[];
      readonly attached: readonly WorkerSelector[];
    }
  | (OfferHappening & { readonly kind: "offerIssued"; readonly expiresAtMs?: number })
  | (OfferHappening & { readonly kind: "offerAccepted"; readonly assignmentId: string })
  | (OfferHappening & { readonly kind: "offerDeclined"; readonly retryOfferAtMs?: number })
  | (OfferHappening & { readonly kind: "offerRevoked" | "offerExpired" })
  | {
      readonly kind: "unassigned";
      readonly jobId: string;
      readonly workerId: string;
      readonly assignmentId: string;
    }
  /** The assignment ends and the worker's capacity is free again. */
  | {
      readonly kind: "assignmentClosed";
      readonly jobId: string;
      readonly workerId: string;
      readonly assignmentId: string;
    }
  /** `from` absent: the worker was created. */
  | {
      readonly kind: "workerState";
      readonly workerId: string;
      readonly from?: WorkerState;
      readonly to: WorkerState;
    }
  | { readonly kind: "workerUpdated"; readonly workerId: string }
  | { readonly kind: "workerDeleted"; readonly workerId: string };

interface OfferHappening {
  readonly jobId: string;
  readonly workerId: string;
  readonly offerId: string;
  readonly queueId: string;
}

/** Why something happened, as data; `describeReason` puts it in words. */
export interface Reason {
  readonly cause:
    | { readonly kind: "command"; readonly command: string }
    | { readonly kind: "classification" }
    | { readonly kind: "classificationFailed"; readonly failure: FailedClassification }
    /** What the worker had over the next one, in the mode's terms. */
    | { readonly kind: "matched"; readonly mode: string; readonly score?: number }
    | { readonly kind: "schedule" }
    | { readonly kind: "waitTime"; readonly ruleId: string; readonly thresholdSeconds: number }
    | { readonly kind: "queueLength"; readonly ruleId: string; readonly threshold: number }
    | { readonly kind: "offerTimedOut" }
    | { readonly kind: "otherWorkerAccepted"; readonly workerId: string }
    | { readonly kind: "jobChanged"; readonly what: string }
    | { readonly kind: "workerChanged"; readonly what: string }
    | { readonly kind: "lastJobClosed" }
    | { readonly kind: "timer"; readonly what: string };
  /** Open questions of the service whose assumed answer had a part in it. */
  readonly assumptions: readonly AssumptionId[];
}
