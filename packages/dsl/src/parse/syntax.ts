import type { Diagnostic, SourceText } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Comment, Declaration, Program } from "./ast.ts";
import { endOf } from "./lexer.ts";
import { moved, movedDeclaration, movedDiagnostic } from "./moved.ts";
import { inOrder, readText } from "./parse.ts";
import type { PlacedSegment } from "./segments.ts";
import * as t from "./tokens.ts";
import { segmentsOf, updateSegments } from "./update.ts";

/** What an editor keeps of one text. */
export interface Syntax {
  readonly program: Program;
  /** Without comments; made when first asked for. */
  readonly tokens: readonly SyntaxToken[];
  /**
   * A stretch of the tokens: at least those from the last but one declaration that begins before
   * an offset to the first token behind it. For answers in a hurry.
   */
  tokensNear(offset: number): readonly SyntaxToken[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One token as it stands in the text. */
export interface SyntaxToken {
  readonly kind: SyntaxTokenKind;
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

export type SyntaxTokenKind =
  | t.TokenKind
  | "name"
  | "quoted"
  | "text"
  | "rawText"
  | "number"
  | "duration"
  | "percent";

/** Reads a text, and keeps the tokens too. Total, as `parse` is. */
export function readSyntax(source: SourceText): Syntax {
  const reading = readText(source);
  const { lexed, whole, chunks } = reading;
  const declarations = whole?.value ?? chunks.flatMap((chunk) => chunk.value ?? []);
  const found = whole?.diagnostics ?? chunks.flatMap((chunk) => chunk.diagnostics);
  return keep({
    program: { source, declarations, comments: lexed.comments },
    diagnostics: inOrder(lexed.diagnostics, found),
    tokens: () => lexed.tokens.map((token) => syntaxToken(token, 0)),
    tokensNear: undefined,
    segments: () => segmentsOf(source, reading),
  });
}

/**
 * Reads a text of which an earlier state was read: what the change between them does not touch is
 * taken over. The result is that of `readSyntax`.
 */
export function updateSyntax(before: Syntax, source: SourceText): Syntax {
  const known = segmentsBy.get(before)?.();
  const segments = known && updateSegments(before.program.source, known, source);
  if (segments === undefined) return readSyntax(source);
  return keep({
    program: new PlacedProgram(source, segments),
    diagnostics: segments.flatMap(({ segment, start }) =>
      segment.diagnostics.map((each) => movedDiagnostic(each, source, start - segment.base)),
    ),
    tokens: () => segments.flatMap(tokensOf),
    tokensNear: (offset) => segmentsNear(segments, offset).flatMap(tokensOf),
    segments: () => segments,
  });
}

/** What an update starts from; made when there is one. */
const segmentsBy = new WeakMap<Syntax, () => readonly PlacedSegment[] | undefined>();

function keep({
  program,
  diagnostics,
  tokens,
  tokensNear,
  segments,
}: {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly tokens: () => readonly SyntaxToken[];
  /** Absent where a stretch is no cheaper than all. */
  readonly tokensNear: ((offset: number) => readonly SyntaxToken[]) | undefined;
  readonly segments: () => readonly PlacedSegment[] | undefined;
}): Syntax {
  let seen: readonly SyntaxToken[] | undefined;
  const syntax: Syntax = {
    program,
    diagnostics,
    get tokens() {
      seen ??= tokens();
      return seen;
    },
    tokensNear: (offset) => seen ?? tokensNear?.(offset) ?? syntax.tokens,
  };
  segmentsBy.set(syntax, segments);
  return syntax;
}

function tokensOf({ segment, start }: PlacedSegment): readonly SyntaxToken[] {
  return segment.tokens.map((token) => syntaxToken(token, start - segment.base));
}

/** From the last but one segment with a declaration that begins before an offset, to one behind it. */
function segmentsNear(
  segments: readonly PlacedSegment[],
  offset: number,
): readonly PlacedSegment[] {
  const beginsBefore = ({ segment, start }: PlacedSegment): boolean =>
    segment.declarations.some(({ span }) => span.start - segment.base + start < offset);
  const isBehind = ({ segment, start }: PlacedSegment): boolean =>
    segment.tokens.some((token) => token.startOffset - segment.base + start >= offset);
  const last = segments.findLastIndex((each) => each.start < offset && beginsBefore(each));
  const from = segments.findLastIndex(
    ({ segment }, index) => index < last && segment.declarations.length > 0,
  );
  const to = segments.findIndex(
    (each) => each.start + each.segment.length >= offset && isBehind(each),
  );
  return segments.slice(Math.max(0, from), to < 0 ? undefined : to + 1);
}

/** The tree over segments; what has moved is made when it is looked at. */
class PlacedProgram implements Program {
  readonly source: SourceText;
  readonly #segments: readonly PlacedSegment[];
  #declarations: readonly Declaration[] | undefined;
  #comments: readonly Comment[] | undefined;

  constructor(source: SourceText, segments: readonly PlacedSegment[]) {
    this.source = source;
    this.#segments = segments;
  }

  get declarations(): readonly Declaration[] {
    this.#declarations ??= this.#segments.flatMap(({ segment, start }) =>
      segment.declarations.map((each) => movedDeclaration(each, start - segment.base)),
    );
    return this.#declarations;
  }

  get comments(): readonly Comment[] {
    this.#comments ??= this.#segments.flatMap(({ segment, start }) =>
      segment.comments.map((each) => moved(each, start - segment.base)),
    );
    return this.#comments;
  }
}

function syntaxToken(token: IToken, by: number): SyntaxToken {
  kinds ??= new Map([
    ...t.tokenTable.map((entry) => [entry.type.tokenTypeIdx, entry.kind] as const),
    [t.PlainName.tokenTypeIdx, "name"],
    [t.Quoted.tokenTypeIdx, "quoted"],
    [t.TextToken.tokenTypeIdx, "text"],
    [t.RawText.tokenTypeIdx, "rawText"],
    [t.NumberToken.tokenTypeIdx, "number"],
    [t.DurationToken.tokenTypeIdx, "duration"],
    [t.PercentToken.tokenTypeIdx, "percent"],
  ]);
  return {
    kind: kinds.get(token.tokenTypeIdx) ?? "name",
    image: token.image,
    start: token.startOffset + by,
    end: endOf(token) + by,
  };
}

let kinds: ReadonlyMap<number | undefined, SyntaxTokenKind> | undefined;
