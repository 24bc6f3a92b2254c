import type { LabelValue } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { selectorHolds } from "../match/selectors.ts";
import { compareText } from "../text.ts";
import type { TierTable } from "./best-worker.ts";
import { JobGroup } from "./job-groups.ts";
import { type JobRecord, jobsOnChannel, loadRatio, none, type WorkerRecord } from "./records.ts";
import { entry, type Signature } from "./signatures.ts";

/** A worker's place in a lane. */
export interface Seat {
  readonly lane: Lane;
  readonly worker: WorkerRecord;
  readonly cost: number;
  readonly maxNumberOfJobs: number | undefined;
  slot: number;
}

/** Groups without jobs that are kept for the next job of their kind. */
const mostIdleGroups = 512;

/**
 * One channel of one queue: the workers that serve it, and its waiting jobs. Workers have slots
 * in the order of their ids; which of them have room is a set of bits, and a heap by load and
 * time available. What depends on labels is made when first asked for and kept until a worker
 * of the lane changes.
 */
export class Lane {
  readonly channelId: string;
  readonly #assumptions: Assumptions;
  #seats: Seat[] = [];
  #isStale = false;
  /** Grows when slots or labels change: pools of older versions are void. */
  version = 0;
  #words = 0;
  /** Workers with room for one more job, as bits. */
  room = new Int32Array(0);
  #roomCount = 0;
  /** Heap of slots with room, lowest load and longest available first. */
  #heap = new Int32Array(0);
  #places = new Int32Array(0);
  #loads = new Float64Array(0);
  #sinces = new Float64Array(0);
  /** Scores by what they depend on; emptied with the pools. */
  readonly tiers = new Map<string, TierTable>();

  readonly #groups = new Map<Signature, JobGroup>();
  #idleGroups = 0;
  /** Groups with jobs to offer: by the label value they ask for, or else together. */
  readonly #open: JobGroup[] = [];
  readonly #buckets = new Map<string, Map<LabelValue, JobGroup[]>>();

  constructor(channelId: string, assumptions: Assumptions) {
    this.channelId = channelId;
    this.#assumptions = assumptions;
  }

  get isUnused(): boolean {
    return this.#seats.length === 0 && this.#groups.size === this.#idleGroups;
  }

  // ── Workers ───────────────────────────────────────────────────────────────────────────────

  seat(worker: WorkerRecord, cost: number, maxNumberOfJobs: number | undefined): Seat {
    const seat: Seat = { lane: this, worker, cost, maxNumberOfJobs, slot: none };
    this.#seats.push(seat);
    this.#isStale = true;
    return seat;
  }

  unseat(seat: Seat): void {
    this.#seats = this.#seats.filter((other) => other !== seat);
    this.#isStale = true;
  }

  /** Labels of a worker have changed. */
  forgetLabels(): void {
    this.#isStale = true;
  }

