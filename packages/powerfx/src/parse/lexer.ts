import type { Span } from "@routewright/diagnostics";
import { fxDiagnostic } from "../messages.ts";
import type { FxDiagnostic } from "../tree.ts";

export type FxTokenKind =
  | "number"
  | "text"
  | "identifier"
  | "punctuator"
  | "keyword"
  /** Something unreadable; `value` is the key of the finding the parser reports. */
  | "error"
  | "interpolation-start"
  | "interpolation-end"
  | "island-start"
  | "island-end"
  | "end";

export interface FxToken {
  readonly kind: FxTokenKind;
  /** Decoded text, name, number as written, keyword or punctuator. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Quoted names only: `'…` without its end, or an empty name. */
  readonly flaw?: "ErrClosingIdentifierExpected" | "ErrEmptyInvalidIdentifier";
  readonly quoted?: boolean;
}

export interface FxTokens {
  /** The last one is `end`. Comments and white space are not among them. */
  readonly tokens: readonly FxToken[];
  readonly comments: readonly Span[];
  readonly diagnostics: readonly FxDiagnostic[];
}

/** Words that are never names unless quoted. */
export const fxKeywords: ReadonlySet<string> = new Set([
  "true",
  "false",
  "in",
  "exactin",
  "And",
  "Or",
  "Not",
  "As",
  "Self",
  "Parent",
]);

/** Words an unquoted use of which is always an error. */
export const fxReservedWords: ReadonlySet<string> = new Set([
  "blank",
  "null",
  "empty",
  "none",
  "nothing",
  "undefined",
  "This",
  "Is",
  "Child",
  "Children",
  "Siblings",
]);

const identifierStart = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{Nl}_]$/u;
const identifierPart = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{Nl}_\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]$/u;
const unicodeSpace = /^\p{Zs}$/u;

export function isIdentifierStart(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 128) return isAsciiLetter(code) || code === 95;
  return identifierStart.test(char);
}

export function isIdentifierPart(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 128) return isAsciiLetter(code) || isDigit(code) || code === 95;
  return identifierPart.test(char);
}

/**
 * Splits a formula into tokens; total, and linear in the text's length.
 * Source of the rules: the lexical grammar of the en-US engine (`.` decimals, `,` lists).
 */
