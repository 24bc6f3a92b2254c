import { readFileSync } from "node:fs";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, transcript } from "./support/cli.ts";
import { faulty, sound } from "./support/policies.ts";

const failing = {
  ...sound,
  "main.route": (sound["main.route"] ?? "")
    .replace('"EU", false -> eu, 1', '"EU", false -> na, 2')
    .replace("expect workers [ann]", "expect workers [bob]"),
};

const late = {
  "main.route": `${sound["main.route"] ?? ""}
scenario "ann is quick" {
  worker ann {
    queues [eu]
    capacity 1
    channel chat cost 1
    labels { level: 4 }
    accepts after 5s
  }
  at 0s job j1 on chat via route { region: "EU", vip: true }
  at 0s expect offer of j1 to ann
  at 3s expect j1 assigned to ann
  at 5s expect j1 assigned to ann
}
`,
};

describe("test", () => {
  test.each([
    ["passing", sound, ["--coverage"]],
    ["failing", failing, []],
    ["failing-json", failing, ["--json"]],
    ["failing-junit", failing, ["--reporter", "junit"]],
    ["failing-scenario", late, []],
    ["coverage", failing, ["--filter", "regions", "--coverage"]],
  ])("%s", async (name, files, args) => {
    const cwd = folderWith(files);
    await expect(await transcript(["test", ...args], { cwd })).toMatchFileSnapshot(
      `fixtures/test/${name}.txt`,
    );
  });

  test("docs/language.md shows what it says of workers that were not offered a job", async () => {
    const page = readFileSync(new URL("../../../docs/language.md", import.meta.url), "utf8");
    const [, section = ""] = page.split("### Why not\n");
    const block = (language: string): string =>
      new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "su").exec(section)?.[1] ?? "no block";
    const cwd = folderWith({ "main.route": block("route") });
    const { stdout } = await routewright(["test"], { cwd });
    const told = stdout
      .split("\n")
      .filter((line) => /^ {6}(?:expected|but|because| {9}\w)/u.test(line))
      .map((line) => line.slice(2));
    expect(`${told.join("\n")}\n`).toBe(block("text"));

    const json = JSON.parse((await routewright(["test", "--json"], { cwd })).stdout);
    const [{ expectations }] = json.policies[0].scenarios;
    expect(expectations[2]).toMatchObject({
      passed: false,
      offers: [
        {
          jobId: "j1",
          job: { kind: "offers", max: 1, workerIds: ["ann"] },
          workers: [
            {
              outcome: "excluded",
              workerId: "dan",
              reasons: [{ kind: "capacity", free: 30, cost: 50, capacity: 80, jobIds: ["j0"] }],
            },
          ],
        },
      ],
    });
  });

  test("junit is well-formed and counts", async () => {
    const cwd = folderWith(failing);
    const { code, stdout } = await routewright(["test", "main.route", "--reporter", "junit"], {
      cwd,
    });
    const counts: (string | undefined)[] = [];
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("opentag", (tag) => {
      if (tag.name === "testsuites")
        counts.push(String(tag.attributes.tests), String(tag.attributes.failures));
    });
    parser.write(stdout).close();
    expect(counts).toEqual(["3", "2"]);
    expect(code).toBe(1);
  });

  test("--filter that matches nothing, and a policy without tests, are failures", async () => {
    const cwd = folderWith({ "a.route": 'channel a { id "a" }\n' });
    const none = await routewright(["test"], { cwd });
    expect(none.stderr).toMatch(/^error there are no tests\n {2}help: /u);
    expect(none.code).toBe(1);
    const other = await routewright(["test", "--filter", "nothing like it"], {
      cwd: folderWith(sound),
    });
    expect(other.stderr).toBe("error no test's name holds `nothing like it`\n");
    expect(other.code).toBe(1);
  });

  test("a policy that does not compile fails, the others' tests run", async () => {
    const cwd = folderWith({
      "broken/main.route": faulty["main.route"] ?? "",
      "broken/labels.route": faulty["labels.route"] ?? "",
      "sound.route": sound["main.route"] ?? "",
    });
    const { code, stdout, stderr } = await routewright(["test"], { cwd });
    expect(stdout).toMatch(/3 passed, 0 failed, 1 policy did not compile\n$/u);
    expect(stderr).toContain("broken/main.route has errors; its tests did not run");
    expect(code).toBe(1);
  });

  test("parameters reach the tests", async () => {
    const cwd = folderWith({
      "a.route": `param p: 1..9 = 1
labels job { a?: text }
queue q {}
classification c { queue = q  priority = p }
test "the parameter" { job via c {} expect priority == 3 }
`,
    });
    expect((await routewright(["test"], { cwd })).code).toBe(1);
    expect((await routewright(["test", "--param", "p=3"], { cwd })).code).toBe(0);
  });
});
