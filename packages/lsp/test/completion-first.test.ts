import { expect, test } from "vitest";
import { complete } from "../src/features/completion/completion.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const declared = `labels job { region: "NA" | "EU"  vip: boolean }
labels worker { level: 0..10 }
distribution d { mode longest idle }
queue west { distribution d }
`;

/** What is offered before a letter is typed, the first ones first. */
function firstAt(marked: string): readonly string[] {
  const workspace = new Workspace();
  const offset = marked.indexOf("¦");
  workspace.open("m.route", "m.route", 1, marked.replace("¦", ""));
  return [...complete(workspace.snapshot(), "m.route", offset)]
    .sort((a, b) => (a.sort < b.sort ? -1 : 1))
    .map(({ label }) => label);
}

test("a policy begins with its labels, and goes on with what they are for", () => {
  expect(firstAt("¦")[0]).toBe("labels");
  expect(firstAt(`${declared}¦`)[0]).toBe("queue");
});

test("a label in a condition is compared before anything follows", () => {
  const words = firstAt(`${declared}classification c { queue = match { when job.region ¦ } }`);
  expect(words.slice(0, 3)).toEqual(["==", "!=", "->"]);
});

test("no label of a worker is offered where no worker is known yet", () => {
  const inQueue = firstAt(`${declared}classification c { queue = match { when ¦ } }`);
  expect(inQueue).toContain("job.region");
  expect(inQueue).not.toContain("worker.level");
  expect(
    firstAt(`${declared}distribution e { mode best worker score match { when ¦ } }`),
  ).toContain("worker.level");
});

test("a priority is mostly chosen", () => {
  const words = firstAt(`${declared}classification c { queue = west priority = ¦ }`);
  expect(words.slice(0, 2)).toEqual(["match", "if"]);
});
