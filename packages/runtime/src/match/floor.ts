import type { Labels } from "@routewright/jobrouter";
import { compareText } from "../text.ts";

export interface FloorWorker {
  readonly id: string;
  /** With the automatic `Id`. */
  readonly labels: Labels;
}

/** No slot. */
export const noSlot = -1;

/** A worker's place on a floor. */
export class Seat<W extends FloorWorker> {
  worker: W;
  /** By the order of ids; `noSlot` until the floor has been arranged. */
  slot = noSlot;
  hasRoom = false;
  load = 0;
  since = 0;

  constructor(worker: W) {
    this.worker = worker;
  }
}

/**
 * The workers that take jobs of one channel, whatever the queue. They have slots in the order of
 * their ids; which of them have room for one more job is a set of bits, and a heap by load and
 * by how long they have been available. So a change of a worker's load costs the same in however
 * many queues it works. Slots are given when they are first asked for: of workers that are added
 * in a row, all but the last cost nothing.
 */
export class Floor<W extends FloorWorker, S extends Seat<W> = Seat<W>> {
  readonly #seats: S[] = [];
  /** The labels that workers have, or had since slots were given: others read as missing for all. */
  readonly labelKeys = new Set<string>();
  #isStale = false;
  /** Grows when slots are given anew: what was made for older ones is void. */
  version = 0;
  /** Slots whose workers have other labels now, since this version began; latest last. */
  readonly relabelled: number[] = [];
  /** Workers with room for one more job, as bits. */
  room = new Int32Array(0);
  #roomCount = 0;
  /** Heap of slots with room, lowest load and longest available first. */
  #heap = new Int32Array(0);
  #places = new Int32Array(0);
  #loads = new Float64Array(0);
  #sinces = new Float64Array(0);

  get size(): number {
    return this.#seats.length;
  }

  /** How many workers have room. */
  get roomCount(): number {
    return this.#roomCount;
  }

  add(seat: S): void {
    this.#seats.push(seat);
    this.#isStale = true;
  }

  delete(seat: S): void {
    const place = this.#seats.indexOf(seat);
    if (place >= 0) this.#seats.splice(place, 1);
    seat.slot = noSlot;
    this.#isStale = true;
  }

  /** The worker is new, or its labels have changed. */
  noteLabels(seat: S): void {
    for (const key of Object.keys(seat.worker.labels)) this.labelKeys.add(key);
    if (this.#isStale || seat.slot === noSlot) return;
    if (this.relabelled.length > this.#seats.length) this.#isStale = true;
    else this.relabelled.push(seat.slot);
  }

  /** To be called whenever load, state or times of a worker have changed. */
  place(seat: S, hasRoom: boolean, load: number, since: number): void {
    const had = seat.hasRoom;
    seat.hasRoom = hasRoom;
    seat.load = load;
    seat.since = since;
    const { slot } = seat;
    if (this.#isStale || slot === noSlot) return;
    if (hasRoom) {
      this.#loads[slot] = load;
      this.#sinces[slot] = since;
      if (had) {
        const place = this.#places[slot] as number;
        this.#rise(place, slot);
        if (this.#heap[place] === slot) this.#sink(place, slot);
      } else {
        this.#flip(slot);
        this.#rise(this.#roomCount++, slot);
      }
    } else if (had) {
      this.#flip(slot);
      this.#removeFromHeap(slot);
    }
  }

  #flip(slot: number): void {
    const word = slot >> 5;
    this.room[word] = (this.room[word] as number) ^ (1 << (slot & 31));
  }

  /** Seats in slot order, everything up to date. */
  ready(): readonly S[] {
    if (this.#isStale) this.#arrange();
    return this.#seats;
  }

  seat(slot: number): S {
    return this.#seats[slot] as S;
  }

  worker(slot: number): W {
    return this.seat(slot).worker;
  }

  #arrange(): void {
    this.#isStale = false;
    this.version++;
    this.relabelled.length = 0;
    const seats = this.#seats.sort((a, b) => compareText(a.worker.id, b.worker.id));
    const size = seats.length;
    this.room = new Int32Array((size + 31) >> 5);
    this.#heap = new Int32Array(size);
    this.#places = new Int32Array(size).fill(noSlot);
    this.#loads = new Float64Array(size);
    this.#sinces = new Float64Array(size);
    this.#roomCount = 0;
    this.labelKeys.clear();
    for (let slot = 0; slot < size; slot++) {
      const seat = seats[slot] as S;
      seat.slot = slot;
      for (const key of Object.keys(seat.worker.labels)) this.labelKeys.add(key);
      if (!seat.hasRoom) continue;
      this.#loads[slot] = seat.load;
      this.#sinces[slot] = seat.since;
      this.#flip(slot);
      this.#rise(this.#roomCount++, slot);
    }
  }

  /** The first slot whose worker's id is behind `id`; 0 when there is none. */
  firstAfter(id: string): number {
    const seats = this.ready();
    let low = 0;
    let high = seats.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareText((seats[middle] as S).worker.id, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === seats.length ? 0 : low;
  }

  /** Lowest load first, then longest available, then by id. */
  isBetter(a: number, b: number): boolean {
    const loadA = this.#loads[a] as number;
    const loadB = this.#loads[b] as number;
    return loadA !== loadB ? loadA < loadB : this.isLongerAvailable(a, b);
  }

  isLongerAvailable(a: number, b: number): boolean {
    const sinceA = this.#sinces[a] as number;
    const sinceB = this.#sinces[b] as number;
    return sinceA !== sinceB ? sinceA < sinceB : a < b;
  }

  /** The best slot with room by load and time that `accepts` takes; others are passed over. */
  search(accepts: (slot: number) => boolean): number {
    let best = noSlot;
    const places = [0];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (place >= this.#roomCount) continue;
      const slot = this.#heap[place] as number;
      if (best !== noSlot && !this.isBetter(slot, best)) continue;
      if (accepts(slot)) best = slot;
      else places.push(place * 2 + 1, place * 2 + 2);
    }
    return best;
  }

  #removeFromHeap(slot: number): void {
    const place = this.#places[slot] as number;
    this.#places[slot] = noSlot;
    const last = this.#heap[--this.#roomCount] as number;
    if (last === slot) return;
    this.#rise(place, last);
    if (this.#heap[place] === last) this.#sink(place, last);
  }

  #rise(from: number, slot: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = this.#heap[parent] as number;
      if (!this.isBetter(slot, other)) break;
      this.#heap[place] = other;
      this.#places[other] = place;
      place = parent;
    }
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }

  #sink(from: number, slot: number): void {
    let place = from;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= this.#roomCount) break;
      const right = child + 1;
      if (
        right < this.#roomCount &&
        this.isBetter(this.#heap[right] as number, this.#heap[child] as number)
      ) {
        child = right;
      }
      const other = this.#heap[child] as number;
      if (!this.isBetter(other, slot)) break;
      this.#heap[place] = other;
      this.#places[other] = place;
      place = child;
    }
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }
}

export function isSet(bits: Int32Array, slot: number): boolean {
  return (((bits[slot >> 5] as number) >>> (slot & 31)) & 1) !== 0;
}

export function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x5555_5555);
  rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
