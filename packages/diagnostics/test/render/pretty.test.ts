import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { plainStyle } from "../../src/index.ts";
import { excerpt } from "../../src/render/excerpt.ts";
import { renderPretty } from "../../src/render/index.ts";
import { finding, richSample } from "./samples.ts";

test("a finding shows its place, words, lines, related places, help and fixes", () => {
  expect(renderPretty(richSample())).toBe(`\
policies/xbox.route:4:14: error \`regoin\` is not a declared label [unknown-label]
  4 | let na = job.regoin == "NA"
    |              ^^^^^^
    > policies/xbox.route:2:3: a near one is here
  2 |   region: text
    |   ------
    = help: labels are declared in \`labels job\`
      and mind case
    = fix (--fix): rename to \`region\`
    = fix: remove it

policies/xbox.route:5:1: warning 100% of \`a,b:c\` is late [late-label]
  5 | let eu =
    | ^^^^^^^^
    …
  8 |   + 2
    |   ^^^
`);
});

test("colours come from the style alone", () => {
  const marked = { ...plainStyle, error: (text: string) => `<e>${text}</e>` };
  const text = renderPretty(richSample(), { style: marked });
  expect(text).toContain("<e>error</e>");
  expect(text).toContain("<e>^^^^^^</e>");
  expect(text.replaceAll(/<\/?e>/g, "")).toBe(renderPretty(richSample()));
});

describe("the underline stands under its words", () => {
  const cases: readonly [name: string, line: string, marked: string][] = [
    ["plain", "let a = bad", "bad"],
    ["after a tab", "\tlet\ta = bad", "bad"],
    ["a tab itself", "let\ta", "\t"],
    ["after wide characters", 'let a = "日本語" & bad', "bad"],
    ["wide characters", 'let a = "日本語"', "日本語"],
    ["after combining marks", "let e\u0301e\u0301 = bad", "bad"],
    ["after an emoji of several parts", 'let a = "👩‍👩‍👧" & bad', "bad"],
    ["after a control character", "let \u001b[31m bad", "bad"],
    ["after a change of direction", "let \u202e bad", "bad"],
    ["at the end", "let a = ", ""],
  ];
  test.each(cases)("%s", (_name, line, marked) => {
    for (const lineEnd of ["\n", "\r\n", "\r", ""]) {
      const text = `first${lineEnd || "\n"}${line}${lineEnd}`;
      const start = marked === "" ? text.indexOf(line) + line.length : text.lastIndexOf(marked);
      const shown = renderPretty([finding(text, start, start + marked.length)]).split("\n");
      const [code = "", under = ""] = shown.slice(1);
      // Both lines share the gutter, so columns can be compared as they stand.
      const before = stringWidth(/^ *\^?/u.test(under) ? under.slice(0, under.indexOf("^")) : "");
      const width = under.length - under.indexOf("^");
      expect(under.trimEnd()).toMatch(/^ {4}\| *\^+$/u);
      expect(atColumns(code, before, width)).toBe(
        marked === "" ? "" : marked === "\t" ? " ".repeat(width) : marked,
      );
    }
  });
});

test("an empty line and an empty text can be pointed at", () => {
  expect(renderPretty([finding("", 0, 0)])).toContain("  1 |\n    | ^\n");
  expect(renderPretty([finding("a\n\nb", 2, 2)])).toContain("a.route:2:1:");
});

test("a long line is cut around the span", () => {
  const line = `${"a".repeat(500_000)}bad${"b".repeat(500_000)}`;
  const text = renderPretty([finding(line, 500_000, 500_003)], { width: 60 });
  const [, code = "", under = ""] = text.split("\n");
  expect(code.length).toBeLessThanOrEqual(60);
  expect(code).toMatch(/\| …a+badb+…$/u);
  expect(code.slice(under.indexOf("^"), under.lastIndexOf("^") + 1)).toBe("bad");
  const all = renderPretty([finding(line, 0, line.length)], { width: 60 });
  for (const shown of all.split("\n").slice(1)) expect(shown.length).toBeLessThanOrEqual(60);
});

test("no finding writes control characters to the terminal", () => {
  const text = renderPretty([finding("\u001b[2J\u0007\u009b", 0, 4, "a\u001b[2Jb.route")]);
  expect(text).toContain("a<U+001B>[2Jb.route");
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});

test("any span of any line gives an excerpt within its width", () => {
  const piece = fc.constantFrom(
    "a",
    "\t",
    "日",
    "e\u0301",
    "👩‍👩‍👧",
    "\u001b",
    "\ud800",
    "🇩🇪",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), fc.nat(200), fc.nat(200), (pieces, a, b) => {
      const line = pieces.join("");
      const start = Math.min(a, b, line.length);
      const shown = excerpt(line, start, Math.min(Math.max(a, b), line.length), 30);
      const width = stringWidth(shown.text, { countAnsiEscapeCodes: true });
      expect(width).toBeLessThanOrEqual(30);
      expect(shown.markWidth).toBeGreaterThan(0);
      expect(shown.markStart).toBeLessThanOrEqual(width);
      expect(shown.markStart + shown.markWidth).toBeLessThanOrEqual(width + 1);
    }),
  );
});

/** What stands in a text from a terminal column on, for so many columns. */
function atColumns(text: string, start: number, width: number): string {
  let column = 0;
  let found = "";
  for (const { segment } of new Intl.Segmenter("en").segment(text)) {
    if (column >= start && column < start + width) found += segment;
    column += stringWidth(segment);
  }
  return found;
}
