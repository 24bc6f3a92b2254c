import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { folderWith, routewright } from "./support/cli.ts";
import { sound } from "./support/policies.ts";

const partly = ["--filter", "regions"];

describe("coverage files", () => {
  test("lcov: what is read back is what the report says", async () => {
    const cwd = folderWith(sound);
    const { records, stdout } = await lcovOf(cwd, partly);
    expect(stdout).not.toContain("coverage:");
    expect(records).toHaveLength(1);
    const [record] = records;
    expect(record?.SF).toEqual(["main.route"]);

    const json = await routewright(["test", ...partly, "--coverage", "--json"], { cwd });
    const { rules, branches, conditions } = totalsOf(json.stdout);
    const taken = record?.BRDA?.map((line) => line.split(",")[3]) ?? [];
    expect(taken.length).toBe(branches.total + conditions.total);
    expect(taken.filter((count) => count !== "-" && count !== "0").length).toBe(
      branches.covered + conditions.covered,
    );
    expect(record?.BRF).toEqual([String(taken.length)]);
    expect(record?.FNF).toEqual([String(rules.total)]);
    expect(record?.FNH).toEqual([String(rules.covered)]);

    // `when job.vip {` of the policy: looked at twice, never true.
    const lines = (sound["main.route"] ?? "").split("\n");
    const vip = lines.findIndex((line) => line.includes("when job.vip {")) + 1;
    expect(vip).toBeGreaterThan(0);
    expect(record?.DA).toContain(`${vip},2`);
    const ways = record?.BRDA?.filter((line) => line.startsWith(`${vip},`)) ?? [];
    expect(ways.map((line) => line.split(",")[3])).toEqual(["0", "2", "0", "2"]);
  });

  test("lcov: a test more reaches a way more", async () => {
    const cwd = folderWith(sound);
    const some = await lcovOf(cwd, partly);
    const all = await lcovOf(cwd, []);
    const hit = ({ records }: Lcov): number => Number(records[0]?.BRH?.[0]);
    expect(hit(all)).toBeGreaterThan(hit(some));
  });

  test("cobertura: well-formed, as its DTD has it, and counted", async () => {
    const cwd = folderWith({ "a&b <1>.route": sound["main.route"] ?? "" });
    const args = ["test", ...partly, "--coverage", "cobertura", "--coverage-out", "out/c.xml"];
    expect((await routewright(args, { cwd })).code).toBe(0);
    const { valid, invalid, classes } = coberturaOf(readFileSync(join(cwd, "out/c.xml"), "utf8"));
    expect(invalid).toEqual([]);
    expect(classes).toEqual(["a&b <1>.route"]);
    const json = await routewright(["test", ...partly, "--coverage", "--json"], { cwd });
    const { branches, conditions } = totalsOf(json.stdout);
    expect(valid).toEqual({
      covered: String(branches.covered + conditions.covered),
      total: String(branches.total + conditions.total),
    });
  });

  test("the check of the DTD can fail", () => {
    expect(coberturaOf("<coverage><lines/></coverage>").invalid).toEqual([
      "coverage lacks line-rate branch-rate lines-covered lines-valid branches-covered branches-valid complexity version timestamp",
      "coverage holds [lines], not (sources )?packages ",
    ]);
  });

  test("equal runs give equal bytes, and nothing is left beside the file", async () => {
    const cwd = folderWith(sound);
    const bytes: string[] = [];
    for (const format of ["lcov", "lcov", "cobertura", "cobertura"]) {
      await routewright(["test", "--coverage", format, "--coverage-out", "c"], { cwd });
      bytes.push(readFileSync(join(cwd, "c"), "utf8"));
    }
    expect(bytes[0]).toBe(bytes[1]);
    expect(bytes[2]).toBe(bytes[3]);
    expect(readdirSync(cwd).sort()).toEqual(["c", ...Object.keys(sound)].sort());
  });

  test("a file that cannot be written is said, and what was there stays", async () => {
    const cwd = folderWith(sound);
    writeFileSync(join(cwd, "taken"), "mine");
    const args = ["test", "--coverage", "lcov", "--coverage-out", "taken/c"];
    const { code, stderr } = await routewright(args, { cwd });
    expect(stderr).toMatch(/^error `?taken\/c/u);
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, "taken"), "utf8")).toBe("mine");
  });

  test("a format without a file, a file without a format, and a path behind --coverage", async () => {
    const cwd = folderWith(sound);
    const homeless = await routewright(["test", "--coverage", "lcov"], { cwd });
    expect([homeless.code, homeless.stderr]).toEqual([
      2,
      "error --coverage lcov has no file to go to\n  help: give one with --coverage-out FILE\n",
    ]);
    const vague = await routewright(["test", "--coverage", "--coverage-out", "c"], { cwd });
    expect(vague.code).toBe(2);
    expect(existsSync(join(cwd, "c"))).toBe(false);
    const path = await routewright(["test", "--coverage", "main.route"], { cwd });
    expect([path.code, path.stdout.includes("coverage: rules")]).toEqual([0, true]);
  });
});

interface Lcov {
  readonly stdout: string;
  readonly records: readonly Readonly<Record<string, readonly string[]>>[];
}

async function lcovOf(cwd: string, args: readonly string[]): Promise<Lcov> {
  const all = ["test", ...args, "--coverage", "lcov", "--coverage-out", "lcov.info"];
  const { code, stdout } = await routewright(all, { cwd });
  expect(code).toBe(0);
  const text = readFileSync(join(cwd, "lcov.info"), "utf8");
  expect(text.endsWith("end_of_record\n")).toBe(true);
  const records = text.split("end_of_record\n").slice(0, -1);
  return {
    stdout,
    records: records.map((record) => {
      const fields: Record<string, string[]> = {};
      for (const line of record.split("\n").slice(0, -1)) {
        const [, key = "", value = ""] =
          /^(TN|SF|FN|FNDA|FNF|FNH|BRDA|BRF|BRH|DA|LF|LH):(.*)$/u.exec(line) ?? [];
        expect(key, line).not.toBe("");
        fields[key] = [...(fields[key] ?? []), value];
      }
      return fields;
    }),
  };
}

interface Totals {
  readonly covered: number;
  readonly total: number;
}

function totalsOf(json: string): Readonly<Record<"rules" | "branches" | "conditions", Totals>> {
  return JSON.parse(json).policies[0].coverage.totals;
}

/** What coverage-04.dtd of Cobertura asks of each element: children in order, and attributes. */
const rates = ["line-rate", "branch-rate"];
const counted = [...rates, "lines-covered", "lines-valid", "branches-covered", "branches-valid"];
const dtd: Readonly<Record<string, readonly [children: string, attributes: readonly string[]]>> = {
  coverage: ["(sources )?packages ", [...counted, "complexity", "version", "timestamp"]],
  sources: ["(source )*", []],
  source: ["", []],
  packages: ["(package )*", []],
  package: ["classes ", ["name", ...rates, "complexity"]],
  classes: ["(class )*", []],
  class: ["methods lines ", ["name", "filename", ...rates, "complexity"]],
  methods: ["(method )*", []],
  method: ["lines ", ["name", "signature", ...rates, "complexity"]],
  lines: ["(line )*", []],
  line: ["(conditions )*", ["number", "hits", "branch"]],
  conditions: ["(condition )*", []],
  condition: ["", ["number", "type", "coverage"]],
};

function coberturaOf(text: string) {
  const invalid: string[] = [];
  const classes: string[] = [];
  const open: { readonly name: string; children: string }[] = [];
  let valid: { readonly covered: string; readonly total: string } | undefined;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const lacks = dtd[name]?.[1].filter((key) => attributes[key] === undefined) ?? [];
    if (lacks.length > 0) invalid.push(`${name} lacks ${lacks.join(" ")}`);
    const last = open.at(-1);
    if (last !== undefined) last.children += `${name} `;
    open.push({ name, children: "" });
    if (name === "class") classes.push(String(attributes.filename));
    if (name === "coverage") {
      const { "branches-covered": covered, "branches-valid": total } = attributes;
      valid = { covered: String(covered), total: String(total) };
    }
  });
  parser.on("closetag", () => {
    const { name = "", children = "" } = open.pop() ?? {};
    const wanted = dtd[name]?.[0];
    if (wanted === undefined || !new RegExp(`^${wanted}$`, "u").test(children))
      invalid.push(`${name} holds [${children.trim()}], not ${wanted}`);
  });
  parser.write(text).close();
  return { valid, invalid, classes };
}
