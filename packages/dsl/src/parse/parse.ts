import type { Diagnostic, SourceText, Staged } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Declaration, Expr, Program } from "./ast.ts";
import { cutIntoChunks } from "./chunks.ts";
import { lex } from "./lexer.ts";
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
  const { tokens, comments, docs, diagnostics: lexical } = lex(source);
  parser ??= new ProgramParser();
  const reported = lexical.map((diagnostic) => diagnostic.span.start).sort((a, b) => a - b);
  const input = { source, docs, reported };
  const strict = parser.readAll(input, tokens);
  const { value, parenthesised, diagnostics } = strict ?? readBroken(parser, input, tokens);
  const program: Program = { source, declarations: value, comments };
  const all = [...lexical, ...diagnostics].sort((a, b) => a.span.start - b.span.start);
  return { program, tokens, parenthesised, diagnostics: all };
}

let parser: ProgramParser | undefined;

/** Reads chunk by chunk, so that a broken declaration leaves the others as they are. */
function readBroken(
  parser: ProgramParser,
  input: ParserInput,
  tokens: IToken[],
): Reading<readonly Declaration[]> {
  const value: Declaration[] = [];
  const diagnostics: Diagnostic[] = [];
  const parenthesised = new Map<Expr, number>();
  for (const chunk of cutIntoChunks(input.source.text, tokens)) {
    const read = parser.readOne(input, chunk);
    if (read.value !== undefined) value.push(read.value);
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    for (const [expr, count] of read.parenthesised) parenthesised.set(expr, count);
  }
  return { value, diagnostics, parenthesised };
}
