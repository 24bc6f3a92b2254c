import type { Diagnostic, SourceText } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type { Program } from "./ast.ts";
import { endOf } from "./lexer.ts";
import { parseDetailed } from "./parse.ts";
import * as t from "./tokens.ts";

/** What an editor keeps of one text. */
export interface Syntax {
  readonly program: Program;
  /** Without comments; made when first asked for. */
  readonly tokens: readonly SyntaxToken[];
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
  const { program, tokens, diagnostics } = parseDetailed(source);
  let seen: readonly SyntaxToken[] | undefined;
  return {
    program,
    diagnostics,
    get tokens() {
      seen ??= tokens.map(syntaxToken);
      return seen;
    },
  };
}

function syntaxToken(token: IToken): SyntaxToken {
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
    start: token.startOffset,
    end: endOf(token),
  };
}

let kinds: ReadonlyMap<number | undefined, SyntaxTokenKind> | undefined;
