import { compareText, type ObjectKind } from "@routewright/jobrouter";
import { type JsonObject, keyOf, type ObjectKey } from "../objects.ts";

/**
 * What we made, and how we left it. The service keeps no tags on policies, so this is the only
 * record of whose an object is: one that is not in it is foreign, and is never touched.
 * Holds no credential, only names of variables and salted fingerprints.
 */
export interface DeployState {
  readonly format: "routewright-state/1";
  /** Random; tells states of different beginnings apart. */
  readonly lineage: string;
  /** Grows by one with each change of the state. */
  readonly serial: number;
  /** The endpoint, e.g. `https://contoso.unitedstates.communication.azure.com`. */
  readonly target: string;
  /** Random; for fingerprints of credentials. */
  readonly salt: string;
  /** By kind, then id. */
  readonly objects: readonly OwnedObject[];
  /** Oldest first. */
  readonly releases: readonly Release[];
}

export interface OwnedObject {
  readonly kind: ObjectKind;
  readonly id: string;
  /** As it was written when it was last applied or adopted, with marks for credentials. */
  readonly baseline: JsonObject;
}

/** One apply that changed something. */
export interface Release {
  /** From 1. */
  readonly number: number;
  readonly bundleHash: string;
  readonly appliedAt: string;
  /** All that was ours then, as it was written. */
  readonly objects: readonly OwnedObject[];
}

/** More than this many releases are not kept: the oldest go. */
export const mostReleases = 50;

export function emptyState(target: string, random: () => string): DeployState {
  return {
    format: "routewright-state/1",
    lineage: random(),
    serial: 0,
    target,
    salt: random(),
    objects: [],
    releases: [],
  };
}

export function ownedByKey(state: DeployState): ReadonlyMap<ObjectKey, OwnedObject> {
  return new Map(state.objects.map((object) => [keyOf(object), object]));
}

export interface StateChange {
  readonly put?: readonly OwnedObject[];
  readonly drop?: readonly { readonly kind: ObjectKind; readonly id: string }[];
  readonly release?: Omit<Release, "number" | "objects">;
}

/** The next state. Pure; the shell writes it. */
export function changeState(state: DeployState, change: StateChange): DeployState {
  const owned = new Map(ownedByKey(state));
  for (const object of change.drop ?? []) owned.delete(keyOf(object));
  for (const object of change.put ?? []) owned.set(keyOf(object), object);
  const objects = [...owned.values()].sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.id, b.id),
  );
  const { release } = change;
  const number = (state.releases.at(-1)?.number ?? 0) + 1;
  const releases =
    release === undefined ? state.releases : [...state.releases, { number, ...release, objects }];
  return {
    ...state,
    serial: state.serial + 1,
    objects,
    releases: releases.slice(-mostReleases),
  };
}
