import type { SourceText } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Declaration } from "./ast.ts";
import { cutIntoChunks } from "./chunks.ts";
import { blockEnd, endOf, isFirstOnLine, lexPart, rawQuotes } from "./lexer.ts";
import { parserInput, type TextReading, theParser } from "./parse.ts";
import type { Reading } from "./program-parser.ts";
import {
  afterLine,
  divide,
  handsOn,
  isOpenEnded,
  type JudgedChunk,
  type PartReading,
  type PlacedSegment,
} from "./segments.ts";
import type { ParserInput } from "./tolerant-parser.ts";

/**
 * A text in segments, as far as it can be divided: `undefined` where declarations are not found
 * by their beginnings (a text without indentation), or where there is none.
 */
export function segmentsOf(
  source: SourceText,
  { lexed, whole, chunks }: TextReading,
): readonly PlacedSegment[] | undefined {
  if (lexed.tokens.length === 0) return undefined;
  const input = parserInput(source, lexed);
  const judged =
    whole === undefined
      ? chunks.map((chunk) => judge(input, chunk.tokens, chunk))
      : chunksOfWhole(source, lexed.tokens, whole);
  return judged && divide(source, { lexed, chunks: judged }, 0, source.text.length);
}

/** The chunks of a text that was read in one go, when each is one of its declarations. */
function chunksOfWhole(
  { text }: SourceText,
  tokens: readonly IToken[],
  whole: NonNullable<TextReading["whole"]>,
): readonly JudgedChunk[] | undefined {
  const chunks = cutIntoChunks(text, tokens);
  if (whole.isDoubtful || chunks.length !== whole.value.length) return undefined;
  const judged: JudgedChunk[] = [];
  for (const [index, own] of chunks.entries()) {
    const value = whole.value[index];
    if (value === undefined || own[0]?.startOffset !== value.span.start) return undefined;
    judged.push(soundChunk(own, value, false));
  }
  return judged;
}

function soundChunk(tokens: IToken[], value: Declaration, isDoubtful: boolean): JudgedChunk {
  return { tokens, value, diagnostics: [], isBroken: false, isSurelyBroken: false, isDoubtful };
}

/** @param broken what it is among mistakes, where that is known. */
function judge(
  input: ParserInput,
  tokens: IToken[],
  broken?: Reading<Declaration | undefined>,
): JudgedChunk {
  const parser = theParser();
  const sound = parser.readOne(input, tokens);
  if (sound !== undefined) return soundChunk(tokens, sound.value, sound.isDoubtful);
  const isSurelyBroken = isSeenEarly(parser.mistakeIn(input, tokens), tokens);
  const { value, diagnostics } = broken ?? parser.readBroken(input, tokens);
  return { tokens, value, diagnostics, isBroken: true, isSurelyBroken, isDoubtful: false };
}

/** Whether a mistake was seen without looking at what may come behind the tokens. */
function isSeenEarly(mistakeAt: number | undefined, tokens: readonly IToken[]): boolean {
  const lastSeen = tokens[tokens.length - 4]?.startOffset;
  return mistakeAt !== undefined && lastSeen !== undefined && mistakeAt <= lastSeen;
}

/**
 * The segments of a changed text: those that the change has not touched are the ones of before.
 * What comes out is what reading the whole text gives (`test/parse/update.test.ts`); `undefined`
 * where only that can tell.
 */
export function updateSegments(
  before: SourceText,
  segments: readonly PlacedSegment[],
  source: SourceText,
): readonly PlacedSegment[] | undefined {
  const change = changeBetween(before.text, source.text);
  const touched = indexAt(segments, change.from - longestLook);
  let first = touched;
  let last = indexAt(segments, change.oldTo + longestLook);
  // Whether a declaration begins is told by three tokens: of its own segment and the next ones.
  for (let tokens = 0; first > 0 && tokens < 3; )
    tokens += segments[--first]?.segment.tokens.length ?? 0;
  const by = source.text.length - before.text.length;

  for (let step = 1; ; step *= 2) {
    const from = segments[first]?.start ?? 0;
    const next = segments[last + 1];
    const to = next === undefined ? source.text.length : next.start + by;
    const part = readPart(source, from, to, following(segments, last + 1, by, 3));
    if (part !== undefined) {
      if (isClosedElsewhere(segments.slice(0, touched), part, source.text, { from, to }))
        return undefined;
      const placed = [
        ...segments.slice(0, first),
        ...sameAsBefore(divide(source, part, from, to), source.text, {
          text: before.text,
          segments: segments.slice(first, last + 1),
        }),
        ...segments.slice(last + 1).map(({ segment, start }) => ({ segment, start: start + by })),
      ];
      return isOfOneMind(source, placed) ? placed : undefined;
    }
    if (next === undefined) return undefined;
    last = Math.min(segments.length - 1, last + step);
  }
}

