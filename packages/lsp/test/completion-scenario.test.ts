import { expect, test } from "vitest";
import { complete } from "../src/features/completion/completion.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const head = `labels job { region: "NA" | "EU" }
labels worker { level: 0..10 }
channel chat
let patience = 45s
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
  ["  at |", "patience"],
  ["  at patience |", "expect"],
  ["  at 5m change ann { |", "capacity"],
  ["  at 5m change ann { queues [|", "desk"],
  ["  at patience + 2s expect j1 |", "queued"],
  ["  from 1m |", "until"],
  ["  from 1m until |", "patience"],
  ["  at 5m expect queue |", "of"],
  ["  at 5m expect wa|", "waiting in"],
  ["  at 5m expect waiting in |", "desk"],
  ["  at 5m expect waiting in desk [|", "j1"],
  ["  at 5m expect workers for j1 [|", "ann"],
  ["  at 5m expect events of j1 [RouterJobQueued, RouterJobCl|", "RouterJobClosed"],
  ["  at 5m expect no event RouterJobE|", "RouterJobExceptionTriggered"],
  ["  at 5m expect j1 no longer |", "requires"],
  ["  worker bob { acc|", "accepts"],
  ["  worker bob { accepts |", "after"],
  ["  worker bob { accepts after |", "5m"],
  ["  worker bob { channel |", "chat"],
  ["}\n\nsce|", "scenario"],
])("in a scenario, `%s` offers `%s`", (line, wanted) => {
  expect(at(line)).toContain(wanted);
});

test("the snippet of a scenario is one when its places are filled in", () => {
  const workspace = new Workspace();
  const text = head.slice(0, head.indexOf("scenario"));
  workspace.open("main.route", "main.route", 1, text);
  const items = complete(workspace.snapshot(), "main.route", text.length);
  const snippet = items.find(({ label }) => label === "scenario")?.insert ?? "";
  const filled = ["what", "ann", "desk", "chat", "level: 1", "j1", "intake", 'region: "NA"'].reduce(
    (filling, value, index) =>
      filling
        .replaceAll(`\${${index + 1}}`, value)
        .replaceAll(new RegExp(`\\$\\{${index + 1}:[^}]*\\}`, "gu"), value),
    snippet.replaceAll("$" + "{0}", ""),
  );
  expect(filled).not.toContain("$");
  workspace.change("main.route", 2, text + filled);
  const snapshot = workspace.snapshot();
  expect(snapshot.findingsIn("main.route").filter(({ severity }) => severity === "error")).toEqual(
    [],
  );
  expect(snapshot.bundle("main.route")?.scenarios).toHaveLength(1);
});

test("what would do nothing in a scenario is not offered", () => {
  const parts = at("  at 5m change ann { |");
  expect([...parts].sort().slice(0, 3)).toEqual(["capacity", "channel", "queues"]);
  expect(parts).not.toContain("labels");
  expect(at("  worker ben { |")).not.toContain("load");
});
