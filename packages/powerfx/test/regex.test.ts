import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileFormula, errorKinds, FxError, isFxError, quoteText } from "../src/index.ts";
import { compilePattern } from "../src/regex/match.ts";
import { PatternError, parsePattern } from "../src/regex/pattern.ts";
import { show } from "./support/conformance.ts";

function keyOf(pattern: string, options = "c"): string | undefined {
  const parsed = parsePattern(pattern, options);
  return parsed instanceof PatternError ? parsed.key.slice("ErrInvalidRegEx".length) : undefined;
}

/** One neighbour or more for every reason to refuse a pattern; `N` numbers the groups. */
describe("the engine's reasons to refuse a pattern", () => {
  test.each([
    ["a\\012", "c", "BadOctal"],
    ["[\\0]", "c", "BadOctal"],
    ["\\a", "c", "BadEscape"],
    ["\\v", "c", "BadEscape"],
    ["\\cA", "c", "BadEscape"],
    ["[\\A]", "c", "BadEscape"],
    ["\\x4", "c", "BadEscape"],
    ["\\u{110000}", "c", "BadEscape"],
    ["\\~", "c", "BadEscapeOutsideCharacterClass"],
    ["[\\~\\-\\&]", "c", undefined],
    ["[\\B]", "c", "BadEscapeInsideCharacterClass"],
    ["(?<x>a)[\\k<x>]", "c", "BadEscapeInsideCharacterClass"],
    ["[^\\D]", "c", "BadEscapeInsideNegativeCharacterClass"],
    ["[^\\P{L}]", "c", "BadEscapeInsideNegativeCharacterClass"],
    ["[^\\p{L}\\d]", "c", undefined],
    ["\\p{Greek}", "c", "BadUnicodeCategory"],
    ["[\\p{C}]", "c", "BadUnicodeCategory"],
    ["a\\", "c", "EndsWithBackslash"],
    ["[]", "c", "EmptyCharacterClass"],
    ["[^]", "c", "EmptyCharacterClass"],
    ["a]", "c", "BadSquare"],
    ["[a", "c", "BadSquare"],
    ["[a[b]", "c", "BadSquare"],
    ["[b\\]", "c", "UnescapedCharInCharacterClass"],
    ["[(]", "c", "UnescapedCharInCharacterClass"],
    ["[a^]", "c", "UnescapedCharInCharacterClass"],
    ["[a&&b]", "c", "RepeatInCharClass"],
    ["[..]", "c", "RepeatInCharClass"],
    ["[a--b]", "c", "RepeatInCharClass"],
    ["[-a]", "c", "LiteralHyphenInCharacterClass"],
    ["[^a-]", "c", "LiteralHyphenInCharacterClass"],
    ["[a-c-e]", "c", "LiteralHyphenInCharacterClass"],
    ["[a-cx-e]", "c", "CharacterClassRangeReverse"],
    ["[z-a]", "c", "CharacterClassRangeReverse"],
    ["[\\x62-a]", "c", "CharacterClassRangeReverse"],
    ["[a-\\s]", "c", "CharacterClassCategoryUse"],
    ["[\\W-a]", "c", "CharacterClassCategoryUse"],
    ["[\u{1F600}]", "c", "SurrogatePairInCharacterClass"],
    ["[\\ud83d]", "c", "MalformedSurrogatePair"],
    ["\\ude00", "c", "MalformedSurrogatePair"],
    ["a\ud83d", "c", "MalformedSurrogatePair"],
    ["{2}", "c", "QuantifierOnNothing"],
    ["a|*", "c", "QuantifierOnNothing"],
    ["(+a)", "c", "BadParen"],
    ["(?:+a)", "c", "QuantifierOnNothing"],
    ["a{2}{3}", "c", "QuantifierOnNothing"],
    ["^*", "c", "QuantifierOnNothing"],
    ["a^*", "c", undefined],
    ["a?+", "c", "BadQuantifier"],
    ["a{1,2}+", "c", "BadQuantifier"],
    ["a{2}?", "c", "BadExactQuantifier"],
    ["a{3,2}", "c", "LowHighQuantifierFlip"],
    ["a{9999999999}", "c", "NumberOverflow"],
    ["a{1,9999999999}", "c", "NumberOverflow"],
    ["a{,2}", "c", "BadCurly"],
    ["a{2", "c", "BadCurly"],
    ["a}", "c", "BadCurly"],
    ["(a", "c", "UnclosedCaptureGroups"],
    ["a)", "c", "UnopenedCaptureGroups"],
    ["(?#a", "c", "UnclosedInlineCommentWithContext"],
    ["(?#[)])a", "c", "UnopenedCaptureGroups"],
    ["(?>a)", "c", "BadParen"],
    ["(?|a)", "c", "BadParen"],
    ["(?(1)a|b)", "c", "BadConditional"],
    ["(?'n'a)", "c", "BadSingleQuoteNamedCapture"],
    ["(?<a-b>x)", "c", "BadBalancing"],
    ["(?<1a>x)", "c", "BadNamedCaptureName"],
    ["(?<>x)", "c", "BadNamedCaptureName"],
    [`(?<${"n".repeat(63)}>x)`, "c", "NamedCaptureNameTooLong"],
    [`(?<${"n".repeat(62)}>x)`, "c", undefined],
    ["(?<a>x)(?<a>y)", "c", "BadNamedCaptureAlreadyExists"],
    ["(?<a>x)", "cN", "MixingNamedAndNumberedSubMatches"],
    ["\\k<a>", "cN", "MixingNamedAndNumberedSubMatches"],
    ["(a)\\1", "c", "NumberedSubMatchesDisabled"],
    ["(a)\\2", "cN", "BadBackRefNotDefined"],
    ["\\k<b>(?<b>x)", "c", "BadBackRefNotDefined"],
    ["(a\\1)", "cN", "BadBackRefSelfReferencing"],
    ["(?q)a", "c", "BadInlineOptions"],
    ["(?-i)a", "c", "BadInlineOptions"],
    ["a(?i)", "c", "BadOptionsNotAtFront"],
    ["(?ii)a", "c", "RepeatedInlineOption"],
    ["(?n)a", "cN", "InlineOptionConflictsWithNumberedSubMatches"],
    ["(?=a)*", "c", "QuantifierOursideLookAround"],
    ["(b(?<!a)){2}", "c", "QuantifierOursideLookAround"],
    ["(?<=a+)", "c", "UnlimitedQuantifierInLookAround"],
    ["(a+)(?<=\\1)b", "cN", "UnlimitedQuantifierInLookAround"],
    ["(?<=a(?<=b))", "c", "NestedLookAround"],
    ["(?<=a(?=b))", "c", undefined],
    ["(?<=(?<g>a))b", "c", "CaptureInLookAround"],
    ["(?<!a{251})", "c", "LookbehindTooManyChars"],
    ["(?<!a{250})", "c", undefined],
    ["(?<=(?:a{5}|b{6}){42})", "c", "LookbehindTooManyChars"],
    ["(?<!\u{1F600}{126})", "c", "LookbehindTooManyChars"],
    ["(a|)*", "c", "QuantifiedCapture"],
    ["(?:(a)|b)*", "cN", "QuantifiedCapture"],
    ["((a)|b)*", "c", undefined],
    ["(?:(a)*b)*", "cN", "QuantifiedCapture"],
    ["((?:a?))+", "c", "QuantifiedCapture"],
    ["(a*)\\1", "cN", "BackRefToZeroCapture"],
    ["(?:(a*))\\1", "cN", "BackRefToZeroCapture"],
    ["(?:(a)b)?\\1", "cN", "BackRefToZeroCapture"],
    ["(?:(a)\\1|b)", "cN", undefined],
    ["(?=(a))\\1", "cN", "BackRefToCaptureInLookaround"],
    [`${"(".repeat(31)}a${")".repeat(31)}`, "c", undefined],
    [`${"(".repeat(32)}a${")".repeat(32)}`, "c", "GroupTrackerOverflow"],
    ["(?x)a # [comment\n b", "c", undefined],
    ["a # [", "c", "BadSquare"],
    ["(?x) *a", "c", "QuantifierOnNothing"],
    ["(?x)a+ +", "c", "BadQuantifier"],
  ])("%s (%s) is %s", (pattern, options, expected) => {
    expect(keyOf(pattern, options)).toBe(expected);
  });
});

