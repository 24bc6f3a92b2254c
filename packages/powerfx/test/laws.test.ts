import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compileFormula,
  type FxNode,
  isFxError,
  parseFormula,
  printFormula,
} from "../src/index.ts";
import { arbitraryBag, arbitraryTree, hostileNames } from "./support/arbitrary.ts";
import { show } from "./support/conformance.ts";

/** A tree without its places. */
function shape(node: FxNode): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) =>
      /span$/i.test(key) || key === "dotStart" ? undefined : value,
    ),
  );
}

const roomy = { maxLength: 1_000_000, maxDepth: 200 } as const;

test("parse(print(tree)) is the tree", () => {
  fc.assert(
    fc.property(arbitraryTree, (tree) => {
      const text = printFormula(tree);
      const parsed = parseFormula(text, { maxDepth: 200 });
      expect(parsed.diagnostics, text).toEqual([]);
      expect(shape(parsed.tree), text).toEqual(shape(tree));
      expect(printFormula(parsed.tree)).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});

test("closures, generated code and the trace give the same value, and nothing throws", () => {
  let values = 0;
  fc.assert(
    fc.property(
      arbitraryTree,
      fc.array(fc.tuple(arbitraryBag, arbitraryBag), { minLength: 1, maxLength: 4 }),
      (tree, bags) => {
        const text = printFormula(tree);
        const closures = compileFormula(text, { ...roomy, codegen: "never" });
        const generated = compileFormula(text, { ...roomy, codegen: "eager" });
        for (const [job, worker] of [...bags, ...bags]) {
          const expected = closures.run(job, worker);
          const given = show(expected);
          expect(show(generated.run(job, worker)), text).toBe(given);
          expect(show(closures.evaluate({ job, worker })), text).toBe(given);
          expect(show(closures.trace({ job, worker }).value), text).toBe(given);
          const { run, type, mayBlank, mayError } = closures.specialise(
            closures.signatureOf({ job, worker }),
          );
          expect(typeof run).toBe("function");
          if (!given.startsWith("compile") && !given.startsWith("error")) {
            values++;
            if (expected === null) expect(mayBlank, text).toBe(true);
            if (type.kind === "boolean" && expected !== null)
              expect(typeof expected).toBe("boolean");
          }
          if (given.startsWith("error")) expect(mayError, text).toBe(true);
        }
      },
    ),
    { numRuns: 1_500 },
  );
  expect(values, "enough formulas bind").toBeGreaterThan(250);
});

test("any text: no exception, and the same every time", () => {
  const fragments = fc.constantFrom(
    "job",
    ".",
    "Region",
    "=",
    '"NA"',
    "(",
    ")",
    "&&",
    "If",
    ",",
    "{",
    "}",
    "[",
    "]",
    '$"',
    "'",
    "!",
    "-",
    "%",
    "1",
    "e",
    "@",
    ";",
    "//",
    "/*",
    "in",
    "As",
    "\n",
    "Blank()",
    "null",
    "\u{1F600}",
    "\ud800",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fragments, fc.string({ maxLength: 3 })), { maxLength: 30 }),
      (parts) => {
        const text = parts.join("");
        const { tree, diagnostics } = parseFormula(text);
        expect(typeof printFormula(tree)).toBe("string");
        for (const { span } of diagnostics) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
        const first = show(compileFormula(text, { codegen: "never" }).run({ Region: "NA" }));
        expect(show(compileFormula(text, { codegen: "eager" }).run({ Region: "NA" }))).toBe(first);
      },
    ),
    { numRuns: 1_500 },
  );
});

test.each(hostileNames)("the label %j reads as its own property only", (name) => {
  const text = printFormula({
    kind: "field",
    receiver: { kind: "name", name: "job", global: false, span: { start: 0, end: 0 } },
    name,
    nameSpan: { start: 0, end: 0 },
    dotStart: 0,
    separator: ".",
    span: { start: 0, end: 0 },
  });
  for (const codegen of ["never", "eager"] as const) {
    const { run } = compileFormula(text, { codegen });
    for (const value of ["x", 5, true]) {
      const job = JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
      expect(run(job)).toBe(value);
      expect(run({})).toBe(null);
      expect(run(Object.create(null))).toBe(null);
      expect(run(job)).toBe(value);
    }
  }
});

test("a label without a name is a field like another of the whole record", () => {
  for (const codegen of ["never", "eager"] as const) {
    const options = { codegen, features: { json: true } };
    const written = compileFormula("JSON(job)", options).run({ "": 1, a: "x" });
    expect(typeof written === "string" && JSON.parse(written)).toEqual({ "": 1, a: "x" });
    expect(compileFormula("job.a", options).run({ "": 1, a: "x" })).toBe("x");
    // It cannot be named.
    expect(isFxError(compileFormula("job.''", options).run({ "": 1 }))).toBe(true);
  }
});
