import type { RuleValue } from "../rules/value.ts";

/** The six collections of the service, by their names in its paths. */
export const collections = [
  "classificationPolicies",
  "distributionPolicies",
  "exceptionPolicies",
  "queues",
  "jobs",
  "workers",
] as const;
export type Collection = (typeof collections)[number];

/** A JSON value as it came over the wire. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * Everything that can be asked of a router, as data: a log of commands with their times replays
 * to the same state and the same events. Each stands for one operation of the service; times are
 * whole milliseconds since 1970 UTC.
 */
export type RouterCommand =
  | PatchCommand
  | { readonly kind: "delete"; readonly collection: Collection; readonly id: string }
  | { readonly kind: "reclassify"; readonly jobId: string }
  | {
      readonly kind: "cancel";
      readonly jobId: string;
      readonly note?: string;
      readonly dispositionCode?: string;
    }
  | {
      readonly kind: "complete";
      readonly jobId: string;
      readonly assignmentId: string;
      readonly note?: string;
    }
  | {
      readonly kind: "close";
      readonly jobId: string;
      readonly assignmentId: string;
      readonly note?: string;
      readonly dispositionCode?: string;
      /** Later than now: the job closes, and gives its capacity back, at that time. */
      readonly closeAtMs?: number;
    }
  | {
      readonly kind: "unassign";
      readonly jobId: string;
      readonly assignmentId: string;
      readonly suspendMatching?: boolean;
    }
  | { readonly kind: "accept"; readonly workerId: string; readonly offerId: string }
  | {
      readonly kind: "decline";
      readonly workerId: string;
      readonly offerId: string;
      /** Not later than now: as if not given (Q24). */
      readonly retryOfferAtMs?: number;
    }
  | AnswerRuleCommand;

/** Create or update by JSON merge patch; the body is as the client sent it, in GA names. */
export interface PatchCommand {
  readonly kind: "patch";
  readonly collection: Collection;
  readonly id: string;
  readonly body: JsonObject;
  /** Quoted, as in the header. */
  readonly ifMatch?: string;
  readonly ifUnmodifiedSinceMs?: number;
}

/** The answer to a `RuleCall` that an earlier step asked the shell to make. */
export interface AnswerRuleCommand {
  readonly kind: "answerRule";
  readonly callId: string;
  readonly answer: { readonly value: RuleValue } | { readonly failure: string };
}
