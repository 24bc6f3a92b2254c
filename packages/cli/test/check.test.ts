import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, stateOf, transcript } from "./support/cli.ts";
import { faulty, sound } from "./support/policies.ts";

const fixture = (name: string): string => `fixtures/check/${name}.txt`;

describe("check", () => {
  test.each(["pretty", "json", "sarif", "github"])("--reporter %s", async (reporter) => {
    const cwd = folderWith(faulty);
    const before = stateOf(cwd);
    await expect(
      await transcript(["check", "main.route", "--reporter", reporter], { cwd }),
    ).toMatchFileSnapshot(fixture(reporter));
    expect(stateOf(cwd)).toEqual(before);
  });

  test("--json is --reporter json", async () => {
    const cwd = folderWith(faulty);
    const long = await routewright(["check", "--reporter", "json"], { cwd });
    expect(await routewright(["check", "--json"], { cwd })).toEqual(long);
    expect(JSON.parse(long.stdout).format).toBe("routewright-diagnostics/1");
  });

  test("a sound policy has no findings, in any form", async () => {
    const cwd = folderWith(sound);
    const results = await Promise.all(
      ["pretty", "json", "sarif", "github"].map((each) =>
        routewright(["check", "--reporter", each], { cwd }),
      ),
    );
    expect(results.map((result) => [result.code, result.stderr])).toEqual(
      results.map(() => [0, ""]),
    );
    expect(results[0]?.stdout).toBe("no findings in 1 file\n");
    expect(results[3]?.stdout).toBe("");
  });

  test("a folder, its files and standard input find the same", async () => {
    const cwd = folderWith(faulty);
    const all = (await routewright(["check", "--json"], { cwd })).stdout;
    expect((await routewright(["check", ".", "--json"], { cwd })).stdout).toBe(all);
    expect(
      (await routewright(["check", "labels.route", "./main.route", "--json"], { cwd })).stdout,
    ).toBe(all);
    expect(
      (await routewright(["check", "main.route", ".", "main.route", "--json"], { cwd })).stdout,
    ).toBe(all);
    const stdin = faulty["main.route"] ?? "";
    const piped = await routewright(["check", "-", "--json"], { cwd, stdin });
    expect(piped.stdout.replaceAll("<stdin>", "main.route")).toBe(all);
    expect(piped.code).toBe(1);
  });

  test("files in a circle of imports are all checked, once", async () => {
    const cwd = folderWith({
      "a.route": 'import "./b.route"\nqueue a { id "!" }\n',
      "b.route": 'import "./a.route"\nqueue b { id "!" }\n',
      "self.route": 'import "./self.route"\n',
    });
    const { diagnostics } = JSON.parse((await routewright(["check", "--json"], { cwd })).stdout);
    const found = diagnostics.map(
      (each: { code: string; path: string }) => `${each.path} ${each.code}`,
    );
    expect(found).toEqual(
      expect.arrayContaining([
        "a.route invalid-id",
        "b.route invalid-id",
        "self.route import-cycle",
      ]),
    );
    expect(new Set(found).size).toBe(found.length);
  });

  test("hidden folders, node_modules and linked folders are passed over", async () => {
    const cwd = folderWith({
      "good.route": 'channel chat { id "c" }\n',
      ".git/bad.route": "}",
      "node_modules/pkg/bad.route": "}",
    });
    symlinkSync(".", join(cwd, "again"));
    const { stdout } = await routewright(["check"], { cwd });
    expect(stdout).not.toContain("bad.route");
    expect(stdout).toContain("in 1 file\n");
  });

  test("--max-warnings", async () => {
    const cwd = folderWith({ "a.route": `${sound["main.route"]}let spare = job.vip\n` });
    expect((await routewright(["check"], { cwd })).code).toBe(0);
    expect((await routewright(["check", "--max-warnings", "1"], { cwd })).code).toBe(0);
    const { code, stderr } = await routewright(["check", "--max-warnings", "0"], { cwd });
    expect([code, stderr]).toEqual([1, "1 warning, more than the 0 of --max-warnings\n"]);
  });

  test("--fix mends what is safe, in the files given only, and reports the rest", async () => {
    const cwd = folderWith(faulty);
    const before = readFileSync(join(cwd, "labels.route"), "utf8");
    await expect(await transcript(["check", "main.route", "--fix"], { cwd })).toMatchFileSnapshot(
      fixture("fix"),
    );
    expect(readFileSync(join(cwd, "labels.route"), "utf8")).toBe(before);
    await expect(readFileSync(join(cwd, "main.route"), "utf8")).toMatchFileSnapshot(
      fixture("fix-main"),
    );
    const settled = stateOf(cwd);
    await routewright(["check", "main.route", "--fix"], { cwd });
    expect(stateOf(cwd)).toEqual(settled);
    const { code, stderr } = await routewright(["check", "-", "--fix"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("--fix has no file to write");
  });

  test("parameters come from the command line and from a file", async () => {
    const cwd = folderWith({
      "a.route": 'param env: "dev" | "prod"\nqueue q { id "q-" & env }\n',
      "p.json": '{ "env": "prod" }',
      "list.json": "[1]",
      "bad.json": '{\n  "env": prod\n}',
      "deep.json": '{ "env": { "a": 1 } }',
      "empty.json": "",
    });
    const check = (...args: string[]) => routewright(["check", "a.route", ...args], { cwd });
    expect((await check()).code).toBe(1);
    expect((await check("--param", "env=dev")).code).toBe(0);
    expect((await check("--params", "p.json")).code).toBe(0);
    expect((await check("--param", "env=x")).code).toBe(1);
    expect((await check("--params", "p.json", "--param", "env=x")).code).toBe(1);
    for (const [file, message] of [
      ["list.json", /`list\.json` is not a JSON object\n {2}help: write an object/u],
      ["bad.json", /bad\.json:2:10: /u],
      ["deep.json", /`deep\.json`: `env` has a value that does not fit/u],
      ["empty.json", /`empty\.json` is empty/u],
    ] as const) {
      const { code, stderr } = await check("--params", file);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    for (const name of ["__proto__", "constructor", "toString"]) {
      const { code, stderr } = await check("--param", "env=dev", "--param", `${name}=x`);
      expect(stderr, name).not.toContain("fault");
      expect(code, name).toBeLessThan(2);
    }
  });

  test("imports of other files than policies are refused, unread", async () => {
    const cwd = folderWith({
      "secret.txt": "the secret",
      "a.route":
        'import "./secret.txt"\nimport "../../../../../../etc/passwd"\nimport "./folder.route"\n',
      "folder.route/x": "",
    });
    const { code, stdout } = await routewright(["check", "a.route"], { cwd });
    expect(stdout).not.toContain("the secret");
    expect(stdout).not.toContain("root:");
    expect(stdout).toContain("import-refused");
    expect(code).toBe(1);
  });

  test("an import that is not UTF-8 says so", async () => {
    const cwd = folderWith({
      "a.route": 'import "./b.route"\n',
      "b.route": new Uint8Array([0xff]),
    });
    const { code, stderr } = await routewright(["check", "a.route"], { cwd });
    expect(stderr).toContain("`b.route` is not UTF-8: line 1, column 1");
    expect(code).toBe(1);
  });

  test("hostile input ends soon and with a message", async () => {
    const cwd = folderWith({
      "empty.route": "",
      "spaces.route": " \n\t\r\n",
      "bom.route": '\ufeffchannel chat { id "c" }\n',
      "nested.route": `let a = ${"(".repeat(10_000)}1${")".repeat(10_000)}\n`,
      "line.route": `let a = "${"x".repeat(1_000_000)}"\n`,
      "noise.route": "\u0001\u001b[31m}{)(\u2028'\"`´\u202e\n",
      "keys.route": "labels job { __proto__: text, constructor: text, 'to\u0000String': text }\n",
    });
    for (const name of ["empty", "spaces", "bom", "nested", "line", "noise"]) {
      for (const reporter of ["pretty", "json", "sarif", "github"]) {
        const { code, stdout, stderr } = await routewright(
          ["check", `${name}.route`, "--reporter", reporter],
          { cwd },
        );
        expect([0, 1], `${name} ${reporter}: ${stderr}`).toContain(code);
        expect(stderr, name).toBe("");
        expect(stdout, name).not.toContain("\u001b");
        if (reporter !== "pretty" && reporter !== "github") JSON.parse(stdout);
      }
    }
  });
});
