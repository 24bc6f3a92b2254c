import type { WorkerSelector } from "@routewright/jobrouter";
import type { Issue } from "../issue.ts";

/** What classification gives a job. */
export type Classification = ClassifiedJob | FailedClassification;

export interface ClassifiedJob {
  readonly outcome: "classified";
  /** Absent for a job without a policy: it keeps what it was submitted with. */
  readonly policyId: string | undefined;
  /** Absent only under the other answer to Q12. */
  readonly queueId: string | undefined;
  /** `selectors`: a queue matched; `job`: its own queue; `fallback`: the policy's. */
  readonly queueFrom: "selectors" | "job" | "fallback" | "nowhere";
  /** -100…100; 1 where neither a rule nor the job says. */
  readonly priority: number;
  /** In the order of the attachments; those the job requested are not repeated here. */
  readonly attachedWorkerSelectors: readonly WorkerSelector[];
  /** A clamped priority, several matching queues. */
  readonly warnings: readonly Issue[];
}

/** Status `classificationFailed`: a person has to repair the job. */
export interface FailedClassification {
  readonly outcome: "failed";
  readonly policyId: string | undefined;
  /** Every reason, in the order in which they were met. */
  readonly errors: readonly Issue[];
}
