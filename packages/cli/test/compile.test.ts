import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../src/failure.ts";
import { emitTargets } from "../src/index.ts";
import { writeFolder } from "../src/io/write.ts";
import { folderWith, routewright, stateOf, transcript } from "./support/cli.ts";
import { faulty, sound } from "./support/policies.ts";

describe("compile", () => {
  test("a bundle goes to standard output, whatever names the policy", async () => {
    const cwd = folderWith(sound);
    const { code, stdout, stderr } = await routewright(["compile", "main.route"], { cwd });
    expect([code, stderr.includes("error")]).toEqual([0, false]);
    expect(JSON.parse(stdout).format).toBe("routewright-bundle/1");
    for (const args of [
      ["compile"],
      ["compile", "."],
      ["compile", "./main.route", "--emit", "bundle"],
    ]) {
      expect((await routewright(args, { cwd })).stdout).toBe(stdout);
    }
    const piped = await routewright(["compile", "-"], { cwd, stdin: sound["main.route"] ?? "" });
    expect(JSON.parse(piped.stdout).hash).toBe(JSON.parse(stdout).hash);
  });

  test.each(emitTargets)("--emit %s writes text files", async (target) => {
    const cwd = folderWith(sound);
    const { code, stderr } = await routewright(["compile", "--emit", target, "--out", "out/"], {
      cwd,
    });
    expect(stderr).toMatch(/wrote .*out.*\nsha256:[0-9a-f]{64}\n$/u);
    expect(code).toBe(0);
    const files = readdirSync(join(cwd, "out"), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.startsWith("."),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name), "utf8")).toMatch(/\S\n$/u);
    }
  });

  test("--out replaces a file, and leaves nothing else behind", async () => {
    const cwd = folderWith({ ...sound, "out.json": "old" });
    expect((await routewright(["compile", "--out", "out.json"], { cwd })).code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, "out.json"), "utf8")).format).toBe(
      "routewright-bundle/1",
    );
    expect(readdirSync(cwd).sort()).toEqual(["job.json", "main.route", "out.json", "workers.json"]);
    expect((await routewright(["compile", "--out", "new/deep/out.json"], { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, "new/deep"))).toEqual(["out.json"]);
  });

  test("with errors nothing is written, and what was there stays", async () => {
    const cwd = folderWith({ ...faulty, "out.json": "old" });
    const before = stateOf(cwd);
    await expect(
      await transcript(["compile", "main.route", "--out", "out.json"], { cwd }),
    ).toMatchFileSnapshot("fixtures/compile/errors.txt");
    expect(
      (
        await routewright(["compile", "main.route", "--emit", "jobrouter", "--out", "objects"], {
          cwd,
        })
      ).code,
    ).toBe(1);
    expect(stateOf(cwd)).toEqual(before);
  });

  test("findings can be read by machines, apart from the output", async () => {
    const cwd = folderWith(faulty);
    const { stdout, stderr } = await routewright(["compile", "main.route", "--reporter", "json"], {
      cwd,
    });
    expect(stdout).toBe("");
    expect(JSON.parse(stderr).summary.errors).toBeGreaterThan(0);
  });

  test("a policy is never overwritten by what is made of it", async () => {
    const cwd = folderWith({ ...sound, "other/x": "" });
    symlinkSync("main.route", join(cwd, "link.route"));
    const before = stateOf(cwd);
    for (const out of ["main.route", "./other/../main.route", "link.route"]) {
      const { code, stderr } = await routewright(["compile", "main.route", "--out", out], { cwd });
      expect(stderr).toContain("is a policy; it was not overwritten");
      expect(code).toBe(3);
    }
    expect(stateOf(cwd)).toEqual(before);
  });

  test("an output that cannot be written is a message", async () => {
    const cwd = folderWith({ ...sound, file: "x" });
    for (const [args, message] of [
      [["--out", "file/below.json"], /`file\/below\.json`|`file`/u],
      [["--emit", "jobrouter", "--out", "file"], /`file` is a file/u],
      [["--emit", "jobrouter"], /--emit jobrouter makes .*\n {2}help: give a folder with --out/u],
      [["--out", "x".repeat(300)], /name is too long/u],
    ] as const) {
      const { code, stderr } = await routewright(["compile", ...args], { cwd });
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /u);
      expect(code).toBe(2);
    }
  });

  test("several policies in a folder: the user chooses", async () => {
    const cwd = folderWith({ "a.route": "channel a\n", "b.route": "channel b\n" });
    const { code, stderr } = await routewright(["compile"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      "error `.` holds several policies: `a.route`, `b.route`\n  help: name the one you mean\n",
    ]);
  });
});

describe("a folder of objects", () => {
  const compile = ["compile", "main.route", "--emit", "jobrouter", "--out", "out"];

  test("loses what the policy no longer has, and keeps what is the user's", async () => {
    const cwd = folderWith(sound);
    expect((await routewright(compile, { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, "out/queues")).sort()).toEqual(["eu.json", "na.json"]);
    writeFileSync(join(cwd, "out/README"), "mine");
    writeFileSync(
      join(cwd, "main.route"),
      (sound["main.route"] ?? "").replaceAll(/\bna\b/gu, "us"),
    );
    expect((await routewright(compile, { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, "out/queues")).sort()).toEqual(["eu.json", "us.json"]);
    expect(readFileSync(join(cwd, "out/README"), "utf8")).toBe("mine");
  });

  test("is not written over files of others", async () => {
    const cwd = folderWith({ ...sound, "out/queues/na.json": "{}" });
    const before = stateOf(cwd);
    const { code, stderr } = await routewright(compile, { cwd });
    expect(stderr).toContain("`out/queues/na.json` exists and was not written by routewright");
    expect(code).toBe(3);
    expect(readFileSync(join(cwd, "out/queues/na.json"), "utf8")).toBe("{}");
    expect(stateOf(cwd).filter((line) => !line.endsWith("folder"))).toEqual(
      before.filter((line) => !line.endsWith("folder")),
    );
  });

  test("is not left through a link", async () => {
    const cwd = folderWith({ ...sound, "elsewhere/x": "" });
    mkdirSync(join(cwd, "out"));
    symlinkSync("../elsewhere", join(cwd, "out/queues"));
    const { code, stderr } = await routewright(compile, { cwd });
    expect(stderr).toMatch(/`queues\/eu\.json` leads out of `out`; nothing was written/u);
    expect(code).toBe(3);
    expect(readdirSync(join(cwd, "elsewhere"))).toEqual(["x"]);
  });

  test.each(["../x.json", "/x.json", "a/../../x.json", "..", "", "a/../.."])(
    "is not left by a path: `%s`",
    (path) => {
      const cwd = folderWith();
      const write = () =>
        writeFolder(join(cwd, "out"), [
          { path: "good.json", text: "" },
          { path, text: "" },
        ]);
      expect(write).toThrow(expect.objectContaining({ exitCode: exitCodes.refused }));
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  test("a list of earlier files cannot point outside", () => {
    const cwd = folderWith({ "precious.txt": "x", "out/.routewright-files": "../precious.txt\n" });
    writeFolder(join(cwd, "out"), [{ path: "a.json", text: "{}\n" }]);
    expect(readFileSync(join(cwd, "precious.txt"), "utf8")).toBe("x");
    rmSync(join(cwd, "out"), { recursive: true });
  });
});
