import {
  createDiagnostic,
  type Diagnostic,
  type SourceText,
  type Span,
  spanOf,
} from "@routewright/diagnostics";
import {
  type CustomPatternMatcherReturn,
  createToken,
  type IToken,
  Lexer,
  type TokenType,
} from "chevrotain";
import type { Comment } from "./ast.ts";
import {
  commentNotClosed,
  durationOrder,
  numberForm,
  numberPrecision,
  operatorSpelling,
  quotedNameNotClosed,
  textNotClosed,
  unknownCharacter,
} from "./diagnostics.ts";
import { isDuration, keepsAllDigits, numberValue, unitsDescend } from "./literals.ts";
import * as t from "./tokens.ts";

export interface LexedText {
  /** Without comments; misspelt operators already stand for the ones meant. */
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  /** The `///` lines just before a token, by the token's offset. */
  readonly docs: ReadonlyMap<number, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Cuts a text into tokens. Total: what belongs to no token is reported and left out. */
export function lex(source: SourceText): LexedText {
  return lexPart(source, 0, source.text.length);
}

/**
 * The tokens of a part of a text, with their places in the whole. They are those of the whole
 * where the part begins and ends with a line and no comment or raw text is open at its end.
 */
export function lexPart(source: SourceText, from: number, to: number): LexedText {
  const { text } = source;
  // A copy: words that are kept must not keep the whole text of their time.
  const part = from === 0 && to === text.length ? text : detached(text.slice(from, to));
  blockEnds.reset(part, blockEnd);
  rawEnds.reset(part, rawQuotes);
  const { tokens, groups } = lexer.tokenize(part);
  blockEnds.reset("", blockEnd);
  rawEnds.reset("", rawQuotes);
  if (from > 0) {
    for (const token of tokens) token.startOffset += from;
    for (const group of Object.values(groups)) {
      for (const token of group) token.startOffset += from;
    }
  }
  const diagnostics: Diagnostic[] = [];
  for (const token of tokens) classify(token, source, diagnostics);
  for (const token of groups.unknown ?? []) reportUnknown(token, source, diagnostics);
  const comments = (groups.comments ?? []).map((token) => readComment(token, source, diagnostics));
  return { tokens, comments, docs: attachDocs(text, tokens, comments), diagnostics };
}

/** What closes a comment and a raw text: the lexer looks for these in all that follows. */
export const blockEnd = "*/";
export const rawQuotes = '"""';

/** The same text, held by nothing else: a slice keeps alive what it was cut from. */
function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/** The offset just after a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

export function tokenSpan(token: IToken): Span {
  return spanOf(token.startOffset, endOf(token));
}

// ── Patterns ────────────────────────────────────────────────────────────────────────────────

/**
 * Finds a closing mark, and remembers when there is none any more: a text full of opening
 * marks is searched once, not once a mark.
 */
class Terminators {
  private text = "";
  private mark = "";
  private noneFrom = Number.POSITIVE_INFINITY;

  reset(text: string, mark: string): void {
    this.text = text;
    this.mark = mark;
    this.noneFrom = Number.POSITIVE_INFINITY;
  }

  /** The offset just after the next mark at or after `from`; -1 when there is none. */
  after(from: number): number {
    if (from >= this.noneFrom) return -1;
    const found = this.text.indexOf(this.mark, from);
    if (found >= 0) return found + this.mark.length;
    this.noneFrom = from;
    return -1;
  }
}

const blockEnds = new Terminators();
const rawEnds = new Terminators();

const whiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\r\n\f\v\u00a0\u2028\u2029\ufeff]+/,
  group: Lexer.SKIPPED,
});

const lineComment = createToken({
  name: "LineComment",
  pattern: /\/\/[^\r\n]*/,
  group: "comments",
});

const blockComment = createToken({
  name: "BlockComment",
  pattern: (text: string, offset: number) => {
    if (text.charCodeAt(offset + 1) !== asterisk) return null;
    const end = blockEnds.after(offset + 2);
    return matched(text, offset, end >= 0 ? end : lineEnd(text, offset));
  },
  start_chars_hint: ["/"],
  line_breaks: true,
  group: "comments",
});

