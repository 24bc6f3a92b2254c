import type { Run } from "../bind/ir.ts";
import { isBag, isInherited, type LabelBag, readLabel } from "../labels.ts";
import type { FxValue } from "../values/value.ts";
import {
  absent,
  fits,
  labelsPerLane,
  noLabels,
  plain,
  takeLane,
  text,
  truth,
  type Wanted,
  whole,
} from "./lanes.ts";

/** Reads one label into a slot, as long as its value has the type of a signature. */
export interface LabelReader {
  readonly name: string;
  readonly ofJob: boolean;
  readonly slot: number;
  /** See `readAt`. */
  readonly place: number;
  readonly wanted: Wanted;
}

const wantedOf: Readonly<Record<string, Wanted | undefined>> = {
  t: text,
  i: whole,
  b: truth,
  "-": absent,
  n: plain,
};

/** Takes the labels itself; records that do not have its signature go elsewhere. */
export type GuardedRun = (job: LabelBag | undefined, worker: LabelBag | undefined) => FxValue;

/** What a run on slots needs in order to read its labels. */
export interface SlotRun {
  readonly labels: readonly { readonly root: "job" | "worker"; readonly name: string }[];
  readonly signature: string;
  readonly run: Run;
  /** Filled and read within one call that runs no one else's code in between. */
  readonly slots: FxValue[];
  readonly miss: GuardedRun;
}

/**
 * A run that reads the labels, if they fit the signature; `undefined` if the signature has a
 * number that must be converted (`o`), which is too rare to be quick.
 */
export function readAndRun(input: SlotRun): GuardedRun | undefined {
  const { labels, signature, run, slots, miss } = input;
  const readers: LabelReader[] = [];
  for (const [slot, { root, name }] of labels.entries()) {
    const wanted = wantedOf[signature.charAt(slot + 2)];
    if (wanted === undefined) return undefined;
    readers.push({ name, ofJob: root === "job", slot, place: placeOf(root, name), wanted });
  }
  const hasJob = signature.charAt(0) !== "-";
  const hasWorker = signature.charAt(1) !== "-";
  const isLane = readers.length <= labelsPerLane && !readers.some(({ name }) => isInherited(name));
  const lane = isLane ? takeLane() : undefined;
  if (lane !== undefined) {
    const names = readers.map(({ name }) => name);
    const ofJob = readers.map((reader) => reader.ofJob);
    const wanted = readers.map((reader) => reader.wanted);
    return lane(names, ofJob, wanted, { hasJob, hasWorker, run, slots, miss });
  }
  return (job, worker) => {
    if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
    return readSlots(readers, job ?? noLabels, worker ?? noLabels, slots)
      ? run(slots, null)
      : miss(job, worker);
  };
}

/** False as soon as a label is of another type; slots after it are then stale. */
function readSlots(
  readers: readonly LabelReader[],
  job: LabelBag,
  worker: LabelBag,
  slots: FxValue[],
): boolean {
  for (let index = 0; index < readers.length; index++) {
    const reader = readers[index];
    if (reader === undefined) return false;
    const value = readAt(reader.ofJob ? job : worker, reader.place, reader.name);
    if (!fits(reader.wanted, value)) return false;
    slots[reader.slot] = value;
  }
  return true;
}

const shared = 24;
const guarded = 25;
const places = new Map<string, number>();

/** The first labels that turn up have a place each, for the reason that lanes have. */
function placeOf(root: "job" | "worker", name: string): number {
  if (isInherited(name)) return guarded;
  const label = `${root}.${name}`;
  const known = places.get(label);
  if (known !== undefined) return known;
  if (places.size >= shared) return shared;
  places.set(label, places.size);
  return places.size - 1;
}

/** `bag[name]` where there are more labels, or more sets of them, than lanes. */
function readAt(bag: LabelBag, place: number, name: string): unknown {
  switch (place) {
    case 0:
      return bag[name];
    case 1:
      return bag[name];
    case 2:
      return bag[name];
    case 3:
      return bag[name];
    case 4:
      return bag[name];
    case 5:
      return bag[name];
    case 6:
      return bag[name];
    case 7:
      return bag[name];
    case 8:
      return bag[name];
    case 9:
      return bag[name];
    case 10:
      return bag[name];
    case 11:
      return bag[name];
    case 12:
      return bag[name];
    case 13:
      return bag[name];
    case 14:
      return bag[name];
    case 15:
      return bag[name];
    case 16:
      return bag[name];
    case 17:
      return bag[name];
    case 18:
      return bag[name];
    case 19:
      return bag[name];
    case 20:
      return bag[name];
    case 21:
      return bag[name];
    case 22:
      return bag[name];
    case 23:
      return bag[name];
    case guarded:
      return readLabel(bag, name);
    default:
      return bag[name];
  }
}
