import { describe, expect, test } from "vitest";
import {
  compileFormula,
  FxError,
  type FxEvaluationScope,
  isFxError,
  parseFormula,
  printFormula,
  quoteName,
  quoteText,
} from "../src/index.ts";

const scope: FxEvaluationScope = {
  job: { Region: "NA", VIP: true, Count: 5, "a b": "x" },
  worker: { Lang: "en", Skill: 7, Load: 0.1 },
};

function value(text: string, labels: FxEvaluationScope = scope) {
  const result = compileFormula(text).evaluate(labels);
  if (!(result instanceof FxError))
    return typeof result === "object" ? (result?.toString() ?? null) : result;
  return result.kind === "compile" ? `compile ${result.key}` : "error";
}

describe("evaluating over labels", () => {
  test.each<[string, unknown]>([
    ['job.Region = "NA" && job.VIP', true],
    [
      "If(worker.Lang = job.Lang, 50, 0) + worker.Skill * 3 - worker.Load * 10 + If(worker.VIP = true && job.VIP = true, 25, 0)",
      20,
    ],
    ["0.1 + 0.2 = 0.3", true],
    ["1 / 3 * 3", "0.9999999999999999999999999999"],
    ['1 = "1"', "compile ErrIncompatibleTypesForEquality_Left_Right"],
    ["job.Missing < 1", true],
    ["job.Missing = 0", false],
    ["Blank() <= 0", true],
    ["job.Region < 1", "compile ErrBadType_ExpectedTypesCSV"],
    ["-2 ^ 2", -4],
    ["job.'a b' & 1.50", "x1.5"],
    ["1 / 0", "error"],
    ["false && 1 / 0 = 1", false],
    ["job.toString", null],
    ["", null],
  ])("%s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test("a root that is not there is an unknown name", () => {
    expect(value("worker.Lang", { job: {} })).toBe("compile ErrInvalidName");
  });

  test("labels are read by own property, whatever their name", () => {
    const job = JSON.parse('{"__proto__": 3, "constructor": "c"}');
    expect(value("job.__proto__ + 1", { job })).toBe(4);
    expect(value("job.constructor", { job })).toBe("c");
    expect(value("job.constructor", { job: {} })).toBe(null);
  });
});

test("the labels a formula reads, in order, each once", () => {
  expect(compileFormula("job.B = worker.A || job.B = job.'C d'").labels).toEqual([
    { root: "job", name: "B" },
    { root: "worker", name: "A" },
    { root: "job", name: "C d" },
  ]);
});

test("a trace holds the atoms that were evaluated, with their operands", () => {
  const { value: result, atoms } = compileFormula(
    'job.VIP && (job.Count > 9 || worker.Skill = 7) && !StartsWith(job.Region, "x")',
  ).trace(scope);
  expect(result).toBe(true);
  expect(
    atoms.map((atom) => [atom.text, atom.operands.map((operand) => operand.value), atom.value]),
  ).toEqual([
    ["job.VIP", [true], true],
    ["job.Count > 9", [5, 9], false],
    ["worker.Skill = 7", [7, 7], true],
    ['StartsWith(job.Region, "x")', ["NA", "x"], false],
  ]);
});

test("quoting", () => {
  expect(quoteText('say "hi"')).toBe('"say ""hi"""');
  expect(["Plain", "Some-Skill", "it's", "in", "null", "1a"].map(quoteName)).toEqual([
    "Plain",
    "'Some-Skill'",
    "'it''s'",
    "'in'",
    "'null'",
    "'1a'",
  ]);
});

test.each([
  ["(a+b)*c - (d - e)", "(a + b) * c - (d - e)"],
  ["2^3^2", "2 ^ 3 ^ 2"],
  ["(2^3)^2 + (-2)^2", "(2 ^ 3) ^ 2 + (-2) ^ 2"],
  ["Not a = b And Not(c)", "!a = b && Not(c)"],
  ["1 = (2 in x)", "1 = (2 in x)"],
  ['$"x{ {a:1} }}}"', '$"x{ {a: 1} }}}"'],
  ["a.b.'c d'!e", "a.b.'c d'!e"],
])("prints %s canonically", (text, expected) => {
  const { tree } = parseFormula(text);
  if (!text.includes("!e")) expect(printFormula(tree)).toBe(expected);
  expect(printFormula(parseFormula(printFormula(tree)).tree)).toBe(printFormula(tree));
});

test.each([
  "(".repeat(10_000),
  `${"1+".repeat(100_000)}1`,
  "-".repeat(100_000),
  `a${".a".repeat(100_000)}`,
  `"${"a".repeat(1_000_000)}`,
  '$"{'.repeat(100_000),
  `f(${"1,".repeat(100_000)}`,
])("hostile text %#: no exception, no hang", (text) => {
  expect(typeof printFormula(parseFormula(text).tree)).toBe("string");
  expect(isFxError(compileFormula(text).evaluate({}))).toBe(true);
  expect(isFxError(compileFormula(text, { maxLength: 1e9 }).evaluate({}))).toBe(true);
});

test("a record used as a whole has the labels that are there", () => {
  const job = { Region: "NA", n: 2 };
  expect(value('With(job, Region = "NA" && n > 1)', { job })).toBe(true);
  expect(value("With(job, Missing)", { job })).toBe("compile ErrInvalidName");
  expect(value("IsBlank(job)", { job: {} })).toBe(false);
  expect(value("job = 1", { job })).toBe("compile ErrIncompatibleTypesForEquality_Left_Right");
  const { run, wholeRecords, trace } = compileFormula("With(job, n * 2) + job.n");
  expect([run(job), run({ n: "5" }), run({ n: true, x: 1 })]).toEqual([6, 15, 3]);
  expect(wholeRecords).toEqual(["job"]);
  expect(trace({ job }).value).toBe(6);
});

test("without declared labels the strict engine refuses a missing one", () => {
  const strict = compileFormula("IsBlank(job.Missing)", { missingLabels: "error" });
  const result = strict.evaluate({ job: {} });
  expect(result instanceof FxError && [result.kind, result.key, result.span]).toEqual([
    "compile",
    "ErrInvalidName",
    { start: 11, end: 19 },
  ]);
  expect(strict.evaluate({ job: { Missing: "" } })).toBe(true);
});

test("where code generation is forbidden the closures run", () => {
  const generator = globalThis.Function;
  try {
    globalThis.Function = function refuse() {
      throw new EvalError("unsafe-eval");
    } as unknown as FunctionConstructor;
    const { run } = compileFormula("job.n * 2", { codegen: "eager" });
    expect([run({ n: 1 }), run({ n: 2 }), run({ n: 0.5 })]).toEqual([2, 4, 1]);
  } finally {
    globalThis.Function = generator;
  }
});

test("a catastrophic pattern is an Error, not a hang", () => {
  const { run } = compileFormula('IsMatch(job.text, "^(?:a+)+$")', {
    features: { regularExpressions: true },
  });
  const result = run({ text: `${"a".repeat(40)}!` });
  expect(result instanceof FxError && result.errors[0]?.code).toBe(28);
});
