import { expect, test } from "vitest";
import { compareNumbers } from "../src/compare-numbers.ts";

test("what differs only by rounding is the same number, whatever the operator", () => {
  const sum = 0.1 + 0.2;
  const held = (["==", "!=", "<", "<=", ">", ">="] as const).filter((operator) =>
    compareNumbers(sum, operator, 0.3),
  );
  expect(held).toEqual(["==", "<=", ">="]);
  expect(compareNumbers(0.3, "<", 0.31)).toBe(true);
  expect(compareNumbers(0.31, "<=", 0.3)).toBe(false);
  expect(compareNumbers(0, "==", 1e-12)).toBe(false);
});
