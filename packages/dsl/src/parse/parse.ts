import {
  createDiagnostic,
  type Diagnostic,
  type SourceText,
  type Staged,
} from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Declaration, Expr, Program } from "./ast.ts";
import { cutIntoChunks } from "./chunks.ts";
import { scenarioUnsupported } from "./diagnostics.ts";
import { lex, tokenSpan } from "./lexer.ts";
import { ProgramParser, type Reading } from "./program-parser.ts";
import * as t from "./tokens.ts";
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
  /** Expressions that stand in parentheses: the tree does not say. */
  readonly parenthesised: ReadonlySet<Expr>;
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
  return { program, tokens, parenthesised, diagnostics: [...lexical, ...diagnostics] };
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
  const parenthesised = new Set<Expr>();
  for (const chunk of cutIntoChunks(input.source.text, tokens)) {
    const first = chunk[0];
    if (first?.tokenType === t.Scenario) {
      diagnostics.push(
        createDiagnostic(scenarioUnsupported, {}, input.source, tokenSpan(first), {
          help: "test single decisions with `test`",
        }),
      );
      continue;
    }
    const read = parser.readOne(input, chunk);
    if (read.value !== undefined) value.push(read.value);
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    for (const expr of read.parenthesised) parenthesised.add(expr);
  }
  return { value, diagnostics, parenthesised };
}
