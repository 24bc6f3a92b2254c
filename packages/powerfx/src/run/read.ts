import { isInherited, type LabelBag, labelCode, readLabel } from "../labels.ts";
import type { FxValue } from "../values/value.ts";

/** Reads one label into a slot, as long as its value has the type of a signature. */
export interface LabelReader {
  readonly name: string;
  readonly ofJob: boolean;
  readonly slot: number;
  /** See `readAt`. */
  readonly place: number;
  readonly wanted: Wanted;
}

type Wanted = 0 | 1 | 2 | 3 | 4;
const text = 0;
const whole = 1;
const truth = 2;
const absent = 3;
const plain = 4;

const wantedOf: Readonly<Record<string, Wanted | undefined>> = {
  t: text,
  i: whole,
  b: truth,
  "-": absent,
  n: plain,
};

/**
 * Readers of a signature's labels, by slot; `undefined` if it has a number that must be converted
 * (`o`), which is too rare to be quick.
 */
export function labelReaders(
  labels: readonly { readonly root: "job" | "worker"; readonly name: string }[],
  signature: string,
): readonly LabelReader[] | undefined {
  const readers: LabelReader[] = [];
  for (const [slot, { root, name }] of labels.entries()) {
    const wanted = wantedOf[signature.charAt(slot + 2)];
    if (wanted === undefined) return undefined;
    readers.push({ name, ofJob: root === "job", slot, place: placeOf(root, name), wanted });
  }
  return readers;
}

/** False as soon as a label is of another type; slots after it are then stale. */
export function readSlots(
  readers: readonly LabelReader[],
  job: LabelBag,
  worker: LabelBag,
  slots: FxValue[],
): boolean {
  for (let index = 0; index < readers.length; index++) {
    const reader = readers[index];
    if (reader === undefined) return false;
    const value = readAt(reader.ofJob ? job : worker, reader.place, reader.name);
    const { wanted } = reader;
    if (wanted === text) {
      if (typeof value !== "string") return false;
      slots[reader.slot] = value;
    } else if (wanted === whole) {
      if (typeof value !== "number" || (value | 0) !== value) return false;
      slots[reader.slot] = value;
    } else if (wanted === truth) {
      if (value !== true && value !== false) return false;
      slots[reader.slot] = value;
    } else if (wanted === absent) {
      if (value !== undefined && labelCode(value) !== "-") return false;
      slots[reader.slot] = null;
    } else {
      if (typeof value !== "number" || labelCode(value) !== "n") return false;
      slots[reader.slot] = value;
    }
  }
  return true;
}

const shared = 24;
const guarded = 25;
const places = new Map<string, number>();

/** Labels in the order they turn up; speed alone depends on it, never an answer. */
function placeOf(root: "job" | "worker", name: string): number {
  if (isInherited(name)) return guarded;
  const label = `${root}.${name}`;
  const known = places.get(label);
  if (known !== undefined) return known;
  if (places.size >= shared) return shared;
  places.set(label, places.size);
  return places.size - 1;
}

/**
 * `bag[name]`. An engine remembers, for each such place in the source, which name and layout it
 * saw last, and reads quickly while they stay the same; so the first two dozen labels have a place
 * each. That halves the time of a read where no code may be generated.
 */
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
