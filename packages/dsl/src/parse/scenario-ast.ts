import type { Span } from "@routewright/diagnostics";
import { scenarioJobStates, scenarioWorkerStates } from "@routewright/jobrouter";
import type {
  ComparisonOperator,
  DeclarationBase,
  Expr,
  JobParts,
  LabelEntry,
  Name,
  Requirement,
  TestItem,
  TextLiteral,
  WorkerItem,
} from "./ast.ts";

interface Node {
  readonly span: Span;
}

/** People, jobs and expectations over time. */
export interface ScenarioDeclaration extends DeclarationBase {
  readonly kind: "scenario";
  readonly name: TextLiteral | undefined;
  readonly items: readonly ScenarioItem[];
}

export type ScenarioItem =
  | Extract<TestItem, { readonly kind: "stub" | "choose" }>
  | ScenarioWorker
  /** `starts "2026-03-01T09:00:00Z"`: the instant of `0s`. */
  | (Node & { readonly kind: "starts"; readonly at: Expr })
  /** `classifying takes 2s`: how long the service needs for something. */
  | (Node & {
      readonly kind: "delay";
      readonly what: ScenarioDelay;
      readonly takes: Expr;
    })
  | Moment;

export type ScenarioDelay = "classifying" | "queueing" | "offering";

/** `at 5m …`, `within 5m …`, `until 5m …`, `from 1m until 5m …`; several steps stand in braces. */
export interface Moment extends Node {
  readonly kind: "moment";
  readonly when: "at" | "within" | "until";
  readonly from: Expr | undefined;
  readonly time: Expr;
  readonly steps: readonly ScenarioStep[];
}

export interface ScenarioWorker extends Node {
  readonly kind: "worker";
  readonly name: Name | undefined;
  readonly items: readonly ScenarioWorkerItem[];
}

export type ScenarioWorkerItem =
  | WorkerItem
  /** What the worker does by itself: `accepts after 5s`; at once without a time. */
  | (Node & { readonly kind: Habit; readonly after: Expr | undefined });

export type Habit = "accepts" | "declines" | "completes" | "closes";

/** `refused`: the service is expected to refuse it. */
export type ScenarioStep =
  | (Node & { readonly kind: "expect"; readonly expectation: ScenarioExpectation })
  | (Node & { readonly refused: boolean } & ScenarioAction);

export type ScenarioAction =
  /** `job j1 on chat via xbox in q priority 5 scheduled at 10m { … } requesting …` */
  | (JobParts & {
      readonly kind: "job";
      readonly name: Name | undefined;
      readonly matching: "suspended" | { readonly scheduledAt: Expr } | undefined;
    })
  | { readonly kind: "worker"; readonly worker: ScenarioWorker }
  /** `ann accepts j1` */
  | { readonly kind: "accepts"; readonly worker: Name; readonly job: Name | undefined }
  /** `ann declines j1 for 30s`: offered again after that; without a time, never. */
  | {
      readonly kind: "declines";
      readonly worker: Name;
      readonly job: Name | undefined;
      readonly retryAfter: Expr | undefined;
    }
  | {
      readonly kind: "completes";
      readonly worker: Name;
      readonly job: Name | undefined;
      readonly note: Expr | undefined;
    }
  /** `ann closes j1 "solved" note "…" after 5m` */
  | {
      readonly kind: "closes";
      readonly worker: Name;
      readonly job: Name | undefined;
      readonly disposition: Expr | undefined;
      readonly note: Expr | undefined;
      readonly after: Expr | undefined;
    }
  | { readonly kind: "goesOff" | "comesBack"; readonly worker: Name }
  /** `set j1 { vip: true }`: labels of a job or of a worker; `none` takes one away. */
  | {
      readonly kind: "set";
      readonly target: Name | undefined;
      readonly labels: readonly LabelEntry[];
    }
  /** `change ann { capacity 2 }` */
  | {
      readonly kind: "change";
      readonly worker: Name | undefined;
      readonly items: readonly WorkerItem[];
    }
  /** `move j1 to q, priority 10` */
  | {
      readonly kind: "move";
      readonly job: Name | undefined;
      readonly to: Expr | undefined;
      readonly priority: Expr | undefined;
    }
  | { readonly kind: "reclassify"; readonly job: Name | undefined; readonly via: Expr | undefined }
  | {
      readonly kind: "cancel";
      readonly job: Name | undefined;
      readonly disposition: Expr | undefined;
      readonly note: Expr | undefined;
    }
  /** `unassign j1`, `unassign j1 suspended` */
  | { readonly kind: "unassign"; readonly job: Name | undefined; readonly suspended: boolean }
  /** `release j1`: a suspended job goes to its queue. */
  | { readonly kind: "release"; readonly job: Name | undefined };