function run(text: string): string {
  return show(compileFormula(text, { features: { regularExpressions: true, json: true } }).run());
}

test.each([
  ['Match("ab", "a", MatchOptions.NumberedSubMatches).StartMatch / 3', "0.3333333333333333"],
  ['IsMatch("K", "\\u212a", MatchOptions.IgnoreCase)', "true"],
  ['IsMatch("ſ", "s", MatchOptions.IgnoreCase)', "false"],
  ['IsMatch("a", "\\p{Lu}", MatchOptions.IgnoreCase)', "true"],
  ['IsMatch("a", "[^\\p{Lu}]", MatchOptions.IgnoreCase)', "false"],
  ['IsMatch("x", "\\P{Lu}", MatchOptions.IgnoreCase)', "false"],
  ['Match("a1", "(?<FullMatch>\\d)").FullMatch', '"1"'],
  ['CountRows(MatchAll("\u{1F600}", "a*"))', "3"],
  ['CountRows(MatchAll("\u{1F600}", "."))', "1"],
  ['Match("aXbX", "(?=(?<g>X)b)X|b").g', '"X"'],
  ['Match("ab", "(?:(?=(?<g>a))ax|a)b").g', "null"],
  ['IsMatch("a\u200db", "a\\b")', "false"],
  ['IsMatch("x" & Char(10), "x", MatchOptions.Complete)', "true"],
  ['IsMatch("a.b", "a" & Match.Period & "b")', "true"],
  ['IsMatch("é", "\\w")', "true"],
])("%s is %s", (text, expected) => {
  expect(run(text)).toBe(expected);
});