export function lexFormula(text: string): FxTokens {
  const tokens: FxToken[] = [];
  const comments: Span[] = [];
  const diagnostics: FxDiagnostic[] = [];
  // One entry an open interpolation: -1 in its literal text, else the open braces of the island.
  const islands: number[] = [];
  let at = 0;

  const push = (kind: FxTokenKind, value: string, start: number): void => {
    tokens.push({ kind, value, start, end: at });
  };

  while (at < text.length) {
    if (islands.at(-1) === -1) {
      interpolatedText();
      continue;
    }
    const start = at;
    const code = text.charCodeAt(at);
    if (isWhiteSpace(code)) {
      at++;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      at += 2;
      while (at < text.length && text.charCodeAt(at) !== 10) at++;
      comments.push({ start, end: at });
    } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
      const end = text.indexOf("*/", at + 2);
      at = end < 0 ? text.length : end + 2;
      comments.push({ start, end: at });
      if (end < 0)
        diagnostics.push(fxDiagnostic("ErrMissingEndOfBlockComment", { start, end: at }));
    } else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
      number();
    } else if (code === 34) {
      textLiteral();
    } else if (code === 36 && text.charCodeAt(at + 1) === 34) {
      at += 2;
      push("interpolation-start", '$"', start);
      islands.push(-1);
    } else if (code === 39) {
      quotedName();
    } else if (isIdentifierStart(text.charAt(at))) {
      word();
    } else {
      punctuator();
    }
  }
  tokens.push({ kind: "end", value: "", start: text.length, end: text.length });
  return { tokens, comments, diagnostics };

  function number(): void {
    const start = at;
    while (isDigit(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === 46) {
      at++;
      while (isDigit(text.charCodeAt(at))) at++;
    }
    const code = text.charCodeAt(at);
    if (code === 69 || code === 101) {
      const sign = text.charCodeAt(at + 1);
      const digits = sign === 43 || sign === 45 ? at + 2 : at + 1;
      if (isDigit(text.charCodeAt(digits))) {
        at = digits;
        while (isDigit(text.charCodeAt(at))) at++;
      }
    }
    push("number", text.slice(start, at), start);
  }

  function textLiteral(): void {
    const start = at++;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        at = text.length;
        push("error", "ErrBadToken", start);
        return;
      }
      at = quote + 1;
      if (text.charCodeAt(at) !== 34) break;
      at++;
    }
    push("text", text.slice(start + 1, at - 1).replaceAll('""', '"'), start);
  }

  function quotedName(): void {
    const start = at++;
    let flaw: FxToken["flaw"];
    for (;;) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code) || code === 10 || code === 13) {
        flaw = "ErrClosingIdentifierExpected";
        break;
      }
      at++;
      if (code === 39) {
        if (text.charCodeAt(at) !== 39) break;
        at++;
      }
    }
    const end = flaw === undefined ? at - 1 : at;
    const value = text.slice(start + 1, end).replaceAll("''", "'");
    if (flaw === undefined && isAllWhiteSpace(value)) flaw = "ErrEmptyInvalidIdentifier";
    tokens.push({
      kind: "identifier",
      value,
      start,
      end: at,
      quoted: true,
      ...(flaw === undefined ? {} : { flaw }),
    });
  }

  function word(): void {
    const start = at++;
    while (at < text.length && isIdentifierPart(text.charAt(at))) at++;
    const value = text.slice(start, at);
    if (fxKeywords.has(value)) {
      const named = value === "And" || value === "Or" || value === "Not";
      push(named && text.charCodeAt(at) === 40 ? "identifier" : "keyword", value, start);
    } else {
      push(fxReservedWords.has(value) ? "error" : "identifier", value, start);
    }
  }

  function punctuator(): void {
    const start = at;
    const two = text.slice(at, at + 2);
    if (twoCharPunctuators.has(two)) {
      at += 2;
      push("punctuator", two, start);
      return;
    }
    const one = text.charAt(at++);
    const depth = islands.length - 1;
    if (depth >= 0) {
      const braces = islands[depth] ?? 0;
      if (one === "{") islands[depth] = braces + 1;
      if (one === "}") {
        islands[depth] = braces - 1;
        if (braces === 1) {
          islands[depth] = -1;
          push("island-end", "}", start);
          return;
        }
      }
    }
    if (oneCharPunctuators.has(one)) push("punctuator", one, start);
    else push("error", "UnexpectedCharacterToken", start);
  }

  function interpolatedText(): void {
    const start = at;
    let value = "";
    for (;;) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) {
        if (at > start) push("text", value, start);
        islands.pop();
        return;
      }
      const doubled = text.charCodeAt(at + 1) === code;
      if (code === 34 && !doubled) {
        if (at > start) push("text", value, start);
        const end = at++;
        push("interpolation-end", '"', end);
        islands.pop();
        return;
      }
      if (code === 123 && !doubled) {
        if (at > start) push("text", value, start);
        const open = at++;
        push("island-start", "{", open);
        islands[islands.length - 1] = 1;
        return;
      }
      if (code === 125 && !doubled) {
        if (at > start) push("text", value, start);
        // The engine reports a lone `}` with an empty span where it stands.
        tokens.push({ kind: "error", value: "ErrBadToken", start: at, end: at });
        at++;
        return;
      }
      const step = code === 34 || code === 123 || code === 125 ? 2 : 1;
      let run = at + step;
      value += text.charAt(at);
      const from = run;
      while (run < text.length && !isInterpolationSpecial(text.charCodeAt(run))) run++;
      value += text.slice(from, run);
      at = run;
    }
  }
}

const twoCharPunctuators: ReadonlySet<string> = new Set(["||", "&&", "<=", "<>", ">=", "=>", ":="]);
const oneCharPunctuators: ReadonlySet<string> = new Set("!+-*/^()=<>.:{}[]&%@,;");

function isInterpolationSpecial(code: number): boolean {
  return code === 34 || code === 123 || code === 125;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isWhiteSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return (
    code === 0x85 ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff ||
    unicodeSpace.test(String.fromCharCode(code))
  );
}

function isAllWhiteSpace(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    if (!isWhiteSpace(value.charCodeAt(index))) return false;
  }
  return true;
}