const misspelt = createToken({
  name: "Misspelt",
  pattern: /&&|\|\||<>|===|!==|=>|!(?!=)/,
});

const meantOperators: ReadonlyMap<string, TokenType> = new Map([
  ["&&", t.And],
  ["||", t.Or],
  ["!", t.Not],
  ["<>", t.NotEqual],
  ["===", t.Equal],
  ["!==", t.NotEqual],
  ["=>", t.Arrow],
]);

const unknown = createToken({
  name: "Unknown",
  pattern: (text: string, offset: number) => {
    let end = offset;
    while (end < text.length && isUnknown(text.charCodeAt(end))) end++;
    return end === offset ? null : matched(text, offset, end);
  },
  start_chars_hint: unknownStarts(),
  line_breaks: false,
  group: "unknown",
});

/** Scans `"…"` or `'…'` to its closing quote, or to the end of its line. */
function scanQuoted(text: string, offset: number, quote: number, escapes: boolean): number {
  let at = offset + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (escapes || text.charCodeAt(at + 1) !== quote) return at + 1;
      at++;
    } else if (code === 10 || code === 13) {
      return at;
    } else if (escapes && code === backslash) {
      const next = text.charCodeAt(at + 1);
      if (next !== 10 && next !== 13) at++;
    }
  }
  return Math.min(at, text.length);
}

const asterisk = 42;
const backslash = 92;
const doubleQuote = 34;
const singleQuote = 39;

function lexerPattern(type: TokenType, pattern: RegExp | string): TokenType {
  type.PATTERN = pattern;
  return type;
}

function lexerScanner(
  type: TokenType,
  start: string,
  scan: (text: string, offset: number) => CustomPatternMatcherReturn | null,
  lineBreaks = false,
): TokenType {
  type.PATTERN = scan;
  type.START_CHARS_HINT = [start];
  type.LINE_BREAKS = lineBreaks;
  return type;
}

const rawText = lexerScanner(
  t.RawText,
  '"',
  (text, offset) => {
    if (!text.startsWith('"""', offset)) return null;
    const end = rawEnds.after(offset + 3);
    return matched(text, offset, end >= 0 ? end : lineEnd(text, offset));
  },
  true,
);
const textToken = lexerScanner(t.TextToken, '"', (text, offset) =>
  matched(text, offset, scanQuoted(text, offset, doubleQuote, true)),
);
const quoted = lexerScanner(t.Quoted, "'", (text, offset) =>
  matched(text, offset, scanQuoted(text, offset, singleQuote, false)),
);
const plainName = lexerPattern(t.PlainName, /[A-Za-z_]\w*/);
/** Numbers, durations and percentages; `classify` tells them apart. */
const numberToken = lexerPattern(t.NumberToken, /\d+(?:\.\d+)?(?:%|[A-Za-z_]\w*)?/);

const marks = t.tokenTable
  .filter((entry) => entry.kind === "operator" || entry.kind === "punctuation")
  .toSorted((a, b) => b.image.length - a.image.length)
  .map((entry) => lexerPattern(entry.type, entry.image));

const lexer = new Lexer(
  [
    whiteSpace,
    plainName,
    lineComment,
    blockComment,
    rawText,
    textToken,
    numberToken,
    quoted,
    misspelt,
    ...marks,
    unknown,
  ],
  {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    skipValidations: true,
    lineTerminatorsPattern: /\r\n|\r|\n/g,
    lineTerminatorCharacters: [10, 13],
  },
);

function matched(text: string, start: number, end: number): CustomPatternMatcherReturn {
  return [text.slice(start, end)];
}

function lineEnd(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
  return end;
}

