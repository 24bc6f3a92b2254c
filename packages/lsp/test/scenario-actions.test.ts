import { expect, test } from "vitest";
import { actionsAt } from "../src/features/actions/actions.ts";
import { codeLenses } from "../src/features/code-lenses.ts";
import { hover } from "../src/features/hover.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const text = `labels job { region: "NA" | "EU" }
labels worker { level: 0..10 }
channel chat
let patience = 45s
let good = 7
distribution fair { mode round robin }
queue desk { distribution fair }
classification intake {
  queue = desk
  require worker.level >= 5
}

scenario "s" {
  starts "2026-03-01T09:00:00Z"
  worker ann { queues [desk], capacity 1, channel chat, labels { level: good } accepts after 2s }
  at 0s job j1 on chat via intake { region: "NA" }
  at patience + 3s expect j1 assigned to ann
  at 1m ann completes j1 note "done"
}
`;

function opened(source: string): Workspace {
  const workspace = new Workspace();
  workspace.open("m.route", "m.route", 1, source);
  return workspace;
}

/** What each action leaves, by title. */
function results(piece: string): ReadonlyMap<string, string> {
  const start = text.indexOf(piece, text.indexOf("scenario"));
  expect(start, piece).toBeGreaterThan(0);
  const span = { start, end: start + piece.length };
  return new Map(
    actionsAt(opened(text).snapshot(), "m.route", span)
      .filter(({ kind }) => kind.startsWith("refactor"))
      .map((action) => [
        action.title,
        action
          .edits()
          .toSorted((a, b) => b.span.start - a.span.start)
          .reduce(
            (now, edit) => now.slice(0, edit.span.start) + edit.text + now.slice(edit.span.end),
            text,
          ),
      ]),
  );
}

test.each([
  ["2s", "extract to `let time`", "let time = 2s\n\nscenario", "accepts after time }"],
  ["3s", "extract to `let time`", "let time = 3s\n\nscenario", "at patience + time expect"],
  ['"done"', "extract to `let value`", 'let value = "done"\n\nscenario', "note value\n"],
  ["patience", "inline `patience` here", "let patience = 45s", "at 45s + 3s expect"],
  ["good", "inline `good` here", "let good = 7", "labels { level: 7 }"],
])("in a scenario, `%s` can be changed by `%s`", (piece, title, ...wanted) => {
  const changed = results(piece).get(title) ?? "";
  for (const part of wanted) expect(changed).toContain(part);
  const findings = opened(changed).snapshot().findingsIn("m.route");
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("what could not stand there by name is not taken out", () => {
  for (const piece of ["ann completes", "chat"]) {
    const titles = [...results(piece).keys()];
    expect(titles.filter((title) => title.startsWith("extract"))).toEqual([]);
  }
});

test("a scenario has lenses to run and to debug it", () => {
  const lenses = codeLenses(opened(text).snapshot(), "m.route", {}, false);
  const own = lenses.filter(({ span }) => text.startsWith("scenario", span.start));
  expect(own.map(({ data }) => data)).toEqual([
    { kind: "run", testId: "m.route::scenario::s" },
    { kind: "debug", testId: "m.route::scenario::s" },
  ]);
});

test.each([
  ["ann completes", "worker ann"],
  ["j1 on", "job j1"],
  ["patience +", "let patience: duration = 45s"],
  ["completes", "`ann completes j1`"],
  ["assigned", "A worker has the job."],
])("hover at `%s` in a scenario says `%s`", (piece, wanted) => {
  const offset = text.indexOf(piece, text.indexOf("scenario")) + 1;
  expect(hover(opened(text).snapshot(), "m.route", offset)?.markdown).toContain(wanted);
});
