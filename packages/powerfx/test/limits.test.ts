import { expect, test } from "vitest";
import { compileFormula, errorKinds, FxError, type FxValue } from "../src/index.ts";

const big = "a".repeat(500_000);
const labels = { t: "aaaa", big, quotes: '"'.repeat(1_000) };

function nested(times: number, start: string, wrap: (text: string) => string): string {
  let text = start;
  for (let count = 0; count < times; count++) text = wrap(text);
  return text;
}

function run(text: string, codegen: "never" | "eager"): FxValue {
  const features = { json: true, regularExpressions: true };
  return compileFormula(text, { codegen, features }).run(labels);
}

const grows = (text: string) => `Substitute(${text}, "a", "aaaaaaaaaaaaaaaa")`;

/** Each would run for minutes, or need more memory than there is. */
test.each([
  ["Timeout", "CountRows(ForAll(Sequence(50000), CountRows(ForAll(Sequence(50000), Value))))"],
  ["Timeout", "CountIf(Sequence(50000), CountIf(Sequence(50000), true) > 1)"],
  ["Timeout", "With({t: Sequence(50000)}, CountIf(t, Value in t))"],
  ["Timeout", "With({t: Sequence(50000)}, CountIf(t, Sum(t, 1) > 2))"],
  ["Timeout", "With({t: Sequence(50000)}, CountRows(ForAll(t, First(Sort(t, -Value)))))"],
  ["Timeout", 'CountIf(Sequence(50000), Find("x", job.big) > 1)'],
  ["Timeout", "Len(Concat(Sequence(50000), job.big, job.big))"],
  ["Timeout", "IfError(CountIf(Sequence(50000), CountIf(Sequence(50000), true) > 1), 1)"],
  ["InsufficientMemory", `Len(${nested(20, "job.t", grows)})`],
  ["InsufficientMemory", 'Len(Substitute(job.big, "a", job.big))'],
  ["InsufficientMemory", nested(20, "job.big", (text) => `Replace(${text}, 1, 0, job.big)`)],
  ["InsufficientMemory", nested(20, "job.quotes", (text) => `JSON(${text})`)],
  ["InsufficientMemory", "job.big & job.big & job.big"],
  ["InsufficientMemory", '$"{job.big}{job.big}{job.big}"'],
] as const)("%s: %s", (kind, text) => {
  for (const codegen of ["never", "eager"] as const) {
    const value = run(text, codegen);
    expect(value instanceof FxError && value.errors[0]?.code).toBe(errorKinds[kind]);
  }
});

test("what rules do stays far from the limits", () => {
  for (const codegen of ["never", "eager"] as const) {
    expect(run("Sum(Sequence(50000), Value * Value)", codegen)).toBe(41_667_916_675_000);
    expect(run('CountRows(Split(job.big, "a"))', codegen)).toBe(500_001);
    expect(run('Len(job.big & job.t & "x")', codegen)).toBe(500_005);
    const fifty = "CountRows(Filter(Sequence(50), true))";
    expect(run(`CountIf(Sequence(500), ${fifty} = 50)`, codegen)).toBe(500);
  }
});

test("a limit that was hit does not stay", () => {
  const { run: again } = compileFormula(
    "CountIf(Sequence(job.n), CountIf(Sequence(job.n), true) > 1)",
  );
  expect(again({ n: 50_000 })).toBeInstanceOf(FxError);
  expect(again({ n: 20 })).toBe(20);
});

function keysOf(text: string, options = {}): readonly string[] {
  const { run: value } = compileFormula(text, options);
  const result = value();
  return result instanceof FxError && result.key !== undefined ? [result.key] : [];
}

test("a formula has at most 1,000 characters, unless the host says otherwise", () => {
  const longest = `1${" ".repeat(999)}`;
  expect(keysOf(longest)).toEqual([]);
  expect(keysOf(`${longest} `)).toEqual(["ErrTextTooLarge"]);
  expect(keysOf(`${longest} `, { maxLength: 1_001 })).toEqual([]);
  expect(keysOf("1 + 1", { maxLength: 4 })).toEqual(["ErrTextTooLarge"]);
  expect(keysOf("(".repeat(1_000_000))).toEqual(["ErrTextTooLarge"]);
});

test.each([
  ["brackets", (depth: number) => `${"(".repeat(depth)}1${")".repeat(depth)}`],
  ["calls", (depth: number) => `${"Abs(".repeat(depth)}1${")".repeat(depth)}`],
  ["signs", (depth: number) => `${"-".repeat(depth)}1`],
  ["records", (depth: number) => `${"{a:".repeat(depth)}1${"}".repeat(depth)}`],
  ["tables", (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`],
  ["texts", (depth: number) => `${'$"{'.repeat(depth)}1${'}"'.repeat(depth)}`],
])("formulas nest at most 50 deep: %s", (_, nest) => {
  expect(keysOf(nest(40))).toEqual([]);
  expect(keysOf(nest(60))).toEqual(["ErrRuleNestedTooDeeply"]);
  expect(keysOf(nest(60), { maxDepth: 100 })).toEqual([]);
  // However deep, it is an answer.
  expect(keysOf(nest(50_000), { maxLength: 1_000_000 })).toEqual(["ErrRuleNestedTooDeeply"]);
});
