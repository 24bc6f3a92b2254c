import type { Labels, LabelValue } from "@routewright/jobrouter";
import { readLabel } from "../labels.ts";
import type { Crew } from "./crew.ts";
import { type FloorWorker, noSlot, type Seat } from "./floor.ts";

/** Workers that agree on every label that a score reads: one of them is scored for all. */
interface ScoreClass {
  /** The labels in question, without those that are missing. */
  readonly labels: Labels;
  /** Its workers, in no order. */
  readonly slots: number[];
}

/** What all classes score for one kind of job. */
export interface ScoreTable {
  /** By class; NaN: left out (Q23). */
  readonly scores: number[];
  /** Classes that are not left out, best first. */
  readonly order: number[];
}

/** Kinds of job whose tables are kept at once; only free-form labels get here. */
const mostTables = 256;

/**
 * The workers of a crew in classes by some labels. A worker whose labels change moves from class
 * to class; a class that is new is scored when a table is next asked for, and nothing else is.
 */
export class ScoreClasses<W extends FloorWorker> {
  readonly #crew: Crew<W>;
  readonly #keys: readonly string[];
  #floorVersion = -1;
  #crewVersion = -1;
  #seen = 0;
  /** By slot; `noSlot`: not of the crew. */
  #classOf = new Int32Array(0);
  #classes: ScoreClass[] = [];
  #bySignature = new Map<unknown, number>();
  #tables = new Map<unknown, ScoreTable>();

  constructor(crew: Crew<W>, keys: readonly string[]) {
    this.#crew = crew;
    this.#keys = keys;
  }

  classOf(slot: number): number {
    return this.#classOf[slot] as number;
  }

  slotsOf(number: number): readonly number[] {
    return (this.#classes[number] as ScoreClass).slots;
  }

  /** Takes in what has changed since it was last asked. */
  refresh(): void {
    const { floor } = this.#crew;
    const seats = floor.ready();
    if (
      this.#floorVersion !== floor.version ||
      this.#crewVersion !== this.#crew.version ||
      this.#classes.length > 64 + 2 * this.#crew.seats.size
    ) {
      this.#build();
      return;
    }
    const { relabelled } = floor;
    for (; this.#seen < relabelled.length; this.#seen++) {
      const slot = relabelled[this.#seen] as number;
      const before = this.#classOf[slot] as number;
      if (before === noSlot) continue;
      const now = this.#numberOf((seats[slot] as Seat<W>).worker.labels);
      if (now === before) continue;
      const { slots } = this.#classes[before] as ScoreClass;
      slots[slots.indexOf(slot)] = slots.at(-1) ?? slot;
      slots.pop();
      this.#join(slot, now);
    }
  }

  /** @param score NaN where the scoring fails. */
  table(signature: unknown, descending: boolean, score: (labels: Labels) => number): ScoreTable {
    let table = this.#tables.get(signature);
    if (table === undefined) {
      if (this.#tables.size >= mostTables) this.#tables.clear();
      table = { scores: [], order: [] };
      this.#tables.set(signature, table);
    }
    const { scores, order } = table;
    if (scores.length < this.#classes.length) {
      const isFirst = scores.length === 0;
      for (let number = scores.length; number < this.#classes.length; number++) {
        const own = score((this.#classes[number] as ScoreClass).labels);
        scores.push(own);
        if (Number.isNaN(own)) continue;
        if (isFirst) order.push(number);
        else order.splice(placeIn(order, scores, own, descending), 0, number);
      }
      const sign = descending ? -1 : 1;
      if (isFirst) {
        order.sort((a, b) => sign * compareNumbers(scores[a] as number, scores[b] as number));
      }
    }
    return table;
  }

  #build(): void {
    const { floor, seats, version } = this.#crew;
    this.#floorVersion = floor.version;
    this.#crewVersion = version;
    this.#seen = floor.relabelled.length;
    this.#classOf = new Int32Array(floor.size).fill(noSlot);
    this.#classes = [];
    this.#bySignature.clear();
    this.#tables.clear();
    for (const { slot, worker } of seats) this.#join(slot, this.#numberOf(worker.labels));
  }

  #join(slot: number, number: number): void {
    this.#classOf[slot] = number;
    (this.#classes[number] as ScoreClass).slots.push(slot);
  }

  #numberOf(labels: Labels): number {
    const values = this.#keys.map((key) => readLabel(labels, key));
    const signature = signatureOf(values);
    const known = this.#bySignature.get(signature);
    if (known !== undefined) return known;
    const own = Object.create(null) as Record<string, LabelValue>;
    for (const [index, key] of this.#keys.entries()) {
      const value = values[index];
      if (value !== undefined) own[key] = value;
    }
    const number = this.#classes.length;
    this.#classes.push({ labels: own, slots: [] });
    this.#bySignature.set(signature, number);
    return number;
  }
}

/** Where a class with this score stands, or would. */
function placeIn(
  order: readonly number[],
  scores: readonly number[],
  score: number,
  descending: boolean,
): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = scores[order[middle] as number] as number;
    if (descending ? other > score : other < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A difference would be NaN between two infinities. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands for some values in a map: alike for the same values of the same types only. */
export function signatureOf(values: readonly (LabelValue | undefined)[]): unknown {
  if (values.length < 2) return values[0];
  let signature = "";
  for (const value of values) signature += signaturePart(value);
  return signature;
}

export function signaturePart(value: LabelValue | undefined): string {
  switch (typeof value) {
    case "string":
      return `s${value.length}:${value}`;
    case "number":
      return `n${value};`;
    case "boolean":
      return value ? "t" : "f";
    default:
      return "-";
  }
}
