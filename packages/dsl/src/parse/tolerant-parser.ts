import {
  closest,
  createDiagnostic,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticExtras,
  type SourceText,
  type Span,
  sourceText,
  spanOf,
} from "@routewright/diagnostics";
import {
  EmbeddedActionsParser,
  EOF,
  type IToken,
  isRecognitionException,
  type ParserMethod,
  type TokenType,
} from "chevrotain";
import type { Name } from "./ast.ts";
import {
  blockNotClosed,
  closeWithoutOpen,
  expressionTooLong,
  nestingTooDeep,
  syntaxExpected,
  syntaxUnexpected,
} from "./diagnostics.ts";
import { lazyLookahead } from "./lazy-lookahead.ts";
import { endOf, isFirstOnLine, tokenSpan } from "./lexer.ts";
import { unquoteName } from "./literals.ts";
import * as t from "./tokens.ts";

export type Rule<T> = ParserMethod<[], T>;

/** How deep blocks, parentheses and `if`s may stand inside one another. */
export const nestingLimit = 200;
/** How many operators may stand in one expression; keeps trees shallow enough to walk. */
export const operatorLimit = 1_000;

/** What is thrown at the first mistake of a strict parse; never leaves `parse`. */
export const strictFailure: unique symbol = Symbol("strict failure");
/** Thrown when an item cannot be read to its end; caught by the list it stands in. */
export const itemFailure: unique symbol = Symbol("item failure");

/** A block in braces: what it is called, and which tokens begin an item of it. */
export interface BlockShape {
  /** For "does not belong …": "in a queue". */
  readonly where: string;
  /** For "to close …": "the queue". */
  readonly what: string;
  readonly starts: readonly TokenType[];
}

export interface ParserInput {
  readonly source: SourceText;
  readonly docs: ReadonlyMap<number, string>;
  /** Offsets of what the lexer already reported, ascending: one mistake, one report. */
  readonly reported: readonly number[];
}

/**
 * The part of the parser that knows about mistakes. A strict parse stops at the first one;
 * a tolerant parse reports it, takes what is missing as absent, and goes on.
 */
export abstract class TolerantParser extends EmbeddedActionsParser {
  protected source: SourceText = sourceText("");
  protected docs: ReadonlyMap<number, string> = new Map();
  protected isTolerant = false;
  problems: Diagnostic[] = [];
  private reported: readonly number[] = [];
  /** The offset of the last mistake, and the end of what was read before it. */
  private lastProblemAt = -1;
  private lastProblemEnd = -1;
  /** A strict reading took something that a tolerant one would call missing. */
  protected isDoubtful = false;
  private nesting = 0;
  private operators = 0;
  private blocks: BlockShape[] = [];
  /** Blocks that ended without `}`: as many later ones have been reported with them. */
  private missingBraces = 0;
  private readonly startSets = new Map<BlockShape, ReadonlySet<number>>();

  constructor(skipValidations: boolean) {
    super([...t.tokenTable.map((entry) => entry.type), ...otherTokens], {
      maxLookahead: 1,
      lookaheadStrategy: lazyLookahead(),
      recoveryEnabled: false,
      skipValidations,
    });
  }

  /** `RULE`, with the type of the result taken from where it goes. */
  protected rule<T>(name: string, read: () => T): Rule<T> {
    return this.RULE(name, read);
  }

  protected begin(input: ParserInput, tokens: IToken[], isTolerant: boolean): void {
    this.input = tokens;
    this.source = input.source;
    this.docs = input.docs;
    this.reported = input.reported;
    this.isTolerant = isTolerant;
    this.problems = [];
    this.isDoubtful = false;
    this.lastProblemAt = -1;
    this.lastProblemEnd = -1;
    this.nesting = 0;
    this.operators = 0;
    this.blocks = [];
    this.missingBraces = 0;
  }

  // ── Places ────────────────────────────────────────────────────────────────────────────────

  protected start(): number {
    const token = this.LA(1);
    return token.tokenType === EOF ? this.previousEnd() : token.startOffset;
  }

  /** From `start` to the end of the last token read; empty when none was. */
  protected since(start: number): Span {
    return spanOf(start, Math.max(start, this.previousEnd()));
  }

  protected previousEnd(): number {
    const token = this.LA(0);
    return token.tokenType === EOF ? 0 : endOf(token);
  }

  protected at(type: TokenType): boolean {
    return this.isType(this.LA(1), type);
  }

