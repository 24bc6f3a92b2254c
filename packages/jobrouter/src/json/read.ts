import {
  createDiagnostic,
  type Diagnostic,
  type SourceText,
  type Staged,
  spanOf,
} from "@routewright/diagnostics";
import { jsonDuplicateMember, jsonEmpty, jsonNumber, jsonSyntax } from "../catalogue.ts";
import type { JsonMember, JsonNode } from "./tree.ts";

/**
 * Reads one strict JSON value (RFC 8259; a leading byte order mark is skipped). The first
 * mistake ends the reading: JSON has no place to start again that could be trusted.
 * Nesting is bounded by memory only; no recursion.
 */
export function readJson(source: SourceText): Staged<JsonNode | undefined> {
  const cursor = openCursor(source);
  const value = readValue(cursor);
  if (value !== undefined) {
    skipSpace(cursor);
    if (cursor.at < source.text.length) {
      fail(
        cursor,
        "the end of the file",
        cursor.at,
        "a file holds one JSON value; put several into a list",
      );
    }
  }
  return { value: cursor.failed ? undefined : value, diagnostics: cursor.diagnostics };
}

/** Reads values that follow one another (JSON lines); those before a mistake are kept. */
export function readJsonSequence(source: SourceText): Staged<readonly JsonNode[]> {
  const cursor = openCursor(source);
  const values: JsonNode[] = [];
  do {
    const value = readValue(cursor);
    if (value === undefined) break;
    values.push(value);
    skipSpace(cursor);
  } while (cursor.at < source.text.length);
  return { value: values, diagnostics: cursor.diagnostics };
}

interface Cursor {
  readonly source: SourceText;
  readonly text: string;
  readonly diagnostics: Diagnostic[];
  at: number;
  failed: boolean;
}

function openCursor(source: SourceText): Cursor {
  const at = source.text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return { source, text: source.text, diagnostics: [], at, failed: false };
}

type Open =
  | { readonly kind: "array"; readonly start: number; readonly items: JsonNode[] }
  | {
      readonly kind: "object";
      readonly start: number;
      readonly members: JsonMember[];
      /** Made when there are many members, to find one that is written twice. */
      indexes: Map<string, number> | undefined;
      key: string;
      keyStart: number;
      keyEnd: number;
    };

function readValue(cursor: Cursor): JsonNode | undefined {
  const { text } = cursor;
  const stack: Open[] = [];
  for (;;) {
    skipSpace(cursor);
    let value: JsonNode | undefined;
    const start = cursor.at;
    const first = text[start];
    if (first === "{" || first === "[") {
      cursor.at++;
      skipSpace(cursor);
      const open: Open =
        first === "["
          ? { kind: "array", start, items: [] }
          : {
              kind: "object",
              start,
              members: [],
              indexes: undefined,
              key: "",
              keyStart: 0,
              keyEnd: 0,
            };
      if (text[cursor.at] === closing[open.kind]) {
        cursor.at++;
        value = close(open, cursor.at);
      } else {
        if (open.kind === "object" && !readKey(cursor, open)) return undefined;
        stack.push(open);
        continue;
      }
    } else {
      value = readScalar(cursor);
      if (value === undefined) return undefined;
    }
    // A value is complete: it may complete the containers around it.
    for (;;) {
      const open = stack.at(-1);
      if (open === undefined) return value;
      attach(cursor, open, value);
      skipSpace(cursor);
      const next = text[cursor.at];
      if (next === ",") {
        cursor.at++;
        skipSpace(cursor);
        if (text[cursor.at] === closing[open.kind]) {
          fail(
            cursor,
            open.kind === "array" ? "a value" : "a property",
            cursor.at,
            "remove the comma before it",
          );
          return undefined;
        }
        if (open.kind === "object" && !readKey(cursor, open)) return undefined;
        break;
      }
      if (next !== closing[open.kind]) {
        fail(cursor, `\`,\` or \`${closing[open.kind]}\``, cursor.at);
        return undefined;
      }
      cursor.at++;
      stack.pop();
      value = close(open, cursor.at);
    }
  }
}

const closing = { array: "]", object: "}" } as const;

function close(open: Open, end: number): JsonNode {
  const span = spanOf(open.start, end);
  return open.kind === "array"
    ? { kind: "array", span, items: open.items }
    : { kind: "object", span, members: open.members };
}

function attach(cursor: Cursor, open: Open, value: JsonNode): void {
  if (open.kind === "array") {
    open.items.push(value);
    return;
  }
  const { key, members } = open;
  const keySpan = spanOf(open.keyStart, open.keyEnd);
  const index = indexOfKey(open);
  const earlier = members[index];
  if (earlier === undefined) {
    open.indexes?.set(key, members.length);
    members.push({ key, keySpan, value });
    return;
  }
  cursor.diagnostics.push(
    createDiagnostic(jsonDuplicateMember, { name: key }, cursor.source, keySpan, {
      help: "remove one of them; the last one counts",
      related: [{ source: cursor.source, span: earlier.keySpan, message: "first written here" }],
    }),
  );
  members[index] = { key, keySpan, value };
}

