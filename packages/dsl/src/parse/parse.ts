import type { Diagnostic, SourceText, Staged } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Declaration, Expr, Program } from "./ast.ts";
import { cutIntoChunks } from "./chunks.ts";
import { type LexedText, lex } from "./lexer.ts";
import { ProgramParser, type Reading } from "./program-parser.ts";
import type { ParserInput } from "./tolerant-parser.ts";

/**
 * Reads a text. Total: broken declarations are there with what could be read of them, and every
 * mistake is reported once.
 */
export function parse(source: SourceText): Staged<Program> {
  const { program, diagnostics } = parseDetailed(source);
  return { value: program, diagnostics };
}

/** What the formatter needs besides the tree. */
export interface DetailedParse {
  readonly program: Program;
  readonly tokens: readonly IToken[];
  /** In how many parentheses expressions stand: the tree does not say. */
  readonly parenthesised: ReadonlyMap<Expr, number>;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseDetailed(source: SourceText): DetailedParse {
  const { lexed, whole, chunks } = readText(source);
  const { tokens, comments } = lexed;
  const { value, parenthesised, diagnostics } = whole ?? joined(chunks);
  const program: Program = { source, declarations: value, comments };
  return { program, tokens, parenthesised, diagnostics: inOrder(lexed.diagnostics, diagnostics) };
}

/** A text as it was read: in one go, or where it has a mistake, chunk by chunk. */
export interface TextReading {
  readonly lexed: LexedText;
  readonly whole: Reading<readonly Declaration[]> | undefined;
  /** Empty where the whole could be read. */
  readonly chunks: readonly ChunkReading[];
}

/** A chunk by itself: what a mistake in one says about another is nothing. */
export interface ChunkReading extends Reading<Declaration | undefined> {
  readonly tokens: IToken[];
}

export function readText(source: SourceText): TextReading {
  const lexed = lex(source);
  const input = parserInput(source, lexed);
  const whole = theParser().readAll(input, lexed.tokens);
  if (whole !== undefined) return { lexed, whole, chunks: [] };
  const chunks = cutIntoChunks(source.text, lexed.tokens).map((tokens) => ({
    ...theParser().readBroken(input, tokens),
    tokens,
  }));
  return { lexed, whole, chunks };
}

/** Builds the parser once; it serves every text. */
export function theParser(): ProgramParser {
  parser ??= new ProgramParser();
  return parser;
}

export function parserInput(source: SourceText, { docs, diagnostics }: LexedText): ParserInput {
  const reported = diagnostics.map(({ span }) => span.start).sort((a, b) => a - b);
  return { source, docs, reported };
}

/** What the lexer and the parser found, by place. */
export function inOrder(
  lexical: readonly Diagnostic[],
  syntactic: readonly Diagnostic[],
): readonly Diagnostic[] {
  return [...lexical, ...syntactic].sort((a, b) => a.span.start - b.span.start);
}

let parser: ProgramParser | undefined;

function joined(chunks: readonly ChunkReading[]): Reading<readonly Declaration[]> {
  const value: Declaration[] = [];
  const diagnostics: Diagnostic[] = [];
  const parenthesised = new Map<Expr, number>();
  for (const read of chunks) {
    if (read.value !== undefined) value.push(read.value);
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    for (const [expr, count] of read.parenthesised) parenthesised.set(expr, count);
  }
  return { value, diagnostics, parenthesised, isDoubtful: false };
}
