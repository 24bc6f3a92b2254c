import type { IToken } from "chevrotain";
import { isFirstOnLine } from "./lexer.ts";
import * as t from "./tokens.ts";
import { typeSet } from "./tolerant-parser.ts";

/**
 * Cuts the tokens of a broken text where declarations begin, so that a mistake in one cannot
 * reach another. Every token is in exactly one chunk; only the first may begin otherwise.
 *
 * A declaration begins where its head can be told by its first tokens (`queue NAME {`), or with
 * a declaration keyword at the start of a line that is not indented more than the head before.
 */
export function cutIntoChunks(text: string, tokens: readonly IToken[]): IToken[][] {
  const chunks: IToken[][] = [];
  let current: IToken[] = [];
  let column = Number.POSITIVE_INFINITY;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const mayBegin = isDeclarationWord(token) || (depth === 0 && looksLikeHead(tokens, index));
    const tokenColumn = mayBegin ? lineColumn(text, token) : undefined;
    if (
      (tokenColumn === 0 && !isDeclarationWord(token)) ||
      beginsDeclaration(tokens, index, { depth, column, tokenColumn })
    ) {
      if (current.length > 0) chunks.push(current);
      current = [];
      depth = 0;
      column = tokenColumn ?? column;
    }
    if (token.tokenType === t.LeftBrace) depth++;
    else if (token.tokenType === t.RightBrace) depth = Math.max(0, depth - 1);
    current.push(token);
  }
  if (current.length > 0) chunks.push(current);
  return chunks;
}

interface Place {
  readonly depth: number;
  /** Column of the head before. */
  readonly column: number;
  /** Column of the token, when it is the first of its line. */
  readonly tokenColumn: number | undefined;
}

function beginsDeclaration(tokens: readonly IToken[], index: number, place: Place): boolean {
  const token = tokens[index];
  if (token === undefined || !isDeclarationWord(token)) return false;
  const previous = tokens[index - 1]?.tokenType;
  const next = tokens[index + 1];
  // A key of that name: `job.import`, `test: text`. A dot that ends its line waits for its key.
  if (previous === t.Dot && place.tokenColumn === undefined) return false;
  if (next?.tokenType === t.Colon || next?.tokenType === t.Question) return false;
  const isOutside = place.depth === 0;
  const head = headOf(tokens, index);
  if (head === "certain") return true;
  if (head === "outside" && isOutside) return true;
  if (place.tokenColumn === undefined || place.tokenColumn > place.column) return false;
  return !continuesValue(token, next);
}

/**
 * `certain`: nothing else looks like this. `outside`: an item of a block may look like this too.
 */
function headOf(tokens: readonly IToken[], index: number): "certain" | "outside" | "none" {
  const second = tokens[index + 1];
  const third = tokens[index + 2]?.tokenType;
  names ??= typeSet([t.AnyName]);
  const isNamed = second !== undefined && names.has(second.tokenTypeIdx);
  switch (tokens[index]?.tokenType) {
    case t.Import:
      return second?.tokenType === t.TextToken ? "certain" : "none";
    case t.Param:
      return isNamed && third === t.Colon ? "certain" : "none";
    case t.Secret:
      return isNamed && third === t.From ? "certain" : "none";
    case t.Let:
      return isNamed && third === t.Assign ? "certain" : "none";
    case t.Test:
    case t.Scenario:
      return second?.tokenType === t.TextToken && third === t.LeftBrace ? "certain" : "none";
    case t.Labels: {
      const side = second?.tokenType;
      const isSide = side === t.Job || side === t.Worker || side === t.Queue;
      return isSide && third === t.LeftBrace ? "certain" : "none";
    }
    case t.Queue:
    case t.Classification:
      return isNamed && third === t.LeftBrace ? "certain" : "none";
    case t.Distribution:
    case t.Exceptions:
      return isNamed && third === t.LeftBrace ? "outside" : "none";
    case t.Channel:
      return isNamed ? "outside" : "none";
    default:
      return "none";
  }
}

/** `clasification xbox {`: a declaration with a misspelt keyword, where it begins a line. */
function looksLikeHead(tokens: readonly IToken[], index: number): boolean {
  return (
    tokens[index]?.tokenType === t.PlainName &&
    tokens[index + 2]?.tokenType === t.LeftBrace &&
    tokens[index + 1]?.tokenType !== t.Dot
  );
}

/** `queue = …`, `queue.tier`, `queue where …`: not a declaration even at the start of a line. */
function continuesValue(token: IToken, next: IToken | undefined): boolean {
  if (token.tokenType !== t.Queue || next === undefined) return false;
  comparisons ??= typeSet([t.ComparisonSign]);
  const { tokenType } = next;
  return (
    tokenType === t.Assign ||
    tokenType === t.Dot ||
    tokenType === t.Where ||
    comparisons.has(next.tokenTypeIdx)
  );
}

const declarationWords: ReadonlySet<unknown> = new Set([
  t.Import,
  t.Param,
  t.Secret,
  t.Labels,
  t.Channel,
  t.Let,
  t.Distribution,
  t.Exceptions,
  t.Queue,
  t.Classification,
  t.Test,
  t.Scenario,
]);

export function isDeclarationWord(token: IToken): boolean {
  return declarationWords.has(token.tokenType);
}

let names: ReadonlySet<number> | undefined;
let comparisons: ReadonlySet<number> | undefined;

/** The column of a token that is the first of its line. */
function lineColumn(text: string, token: IToken): number | undefined {
  if (!isFirstOnLine(text, token.startOffset)) return undefined;
  let start = token.startOffset;
  while (start > 0) {
    const code = text.charCodeAt(start - 1);
    if (code === 10 || code === 13) break;
    start--;
  }
  return token.startOffset - start;
}
