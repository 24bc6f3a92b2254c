import type { DistributionMode, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { AssumptionId } from "../assumptions.ts";
import type { Issue } from "../issue.ts";
import type { RuleTrace } from "../rules/rule.ts";

/** Which workers may get a job, best first, and why the others may not. */
export interface Ranking {
  readonly queueId: string | undefined;
  readonly distributionPolicyId: string | undefined;
  readonly mode: DistributionMode["kind"];
  /** True for `bypassSelectors`: selectors excluded nobody. */
  readonly selectorsBypassed: boolean;
  readonly workers: readonly RankedWorker[];
  /** In the order of the input. */
  readonly excluded: readonly ExcludedWorker[];
  /** Assumptions that had a part in the order or in an exclusion. */
  readonly assumptions: readonly AssumptionId[];
}

export interface RankedWorker {
  readonly workerId: string;
  /** 0…1, 0 when absent in the input. */
  readonly loadRatio: number;
  /** Best-worker mode only. */
  readonly score?: WorkerScore;
}

export interface WorkerScore {
  readonly value: number;
  /** Of the default score: what each label and selector gave. */
  readonly parts?: readonly ScorePart[];
  /** Of a scoring rule. */
  readonly rule?: RuleTrace;
}

export type ScorePart =
  | {
      readonly kind: "label";
      readonly key: string;
      readonly job: LabelValue;
      /** Absent: the worker lacks the label. */
      readonly worker?: LabelValue;
      readonly score: number;
    }
  | {
      readonly kind: "selector";
      readonly selector: WorkerSelector;
      readonly worker?: LabelValue;
      readonly score: number;
    };

export interface ExcludedWorker {
  readonly workerId: string;
  /** Every reason, most basic first. */
  readonly reasons: readonly Exclusion[];
}

export type Exclusion =
  /** `availableForOffers` is not true; a router knows more. */
  | {
      readonly kind: "unavailable";
      readonly state?: "draining" | "inactive";
      /** What made it so, where that was not a command. */
      readonly because?: string;
    }
  /** The worker does not serve the job's queue; absent: the job has none. */
  | { readonly kind: "queue"; readonly queueId?: string }
  | { readonly kind: "channel"; readonly channelId: string }
  /** Less room than a job of this channel takes. */
  | {
      readonly kind: "capacity";
      readonly free: number;
      readonly cost: number;
      readonly capacity: number;
      /** Known to a router only: what takes the room, offers first. */
      readonly jobIds?: readonly string[];
    }
  /** `maxNumberOfJobs` of the channel is reached. */
  | { readonly kind: "jobs"; readonly assigned: number; readonly max: number }
  | {
      readonly kind: "selector";
      readonly selector: WorkerSelector;
      readonly from: "requested" | "attached";
      /** Absent: the worker lacks the label. */
      readonly label?: LabelValue;
    }
  /** Known to a router only: it has an offer of this job, or declined it in this registration. */
  | { readonly kind: "offered" }
  | {
      readonly kind: "declined";
      /** When it may be offered the job again without registering anew. */
      readonly retryAtMs?: number;
    }
  /** The worker's own `maxConcurrentOffers` is reached. */
  | { readonly kind: "offers"; readonly open: number; readonly max: number }
  /** Scoring failed (Q23). */
  | { readonly kind: "score"; readonly issue: Issue; readonly rule?: RuleTrace };
