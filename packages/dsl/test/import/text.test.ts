import fc from "fast-check";
import { expect, test } from "vitest";
import {
  duration,
  percent,
  plainDecimal,
  quoteFormula,
  quoteTextLiteral,
} from "../../src/import/text.ts";

test.each([
  [0.3, "30%"],
  [0.333, "33.3%"],
  [1, "100%"],
  [0, "0%"],
  [0.005, "0.5%"],
  [0.0001, "0.01%"],
  [1e-7, "0.00001%"],
])("the weight %d is %s", (weight, words) => {
  expect(percent(weight)).toBe(words);
});

test.each([
  [30, "30s"],
  [60, "1m"],
  [90, "90s"],
  [5400, "90m"],
  [7200, "2h"],
  [86_400, "1d"],
  [0.5, "0.5s"],
  [0, "0s"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test.each([
  [1e21, "1000000000000000000000"],
  [1.5e-7, "0.00000015"],
  [-2.25, "-2.25"],
  [0, "0"],
])("%d in plain digits is %s", (value, digits) => {
  expect(plainDecimal(value)).toBe(digits);
});

test("plain digits are exact", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const digits = plainDecimal(value);
      expect(digits).toMatch(/^-?\d+(?:\.\d*[1-9])?$/u);
      expect(Number(digits)).toBe(value === 0 ? 0 : value);
    }),
  );
});

test.each([
  ["a", '"a"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["a\\b", '"a\\\\b"'],
  ["a\nb\tc\r", '"a\\nb\\tc\\r"'],
  ["\u0000\u2028\ufeff", '"\\u{0}\\u{2028}\\u{feff}"'],
  ["😀é", '"😀é"'],
  ["\ud83d", '"\\u{d83d}"'],
])("the text %j", (value, literal) => {
  expect(quoteTextLiteral(value)).toBe(literal);
});

test.each([
  ["1 = 1", 'powerfx"1 = 1"'],
  ['job.a = "x" && true', 'powerfx"""job.a = "x" && true"""'],
  ['job.a = "x"', 'powerfx"job.a = \\"x\\""'],
  ["a\nb", 'powerfx"""a\nb"""'],
  ["a\r\nb", 'powerfx"a\\r\\nb"'],
  ['"""', 'powerfx"\\"\\"\\""'],
])("the formula %j", (formula, words) => {
  expect(quoteFormula(formula)).toBe(words);
});