/** Lines that were read again, and are as they were: what is known of them stays known. */
function sameAsBefore(
  placed: readonly PlacedSegment[],
  text: string,
  before: { readonly text: string; readonly segments: readonly PlacedSegment[] },
): readonly PlacedSegment[] {
  const known = new Map(
    before.segments.map(({ segment, start }) => [
      before.text.slice(start, start + segment.length),
      segment,
    ]),
  );
  return placed.map(({ segment, start }) => {
    const lines = text.slice(start, start + segment.length);
    const same = known.get(lines);
    // Each stands for one place: twice the same lines are two declarations.
    known.delete(lines);
    return { segment: same ?? segment, start };
  });
}

/** How far a token looks beyond its end: `1` and `.5` make one number. */
const longestLook = 2;

interface Change {
  readonly from: number;
  /** Where the same text goes on, in the text of before. */
  readonly oldTo: number;
}

function changeBetween(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let same = 0;
  while (
    same < shorter - from &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same++;
  }
  return { from, oldTo: before.length - same };
}

/** The segment that an offset is in; the nearest one outside the text. */
function indexAt(segments: readonly PlacedSegment[], offset: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((segments[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first tokens from a segment on, where they are in the new text. */
function following(
  segments: readonly PlacedSegment[],
  from: number,
  by: number,
  count: number,
): readonly IToken[] {
  const tokens: IToken[] = [];
  for (let index = from; index < segments.length && tokens.length < count; index++) {
    const placed = segments[index];
    if (placed === undefined) break;
    const { segment, start } = placed;
    for (const token of segment.tokens) {
      if (tokens.length === count) break;
      tokens.push(placeToken(token, start + by - segment.base));
    }
  }
  return tokens;
}

function placeToken(token: IToken, by: number): IToken {
  return { ...token, startOffset: token.startOffset + by };
}

/** Reads some lines; `undefined` when no declaration begins where the next lines begin. */
function readPart(
  source: SourceText,
  from: number,
  to: number,
  after: readonly IToken[],
): PartReading | undefined {
  const lexed = lexPart(source, from, to);
  const chunks = cutIntoChunks(source.text, [...lexed.tokens, ...after]);
  const [next] = after;
  if (next !== undefined) {
    const index = chunks.findIndex((chunk) => chunk[0] === next);
    // Lines without a token belong to the next declaration.
    if (index <= 0 || !isFirstOnLine(source.text, next.startOffset)) return undefined;
    chunks.length = index;
  }
  const lastToken = chunks.at(-1)?.at(-1);
  if (lastToken === undefined || (next !== undefined && handsOn(lastToken))) return undefined;
  // A comment behind the last declaration may belong to the next one.
  const lastComment = lexed.comments.at(-1);
  if (next !== undefined && lastComment !== undefined) {
    if (lastComment.span.start >= afterLine(source.text, endOf(lastToken))) return undefined;
  }
  const input = parserInput(source, lexed);
  return { lexed, chunks: chunks.map((chunk) => judge(input, chunk)) };
}

/** Whether what is open before these lines is closed in them, or what is open in them behind. */
function isClosedElsewhere(
  before: readonly PlacedSegment[],
  { lexed }: PartReading,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const isMarked = (start: number, end: number): boolean =>
    [blockEnd, rawQuotes].some((mark) => isWithin(text.indexOf(mark, start), end));
  if (lexed.diagnostics.some(isOpenEnded) && isMarked(to, text.length)) return true;
  return before.some(({ segment }) => segment.isOpen) && isMarked(from, to);
}

function isWithin(offset: number, end: number): boolean {
  return offset >= 0 && offset < end;
}

/**
 * Whether reading the whole text comes to what its segments say: all are sound, or one has a
 * mistake that is one of the text too, and none is read in another way then.
 */
function isOfOneMind(source: SourceText, segments: readonly PlacedSegment[]): boolean {
  const index = segments.findIndex(({ segment }) => segment.flaw !== undefined);
  const { segment, start } = segments[index] ?? {};
  if (segment?.flaw === undefined || start === undefined) return true;
  if (segments.some((each) => each.segment.isDoubtful)) return false;
  if (segment.flaw.isCertain) return true;
  // Where declarations are not found by their beginnings, the whole may be sound all the same.
  const own = segment.tokens.slice(segment.flaw.from);
  const tokens = [
    ...own.map((token) => placeToken(token, start - segment.base)),
    ...following(segments, index + 1, 0, farEnough),
  ];
  const mistakeAt = theParser().mistakeIn({ source, docs: noDocs, reported: [] }, tokens);
  if (mistakeAt === undefined) return false;
  const isEnd = tokens.length < own.length + farEnough;
  return isEnd || isSeenEarly(mistakeAt, tokens);
}

/** How many tokens behind a mistake are looked at before the whole text is. */
const farEnough = 100;
const noDocs: ReadonlyMap<number, string> = new Map();
