import jstat from "jstat";

/**
 * What replications say about one measure. `low` and `high` are there from two replications on:
 * the two-sided interval of Student's t at the wanted confidence.
 */
export interface Estimate {
  readonly mean: number;
  /** Standard deviation between replications. */
  readonly deviation?: number;
  readonly low?: number;
  readonly high?: number;
  /** Replications that have a value: where nobody waited, there is no mean wait. */
  readonly replications: number;
}

/** `undefined` when no replication has a value. Values are added in their order. */
export function estimate(
  values: readonly (number | undefined)[],
  confidence: number,
): Estimate | undefined {
  const present = values.filter((value) => value !== undefined);
  const count = present.length;
  if (count === 0) return undefined;
  const mean = present.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, replications: 1 };
  const deviation = Math.sqrt(varianceOf(present, mean));
  const half = studentQuantile((1 + confidence) / 2, count - 1) * (deviation / Math.sqrt(count));
  return { mean, deviation, low: mean - half, high: mean + half, replications: count };
}

/** The end of the one-sided interval: with this confidence the true mean is not below (above) it. */
export function oneSidedBound(
  values: readonly number[],
  confidence: number,
  side: "lower" | "upper",
): number | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(varianceOf(values, mean));
  const half = studentQuantile(confidence, count - 1) * (deviation / Math.sqrt(count));
  return side === "lower" ? mean - half : mean + half;
}

/** The unbiased variance of at least two values around their mean. */
export function varianceOf(values: readonly number[], mean: number): number {
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (values.length - 1);
}

export function studentQuantile(probability: number, freedom: number): number {
  return jstat.studentt.inv(probability, freedom);
}
