import { expect, test } from "vitest";
import {
  completeFormula,
  formulaAt,
  formulaFindings,
  formulaScope,
} from "../src/features/power-fx.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const text = `labels job { vip: boolean }
labels worker { level: number }
distribution d { mode best worker score powerfx"worker.level + 1" }
queue q { distribution d }
classification c {
  queue = q
  priority = powerfx"If(job.vip = true, 10, 1)"
}
`;
const workspace = new Workspace();
workspace.open("m.route", "m.route", 1, text);
const snapshot = workspace.snapshot();

test.each([
  ["worker.level", ["job", "worker"]],
  ["job.vip", ["job"]],
])("the formula with `%s` reads the labels of %j", (piece, records) => {
  const formula = formulaAt(snapshot, "m.route", text.indexOf(piece));
  const offered = formula === undefined ? [] : completeFormula(formula);
  const shown = offered.flatMap(({ kind, label }) => (kind === "keyword" ? [label] : []));
  expect(shown.filter((label) => label === "job" || label === "worker")).toEqual(records);
});

test("a label that is not declared is told in a formula's own document, at its name", () => {
  const scope = formulaScope(snapshot.analysis("m.route").checked, false);
  const formula = "If(job.vip = true && job.nope = 1, 10, 1)";
  const [finding, ...more] = formulaFindings(formula, scope);
  expect(more).toEqual([]);
  expect(finding?.message).toBe("`nope` is not declared among the labels of a job");
  expect(formula.slice(finding?.span.start, finding?.span.end)).toBe("nope");
  expect(formulaFindings("If(job.vip = true, 10, 1)", scope)).toEqual([]);
});
