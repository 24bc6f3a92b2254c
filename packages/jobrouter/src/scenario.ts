import type { ComparisonOperator, SourceLocation, TestStub } from "./bundle.ts";
import type { RouterEventName } from "./event-names.ts";
import type { Job, LabelValue, Worker, WorkerSelector } from "./model.ts";

/** A hundred years: no time of a scenario is longer, so that instants stay ones that can be written. */
export const longestScenarioMs = 36_525 * 24 * 3_600_000;
/** The last instant at which a scenario may start. */
export const latestScenarioStartMs = Date.UTC(9000, 0, 1);

/** What may be expected of a job: its state, or what happens to it at that time. */
export const scenarioJobStates = [
  "created",
  "pending",
  "failed",
  "suspended",
  "scheduled",
  "queued",
  "assigned",
  "completed",
  "closed",
  "cancelled",
  "classified",
  "reclassified",
  "moved",
  "unassigned",
] as const;
export type ScenarioJobState = (typeof scenarioJobStates)[number];

export const scenarioWorkerStates = ["active", "draining", "inactive"] as const;
export type ScenarioWorkerState = (typeof scenarioWorkerStates)[number];

export function isScenarioWorkerState(
  state: ScenarioJobState | ScenarioWorkerState,
): state is ScenarioWorkerState {
  return scenarioWorkerStates.some((each) => each === state);
}

/** A `scenario` block: what people do and what must hold, over virtual time. */
export interface BundleScenario {
  readonly name: string;
  readonly location: SourceLocation;
  /** The instant of time 0, milliseconds since 1970; absent: 2026-01-01T00:00:00Z. */
  readonly startsAtMs?: number;
  /** How long the service needs; 0 where absent. */
  readonly classifyingMs?: number;
  readonly queueingMs?: number;
  readonly offeringMs?: number;
  readonly stubs: readonly TestStub[];
  /** Where weighted choices fall, 0 ≤ x < 1; absent: 0. */
  readonly choice?: number;
  /** In source order; the runner goes through them by time, then in this order. */
  readonly steps: readonly ScenarioStepData[];
}

/** `atMs` counts from the start of the scenario. */
export type ScenarioStepData = ScenarioCommandStep | ScenarioExpectStep;

export interface ScenarioCommandStep {
  readonly location: SourceLocation;
  readonly atMs: number;
  readonly does: ScenarioCommand;
  /** The service is expected to refuse it. */
  readonly refused?: boolean;
}

export interface ScenarioExpectStep {
  readonly location: SourceLocation;
  /** The time of `at` and `within`; the end, not in it, of `until`. */
  readonly atMs: number;
  readonly when: "at" | "within" | "until";
  /** Of `until`. */
  readonly fromMs?: number;
  readonly expects: ScenarioFact;
}

export type LabelChanges = Readonly<Record<string, LabelValue | null>>;

export type ScenarioCommand =
  | {
      readonly kind: "job";
      readonly jobId: string;
      readonly job: Job;
      readonly suspended?: boolean;
      readonly scheduledAtMs?: number;
    }
  | {
      readonly kind: "worker";
      readonly worker: Worker & { readonly name: string };
      readonly habits: ScenarioHabits;
    }
  | { readonly kind: "accept"; readonly workerId: string; readonly jobId: string }
  | {
      readonly kind: "decline";
      readonly workerId: string;
      readonly jobId: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: "complete";
      readonly workerId: string;
      readonly jobId: string;
      readonly note?: string;
    }
  | {
      readonly kind: "close";
      readonly workerId: string;
      readonly jobId: string;
      readonly dispositionCode?: string;
      readonly note?: string;
      readonly afterMs?: number;
    }
  | { readonly kind: "goOff" | "comeBack"; readonly workerId: string }
  | {
      readonly kind: "setLabels";
      readonly of: "job" | "worker";
      readonly id: string;
      readonly labels: LabelChanges;
    }
  | {
      readonly kind: "changeWorker";
      readonly workerId: string;
      readonly queues?: readonly string[];
      readonly capacity?: number;
      readonly channels?: Worker["channels"];
    }
  | {
      readonly kind: "move";
      readonly jobId: string;
      readonly queueId?: string;
      readonly priority?: number;
    }
  | {
      readonly kind: "reclassify";
      readonly jobId: string;
      readonly classificationPolicyId?: string;
    }
  | {
      readonly kind: "cancel";
      readonly jobId: string;
      readonly dispositionCode?: string;
      readonly note?: string;
    }
  | { readonly kind: "unassign"; readonly jobId: string; readonly suspended?: boolean }
  | { readonly kind: "release"; readonly jobId: string };

/** What a worker does by itself, that long after it may; absent: not by itself. */
export interface ScenarioHabits {
  readonly acceptsAfterMs?: number;
  readonly declinesAfterMs?: number;
  readonly completesAfterMs?: number;
  readonly closesAfterMs?: number;
}

export type ScenarioFact =
  /** Without an outcome: an offer is open. */
  | {
      readonly kind: "offer";
      readonly present: boolean;
      readonly jobId?: string;
      readonly workerId?: string;
      readonly outcome?: "issued" | "accepted" | "declined" | "expired" | "revoked";
    }
  | {
      readonly kind: "state";
      readonly of: "job";
      readonly id: string;
      readonly negated: boolean;
      readonly state: ScenarioJobState;
      /** `assigned to`. */
      readonly workerId?: string;
    }
  | {
      readonly kind: "state";
      readonly of: "worker";
      readonly id: string;
      readonly negated: boolean;
      readonly state: ScenarioWorkerState;
    }
  | {
      readonly kind: "selector";
      readonly jobId: string;
      readonly active: boolean;
      readonly selector: WorkerSelector;
    }
  | {
      readonly kind: "queue";
      readonly jobId: string;
      readonly operator: "==" | "!=";
      /** Absent: none. */
      readonly queueId?: string;
    }
  | {
      readonly kind: "priority";
      readonly jobId: string;
      readonly operator: ComparisonOperator;
      readonly value: number;
    }
  | {
      readonly kind: "load";
      readonly workerId: string;
      readonly operator: ComparisonOperator;
      readonly value: number;
    }
  | {
      readonly kind: "disposition" | "note";
      readonly jobId: string;
      readonly operator: "==" | "!=";
      readonly value: string;
    }
  | {
      readonly kind: "labels";
      readonly of: "job" | "worker";
      readonly id: string;
      readonly labels: LabelChanges;
    }
  | { readonly kind: "waiting"; readonly queueId: string; readonly jobIds: readonly string[] }
  | { readonly kind: "workers"; readonly jobId: string; readonly workerIds: readonly string[] }
  | {
      readonly kind: "event";
      readonly present: boolean;
      readonly event: RouterEventName;
      readonly of?: "job" | "worker";
      readonly id?: string;
    }
  | {
      readonly kind: "events";
      readonly of: "job" | "worker";
      readonly id: string;
      readonly events: readonly RouterEventName[];
    };
