import type { Span } from "@routewright/diagnostics";
import { languageFunctions, type Syntax, type SyntaxToken } from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import { lineStartOf } from "../text.ts";
import { timeLength } from "./scenario-wants.ts";

/**
 * Where a cursor stands: which blocks are open around it, and what of the current item has been
 * written. Read off the tokens before it, which say the same in a whole text and in a broken one.
 */
export interface Place {
  /** Outermost first. */
  readonly frames: readonly Frame[];
  /** Tokens of the innermost frame's current item, the word at the cursor left out. */
  readonly item: readonly SyntaxToken[];
  /** Tokens since the declaration began. */
  readonly tokens: readonly SyntaxToken[];
  /** The word at the cursor; empty where none is. */
  readonly replace: Span;
  readonly prefix: string;
  /** Nothing stands before the word in its line. */
  readonly isLineStart: boolean;
  /** The cursor is inside `"…"`. */
  readonly inText: boolean;
  /** The token behind the word, on the same line. */
  readonly next: SyntaxToken | undefined;
}

export interface Frame {
  readonly kind: FrameKind;
  /** Whose labels: of `labels` and `entries`. */
  readonly side?: LabelSide | undefined;
  /** Tokens of the item that opened it. */
  readonly head: readonly SyntaxToken[];
  /** Index of its first token. */
  readonly start: number;
  /** First words of its items so far, the current one left out. */
  readonly seen: readonly string[];
  readonly offset: number;
}

export type FrameKind =
  | "program"
  | "labels"
  | "entries"
  | "channel"
  | "distribution"
  | "exceptions"
  | "queue"
  | "classification"
  | "statements"
  | "matchStatement"
  | "splitStatement"
  | "matchExpr"
  | "splitExpr"
  | "table"
  | "actions"
  | "test"
  | "scenario"
  | "moment"
  | "worker"
  | "scenarioWorker"
  | "changedWorker"
  | "cases"
  | "group"
  | "call"
  | "list"
  | "unknown";

export function placeAt(text: string, syntax: Syntax, offset: number): Place | undefined {
  if (syntax.program.comments.some((c) => c.span.start < offset && isInComment(c, offset))) {
    return undefined;
  }
  const tokens = syntax.tokensNear(offset);
  const touched = lastIndexBefore(tokens, offset);
  const at = tokens[touched];
  const isWord = at !== undefined && offset <= at.end && isWordKind(at);
  const inText =
    at !== undefined && (at.kind === "text" || at.kind === "rawText") && isInside(at, offset);
  const covers = isWord || inText;
  const end = covers ? touched : touched + 1;
  const replace =
    covers && at !== undefined
      ? { start: at.start, end: inText && !isClosedText(at) ? offset : at.end }
      : { start: offset, end: offset };
  const start = declarationStart(text, syntax, { tokens, end }, replace.start);
  const before = tokens.slice(start, end);
  const frames = framesOf(text, before);
  const innermost = frames.at(-1);
  if (innermost === undefined) return undefined;
  const itemStart = innermost.itemStart;
  const previous = before.at(-1);
  const lineStart = lineStartOf(text, replace.start);
  const following = tokens[covers ? touched + 1 : touched + 1];
  return {
    frames,
    item: before.slice(itemStart),
    tokens: before,
    replace,
    prefix: text.slice(replace.start, offset),
    isLineStart: previous === undefined || previous.end <= lineStart,
    inText,
    next:
      following !== undefined && !/[\r\n]/u.test(text.slice(replace.end, following.start))
        ? following
        : undefined,
  };
}

function isInComment(
  comment: { readonly kind: string; readonly span: Span },
  offset: number,
): boolean {
  return comment.kind === "block" ? offset < comment.span.end : offset <= comment.span.end;
}

function isWordKind(token: SyntaxToken): boolean {
  return (
    token.kind === "name" ||
    token.kind === "word" ||
    token.kind === "keyword" ||
    token.kind === "quoted"
  );
}

