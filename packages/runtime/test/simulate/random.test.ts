import { createStreams, type Distribution, meanOf, samplerOf } from "@routewright/runtime/simulate";
import { describe, expect, test } from "vitest";
import { philox4x32 } from "../../src/simulate/random/philox.ts";

describe("Philox4x32-10", () => {
  // Random123, kat_vectors.
  const vectors = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const;
  test.each(vectors)("known answer of %j", (counter, [key0, key1], answer) => {
    const words = Uint32Array.from(counter);
    philox4x32(words, key0, key1);
    expect([...words]).toEqual([...answer]);
  });
});

test("a stream gives the same whatever was drawn between, and others give others", () => {
  const streams = createStreams(7, 3);
  const take = (...at: Parameters<typeof streams.open>): readonly number[] => {
    const random = streams.open(...at);
    return [random(), random(), random()];
  };
  const first = take("handling", 1, 42);
  const others = [
    take("patience", 1, 42),
    take("handling", 2, 42),
    take("handling", 1, 43),
    take("handling", 1, 42, 1),
    (() => {
      const random = createStreams(7, 4).open("handling", 1, 42);
      return [random(), random(), random()];
    })(),
    (() => {
      const random = createStreams(7 + 2 ** 40, 3).open("handling", 1, 42);
      return [random(), random(), random()];
    })(),
  ];
  expect(take("handling", 1, 42)).toEqual(first);
  expect(new Set([first, ...others].map((each) => each.join())).size).toBe(7);
});

const count = 20_000;
const cases: readonly (readonly [Distribution, variance: number, cdf: (x: number) => number])[] = [
  [{ kind: "exponential", mean: 90 }, 8100, (x) => 1 - Math.exp(-x / 90)],
  [{ kind: "erlang", mean: 60, stages: 3 }, 1200, (x) => lowerGamma(3, x / 20)],
  [{ kind: "gamma", mean: 100, deviation: 150 }, 22_500, (x) => lowerGamma(4 / 9, x / 225)],
  [{ kind: "gamma", mean: 100, deviation: 30 }, 900, (x) => lowerGamma(100 / 9, x / 9)],
  [
    { kind: "lognormal", mean: 200, deviation: 120 },
    14_400,
    (x) => normal((Math.log(x) - (Math.log(200) - Math.log(1.36) / 2)) / Math.sqrt(Math.log(1.36))),
  ],
  [
    { kind: "weibull", mean: 50, shape: 2 },
    2500 * (4 / Math.PI - 1),
    (x) => 1 - Math.exp(-((x / (100 / Math.sqrt(Math.PI))) ** 2)),
  ],
  [{ kind: "uniform", min: 10, max: 40 }, 75, (x) => (x - 10) / 30],
  [
    { kind: "triangular", min: 0, mode: 10, max: 40 },
    (1600 + 100 - 400) / 18,
    (x) => (x < 10 ? x ** 2 / 400 : 1 - (40 - x) ** 2 / 1200),
  ],
];

describe.each(cases.map((each) => [JSON.stringify(each[0]), each] as const))("%s", (_, each) => {
  const [distribution, variance, cdf] = each;
  const sample = samplerOf(distribution);
  const streams = createStreams(11, 0);
  const values = Array.from({ length: count }, (_, entity) =>
    sample(streams.open("handling", 0, entity)),
  ).sort((a, b) => a - b);

  test("mean and variance are those of the formulas", () => {
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    expect(Math.abs(mean - (meanOf(distribution) ?? 0))).toBeLessThan(
      4 * Math.sqrt(variance / count),
    );
    expect(spread / variance).toBeGreaterThan(0.9);
    expect(spread / variance).toBeLessThan(1.1);
  });

  test("Kolmogorov and Smirnov find no difference (1 in 10,000)", () => {
    const distance = values.reduce(
      (largest, value, index) =>
        Math.max(largest, cdf(value) - index / count, (index + 1) / count - cdf(value)),
      0,
    );
    expect(distance * Math.sqrt(count)).toBeLessThan(2.23);
  });
});

/** The regularised lower incomplete gamma function, by its series. */
function lowerGamma(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < 1000; n++) {
    term *= x / (shape + n);
    sum += term;
    if (term < sum * 1e-14) break;
  }
  return (sum * x ** shape * Math.exp(-x)) / gamma(shape);
}

/** Stirling's series, after steps up to where it is exact. */
function gamma(x: number): number {
  if (x < 12) return gamma(x + 1) / x;
  const correction = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return Math.sqrt((2 * Math.PI) / x) * (x / Math.E) ** x * Math.exp(correction);
}

/** By integration of the density (Simpson). */
function normal(z: number): number {
  const steps = 400;
  const from = -9;
  if (z <= from) return 0;
  const width = (z - from) / steps;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const weight = step === 0 || step === steps ? 1 : step % 2 === 0 ? 2 : 4;
    sum += weight * Math.exp(-((from + step * width) ** 2) / 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
