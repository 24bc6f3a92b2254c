/**
 * Counts of whole milliseconds in buckets, so that memory does not grow with what is counted.
 * Below 1,024 ms a bucket is one millisecond; above, each doubling has 512 buckets. A quantile is
 * therefore off by at most 1/1,024 of itself (0.1 %); count, sum, smallest and largest are exact,
 * and adding histograms adds whole numbers, so parts of a run add up to the run.
 */
export class Histogram {
  #counts: Float64Array = new Float64Array(64);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** @param ms a whole number from 0 to 2^53 - 1. */
  add(ms: number): void {
    this.addTo(bucketOf(ms), ms);
  }

  /** The same for whoever adds one value to several. */
  addTo(bucket: number, ms: number): void {
    if (bucket >= this.#counts.length) this.#grow(bucket);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += ms;
    if (ms < this.#min) this.#min = ms;
    if (ms > this.#max) this.#max = ms;
  }

  addAll(data: HistogramData): void {
    if (data.count === 0) return;
    for (const [bucket, count] of data.buckets) {
      if (bucket >= this.#counts.length) this.#grow(bucket);
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    }
    this.#count += data.count;
    this.#sum += data.sum;
    this.#min = Math.min(this.#min, data.min);
    this.#max = Math.max(this.#max, data.max);
  }

  data(): HistogramData {
    const buckets: (readonly [number, number])[] = [];
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) buckets.push([bucket, count]);
    }
    return {
      count: this.#count,
      sum: this.#sum,
      min: this.#count === 0 ? 0 : this.#min,
      max: this.#max,
      buckets,
    };
  }

  #grow(bucket: number): void {
    const counts = new Float64Array(Math.max(bucket + 1, this.#counts.length * 2));
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

/** A histogram as JSON: buckets that hold something, ascending, with their counts. */
export interface HistogramData {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
}

/** The mean, exact but for one division; `undefined` of nothing. */
export function meanOfHistogram(data: HistogramData): number | undefined {
  return data.count === 0 ? undefined : data.sum / data.count;
}

/**
 * The value that a share `q` of the values does not exceed (nearest rank), within 1/1,024 of
 * itself; `undefined` of nothing.
 */
export function quantileOf(data: HistogramData, q: number): number | undefined {
  if (data.count === 0) return undefined;
  const rank = Math.max(1, Math.ceil(q * data.count));
  if (rank >= data.count) return data.max;
  let seen = 0;
  for (const [bucket, count] of data.buckets) {
    seen += count;
    if (seen >= rank) return Math.min(data.max, Math.max(data.min, middleOf(bucket)));
  }
  return data.max;
}

/** The share of values up to a bound: exact to the bucket in which the bound lies. */
export function shareUpTo(data: HistogramData, ms: number): number | undefined {
  if (data.count === 0) return undefined;
  const last = bucketOf(ms);
  let seen = 0;
  for (const [bucket, count] of data.buckets) if (bucket <= last) seen += count;
  return seen / data.count;
}

const exactBuckets = 1024;
const perDoubling = 512;

export function bucketOf(ms: number): number {
  if (ms < exactBuckets) return ms;
  const doubling = exponentOf(ms) - 9;
  const above = ms < 2 ** 31 ? ms >>> doubling : Math.floor(ms / 2 ** doubling);
  return exactBuckets + (doubling - 1) * perDoubling + above - perDoubling;
}

function middleOf(bucket: number): number {
  if (bucket < exactBuckets) return bucket;
  const doubling = Math.floor((bucket - exactBuckets) / perDoubling) + 1;
  const start = ((bucket - exactBuckets) % perDoubling) + perDoubling;
  return start * 2 ** doubling + 2 ** (doubling - 1);
}

/** The exponent of the largest power of two that is not above `ms`. */
function exponentOf(ms: number): number {
  return ms < 2 ** 31 ? 31 - Math.clz32(ms) : 31 + 31 - Math.clz32(Math.floor(ms / 2 ** 31));
}
