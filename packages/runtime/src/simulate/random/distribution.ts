import { randomGamma, randomLogNormal, randomWeibull } from "d3-random";
import jstat from "jstat";
import type { Random } from "./streams.ts";

/**
 * A distribution of times (or of label values). Means, deviations and bounds are in the unit of
 * what is drawn; nothing below 0 comes out of one that a workload may name.
 */
export type Distribution =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "exponential"; readonly mean: number }
  /** The sum of `stages` exponentials: phases that follow one another. */
  | { readonly kind: "erlang"; readonly mean: number; readonly stages: number }
  | { readonly kind: "gamma"; readonly mean: number; readonly deviation: number }
  | { readonly kind: "lognormal"; readonly mean: number; readonly deviation: number }
  | { readonly kind: "weibull"; readonly mean: number; readonly shape: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number }
  | {
      readonly kind: "triangular";
      readonly min: number;
      readonly mode: number;
      readonly max: number;
    }
  /** One of the values, each as likely as it is often there. */
  | { readonly kind: "empirical"; readonly values: readonly number[] }
  | { readonly kind: "mixture"; readonly parts: readonly MixturePart[] }
  /** What another gives, brought to the nearest bound. */
  | {
      readonly kind: "bounded";
      readonly of: Distribution;
      readonly atLeast: number;
      readonly atMost: number;
    };

export interface MixturePart {
  /** In proportion to the others'. */
  readonly weight: number;
  readonly of: Distribution;
}

export type Sampler = (random: Random) => number;

/**
 * Draws one value with numbers from the stream; how many it takes may depend on them. Keeps
 * nothing between draws, so that each entity's stream decides alone.
 */
export function samplerOf(distribution: Distribution): Sampler {
  switch (distribution.kind) {
    case "constant": {
      const { value } = distribution;
      return () => value;
    }
    case "exponential": {
      const { mean } = distribution;
      return (random) => -mean * Math.log1p(-random());
    }
    case "erlang": {
      const { mean, stages } = distribution;
      return gammaSampler(stages, mean / stages);
    }
    case "gamma": {
      const { mean, deviation } = distribution;
      if (deviation === 0) return () => mean;
      const shape = (mean / deviation) ** 2;
      return gammaSampler(shape, mean / shape);
    }
    case "lognormal": {
      const { mean, deviation } = distribution;
      if (mean === 0) return () => 0;
      const { mu, sigma } = lognormalParameters(mean, deviation);
      return (random) => randomLogNormal.source(random)(mu, sigma)();
    }
    case "weibull": {
      const { mean, shape } = distribution;
      const scale = mean / jstat.gammafn(1 + 1 / shape);
      return (random) => randomWeibull.source(random)(shape, 0, scale)();
    }
    case "uniform": {
      const { min, max } = distribution;
      return (random) => min + (max - min) * random();
    }
    case "triangular":
      return triangularSampler(distribution.min, distribution.mode, distribution.max);
    case "empirical": {
      const { values } = distribution;
      return (random) => values[Math.floor(random() * values.length)] ?? 0;
    }
    case "mixture":
      return mixtureSampler(distribution.parts);
    case "bounded": {
      const { of, atLeast, atMost } = distribution;
      const inner = samplerOf(of);
      return (random) => Math.min(atMost, Math.max(atLeast, inner(random)));
    }
  }
}

export interface LognormalParameters {
  readonly mu: number;
  readonly sigma: number;
}

/** Of the normal distribution of the logarithm. */
export function lognormalParameters(mean: number, deviation: number): LognormalParameters {
  const variance = Math.log1p((deviation / mean) ** 2);
  return { mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) };
}

/** The mean; of a bounded one `undefined`, for it has no closed form that all share. */
export function meanOf(distribution: Distribution): number | undefined {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "exponential":
    case "erlang":
    case "gamma":
    case "lognormal":
    case "weibull":
      return distribution.mean;
    case "uniform":
      return (distribution.min + distribution.max) / 2;
    case "triangular":
      return (distribution.min + distribution.mode + distribution.max) / 3;
    case "empirical":
      return (
        distribution.values.reduce((sum, value) => sum + value, 0) / distribution.values.length
      );
    case "mixture": {
      let weights = 0;
      let sum = 0;
      for (const { weight, of } of distribution.parts) {
        const mean = meanOf(of);
        if (mean === undefined) return undefined;
        weights += weight;
        sum += weight * mean;
      }
      return sum / weights;
    }
    case "bounded":
      return undefined;
  }
}

function gammaSampler(shape: number, scale: number): Sampler {
  return (random) => randomGamma.source(random)(shape, scale)();
}

function triangularSampler(min: number, mode: number, max: number): Sampler {
  if (max === min) return () => min;
  const turn = (mode - min) / (max - min);
  return (random) => {
    const u = random();
    return u < turn
      ? min + Math.sqrt(u * (max - min) * (mode - min))
      : max - Math.sqrt((1 - u) * (max - min) * (max - mode));
  };
}

function mixtureSampler(parts: readonly MixturePart[]): Sampler {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  let sum = 0;
  const steps = parts.map(({ weight, of }) => {
    sum += weight;
    return { upTo: sum / total, sample: samplerOf(of) };
  });
  return (random) => {
    const u = random();
    const step = steps.find(({ upTo }) => u < upTo) ?? steps.at(-1);
    return step === undefined ? 0 : step.sample(random);
  };
}
