import { describe, expect, test } from "vitest";
import { erlangA, erlangC, meanWaitC } from "./support/erlang.ts";
import { manyServers, simulate } from "./support/run.ts";

/** All sets, and long: `ROUTEWRIGHT_THEORY=1 npx vitest run packages/runtime/test/simulate/theory.test.ts`. */
const full = process.env.ROUTEWRIGHT_THEORY === "1";
// Short runs are skew: most are quieter than the mean, and seem surer of it than they are.
const jobs = full ? 60_000 : 9_000;
const replications = full ? 30 : 12;
const seed = 1;

const waits = [
  [1, 0.5],
  [2, 1.2],
  [5, 4],
  [10, 8],
  [20, 17],
  [50, 44],
] as const;
const impatient = [
  [1, 1.2, 100],
  [2, 1.6, 50],
  [5, 5, 200],
  [10, 12, 100],
  [20, 20, 30],
  [50, 52, 120],
] as const;

test("the closed forms give known values", () => {
  // Two servers, load 1: C = 1/3; one server: the load itself.
  expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  expect(erlangC(1, 0.5)).toBeCloseTo(0.5, 12);
  // Patience as long as handling: the number in the system is Poisson with the load.
  expect(erlangA(1, 1, 1).waiting).toBeCloseTo(Math.exp(-1), 12);
});

describe.each(full ? waits : shortOf(waits))("Erlang C: %i workers, load %d", (servers, load) => {
  test("waits, and Little's law", { timeout: 600_000 }, () => {
    const runs = Array.from({ length: replications }, (_, index) =>
      simulate(manyServers(servers, load, { jobs, seed }), index),
    );
    const waited = runs.map(({ all }) => all.waits.sum / all.waits.count / 100_000);
    close(waited, meanWaitC(servers, load));
    little(runs);
  });
});

describe.each(full ? impatient : shortOf(impatient))(
  "Erlang A: %i workers, load %d, patience %i s",
  (servers, load, patience) => {
    test("abandonment, waits, and Little's law", { timeout: 600_000 }, () => {
      const runs = Array.from({ length: replications }, (_, index) =>
        simulate(manyServers(servers, load, { jobs, patience, seed }), index),
      );
      const { abandoned, waiting } = erlangA(servers, load, 100 / patience);
      close(
        runs.map(({ all }) => all.abandoned / all.arrived),
        abandoned,
      );
      const waited = runs.map(
        ({ all }) => (all.waits.sum + all.lostWaits.sum) / all.arrived / 100_000,
      );
      close(waited, waiting / load);
      little(runs);
    });
  },
);

/** One worker and ten, which take seconds; the others are seen in the long form. */
function shortOf<T extends readonly [number, ...number[]]>(sets: readonly T[]): readonly T[] {
  return sets.filter(([servers]) => servers === 1 || servers === 10);
}

/** L = λW, both measured: apart by what stays over the window's edges only. */
function little(runs: readonly ReturnType<typeof simulate>[]): void {
  close(
    runs.map(({ queueLengths: [queue], fromMs, untilMs }) => {
      const area = (queue?.areas ?? []).reduce((sum, each) => sum + each, 0);
      return (area - (queue?.stayMs ?? 0)) / (untilMs - fromMs);
    }),
    0,
  );
}

/** Within three standard errors of the truth. */
function close(values: readonly number[], truth: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const error = Math.sqrt(variance / values.length);
  expect(error, "replications differ").toBeGreaterThan(0);
  expect(Math.abs(mean - truth), `${mean} against ${truth}`).toBeLessThan(3 * error);
}