  /** To be called whenever load, state or times of a worker have changed. */
  refresh(seat: Seat): void {
    if (this.#isStale) return;
    const { slot, worker } = seat;
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    const had = ((this.room[word] as number) & bit) !== 0;
    const has = hasRoom(worker, this.channelId, seat.cost, seat.maxNumberOfJobs);
    if (has !== had) {
      this.room[word] = (this.room[word] as number) ^ bit;
      if (!has) {
        this.#removeFromHeap(slot);
        return;
      }
      this.#loads[slot] = loadRatio(worker);
      this.#sinces[slot] = worker.availableSince;
      this.#rise(this.#roomCount++, slot);
    } else if (has) {
      this.#loads[slot] = loadRatio(worker);
      this.#sinces[slot] = worker.availableSince;
      const place = this.#places[slot] as number;
      this.#rise(place, slot);
      if (this.#heap[place] === slot) this.#sink(place, slot);
    }
  }

  /** Seats in slot order, everything up to date. */
  ready(): readonly Seat[] {
    if (this.#isStale) this.#arrange();
    return this.#seats;
  }

  worker(slot: number): WorkerRecord {
    return (this.#seats[slot] as Seat).worker;
  }

  get roomCount(): number {
    return this.#roomCount;
  }

  #arrange(): void {
    this.#isStale = false;
    this.version++;
    this.tiers.clear();
    this.#seats.sort((a, b) => compareText(a.worker.id, b.worker.id));
    const size = this.#seats.length;
    this.#words = (size + 31) >> 5;
    this.room = new Int32Array(this.#words);
    this.#heap = new Int32Array(size);
    this.#places = new Int32Array(size).fill(none);
    this.#loads = new Float64Array(size);
    this.#sinces = new Float64Array(size);
    this.#roomCount = 0;
    for (const [slot, seat] of this.#seats.entries()) {
      seat.slot = slot;
      this.refresh(seat);
    }
  }

  /** The workers that meet a signature. */
  poolOf(group: JobGroup): Int32Array {
    if (this.#isStale) this.#arrange();
    if (group.pool !== undefined && group.poolVersion === this.version) return group.pool;
    const pool = new Int32Array(this.#words);
    const { selectors } = group.signature;
    for (const [slot, { worker }] of this.#seats.entries()) {
      const holds = selectors.every((selector) =>
        selectorHolds(selector, readLabel(worker.labels, selector.key), this.#assumptions),
      );
      if (holds) pool[slot >> 5] = (pool[slot >> 5] as number) | (1 << (slot & 31));
    }
    group.pool = pool;
    group.poolVersion = this.version;
    return pool;
  }

  /** How many workers have room and meet the group's signature. */
  countFree(group: JobGroup): number {
    const pool = this.poolOf(group);
    const { room } = this;
    let count = 0;
    for (let word = 0; word < room.length; word++) {
      const bits = (room[word] as number) & (pool[word] as number);
      if (bits !== 0) count += bitCount(bits);
    }
    return count;
  }

  /** Lowest load first, then longest available. */
  isBetter(a: number, b: number): boolean {
    const loadA = this.#loads[a] as number;
    const loadB = this.#loads[b] as number;
    if (loadA !== loadB) return loadA < loadB;
    return (this.#sinces[a] as number) < (this.#sinces[b] as number);
  }

  isLongerAvailable(a: number, b: number): boolean {
    return (this.#sinces[a] as number) < (this.#sinces[b] as number);
  }

  /** The best slot by load and time that `accepts` takes; bits that are unfit are passed over. */
  searchHeap(pool: Int32Array, accepts: (slot: number) => boolean): number {
    let best = none;
    const places = [0];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (place >= this.#roomCount) continue;
      const slot = this.#heap[place] as number;
      if (best !== none && !this.isBetter(slot, best)) continue;
      if (isSet(pool, slot) && accepts(slot)) best = slot;
      else places.push(place * 2 + 1, place * 2 + 2);
    }
    return best;
  }

  #removeFromHeap(slot: number): void {
    const place = this.#places[slot] as number;
    this.#places[slot] = none;
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

  // ── Jobs ──────────────────────────────────────────────────────────────────────────────────

  /** Makes the job a member of the group of its signature; it is not offered yet. */
  enter(job: JobRecord, signature: Signature): JobGroup {
    let group = this.#groups.get(signature);
    if (group === undefined) {
      if (this.#idleGroups > mostIdleGroups) this.#dropIdleGroups();
      group = new JobGroup(signature);
      this.#groups.set(signature, group);
    } else if (group.members === 0) this.#idleGroups--;
    group.members++;
    job.group = group;
    return group;
  }

  leave(job: JobRecord, group: JobGroup): void {
    this.hold(job, group);
    job.group = undefined;
    if (--group.members === 0) this.#idleGroups++;
  }

  /** The job may get an offer. */
  open(job: JobRecord, group: JobGroup): void {
    if (job.heapPlace !== none) return;
    group.add(job);
    if (group.size === 1) this.#list(group);
  }

  /** The job may get no offer for now. */
  hold(job: JobRecord, group: JobGroup): void {
    if (job.heapPlace === none) return;
    group.remove(job);
    if (group.size === 0) this.#unlist(group);
  }

  /** The first waiting job that may be offered to this seat's worker, before `beforeKey`. */
  firstJobFor(seat: Seat, beforeKey: number): JobRecord | undefined {
    this.ready();
    const { slot, worker } = seat;
    if (!isSet(this.room, slot)) return undefined;
    let best = this.#firstIn(this.#open, slot, worker, beforeKey);
    for (const [key, byValue] of this.#buckets) {
      const value = readLabel(worker.labels, key);
      const groups = value === undefined ? undefined : byValue.get(value);
      if (groups === undefined) continue;
      best = this.#firstIn(groups, slot, worker, best?.orderKey ?? beforeKey) ?? best;
    }
    return best;
  }

  #firstIn(
    groups: readonly JobGroup[],
    slot: number,
    worker: WorkerRecord,
    beforeKey: number,
  ): JobRecord | undefined {
    let best: JobRecord | undefined;
    let bestKey = beforeKey;
    for (const group of groups) {
      if (group.firstKey >= bestKey || !isSet(this.poolOf(group), slot)) continue;
      const job = group.firstFor(worker, bestKey);
      if (job === undefined) continue;
      best = job;
      bestKey = job.orderKey;
    }
    return best;
  }

  #list(group: JobGroup): void {
    const list = this.#listOf(group);
    group.listPlace = list.length;
    list.push(group);
  }

  #unlist(group: JobGroup): void {
    const list = this.#listOf(group);
    const last = list.pop();
    if (last !== undefined && last !== group) {
      list[group.listPlace] = last;
      last.listPlace = group.listPlace;
    }
    group.listPlace = none;
    const { equal } = group.signature;
    if (list.length === 0 && list !== this.#open && equal !== undefined) {
      this.#buckets.get(equal.key)?.delete(equal.value);
    }
  }

  #listOf(group: JobGroup): JobGroup[] {
    const { equal } = group.signature;
    // Without regard to case a value is no key.
    if (equal === undefined || this.#assumptions.Q17 !== "exact") return this.#open;
    const byValue = entry(this.#buckets, equal.key, () => new Map<LabelValue, JobGroup[]>());
    return entry(byValue, equal.value, () => []);
  }

  #dropIdleGroups(): void {
    for (const [signature, group] of this.#groups) {
      if (group.members === 0) this.#groups.delete(signature);
    }
    this.#idleGroups = 0;
  }
}

/** Whether a worker may be offered one more job of a channel. */
export function hasRoom(
  worker: WorkerRecord,
  channelId: string,
  cost: number,
  maxNumberOfJobs: number | undefined,
): boolean {
  return (
    worker.state === "active" &&
    worker.capacity - worker.used >= cost &&
    (maxNumberOfJobs === undefined || jobsOnChannel(worker, channelId) < maxNumberOfJobs) &&
    (worker.maxConcurrentOffers === undefined || worker.offers.length < worker.maxConcurrentOffers)
  );
}

export function isSet(bits: Int32Array, slot: number): boolean {
  return (((bits[slot >> 5] as number) >>> (slot & 31)) & 1) !== 0;
}

export function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x5555_5555);
  rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
