import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { describeErrno } from "../src/io/read.ts";
import { folderWith, repository, routewright, stateOf } from "./support/cli.ts";

const commands = ["init", "check", "fmt", "compile", "eval", "test", "import", "explain"];

describe("calls that make no sense exit with 2, and say what would", () => {
  const calls: readonly [string, readonly string[], RegExp][] = [
    ["no command", [], /^error there is no command to run\n {2}help: routewright --help/u],
    [
      "an unknown command",
      ["chekc"],
      /^error unknown command `chekc`\n {2}help: did you mean `check`\?/u,
    ],
    [
      "an unknown option",
      ["check", "--fx"],
      /^error unknown option `--fx`\n {2}help: did you mean `--fix`\?/u,
    ],
    [
      "a value that is no choice",
      ["check", "--reporter", "xml"],
      /`xml` is invalid.*pretty, json, sarif, github/u,
    ],
    ["an option without its value", ["check", "--reporter"], /argument missing/u],
    ["a parameter without a name", ["check", "--param", "=x"], /NAME=VALUE/u],
    ["a count that is none", ["check", "--max-warnings", "many"], /whole number/u],
    ["a choice of 1", ["eval", "--job", "x", "--choice", "1"], /less than 1/u],
    ["eval without a job", ["eval", "a.route"], /--job/u],
    ["import without a path", ["import"], /nothing is named to import/u],
    ["too many arguments", ["compile", "a", "b"], /too many arguments/u],
    ["an unknown target", ["compile", "--emit", "cobol"], /jobrouter/u],
  ];
  test.each(calls)("%s", async (_name, args, message) => {
    const { code, stdout, stderr } = await routewright(args);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("routewright");
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

test.each<[string, readonly string[], RegExp]>([
  [
    "sample workers without jobs",
    ["plan", "--emulator", "--workers", "w.json"],
    /^error --workers belongs to sample jobs\n {2}help: give them with --jobs FILE/u,
  ],
  ["a plan in two forms", ["plan", "--emulator", "--json", "--markdown"], /in one form\n {2}help/u],
  ["a state without a name", ["drift", "--emulator", "--state", ""], /the state file has no name/u],
])("%s is said before anything is sent", async (_name, args, message) => {
  const { code, stdout, stderr } = await routewright(args, { cwd: folderWith() });
  expect(stderr).toMatch(message);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test.each(["--version", "-V"])("%s prints the version alone", async (flag) => {
  expect(await routewright([flag])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
});

test.each(commands)("%s --help prints usage and examples", async (name) => {
  const { code, stdout, stderr } = await routewright([name, "--help"]);
  expect(stdout).toMatch(new RegExp(`^Usage: routewright ${name} `, "u"));
  expect(stdout).toContain(`  $ routewright ${name}`);
  expect([code, stderr]).toEqual([0, ""]);
});

describe("inputs that cannot be read exit with 2, say where and how to mend it", () => {
  const reading: readonly [string, (path: string) => readonly string[]][] = [
    ["check", (path) => ["check", path]],
    ["fmt", (path) => ["fmt", path]],
    ["fmt --check", (path) => ["fmt", "--check", path]],
    ["compile", (path) => ["compile", path]],
    ["test", (path) => ["test", path]],
    ["import", (path) => ["import", path]],
    ["eval", (path) => ["eval", path, "--job", "job.json"]],
    ["eval --job", (path) => ["eval", "good.route", "--job", path]],
    ["eval --workers", (path) => ["eval", "good.route", "--job", "job.json", "--workers", path]],
    ["eval --answers", (path) => ["eval", "good.route", "--job", "job.json", "--answers", path]],
    ["check --params", (path) => ["check", "good.route", "--params", path]],
  ];
  const good = {
    "good.route": 'queue q { id "q" }\n',
    "job.json": '{"id":"j","queueId":"q","labels":{}}',
  };

  test.each(reading)("%s", async (_name, args) => {
    const folder = folderWith({
      ...good,
      "bytes.route": new Uint8Array([0x6c, 0x0a, 0x61, 0x62, 0xff, 0x63]),
      "zero.route": "queue\0",
      "utf-16.route": new Uint8Array([0xff, 0xfe, 0x61, 0]),
    });
    symlinkSync("circle.route", join(folder, "circle.route"));
    const cases: readonly [string, RegExp][] = [
      [
        "bytess.route",
        /there is no file or folder `bytess\.route`\n {2}help: did you mean `bytes\.route`/u,
      ],
      ["no/such/file.route", /there is no file or folder `no\/such\/file\.route`/u],
      ["good.route/below", /`good\.route\/below`/u],
      ["circle.route", /`circle\.route`/u],
      ["bytes.route", /`bytes\.route` is not UTF-8: line 2, column 3\n {2}help: save it as UTF-8/u],
      ["zero.route", /`zero\.route` is not a text: there is a zero byte at offset 5/u],
      ["utf-16.route", /`utf-16\.route` is UTF-16, not UTF-8/u],
      ["x".repeat(5000), /the name is too long|there is no file/u],
    ];
    const before = stateOf(join(folder, ".."));
    for (const [path, message] of cases) {
      const { code, stdout, stderr } = await routewright(args(path), { cwd: folder });
      expect(stderr, path).toMatch(message);
      expect(stderr, path).not.toMatch(/\n\s+at /u);
      expect([path, code, stdout]).toEqual([path, 2, ""]);
    }
    expect(stateOf(join(folder, ".."))).toEqual(before);
  });

  test("a folder where a file is needed", async () => {
    const folder = folderWith(good);
    mkdirSync(join(folder, "folder"));
    for (const args of [
      ["eval", "good.route", "--job", "folder"],
      ["check", "good.route", "--params", "folder"],
    ]) {
      const { code, stderr } = await routewright(args, { cwd: folder });
      expect(stderr).toMatch(/`folder` is a folder\n {2}help: name a file in it/u);
      expect(code).toBe(2);
    }
  });

  test("a folder without policies", async () => {
    const folder = folderWith({ "node_modules/a/b.route": "x", ".hidden/c.route": "x" });
    for (const name of ["check", "fmt", "test", "compile"]) {
      const { code, stderr } = await routewright([name], { cwd: folder });
      expect(stderr).toMatch(/there is no policy in `\.`\n {2}help: .*init/u);
      expect(code).toBe(2);
    }
  });

  test.each([
    ["EACCES", /^`a\.route` cannot be read: permission denied$/u],
    ["ENOTDIR", /a part of the path is a file/u],
    ["EIO", /^`a\.route` cannot be read: EIO$/u],
  ])("what the system says: %s", (code, message) => {
    const failure = describeErrno(Object.assign(new Error(), { code }), "a.route", "read");
    expect(failure.message).toMatch(message);
    expect(failure.exitCode).toBe(2);
  });

  test("a file that is too large", async () => {
    const folder = folderWith();
    writeFileSync(join(folder, "large.route"), "// a long comment\n".repeat(2_000_000));
    const { code, stderr } = await routewright(["check", "large.route"], { cwd: folder });
    expect(stderr).toMatch(/`large\.route` has 35 MB, which is more than the 32 MB that are read/u);
    expect(code).toBe(2);
  });
});

test("control characters of a name do not reach the terminal", async () => {
  const { stderr } = await routewright(["check", "a\u001b[2Jb.route"]);
  expect(stderr).toContain("a<U+001B>[2Jb.route");
});

describe("colours", () => {
  const args = ["check", "missing.route"];
  test("there are none in a pipe", async () => {
    expect((await routewright(args)).stderr).not.toContain("\u001b");
  });
  test("FORCE_COLOR and --color bring them", async () => {
    expect((await routewright(args, { env: { FORCE_COLOR: "1" } })).stderr).toContain("\u001b[31m");
    expect((await routewright([...args, "--color"])).stderr).toContain("\u001b[31m");
  });
  test("NO_COLOR, FORCE_COLOR=0 and --no-color take them away", async () => {
    const env = { FORCE_COLOR: "1" };
    for (const call of [
      routewright(args, { env: { ...env, NO_COLOR: "1" } }),
      routewright(args, { env: { FORCE_COLOR: "0" } }),
      routewright([...args, "--no-color"], { env }),
      routewright(["--no-color", ...args], { env }),
    ]) {
      expect((await call).stderr).not.toContain("\u001b");
    }
  });
});

test("a reader that leaves early is no fault", async () => {
  const command = join(repository, "packages/cli/bin/routewright.js");
  const { stdout, stderr } = await promisify(execFile)(
    "bash",
    [
      "-c",
      `"$0" "$1" compile examples/contact-centre/main.route | head -c 5; echo " \${PIPESTATUS[0]}"`,
      process.execPath,
      command,
    ],
    { cwd: repository },
  );
  expect([stdout, stderr]).toEqual(['{\n  " 0\n', ""]);
});

test("a device without room is told of, without a stack", async () => {
  const command = join(repository, "packages/cli/bin/routewright.js");
  const call = promisify(execFile)(
    "bash",
    ["-c", '"$0" "$1" explain --json > /dev/full', process.execPath, command],
    { cwd: repository },
  );
  await expect(call).rejects.toMatchObject({
    code: 2,
    stderr: "error `standard output` cannot be written: no space left on the device\n",
  });
});
