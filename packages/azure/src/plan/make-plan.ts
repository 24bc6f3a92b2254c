import { compareText, isPathStep, type ObjectKind, objectKinds } from "@routewright/jobrouter";
import type { Begun } from "../apply/journal.ts";
import { type Difference, differences } from "../compare/differences.ts";
import { effectiveBody } from "../compare/effective.ts";
import { isEqual } from "../compare/equal.ts";
import { mergePatch } from "../compare/merge-patch.ts";
import type { LiveObject, LiveObjects } from "../live/read-live.ts";
import { type JsonObject, keyOf, kindWords, type ObjectKey, type WireObject } from "../objects.ts";
import { withKnownFingerprints } from "../secrets/seal.ts";
import { settledObjects } from "../state/settle.ts";
import { type DeployState, type OwnedObject, ownedByKey } from "../state/state.ts";
import type { Change, Conflict, Plan, ReadMark } from "./plan.ts";
import { referencesOf, referrers } from "./references.ts";

export interface PlanInput {
  readonly target: string;
  readonly bundleHash: string;
  /** What is wanted, sealed with the state's salt. */
  readonly wanted: readonly WireObject[];
  readonly live: LiveObjects;
  readonly state: DeployState;
  /** Takes over foreign objects that have the id of a wanted one. */
  readonly adopts?: boolean;
  /** What an interrupted apply had begun; it counts as done where the service holds it. */
  readonly begun?: Begun;
  /** Why, where it is not for the policy's sake. */
  readonly reasons?: Reasons;
}

/** Why objects change, for people. */
export interface Reasons {
  readonly create: string;
  readonly update: string;
  readonly delete: string;
}

const policyReasons: Reasons = {
  create: "it is new",
  update: "the policy changed",
  delete: "the policy no longer has it",
};

/** In which order kinds are written: what is named comes before what names it. */
const writeWaves: Readonly<Record<ObjectKind, number>> = {
  distributionPolicies: 0,
  exceptionPolicies: 0,
  queues: 1,
  classificationPolicies: 2,
};

/** Deletions follow all writes, so that nothing names them any more: the other way round. */
const deleteWaves: Readonly<Record<ObjectKind, number>> = {
  classificationPolicies: 3,
  queues: 4,
  distributionPolicies: 5,
  exceptionPolicies: 5,
};

/**
 * Compares what is wanted with what the service holds and what we left there. Pure: the same
 * input gives the same plan, and the plan is all that `apply` needs.
 */
export function makePlan(input: PlanInput): Plan {
  const recorded = ownedByKey(input.state);
  const owned = settledObjects(input.state, input.begun, input.live);
  const wanted = new Map(
    withKnownFingerprints(input.wanted, input.state).map((object) => [keyOf(object), object]),
  );
  const reasons = input.reasons ?? policyReasons;
  const changes: Change[] = [];
  const conflicts: Conflict[] = [];
  let unchanged = 0;

  for (const [key, object] of wanted) {
    const live = input.live.objects.get(key);
    const own = owned.get(key);
    const isOurs = own !== undefined || input.adopts === true;
    if (isPathStep(object.id)) conflicts.push(withoutAddress(object));
    else if (input.live.unread.has(key)) conflicts.push(notUnderstood(object, input.live));
    else if (live !== undefined && !isOurs) conflicts.push(foreign(object));
    else if (live === undefined) changes.push(create(object, own, reasons));
    else {
      const change = update(object, live, own, reasons);
      if (change !== undefined) changes.push(change);
      else if (isEqual(recorded.get(key)?.baseline, object.body)) unchanged++;
      else changes.push(record(object));
    }
  }
  for (const [key, own] of owned) {
    if (wanted.has(key)) continue;
    const live = input.live.objects.get(key);
    if (input.live.unread.has(key)) {
      conflicts.push(notUnderstood(own, input.live));
      continue;
    }
    changes.push(live === undefined ? forget(own) : remove(own, live, reasons));
  }
  conflicts.push(...referenceConflicts(input, wanted, changes));

  const { lineage, serial, salt } = input.state;
  return {
    format: "routewright-plan/1",
    target: input.target,
    bundleHash: input.bundleHash,
    state: { lineage, serial, salt },
    ...(input.live.readAtMs === undefined ? {} : { readAtMs: input.live.readAtMs }),
    changes: withRenames(changes, input.live).sort(compareChanges),
    read: readMarks([...wanted.keys(), ...owned.keys()], wanted, owned, input.live),
    conflicts: conflicts.sort((a, b) => compareText(keyOf(a), keyOf(b))),
    unchanged,
  };
}

