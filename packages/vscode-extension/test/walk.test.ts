import type { DecisionStep, DecisionSteps } from "@routewright/lsp/protocol";
import { describe, expect, test } from "vitest";
import { begin, breakableLine, lookUp, move } from "../src/debug/session.ts";

const uri = "file:///main.route";
const steps: DecisionSteps = {
  ok: true,
  kind: "decision",
  title: "job",
  steps: [2, 4, 4, undefined, 9].map((line, index) => stepOn(line, index)),
};

describe("a walk over a decision", () => {
  test("goes forwards to the end, then ends", () => {
    expect(move(begin(steps), "next", [])).toEqual({ kind: "stopped", at: 1, reason: "step" });
    expect(move({ steps: steps.steps, at: 4 }, "next", [])).toEqual({ kind: "ended" });
  });

  test("goes backwards, and stays at the first step", () => {
    expect(move({ steps: steps.steps, at: 3 }, "back", [])).toMatchObject({ at: 2 });
    expect(move(begin(steps), "back", [])).toEqual({ kind: "stopped", at: 0, reason: "entry" });
  });

  test("runs to breakpoints in both directions", () => {
    const breaks = [{ uri, line: 4 }];
    expect(move(begin(steps), "continue", breaks)).toMatchObject({ at: 1, reason: "breakpoint" });
    const end = { steps: steps.steps, at: 4 };
    expect(move(end, "reverse", breaks)).toMatchObject({ at: 2, reason: "breakpoint" });
    expect(move(end, "reverse", [])).toMatchObject({ at: 0, reason: "entry" });
    const other = [{ uri: "file:///other.route", line: 4 }];
    expect(move(begin(steps), "continue", other)).toEqual({ kind: "ended" });
  });

  test("moves breakpoints to the next line that a step stands on", () => {
    expect(breakableLine(steps.steps, uri, 3)).toBe(4);
    expect(breakableLine(steps.steps, uri, 9)).toBe(9);
    expect(breakableLine(steps.steps, uri, 10)).toBeUndefined();
  });

  test("finds variables by name, by path and however they are spaced", () => {
    const step = steps.steps[0];
    if (step === undefined) throw new Error("there is a first step");
    expect(lookUp(step, "job.region")?.value).toBe('"NA"');
    expect(lookUp(step, "job . region")?.value).toBe('"NA"');
    expect(lookUp(step, "ann.score")?.value).toBe("7");
    expect(lookUp(step, "constructor")).toBeUndefined();
  });
});

function stepOn(line: number | undefined, index: number): DecisionStep {
  const variables = [
    { name: "job.region", value: '"NA"' },
    { name: "ann", value: "…", children: [{ name: "score", value: "7" }] },
  ];
  const step = {
    name: `step ${index}`,
    text: "",
    state: "applied",
    scopes: [{ name: "Labels", variables }],
  } as const;
  if (line === undefined) return step;
  const range = { start: { line, character: 0 }, end: { line, character: 5 } };
  return { ...step, location: { uri, range } };
}
