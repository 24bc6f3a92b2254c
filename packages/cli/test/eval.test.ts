import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, transcript } from "./support/cli.ts";
import { faulty, sound } from "./support/policies.ts";

const fixture = (name: string): string => `fixtures/eval/${name}.txt`;
const job = ["--job", "job.json"];

describe("eval", () => {
  test.each([
    ["plain", [...job, "--workers", "workers.json"]],
    ["explain", [...job, "--workers", "workers.json", "--explain"]],
    ["json", [...job, "--workers", "workers.json", "--json"]],
  ])("%s", async (name, args) => {
    const cwd = folderWith(sound);
    await expect(await transcript(["eval", "main.route", ...args], { cwd })).toMatchFileSnapshot(
      fixture(name),
    );
  });

  test("policy, bundle, object files and standard input decide the same", async () => {
    const cwd = folderWith(sound);
    await routewright(["compile", "--out", "bundle.json"], { cwd });
    await routewright(["compile", "--emit", "jobrouter", "--out", "objects"], { cwd });
    const decide = async (file: string, stdin = ""): Promise<unknown> => {
      const { stdout, stderr } = await routewright(["eval", file, ...job, "--json"], {
        cwd,
        stdin,
      });
      expect(stderr).toBe("");
      return JSON.parse(stdout).decisions;
    };
    const expected = await decide("main.route");
    const bundle = readFileSync(join(cwd, "bundle.json"), "utf8");
    expect(await decide("bundle.json")).toEqual(expected);
    expect(await decide("-", bundle)).toEqual(expected);
    expect(await decide("-", sound["main.route"])).toEqual(expected);
    expect(await decide("objects")).toEqual(expected);
    const piped = await routewright(["eval", "main.route", "--job", "-", "--json"], {
      cwd,
      stdin: sound["job.json"] ?? "",
    });
    expect(JSON.parse(piped.stdout).decisions).toEqual(expected);
  });

  test("a bundle that was changed by hand is refused", async () => {
    const cwd = folderWith(sound);
    await routewright(["compile", "--out", "bundle.json"], { cwd });
    const path = join(cwd, "bundle.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"eu"', '"xx"'));
    const { code, stderr } = await routewright(["eval", "bundle.json", ...job], { cwd });
    expect(stderr).toContain("bundle-hash");
    expect(code).toBe(1);
  });

  test("several jobs, and one that fails", async () => {
    const cwd = folderWith({
      ...sound,
      "jobs.json":
        '[{"id":"a","labels":{"region":"NA","vip":false}},{"id":"b","classificationPolicyId":"none","labels":{}}]',
    });
    const { code, stdout } = await routewright(["eval", "main.route", "--job", "jobs.json"], {
      cwd,
    });
    expect(stdout).toMatch(/job a\n {2}policy {4}route\n {2}queue {5}na\n/u);
    expect(stdout).toMatch(/job b\n {2}classification fails\n {2}ClassificationPolicyNotFound: /u);
    expect(code).toBe(1);
  });

  test("--policy must exist, and is needed when there are several", async () => {
    const two =
      "labels job { a?: text }\nqueue q {}\nclassification one { priority = 1 }\nclassification two { priority = 2 }\n";
    const cwd = folderWith({
      "main.route": two,
      "job.json": '{"labels":{}}',
      "owned.json": '{"queueId":"q"}',
    });
    const call = (...args: string[]) => routewright(["eval", "main.route", ...args], { cwd });
    expect((await call(...job)).stderr).toMatch(
      /job 1 names no classification policy and no queue\n {2}help: choose one with --policy; there are: one, two/u,
    );
    expect((await call(...job, "--policy", "tow")).stderr).toMatch(
      /no classification policy `tow`\n {2}help: did you mean `two`/u,
    );
    expect((await call("--job", "owned.json", "--policy", "two", "--json")).stdout).toContain(
      '"priority": 2',
    );
    expect((await call("--job", "owned.json")).code).toBe(0);
  });

  test("--choice moves a split, --answers answer for functions", async () => {
    const cwd = folderWith({
      "main.route": `queue a {}
queue b {}
classification c {
  queue = split { 70% -> a, 30% -> b }
  priority = function "https://example.com/rule"
}
`,
      "job.json": '{"labels":{}}',
      "answers.json": '{ "https://example.com/rule": 7 }',
      "fails.json": '{ "https://example.com/rule": { "fail": true } }',
    });
    const call = async (...args: string[]) =>
      (await routewright(["eval", "main.route", ...job, ...args], { cwd })).stdout;
    const answers = ["--answers", "answers.json"];
    expect(await call(...answers, "--choice", "0.69")).toMatch(/queue {5}a\n {2}priority {2}7\n/u);
    expect(await call(...answers, "--choice", "0.71")).toMatch(/queue {5}b\n/u);
    expect(await call()).toContain("RuleUnreachable");
    expect(await call("--answers", "fails.json")).toContain("RuleFailed");
  });

  test("bad jobs and workers are findings with a place", async () => {
    const cwd = folderWith({
      ...sound,
      "bad.json": '{ "labels": { "region": [1] } }',
      "cut.json": '{ "labels": ',
      "empty.json": " ",
    });
    for (const [args, code, message] of [
      [["--job", "bad.json"], 1, /^bad\.json:1:/u],
      [["--job", "cut.json"], 1, /^cut\.json:1:/u],
      [["--job", "empty.json"], 2, /`empty\.json` is empty/u],
      [["--job", "job.json", "--workers", "bad.json"], 1, /^bad\.json:1:/u],
      [["--job", "-", "--workers", "-"], 2, /only one of the inputs/u],
    ] as const) {
      const result = await routewright(["eval", "main.route", ...args], { cwd });
      expect(result.stderr).toMatch(message);
      expect([result.code, result.stdout]).toEqual([code, ""]);
    }
  });

  test("a policy with errors decides nothing", async () => {
    const cwd = folderWith({ ...faulty, "job.json": '{"labels":{}}' });
    const { code, stdout, stderr } = await routewright(["eval", "main.route", ...job], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("unknown-label");
  });

  test("label keys such as __proto__ are keys", async () => {
    const cwd = folderWith({
      ...sound,
      "job.json":
        '{"id":"p","labels":{"region":"EU","vip":true,"__proto__":"x","constructor":"y","toString":1}}',
    });
    const { code, stdout } = await routewright(["eval", "main.route", ...job], { cwd });
    expect(stdout).toContain("queue     eu");
    expect(code).toBe(0);
  });

  test("credentials of imported objects are shown nowhere", async () => {
    const cwd = folderWith({
      "policy.json":
        '{"id":"p","prioritizationRule":{"kind":"function","functionUri":"https://example.com/f","credential":{"functionKey":"hunter2-secret"}},"fallbackQueueId":"q"}',
      "queue.json": '{"id":"q","distributionPolicyId":"d"}',
      "job.json": '{"labels":{}}',
    });
    for (const args of [[], ["--explain"], ["--json", "--explain"]]) {
      const { stdout, stderr } = await routewright(["eval", "policy.json", ...job, ...args], {
        cwd,
      });
      expect(stdout).toContain("RuleUnreachable");
      expect(stdout + stderr).not.toContain("hunter2");
    }
  });
});
