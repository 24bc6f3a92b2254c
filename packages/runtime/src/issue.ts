import type { Span } from "@routewright/diagnostics";
import type { AssumptionId } from "./assumptions.ts";

/**
 * Why a classification failed, or what it did that its author may not expect. The service's own
 * codes for failed classifications are not recorded; these are ours.
 */
export const issueCodes = {
  ClassificationPolicyNotFound: "the job names a classification policy that does not exist",
  ExpressionFailed: "an expression does not fit the labels' types, or failed while it ran",
  ConditionBlank: "a condition yielded blank, and is asked to fail then",
  RuleUnreachable: "a function or webhook rule has no stubbed answer",
  RuleFailed: "a function or webhook rule was reached and failed",
  PriorityNotANumber: "a priority rule yielded something else than a number",
  PriorityOutOfRange: "a priority is not a whole number from -100 to 100",
  SelectorsNotUnderstood: "a rule was to yield selectors and yielded something else",
  NoQueue: "no queue matched, the job has none, and there is no fallback",
  AmbiguousQueue: "several queues match",
  QueueNotFound: "the job is sent to a queue that does not exist",
  ScoreNotANumber: "a scoring rule yielded something else than a number",
  NoScore: "a batch reply leaves the worker out",
} as const;

export type IssueCode = keyof typeof issueCodes;

export interface Issue {
  readonly code: IssueCode;
  readonly message: string;
  /** JSON pointer of the guilty object or rule, `/objects/…` as in a bundle. */
  readonly pointer?: string;
  /** The guilty part of the formula at `pointer`. */
  readonly range?: Span;
  /** The assumption that makes this a failure or a warning. */
  readonly assumption?: AssumptionId;
}
