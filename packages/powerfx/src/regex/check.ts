import { PatternGroups } from "./groups.ts";
import { type ClassTokenKind, type PatternToken, scanClass, scanPattern } from "./scan.ts";

type Comment = "none" | "line" | "inline";

/**
 * What the engine refuses in a pattern before any matcher sees it: all that .NET, JavaScript and
 * PCRE2 do not agree on. Gives the end of the engine's key (`BadEscape`), or nothing.
 *
 * `options`: the letters of `MatchOptions`. Inside comments only their end counts, but tokens are
 * read there as anywhere: `(?#[)])` ends at the second parenthesis.
 */
export function checkPattern(pattern: string, options: string): string | undefined {
  const isNumbered = options.includes("N");
  const groups = new PatternGroups();
  let isFreeSpacing = options.includes("x");
  let comment: Comment = "none" as Comment;
  let captures = 0;
  for (const token of scanPattern(pattern)) {
    if (comment !== "none") {
      const ends =
        comment === "line"
          ? token.kind === "newline"
          : token.kind === "close" || (token.kind === "escape" && token.text === "\\)");
      if (ends) comment = "none";
      continue;
    }
    const problem = check(token);
    if (problem !== undefined) return problem;
  }
  return groups.end() ?? (comment === "inline" ? "UnclosedInlineCommentWithContext" : undefined);

  function check(token: ReturnType<typeof scanPattern>[number]): string | undefined {
    const [first = "", second = ""] = token.parts;
    switch (token.kind) {
      case "anchor":
      case "boundary":
        return undefined;
      case "zero-or-more":
        return groups.quantifier(0, -1);
      case "zero-or-one":
        return groups.quantifier(0, 1);
      case "one-or-more":
        return groups.quantifier(1, -1);
      case "exact":
        return countOf(first) === undefined
          ? "NumberOverflow"
          : groups.quantifier(Number(first), Number(first));
      case "limited":
        return countOf(first) === undefined || countOf(second) === undefined
          ? "NumberOverflow"
          : groups.quantifier(Number(first), Number(second));
      case "unlimited":
        return countOf(first) === undefined
          ? "NumberOverflow"
          : groups.quantifier(Number(first), -1);
      case "other":
        if (token.text === "\\" && token.start === pattern.length - 1) return "EndsWithBackslash";
        groups.literal();
        return undefined;
      case "newline":
      case "escape":
      case "small-code":
      case "negated-escape":
        groups.literal();
        return undefined;
      case "pair-escape":
      case "large-code":
      case "pair":
        groups.literal(2, 2);
        return undefined;
      case "class": {
        const problem = checkClass(first);
        if (problem === undefined) groups.literal();
        return problem;
      }
      case "named-group":
        if (isNumbered) return "MixingNamedAndNumberedSubMatches";
        return first.length > longestName ? "NamedCaptureNameTooLong" : groups.group(first);
      case "plain-group":
        return groups.group();
      case "look-behind":
        return groups.group(undefined, "behind");
      case "look-ahead":
        return groups.group(undefined, "ahead");
      case "open":
        return groups.group(isNumbered ? String(++captures) : undefined);
      case "close":
        return groups.close();
      case "alternation":
        groups.alternative();
        return undefined;
      case "named-reference":
        return isNumbered ? "MixingNamedAndNumberedSubMatches" : groups.reference(first);
      case "numbered-reference":
        return isNumbered ? groups.reference(first) : "NumberedSubMatchesDisabled";
      case "category":
        if (!unicodeCategories.has(second)) return "BadUnicodeCategory";
        groups.literal();
        return undefined;
      case "options":
        if (new Set(first).size < first.length) return "RepeatedInlineOption";
        if (first.includes("n") && isNumbered) return "InlineOptionConflictsWithNumberedSubMatches";
        if (first.includes("x")) isFreeSpacing = true;
        return undefined;
      case "comment":
        comment = "inline";
        return undefined;
      case "pound":
        if (isFreeSpacing) comment = "line";
        else groups.literal();
        return undefined;
      case "bad-options":
        return token.start > 0 ? "BadOptionsNotAtFront" : "BadInlineOptions";
      case "bad-name":
        return "BadNamedCaptureName";
      case "octal":
        return "BadOctal";
      case "balancing":
        return "BadBalancing";
      case "quoted-name":
        return "BadSingleQuoteNamedCapture";
      case "conditional":
        return "BadConditional";
      case "bad-escape":
        return "BadEscape";
      case "class-escape":
        return "BadEscapeOutsideCharacterClass";
      case "bad-quantifier":
        return "BadQuantifier";
      case "bad-exact":
        return "BadExactQuantifier";
      case "curly":
        return "BadCurly";
      case "bad-paren":
        return "BadParen";
      case "square":
        return "BadSquare";
      case "empty-class":
        return "EmptyCharacterClass";
      case "half-escape":
      case "half":
        return "MalformedSurrogatePair";
    }
  }
}