test("a pattern that is refused says so in words, once", () => {
  const features = { regularExpressions: true };
  const value = compileFormula('Match(job.t, "[a").FullMatch', { features }).run({ t: "x" });
  expect(value instanceof FxError && value.key).toBe("ErrInvalidRegExBadSquare");
  const { specialise, signatureOf } = compileFormula('Match(job.t, "[a").FullMatch', { features });
  const { diagnostics } = specialise(signatureOf({ job: { t: "x" } }));
  expect(diagnostics.map(({ key, consequence }) => [key, consequence === true])).toEqual([
    ["ErrInvalidRegExBadSquare", false],
    ["ErrInvalidArgs_Func", true],
    ["ErrInvalidName", true],
  ]);
  expect(diagnostics[0]?.message).toContain("a bracket is not closed");
});

/** What the engine accepts is what the engines agree on, so JavaScript's is a judge. */
const arbitraryPattern: fc.Arbitrary<string> = fc.letrec<{ all: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "b", "ab", ".", "[ab]", "[^a]", "\\w", "^", "$", "\\b", "\\1", "\\2"),
    tie("all").map((inner) => `(${inner})`),
    tie("all").map((inner) => `(?:${inner})`),
    tie("all").map((inner) => `(?=${inner})`),
    tie("all").map((inner) => `(?!${inner})`),
    tie("all").map((inner) => `(?<=${inner})`),
  ),
  all: fc
    .array(
      fc.tuple(
        tie("atom"),
        fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "*?", "+?", "|"),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.map(([atom, after]) => atom + after).join("")),
})).all;

/** The few patterns that the engine lets pass and JavaScript does not repeat an anchor. */
function javascript(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "d");
  } catch {
    return undefined;
  }
}

test("accepted patterns match as JavaScript's do", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      arbitraryPattern,
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 }).map((chars) => chars.join("")),
      (pattern, text) => {
        const parsed = parsePattern(pattern, "cN");
        if (parsed instanceof PatternError) return;
        const judge = javascript(pattern);
        if (judge === undefined) return;
        compared++;
        const { matches } = compilePattern(parsed)(text, 1);
        const [found] = matches ?? [];
        const wanted = judge.exec(text);
        const given = found && [
          [found.start, found.end],
          ...found.groups.map((group) => group && [group.start, group.end]),
        ];
        expect(given, `${pattern} on ${text}`).toEqual(wanted?.indices?.map((pair) => pair));
      },
    ),
    { numRuns: 20_000 },
  );
  expect(compared).toBeGreaterThan(1_000);
});

test.each([
  ["(?:a+)+$", `${"a".repeat(40)}b`],
  ["(?:a|aa)+$", `${"a".repeat(60)}b`],
  ["(?:\\w+\\s?)+!", `${"word ".repeat(40)}.`],
  ["(?=(?:a+)+b)c", "a".repeat(60)],
])("%s is stopped", (pattern, text) => {
  const value = compileFormula(`IsMatch(job.t, ${quoteText(pattern)})`, {
    features: { regularExpressions: true },
  }).run({ t: text });
  expect(value instanceof FxError && value.errors[0]?.code).toBe(errorKinds.Timeout);
});

test("many matches count together, and so do many texts", () => {
  const features = { regularExpressions: true };
  for (const formula of [
    'CountRows(MatchAll(job.t, "(?:a+)+b|a"))',
    'CountIf(Sequence(50000), IsMatch(job.t & Value, "(?:a+)+$"))',
    'CountIf(Sequence(50000), IsMatch(job.big, "a+b"))',
  ]) {
    const value = compileFormula(formula, { features }).run({
      t: "a".repeat(3_000),
      big: "a".repeat(900),
    });
    expect(isFxError(value), formula).toBe(true);
  }
});

test("long texts need no deep stack", () => {
  const features = { regularExpressions: true };
  const { run: match } = compileFormula('IsMatch(job.t, ".*b$")', { features });
  expect(match({ t: `${"a".repeat(100_000)}b` })).toBe(true);
});
