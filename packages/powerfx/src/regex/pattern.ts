import { checkPattern } from "./check.ts";
import {
  inCategory,
  isDigit,
  isHigh,
  isLineEnd,
  isLow,
  isSpace,
  isWord,
  type UnitTest,
  withCases,
} from "./units.ts";

/** Patterns of `IsMatch`, `Match` and `MatchAll` as a tree. */
export type Pattern =
  /** One UTF-16 unit. */
  | { readonly kind: "set"; readonly test: UnitTest }
  /** `.`: a unit, or the two of a character beyond 16 bits. */
  | { readonly kind: "any"; readonly lineEnds: boolean }
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

  constructor(problem: string) {
    this.key = `ErrInvalidRegEx${problem}`;
  }
}

/** `options`: the letters of `MatchOptions`, joined. */
export function parsePattern(pattern: string, options: string): ParsedPattern | PatternError {
  const problem = checkPattern(pattern, options);
  if (problem !== undefined) return new PatternError(problem);
  try {
    return new PatternReader(pattern, options).read();
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ["t", 9],
  ["n", 10],
  ["f", 12],
  ["r", 13],
]);

/** An escape inside or outside a class: one character, or a whole set. */
type Escape = { readonly code: number } | { readonly test: UnitTest };

/**
 * Reads a pattern that passed the check. What is left to refuse are the few things that .NET reads
 * otherwise than the check does, such as the end of a comment with brackets in it.
 */
class PatternReader {
  private readonly text: string;
  private at = 0;
  private readonly groups: (string | undefined)[] = [];
  private readonly options: string;
  private readonly ignoreCase: boolean;

  constructor(text: string, options: string) {
    this.text = text;
    const inline = /^\(\?([imnsx]+)\)/.exec(text);
    this.at = inline?.[0].length ?? 0;
    this.options = options + (inline?.[1] ?? "");
    this.ignoreCase = this.options.includes("i");
  }

  read(): ParsedPattern {
    const inner = this.choice();
    if (this.at < this.text.length) this.fail("UnopenedCaptureGroups");
    const items = [inner];
    if (this.options.includes("^")) items.unshift(this.lineStart());
    if (this.options.includes("$")) items.push(this.lineEnd());
    const tree: Pattern = items.length === 1 ? inner : { kind: "sequence", items };
    return { tree, ignoreCase: this.ignoreCase, groups: this.groups };
  }

  private fail(problem: string): never {
    throw new PatternError(problem);
  }

  private lineStart(): Pattern {
    return { kind: "assertion", what: this.options.includes("m") ? "line-start" : "start" };
  }

  private lineEnd(): Pattern {
    return { kind: "assertion", what: this.options.includes("m") ? "line-end" : "end" };
  }

  private choice(): Pattern {
    const options: Pattern[] = [this.sequence()];
    while (this.text.charAt(this.at) === "|") {
      this.at++;
      options.push(this.sequence());
    }
    const [only] = options;
    return only !== undefined && options.length === 1 ? only : { kind: "choice", options };
  }

  private sequence(): Pattern {
    const items: Pattern[] = [];
    for (;;) {
      this.skipTrivia();
      const char = this.text.charAt(this.at);
      if (char === "" || char === "|" || char === ")") break;
      if (/[*+?]/.test(char)) this.fail("QuantifierOnNothing");
      items.push(this.quantified(this.atom(char)));
    }
    const [only] = items;
    return only !== undefined && items.length === 1 ? only : { kind: "sequence", items };
  }

  private skipTrivia(): void {
    for (;;) {
      if (this.text.startsWith("(?#", this.at)) {
        const end = this.text.indexOf(")", this.at);
        if (end < 0) this.fail("UnclosedInlineComment");
        this.at = end + 1;
        continue;
      }
      if (!this.options.includes("x")) return;
      const char = this.text.charAt(this.at);
      if (char !== "" && isSpace(char.charCodeAt(0))) {
        this.at++;
      } else if (char === "#") {
        while (this.at < this.text.length && !isLineEnd(this.text.charCodeAt(this.at))) this.at++;
      } else return;
    }
  }

  private atom(char: string): Pattern {
    switch (char) {
      case "(":
        return this.group();
      case "[":
        return { kind: "set", test: this.characterClass() };
      case ".":
        this.at++;
        return { kind: "any", lineEnds: this.options.includes("s") };
      case "^":
        this.at++;
        return this.lineStart();
      case "$":
        this.at++;
        return this.lineEnd();
      case "\\":
        return this.escapedAtom();
      default: {
        const code = this.text.codePointAt(this.at) ?? 0;
        this.at += code > 0xffff ? 2 : 1;
        return this.character(code);
      }
    }
  }

  /** A character; one beyond 16 bits is two units, which a quantifier takes together. */
  private character(code: number): Pattern {
    if (code > 0xffff) {
      const items = Array.from({ length: 2 }, (_, index): Pattern => {
        const own = String.fromCodePoint(code).charCodeAt(index);
        return { kind: "set", test: (unit) => unit === own };
      });
      return { kind: "sequence", items };
    }
    return { kind: "set", test: withCases((unit) => unit === code, this.ignoreCase) };
  }

