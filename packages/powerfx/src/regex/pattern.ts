/**
 * Patterns of `IsMatch`, `Match` and `MatchAll`: read into a tree, with the engine's own refusals.
 * The engine takes a subset that .NET, JavaScript and PCRE2 agree on; this reads the same.
 */
export type Pattern =
  | { readonly kind: "set"; readonly test: (codePoint: number) => boolean }
  | { readonly kind: "sequence"; readonly items: readonly Pattern[] }
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  | { readonly kind: "group"; readonly index: number; readonly body: Pattern }
  | { readonly kind: "backreference"; readonly index: number }
  | {
      readonly kind: "assertion";
      readonly what: "start" | "end" | "line-start" | "line-end" | "word" | "not-word";
    }
  | {
      readonly kind: "look";
      readonly behind: boolean;
      readonly negative: boolean;
      readonly body: Pattern;
    }
  | {
      readonly kind: "repeat";
      readonly body: Pattern;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

export interface ParsedPattern {
  readonly tree: Pattern;
  readonly ignoreCase: boolean;
  /** One a capturing group, in order; unnamed groups capture only when numbered. */
  readonly groups: readonly (string | undefined)[];
}

/** Why a pattern is refused: the engine's key. */
export class PatternError {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

const keyPrefix = "ErrInvalidRegEx";

/** `options`: the letters of `MatchOptions`, of which i, m, s, x and n matter here. */
export function parsePattern(pattern: string, options: string): ParsedPattern | PatternError {
  try {
    return new PatternReader(pattern, options).read();
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}

const wordClass = /^[\p{L}\p{Mn}\p{Nd}\p{Pc}]$/u;
const digitClass = /^\p{Nd}$/u;
const separatorClass = /^\p{Z}$/u;

export function isWord(codePoint: number): boolean {
  return wordClass.test(String.fromCodePoint(codePoint));
}

function isDigit(codePoint: number): boolean {
  return digitClass.test(String.fromCodePoint(codePoint));
}

function isSpace(codePoint: number): boolean {
  return (
    (codePoint >= 9 && codePoint <= 13) ||
    codePoint === 0x85 ||
    separatorClass.test(String.fromCodePoint(codePoint))
  );
}

export function isLineEnd(codePoint: number): boolean {
  return (
    (codePoint >= 10 && codePoint <= 13) ||
    codePoint === 0x85 ||
    codePoint === 0x2028 ||
    codePoint === 0x2029
  );
}

type Test = (codePoint: number) => boolean;

/** An escape inside or outside a class: one character, or a whole class. */
type Escape = { readonly char: number } | { readonly test: Test };

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
]);

class PatternReader {
  private readonly text: string;
  private at = 0;
  private readonly groups: (string | undefined)[] = [];
  private readonly openGroups: number[] = [];
  private hasNumbered = false;
  private ignoreCase: boolean;
  private readonly numbered: boolean;
  private multiline: boolean;
  private dotAll: boolean;
  private freeSpacing: boolean;

  constructor(text: string, options: string) {
    this.text = text;
    this.ignoreCase = options.includes("i");
    this.multiline = options.includes("m");
    this.dotAll = options.includes("s");
    this.freeSpacing = options.includes("x");
    this.numbered = options.includes("n");
  }

  read(): ParsedPattern {
    const inline = /^\(\?([a-zA-Z]*)\)/.exec(this.text);
    if (inline !== null) {
      this.inlineOptions(inline[1] ?? "");
      this.at = inline[0].length;
    }
    const tree = this.choice(0);
    if (this.at < this.text.length) this.fail("UnopenedCaptureGroups");
    if (this.hasNumbered && this.numbered && this.groups.some((name) => name !== undefined)) {
      this.fail("MixingNamedAndNumberedSubMatches");
    }
    return { tree, ignoreCase: this.ignoreCase, groups: this.groups };
  }

  private fail(key: string): never {
    throw new PatternError(keyPrefix + key);
  }

  private inlineOptions(letters: string): void {
    if (letters === "" || /[^imnsx]/.test(letters)) this.fail("BadInlineOptions");
    if (new Set(letters).size < letters.length) this.fail("RepeatedInlineOption");
    this.ignoreCase ||= letters.includes("i");
    this.multiline ||= letters.includes("m");
    this.dotAll ||= letters.includes("s");
    this.freeSpacing ||= letters.includes("x");
    if (letters.includes("n") && this.numbered) this.fail("ConflictingOption");
  }

  private choice(depth: number): Pattern {
    if (depth > 50) this.fail("GroupTrackerOverflow");
    const options: Pattern[] = [this.sequence(depth)];
    while (this.text.charAt(this.at) === "|") {
      this.at++;
      options.push(this.sequence(depth));
    }
    const [only] = options;
    return only !== undefined && options.length === 1 ? only : { kind: "choice", options };
  }

  private sequence(depth: number): Pattern {
    const items: Pattern[] = [];
    for (;;) {
      this.skipTrivia();
      const char = this.text.charAt(this.at);
      if (char === "" || char === "|" || char === ")") break;
      const atom = this.atom(char, depth);
      if (atom !== undefined) items.push(this.quantified(atom));
    }
    return { kind: "sequence", items };
  }

  private skipTrivia(): void {
    for (;;) {
      if (this.text.startsWith("(?#", this.at)) {
        const end = this.text.indexOf(")", this.at);
        if (end < 0) this.fail("UnclosedInlineCommentWithContext");
        this.at = end + 1;
        continue;
      }
      if (!this.freeSpacing) return;
      const char = this.text.charAt(this.at);
      if (char !== "" && isSpace(char.charCodeAt(0))) {
        this.at++;
      } else if (char === "#") {
        while (this.at < this.text.length && !isLineEnd(this.text.charCodeAt(this.at))) this.at++;
      } else return;
    }
  }

  private atom(char: string, depth: number): Pattern | undefined {
    switch (char) {
      case "(":
        return this.group(depth);
      case "[":
        return { kind: "set", test: this.characterClass() };
      case "]":
        return this.fail("BadSquare");
      case "{":
      case "}":
        return this.fail(
          /^\{\d+(?:,\d*)?\}/.test(this.text.slice(this.at)) ? "QuantifierOnNothing" : "BadCurly",
        );
      case "*":
      case "+":
      case "?":
        return this.fail("QuantifierOnNothing");
      case ".":
        this.at++;
        return { kind: "set", test: this.dotAll ? () => true : (code) => !isLineEnd(code) };
      case "^":
        this.at++;
        return { kind: "assertion", what: this.multiline ? "line-start" : "start" };
      case "$":
        this.at++;
        return { kind: "assertion", what: this.multiline ? "line-end" : "end" };
      case "\\":
        return this.escapedAtom();
      default: {
        const code = this.text.codePointAt(this.at) ?? 0;
        this.at += code > 0xffff ? 2 : 1;
        return this.single(code);
      }
    }
  }

  private single(code: number): Pattern {
    return { kind: "set", test: this.folded((other) => other === code) };
  }

  /** The set, or with the option the set and its other cases. */
  private folded(test: Test): Test {
    if (!this.ignoreCase) return test;
    return (code) => test(code) || otherCases(code).some(test);
  }

  private escapedAtom(): Pattern {
    const next = this.text.charAt(this.at + 1);
    if (next === "") this.fail("EndsWithBackslash");
    if (next === "b" || next === "B") {
      this.at += 2;
      return { kind: "assertion", what: next === "b" ? "word" : "not-word" };
    }
    if (next === "k") return this.namedBackreference();
    if (/[1-9]/.test(next)) {
      if (!this.numbered) this.fail("NumberedSubMatchesDisabled");
      const digits = /^\d+/.exec(this.text.slice(this.at + 1))?.[0] ?? next;
      this.at += 1 + digits.length;
      return this.backreference(Number(digits));
    }
    const escaped = this.escape(false);
    return "char" in escaped
      ? this.single(escaped.char)
      : { kind: "set", test: this.folded(escaped.test) };
  }

  private backreference(index: number): Pattern {
    if (index > this.groups.length) this.fail("BadBackRefNotDefined");
    if (this.openGroups.includes(index)) this.fail("BadBackRefSelfReferencing");
    return { kind: "backreference", index };
  }

  private namedBackreference(): Pattern {
    const match = /^\\k<([^>]*)>/.exec(this.text.slice(this.at));
    if (match === null) return this.fail("BadEscape");
    this.at += match[0].length;
    return this.backreference(
      this.groups.indexOf(match[1]) < 0
        ? this.groups.length + 1
        : this.groups.indexOf(match[1]) + 1,
    );
  }

  /** At a backslash: what it and the following stand for. */
  private escape(inClass: boolean): Escape {
    const rest = this.text.slice(this.at + 1);
    const char = rest.charAt(0);
    if (char === "") this.fail("EndsWithBackslash");
    const take = (length: number) => {
      this.at += 1 + length;
    };
    switch (char) {
      case "d":
        take(1);
        return { test: isDigit };
      case "D":
        take(1);
        return { test: (code) => !isDigit(code) };
      case "w":
        take(1);
        return { test: isWord };
      case "W":
        take(1);
        return { test: (code) => !isWord(code) };
      case "s":
        take(1);
        return { test: isSpace };
      case "S":
        take(1);
        return { test: (code) => !isSpace(code) };
      case "p":
      case "P": {
        const match = /^[pP]\{([\w-]+)\}/.exec(rest);
        if (match === null || (inClass && char === "P")) break;
        const test = category(match[1] ?? "");
        if (test === undefined) return this.fail("BadUnicodeCategory");
        take(match[0].length);
        return { test: char === "p" ? test : (code) => !test(code) };
      }
      case "x": {
        const match = /^x([0-9a-f]{2})/i.exec(rest);
        if (match === null) break;
        take(3);
        return { char: Number.parseInt(match[1] ?? "0", 16) };
      }
      case "u":
        return this.unicodeEscape(rest);
      case "c": {
        const match = /^c([a-z])/i.exec(rest);
        if (match === null) break;
        take(2);
        return { char: (match[1] ?? "@").toUpperCase().charCodeAt(0) - 64 };
      }
      case "0": {
        const match = /^0([0-3]?[0-7]{0,2})/.exec(rest);
        if (match === null || match[0].length < 3) return this.fail("BadOctal");
        take(match[0].length);
        return { char: Number.parseInt(match[0], 8) };
      }
      default: {
        const control = controlEscapes.get(char);
        if (control !== undefined) {
          take(1);
          return { char: control };
        }
        if (/[\^$\\.*+?()[\]{}|/#\s"'!%&,\-:;<=>@`~]/.test(char)) {
          take(1);
          return { char: char.charCodeAt(0) };
        }
      }
    }
    return this.fail("BadEscape");
  }

  private unicodeEscape(rest: string): Escape {
    const braced = /^u\{([0-9a-f]{1,8})\}/i.exec(rest);
    const plain = braced ?? /^u([0-9a-f]{4})/i.exec(rest);
    const code = plain === null ? Number.NaN : Number.parseInt(plain[1] ?? "", 16);
    if (plain === null || code > 0x10ffff) return this.fail("BadEscape");
    this.at += 1 + plain[0].length;
    if (code < 0xd800 || code > 0xdfff) return { char: code };
    const low = /^\\u([0-9a-f]{4})/i.exec(this.text.slice(this.at));
    const second = low === null ? 0 : Number.parseInt(low[1] ?? "", 16);
    if (braced !== null || code > 0xdbff || second < 0xdc00 || second > 0xdfff) {
      return this.fail("MalformedSurrogatePair");
    }
    this.at += 6;
    return { char: (code - 0xd800) * 0x400 + (second - 0xdc00) + 0x10000 };
  }

  private group(depth: number): Pattern {
    const rest = this.text.slice(this.at);
    const look = /^\(\?(<?)([=!])/.exec(rest);
    if (look !== null) {
      this.at += look[0].length;
      const body = this.closed(depth);
      const behind = look[1] === "<";
      if (hasUnlimited(body)) this.fail("UnlimitedQuantifierInLookAround");
      if (behind && longest(body) > 250) this.fail("LookbehindTooManyChars");
      return { kind: "look", behind, negative: look[2] === "!", body };
    }
    if (rest.startsWith("(?:")) {
      this.at += 3;
      return this.closed(depth);
    }
    if (rest.startsWith("(?'")) this.fail("BadSingleQuoteNamedCapture");
    if (rest.startsWith("(?(")) this.fail("BadConditional");
    const named = /^\(\?<([^>]*)>/.exec(rest);
    if (named !== null) {
      const name = named[1] ?? "";
      if (name.includes("-")) this.fail("BadBalancing");
      if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)) this.fail("BadNamedCaptureName");
      if (name.length > 62) this.fail("NamedCaptureNameTooLong");
      if (this.groups.includes(name)) this.fail("BadNamedCaptureAlreadyExists");
      this.at += named[0].length;
      return this.capture(name, depth);
    }
    if (/^\(\?[a-zA-Z-]*[):]/.test(rest)) this.fail("BadOptionsNotAtFront");
    if (rest.startsWith("(?")) this.fail("BadParen");
    this.at++;
    this.hasNumbered = true;
    return this.numbered ? this.capture(undefined, depth) : this.closed(depth);
  }

  private capture(name: string | undefined, depth: number): Pattern {
    this.groups.push(name);
    const index = this.groups.length;
    this.openGroups.push(index);
    const body = this.closed(depth);
    this.openGroups.pop();
    return { kind: "group", index, body };
  }

  private closed(depth: number): Pattern {
    const body = this.choice(depth + 1);
    if (this.text.charAt(this.at) !== ")") this.fail("UnclosedCaptureGroups");
    this.at++;
    return body;
  }

  private quantified(atom: Pattern): Pattern {
    this.skipTrivia();
    const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(this.text.slice(this.at));
    if (match === null) {
      if (this.text.charAt(this.at) === "{") this.fail("BadCurly");
      return atom;
    }
    if (atom.kind === "look" || atom.kind === "assertion") {
      this.fail(atom.kind === "look" ? "QuantifierOursideLookAround" : "QuantifierOnNothing");
    }
    const [whole, low, comma, high] = match;
    this.at += whole.length;
    let min = whole === "+" ? 1 : 0;
    let max = whole === "?" ? 1 : Number.POSITIVE_INFINITY;
    if (low !== undefined) {
      min = Number(low);
      max = comma === undefined ? min : high === "" ? Number.POSITIVE_INFINITY : Number(high);
      if (min > 2 ** 31 - 1 || (max !== Number.POSITIVE_INFINITY && max > 2 ** 31 - 1)) {
        this.fail("NumberOverflow");
      }
      if (max < min) this.fail("BadQuantifier");
    }
    let lazy = false;
    if (this.text.charAt(this.at) === "?") {
      lazy = true;
      this.at++;
      if (low !== undefined && comma === undefined) this.fail("BadExactQuantifier");
    }
    if (/[*+?{]/.test(this.text.charAt(this.at))) this.fail("BadQuantifier");
    const isOnce = min === 1 && max === 1;
    if (!isOnce && hasCapture(atom) && isRiskyInRepeat(atom)) this.fail("QuantifiedCapture");
    return { kind: "repeat", body: atom, min, max, lazy };
  }

  private characterClass(): Test {
    this.at++;
    const negative = this.text.charAt(this.at) === "^";
    if (negative) this.at++;
    const tests: Test[] = [];
    if (this.text.charAt(this.at) === "]") this.fail("EmptyCharacterClass");
    for (;;) {
      const char = this.text.charAt(this.at);
      if (char === "") return this.fail("BadSquare");
      if (char === "]") break;
      const first = this.classItem(char);
      const isRange = this.text.charAt(this.at) === "-" && this.text.charAt(this.at + 1) !== "]";
      if (!isRange) {
        tests.push("char" in first ? (code) => code === first.char : first.test);
        continue;
      }
      this.at++;
      const second = this.classItem(this.text.charAt(this.at));
      if (!("char" in first) || !("char" in second)) {
        return this.fail("LiteralHyphenInCharacterClass");
      }
      if (second.char < first.char) this.fail("CharacterClassRangeReverse");
      tests.push((code) => code >= first.char && code <= second.char);
    }
    this.at++;
    const any = this.folded((code) => tests.some((test) => test(code)));
    return negative ? (code) => !any(code) : any;
  }

  private classItem(char: string): Escape {
    if (char === "\\") return this.escape(true);
    if (char === "[") return this.fail("UnescapedCharInCharacterClass");
    if (char === "-") return this.fail("LiteralHyphenInCharacterClass");
    if (/[(){}|/]/.test(char)) this.fail("UnescapedCharInCharacterClass");
    const next = this.text.charAt(this.at + 1);
    if (next === char && /[&~!"#$%*+,.:;<=>?@^`]/.test(char)) this.fail("RepeatInCharClass");
    const code = this.text.codePointAt(this.at) ?? 0;
    if (code > 0xffff || (code >= 0xd800 && code <= 0xdfff)) {
      this.fail("SurrogatePairInCharacterClass");
    }
    this.at++;
    return { char: code };
  }
}

function otherCases(code: number): readonly number[] {
  const char = String.fromCodePoint(code);
  const lower = single(char.toLowerCase());
  const upper = single(char.toUpperCase());
  const cases: number[] = [];
  if (lower !== undefined) {
    cases.push(lower);
    const back = single(String.fromCodePoint(lower).toUpperCase());
    if (back !== undefined && back !== code) cases.push(back);
  }
  // An upper case that does not come back (long s) is not another case of it.
  if (upper !== undefined && single(String.fromCodePoint(upper).toLowerCase()) === code) {
    cases.push(upper);
  }
  return cases;
}

function single(text: string): number | undefined {
  const code = text.codePointAt(0);
  return code !== undefined && String.fromCodePoint(code) === text ? code : undefined;
}

const categories: ReadonlySet<string> = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp Cc Cf".split(
    " ",
  ),
);

function category(name: string): Test | undefined {
  if (!categories.has(name)) return undefined;
  const matcher = new RegExp(`^\\p{${name}}$`, "u");
  // .NET looks at UTF-16 units: what is beyond the basic plane has no category of its own.
  return (code) => code <= 0xffff && matcher.test(String.fromCodePoint(code));
}

function children(pattern: Pattern): readonly Pattern[] {
  switch (pattern.kind) {
    case "sequence":
      return pattern.items;
    case "choice":
      return pattern.options;
    case "group":
    case "look":
    case "repeat":
      return [pattern.body];
    default:
      return [];
  }
}

function hasCapture(pattern: Pattern): boolean {
  return pattern.kind === "group" || children(pattern).some(hasCapture);
}

function hasUnlimited(pattern: Pattern): boolean {
  if (pattern.kind === "repeat" && pattern.max === Number.POSITIVE_INFINITY) return true;
  return children(pattern).some(hasUnlimited);
}

/** Engines differ on what a repeated group has captured if it can be empty or skip a capture. */
function isRiskyInRepeat(pattern: Pattern): boolean {
  if (shortest(pattern) === 0) return true;
  return children(pattern).some(skipsCapture);
}

function skipsCapture(pattern: Pattern): boolean {
  if (
    (pattern.kind === "choice" || (pattern.kind === "repeat" && pattern.min === 0)) &&
    hasCapture(pattern)
  ) {
    return true;
  }
  return children(pattern).some(skipsCapture);
}

function shortest(pattern: Pattern): number {
  switch (pattern.kind) {
    case "set":
      return 1;
    case "sequence":
      return pattern.items.reduce((total, item) => total + shortest(item), 0);
    case "choice":
      return Math.min(...pattern.options.map(shortest));
    case "group":
      return shortest(pattern.body);
    case "repeat":
      return pattern.min * shortest(pattern.body);
    default:
      return 0;
  }
}

function longest(pattern: Pattern): number {
  switch (pattern.kind) {
    case "set":
      return 1;
    case "sequence":
      return pattern.items.reduce((total, item) => total + longest(item), 0);
    case "choice":
      return Math.max(...pattern.options.map(longest));
    case "group":
      return longest(pattern.body);
    case "repeat": {
      const body = longest(pattern.body);
      return body === 0 ? 0 : pattern.max * body;
    }
    case "backreference":
      return 250;
    default:
      return 0;
  }
}
