import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bind,
  compile,
  compileFormula,
  FxError,
  FxMoment,
  type FxType,
  type FxTypeScope,
  parse,
  print,
  printFormula,
  recordType,
  tableType,
  types,
} from "../src/index.ts";
import { arbitraryBag, arbitraryTree } from "./support/arbitrary.ts";
import { show } from "./support/conformance.ts";

const scope: FxTypeScope = new Map<string, FxType>([
  ["Threshold", types.decimal],
  ["Ratio", types.float],
  ["Today", types.date],
  ["Data", types.untyped],
  [
    "job",
    recordType(
      new Map<string, FxType>([
        ["Region", types.text],
        ["n", types.decimal],
      ]),
    ),
  ],
  [
    "Skills",
    tableType(
      new Map<string, FxType>([
        ["Name", types.text],
        ["Level", types.decimal],
      ]),
    ),
  ],
]);

const globals = {
  Threshold: 0.1,
  Ratio: 0.1,
  Today: new FxMoment("date", 45_000 * 86_400_000),
  Data: { a: [1, { b: "x" }] },
  job: { Region: "NA", n: 5 },
  Skills: [{ Name: "en", Level: 7 }, { Name: "fr" }, null],
};

test.each([
  ["Threshold + 0.2 = 0.3", "true"],
  ["Ratio + Float(0.2) = Float(0.3)", "false"],
  ['job.Region = "NA" && job.n > Threshold', "true"],
  ["With(job, Region & n)", '"NA5"'],
  ["Sum(Skills, Level)", "7"],
  ['CountIf(Skills, Name = "fr")', "1"],
  ["Year(Today)", "2023"],
  ["Text(Index(Data.a, 2).b)", '"x"'],
  ["[@Threshold] * 10", "1"],
])("%s is %s", (text, expected) => {
  const program = compile(text, scope, { features: { json: true } });
  expect(program.diagnostics).toEqual([]);
  expect(show(program(globals))).toBe(expected);
});

test("types are known before any value is", () => {
  expect(bind("Threshold * 2", scope).type).toEqual(types.decimal);
  expect(bind("job", scope).type).toEqual(scope.get("job"));
  expect(bind("job.n + job.n & job.Region", scope).reads).toEqual([
    { global: "job", field: "n", type: types.decimal },
    { global: "job", field: "Region", type: types.text },
  ]);
});

test.each([
  ["Missing + 1", "ErrInvalidName", 0, 7],
  ["job.Missing", "ErrInvalidName", 3, 11],
  ["job.Region = 1", "ErrIncompatibleTypesForEquality_Left_Right", 11, 12],
  ["(", "ErrOperandExpected", 1, 1],
])("%s does not compile: %s", (text, key, start, end) => {
  const program = compile(text, scope);
  expect(program.diagnostics[0]).toMatchObject({ key });
  const value = program(globals);
  expect(value instanceof FxError && [value.kind, value.key]).toEqual(["compile", key]);
  if (text !== "(") expect(program.diagnostics[0]?.span).toEqual({ start, end });
});

test("what is not there is Blank; what has another type is an Error", () => {
  const sum = compile("Threshold + job.n", scope);
  expect([sum({}), sum({ Threshold: null }), sum({ job: { n: 2 } })]).toEqual([0, 0, 2]);
  for (const bad of [
    { Threshold: "1" },
    { Threshold: Number.NaN },
    { job: 1 },
    { job: { n: true } },
  ]) {
    const value = sum(bad);
    expect(value instanceof FxError && value.kind, JSON.stringify(bad)).toBe("error");
  }
  expect(compile("IsBlank(job)", scope)(Object.create({ job: {} }))).toBe(true);
});

test("values that refer to themselves are Errors, not hangs", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const value = compile("Data.self", scope)({ Data: loop });
  expect(value instanceof FxError).toBe(true);
});

test("the doors are the same under their short names", () => {
  expect(print(parse("1+2").tree)).toBe("1 + 2");
});

/** Declared types agree with types found at run time, where all labels are there. */
test("declared records give what labels of the same types give", () => {
  let same = 0;
  fc.assert(
    fc.property(arbitraryTree, arbitraryBag, arbitraryBag, (tree, job, worker) => {
      const text = printFormula(tree);
      const roomy = { maxLength: 1_000_000, maxDepth: 200 };
      const declared = compile(
        text,
        new Map([
          ["job", typeOf(job)],
          ["worker", typeOf(worker)],
        ]),
        roomy,
      );
      const found = compileFormula(text, { ...roomy, missingLabels: "error" }).run(job, worker);
      const given = show(declared({ job, worker }));
      if (show(found) === given) same++;
      expect(given, text).toBe(show(found));
    }),
    { numRuns: 500 },
  );
  expect(same).toBeGreaterThan(100);
});

function typeOf(bag: Readonly<Record<string, string | number | boolean>>): FxType {
  return recordType(
    new Map(
      Object.entries(bag).map(([name, value]): [string, FxType] => [
        name,
        typeof value === "string"
          ? types.text
          : typeof value === "number"
            ? types.decimal
            : types.boolean,
      ]),
    ),
  );
}
