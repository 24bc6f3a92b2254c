import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { bitCount, type Floor, type FloorWorker, isSet, type Seat } from "./floor.ts";
import { selectorHolds } from "./selectors.ts";
import type { Signature } from "./signatures.ts";

/** The workers of a crew that meet what some jobs ask; made and kept by the crew. */
export class Pool {
  readonly signature: Signature;
  /** By slot. */
  bits = new Int32Array(0);
  /** The words of `bits` that are not zero, ascending. */
  words: readonly number[] = [];
  /** What it was made of. */
  floorVersion = -1;
  crewVersion = -1;
  /** Changes of labels that it has taken in. */
  seen = 0;

  constructor(signature: Signature) {
    this.signature = signature;
  }
}

/**
 * The workers of a floor that serve one queue. Which of them meet what a job asks of their labels
 * is worked out once for all jobs that ask the same, and brought up to date worker by worker.
 */
export class Crew<W extends FloorWorker> {
  readonly floor: Floor<W>;
  readonly #assumptions: Pick<Assumptions, "Q17">;
  readonly #seats = new Set<Seat<W>>();
  /** Grows when somebody joins or leaves. */
  version = 0;

  constructor(floor: Floor<W>, assumptions: Pick<Assumptions, "Q17">) {
    this.floor = floor;
    this.#assumptions = assumptions;
  }

  get seats(): ReadonlySet<Seat<W>> {
    return this.#seats;
  }

  add(seat: Seat<W>): void {
    this.#seats.add(seat);
    this.version++;
  }

  delete(seat: Seat<W>): void {
    this.#seats.delete(seat);
    this.version++;
  }

  /** Brings a pool of this crew up to date. */
  fill(pool: Pool): Pool {
    const { floor } = this;
    const seats = floor.ready();
    if (pool.floorVersion !== floor.version || pool.crewVersion !== this.version) {
      pool.bits = new Int32Array(floor.room.length);
      for (const seat of this.#seats) if (this.#meets(seat, pool)) setBit(pool.bits, seat.slot);
      pool.words = wordsOf(pool.bits);
      pool.floorVersion = floor.version;
      pool.crewVersion = this.version;
      pool.seen = floor.relabelled.length;
    } else if (pool.seen < floor.relabelled.length) {
      this.#update(pool, seats);
    }
    return pool;
  }

  /** Takes in the workers whose labels have changed. */
  #update(pool: Pool, seats: readonly Seat<W>[]): void {
    const { relabelled } = this.floor;
    let changed = false;
    for (; pool.seen < relabelled.length; pool.seen++) {
      const seat = seats[relabelled[pool.seen] as number] as Seat<W>;
      const meets = this.#seats.has(seat) && this.#meets(seat, pool);
      if (meets === isSet(pool.bits, seat.slot)) continue;
      flipBit(pool.bits, seat.slot);
      changed = true;
    }
    if (changed) pool.words = wordsOf(pool.bits);
  }

  #meets({ worker }: Seat<W>, { signature }: Pool): boolean {
    for (const selector of signature.selectors) {
      const label = readLabel(worker.labels, selector.key);
      if (!selectorHolds(selector, label, this.#assumptions)) return false;
    }
    return true;
  }

  /** How many workers of a pool that is up to date have room. */
  countFree({ bits, words }: Pool): number {
    const { room } = this.floor;
    let count = 0;
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as number;
      const free = (room[word] as number) & (bits[word] as number);
      if (free !== 0) count += bitCount(free);
    }
    return count;
  }
}

function setBit(bits: Int32Array, slot: number): void {
  bits[slot >> 5] = (bits[slot >> 5] as number) | (1 << (slot & 31));
}

function flipBit(bits: Int32Array, slot: number): void {
  bits[slot >> 5] = (bits[slot >> 5] as number) ^ (1 << (slot & 31));
}

function wordsOf(bits: Int32Array): readonly number[] {
  const words: number[] = [];
  for (let word = 0; word < bits.length; word++) if (bits[word] !== 0) words.push(word);
  return words;
}
