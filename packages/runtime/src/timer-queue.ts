const firstCapacity = 64;

/** What is due at a time, as it was added. */
export interface Timed<Kind> {
  readonly atMs: number;
  readonly sequence: number;
  readonly kind: Kind;
  readonly subject: unknown;
}

/**
 * What is due when, in order of (time, sequence): a heap in typed arrays, of four children each,
 * for it is deep otherwise. A timer is known
 * by the slot that `add` returns, until it fires or is cancelled. What is due at once waits in a
 * plain list beside the heap, in the same order; it cannot be cancelled, and whoever drives the
 * queue takes it before time goes on.
 */
export class TimerQueue<Kind> {
  /** The number the next timer gets. */
  sequence = 0;
  #size = 0;
  #heap = new Int32Array(firstCapacity);
  #places = new Int32Array(firstCapacity);
  #times = new Float64Array(firstCapacity);
  #sequences = new Float64Array(firstCapacity);
  #kinds: Kind[] = [];
  #subjects: unknown[] = [];
  #free: number[] = [];

  /** Due at once: from `#soonHead` to `#soonEnd`. The lists keep their length, to be filled again. */
  readonly #soonKinds: Kind[] = [];
  readonly #soonSubjects: unknown[] = [];
  readonly #soonSequences: number[] = [];
  #soonHead = 0;
  #soonEnd = 0;

  /** What `take` took. */
  takenKind: Kind;
  takenSubject: unknown;
  takenAtMs = 0;
  takenSequence = 0;
  /** How often something was. */
  takenCount = 0;

  /** @param kind any: what has been taken before anything is. */
  constructor(kind: Kind) {
    this.takenKind = kind;
  }

  get size(): number {
    return this.#size;
  }

  add(atMs: number, kind: Kind, subject: unknown): number {
    return this.#insert(atMs, this.sequence++, kind, subject);
  }

  addSoon(kind: Kind, subject: unknown): number {
    const { sequence } = this;
    this.sequence++;
    const place = this.#soonEnd++;
    this.#soonKinds[place] = kind;
    this.#soonSubjects[place] = subject;
    this.#soonSequences[place] = sequence;
    return sequence;
  }

  restore(timer: Timed<Kind>, subject: unknown): number {
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
    if (this.#soonHead < this.#soonEnd) {
      const sequence = this.#soonSequences[this.#soonHead] as number;
      const isHeapFirst = topTime <= nowMs && (this.#sequences[top] as number) < sequence;
      if (!isHeapFirst) {
        this.takenCount++;
        this.#takeSoon(sequence, nowMs);
        return true;
      }
    }
    if (topTime > untilMs) return false;
    this.takenCount++;
    this.takenKind = this.#kinds[top] as Kind;
    this.takenSubject = this.#subjects[top];
    this.takenSequence = this.#sequences[top] ?? 0;
    this.takenAtMs = topTime;
    this.#removeAt(0);
    return true;
  }

  #takeSoon(sequence: number, nowMs: number): void {
    const place = this.#soonHead++;
    this.takenKind = this.#soonKinds[place] as Kind;
    this.takenSubject = this.#soonSubjects[place];
    this.takenSequence = sequence;
    this.takenAtMs = nowMs;
    this.#soonSubjects[place] = undefined;
    if (this.#soonHead === this.#soonEnd) {
      this.#soonHead = 0;
      this.#soonEnd = 0;
    }
  }

  /** All timers, in the order in which they will fire. */
  all(): readonly Timed<Kind>[] {
    return Array.from(this.#heap.subarray(0, this.#size), (slot) => ({
      atMs: this.#times[slot] ?? 0,
      sequence: this.#sequences[slot] ?? 0,
      kind: this.#kinds[slot] as Kind,
      subject: this.#subjects[slot],
    })).sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
  }

  #insert(atMs: number, sequence: number, kind: Kind, subject: unknown): number {
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
      const parent = (place - 1) >> 2;
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
      let child = place * 4 + 1;
      if (child >= size) break;
      const end = Math.min(size, child + 4);
      for (let next = child + 1; next < end; next++) {
        if (this.#isBefore(heap[next] as number, heap[child] as number)) child = next;
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
