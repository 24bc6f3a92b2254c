import type { Comment } from "../parse/ast.ts";
import { blankLine, endOf, isFirstOnLine } from "../parse/lexer.ts";
import type { DetailedParse } from "../parse/parse.ts";
import * as t from "../parse/tokens.ts";
import { aside, blank, concat, type Doc, hardline, nothing, space, text } from "./doc.ts";

/**
 * Gives out the tokens of a text in order, each with the comments before it, so that no comment
 * is lost or moved past another. A comment keeps its kind of place: behind something on its
 * line, on a line of its own, or between two things on one line.
 */
export class Cursor {
  private readonly source: string;
  private readonly tokens: DetailedParse["tokens"];
  private readonly comments: readonly Comment[];
  private token = 0;
  private comment = 0;
  /** Where what was given out or skipped last ends. */
  private lastEnd = 0;

  constructor(parsed: DetailedParse) {
    this.source = parsed.program.source.text;
    this.tokens = parsed.tokens;
    this.comments = parsed.program.comments;
  }

  /** The offset of the next token. */
  get offset(): number {
    return this.tokens[this.token]?.startOffset ?? this.source.length;
  }

  at(type: (typeof this.tokens)[number]["tokenType"]): boolean {
    return this.tokens[this.token]?.tokenType === type;
  }

  atSecond(type: (typeof this.tokens)[number]["tokenType"]): boolean {
    return this.tokens[this.token + 1]?.tokenType === type;
  }

  /** The next token as written, behind its comments. */
  take(): Doc {
    const token = this.tokens[this.token];
    if (token === undefined) throw new Error("the formatter asked for a token too many");
    const before = this.commentsBefore();
    this.token++;
    this.lastEnd = endOf(token);
    const image = text(token.image);
    return before === nothing ? image : concat([before, image]);
  }

  /** A comma that must stand; comments before it that end their line come out behind it. */
  takeComma(): Doc {
    const isInline = this.hasOnlyInlineComments();
    const before = this.commentsBefore();
    this.skip();
    const comma = isInline ? concat([before, text(",")]) : concat([text(","), before]);
    return concat([comma, this.trailingLine()]);
  }

  private hasOnlyInlineComments(): boolean {
    for (let at = this.comment; at < this.comments.length; at++) {
      const comment = this.comments[at];
      if (comment === undefined || comment.span.start >= this.offset) return true;
      if (!this.isInline(comment)) return false;
    }
    return true;
  }

  /** A comma that the source leaves out; comments on the line come out behind it. */
  comma(): Doc {
    return concat([text(","), this.trailingLine()]);
  }

  /** Leaves a token out; its comments come out before the next one. */
  skip(): void {
    const token = this.tokens[this.token];
    if (token === undefined) return;
    this.token++;
    // What was on the line of a token that goes is still on the line of the one before it.
    if (!this.hasPendingComment(token.startOffset)) this.lastEnd = endOf(token);
  }

  private hasPendingComment(before: number): boolean {
    const next = this.comments[this.comment];
    return next !== undefined && next.span.start < before;
  }

  /** The end of an item: comments behind it on its line; a comma is left out. */
  endItem(): Doc {
    const before = this.trailing();
    if (!this.at(t.Comma)) return before;
    this.skip();
    return concat([before, this.trailing()]);
  }

  /** `// …` behind the last token; other comments go with what comes next. */
  trailingLine(): Doc {
    const next = this.comments[this.comment];
    return next === undefined || next.kind === "block" ? nothing : this.trailing();
  }

  /** Comments that stand behind the last token on its line. */
  trailing(): Doc {
    const parts: Doc[] = [];
    for (;;) {
      const comment = this.comments[this.comment];
      if (comment === undefined || comment.span.start >= this.offset) break;
      if (isFirstOnLine(this.source, comment.span.start)) break;
      if (comment.kind === "block" && this.leadsToken(comment)) break;
      parts.push(this.takeComment(comment));
    }
    return parts.length === 0 ? nothing : concat(parts);
  }

  /** Whether the comment is followed by a token on its line: it belongs to that one. */
  private leadsToken(comment: Comment): boolean {
    const next = this.tokens[this.token];
    return (
      next !== undefined &&
      next.startOffset >= comment.span.end &&
      next.tokenType !== t.Comma &&
      next.tokenType !== t.RightBrace &&
      !/[\r\n]/.test(this.source.slice(comment.span.end, next.startOffset))
    );
  }

  /** All comments before the next token. */
  commentsBefore(): Doc {
    return this.comments.length === this.comment ? nothing : this.flush(false, false);
  }

  /**
   * Comments before an item, with the author's empty lines between them and before the item.
   *
   * @param isFirst nothing stands before them in their block: no empty line at its top.
   */
  lead(isFirst: boolean): Doc {
    const comments = this.flush(!isFirst, true);
    if (isFirst && comments === nothing) return nothing;
    return this.hasBlankBefore(this.offset) ? concat([comments, blank]) : comments;
  }

  /** Comments behind the last item of a block. */
  dangling(isFirst: boolean): Doc {
    return this.flush(!isFirst, true);
  }

  private flush(keepsFirstBlank: boolean, keepsBlanks: boolean): Doc {
    const parts: Doc[] = [];
    for (;;) {
      const comment = this.comments[this.comment];
      if (comment === undefined || comment.span.start >= this.offset) break;
      const keeps = parts.length === 0 ? keepsFirstBlank : keepsBlanks;
      if (keeps && this.hasBlankBefore(comment.span.start)) parts.push(blank);
      parts.push(this.takeComment(comment));
    }
    return parts.length === 0 ? nothing : concat(parts);
  }

  private takeComment(comment: Comment): Doc {
    this.comment++;
    const { start, end } = comment.span;
    const image = text(this.commentText(comment));
    const isOwnLine = isFirstOnLine(this.source, start);
    this.lastEnd = end;
    if (this.isInline(comment)) return concat([space, image, space]);
    return isOwnLine
      ? concat([hardline, image, hardline])
      : concat([
          space,
          comment.kind === "block" ? image : aside(this.commentText(comment)),
          hardline,
        ]);
  }

  /** Neither on a line of its own nor one that ends its line. */
  private isInline(comment: Comment): boolean {
    if (comment.kind !== "block") return false;
    return !isFirstOnLine(this.source, comment.span.start) || !this.endsLine(comment.span.end);
  }

  private commentText(comment: Comment): string {
    const written = this.source.slice(comment.span.start, comment.span.end);
    return comment.kind === "block" ? written.replace(/\r\n?/g, "\n") : written.trimEnd();
  }

  private endsLine(offset: number): boolean {
    return /^[^\S\r\n]*(?:[\r\n]|$)/.test(this.source.slice(offset, offset + 200));
  }

  /** Whether an empty line stands between what came last and the offset. */
  private hasBlankBefore(offset: number): boolean {
    return blankLine.test(this.source.slice(this.lastEnd, offset));
  }

  /** Whether an empty line stands before what is next, a comment or a token. */
  hasBlankNext(): boolean {
    return this.hasBlankBefore(this.nextStart());
  }

  /** Whether the line ends before what is next, a comment or a token. */
  breaksNext(): boolean {
    return /[\r\n]/.test(this.source.slice(this.lastEnd, this.nextStart()));
  }

  private nextStart(): number {
    const comment = this.comments[this.comment];
    return Math.min(this.offset, comment?.span.start ?? this.source.length);
  }
}
