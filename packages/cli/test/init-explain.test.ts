import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { explainCode } from "@routewright/dsl";
import { explainJsonCode } from "@routewright/jobrouter";
import { explainWorkloadCode } from "@routewright/runtime/simulate";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, stateOf, transcript } from "./support/cli.ts";

describe("init", () => {
  test("what it writes is sound, formatted, tested and decides", async () => {
    const cwd = folderWith();
    await expect(await transcript(["init", "my policies"], { cwd })).toMatchFileSnapshot(
      "fixtures/init/new.txt",
    );
    const project = join(cwd, "my policies");
    const check = await routewright(["check", "--max-warnings", "0"], { cwd: project });
    expect(check.stdout).toBe("no findings in 5 files\n");
    expect((await routewright(["fmt", "--check"], { cwd: project })).stdout).toBe("");
    const tests = await routewright(["test", "--json", "--coverage"], { cwd: project });
    const { totals, coverage } = JSON.parse(tests.stdout).policies[0];
    expect(totals).toEqual({ tests: 7, passed: 7, failed: 0 });
    expect(coverage.totals.branches.covered).toBe(coverage.totals.branches.total);
    expect(coverage.totals.exceptions).toEqual({ covered: 1, total: 1 });
    const decided = await routewright(["eval", "--job", "job.json", "--workers", "workers.json"], {
      cwd: project,
    });
    expect(decided.stdout).toMatch(/queue {5}tech\n/u);
    expect([check, tests, decided].map((each) => each.code)).toEqual([0, 0, 0]);
  });

  test("nothing is overwritten, and then nothing is written", async () => {
    const cwd = folderWith({ "queues.route": "mine" });
    const before = stateOf(cwd);
    const { code, stderr } = await routewright(["init"], { cwd });
    expect([code, stderr]).toEqual([
      3,
      "error `queues.route` exists already; nothing was written\n  help: name an empty folder\n",
    ]);
    expect(stateOf(cwd)).toEqual(before);
    const file = await routewright(["init", "queues.route"], { cwd });
    expect([file.code, file.stderr.split("\n")[0]]).toEqual([2, "error `queues.route` is a file"]);
  });

  test("--json lists the files; other files may be there", async () => {
    const cwd = folderWith({ "README.md": "mine" });
    const { files } = JSON.parse((await routewright(["init", "--json"], { cwd })).stdout);
    expect([...files, "README.md"].sort()).toEqual(readdirSync(cwd).sort());
    expect(readFileSync(join(cwd, "README.md"), "utf8")).toBe("mine");
  });
});

describe("explain", () => {
  test("every code of the list has a page that names it", async () => {
    const { codes } = JSON.parse((await routewright(["explain", "--json"])).stdout);
    expect(codes.length).toBeGreaterThan(50);
    for (const { code } of codes) {
      expect(
        explainCode(code) ?? explainJsonCode(code) ?? explainWorkloadCode(code),
        code,
      ).toContain(code);
    }
    for (const code of ["unknown-label", "json-type"]) {
      expect((await routewright(["explain", code])).stdout).toContain(code);
    }
    const list = (await routewright(["explain"])).stdout;
    expect(list).toMatch(/^error {4}unknown-label$/mu);
  });

  test("brackets and capitals do not matter; a slip is mended", async () => {
    const page = (await routewright(["explain", "unknown-label"])).stdout;
    expect((await routewright(["explain", "[Unknown-Label]"])).stdout).toBe(page);
    const { code, stdout, stderr } = await routewright(["explain", "unknown-lable"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /no finding with the code `unknown-lable`\n {2}help: did you mean `unknown-label`/u,
    );
    expect((await routewright(["explain", "__proto__"])).code).toBe(2);
  });
});
