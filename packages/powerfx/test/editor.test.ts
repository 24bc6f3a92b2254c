import fc from "fast-check";
import { expect, test } from "vitest";
import { complete, diagnose, type FxEditorScope, hover, signatureHelp } from "../src/index.ts";

const scope: FxEditorScope = {
  job: new Map([
    ["Region", "text"],
    ["Some-Skill", "number"],
  ]),
  worker: new Map([["VIP", "boolean"]]),
};

/** The text without its `|`, and where that stood. */
function marked(text: string): readonly [string, number] {
  const offset = text.indexOf("|");
  return [text.slice(0, offset) + text.slice(offset + 1), offset];
}

function labels(text: string): readonly string[] {
  return complete(...marked(text), scope).items.map((item) => item.insert);
}

test("after a record's dot come its labels, quoted where they must be", () => {
  expect(labels("job.|")).toEqual(["Region", "'Some-Skill'"]);
  expect(labels("If(worker.V|")).toEqual(["VIP"]);
  expect(complete(...marked("job.Re| = 1"), scope).replace).toEqual({ start: 4, end: 6 });
  expect(labels("SortOrder.|")).toEqual(["Ascending", "Descending"]);
});

test("elsewhere names and functions, after a value operators, in a text nothing", () => {
  expect(labels("|")).toContain("job");
  expect(labels("1 + Le|")).toContain("Len");
  expect(labels("job.Region |")).toEqual(["And", "Or", "in", "exactin", "As"]);
  expect(labels('"a|b"')).toEqual([]);
});

test.each([
  ["Filter([{a:1,'b c':2}], |)", ["a", "'b c'", "ThisRecord", "job"]],
  ["Filter([{a:1}], a| > 1", ["a", "ThisRecord", "job"]],
  ["With({x: job.Region}, |)", ["x", "ThisRecord", "job"]],
  ["ForAll(Sequence(3), Val|)", ["Value", "ThisRecord", "job"]],
  ["Filter(Sequence(3) As r, |", ["r", "job"]],
  ["ForAll([{a:1}], Filter([{b:2}], |", ["b", "a", "ThisRecord", "job"]],
  ["[{a:1}] & |", ["job", "worker"]],
])("within rows their columns come first: %s", (text, expected) => {
  expect(labels(text).slice(0, expected.length)).toEqual(expected);
});

test.each([
  ["First([{a:1}]).|", ["a"]],
  ["Filter([{a:1}] As r, r.|", ["a"]],
  ["With({x: {y: 1}}, x.|)", ["y"]],
  ["ForAll([{a:1}], ThisRecord.|)", ["a"]],
  ['LookUp([{a:1,b:""}], a = 1).|', ["a", "b"]],
  ["(job).|", ["Region", "'Some-Skill'"]],
  ["Len(job.Region).|", []],
  ["nobody.|", []],
])("after a dot come the fields of whatever it is: %s", (text, expected) => {
  expect(labels(text)).toEqual(expected);
});

test.each(["// a|", "1 // |", "1 + /* | */ 2", "job.Region & /* x|"])(
  "in a comment nothing: %s",
  (text) => {
    expect(labels(text)).toEqual([]);
  },
);

test("after a comment everything, and after a slash", () => {
  expect(labels("/* a */|")).toContain("Len");
  expect(labels("1 + // a\n|")).toContain("Len");
});

test("functions are offered where the host has them", () => {
  const features = { regularExpressions: true };
  expect(labels("|")).not.toContain("IsMatch");
  const { items } = complete("", 0, scope, { features });
  expect(items.map((item) => item.insert)).toContain("IsMatch");
});

test("hover tells functions, labels and members", () => {
  expect(hover(...marked("L|en(job.Region)"), scope)?.text).toContain("Length");
  expect(hover(...marked("Len(job.Re|gion)"), scope)).toEqual({
    span: { start: 8, end: 14 },
    code: "job.Region",
    text: "A text label.",
  });
  expect(hover(...marked("job.'Some-Sk|ill' > 1"), scope)?.code).toBe("job.'Some-Skill'");
  expect(hover(...marked("job.N|o"), scope)?.text).toContain("not declared");
  expect(hover(...marked("1 |+ 2"), scope)).toBe(undefined);
});

test("signature help counts the arguments of the innermost call", () => {
  const at = (text: string) => {
    const help = signatureHelp(...marked(text));
    return help === undefined
      ? undefined
      : [help.signatures[0]?.split("(")[0], help.activeParameter];
  };
  expect(at("If(a, Left(b, |")).toEqual(["Left", 1]);
  expect(at("If(a, Left(b, 1), |)")).toEqual(["If", 2]);
  expect(at('If("a,(", |')).toEqual(["If", 1]);
  expect(at("1 + |")).toBe(undefined);
});

test("diagnostics: one mistake, one report", () => {
  const keys = (text: string) => diagnose(text, scope).map((finding) => finding.key);
  expect(keys('job.Region = "NA" && worker.VIP')).toEqual([]);
  expect(keys("(job.Region < 1) = (1 + Nope)")).toEqual([
    "ErrBadType_ExpectedTypesCSV",
    "ErrInvalidName",
  ]);
  expect(keys("Len(")).toEqual(["ErrOperandExpected", "ErrExpectedFound_Ex_Fnd"]);
  expect(diagnose("worker.VIP", { job: new Map() }).map((finding) => finding.key)).toEqual([
    "ErrInvalidName",
  ]);
});

test("any text and offset: answers, and no exception", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20, unit: fc.constantFrom(..."jobL.('\"{}[],&=1 $e\n") }),
      fc.nat(20),
      (text, at) => {
        const offset = Math.min(at, text.length);
        const { replace } = complete(text, offset, scope);
        expect(replace.start).toBeLessThanOrEqual(offset);
        expect(replace.end).toBeGreaterThanOrEqual(offset);
        hover(text, offset, scope);
        signatureHelp(text, offset);
        diagnose(text, scope);
      },
    ),
    { numRuns: 500 },
  );
});
