import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { emptyState } from "../src/index.ts";
import { lockState, openJournal, openState, saveState } from "../src/shell/state-file.ts";

const target = "https://contoso.example";
const random = (): string => "random";

test("a state that is a folder, or below a file, is told with its path and is not taken for none", () => {
  const folder = ownFolder();
  mkdirSync(join(folder, "there"));
  writeFileSync(join(folder, "file"), "");
  for (const [path, code] of [
    [join(folder, "there"), "EISDIR"],
    [join(folder, "file", "state.json"), "ENOTDIR"],
  ] as const) {
    expect(() => openState(path, target, random)).toThrow(expect.objectContaining({ code, path }));
  }
  expect(() => lockState(join(folder, "file", "state.json"))).toThrow(
    expect.objectContaining({ code: "EEXIST", path: join(folder, "file") }),
  );
  expect(readdirSync(folder).sort()).toEqual(["file", "there"]);
  mkdirSync(join(folder, "s.json.journal"));
  expect(() => openState(join(folder, "s.json"), target, random)).toThrow(
    expect.objectContaining({ code: "EISDIR", path: join(folder, "s.json.journal") }),
  );
});

test("a state that cannot be written is told with its path, and leaves no file beside", () => {
  const folder = ownFolder();
  mkdirSync(join(folder, "s.json"));
  expect(() => saveState(join(folder, "s.json"), emptyState(target, random))).toThrow(
    expect.objectContaining({ path: join(folder, "s.json") }),
  );
  expect(readdirSync(folder)).toEqual(["s.json"]);
});

test.each([
  ["of a process that is gone", () => ({ pid: 2 ** 22 + 1, host: hostname() }), true],
  ["of a process that lives", () => ({ pid: process.pid, host: hostname() }), false],
  ["of another machine", () => ({ pid: 2 ** 22 + 1, host: "elsewhere" }), false],
  ["that is torn", () => undefined, false],
])("a lock %s", (_, holder, isTaken) => {
  const path = join(ownFolder(), "s.json");
  const lock = `${path}.lock`;
  const text = JSON.stringify(holder()) ?? "";
  writeFileSync(lock, text);
  if (isTaken) {
    const unlock = lockState(path);
    expect(readFileSync(lock, "utf8")).toContain(`"pid":${process.pid}`);
    unlock();
    expect(existsSync(lock)).toBe(false);
  } else {
    expect(() => lockState(path)).toThrow("is in use by another command");
    expect(readFileSync(lock, "utf8")).toBe(text);
  }
});

test("a journal goes on behind a line that was torn", () => {
  const path = join(ownFolder(), "s.json");
  writeFileSync(`${path}.journal`, '{"entry":"apply","lin');
  const journal = openJournal(path);
  journal.append({ entry: "done", action: "delete", kind: "queues", id: "a" });
  journal.append({ entry: "done", action: "delete", kind: "queues", id: "b" });
  journal.close();
  expect(readFileSync(`${path}.journal`, "utf8").split("\n").map(idIn)).toEqual([
    undefined,
    "a",
    "b",
    undefined,
  ]);
});

function idIn(line: string): unknown {
  try {
    return JSON.parse(line).id;
  } catch {
    return undefined;
  }
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "routewright-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
