import { sourceText } from "@routewright/diagnostics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format, parse, tokenTable } from "../../src/index.ts";
import { arbitraryProgram } from "../support/arbitrary-program.ts";
import { designSample, designScenario } from "../support/design-sample.ts";

const numRuns = Number(process.env.LAW_RUNS ?? 1_000);

/** Whatever the text: no exception, spans inside it, and nothing is left out in silence. */
function survives(text: string): void {
  const source = sourceText(text);
  const { value, diagnostics } = parse(source);
  const outside = [...diagnostics, ...value.declarations, ...value.comments].filter(
    ({ span }) => !(span.start >= 0 && span.start <= span.end && span.end <= text.length),
  );
  expect(outside).toEqual([]);
  const formatted = format(source);
  if (diagnostics.length > 0) {
    expect(formatted.text).toBe(text);
  } else {
    const again = parse(sourceText(formatted.text));
    expect(again.diagnostics).toEqual([]);
    expect(again.value.declarations.length).toBe(value.declarations.length);
    // What is no declaration and no comment is white space.
    let rest = "";
    let at = 0;
    for (const { span } of [...value.declarations, ...value.comments].sort(
      (a, b) => a.span.start - b.span.start,
    )) {
      rest += text.slice(at, Math.max(at, span.start));
      at = Math.max(at, span.end);
    }
    expect((rest + text.slice(at)).replace(/[\s\ufeff]/g, "")).toBe("");
  }
}

const leaves = ["a", "'q r'", '"text"', '"""raw"""', "12", "1.5", "5m", "70%", "\n", "// c\n", "@"];
const soup = fc
  .array(fc.constantFrom(...tokenTable.map((entry) => entry.image), ...leaves), { maxLength: 60 })
  .map((tokens) => tokens.join(" "));

const sample = designSample + designScenario;

/** Edits at places told as parts of the text: they fit any. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat({ max: 30 }),
    insert: fc.oneof(
      fc.constantFrom("", ...leaves, "{", "}", "(", ")"),
      fc.constantFrom(...tokenTable.map((entry) => ` ${entry.image} `)),
      fc.string({ maxLength: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, edits).map(([whole, changes]) =>
    changes.reduce((text, { at, cut, insert }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + insert + text.slice(start + cut);
    }, whole),
  );
}

describe("no text is too broken", () => {
  test("random characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), survives), { numRuns });
  });

  test("random code units, lone surrogates among them", () => {
    const units = fc
      .array(fc.nat({ max: 0xffff }), { maxLength: 100 })
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(fc.property(units, survives), { numRuns });
  });

  test("random tokens", () => {
    fc.assert(fc.property(soup, survives), { numRuns });
  });

  test("the design's sample and scenario, damaged", () => {
    fc.assert(fc.property(damaged(fc.constant(sample)), survives), { numRuns });
  });

  test("random programs, damaged", () => {
    fc.assert(fc.property(damaged(arbitraryProgram), survives), { numRuns: numRuns / 4 });
  });
});

describe("no text is too large", () => {
  const many = 10_000;
  const million = 1_000_000;
  const cases: readonly (readonly [name: string, text: string, code: string | undefined])[] = [
    ["nested parentheses", `let x = ${"(".repeat(many)}1${")".repeat(many)}`, "nesting-too-deep"],
    ["open parentheses", `let x = ${"(".repeat(many)}`, "nesting-too-deep"],
    ["open blocks", `classification c ${"{ when a ".repeat(many)}`, "nesting-too-deep"],
    ["negations", `let x = ${"not ".repeat(many)}a`, "expression-too-long"],
    ["signs", `let x = ${"-".repeat(many)}1`, "nesting-too-deep"],
    ["alternatives", `let x = a${" or a".repeat(many)}`, "expression-too-long"],
    ["conditions", `let x = ${"if a then ".repeat(many)}1`, "nesting-too-deep"],
    ["matches", `let x = ${"match { when a -> ".repeat(many)}1`, "nesting-too-deep"],
    ["calls", `let x = ${"f(".repeat(many)}`, "nesting-too-deep"],
    ["a text of one line", `let x = "${"a".repeat(million)}"`, undefined],
    ["a list of one line", `let x = a in [${"a, ".repeat(million / 3)}a]`, undefined],
    ["open comments", "/*\n".repeat(million / 10), "comment-not-closed"],
    ["raw texts", 'x """\n'.repeat(million / 10), "declaration-expected"],
    ["an open raw text", `let x = powerfx"""\n${"a\n".repeat(million / 10)}`, "text-not-closed"],
    ["quotes", "'".repeat(million), "declaration-expected"],
    ["other characters", "#\0\ud800".repeat(million / 4), "unknown-character"],
    ["closing braces", "}".repeat(million / 4), "close-without-open"],
    ["broken declarations", "queue a { ".repeat(many), "block-not-closed"],
    ["white space", " ".repeat(million), undefined],
  ];

  test.each(cases)("%s", (_, text, code) => {
    const { diagnostics } = parse(sourceText(text));
    expect(diagnostics[0]?.code).toBe(code);
    survives(text);
  });
});

describe("what is around a text does not matter", () => {
  const plain = parse(sourceText(designSample)).value;
  const kinds = plain.declarations.map((declaration) => declaration.kind);

  test("a byte order mark and CR LF", () => {
    const { value, diagnostics } = parse(
      sourceText(`\ufeff${designSample.replaceAll("\n", "\r\n")}`),
    );
    expect(diagnostics).toEqual([]);
    expect(value.declarations.map((declaration) => declaration.kind)).toEqual(kinds);
    expect(value.declarations[0]?.doc).toBe(plain.declarations[0]?.doc);
  });

  test("one parse leaves nothing for the next", () => {
    parse(sourceText("let x = ((((("));
    expect(parse(sourceText(designSample)).diagnostics).toEqual([]);
    expect(parse(sourceText(designSample)).value).toEqual(plain);
  });
});
