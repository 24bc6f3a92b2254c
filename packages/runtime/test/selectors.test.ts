import type { LabelOperator, LabelValue } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { defaultAssumptions, selectorHolds } from "../src/index.ts";

/** Rows: label, operator, selector value; then whether it holds (Q17). */
const table: readonly (readonly [LabelValue | undefined, LabelOperator, unknown, boolean])[] = [
  ["EN", "equal", "EN", true],
  ["en", "equal", "EN", false],
  [5, "equal", 5, true],
  ["5", "equal", 5, false],
  [true, "equal", true, true],
  [true, "equal", "true", false],
  [undefined, "equal", "EN", false],
  [undefined, "equal", undefined, false],
  ["EN", "notEqual", "EN", false],
  ["en", "notEqual", "EN", true],
  ["5", "notEqual", 5, true],
  [undefined, "notEqual", "EN", true],
  [7, "greaterThan", 7, false],
  [8, "greaterThan", 7, true],
  [7, "greaterThanOrEqual", 7, true],
  [6, "lessThan", 7, true],
  [7, "lessThan", 7, false],
  [7, "lessThanOrEqual", 7, true],
  ["8", "greaterThan", 7, false],
  [8, "greaterThan", "7", false],
  [undefined, "lessThan", 7, false],
  [undefined, "greaterThan", -7, false],
  // Q4: an object holds for nothing, whatever the operator.
  ["EN", "equal", { EN: "EN" }, false],
  ["EN", "notEqual", { EN: "EN" }, false],
  [undefined, "notEqual", null, false],
];

test.each(table)("%j %s %j: %j", (label, labelOperator, value, holds) => {
  const selector = { key: "k", labelOperator, value: value as LabelValue };
  expect(selectorHolds(selector, label, defaultAssumptions)).toBe(holds);
});

test("the other answer to Q17 ignores case", () => {
  const selector = { key: "k", labelOperator: "equal", value: "EN" } as const;
  expect(selectorHolds(selector, "en", { Q17: "ignoreCase" })).toBe(true);
  expect(
    selectorHolds({ ...selector, labelOperator: "notEqual" }, "en", { Q17: "ignoreCase" }),
  ).toBe(false);
});
