import type { ObjectKind } from "@routewright/jobrouter";
import pLimit from "p-limit";
import type { MergePatch } from "../client/models.ts";
import { ServiceFailure } from "../client/service-failure.ts";
import { effectiveBody } from "../compare/effective.ts";
import { isEqual } from "../compare/equal.ts";
import { type LiveObjects, readLive, sealStored } from "../live/read-live.ts";
import type { ObjectStore, StoredObject } from "../live/store.ts";
import { type JsonObject, keyOf, type ObjectKey } from "../objects.ts";
import type { Change, CreateChange, DeleteChange, Plan, UpdateChange } from "../plan/plan.ts";
import type { Fingerprints } from "../secrets/fingerprint.ts";
import { openSecrets, secretsOf } from "../secrets/open.ts";
import { mapMarks, type SecretLookup } from "../secrets/seal.ts";
import { foundAgain } from "../state/settle.ts";
import type { OwnedObject, StateChange } from "../state/state.ts";
import type { Begun, JournalEntry } from "./journal.ts";

export interface ApplyPorts {
  readonly store: ObjectStore;
  readonly lookup: SecretLookup;
  /** With the salt of the state that the plan was made from. */
  readonly print: Fingerprints;
  /** Returns when the entry is safe from a crash. */
  readonly journal: (entry: JournalEntry) => void;
  readonly planHash: string;
  /** What an interrupted run of the same plan had begun. */
  readonly begun?: Begun;
  readonly onProgress?: (progress: ApplyProgress) => void;
  /** Writes at a time; those of one wave do not depend on each other. 4 when absent. */
  readonly concurrency?: number;
  /** Once aborted, nothing more is begun; what is on its way is waited for. */
  readonly signal?: AbortSignal;
}

export interface ApplyProgress {
  readonly change: Change;
  readonly done: number;
  readonly total: number;
}

export type ApplyResult =
  | { readonly kind: "applied"; readonly state: StateChange }
  /** Nothing was written. */
  | { readonly kind: "conflicts" }
  | { readonly kind: "missingSecrets"; readonly names: readonly string[] }
  /** They have other values than when the plan was made. */
  | { readonly kind: "changedSecrets"; readonly names: readonly string[] }
  | { readonly kind: "stale"; readonly moved: readonly Moved[] }
  /**
   * Some was written; `state` records what, and the next plan shows what is left. Without failures
   * it was stopped on request.
   */
  | {
      readonly kind: "stopped";
      readonly state: StateChange;
      /** Writes whose answers never came: only the journal knows of them, so it must be kept. */
      readonly isOpen: boolean;
      readonly failures: readonly ApplyFailure[];
      readonly left: readonly Change[];
    };

/** Something that is not as it was when the plan was made. */
export interface Moved {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly how: "created" | "changed" | "deleted";
}

export interface ApplyFailure {
  readonly change: Change;
  /** `moved`: somebody else wrote between our reading and our writing. */
  readonly cause: { readonly moved: Moved["how"] } | { readonly error: unknown };
}

/**
 * Carries out a plan: exactly its changes, in its order, and none at all when anything that the
 * plan was made from has moved. Every write is conditional on what the plan saw.
 */