export interface Drift {
  readonly object: OwnedObject;
  /** Deleted by somebody else. */
  readonly gone: boolean;
  /** There, and of a form that is not known here: what changed cannot be told. */
  readonly unread: boolean;
  readonly differences: readonly Difference[];
}

/** What others changed in our objects, by key; objects that are gone have no differences. */
export function driftOf(state: DeployState, live: LiveObjects): readonly Drift[] {
  return state.objects.flatMap((object): readonly Drift[] => {
    const there = live.objects.get(keyOf(object));
    if (live.unread.has(keyOf(object))) {
      return [{ object, gone: false, unread: true, differences: [] }];
    }
    if (there === undefined) return [{ object, gone: true, unread: false, differences: [] }];
    const found = driftIn(object, there);
    return found.length === 0 ? [] : [{ object, gone: false, unread: false, differences: found }];
  });
}

function create(object: WireObject, own: OwnedObject | undefined, reasons: Reasons): Change {
  return {
    action: "create",
    kind: object.kind,
    id: object.id,
    wave: writeWaves[object.kind],
    wanted: object.body,
    reason: own === undefined ? reasons.create : "it was deleted by somebody else",
  };
}

function update(
  object: WireObject,
  live: LiveObject,
  own: OwnedObject | undefined,
  reasons: Reasons,
): Change | undefined {
  const before = effective(live, object.body);
  const after = effective(object, live.body);
  const found = differences(before, after);
  if (found.length === 0) return undefined;
  const drift = own === undefined ? [] : driftIn(own, live);
  const isRestored = own !== undefined && isEqual(own.baseline, object.body);
  return {
    action: "update",
    kind: object.kind,
    id: object.id,
    wave: writeWaves[object.kind],
    etag: live.etag,
    patch: mergePatch(before, after, object.body),
    wanted: object.body,
    differences: found,
    drift,
    reason: isRestored
      ? "somebody else changed it"
      : own === undefined
        ? "it is taken over"
        : drift.length > 0
          ? `${reasons.update}, and somebody else changed the object too`
          : reasons.update,
  };
}

function record({ kind, id, body }: WireObject): Change {
  const reason = "it is as wanted already; only the state file takes note";
  return { action: "own", kind, id, wave: writeWaves[kind], wanted: body, reason };
}

function forget({ kind, id }: OwnedObject): Change {
  const reason = "it is gone already; only the state file takes note";
  return { action: "forget", kind, id, wave: deleteWaves[kind], reason };
}

function remove(own: OwnedObject, live: LiveObject, reasons: Reasons): Change {
  return {
    action: "delete",
    kind: own.kind,
    id: own.id,
    wave: deleteWaves[own.kind],
    etag: live.etag,
    drift: driftIn(own, live),
    reason: reasons.delete,
  };
}

/**
 * Says of an object that is made as one that goes: to the service a new id is a new object, and what
 * waits in the old one does not move along.
 */
function withRenames(changes: readonly Change[], live: LiveObjects): Change[] {
  const gone = changes.filter(({ action }) => action === "delete");
  const taken = new Set<ObjectKey>();
  const partners = new Map<ObjectKey, string>();
  for (const change of changes) {
    if (change.action !== "create") continue;
    const other = gone.find((each) => {
      const body = live.objects.get(keyOf(each))?.body;
      return (
        each.kind === change.kind &&
        !taken.has(keyOf(each)) &&
        body !== undefined &&
        isEqual(
          effectiveBody(change.kind, body, change.wanted),
          effectiveBody(change.kind, change.wanted, body),
        )
      );
    });
    if (other === undefined) continue;
    taken.add(keyOf(other));
    partners.set(keyOf(other), `it is made anew as \`${change.id}\``);
    const jobs = change.kind === "queues" ? "; jobs that wait there do not move along" : "";
    partners.set(keyOf(change), `another id for \`${other.id}\`, which goes${jobs}`);
  }
  return changes.map((change) => {
    const reason = partners.get(keyOf(change));
    return reason === undefined ? change : { ...change, reason };
  });
}

