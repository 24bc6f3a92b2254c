/**
 * Patterns as a row of tokens, read from the left: of the rules that fit at a place, the first
 * one wins, so the order of the rules is part of the language. What is refused depends on it:
 * `[\]` is a class of one lone backslash, not an open class.
 */

export type PatternTokenKind =
  // Escapes.
  | "octal"
  | "named-reference"
  | "numbered-reference"
  | "pair-escape"
  | "half-escape"
  | "escape"
  | "small-code"
  | "large-code"
  | "category"
  | "boundary"
  | "negated-escape"
  | "class-escape"
  | "bad-escape"
  // Groups.
  | "named-group"
  | "look-ahead"
  | "look-behind"
  | "balancing"
  | "bad-name"
  | "quoted-name"
  | "plain-group"
  | "options"
  | "comment"
  | "bad-options"
  | "conditional"
  | "bad-paren"
  | "open"
  | "close"
  | "alternation"
  // Quantifiers.
  | "bad-quantifier"
  | "one-or-more"
  | "zero-or-more"
  | "zero-or-one"
  | "bad-exact"
  | "exact"
  | "limited"
  | "unlimited"
  | "curly"
  // Classes.
  | "empty-class"
  | "class"
  | "square"
  // The rest.
  | "anchor"
  | "pound"
  | "newline"
  | "pair"
  | "half"
  | "other";

export type ClassTokenKind =
  | PatternTokenKind
  | "outer-hyphen"
  | "unescaped"
  | "doubled"
  | "hyphen"
  | "skipped";

export interface PatternToken<Kind> {
  readonly kind: Kind;
  readonly start: number;
  readonly text: string;
  /** What the rule's own groups caught. */
  readonly parts: readonly string[];
}

type Rules<Kind> = readonly (readonly [kind: Kind, rule: RegExp])[];

const hex = "[0-9a-fA-F]";
const word = "[\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}]";
/** .NET sees UTF-16 units, so letters beyond 16 bits are none. */
const letter = "(?![\\u{10000}-\\u{10ffff}])\\p{L}";

function rule(source: string): RegExp {
  return new RegExp(source, "uy");
}

const escapes: Rules<PatternTokenKind> = [
  ["octal", rule("\\\\0\\p{Nd}*")],
  ["named-reference", rule(`\\\\k<(${word}+)>`)],
  ["numbered-reference", rule("\\\\([1-9]\\p{Nd}*)")],
  ["pair-escape", rule(`\\\\u[dD][89abAB]${hex}{2}\\\\u[dD][c-fC-F]${hex}{2}`)],
  ["half-escape", rule(`\\\\u(?:[dD][89a-fA-F]${hex}{2}|\\{0{0,2}[dD][89a-fA-F]${hex}{2}\\})`)],
  ["escape", rule(`\\\\(?:[dfnrstw]|[\\^$\\\\.*+?()[\\]{}|\\/# ]|x${hex}{2}|u${hex}{4})`)],
  ["small-code", rule(`\\\\u\\{0{0,4}${hex}{1,4}\\}`)],
  ["large-code", rule(`\\\\u\\{0{0,2}(?:0?[1-9a-fA-F]|10)${hex}{4}\\}`)],
  ["category", rule(`\\\\([pP])\\{((?:${word}|[=:\\-])+)\\}`)],
  ["boundary", rule("\\\\[bB]")],
  ["negated-escape", rule("\\\\[DWS]")],
  ["class-escape", rule("\\\\[&\\-!#%,;:<=>@`~\\^]")],
  ["bad-escape", rule("\\\\[^\\n]")],
];

const rest: Rules<PatternTokenKind> = [
  ["pair", rule("[\\u{10000}-\\u{10ffff}]")],
  ["half", rule("[\\ud800-\\udfff]")],
  ["other", rule("[^\\n]")],
];

const general: Rules<PatternTokenKind> = [
  ...escapes,
  ["named-group", rule(`\\(\\?<((?:_|${letter})(?:_|\\p{Nd}|${letter})*)>`)],
  ["look-ahead", rule("\\(\\?[=!]")],
  ["look-behind", rule("\\(\\?<[=!]")],
  ["balancing", rule(`\\(\\?<${word}*-${word}*>`)],
  ["bad-name", rule("\\(\\?<[^>]*>")],
  ["quoted-name", rule("\\(\\?'[^']*'")],
  ["plain-group", rule("\\(\\?:")],
  ["options", rule("(?<![^])\\(\\?([imnsx]+)\\)")],
  ["comment", rule("\\(\\?#")],
  ["bad-options", rule(`\\(\\?(?:${word}+|${word}*-${word}+)[:)]`)],
  ["conditional", rule("\\(\\?\\(")],
  ["bad-paren", rule("\\([?+*][^\\n]?")],
  ["bad-quantifier", rule("[*+?][+*]")],
  ["one-or-more", rule("\\+\\??")],
  ["zero-or-more", rule("\\*\\??")],
  ["zero-or-one", rule("\\?\\??")],
  ["bad-exact", rule("\\{\\p{Nd}+\\}[+*?]")],
  ["exact", rule("\\{(\\p{Nd}+)\\}")],
  ["bad-quantifier", rule("\\{\\p{Nd}+,\\p{Nd}*\\}[+*]")],
  ["limited", rule("\\{(\\p{Nd}+),(\\p{Nd}+)\\}\\??")],
  ["unlimited", rule("\\{(\\p{Nd}+),\\}\\??")],
  ["curly", rule("[{}]")],
  ["empty-class", rule("\\[\\^?\\]")],
  ["class", rule("\\[((?:\\\\\\]|\\\\\\[|[^\\]\\[])+)\\]")],
  ["square", rule("[[\\]]")],
  ["open", rule("\\(")],
  ["close", rule("\\)")],
  ["alternation", rule("\\|")],
  ["anchor", rule("[\\^$]")],
  ["pound", rule("#")],
  ["newline", rule("[\\r\\n\\v\\f\\u0085\\u2028\\u2029]")],
  ...rest,
];

/** Inside of a class. `-` at either end, and characters that mean something in other engines. */
const inClass: Rules<ClassTokenKind> = [
  ...escapes,
  ["outer-hyphen", rule("(?<![^])-|-(?=\\n?(?![^]))")],
  ["unescaped", rule("[/|\\\\{}()[\\]^]")],
  ["doubled", rule("([<=>:@`~%&;,!#$*+.?\\-])\\1")],
  ["hyphen", rule("-")],
  ...rest,
  ["skipped", rule("\\n")],
];

export function scanPattern(pattern: string): readonly PatternToken<PatternTokenKind>[] {
  return scan(pattern, general);
}

/** The tokens of what stands in a class, without its brackets and `^`. */
export function scanClass(content: string): readonly PatternToken<ClassTokenKind>[] {
  return scan(content, inClass);
}

function scan<Kind>(text: string, rules: Rules<Kind>): readonly PatternToken<Kind>[] {
  const tokens: PatternToken<Kind>[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, rules);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt<Kind>(text: string, start: number, rules: Rules<Kind>): PatternToken<Kind> {
  for (const [kind, rule] of rules) {
    rule.lastIndex = start;
    const found = rule.exec(text);
    if (found !== null) return { kind, start, text: found[0], parts: found.slice(1) };
  }
  throw new Error("the last rules fit any character");
}