export async function apply(plan: Plan, ports: ApplyPorts): Promise<ApplyResult> {
  if (plan.conflicts.length > 0) return { kind: "conflicts" };
  const missing = missingSecrets(plan, ports.lookup);
  if (missing.length > 0) return { kind: "missingSecrets", names: missing };

  const changed = changedSecrets(plan, ports);
  if (changed.length > 0) return { kind: "changedSecrets", names: changed };

  const live = await readLive(ports.store, ports.print);
  const already = alreadyDone(plan, live, ports.begun ?? new Map());
  const moved = whatMoved(plan, live, already);
  if (moved.length > 0) return { kind: "stale", moved };

  ports.journal({
    entry: "apply",
    lineage: plan.state.lineage,
    serial: plan.state.serial,
    planHash: ports.planHash,
  });
  const put: OwnedObject[] = [];
  const drop: { kind: ObjectKind; id: string }[] = [];
  const failures: ApplyFailure[] = [];
  const left: Change[] = [];
  let done = 0;
  const limit = pLimit(ports.concurrency ?? 4);
  for (const wave of wavesOf(plan.changes)) {
    await Promise.all(
      wave.map((change) =>
        limit(async () => {
          if (failures.length > 0 || ports.signal?.aborted === true) {
            left.push(change);
            return;
          }
          try {
            const baseline = already.has(keyOf(change))
              ? appliedBaseline(change, ports)
              : await carryOut(change, plan, ports);
            const { kind, id } = change;
            ports.journal({
              entry: "done",
              action: change.action,
              kind,
              id,
              ...(baseline === undefined ? {} : { baseline }),
            });
            if (baseline === undefined) drop.push({ kind, id });
            else put.push({ kind, id, baseline });
            done++;
            ports.onProgress?.({ change, done, total: plan.changes.length });
          } catch (error) {
            failures.push({
              change,
              cause: error instanceof MovedMeanwhile ? { moved: error.how } : { error },
            });
          }
        }),
      ),
    );
  }
  // What an earlier run made and this one did not get to is ours, though only its journal said so.
  const isDone = new Set([...put, ...drop].map(keyOf));
  const found = [...foundAgain(ports.begun, live)].filter(([key]) => !isDone.has(key));
  const state: StateChange = { put: [...found.map(([, object]) => object), ...put], drop };
  return failures.length === 0 && left.length === 0
    ? { kind: "applied", state }
    : { kind: "stopped", state, isOpen: failures.some(mayBeDone), failures, left };
}

/** Whether a write that failed may have been carried out all the same. */
function mayBeDone({ cause }: ApplyFailure): boolean {
  if (!("error" in cause)) return false;
  return !(cause.error instanceof ServiceFailure) || cause.error.status >= 500;
}

class MovedMeanwhile extends Error {
  readonly how: Moved["how"];
  constructor(how: Moved["how"]) {
    super(how);
    this.how = how;
  }
}

/** @returns what is there now, or nothing after a deletion. */
async function carryOut(
  change: Change,
  plan: Plan,
  ports: ApplyPorts,
): Promise<JsonObject | undefined> {
  const { kind, id } = change;
  if (change.action === "own" || change.action === "forget") return appliedBaseline(change, ports);
  const baseline = appliedBaseline(change, ports);
  ports.journal({
    entry: "begun",
    action: change.action,
    kind,
    id,
    ...(baseline === undefined ? {} : { baseline }),
  });
  switch (change.action) {
    case "create":
      await create(change, plan, ports);
      break;
    case "update":
      await update(change, ports);
      break;
    case "delete":
      await remove(change, ports);
      break;
  }
  return baseline;
}

async function create(change: CreateChange, plan: Plan, ports: ApplyPorts): Promise<void> {
  const { kind, id, wanted } = change;
  // One second back: the service's times of change are cut to the second.
  const sinceMs = plan.readAtMs === undefined ? undefined : plan.readAtMs - 1000;
  const condition =
    sinceMs === undefined ? ({ kind: "absent" } as const) : ({ kind: "absent", sinceMs } as const);
  try {
    const written = await ports.store.patch(kind, id, opened(wanted, ports), condition);
    // An answer that got lost is asked for again: then it is there, and as we wrote it.
    if (!written.isNew && !isAsWanted(kind, written.object, wanted, ports)) {
      throw new MovedMeanwhile("created");
    }
  } catch (error) {
    if (!isPreconditionFailed(error)) throw error;
    const there = await ports.store.get(kind, id);
    if (there === undefined) {
      // Whether the service takes the condition for an object that is not there is not known.
      await ports.store.patch(kind, id, opened(wanted, ports), { kind: "absent" });
    } else if (!isAsWanted(kind, there, wanted, ports)) throw new MovedMeanwhile("created");
  }
}

async function update(change: UpdateChange, ports: ApplyPorts): Promise<void> {
  const { kind, id, etag, patch, wanted } = change;
  try {
    await ports.store.patch(kind, id, opened(patch, ports), { kind: "unchanged", etag });
  } catch (error) {
    if (!isPreconditionFailed(error)) throw error;
    const there = await ports.store.get(kind, id);
    if (there === undefined) throw new MovedMeanwhile("deleted");
    if (!isAsWanted(kind, there, wanted, ports)) throw new MovedMeanwhile("changed");
  }
}

