import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, stateOf, transcript } from "./support/cli.ts";
import { sound } from "./support/policies.ts";

const untidy = 'queue   q { id   "q" }\n\n\n\n// a comment\nchannel chat{id "c"}\n';

describe("fmt", () => {
  test("writes what changes, keeps links and permissions, and settles", async () => {
    const cwd = folderWith({
      "a.route": untidy,
      "sub/b.route": untidy,
      "main.route": sound["main.route"] ?? "",
    });
    chmodSync(join(cwd, "a.route"), 0o640);
    symlinkSync("a.route", join(cwd, "link.route"));
    const time = statSync(join(cwd, "main.route")).mtimeMs;
    const { code, stdout, stderr } = await routewright(["fmt", "link.route", "sub", "main.route"], {
      cwd,
    });
    expect([code, stdout]).toEqual([0, "formatted link.route\nformatted sub/b.route\n"]);
    expect(stderr).toBe("3 files, 2 changed\n");
    expect(lstatSync(join(cwd, "link.route")).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, "a.route")).mode & 0o777).toBe(0o640);
    expect(statSync(join(cwd, "main.route")).mtimeMs).toBe(time);
    expect(readFileSync(join(cwd, "a.route"), "utf8")).toContain("// a comment");
    const settled = stateOf(cwd);
    expect((await routewright(["fmt"], { cwd })).stdout).toBe("");
    expect((await routewright(["fmt", "--check"], { cwd })).code).toBe(0);
    expect(stateOf(cwd)).toEqual(settled);
  });

  test("--check shows a unified diff and changes nothing", async () => {
    const cwd = folderWith({ "a.route": untidy });
    const before = stateOf(cwd);
    await expect(await transcript(["fmt", "--check", "a.route"], { cwd })).toMatchFileSnapshot(
      "fixtures/fmt/check.txt",
    );
    expect(stateOf(cwd)).toEqual(before);
  });

  test("standard input goes to standard output", async () => {
    const { code, stdout, stderr } = await routewright(["fmt", "-"], { stdin: untidy });
    expect([code, stderr]).toEqual([0, ""]);
    expect((await routewright(["fmt", "-"], { stdin: stdout })).stdout).toBe(stdout);
    expect((await routewright(["fmt", "--check", "-"], { stdin: untidy })).code).toBe(1);
    expect((await routewright(["fmt", "--check", "-"], { stdin: stdout })).code).toBe(0);
    expect((await routewright(["fmt", "-"])).stdout).toBe("");
  });

  test("a file with syntax errors is left alone; the others are written", async () => {
    const cwd = folderWith({ "broken.route": "queue {{{\n", "good.route": untidy });
    const { code, stdout, stderr } = await routewright(["fmt"], { cwd });
    expect([code, stdout]).toEqual([1, "formatted good.route\n"]);
    expect(stderr).toMatch(/^broken\.route:1:/u);
    expect(readFileSync(join(cwd, "broken.route"), "utf8")).toBe("queue {{{\n");
    const piped = await routewright(["fmt", "-"], { stdin: "queue {{{\n" });
    expect([piped.code, piped.stdout]).toEqual([1, "queue {{{\n"]);
  });

  test("--json lists what happened", async () => {
    const cwd = folderWith({
      "a.route": untidy,
      "b.route": 'channel c {\n  id "c"\n}\n',
      "c.route": "}",
    });
    const { stdout } = await routewright(["fmt", "--json", "--check"], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      format: "routewright-fmt/1",
      files: [
        { path: "a.route", status: "changed" },
        { path: "b.route", status: "unchanged" },
        { path: "c.route", status: "broken" },
      ],
    });
  });
});