function isUnknown(code: number): boolean {
  if (code >= 128) {
    return code !== 0xa0 && code !== 0x2028 && code !== 0x2029 && code !== 0xfeff;
  }
  if (code < 33) return code < 9 || (code > 13 && code !== 32);
  return code === 127 || "#$%;@\\^`~".includes(String.fromCharCode(code));
}

function unknownStarts(): number[] {
  const starts: number[] = [];
  for (let code = 0; code < 256; code++) if (isUnknown(code)) starts.push(code);
  // The lexer keeps one slot for about 255 codes; a step of half that meets every slot.
  for (let code = 256; code < 65536; code += 127) starts.push(code);
  starts.push(65535);
  return starts;
}

// ── After the scan ──────────────────────────────────────────────────────────────────────────

function classify(token: IToken, source: SourceText, diagnostics: Diagnostic[]): void {
  switch (token.tokenType) {
    case t.PlainName: {
      const type = t.wordTypes.get(token.image);
      if (type !== undefined) retype(token, type);
      return;
    }
    case t.NumberToken:
      classifyNumber(token, source, diagnostics);
      return;
    case t.TextToken:
      if (!isClosed(token.image, '"')) {
        diagnostics.push(
          createDiagnostic(textNotClosed, { close: '"' }, source, tokenSpan(token), {
            fixes: [insertion("close the text", endOf(token), '"')],
          }),
        );
      }
      return;
    case t.RawText:
      if (token.image.length < 6 || !token.image.endsWith('"""')) {
        diagnostics.push(
          createDiagnostic(textNotClosed, { close: '"""' }, source, tokenSpan(token)),
        );
      }
      return;
    case t.Quoted:
      if (!isQuotedClosed(token.image)) {
        diagnostics.push(
          createDiagnostic(quotedNameNotClosed, {}, source, tokenSpan(token), {
            fixes: [insertion("close the name", endOf(token), "'")],
          }),
        );
      }
      return;
    case misspelt: {
      const meant = meantOperators.get(token.image) ?? t.Not;
      const image = meant.LABEL ?? "";
      const span = tokenSpan(token);
      // `!x` becomes `not x`.
      const replacement = meant === t.Not ? "not " : image;
      diagnostics.push(
        createDiagnostic(operatorSpelling, { written: token.image, meant: image }, source, span, {
          fixes: [
            { title: `write \`${image}\``, safe: true, edits: [{ span, text: replacement }] },
          ],
        }),
      );
      retype(token, meant);
      return;
    }
    default:
      return;
  }
}

