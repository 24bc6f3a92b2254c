import type { Labels, RouterObjects, SecretText, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import type { OfferExplanation } from "../explain/offers.ts";
import type { ExplainedClassification } from "../explain/trace.ts";
import type { Ranking } from "../rank/ranking.ts";
import type { RuleAnswers, RulePayload } from "../rules/stubs.ts";
import type { Collection, JsonObject, RouterCommand } from "./command.ts";
import type { RouterEvent } from "./event.ts";
import type { Happening, JobStatus, Transition, WorkerState } from "./transition.ts";

export interface RouterOptions {
  /** Where the router starts; later objects come by `patch` commands. */
  readonly objects?: RouterObjects;
  /** Decides ids, ETags' noise and weighted choices. Same seed and commands: same bytes. */
  readonly seed?: number;
  /** Where weighted choices fall, 0 ≤ x < 1, instead of where the seed says. */
  readonly choice?: () => number;
  readonly assumptions?: Partial<Assumptions>;
  /** Milliseconds from a job's creation (or a reclassification) to its classification; 0 when absent. */
  readonly classificationDelayMs?: number;
  /** Milliseconds from being ready (created, classified) to being queued; 0 when absent. */
  readonly queueingDelayMs?: number;
  /**
   * Milliseconds from a chance of a match to the round of matching it asks for; 0 when absent. A
   * round serves all that waits at its time: jobs in order of expedite, priority and age over all
   * queues, each with the best workers that may have it, up to the offers it may have.
   */
  readonly matchingDelayMs?: number;
  /**
   * Answers of function and webhook rules that are known beforehand. A rule without one becomes
   * a `RuleCall` when `asksShell`, and is unreachable otherwise.
   */
  readonly ruleAnswers?: RuleAnswers;
  readonly asksShell?: boolean;
  /**
   * Whether events with their payloads are made; simulations do without. Default true. Without
   * them a patch of a job or worker answers without `result` too: `view` has it.
   */
  readonly makesEvents?: boolean;
  /** Called with each transition as it happens. Must not call the router. */
  readonly observe?: (transition: Transition) => void;
  /**
   * The transitions that `observe` wants to hear of: kinds, and statuses for those to them only;
   * all when absent. Others are not made, which a simulation of millions of jobs can tell; states
   * and events are the same.
   */
  readonly observes?: ReadonlySet<Happening["kind"] | JobStatus>;
  /** Called before a job is offered to somebody, when its ranking is still what decides. */
  readonly beforeOffer?: (jobId: string) => void;
}

/**
 * The state machine of the service. It knows no clock: every call says what time it is, and time
 * never goes back. A call first runs everything that was due until then, in order of time, then
 * of scheduling; so calling late gives the same as calling often.
 */
export interface Router {
  /** Carries out one command. What the service would refuse is a refusal in the response. */
  step(command: RouterCommand, atMs: number): StepResult;
  /** Runs what is due until then. */
  advance(atMs: number): StepResult;
  /** When something is due next without any command; absent: never. */
  nextDueMs(): number | undefined;
  /** How much has fallen due since the router was made or loaded: what its speed is measured by. */
  readonly dueCount: number;
  readonly nowMs: number;

  /** The object as the service sends it: property order, defaults, `etag`. */
  view(collection: Collection, id: string): StoredView | undefined;
  /** In the service's list order: last modified first at one-second resolution, then by id (Q37). */
  list(collection: Collection, filter?: ListFilter): readonly StoredView[];
  position(jobId: string): JobPosition | undefined;
  statistics(queueId: string): QueueStatistics | undefined;

  /** Cheap reads of single facts, for scenarios and simulations. */
  job(id: string): JobSnapshot | undefined;
  worker(id: string): WorkerSnapshotView | undefined;
  /** Waiting jobs of a queue in the order in which they are matched. */
  waiting(queueId: string): readonly string[];

  /** Why the job stands where it stands: its last classification; who may get it and why others may not. */
  explainJob(jobId: string): JobExplanation | undefined;
  /**
   * Why the job is offered to whom it is, and not to the others. `decidedBy`: the ranking before
   * its last offer (`beforeOffer`, `explainJob`), of whoever kept it; without it, workers are
   * judged by how they stand now, had nobody an offer of this job.
   */
  explainOffers(jobId: string, decidedBy?: Ranking): OfferExplanation | undefined;

  /** Everything, as JSON: `loadRouter(saved, options)` goes on as if nothing had happened. */
  save(): SavedRouter;
}

export interface StepResult {
  /** Absent for `advance`. */
  readonly response?: CommandResponse;
  /** In order; empty without `makesEvents`. */
  readonly events: readonly RouterEvent[];
  /** Calls to make outside; each is answered by one `answerRule` command. */
  readonly calls: readonly RuleCall[];
}

export type CommandResponse =
  /** `result`: what an action answers (`{}`, `{assignmentId, jobId, workerId}`, …); a patch answers with the view. */
  | { readonly ok: true; readonly status: 200 | 201 | 204; readonly result?: JsonObject }
  | { readonly ok: false; readonly status: number; readonly error: ServiceError };

/** The inside of `communicationError`; the shell adds `target`. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly { readonly code: string; readonly message: string }[];
}

/** A request to a function or webhook that classification or scoring waits for. */
export interface RuleCall {
  readonly callId: string;
  readonly uri: string;
  readonly payload: RulePayload;
  readonly credential?:
    | {
        readonly kind: "function";
        readonly functionKey?: SecretText;
        readonly appKey?: SecretText;
        readonly clientId?: string;
      }
    | {
        readonly kind: "webhook";
        readonly authorizationServerUri?: string;
        readonly clientId?: string;
        readonly clientSecret?: SecretText;
      };
}

export interface StoredView {
  readonly body: JsonObject;
  /** Quoted. */
  readonly etag: string;
  readonly lastModifiedMs: number;
}

export interface ListFilter {
  readonly status?: JobStatus | "all" | "active";
  readonly state?: WorkerState | "all";
  readonly queueId?: string;
  readonly channelId?: string;
  readonly classificationPolicyId?: string;
  readonly scheduledBeforeMs?: number;
  readonly scheduledAfterMs?: number;
  readonly hasCapacity?: boolean;
  /** Only what stands behind this place in the list's order; it need not exist any more. */
  readonly after?: { readonly lastModifiedMs: number; readonly id: string };
  /** At most this many. */
  readonly limit?: number;
}

export interface JobPosition {
  readonly jobId: string;
  /** From 1. */
  readonly position: number;
  readonly queueId: string;
  readonly queueLength: number;
  readonly estimatedWaitTimeMinutes?: number;
}

export interface QueueStatistics {
  readonly queueId: string;
  readonly length: number;
  /** By priority, in whole minutes rounded up. */
  readonly estimatedWaitTimeMinutes?: Readonly<Record<string, number>>;
  readonly longestJobWaitTimeMinutes?: number;
}

export interface JobSnapshot {
  readonly id: string;
  readonly status: JobStatus;
  readonly queueId?: string;
  readonly priority: number;
  readonly labels: Labels;
  readonly enqueuedAtMs?: number;
  readonly requestedWorkerSelectors: readonly SelectorSnapshot[];
  readonly attachedWorkerSelectors: readonly SelectorSnapshot[];
  /** Open offers, oldest first. */
  readonly offers: readonly { readonly offerId: string; readonly workerId: string }[];
  readonly assignments: readonly { readonly assignmentId: string; readonly workerId: string }[];
  readonly dispositionCode?: string;
}

export type SelectorSnapshot = WorkerSelector & {
  readonly status: "active" | "expired";
  readonly expiresAtMs?: number;
};

export interface WorkerSnapshotView {
  readonly id: string;
  readonly state: WorkerState;
  readonly availableForOffers: boolean;
  readonly loadRatio: number;
  readonly labels: Labels;
  readonly offers: readonly { readonly offerId: string; readonly jobId: string }[];
  readonly assignedJobs: readonly { readonly assignmentId: string; readonly jobId: string }[];
}

export interface JobExplanation {
  /** Absent while the job has not been classified, or has no policy. */
  readonly classification?: ExplainedClassification;
  /** While queued: who may be offered the job now, best first, and why the others may not. */
  readonly ranking?: Ranking;
}

/** Opaque but for its name; plain JSON. */
export interface SavedRouter {
  readonly format: "routewright-router/1";
  readonly state: JsonObject;
}
