import type { ObjectKind } from "@routewright/jobrouter";
import type { MergePatch } from "../client/models.ts";
import type { Difference } from "../compare/differences.ts";
import type { JsonObject } from "../objects.ts";

/**
 * What will be done, and nothing besides: `apply` carries out the changes in their order,
 * provided that everything the plan was made from is still so.
 */
export interface Plan {
  readonly format: "routewright-plan/1";
  readonly target: string;
  /** Hash of the bundle that is wanted; of nothing for a `destroy`. */
  readonly bundleHash: string;
  /** The state it was made from. Where none was on file yet, an apply begins the one named here. */
  readonly state: { readonly lineage: string; readonly serial: number; readonly salt: string };
  /** The service's clock when it was read; absent when it does not say. */
  readonly readAtMs?: number;
  /** In the order of execution. */
  readonly changes: readonly Change[];
  /** Everything that was looked at, with the etag it had; no etag: it was not there. */
  readonly read: readonly ReadMark[];
  /** What stands in the way: nothing is applied while there is one. */
  readonly conflicts: readonly Conflict[];
  /** How many wanted objects are as wanted already. */
  readonly unchanged: number;
}

export interface ReadMark {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly etag?: string;
}

export type Change = CreateChange | UpdateChange | DeleteChange | RecordChange;

interface ChangeBase {
  readonly kind: ObjectKind;
  readonly id: string;
  /** Changes of one wave do not depend on each other; waves run one after the other. */
  readonly wave: number;
  /** For people: why this is done. */
  readonly reason: string;
}

export interface CreateChange extends ChangeBase {
  readonly action: "create";
  /** The whole object as it is sent, with marks for credentials. */
  readonly wanted: JsonObject;
}

export interface UpdateChange extends ChangeBase {
  readonly action: "update";
  readonly etag: string;
  readonly patch: MergePatch;
  readonly wanted: JsonObject;
  readonly differences: readonly Difference[];
  /** What somebody else changed since we wrote it; this update takes it back or overtakes it. */
  readonly drift: readonly Difference[];
}

export interface DeleteChange extends ChangeBase {
  readonly action: "delete";
  readonly etag: string;
  readonly drift: readonly Difference[];
}

/** Changes the state file only: `own` an object that is as wanted, or `forget` one that is gone. */
export interface RecordChange extends ChangeBase {
  readonly action: "own" | "forget";
  readonly wanted?: JsonObject;
}

export interface Conflict {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly code: "foreign" | "referenced" | "missing-reference" | "not-understood" | "no-address";
  readonly message: string;
  readonly help: string;
}