export const offerOutcomes = ["issued", "accepted", "declined", "expired", "revoked"] as const;
export type OfferOutcome = (typeof offerOutcomes)[number];

/** Words for the states of a job and of a worker, and for what happens to a job. */
export const subjectStates = [...scenarioJobStates, ...scenarioWorkerStates] as const;
export type SubjectState = (typeof subjectStates)[number];

export type ScenarioExpectation = Node &
  /** `offer of j1 to ann`, `no offer to ann`, `offer of j1 expired` */
  (
    | {
        readonly kind: "offer";
        readonly present: boolean;
        readonly job: Name | undefined;
        readonly worker: Name | undefined;
        readonly outcome: OfferOutcome | undefined;
      }
    /** `j1 queued`, `ann not active`, `j1 assigned to ann` */
    | {
        readonly kind: "state";
        readonly subject: Name;
        readonly negated: boolean;
        readonly state: SubjectState;
        readonly to: Name | undefined;
      }
    /** `j1 requires worker.level >= 3`, `j1 no longer requires …` */
    | {
        readonly kind: "requires";
        readonly subject: Name;
        readonly active: boolean;
        readonly requirement: Requirement;
      }
    /** `queue of j1 == xbox` */
    | {
        readonly kind: "queueOf";
        readonly subject: Name | undefined;
        readonly operator: "==" | "!=";
        readonly value: Expr;
      }
    | { readonly kind: "noQueueOf"; readonly subject: Name | undefined }
    /** `priority of j1 == 10`, `load of ann < 1` */
    | {
        readonly kind: "priorityOf" | "loadOf";
        readonly subject: Name | undefined;
        readonly operator: ComparisonOperator;
        readonly value: Expr;
      }
    /** `disposition of j1 == "queue-full"`, `note of j1 == "…"` */
    | {
        readonly kind: "dispositionOf" | "noteOf";
        readonly subject: Name | undefined;
        readonly operator: "==" | "!=";
        readonly value: Expr;
      }
    /** `labels of j1 { vip: true }`: has these; `none`: has not. */
    | {
        readonly kind: "labelsOf";
        readonly subject: Name | undefined;
        readonly labels: readonly LabelEntry[];
      }
    /** `waiting in xbox [j1, j2]`: who waits, in the order in which they are matched. */
    | { readonly kind: "waiting"; readonly queue: Expr; readonly jobs: readonly Name[] }
    /** `workers for j1 [ann, bob]`: who may be offered the job, best first. */
    | {
        readonly kind: "workersFor";
        readonly subject: Name | undefined;
        readonly workers: readonly Name[];
      }
    /** `event RouterJobQueued of j1`, `no event RouterWorkerDeregistered` */
    | {
        readonly kind: "event";
        readonly present: boolean;
        readonly event: Name | undefined;
        readonly subject: Name | undefined;
      }
    /** `events of j1 [RouterJobReceived, RouterJobQueued]`: so far, in this order among others. */
    | {
        readonly kind: "events";
        readonly subject: Name | undefined;
        readonly events: readonly Name[];
      }
  );
