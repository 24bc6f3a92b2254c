import { describe, expect, test } from "vitest";
import { erlangA, erlangC } from "./support/erlang.ts";
import {
  erlangASets,
  erlangCSets,
  measureTheory,
  nameOf,
  type TheorySet,
} from "./support/theory.ts";

/** All sets, and long: `ROUTEWRIGHT_THEORY=1 npx vitest run packages/runtime/test/simulate/theory.test.ts`. */
const full = process.env.ROUTEWRIGHT_THEORY === "1";
// Short runs are skew: most are quieter than the mean, and seem surer of it than they are.
const run = { jobs: full ? 60_000 : 9_000, replications: full ? 30 : 12, seed: 1 };

test("the closed forms give known values", () => {
  // Two servers, load 1: C = 1/3; one server: the load itself.
  expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  expect(erlangC(1, 0.5)).toBeCloseTo(0.5, 12);
  // Patience as long as handling: the number in the system is Poisson with the load.
  expect(erlangA(1, 1, 1).waiting).toBeCloseTo(Math.exp(-1), 12);
});

describe.each([
  ["Erlang C", erlangCSets],
  ["Erlang A", erlangASets],
] as const)("%s", (_, sets) => {
  test.each(full ? sets.map(named) : shortOf(sets).map(named))(
    "%s: within three standard errors, and Little's law",
    { timeout: 600_000 },
    (_name, set) => {
      for (const { name, mean, truth, standardError, z } of measureTheory(set, run)) {
        expect(standardError, "replications differ").toBeGreaterThan(0);
        expect(Math.abs(z), `${name}: ${mean} against ${truth}`).toBeLessThan(3);
      }
    },
  );
});

function named(set: TheorySet): readonly [string, TheorySet] {
  return [nameOf(set), set];
}

/** One worker and ten, which take seconds; the others are seen in the long form. */
function shortOf(sets: readonly TheorySet[]): readonly TheorySet[] {
  return sets.filter(({ servers }) => servers === 1 || servers === 10);
}
