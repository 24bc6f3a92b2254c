import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ConformanceCase, runCase } from "./support/conformance.ts";

const folder = new URL("../conformance/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const index: { readonly files: readonly { readonly file: string; readonly tier: number }[] } =
  read("index.json");
const known = new Map<string, string>(
  read("known-failures.json").map((entry: { case: string; reason: string }) => [
    entry.case,
    entry.reason,
  ]),
);

/** Every vector, through closures and generated code; the known failures must still fail. */
describe.each([1, 2, 3])("upstream's vectors of tier %i", (tier) => {
  test("pass, but for the known failures", () => {
    const files = index.files.filter((entry) => entry.tier === tier);
    expect(files.length, "the folder was found").toBeGreaterThan(30);
    const surprises: string[] = [];
    let count = 0;
    for (const { file } of files) {
      for (const vector of read(file) as readonly ConformanceCase[]) {
        if (vector.needs !== undefined) continue;
        count++;
        const id = `${vector.file}:${vector.line}`;
        const problem = runCase(vector);
        if (problem !== undefined && !known.has(id)) surprises.push(`${id} ${problem}`);
        if (problem === undefined && known.has(id)) surprises.push(`${id} passes now`);
      }
    }
    expect(surprises).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  }, 120_000);
});
