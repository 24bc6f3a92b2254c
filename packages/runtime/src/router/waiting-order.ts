import { arrivalsPerRank } from "./order-key.ts";
import type { JobRecord } from "./records.ts";

const mostInChunk = 512;
const fewInChunk = 128;

/**
 * The waiting jobs of a queue in the order in which they are matched, to tell a place in it. Kept
 * in chunks that are sorted one behind the other; where each begins is added up when it is asked
 * for after a change. A job goes in and out in the time of one chunk; a place is two searches.
 */
export class WaitingOrder {
  readonly #chunks: JobRecord[][] = [];
  /** Jobs before each chunk; `undefined` after a change. */
  #starts: readonly number[] | undefined = undefined;

  constructor(jobs: readonly JobRecord[]) {
    const sorted = [...jobs].sort((a, b) => a.orderKey - b.orderKey);
    const size = mostInChunk / 2;
    for (let at = 0; at < sorted.length; at += size) this.#chunks.push(sorted.slice(at, at + size));
  }

  add(job: JobRecord): void {
    this.#starts = undefined;
    const index = Math.min(this.#chunkOf(job.orderKey), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([job]);
      return;
    }
    chunk.splice(placeIn(chunk, job.orderKey), 0, job);
    if (chunk.length > mostInChunk)
      this.#chunks.splice(index + 1, 0, chunk.splice(mostInChunk / 2));
  }

  /** Its key must be the one with which it was added. */
  remove(job: JobRecord): void {
    const index = this.#chunkOf(job.orderKey);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const place = placeIn(chunk, job.orderKey);
    if (chunk[place] !== job) return;
    this.#starts = undefined;
    chunk.splice(place, 1);
    if (chunk.length >= fewInChunk) return;
    const next = this.#chunks[index + 1];
    if (chunk.length === 0) this.#chunks.splice(index, 1);
    else if (next !== undefined && chunk.length + next.length <= mostInChunk / 2) {
      chunk.push(...next);
      this.#chunks.splice(index + 1, 1);
    }
  }

  /** How many jobs come before a key. */
  countBefore(key: number): number {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    const starts = this.#ready();
    return (starts[index] ?? 0) + (chunk === undefined ? 0 : placeIn(chunk, key));
  }

  /** Jobs of one rank (expedite and priority) after the other: the oldest, the newest, and how many up to it. */
  *ranks(): Generator<{
    readonly oldest: JobRecord;
    readonly newest: JobRecord;
    readonly upTo: number;
  }> {
    let at = 0;
    for (let oldest = this.#at(at); oldest !== undefined; oldest = this.#at(at)) {
      const rank = Math.floor(oldest.orderKey / arrivalsPerRank);
      const upTo = this.countBefore((rank + 1) * arrivalsPerRank);
      yield { oldest, newest: this.#at(upTo - 1) ?? oldest, upTo };
      at = upTo;
    }
  }

  #at(place: number): JobRecord | undefined {
    const starts = this.#ready();
    let low = 0;
    let high = this.#chunks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return this.#chunks[low]?.[place - (starts[low] ?? 0)];
  }

  /** The first chunk with a job at or behind a key; their number where there is none. */
  #chunkOf(key: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last !== undefined && last.orderKey < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** One number more than there are chunks: the last is how many jobs there are. */
  #ready(): readonly number[] {
    if (this.#starts !== undefined) return this.#starts;
    const starts = [0];
    let sum = 0;
    for (const { length } of this.#chunks) {
      sum += length;
      starts.push(sum);
    }
    this.#starts = starts;
    return starts;
  }
}

/** The first place whose job is at or behind a key. */
function placeIn(chunk: readonly JobRecord[], key: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle]?.orderKey ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
