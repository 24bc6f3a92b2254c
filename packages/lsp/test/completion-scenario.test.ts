import { expect, test } from "vitest";
import { complete } from "../src/features/completion/completion.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const head = `labels job { region: "NA" | "EU" }
labels worker { level: 0..10 }
channel chat
distribution fair { mode round robin }
queue desk { distribution fair }
classification intake { queue = desk }

scenario "s" {
  worker ann { queues [desk], capacity 1, channel chat, labels { level: 9 } }
  at 0s job j1 on chat via intake { region: "NA" }
`;

/** The first items at `|`. */
function at(line: string): readonly string[] {
  const marked = head + line;
  const offset = marked.lastIndexOf("|");
  const workspace = new Workspace();
  workspace.open("main.route", "main.route", 1, marked.slice(0, offset) + marked.slice(offset + 1));
  const typed = /\w*$/u.exec(marked.slice(0, offset))?.[0] ?? "";
  return complete(workspace.snapshot(), "main.route", offset)
    .filter(({ filter, label }) => (filter ?? label).startsWith(typed))
    .sort((a, b) => (a.sort < b.sort ? -1 : 1))
    .slice(0, 8)
    .map(({ label }) => label);
}

test.each([
  ["  |", "at"],
  ["  at |", "5m"],
  ["  at 5m |", "expect"],
  ["  at 5m an|", "ann"],
  ["  at 5m ann |", "accepts"],
  ["  at 5m ann accepts |", "j1"],
  ["  at 5m expect |", "offer of"],
  ["  at 5m expect offer of j1 to |", "ann"],
  ["  at 5m expect offer of j1 to ann ex|", "expired"],
  ["  at 5m expect j1 |", "queued"],
  ["  at 5m expect queue of j1 == |", "desk"],
  ["  at 5m expect j1 requires worker.|", "level"],
  ["  at 5m job j2 via |", "intake"],
  ["  at 5m job j2 via intake { |", "region"],
  ["  at 5m job j2 via intake { region: |", '"NA"'],
  ["  at 5m move j1 to |", "desk"],
  ["  at 5m {\n    exp|", "expect"],
])("in a scenario, `%s` offers `%s`", (line, wanted) => {
  expect(at(line)).toContain(wanted);
});