/** Where the member with the key being read stands already; -1 for nowhere. */
function indexOfKey(open: Open & { kind: "object" }): number {
  if (open.members.length < 16) return open.members.findIndex(({ key }) => key === open.key);
  open.indexes ??= new Map(open.members.map(({ key }, index) => [key, index]));
  return open.indexes.get(open.key) ?? -1;
}

function readKey(cursor: Cursor, open: Open & { kind: "object" }): boolean {
  const start = cursor.at;
  if (cursor.text[start] !== '"') {
    fail(cursor, "a property name in double quotes", start);
    return false;
  }
  const key = readText(cursor);
  if (key === undefined) return false;
  open.key = key;
  open.keyStart = start;
  open.keyEnd = cursor.at;
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== ":") {
    fail(cursor, "`:`", cursor.at);
    return false;
  }
  cursor.at++;
  return true;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /[\w$.+-]+/y;

function readScalar(cursor: Cursor): JsonNode | undefined {
  const { text } = cursor;
  const start = cursor.at;
  if (text[start] === '"') {
    const value = readText(cursor);
    return value === undefined
      ? undefined
      : { kind: "text", span: spanOf(start, cursor.at), value };
  }
  wordPattern.lastIndex = start;
  const word = wordPattern.exec(text)?.[0];
  const span = spanOf(start, start + (word?.length ?? 0));
  if (word === "true" || word === "false" || word === "null") {
    cursor.at = span.end;
    return word === "null"
      ? { kind: "null", span }
      : { kind: "boolean", span, value: word === "true" };
  }
  numberPattern.lastIndex = start;
  const digits = numberPattern.exec(text)?.[0];
  if (digits === undefined || digits !== word) {
    if (start >= text.length && text.trim() === "") {
      cursor.failed = true;
      cursor.diagnostics.push(createDiagnostic(jsonEmpty, {}, cursor.source, spanOf(start, start)));
    } else fail(cursor, "a value", start);
    return undefined;
  }
  cursor.at = span.end;
  const value = Number(digits);
  if (!Number.isFinite(value)) {
    cursor.diagnostics.push(
      createDiagnostic(
        jsonNumber,
        { digits: digits.length > 40 ? `${digits.slice(0, 37)}…` : digits },
        cursor.source,
        span,
      ),
    );
    return { kind: "null", span };
  }
  // `-0` is `0`: the canonical form cannot tell them apart.
  return { kind: "number", span, value: value === 0 ? 0 : value };
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function readText(cursor: Cursor): string | undefined {
  const { text } = cursor;
  let value = "";
  let from = cursor.at + 1;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      cursor.at = at + 1;
      return value + text.slice(from, at);
    }
    if (code < 0x20) {
      fail(
        cursor,
        'the closing `"`',
        at,
        "write a line break inside a text as `\\n`, a tab as `\\t`",
      );
      return undefined;
    }
    if (code !== 0x5c) continue;
    value += text.slice(from, at);
    const letter = text[at + 1] ?? "";
    const simple = simpleEscapes.get(letter);
    if (simple !== undefined) {
      value += simple;
      at += 1;
    } else {
      const hex = /^u([0-9a-fA-F]{4})$/u.exec(text.slice(at + 1, at + 6))?.[1];
      if (hex === undefined) {
        fail(
          cursor,
          "an escape of JSON",
          at,
          'escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits',
        );
        return undefined;
      }
      value += String.fromCharCode(Number.parseInt(hex, 16));
      at += 5;
    }
    from = at + 1;
  }
  fail(cursor, 'the closing `"`', text.length);
  return undefined;
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  for (;;) {
    const code = text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at++;
  }
}

function fail(cursor: Cursor, expected: string, at: number, help = helpAt(cursor.text, at)): void {
  cursor.failed = true;
  const found = describeAt(cursor.text, at);
  cursor.diagnostics.push(
    createDiagnostic(
      jsonSyntax,
      { expected, found: found.words },
      cursor.source,
      spanOf(at, found.end),
      {
        ...(help === undefined ? {} : { help }),
      },
    ),
  );
}

function describeAt(text: string, at: number): { readonly words: string; readonly end: number } {
  if (at >= text.length) return { words: "the end", end: at };
  wordPattern.lastIndex = at;
  const word = wordPattern.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
  const end = at + word.length;
  if (word === "\n" || word === "\r") return { words: "a line break", end };
  if (word === "\t") return { words: "a tab", end };
  if (word.charCodeAt(0) < 0x20) return { words: "a control character", end };
  return { words: `\`${word.length > 20 ? `${word.slice(0, 19)}…` : word}\``, end };
}

function helpAt(text: string, at: number): string | undefined {
  if (text.startsWith("//", at) || text.startsWith("/*", at))
    return "JSON has no comments; remove it";
  if (text[at] === "'") return "JSON texts stand in double quotes";
  if (/^-?(?:NaN|Infinity)/u.test(text.slice(at, at + 9))) return "JSON has no such number";
  if (/^(?:True|False|None)/u.test(text.slice(at, at + 5)))
    return "JSON writes `true`, `false` and `null`";
  if (/^undefined/u.test(text.slice(at, at + 9))) return "leave the property out, or write `null`";
  return undefined;
}