function driftIn(own: OwnedObject, live: LiveObject): readonly Difference[] {
  const written = { kind: own.kind, body: own.baseline };
  return differences(effective(written, live.body), effective(live, own.baseline));
}

function effective(
  object: { readonly kind: ObjectKind; readonly body: JsonObject },
  other: JsonObject,
): JsonObject {
  return effectiveBody(object.kind, object.body, other);
}

function foreign({ kind, id }: WireObject): Conflict {
  return {
    kind,
    id,
    code: "foreign",
    message: `the ${kindWords[kind]} \`${id}\` exists and was not made by this project`,
    help: `take it over with \`routewright adopt ${kind}/${id}\` (see what changes with \`plan --adopt\`), or give yours another id`,
  };
}

function withoutAddress({ kind, id }: WireObject): Conflict {
  return {
    kind,
    id,
    code: "no-address",
    message: `the ${kindWords[kind]} \`${id}\` has an id that is a step in an address: a request for it would reach another`,
    help: "give it another id",
  };
}

function notUnderstood(
  { kind, id }: WireObject | OwnedObject,
  { withheld }: LiveObjects,
): Conflict {
  const isWithheld = withheld.some((each) => each.kind === kind && each.id === id);
  return {
    kind,
    id,
    code: "not-understood",
    message: isWithheld
      ? `the ${kindWords[kind]} \`${id}\` of the service quotes a credential where none belongs`
      : `the service holds a ${kindWords[kind]} \`${id}\` of a form that is not known here`,
    help: `${isWithheld ? "take the credential out of it in the service" : "see what is wrong with it above; then change it in the service"}, or let it go with \`routewright forget ${kind}/${id}\``,
  };
}

/** Deletions that the service would refuse, and names of objects that nobody has. */
function referenceConflicts(
  input: PlanInput,
  wanted: ReadonlyMap<ObjectKey, WireObject>,
  changes: readonly Change[],
): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  const deleted = new Set(changes.filter(({ action }) => action === "delete").map(keyOf));
  // What will be there afterwards: the live objects, with ours as wanted.
  const after = new Map<ObjectKey, WireObject>([...input.live.objects, ...wanted]);
  for (const key of deleted) after.delete(key);
  const named = referrers(after.values());
  for (const change of changes) {
    if (change.action !== "delete") continue;
    const { kind, id } = change;
    for (const { from, role, blocksDeletion } of named.get(keyOf(change)) ?? []) {
      if (!blocksDeletion) continue;
      conflicts.push({
        kind,
        id,
        code: "referenced",
        message: `the ${kindWords[kind]} \`${id}\` cannot be deleted: it is ${role.replace("its", "the")} of the ${kindWords[from.kind]} \`${from.id}\`, which is not ours`,
        help: `change \`${from.id}\` first, or keep \`${id}\` in the policy`,
      });
    }
  }
  for (const { kind, id, body } of wanted.values()) {
    for (const { to, role } of referencesOf(kind, body)) {
      if (after.has(keyOf(to)) || input.live.unread.has(keyOf(to))) continue;
      conflicts.push({
        kind,
        id,
        code: "missing-reference",
        message: `the ${kindWords[kind]} \`${id}\` names the ${kindWords[to.kind]} \`${to.id}\` as ${role}, and there is none`,
        help: deleted.has(keyOf(to))
          ? `this plan deletes it; keep it in the policy, or name another`
          : `declare it in the policy, or make it first`,
      });
    }
  }
  return conflicts;
}

function readMarks(
  keys: readonly ObjectKey[],
  wanted: ReadonlyMap<ObjectKey, WireObject>,
  owned: ReadonlyMap<ObjectKey, OwnedObject>,
  live: LiveObjects,
): readonly ReadMark[] {
  return [...new Set(keys)].sort(compareText).flatMap((key) => {
    const object = wanted.get(key) ?? owned.get(key);
    if (object === undefined) return [];
    const etag = live.objects.get(key)?.etag;
    const { kind, id } = object;
    return [etag === undefined ? { kind, id } : { kind, id, etag }];
  });
}

function compareChanges(a: Change, b: Change): number {
  return (
    a.wave - b.wave ||
    objectKinds.indexOf(a.kind) - objectKinds.indexOf(b.kind) ||
    compareText(a.id, b.id)
  );
}
