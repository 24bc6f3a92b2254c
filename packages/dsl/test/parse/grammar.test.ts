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

test("a worker who begins the next step is no disposition code of the step before", () => {
  const { value, diagnostics } = parse(
    sourceText(`scenario "s" { at 5m {
      cancel j1
      ann closes j2
      bob accepts j3
      bob closes j3 done note "n"
    } }`),
  );
  expect(diagnostics).toEqual([]);
  expect(value.declarations[0]).toMatchObject({
    items: [
      {
        steps: [
          { kind: "cancel", disposition: undefined },
          { kind: "closes", worker: { text: "ann" }, disposition: undefined },
          { kind: "accepts", worker: { text: "bob" } },
          { kind: "closes", disposition: { kind: "name" } },
        ],
      },
    ],
  });
});

test("a step may stand on the line below its time, where it looks like an item, too", () => {
  const { value, diagnostics } = parse(
    sourceText(`scenario "s" {
      at 5m
      worker ann { capacity 1 }
      at 6m
      choose accepts j1
    }`),
  );
  expect(diagnostics).toEqual([]);
  expect(value.declarations[0]).toMatchObject({
    items: [{ steps: [{ kind: "worker" }] }, { steps: [{ kind: "accepts" }] }],
  });
});
