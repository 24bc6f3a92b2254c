import { runTests } from "@routewright/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryScenarioText } from "../support/arbitrary-program.ts";
import { compileText } from "../support/compile-text.ts";

/** What the names of random scenarios may mean. */
const policy = `
labels job { region: text vip: boolean }
labels worker { region: text vip: boolean }
channel a
channel xbox_na
queue B2 { distribution "d" }
classification _tmp { queue = B2 }
let limit = 5m
`;

test("a scenario that compiles is played to the end", { timeout: 120_000 }, () => {
  const counts = { compiled: 0, refused: 0 };
  fc.assert(
    fc.property(arbitraryScenarioText, (text) => {
      const { bundle, diagnostics } = compileText(policy + text);
      if (bundle === undefined) {
        counts.refused++;
        expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
        return;
      }
      counts.compiled++;
      const { scenarios, totals } = runTests(bundle, { busyLimit: 200 });
      expect(totals.tests).toBe(1);
      expect(scenarios[0]?.timeline.every(({ text }) => text !== "")).toBe(true);
    }),
    { numRuns: 300, seed: Number(process.env.LAW_SEED ?? 20_261_127) },
  );
  expect(counts.compiled).toBeGreaterThan(30);
  expect(counts.refused).toBeGreaterThan(30);
});
