/** What falls due by itself. */
export const timerKinds = [
  "classify",
  "queue",
  "schedule",
  "activate",
  "match",
  "offerExpiry",
  "selectorExpiry",
  "waitTime",
  "close",
  "retryOffer",
  "idleWorker",
  "jobLife",
] as const;
export type TimerKind = (typeof timerKinds)[number];

export interface SavedTimer {
  readonly atMs: number;
  readonly sequence: number;
  readonly kind: TimerKind;
  readonly subject: unknown;
}

const firstCapacity = 64;

/**
 * What is due when, in order of (time, sequence): a binary heap in typed arrays. A timer is known
 * by the slot that `add` returns, until it fires or is cancelled. What is due at once waits in a
 * plain list beside the heap, in the same order; it cannot be cancelled, and is gone by the time
 * a call to the router returns.
 */
export class TimerQueue {
  /** The number the next timer gets. */
  sequence = 0;
  #size = 0;
  #heap = new Int32Array(firstCapacity);
  #places = new Int32Array(firstCapacity);
  #times = new Float64Array(firstCapacity);
  #sequences = new Float64Array(firstCapacity);
  #kinds: TimerKind[] = [];
  #subjects: unknown[] = [];
  #free: number[] = [];

  #soon: { kind: TimerKind; subject: unknown; sequence: number }[] = [];
  #soonHead = 0;

  /** What `take` took. */
  takenKind: TimerKind = "match";
  takenSubject: unknown;
  takenAtMs = 0;
  takenSequence = 0;

  get size(): number {
    return this.#size;
  }

  add(atMs: number, kind: TimerKind, subject: unknown): number {
    return this.#insert(atMs, this.sequence++, kind, subject);
  }

  addSoon(kind: TimerKind, subject: unknown): number {
    const { sequence } = this;
    this.sequence++;
    this.#soon.push({ kind, subject, sequence });
    return sequence;
  }

  restore(timer: SavedTimer, subject: unknown): number {
    return this.#insert(timer.atMs, timer.sequence, timer.kind, subject);
  }

  cancel(slot: number): void {
    const place = this.#places[slot] ?? -1;
    if (place < 0 || this.#heap[place] !== slot || place >= this.#size) return;
    this.#removeAt(place);
  }

  nextAtMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#times[this.#heap[0] ?? 0];
  }

  /** Takes what is due next, by `nowMs` for what is due at once; false when nothing is by then. */
  take(untilMs: number, nowMs: number): boolean {
    const top = this.#heap[0] ?? 0;
    const topTime = this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[top] ?? 0);
    const soon = this.#soon[this.#soonHead];
    if (soon !== undefined) {
      const heapFirst = topTime <= nowMs && (this.#sequences[top] ?? 0) < soon.sequence;
      if (!heapFirst) {
        this.takenKind = soon.kind;
        this.takenSubject = soon.subject;
        this.takenSequence = soon.sequence;
        this.takenAtMs = nowMs;
        this.#soonHead++;
        if (this.#soonHead === this.#soon.length) {
          this.#soon.length = 0;
          this.#soonHead = 0;
        }
        return true;
      }
    }
    if (topTime > untilMs) return false;
    this.takenKind = this.#kinds[top] ?? "match";
    this.takenSubject = this.#subjects[top];
    this.takenSequence = this.#sequences[top] ?? 0;
    this.takenAtMs = topTime;
    this.#removeAt(0);
    return true;
  }

  /** All timers, in the order in which they will fire. */
  all(): readonly SavedTimer[] {
    return Array.from(this.#heap.subarray(0, this.#size), (slot) => ({
      atMs: this.#times[slot] ?? 0,
      sequence: this.#sequences[slot] ?? 0,
      kind: this.#kinds[slot] ?? "match",
      subject: this.#subjects[slot],
    })).sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
  }

  #insert(atMs: number, sequence: number, kind: TimerKind, subject: unknown): number {
    const slot = this.#free.pop() ?? this.#size;
    if (this.#size === this.#heap.length) this.#grow();
    this.#times[slot] = atMs;
    this.#sequences[slot] = sequence;
    this.#kinds[slot] = kind;
    this.#subjects[slot] = subject;
    this.#rise(this.#size++, slot);
    return slot;
  }

  #grow(): void {
    const capacity = this.#heap.length * 2;
    const grown = <A extends Int32Array | Float64Array>(made: A, old: A): A => {
      made.set(old);
      return made;
    };
    this.#heap = grown(new Int32Array(capacity), this.#heap);
    this.#places = grown(new Int32Array(capacity), this.#places);
    this.#times = grown(new Float64Array(capacity), this.#times);
    this.#sequences = grown(new Float64Array(capacity), this.#sequences);
  }

  #removeAt(place: number): void {
    const slot = this.#heap[place] ?? 0;
    this.#subjects[slot] = undefined;
    this.#places[slot] = -1;
    this.#free.push(slot);
    const last = this.#heap[--this.#size] ?? 0;
    if (place === this.#size) return;
    // The last one may belong above or below the hole.
    this.#rise(place, last);
    if (this.#heap[place] === last) this.#sink(place, last);
  }

  #isBefore(a: number, b: number): boolean {
    const times = this.#times;
    const timeA = times[a] as number;
    const timeB = times[b] as number;
    if (timeA !== timeB) return timeA < timeB;
    return (this.#sequences[a] as number) < (this.#sequences[b] as number);
  }

  #rise(from: number, slot: number): void {
    const heap = this.#heap;
    const places = this.#places;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = heap[parent] as number;
      if (!this.#isBefore(slot, other)) break;
      heap[place] = other;
      places[other] = place;
      place = parent;
    }
    heap[place] = slot;
    places[slot] = place;
  }

  #sink(from: number, slot: number): void {
    const heap = this.#heap;
    const places = this.#places;
    const size = this.#size;
    let place = from;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(heap[child + 1] as number, heap[child] as number)) {
        child++;
      }
      const other = heap[child] as number;
      if (!this.#isBefore(other, slot)) break;
      heap[place] = other;
      places[other] = place;
      place = child;
    }
    heap[place] = slot;
    places[slot] = place;
  }
}
