import { expect, test } from "vitest";
import { playSession } from "./support/sessions.ts";

test("random edits never crash a feature, and leave the findings of a fresh start", {
  timeout: 120_000,
}, () => {
  for (const seed of [1, 2, 3]) {
    const report = playSession(seed, 700, 350);
    expect(report.compared).toBe(2);
    expect(report.asked).toBe(140);
  }
});
