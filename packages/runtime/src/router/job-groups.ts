import { Pool } from "../match/crew.ts";
import type { Signature } from "../match/signatures.ts";
import type { Lane } from "./lane.ts";
import type { JobRecord, WorkerRecord } from "./records.ts";
import { none } from "./records.ts";

/**
 * Waiting jobs of one queue and channel that ask the same of workers, first one first: a binary
 * heap by `orderKey`. Jobs with as many open offers as they may have are not in it.
 */
export class JobGroup {
  readonly signature: Signature;
  readonly lane: Lane;
  /** The workers of the lane that meet the signature. */
  readonly pool: Pool;
  /** Jobs that belong here, offerable or not. */
  members = 0;
  /** Places in the lane's lists of groups that have jobs to offer: of all, and of those alike. */
  openPlace = none;
  listPlace = none;
  readonly #keys: number[] = [];
  readonly #jobs: JobRecord[] = [];

  constructor(signature: Signature, lane: Lane) {
    this.signature = signature;
    this.lane = lane;
    this.pool = new Pool(signature);
  }

  get size(): number {
    return this.#jobs.length;
  }

  /** Key of the first job; infinite when there is none. */
  get firstKey(): number {
    return this.#jobs.length === 0 ? Number.POSITIVE_INFINITY : (this.#keys[0] as number);
  }

  add(job: JobRecord): void {
    this.#keys.push(job.orderKey);
    this.#jobs.push(job);
    this.#rise(this.#jobs.length - 1, job);
  }

  remove(job: JobRecord): void {
    const place = job.heapPlace;
    job.heapPlace = none;
    const last = this.#jobs.pop();
    this.#keys.pop();
    if (last === undefined || last === job) return;
    this.#rise(place, last);
    if (this.#jobs[place] === last) this.#sink(place, last);
  }

  /**
   * The first job that this worker has neither declined nor an offer for, if it comes before
   * `beforeKey`. Looks past jobs that others of the group are waiting behind only.
   */
  firstFor(worker: WorkerRecord, beforeKey: number): JobRecord | undefined {
    const first = this.#jobs[0];
    if (first === undefined || (this.#keys[0] as number) >= beforeKey) return undefined;
    if (!isBarred(first, worker)) return first;
    let best: JobRecord | undefined;
    let bestKey = beforeKey;
    const places = [1, 2];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      const job = this.#jobs[place];
      if (job === undefined || (this.#keys[place] as number) >= bestKey) continue;
      if (isBarred(job, worker)) places.push(place * 2 + 1, place * 2 + 2);
      else {
        best = job;
        bestKey = this.#keys[place] as number;
      }
    }
    return best;
  }

  #rise(from: number, job: JobRecord): void {
    const keys = this.#keys;
    const jobs = this.#jobs;
    const key = job.orderKey;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      const other = jobs[parent] as JobRecord;
      keys[place] = keys[parent] as number;
      jobs[place] = other;
      other.heapPlace = place;
      place = parent;
    }
    keys[place] = key;
    jobs[place] = job;
    job.heapPlace = place;
  }

  #sink(from: number, job: JobRecord): void {
    const keys = this.#keys;
    const jobs = this.#jobs;
    const key = job.orderKey;
    const size = jobs.length;
    let place = from;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= key) break;
      const other = jobs[child] as JobRecord;
      keys[place] = keys[child] as number;
      jobs[place] = other;
      other.heapPlace = place;
      place = child;
    }
    keys[place] = key;
    jobs[place] = job;
    job.heapPlace = place;
  }
}

/** Whether this job may not be offered to this worker now, room and labels apart. */
export function isBarred(job: JobRecord, worker: WorkerRecord): boolean {
  for (const offer of job.offers) if (offer.worker === worker) return true;
  return job.declinedBy?.includes(worker.registration) === true;
}
