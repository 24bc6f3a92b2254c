import { expect, test, vi } from "vitest";
import type { LabelBag } from "../src/index.ts";

const formulas = [
  'job.a = "x" && job.b',
  "job.a = worker.a",
  "If(job.b, 1, 2) + job.n * 3 - worker.n * 10 + If(worker.b = true && job.b = true, 25, 0)",
  "job.n + job.m + worker.n + worker.m",
  'If(job.a = "x" && job.b && worker.b && worker.a = "x", 5, 1) + job.n',
  "IsBlank(job.gone) && job.n > 1",
  "job.n",
  "1 + 2",
  // More than there are lanes, and more labels than a lane has.
  'job.a & worker.a & ""',
  "job.n + job.m + job.k + worker.n + worker.m + worker.k + job.l",
  "job.constructor = 1",
  "If(job.a = worker.a, 3, 0) + If(job.b, 2, 0) + If(worker.b, 7, 0) + If(job.b && worker.b && job.c, 1, 0) - job.n - job.m - job.k",
];

const bags: readonly unknown[] = [
  { a: "x", b: true, c: true, n: 3, m: 4, k: 5, l: 6 },
  { a: "y", b: false, c: true, n: -3, m: 4, k: 5, l: 6 },
  { a: 1, b: true, n: 3 },
  { a: "x", b: "true", n: "3", m: 0.1 },
  { a: "x", b: true, n: 0.5, m: 1.25, k: 1e-9 },
  { n: 1e300, m: 2 ** 40 },
  { a: { no: "label" }, b: null, n: undefined, gone: {} },
  { gone: "there", n: 7 },
  { constructor: 1, n: 2 ** 31 },
  {},
  Object.create(null),
  undefined,
  null,
];

/** A fresh program is not yet quick: it works the signature out. */
test.each(formulas)("%s: warmed up, it gives what a fresh one gives", async (formula) => {
  // The first specialisations have lanes; so each formula is among the first.
  vi.resetModules();
  const { compileFormula } = await import("../src/index.ts");
  const { show } = await import("./support/conformance.ts");
  const warm = compileFormula(formula, { codegen: "never" });
  let compared = 0;
  for (let round = 0; round < 4; round++) {
    for (const job of bags as readonly (LabelBag | undefined)[]) {
      for (const worker of bags as readonly (LabelBag | undefined)[]) {
        const fresh = compileFormula(formula, { codegen: "never" });
        const given = show(warm.run(job, worker));
        expect(given, JSON.stringify([job, worker])).toBe(show(fresh.run(job, worker)));
        compared++;
      }
    }
  }
  expect(compared).toBe(4 * bags.length ** 2);
});