  protected isType(token: IToken, type: TokenType): boolean {
    return (
      token.tokenTypeIdx === type.tokenTypeIdx ||
      type.categoryMatchesMap?.[token.tokenTypeIdx] === true
    );
  }

  protected isLineStart(token: IToken): boolean {
    return token.tokenType !== EOF && isFirstOnLine(this.source.text, token.startOffset);
  }

  // ── Mistakes ──────────────────────────────────────────────────────────────────────────────

  protected problem<P>(
    definition: DiagnosticDefinition<P>,
    parameters: P,
    span: Span,
    extras: DiagnosticExtras = {},
  ): void {
    if (!this.isTolerant) throw strictFailure;
    const previous = this.LA(0);
    const next = this.LA(1);
    const to = next.tokenType === EOF ? this.previousEnd() : next.startOffset;
    const from = previous.tokenType === EOF ? to : previous.startOffset;
    const end = this.previousEnd();
    const isNewLine = this.isLineStart(next);
    const isEcho = end === this.lastProblemEnd || (!isNewLine && this.lastProblemAt >= from);
    if (!isEcho && !this.wasReported(from, to)) {
      this.problems.push(createDiagnostic(definition, parameters, this.source, span, extras));
    }
    // What is missing at the end of a line says nothing about the next line.
    this.lastProblemAt = isNewLine ? end : to;
    this.lastProblemEnd = end;
  }