  private escapedAtom(): Pattern {
    const next = this.text.charAt(this.at + 1);
    if (next === "b" || next === "B") {
      this.at += 2;
      return { kind: "assertion", what: next === "b" ? "word" : "not-word" };
    }
    const reference = /^\\(?:k<([^>]*)>|([1-9]\d*))/.exec(this.text.slice(this.at));
    if (reference !== null) {
      this.at += reference[0].length;
      const [, name, number] = reference;
      const index = number === undefined ? this.groups.indexOf(name) + 1 : Number(number);
      if (index < 1 || index > this.groups.length) this.fail("BadBackRefNotDefined");
      return { kind: "backreference", index };
    }
    const escaped = this.escape();
    return "code" in escaped ? this.character(escaped.code) : { kind: "set", test: escaped.test };
  }

  /** At a backslash: what it and the following stand for. */
  private escape(): Escape {
    const rest = this.text.slice(this.at + 1);
    const char = rest.charAt(0);
    const set = sets.get(char);
    const property = /^([pP])\{([\w-]+)\}/.exec(rest);
    if (set !== undefined) {
      this.at += 2;
      return { test: set };
    }
    if (property !== null) {
      this.at += 1 + property[0].length;
      const test = inCategory(property[2] ?? "", this.ignoreCase);
      return { test: property[1] === "p" ? test : (unit) => !test(unit) };
    }
    const coded = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,8})\})/i.exec(rest);
    if (coded !== null) {
      this.at += 1 + coded[0].length;
      const code = Number.parseInt(coded[1] ?? coded[2] ?? coded[3] ?? "", 16);
      return { code: coded[2] === undefined ? code : this.withLow(code) };
    }
    if (char === "") this.fail("EndsWithBackslash");
    this.at += 2;
    return { code: controlEscapes.get(char) ?? char.charCodeAt(0) };
  }

  /** A high surrogate, with the low one that follows it as an escape too. */
  private withLow(code: number): number {
    const low = /^\\u([0-9a-f]{4})/i.exec(this.text.slice(this.at));
    const second = Number.parseInt(low?.[1] ?? "0", 16);
    if (low === null || !isHigh(code) || !isLow(second)) return code;
    this.at += low[0].length;
    return (code - 0xd800) * 0x400 + (second - 0xdc00) + 0x10000;
  }

  private group(): Pattern {
    const rest = this.text.slice(this.at);
    const look = /^\(\?(<?)([=!])/.exec(rest);
    if (look !== null) {
      this.at += look[0].length;
      const body = this.closed();
      return { kind: "look", behind: look[1] === "<", negative: look[2] === "!", body };
    }
    const named = /^\(\?<([^>]*)>/.exec(rest);
    if (named !== null) {
      this.at += named[0].length;
      return this.capture(named[1]);
    }
    if (rest.startsWith("(?:")) {
      this.at += 3;
      return this.closed();
    }
    if (rest.startsWith("(?")) this.fail("BadParen");
    this.at++;
    return this.options.includes("N") ? this.capture(undefined) : this.closed();
  }

  private capture(name: string | undefined): Pattern {
    this.groups.push(name);
    const index = this.groups.length;
    return { kind: "group", index, body: this.closed() };
  }

  private closed(): Pattern {
    const body = this.choice();
    if (this.text.charAt(this.at) !== ")") this.fail("UnclosedCaptureGroups");
    this.at++;
    return body;
  }

  private quantified(atom: Pattern): Pattern {
    this.skipTrivia();
    const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/;
    const match = quantifier.exec(this.text.slice(this.at));
    if (match === null) return atom;
    const [whole, low, comma, high] = match;
    this.at += whole.length;
    let min = whole === "+" ? 1 : 0;
    let max = whole === "?" ? 1 : Number.POSITIVE_INFINITY;
    if (low !== undefined) {
      min = Number(low);
      max = comma === undefined ? min : high === "" ? Number.POSITIVE_INFINITY : Number(high);
    }
    this.skipTrivia();
    const lazy = this.text.charAt(this.at) === "?";
    if (lazy) this.at++;
    this.skipTrivia();
    if (quantifier.test(this.text.slice(this.at))) this.fail("BadQuantifier");
    return { kind: "repeat", body: atom, min, max, lazy };
  }

  private characterClass(): UnitTest {
    this.at++;
    const negative = this.text.charAt(this.at) === "^";
    if (negative) this.at++;
    const tests: UnitTest[] = [];
    while (this.text.charAt(this.at) !== "]") {
      if (this.at >= this.text.length) this.fail("UnterminatedSquare");
      const first = this.classItem();
      if ("test" in first) {
        tests.push(first.test);
        continue;
      }
      const low = first.code;
      let high = low;
      if (this.text.charAt(this.at) === "-" && this.text.charAt(this.at + 1) !== "]") {
        this.at++;
        const second = this.classItem();
        if ("test" in second) return this.fail("CharacterClassCategoryUse");
        high = second.code;
        if (high < low) this.fail("CharacterClassRangeReverse");
      }
      tests.push(withCases((unit) => unit >= low && unit <= high, this.ignoreCase));
    }
    this.at++;
    return negative
      ? (unit) => !tests.some((test) => test(unit))
      : (unit) => tests.some((test) => test(unit));
  }

  private classItem(): Escape {
    if (this.text.charAt(this.at) === "\\") return this.escape();
    const code = this.text.charCodeAt(this.at);
    this.at++;
    return { code };
  }
}

const sets: ReadonlyMap<string, UnitTest> = new Map([
  ["d", isDigit],
  ["D", (unit: number) => !isDigit(unit)],
  ["w", isWord],
  ["W", (unit: number) => !isWord(unit)],
  ["s", isSpace],
  ["S", (unit: number) => !isSpace(unit)],
]);
