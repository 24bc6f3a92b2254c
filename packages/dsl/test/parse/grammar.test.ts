import { sourceText } from "@routewright/diagnostics";
import { expect, test } from "vitest";
import { parse, tokenTable } from "../../src/index.ts";
import { ProgramParser } from "../../src/parse/program-parser.ts";
import { designSample, designScenario } from "../support/design-sample.ts";

test("the grammar is sound: no ambiguity, no left recursion, no doubled index", () => {
  expect(() => new ProgramParser(false)).not.toThrow();
});

test("every token of the table is told apart and described", () => {
  const images = tokenTable.map((entry) => entry.image);
  expect(new Set(images).size).toBe(images.length);
  expect(tokenTable.filter((entry) => entry.doc.length < 5)).toEqual([]);
});

test("the design's sample is a program", () => {
  const { value, diagnostics } = parse(sourceText(designSample));
  expect(diagnostics).toEqual([]);
  expect(value.declarations.map((declaration) => declaration.kind)).toEqual([
    "param",
    "secret",
    "labels",
    "labels",
    "labels",
    "channel",
    "channel",
    "let",
    "distribution",
    "exceptions",
    "queue",
    "queue",
    "classification",
    "test",
  ]);
  expect(value.declarations[0]?.doc).toBe("Contoso electronics: chat and voice support.");
});

test("a scenario is refused, once, and the rest stays", () => {
  const { value, diagnostics } = parse(sourceText(designSample + designScenario));
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["scenario-unsupported", "scenarios are not part of this version"],
  ]);
  expect(value.declarations.length).toBe(14);
});
