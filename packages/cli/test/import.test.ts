import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copyOf, folderWith, routewright, stateOf, transcript } from "./support/cli.ts";

const objects = {
  "objects/queues/q.json":
    '{ "id": "q", "distributionPolicyId": "d", "labels": { "region": "EU" } }',
  "objects/d.json":
    '{ "id": "d", "mode": { "kind": "longestIdle" }, "offerExpiresAfterSeconds": 60 }',
  "objects/policy.json": `{ "id": "p", "fallbackQueueId": "q", "prioritizationRule": { "kind": "function",
    "functionUri": "https://example.com/f", "credential": { "functionKey": "hunter2-secret" } } }`,
};

describe("import", () => {
  test("a folder becomes a policy; secrets become names", async () => {
    const cwd = folderWith(objects);
    const text = await transcript(["import", "objects"], { cwd });
    expect(text).not.toContain("hunter2");
    await expect(text).toMatchFileSnapshot("fixtures/import/folder.txt");
    const { stdout } = await routewright(["import", "objects", "--json"], { cwd });
    expect(stdout).not.toContain("hunter2");
    const report = JSON.parse(stdout);
    expect(report.secrets).toHaveLength(1);
    expect(report.text).toContain(report.secrets[0]);
  });

  test("what was imported checks, is formatted, and compiles to the same objects", async () => {
    const cwd = copyOf("examples/job-classification");
    await routewright(["compile", "main.route", "--emit", "jobrouter", "--out", "before"], { cwd });
    expect(
      (await routewright(["import", "before", "--out", "again/main.route"], { cwd })).code,
    ).toBe(0);
    expect((await routewright(["check", "again"], { cwd })).code).toBe(0);
    expect((await routewright(["fmt", "--check", "again"], { cwd })).code).toBe(0);
    await routewright(["compile", "again", "--emit", "jobrouter", "--out", "after"], { cwd });
    const listed = readFileSync(join(cwd, "before/.routewright-files"), "utf8");
    expect(readFileSync(join(cwd, "after/.routewright-files"), "utf8")).toBe(listed);
    for (const path of listed.trim().split("\n")) {
      expect(readFileSync(join(cwd, "after", path), "utf8")).toBe(
        readFileSync(join(cwd, "before", path), "utf8"),
      );
    }
  });

  test("an existing file is kept, unless --force", async () => {
    const cwd = folderWith({ ...objects, "main.route": "mine" });
    const { code, stderr } = await routewright(["import", "objects", "--out", "main.route"], {
      cwd,
    });
    expect(stderr).toContain("`main.route` exists already; it was not overwritten");
    expect([code, readFileSync(join(cwd, "main.route"), "utf8")]).toEqual([3, "mine"]);
    expect(
      (await routewright(["import", "objects", "--out", "main.route", "--force"], { cwd })).code,
    ).toBe(0);
    expect(readFileSync(join(cwd, "main.route"), "utf8")).toContain("queue q");
  });

  test.each([
    ["nothing", "", 2],
    ["no JSON", "{ queue", 1],
    ["no object", "[1, 2]", 1],
    ["an unknown object", '{ "id": "x", "what": 1 }', 1],
    ["a wrong type", '{ "id": "q", "distributionPolicyId": 7, "labels": [] }', 1],
    ["a name of the prototype", '{ "__proto__": { "id": 1 }, "constructor": [] }', 1],
    ["deep nesting", `${"[".repeat(20_000)}${"]".repeat(20_000)}`, 1],
  ])("%s is a message, and nothing is written", async (_name, text, wanted) => {
    const cwd = folderWith({ "in.json": text });
    const before = stateOf(cwd);
    for (const path of ["in.json", "-"]) {
      const { code, stdout, stderr } = await routewright(["import", path, "--out", "out.route"], {
        cwd,
        stdin: text,
      });
      expect(stderr).not.toBe("");
      expect(stderr).not.toContain("fault");
      expect([code, stdout]).toEqual([wanted, ""]);
    }
    expect(stateOf(cwd)).toEqual(before);
  });

  test("a folder without JSON", async () => {
    const { code, stderr } = await routewright(["import", "."], { cwd: folderWith() });
    expect([code, stderr.split("\n")[0]]).toEqual([2, "error there is no JSON file in `.`"]);
  });
});
