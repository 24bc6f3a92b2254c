import type {
  Job,
  Labels,
  LabelValue,
  RouterObjects,
  SecretReference,
  Worker,
  WorkerSelector,
} from "./model.ts";
import type { BundleScenario } from "./scenario.ts";

/** The compiled policy: the one artefact that every later stage reads. See docs/bundle.md. */
export interface Bundle {
  readonly format: "routewright-bundle/1";
  readonly apiVersion: string;
  /**
   * `sha256:<hex>` over the canonical JSON of what decides behaviour: `apiVersion`, `channels`,
   * `labels`, `objects`, `secrets`, `tests` and `scenarios` without their positions. Formatting, comments,
   * file names and the order of declarations do not change it.
   */
  readonly hash: string;
  readonly parameters: Readonly<Record<string, LabelValue>>;
  readonly channels: readonly BundleChannel[];
  readonly labels: Readonly<Record<LabelSide, readonly BundleLabel[]>>;
  readonly secrets: readonly BundleSecret[];
  readonly objects: RouterObjects;
  readonly tests: readonly BundleTest[];
  /** Left out when there are none. */
  readonly scenarios?: readonly BundleScenario[];
  readonly sources: readonly BundleSource[];
  /** In the order of `pointer`, then of `formula.start`. */
  readonly sourceMap: readonly SourceMapping[];
  readonly decisions: readonly ConstructDecision[];
}

export type LabelSide = "job" | "worker" | "queue";

export interface BundleChannel {
  readonly name: string;
  readonly id: string;
}

export interface BundleLabel {
  readonly key: string;
  readonly type: "text" | "number" | "boolean" | "any";
  readonly optional: boolean;
  /** The only values allowed, where the author listed them. */
  readonly values?: readonly LabelValue[];
  /** Inclusive bounds, where the author gave a range. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Used by tests only. */
  readonly default?: LabelValue;
  readonly doc?: string;
}

export interface BundleSecret {
  readonly name: string;
  /** Name of the environment variable that holds the value when the bundle is applied. */
  readonly env: string;
}

export interface BundleSource {
  readonly path: string;
  readonly text: string;
}

/** Where in the sources something was written: an index into `sources`, offsets, and the start for people. */
export interface SourceLocation {
  readonly source: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** Ties an emitted value, or a part of an emitted formula, to the words it comes from. */
export interface SourceMapping {
  /** JSON pointer into the bundle, e.g. `/objects/queues/0/labels/region`. */
  readonly pointer: string;
  /** Only when the mapping is for a part of the formula text at `pointer`: UTF-16 offsets in it. */
  readonly formula?: { readonly start: number; readonly end: number };
  readonly location: SourceLocation;
}

/** Which Job Router construct the compiler chose for something, and why. */
export interface ConstructDecision {
  readonly pointer: string;
  /** e.g. `conditional`, `passThrough`, `static rule`, `expression rule`, `guard dropped`. */
  readonly construct: string;
  readonly reason: string;
  readonly location: SourceLocation;
}

/** A `test` block (a table of cases becomes one entry a row). */
export interface BundleTest {
  readonly name: string;
  /** Row of a table of cases, 1-based. */
  readonly row?: number;
  readonly location: SourceLocation;
  readonly classificationPolicyId?: string;
  readonly job: Job;
  readonly workers: readonly (Worker & { readonly name: string })[];
  /** Answers of `function` and `webhook` rules, by URI. */
  readonly stubs: readonly TestStub[];
  /** Where a weighted choice falls, 0 ≤ x < 1; absent: the test runs with 0. */
  readonly choice?: number;
  readonly expectations: readonly TestExpectation[];
}

export interface TestStub {
  readonly uri: string;
  /** A value, or `"fail"` for a rule that cannot be reached. */
  readonly answer: { readonly value: LabelValue } | { readonly fail: true };
}

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type TestExpectation = { readonly location: SourceLocation } & (
  | { readonly kind: "queue"; readonly operator: "==" | "!="; readonly queueId: string }
  | { readonly kind: "noQueue" }
  | { readonly kind: "priority"; readonly operator: ComparisonOperator; readonly value: number }
  /** The classification fails. */
  | { readonly kind: "failed" }
  /** A selector is (or is not) among the requested and attached ones; expiry and expedite count only where given. */
  | { readonly kind: "selector"; readonly present: boolean; readonly selector: WorkerSelector }
  /** The workers that may get the job, best first, by their ids. */
  | { readonly kind: "workers"; readonly workerIds: readonly string[] }
  | { readonly kind: "excluded"; readonly workerId: string; readonly key?: string }
  | {
      readonly kind: "score";
      readonly workerId: string;
      readonly operator: ComparisonOperator;
      readonly value: number;
    }
);

export type { Labels, SecretReference };