async function remove(change: DeleteChange, ports: ApplyPorts): Promise<void> {
  const { kind, id, etag } = change;
  const there = await ports.store.get(kind, id);
  if (there === undefined) return;
  // A deletion takes no condition; this is as near as one can get.
  if (there.etag !== etag) throw new MovedMeanwhile("changed");
  await ports.store.delete(kind, id);
}

function isAsWanted(
  kind: ObjectKind,
  stored: StoredObject,
  wanted: JsonObject,
  ports: ApplyPorts,
): boolean {
  const there = sealStored(kind, stored, ports.print);
  return there !== undefined && isSame(kind, there.body, withPrints(wanted, ports));
}

function isSame(kind: ObjectKind, live: JsonObject, wanted: JsonObject): boolean {
  return isEqual(effectiveBody(kind, live, wanted), effectiveBody(kind, wanted, live));
}

function isPreconditionFailed(error: unknown): boolean {
  return error instanceof ServiceFailure && error.status === 412;
}

/** What the state remembers of a change that is done. */
function appliedBaseline(change: Change, ports: ApplyPorts): JsonObject | undefined {
  if (change.action === "delete" || change.action === "forget") return undefined;
  return change.wanted === undefined ? undefined : withPrints(change.wanted, ports);
}

function withPrints(body: JsonObject, { lookup, print }: ApplyPorts): JsonObject {
  return mapMarks(body, (credential) => {
    const value = credential.secret === undefined ? undefined : lookup(credential.secret);
    return value === undefined ? credential : { ...credential, fingerprint: print(value) };
  });
}

function opened(body: MergePatch, { lookup }: ApplyPorts): MergePatch {
  const result = openSecrets(body, lookup);
  if ("missing" in result) throw new Error(`not set: ${result.missing.join(", ")}`);
  return result.body;
}

function missingSecrets(plan: Plan, lookup: SecretLookup): readonly string[] {
  const names = plan.changes.flatMap((change) =>
    change.action === "create"
      ? secretsOf(change.wanted)
      : change.action === "update"
        ? secretsOf(change.patch)
        : [],
  );
  return [...new Set(names)].filter((name) => lookup(name) === undefined).sort();
}

/** Variables that would send something else than the plan compared with what is there. */
function changedSecrets(plan: Plan, { lookup, print }: ApplyPorts): readonly string[] {
  const names = new Set<string>();
  for (const change of plan.changes) {
    if (change.action !== "create" && change.action !== "update") continue;
    mapMarks(change.wanted, (credential) => {
      const { secret, fingerprint } = credential;
      const value = secret === undefined ? undefined : lookup(secret);
      if (secret !== undefined && fingerprint !== undefined && value !== undefined) {
        if (print(value) !== fingerprint) names.add(secret);
      }
      return credential;
    });
  }
  return [...names].sort();
}

/** Of an interrupted run of this plan: what is there as it was to be. */
function alreadyDone(plan: Plan, live: LiveObjects, begun: Begun): ReadonlySet<ObjectKey> {
  const done = plan.changes.filter((change) => {
    const key = keyOf(change);
    if (!begun.has(key)) return false;
    const there = live.objects.get(key);
    if (change.action === "delete") return there === undefined;
    if (change.action !== "create" && change.action !== "update") return false;
    return there !== undefined && isSame(change.kind, there.body, change.wanted);
  });
  return new Set(done.map(keyOf));
}

function whatMoved(
  plan: Plan,
  live: LiveObjects,
  already: ReadonlySet<ObjectKey>,
): readonly Moved[] {
  return plan.read.flatMap(({ kind, id, etag }): readonly Moved[] => {
    const key = keyOf({ kind, id });
    const now = live.objects.get(key)?.etag;
    if (now === etag || already.has(key)) return [];
    return [
      { kind, id, how: etag === undefined ? "created" : now === undefined ? "deleted" : "changed" },
    ];
  });
}

function wavesOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const waves = new Map<number, Change[]>();
  for (const change of changes) {
    const wave = waves.get(change.wave);
    if (wave === undefined) waves.set(change.wave, [change]);
    else wave.push(change);
  }
  return [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}
