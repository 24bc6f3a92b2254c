/**
 * The area under something that changes in steps (a queue's length, workers that are busy) within
 * a window, in bins of equal width. Whole numbers in, whole numbers out: nothing is rounded.
 */
export class StepArea {
  readonly #fromMs: number;
  readonly #untilMs: number;
  readonly #binMs: number;
  readonly #areas: Float64Array;
  #value = 0;
  #lastMs: number;
  #max = 0;

  /** @param binMs divides the window; the last bin may be cut by its end. */
  constructor(fromMs: number, untilMs: number, binMs: number) {
    this.#fromMs = fromMs;
    this.#untilMs = untilMs;
    this.#binMs = binMs;
    this.#lastMs = fromMs;
    this.#areas = new Float64Array(Math.max(1, Math.ceil((untilMs - fromMs) / binMs)));
  }

  get value(): number {
    return this.#value;
  }

  /** Times never go back. */
  change(by: number, atMs: number): void {
    this.#advance(atMs);
    this.#value += by;
    if (atMs >= this.#fromMs && atMs < this.#untilMs) this.#max = Math.max(this.#max, this.#value);
  }

  /** What has been gathered until then. */
  result(atMs: number): StepAreaData {
    this.#advance(atMs);
    return { areas: [...this.#areas], max: this.#max };
  }

  #advance(atMs: number): void {
    const end = Math.min(atMs, this.#untilMs);
    let at = this.#lastMs;
    if (end <= at) return;
    this.#lastMs = end;
    if (this.#value === 0) return;
    // What holds at the start of the window counts there, though it changed before.
    this.#max = Math.max(this.#max, this.#value);
    while (at < end) {
      const bin = Math.floor((at - this.#fromMs) / this.#binMs);
      const next = Math.min(end, this.#fromMs + (bin + 1) * this.#binMs);
      this.#areas[bin] = (this.#areas[bin] ?? 0) + this.#value * (next - at);
      at = next;
    }
  }
}

export interface StepAreaData {
  /** Value × milliseconds, by bin. */
  readonly areas: readonly number[];
  readonly max: number;
}
