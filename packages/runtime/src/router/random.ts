/** All chance in a router: one stream from the seed, whose state is saved with everything else. */
export class Randomness {
  state: number;

  constructor(seed: number) {
    this.state = (Number.isFinite(seed) ? Math.trunc(seed) : 0) >>> 0;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** 32 random bits; the generator is "mulberry32". */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

/**
 * Ids of offers, assignments and actions: GUIDs in form, whose last group counts. So they are
 * unique, cheap, and tell in a timeline which came first.
 */
export class IdSource {
  /** With as many zeros as a count of so many digits leaves. */
  readonly #prefixes: readonly string[];
  count: number;

  constructor(seed: number, count = 0) {
    const random = new Randomness(seed ^ 0x5eed);
    const hex = (digits: number): string =>
      random.bits().toString(16).padStart(8, "0").slice(0, digits);
    const prefix = `${hex(8)}-${hex(4)}-4${hex(3)}-9${hex(3)}-`;
    this.#prefixes = Array.from({ length: 13 }, (_, digits) => prefix + "0".repeat(12 - digits));
    this.count = count;
  }

  next(): string {
    this.count++;
    const digits = this.count.toString(16);
    return `${this.#prefixes[digits.length]}${digits}`;
  }
}