  private wasReported(from: number, to: number): boolean {
    let low = 0;
    let high = this.reported.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.reported[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    const nearest = this.reported[low];
    return nearest !== undefined && nearest <= to;
  }

  /** Reports that something is missing before the next token. */
  protected expected(what: string, where?: string, insert?: string): void {
    if (!this.isTolerant) throw strictFailure;
    const extras = this.misspelt(what) ?? this.insertion(what, insert);
    const place = where ?? this.afterPrevious();
    this.problem(syntaxExpected, { what, where: place }, this.missingSpan(), extras);
  }

  /** What stands in the way may be the word itself: `thne` where `then` must come. */
  private misspelt(what: string): DiagnosticExtras | undefined {
    const next = this.LA(1);
    if (this.isLineStart(next) || !/^\w/.test(next.image)) return undefined;
    const words = [...what.matchAll(/`([a-z]+)[^`]*`/g)].map(([, word = ""]) => word);
    const meant = closest(next.image, words);
    if (meant === undefined || words.includes(next.image)) return undefined;
    return {
      help: `did you mean \`${meant}\`?`,
      fixes: [
        {
          title: `change to \`${meant}\``,
          safe: false,
          edits: [{ span: tokenSpan(next), text: meant }],
        },
      ],
    };
  }

  /** Whether the next word is nearly one of those that are expected. */
  protected isMisspelt(what: string): boolean {
    return this.misspelt(what) !== undefined;
  }

  private insertion(what: string, insert: string | undefined): DiagnosticExtras {
    if (insert === undefined) return {};
    const end = this.previousEnd();
    return {
      fixes: [
        {
          title: `insert ${what}`,
          safe: false,
          edits: [{ span: spanOf(end, end), text: insert }],
        },
      ],
    };
  }

  private afterPrevious(): string {
    const previous = this.LA(0);
    return previous.tokenType === EOF ? "" : `after ${showToken(previous)}`;
  }

  /** The token that stands in the way, or the end of the line that stops too early. */
  protected missingSpan(): Span {
    const next = this.LA(1);
    const end = this.previousEnd();
    return next.tokenType === EOF || this.isLineStart(next) ? spanOf(end, end) : tokenSpan(next);
  }

  /** Reads a token that must come; `undefined`, and a report, when it does not. */
  protected need(idx: number, type: TokenType, where?: string): IToken | undefined {
    if (this.RECORDING_PHASE || this.at(type)) return this.consume(idx, type);
    const mark = type.LABEL;
    this.expected(t.describeTokenType(type), where, mark === undefined ? undefined : ` ${mark}`);
    return undefined;
  }

  protected needName(idx: number, where?: string): Name | undefined {
    return this.needNamed(idx, t.AnyName, where);
  }

  protected needKey(idx: number, where?: string): Name | undefined {
    return this.needNamed(idx, t.AnyKey, where);
  }

  private needNamed(idx: number, type: TokenType, where: string | undefined): Name | undefined {
    if (this.seemsMissing()) {
      this.expected(t.describeTokenType(type), where);
      return undefined;
    }
    const token = this.need(idx, type, where);
    return token && nameOf(token);
  }

  /** Gives an item up; what went wrong is already reported. */
  protected abandon(): never {
    throw itemFailure;
  }

  // ── Limits ────────────────────────────────────────────────────────────────────────────────

  /** One level further in; `leave` with what it returns. */
  protected enter(): number {
    if (this.nesting >= nestingLimit) {
      this.problem(nestingTooDeep, { limit: nestingLimit }, tokenSpan(this.LA(1)), {
        help: "give a part of it a name with `let`",
      });
      throw itemFailure;
    }
    return this.nesting++;
  }

  protected leave(level: number): void {
    this.nesting = level;
    if (level === 0) this.operators = 0;
  }

  protected countOperator(): void {
    if (++this.operators <= operatorLimit) return;
    this.problem(expressionTooLong, { limit: operatorLimit }, tokenSpan(this.LA(0)), {
      help: "give parts of it names with `let`, or use `in [ … ]`",
    });
    throw itemFailure;
  }

  /** Operators of one arm do not make its siblings deeper. */
  protected operatorCount(): number {
    return this.operators;
  }

  protected resetOperators(count: number): void {
    this.operators = count;
  }

  // ── Blocks ────────────────────────────────────────────────────────────────────────────────

  /** Reads `{ item, item }`; commas are optional. Broken items do not take others along. */
  protected braces<T>(shape: BlockShape, item: Rule<T | undefined>): T[] {
    const items: T[] = [];
    const open = this.need(90, t.LeftBrace);
    if (open === undefined && !this.startsItem(this.LA(1), shape)) return items;
    const isOutermost = this.blocks.length === 0;
    this.blocks.push(shape);
    do {
      this.many(90, () => {
        const read = this.isTolerant
          ? this.tryItem(() => this.subrule(90, item))
          : this.subrule(90, item);
        if (read !== undefined) items.push(read);
        this.option(90, () => this.consume(90, t.Comma));
      });
    } while (this.hasMoreItems(shape, isOutermost));
    this.blocks.pop();
    if (this.RECORDING_PHASE || this.at(t.RightBrace)) {
      this.consume(90, t.RightBrace);
    } else {
      this.missingBraces++;
      this.problem(
        blockNotClosed,
        { close: "}", what: shape.what },
        this.missingSpan(),
        open === undefined
          ? {}
          : {
              related: [{ source: this.source, span: tokenSpan(open), message: "opened here" }],
            },
      );
    }
    return items;
  }

  protected tryItem<T>(read: () => T): T | undefined {
    const level = this.nesting;
    const depth = this.blocks.length;
    const before = this.LA(1);
    try {
      return read();
    } catch (failure) {
      if (failure !== itemFailure) {
        if (!isRecognitionFailure(failure)) throw failure;
        const next = this.LA(1);
        const token = next.tokenType === EOF ? "the end" : showToken(next);
        this.problem(syntaxUnexpected, { token, where: "here" }, this.missingSpan());
      }
      this.nesting = level;
      this.blocks.length = depth;
      if (this.LA(1) === before) this.skipToken();
      return undefined;
    }
  }

  private hasMoreItems(shape: BlockShape, isOutermost: boolean): boolean {
    const next = this.LA(1);
    if (!this.isTolerant || next.tokenType === EOF) return false;
    if (next.tokenType === t.RightBrace) {
      // A closing brace with items of this block behind it was one too many.
      if (!isOutermost || !this.startsItem(this.LA(2), shape)) return false;
      this.reportStrayBrace(next);
      this.skipToken();
      return true;
    }
    if (this.belongsToOuterBlock(next)) return false;
    this.reportUnexpected(next, shape);
    do {
      this.skipBalanced();
    } while (!this.endsSkipping(shape));
    return true;
  }

  protected reportStrayBrace(token: IToken): void {
    if (this.missingBraces > 0) {
      this.missingBraces--;
      return;
    }
    const span = tokenSpan(token);
    this.problem(closeWithoutOpen, { close: "}" }, span, {
      fixes: [{ title: "remove it", safe: false, edits: [{ span, text: "" }] }],
    });
  }

  protected reportUnexpected(token: IToken, shape: BlockShape): void {
    const span = tokenSpan(token);
    const words = shape.starts.flatMap((type) => (type.LABEL === undefined ? [] : [type.LABEL]));
    const meant = /^\w/.test(token.image) ? closest(token.image, words) : undefined;
    this.problem(
      syntaxUnexpected,
      { token: showToken(token), where: shape.where },
      span,
      meant === undefined
        ? whatMayStand(words, shape.starts.length)
        : {
            help: `did you mean \`${meant}\`?`,
            fixes: [{ title: `write \`${meant}\``, safe: false, edits: [{ span, text: meant }] }],
          },
    );
  }

  private endsSkipping(shape: BlockShape): boolean {
    const next = this.LA(1);
    if (next.tokenType === EOF || next.tokenType === t.RightBrace) return true;
    if (this.belongsToOuterBlock(next)) return true;
    // Another line that begins with a word has a report of its own.
    if (this.isLineStart(next) && this.isType(next, t.AnyName)) return true;
    if (!this.startsItem(next, shape) || this.LA(2).tokenType === t.Dot) return false;
    return !hasAnyStart(shape) || this.isLineStart(next) || this.LA(0).tokenType === t.Comma;
  }

  /** A line that begins with an item of an enclosing block: this one was not closed. */
  private belongsToOuterBlock(token: IToken): boolean {
    if (this.blocks.length < 2 || !this.isLineStart(token)) return false;
    return this.blocks.slice(0, -1).some((shape) => this.startsItem(token, shape));
  }

  /** Whether what should come is taken to be missing, since the next item seems to begin. */
  protected seemsMissing(): boolean {
    if (this.RECORDING_PHASE || !this.startsNextItem()) return false;
    // Without mistakes around it the text means what it says; but another reading was near.
    if (!this.isTolerant) this.isDoubtful = true;
    return this.isTolerant;
  }

  /** Whether the next token rather begins the next item than a value that is missing. */
  private startsNextItem(): boolean {
    const next = this.LA(1);
    if (!this.isLineStart(next)) return false;
    const after = this.LA(2).tokenType;
    const isEntry = after === t.Colon || after === t.Question;
    return this.blocks.some((shape) =>
      hasAnyStart(shape)
        ? isEntry && shape.starts.includes(t.AnyKey)
        : after !== t.Dot && this.startsItem(next, shape),
    );
  }

  protected startsItem(token: IToken, shape: BlockShape): boolean {
    let starts = this.startSets.get(shape);
    if (starts === undefined) {
      starts = typeSet(shape.starts);
      this.startSets.set(shape, starts);
    }
    return starts.has(token.tokenTypeIdx);
  }

  protected skipToken(): void {
    this.SKIP_TOKEN();
  }

  /** Skips a token, and with an opening brace everything up to its end. */
  protected skipBalanced(): void {
    let depth = 0;
    do {
      const { tokenType } = this.LA(1);
      if (tokenType === EOF) return;
      if (tokenType === t.LeftBrace) depth++;
      else if (tokenType === t.RightBrace) depth--;
      this.skipToken();
    } while (depth > 0);
  }
}

/** Whether an item of the block may begin with any name: then names tell nothing. */
function hasAnyStart(shape: BlockShape): boolean {
  return shape.starts.includes(t.AnyKey) || shape.starts.includes(t.AnyName);
}

/** Where the grammar has no message of its own, Chevrotain's report stands in for one. */
function isRecognitionFailure(failure: unknown): boolean {
  return failure instanceof Error && isRecognitionException(failure);
}

/** Type indices of the given types and of everything in their categories. */
export function typeSet(types: readonly TokenType[]): ReadonlySet<number> {
  const set = new Set<number>();
  for (const type of types) {
    if (type.tokenTypeIdx !== undefined) set.add(type.tokenTypeIdx);
    for (const match of type.categoryMatches ?? []) set.add(match);
  }
  return set;
}

export function nameOf(token: IToken): Name {
  const text = token.tokenType === t.Quoted ? unquoteName(token.image) : token.image;
  return { text, span: tokenSpan(token) };
}

/** A token as messages show it. */
export function showToken(token: IToken): string {
  const { image } = token;
  if (image.includes("`")) return "this text";
  return `\`${image.length > 30 ? `${image.slice(0, 30)}…` : image}\``;
}

const otherTokens: readonly TokenType[] = [
  t.AnyKey,
  t.AnyName,
  t.InfixOperator,
  t.SumOperator,
  t.ComparisonSign,
  t.PlainName,
  t.Quoted,
  t.TextToken,
  t.RawText,
  t.NumberToken,
  t.DurationToken,
  t.PercentToken,
];

/** The list of what a block holds, where all of it are words, and few. */
function whatMayStand(words: readonly string[], starts: number): { readonly help?: string } {
  if (words.length < starts || words.length === 0 || words.length > 14) return {};
  return { help: `what may stand here: ${words.map((word) => `\`${word}\``).join(", ")}` };
}
