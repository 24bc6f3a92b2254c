import type { Diagnostic, SourceText } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Comment, Declaration } from "./ast.ts";
import { commentNotClosed, textNotClosed } from "./diagnostics.ts";
import { endOf, isFirstOnLine, type LexedText, rawQuotes } from "./lexer.ts";
import { inOrder } from "./parse.ts";
import * as t from "./tokens.ts";

/**
 * Whole lines of a text with the declarations in them. What is in it was read where it began at
 * `base`; the same lines further up or down have the same tokens, trees and mistakes.
 */
export interface Segment {
  readonly base: number;
  readonly length: number;
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly declarations: readonly Declaration[];
  /** Of the lexer and the parser, by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly flaw: Flaw | undefined;
  readonly isDoubtful: boolean;
  /** A comment or raw text is not closed: where its end would be depends on all that follows. */
  readonly isOpen: boolean;
}

/** The first declaration of a segment that has a mistake. */
export interface Flaw {
  /** Index of its first token. */
  readonly from: number;
  /** Nothing that follows the segment can mend it. */
  readonly isCertain: boolean;
}

/** A segment in one text. */
export interface PlacedSegment {
  readonly segment: Segment;
  readonly start: number;
}

/** What a part of a text was read as. Chunks hold every token of it. */
export interface PartReading {
  readonly lexed: LexedText;
  readonly chunks: readonly JudgedChunk[];
}

export interface JudgedChunk {
  readonly tokens: IToken[];
  readonly value: Declaration | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Read by itself it has a mistake. */
  readonly isBroken: boolean;
  /** Nothing that may come behind it can mend it. */
  readonly isSurelyBroken: boolean;
  /** It is read in two ways, one where the text has a mistake anywhere and one where it has none. */
  readonly isDoubtful: boolean;
}

/**
 * Divides a part of a text into segments. A segment ends with the line on which a declaration
 * ends, where the next declaration begins a later line and no comment reaches over the border:
 * then each can be read without the others.
 */
export function divide(
  { text }: SourceText,
  { lexed, chunks }: PartReading,
  from: number,
  to: number,
): PlacedSegment[] {
  const placed: PlacedSegment[] = [];
  const { comments, diagnostics } = lexed;
  const lexical = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  let start = from;
  let firstChunk = 0;
  let comment = 0;
  let finding = 0;
  for (const [index, chunk] of chunks.entries()) {
    const end = borderAfter(text, chunk, chunks[index + 1], to);
    if (end === undefined) continue;
    let nextComment = comment;
    while (startsBefore(comments[nextComment], end)) nextComment++;
    const last = comments[nextComment - 1];
    if (last !== undefined && last.span.end > end) continue;
    let nextFinding = finding;
    while (startsBefore(lexical[nextFinding], end)) nextFinding++;
    const own = lexical.slice(finding, nextFinding);
    placed.push({
      start,
      segment: segmentOf(chunks.slice(firstChunk, index + 1), {
        base: start,
        length: end - start,
        comments: comments.slice(comment, nextComment),
        lexical: own,
      }),
    });
    start = end;
    firstChunk = index + 1;
    comment = nextComment;
    finding = nextFinding;
  }
  return placed;
}

/** Where the lines of a chunk end; `undefined` where the next one begins on its last line. */
function borderAfter(
  text: string,
  chunk: JudgedChunk,
  next: JudgedChunk | undefined,
  to: number,
): number | undefined {
  const first = next?.tokens[0];
  const last = chunk.tokens.at(-1);
  if (first === undefined || last === undefined) return to;
  if (!isFirstOnLine(text, first.startOffset) || handsOn(last)) return undefined;
  const border = afterLine(text, endOf(last));
  return border <= first.startOffset ? border : undefined;
}

/** What is documented before a comma is what comes behind it. */
export function handsOn(last: IToken): boolean {
  return last.tokenType === t.Comma;
}

/** Where the line behind an offset begins; the end of the text where there is none. */
export function afterLine(text: string, offset: number): number {
  for (let at = offset; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return at + 1;
    if (code === 13) return text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
  }
  return text.length;
}

function startsBefore(item: Comment | Diagnostic | undefined, offset: number): boolean {
  return item !== undefined && item.span.start < offset;
}

function segmentOf(
  chunks: readonly JudgedChunk[],
  {
    base,
    length,
    comments,
    lexical,
  }: {
    readonly base: number;
    readonly length: number;
    readonly comments: readonly Comment[];
    readonly lexical: readonly Diagnostic[];
  },
): Segment {
  return {
    base,
    length,
    tokens: chunks.flatMap((chunk) => chunk.tokens),
    comments,
    declarations: chunks.flatMap(({ value }) => (value === undefined ? [] : [value])),
    diagnostics: inOrder(
      lexical,
      chunks.flatMap((chunk) => chunk.diagnostics),
    ),
    flaw: flawOf(chunks),
    isDoubtful: chunks.some((chunk) => chunk.isDoubtful),
    isOpen: lexical.some(isOpenEnded),
  };
}

function flawOf(chunks: readonly JudgedChunk[]): Flaw | undefined {
  let from = 0;
  for (const { isBroken, isSurelyBroken, tokens } of chunks) {
    if (isBroken) return { from, isCertain: isSurelyBroken };
    from += tokens.length;
  }
  return undefined;
}

/** Texts and names end with their line; comments and raw texts go on until they are closed. */
export function isOpenEnded({ code, source, span }: Diagnostic): boolean {
  if (code === commentNotClosed.code) return true;
  return code === textNotClosed.code && source.text.startsWith(rawQuotes, span.start);
}
