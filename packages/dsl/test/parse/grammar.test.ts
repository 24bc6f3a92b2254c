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

test("the design's scenario is one, too", () => {
  const { value, diagnostics } = parse(sourceText(designSample + designScenario));
  expect(diagnostics).toEqual([]);
  expect(value.declarations.at(-1)).toMatchObject({
    kind: "scenario",
    items: [
      { kind: "worker", name: { text: "ann" } },
      { kind: "moment", when: "at", steps: [{ kind: "job", name: { text: "j1" } }] },
      { steps: [{ expectation: { kind: "offer", present: true, outcome: undefined } }] },
      { steps: [{ expectation: { kind: "offer", outcome: "expired" } }] },
      { steps: [{ expectation: { kind: "state", state: "reclassified" } }] },
    ],
  });
});
