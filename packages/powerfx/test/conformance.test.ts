import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ConformanceCase } from "./support/conformance.ts";
import {
  conformancePage,
  type FileScore,
  type KnownFailure,
  scoreFile,
  shortfalls,
} from "./support/score.ts";

const folder = new URL("../conformance/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const index: { readonly files: readonly { readonly file: string; readonly tier: number }[] } =
  read("index.json");
const known: readonly KnownFailure[] = read("known-failures.json");
const scores: FileScore[] = [];

/** Every vector, through closures and generated code; the known failures must still fail. */
test.each([1, 2, 3])("upstream's vectors of tier %i pass, but for the known failures", (tier) => {
  const files = index.files.filter((entry) => entry.tier === tier);
  expect(files.length, "the folder was found").toBeGreaterThan(30);
  const played = files.map(({ file }) => {
    const cases: readonly ConformanceCase[] = read(file);
    return scoreFile(file.replace(/\.json$/, ""), tier, cases);
  });
  scores.push(...played);
  const listed = new Set(known.map((entry) => entry.case));
  const surprises = played.flatMap(({ failures, passed }) => [
    ...failures.filter(({ id }) => !listed.has(id)).map(({ id, problem }) => `${id} ${problem}`),
    ...passed.filter((id) => listed.has(id)).map((id) => `${id} passes now`),
  ]);
  expect(surprises).toEqual([]);
  expect(played.flatMap((score) => score.passed).length).toBeGreaterThan(1_000);
});

test("docs/powerfx-conformance.md says what the run says, and every tier reaches its rate", () => {
  expect(scores.length).toBe(index.files.length);
  const sorted = scores.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const page = readFileSync(
    new URL("../../../docs/powerfx-conformance.md", import.meta.url),
    "utf8",
  );
  expect(page).toBe(conformancePage(sorted, known));
  expect(shortfalls(sorted)).toEqual([]);
});

test("a tier below its rate is named", () => {
  const wrong: ConformanceCase = { file: "A.txt", line: 1, expr: "1 + 1", expected: 3 };
  const right: ConformanceCase = { file: "A.txt", line: 2, expr: "1 + 1", expected: 2 };
  const many = Array.from({ length: 197 }, () => right);
  const keyed = { ...right, expected: { compileError: [{ key: "ErrInvalidName", span: [0, 1] }] } };
  const other = { ...wrong, needs: ["culture"] };
  expect(shortfalls([scoreFile("A", 1, [wrong, other, ...many, right, right])])).toEqual([]);
  expect(shortfalls([scoreFile("A", 1, [wrong, ...many, keyed])])).toEqual([
    "tier 1: values 99.4 %, at least 99.5 % wanted",
    "tier 1: compile errors 0.0 %, at least 97 % wanted",
  ]);
  expect(shortfalls([scoreFile("A", 3, [wrong, ...many, keyed])])).toEqual([]);
});