function isInside(token: SyntaxToken, offset: number): boolean {
  return offset > token.start && (offset < token.end || !isClosedText(token));
}

function isClosedText({ image }: SyntaxToken): boolean {
  return image.length > 1 && image.endsWith('"');
}

/** The index of the last token that begins before an offset; -1 when there is none. */
export function lastIndexBefore(tokens: readonly SyntaxToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const declarationWords: ReadonlySet<string> = new Set([
  "import",
  "param",
  "secret",
  "labels",
  "channel",
  "let",
  "distribution",
  "exceptions",
  "queue",
  "classification",
  "test",
  "scenario",
]);

/** A declaration begins where the tree says so, or with a word of its own at the start of a line. */
function declarationStart(
  text: string,
  syntax: Syntax,
  { tokens, end }: { readonly tokens: readonly SyntaxToken[]; readonly end: number },
  cursor: number,
): number {
  let known = 0;
  for (const { span } of syntax.program.declarations) {
    if (span.start >= cursor) break;
    known = span.start;
  }
  for (let index = end - 1; index >= 0; index--) {
    const token = tokens[index];
    if (token === undefined) continue;
    if (token.start <= known) return token.start === known ? index : index + 1;
    const isHead =
      declarationWords.has(token.image) && token.start === lineStartOf(text, token.start);
    if (isHead && tokens[index + 1]?.image !== "=" && tokens[index + 1]?.image !== ":")
      return index;
  }
  return 0;
}

interface OpenFrame extends Frame {
  readonly seen: string[];
  itemStart: number;
}

function framesOf(text: string, tokens: readonly SyntaxToken[]): readonly OpenFrame[] {
  const frames: OpenFrame[] = [frame("program", [], 0, 0)];
  for (const [index, token] of tokens.entries()) {
    const top = frames.at(-1);
    if (top === undefined) break;
    const previous = tokens[index - 1];
    if (beginsItem(text, top, token, previous, tokens, index)) {
      const first = tokens[top.itemStart];
      if (first !== undefined && top.itemStart < index)
        top.seen.push(itemKey(tokens, top.itemStart));
      top.itemStart = index;
    }
    switch (token.image) {
      case "{":
        frames.push(blockFrame(top, tokens.slice(top.itemStart, index), index + 1, token.end));
        break;
      case "(":
      case "[":
        frames.push(groupFrame(tokens, top, index, token.end));
        break;
      case "}":
      case ")":
      case "]":
        close(frames, token.image);
        break;
      case ",":
        if (listKinds.has(top.kind)) {
          if (top.itemStart < index) top.seen.push(itemKey(tokens, top.itemStart));
          top.itemStart = index + 1;
        }
        break;
      default:
        break;
    }
  }
  return frames;
}

/** Whose items are told apart by commas alone. */
const listKinds: ReadonlySet<FrameKind> = new Set(["labels", "entries", "group", "call", "list"]);

/** `queue labels` of `labels`, the key of an entry: what tells that an item is there already. */
function itemKey(tokens: readonly SyntaxToken[], start: number): string {
  return tokens[start]?.image ?? "";
}

function frame(
  kind: FrameKind,
  head: readonly SyntaxToken[],
  start: number,
  offset: number,
  side?: LabelSide,
): OpenFrame {
  return { kind, head, start, seen: [], itemStart: start, side, offset };
}

function close(frames: OpenFrame[], image: string): void {
  const wanted = image === "}" ? isBlock : (each: Frame) => !isBlock(each);
  for (let index = frames.length - 1; index > 0; index--) {
    const each = frames[index];
    if (each !== undefined && wanted(each)) {
      frames.length = index;
      return;
    }
    // A parenthesis never closes a block.
    if (image !== "}") return;
  }
}

function isBlock({ kind }: Frame): boolean {
  return kind !== "group" && kind !== "call" && kind !== "list";
}

const functionNames: ReadonlySet<string> = new Set(languageFunctions.map(({ name }) => name));

function groupFrame(
  tokens: readonly SyntaxToken[],
  top: OpenFrame,
  index: number,
  offset: number,
): OpenFrame {
  const head = tokens.slice(top.itemStart, index);
  const previous = tokens[index - 1];
  if (tokens[index]?.image === "[") return frame("list", head, index + 1, offset);
  const isCall =
    previous !== undefined && functionNames.has(previous.image) && previous.kind !== "text";
  return frame(isCall ? "call" : "group", head, index + 1, offset);
}

/** Which block a brace opens, told by the frame it stands in and the item before it. */
function blockFrame(
  parent: OpenFrame,
  head: readonly SyntaxToken[],
  start: number,
  offset: number,
): OpenFrame {
  const make = (kind: FrameKind, side?: LabelSide): OpenFrame =>
    frame(kind, head, start, offset, side);
  const first = head[0]?.image;
  const last = head.at(-1)?.image;
  const isStatementBlock = parent.kind === "classification" || parent.kind === "statements";
  if (last === "match") {
    return make(isStatementBlock && head.length === 1 ? "matchStatement" : "matchExpr");
  }
  if (last === "split") {
    return make(isStatementBlock && head.length === 1 ? "splitStatement" : "splitExpr");
  }
  switch (parent.kind) {
    case "program":
      switch (first) {
        case "labels":
          return make("labels", sideOf(head[1]?.image));
        case "channel":
        case "distribution":
        case "exceptions":
        case "queue":
        case "classification":
        case "test":
        case "scenario":
          return make(first);
        default:
          return make("unknown");
      }
    case "queue":
      return first === "labels" ? make("entries", "queue") : make("unknown");
    case "worker":
    case "scenarioWorker":
    case "changedWorker":
      return first === "labels" ? make("entries", "worker") : make("unknown");
    case "classification":
    case "statements":
      return first === "table"
        ? make("table")
        : first === "when"
          ? make("statements")
          : make("unknown");
    case "matchStatement":
    case "splitStatement":
      return make("statements");
    case "exceptions":
      return last === "set"
        ? make("entries", "job")
        : last === "->"
          ? make("actions")
          : make("unknown");
    case "actions":
      return last === "set" ? make("entries", "job") : make("unknown");
    case "scenario":
    case "moment": {
      const time = parent.kind === "scenario" ? timeLength(head) : 0;
      if (time > 0 && head.length === time) return make("moment");
      const step = head[time]?.image === "refused" ? head[time + 1]?.image : head[time]?.image;
      if (step === "change") return make("changedWorker");
      return step === "worker" ? make("scenarioWorker") : make("entries", "job");
    }
    case "test":
      if (head.some(({ image }) => image === "worker") && last !== "set") {
        const isRequest = head.some(({ image }) => image === "requesting" || image === "expect");
        if (!isRequest) return make("worker");
      }
      return first === "cases" ? make("cases") : make("entries", "job");
    default:
      return make("unknown");
  }
}

function sideOf(image: string | undefined): LabelSide | undefined {
  return image === "job" || image === "worker" || image === "queue" ? image : undefined;
}

function beginsItem(
  text: string,
  top: OpenFrame,
  token: SyntaxToken,
  previous: SyntaxToken | undefined,
  tokens: readonly SyntaxToken[],
  index: number,
): boolean {
  if (index <= top.itemStart || previous === undefined) return false;
  if (token.image === "}" || token.image === ")" || token.image === "]") return false;
  const isFirstOnLine = previous.end <= lineStartOf(text, token.start);
  switch (top.kind) {
    case "program":
      return (
        declarationWords.has(token.image) && (isFirstOnLine || previous.image === "}") && index > 0
      );
    case "labels":
    case "entries":
      return isFirstOnLine && endsValue(previous) && token.image !== "|";
    case "table":
    case "cases":
      return isFirstOnLine;
    case "group":
    case "call":
    case "list":
    case "unknown":
      return false;
    case "scenario":
    case "moment":
      // Many a step begins with the name of who does it.
      return isFirstOnLine;
    default: {
      if (tokens[index + 1]?.image === "." && token.image !== "when") return false;
      if (!itemWords[top.kind].has(token.image)) return isFirstOnLine && isPercent(top, token);
      return (
        isFirstOnLine || previous.image === "," || (endsValue(previous) && !isContinued(previous))
      );
    }
  }
}

function isPercent(top: Frame, token: SyntaxToken): boolean {
  return (top.kind === "splitExpr" || top.kind === "splitStatement") && token.kind === "percent";
}

function isContinued(previous: SyntaxToken): boolean {
  return previous.image === "client" || previous.image === "app";
}

/** Whether a value may end with the token. */
export function endsValue(token: SyntaxToken): boolean {
  switch (token.kind) {
    case "name":
    case "quoted":
    case "text":
    case "rawText":
    case "number":
    case "duration":
    case "percent":
      return true;
    case "word":
      return !unfinishedWords.has(token.image);
    case "keyword":
      return token.image === "true" || token.image === "false" || token.image === "none";
    default:
      return (
        token.image === ")" || token.image === "]" || token.image === "}" || token.image === ".."
      );
  }
}

/** Words that something must follow. */
const unfinishedWords: ReadonlySet<string> = new Set([
  "where",
  "require",
  "fallback",
  "distribution",
  "exceptions",
  "id",
  "name",
  "score",
  "offers",
  "expire",
  "after",
  "powerfx",
  "static",
  "same",
  "as",
  "via",
  "set",
  "to",
  "by",
  "for",
  "expect",
  "stub",
  "choose",
  "mode",
  "using",
  "requesting",
  "capacity",
  "cost",
  "max",
  "load",
  "channel",
  "on",
  "in",
  "at",
  "of",
  "key",
  "authorize",
  "client",
  "app",
  "move",
  "best",
  "longest",
  "round",
]);

const workerWords = ["id", "queues", "capacity", "channel", "labels", "load", "unavailable"];

/** Words that begin an item of a block. */
export const itemWords: Readonly<
  Record<
    Exclude<
      FrameKind,
      "program" | "labels" | "entries" | "table" | "cases" | "group" | "call" | "list" | "unknown"
    >,
    ReadonlySet<string>
  >
> = {
  channel: new Set(["id", "name"]),
  distribution: new Set([
    "id",
    "name",
    "mode",
    "score",
    "highest",
    "lowest",
    "batch",
    "offers",
    "expire",
    "bypass",
  ]),
  exceptions: new Set(["id", "name", "when"]),
  queue: new Set(["id", "name", "distribution", "exceptions", "labels"]),
  classification: new Set([
    "id",
    "name",
    "fallback",
    "queue",
    "priority",
    "table",
    "require",
    "when",
    "match",
    "split",
  ]),
  statements: new Set(["require", "when", "match", "split"]),
  matchStatement: new Set(["when", "otherwise"]),
  matchExpr: new Set(["when", "otherwise"]),
  splitStatement: new Set([]),
  splitExpr: new Set([]),
  actions: new Set(["cancel", "reclassify", "move"]),
  test: new Set(["job", "worker", "stub", "choose", "expect", "cases"]),
  scenario: new Set([
    "worker",
    "at",
    "within",
    "until",
    "from",
    "starts",
    "classifying",
    "queueing",
    "offering",
    "stub",
    "choose",
  ]),
  moment: new Set([
    "job",
    "worker",
    "expect",
    "set",
    "change",
    "move",
    "reclassify",
    "cancel",
    "unassign",
    "release",
    "refused",
  ]),
  worker: new Set(workerWords),
  changedWorker: new Set(workerWords),
  scenarioWorker: new Set([...workerWords, "accepts", "declines", "completes", "closes"]),
};
