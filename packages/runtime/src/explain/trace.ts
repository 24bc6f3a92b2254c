import type { LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { AssumptionId } from "../assumptions.ts";
import type { Classification, ClassifiedJob } from "../classify/result.ts";
import type { Issue } from "../issue.ts";
import type { RuleTrace } from "../rules/rule.ts";

/** The same outcome that `classify` gives, and how it came about. */
export interface ExplainedClassification {
  readonly classification: Classification;
  readonly trace: ClassificationTrace;
}

export interface ClassificationTrace {
  readonly policyId: string | undefined;
  /** JSON pointer of the policy; like every pointer here it starts with `/objects`. */
  readonly pointer: string | undefined;
  /** Queue attachments, the match, the queue, the priority, worker attachments: in this order. */
  readonly entries: readonly TraceEntry[];
  /** The assumptions that had a part in the outcome, in the order of their table. */
  readonly assumptions: readonly AssumptionId[];
}

export type TraceEntry = AttachmentEntry | MatchEntry | QueueEntry | PriorityEntry;

export type AttachmentKind =
  | "static"
  | "conditional"
  | "passThrough"
  | "ruleEngine"
  | "weightedAllocation";

/** A selector with the place it was written at. */
export interface AttachedSelector {
  readonly selector: WorkerSelector;
  readonly pointer: string;
}

export interface AttachmentEntry {
  readonly kind: "attachment";
  readonly side: "queue" | "worker";
  readonly index: number;
  readonly pointer: string;
  readonly attachment: AttachmentKind;
  /** Whether it applied; one that applied may still attach an empty list. */
  readonly applied: boolean;
  readonly selectors: readonly AttachedSelector[];
  /** The condition, or the rule of a `ruleEngine`. */
  readonly rule?: RuleTrace;
  /** The label handed on; `value` absent: the job lacks it. */
  readonly passThrough?: { readonly key: string; readonly value?: LabelValue };
  /** Where the choice fell; `index` absent: nowhere. */
  readonly allocation?: { readonly choice: number; readonly index?: number };
  readonly issue?: Issue;
}

/** All queue selectors together against each queue. Absent when there are no selectors. */
export interface MatchEntry {
  readonly kind: "match";
  readonly selectors: readonly AttachedSelector[];
  readonly queues: readonly QueueVerdict[];
}

export interface QueueVerdict {
  readonly queueId: string;
  readonly pointer?: string;
  /** Not among the objects, presumed to exist elsewhere (Q6). */
  readonly presumed: boolean;
  readonly matched: boolean;
  /** The first selector that does not hold; `label` absent: the queue lacks the label. */
  readonly failed?: { readonly selector: AttachedSelector; readonly label?: LabelValue };
}

export interface QueueEntry {
  readonly kind: "queue";
  readonly from: ClassifiedJob["queueFrom"];
  readonly queueId?: string;
  /** Of the queue, when it is among the objects. */
  readonly pointer?: string;
  readonly issue?: Issue;
}

export interface PriorityEntry {
  readonly kind: "priority";
  /** `default`: neither a rule nor the job says. */
  readonly from: "rule" | "job" | "default";
  /** Absent when the rule failed. */
  readonly priority?: number;
  readonly rule?: RuleTrace;
  readonly issue?: Issue;
}