function insertion(title: string, at: number, text: string) {
  return { title, safe: false, edits: [{ span: spanOf(at, at), text }] };
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

function isClosed(image: string, quote: string): boolean {
  if (image.length < 2 || !image.endsWith(quote)) return false;
  let slashes = 0;
  for (let at = image.length - 2; at > 0 && image.charCodeAt(at) === backslash; at--) slashes++;
  return slashes % 2 === 0;
}

/** `'a''` is open: its last two quotes stand for one. */
function isQuotedClosed(image: string): boolean {
  let quotes = 0;
  for (let at = image.length - 1; at > 0 && image.charCodeAt(at) === singleQuote; at--) quotes++;
  return quotes % 2 === 1;
}

function classifyNumber(token: IToken, source: SourceText, diagnostics: Diagnostic[]): void {
  const last = token.image.charCodeAt(token.image.length - 1);
  if (last === 37) {
    retype(token, t.PercentToken);
    return;
  }
  const written = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  if (last < 58 && !/[A-Za-z_]/.test(token.image)) {
    if (keepsAllDigits(token.image)) return;
    const kept = String(numberValue(token.image));
    diagnostics.push(
      createDiagnostic(numberPrecision, { written, kept }, source, tokenSpan(token), {
        help: "the numbers of labels are doubles: they keep 15 digits. Declare a long number, such as that of an account, as text",
      }),
    );
    return;
  }
  if (isDuration(token.image)) {
    retype(token, t.DurationToken);
    if (!unitsDescend(token.image)) {
      diagnostics.push(
        createDiagnostic(durationOrder, { written }, source, tokenSpan(token), {
          help: "each unit once, in the order `d`, `h`, `m`, `s`, `ms`: `1h30m`",
        }),
      );
    }
    return;
  }
  const isDate = /\d{4}-\d{2}-$/.test(
    source.text.slice(Math.max(0, token.startOffset - 8), token.startOffset),
  );
  diagnostics.push(
    createDiagnostic(numberForm, { written }, source, tokenSpan(token), {
      help: isDate
        ? 'a date and time is a text: `"2026-03-29T00:30:00Z"`'
        : "numbers are written `12` or `0.5`, durations `500ms`, `30s`, `5m`, `2h`, `1d`, `1h30m`",
    }),
  );
}

function reportUnknown(token: IToken, source: SourceText, diagnostics: Diagnostic[]): void {
  const code = token.image.codePointAt(0) ?? 0;
  const isPrintable = code > 32 && code !== 127 && !(code >= 0xd800 && code < 0xe000);
  const hex = code.toString(16).toUpperCase().padStart(4, "0");
  const character = isPrintable ? `\`${String.fromCodePoint(code)}\`` : `the character U+${hex}`;
  const span = tokenSpan(token);
  const help = /^[\u2018-\u201f]/.test(token.image)
    ? 'texts are written in straight quotes: `"`'
    : undefined;
  diagnostics.push(
    createDiagnostic(unknownCharacter, { character }, source, span, {
      ...(help === undefined ? {} : { help }),
      fixes: [{ title: "remove it", safe: false, edits: [{ span, text: "" }] }],
    }),
  );
}

function readComment(token: IToken, source: SourceText, diagnostics: Diagnostic[]): Comment {
  const { image } = token;
  const span = tokenSpan(token);
  if (token.tokenType === lineComment) {
    const isDoc = image.startsWith("///") && image.charCodeAt(3) !== 47;
    return { kind: isDoc ? "doc" : "line", span, text: image.slice(isDoc ? 3 : 2) };
  }
  const isClosedComment = image.length >= 4 && image.endsWith("*/");
  if (!isClosedComment) {
    diagnostics.push(
      createDiagnostic(commentNotClosed, {}, source, spanOf(span.start, span.start + 2), {
        help: "without it, the comment is taken to end with its line",
        fixes: [insertion("close the comment", span.end, " */")],
      }),
    );
  }
  return { kind: "block", span, text: image.slice(2, isClosedComment ? -2 : undefined) };
}

/** An empty line, whatever ends the lines. */
export const blankLine = /(?:\n|\r(?!\n))[^\S\r\n]*(?:\r|\n)/;

function attachDocs(
  text: string,
  tokens: readonly IToken[],
  comments: readonly Comment[],
): ReadonlyMap<number, string> {
  const docs = new Map<number, string>();
  const found = new Map<number, { lines: string[]; end: number }>();
  let next = 0;
  for (const comment of comments) {
    if (comment.kind !== "doc" || !isFirstOnLine(text, comment.span.start)) continue;
    while ((tokens[next]?.startOffset ?? Number.POSITIVE_INFINITY) < comment.span.start) next++;
    // A comma in between separates items; it is not what is documented.
    const token = tokens[next]?.tokenType === t.Comma ? tokens[next + 1] : tokens[next];
    if (token === undefined) break;
    const line = comment.text.replace(/^ /, "").trimEnd();
    const group = found.get(token.startOffset);
    if (group === undefined || blankLine.test(text.slice(group.end, comment.span.start))) {
      found.set(token.startOffset, { lines: [line], end: comment.span.end });
    } else {
      group.lines.push(line);
      group.end = comment.span.end;
    }
  }
  for (const [offset, group] of found) {
    if (!blankLine.test(text.slice(group.end, offset))) docs.set(offset, group.lines.join("\n"));
  }
  return docs;
}

/** Whether nothing but white space stands before the offset in its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  for (let at = offset - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return true;
    if (code !== 32 && code !== 9 && code !== 0xfeff) return false;
  }
  return true;
}
