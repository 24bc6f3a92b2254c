export interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** What happens by itself: in order of time, and at one time in order of being planned. */
export class Agenda {
  nowMs = 0;
  #entries: Entry[] = [];
  #order = 0;

  plan(atMs: number, run: () => void): Entry {
    const entry = { atMs: Math.max(atMs, this.nowMs), order: ++this.#order, run };
    this.#entries.push(entry);
    return entry;
  }

  drop(entry: Entry | undefined): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  advance(toMs: number): void {
    for (;;) {
      const [first] = this.#entries
        .filter(({ atMs }) => atMs <= toMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (first === undefined) break;
      this.drop(first);
      this.nowMs = first.atMs;
      first.run();
    }
    this.nowMs = toMs;
  }
}