const longestName = 62;

/** A count that fits 32 bits, in ASCII digits. */
function countOf(digits: string): number | undefined {
  const count = Number(digits);
  return count < 2 ** 31 ? count : undefined;
}

export const unicodeCategories: ReadonlySet<string> = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp Cc Cf".split(
    " ",
  ),
);

/** Stands for a set such as `\d`, which cannot begin or end a range. */
const notOne = -1;

function checkClass(written: string): string | undefined {
  const isNegative = written.startsWith("^");
  /** How many characters must come before the next `-` can make a range. */
  let wait = 0;
  let last = 0;
  for (const token of scanClass(isNegative ? written.slice(1) : written)) {
    switch (token.kind) {
      case "escape":
      case "small-code":
      case "class-escape":
      case "other": {
        const code = codeOf(token);
        if (wait > 1 && code === notOne) return "CharacterClassCategoryUse";
        if (wait > 1 && last !== notOne && code < last) return "CharacterClassRangeReverse";
        last = code;
        wait--;
        break;
      }
      case "negated-escape":
      case "category":
        if (wait > 1) return "CharacterClassCategoryUse";
        if (isNegative && token.parts[0] !== "p") return "BadEscapeInsideNegativeCharacterClass";
        if (token.kind === "category" && !unicodeCategories.has(token.parts[1] ?? "")) {
          return "BadUnicodeCategory";
        }
        last = notOne;
        wait--;
        break;
      case "hyphen":
        if (last === notOne) return "CharacterClassCategoryUse";
        if (wait > 0) return "LiteralHyphenInCharacterClass";
        wait = 2;
        break;
      case "bad-escape":
        return "BadEscape";
      case "pair-escape":
      case "large-code":
      case "pair":
        return "SurrogatePairInCharacterClass";
      case "half-escape":
      case "half":
        return "MalformedSurrogatePair";
      case "boundary":
      case "named-reference":
      case "numbered-reference":
        return "BadEscapeInsideCharacterClass";
      case "octal":
        return "BadOctal";
      case "unescaped":
        return "UnescapedCharInCharacterClass";
      case "doubled":
        return "RepeatInCharClass";
      case "outer-hyphen":
        return "LiteralHyphenInCharacterClass";
      default:
        break;
    }
  }
  return undefined;
}

/** The one character that a token of a class stands for, as far as the check looks at it. */
function codeOf({ kind, text }: PatternToken<ClassTokenKind>): number {
  if (kind === "other") return text.charCodeAt(0);
  if (kind === "small-code") return Number.parseInt(text.slice(3, -1), 16);
  const letter = text.charAt(1);
  switch (letter) {
    case "d":
    case "s":
    case "w":
      return notOne;
    case "r":
      return 13;
    case "n":
      return 10;
    case "t":
      return 9;
    case "f":
      return 12;
    case "x":
    case "u":
      return Number.parseInt(text.slice(2), 16);
    default:
      return text.charCodeAt(1);
  }
}
