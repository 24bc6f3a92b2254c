import { asDecimal, asText, concatenate, foldCase } from "../run/operations.ts";
import { limitText, maxTextLength, textTooLong } from "../run/work.ts";
import { isNegative } from "../values/decimal.ts";
import { types, valueTable } from "../values/types.ts";
import { FxRecord, FxTable, type FxValue, fxError } from "../values/value.ts";
import { asCount, bindScalarCall, defineFunction, type FxFunction } from "./define.ts";

const badPosition = fxError("InvalidArgument", "a position or length is out of range");

const loneSurrogate = fxError("NotApplicable", "half of a surrogate pair is no character");

const text = { type: "text" } as const;
const count = { type: "decimal" } as const;

export const textFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "Len",
    signatures: ["Len(text: Text): Number"],
    doc: "Length in UTF-16 code units; Blank has length 0.",
    examples: [
      ['Len("queue")', "5"],
      ["Len(Blank())", "0"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.decimal, (value) => asText(value).length, {
        mayError: false,
        tabular: true,
      }),
  }),
  caseFunction("Lower", "The text in lower case.", (value) => mapCase(value, lowerChar), [
    ['Lower("EN")', '"en"'],
  ]),
  caseFunction("Upper", "The text in upper case.", (value) => mapCase(value, upperChar), [
    ['Upper("en")', '"EN"'],
  ]),
  caseFunction(
    "Trim",
    "Without white space at the ends, and with runs of it inside made one space.",
    trim,
    [['Trim("  a   b ")', '"a b"']],
  ),
  defineFunction({
    name: "Left",
    signatures: ["Left(text: Text, count: Number): Text"],
    doc: "The first `count` characters. A negative count is an error.",
    examples: [
      ['Left("XB-100", 2)', '"XB"'],
      ['Left("a", -1)', "#InvalidArgument"],
    ],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, count],
        types.text,
        (value, length) =>
          isNegative(asDecimal(length)) ? badPosition : asText(value).slice(0, asCount(length)),
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Right",
    signatures: ["Right(text: Text, count: Number): Text"],
    doc: "The last `count` characters. A negative count is an error.",
    examples: [['Right("XB-100", 3)', '"100"']],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, count],
        types.text,
        (value, length) => {
          if (isNegative(asDecimal(length))) return badPosition;
          const whole = asText(value);
          return whole.slice(Math.max(0, whole.length - asCount(length)));
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Mid",
    signatures: ["Mid(text: Text, start: Number, [count: Number]): Text"],
    doc: "`count` characters from the `start`th on (the first is 1), or all of the rest.",
    examples: [
      ['Mid("XB-100", 4, 2)', '"10"'],
      ['Mid("abc", 2)', '"bc"'],
      ['Mid("abc", 0)', "#InvalidArgument"],
    ],
    arity: { min: 2, max: 3 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, count, count],
        types.text,
        (value, from, length) => {
          const start = asCount(from);
          if (start < 1) return badPosition;
          if (length === undefined) return asText(value).slice(start - 1);
          if (isNegative(asDecimal(length))) return badPosition;
          return asText(value).slice(start - 1, start - 1 + asCount(length));
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Substitute",
    signatures: ["Substitute(text: Text, old: Text, new: Text, [occurrence: Number]): Text"],
    doc: "Every `old` replaced by `new`, or only the `occurrence`th. Case matters.",
    examples: [
      ['Substitute("a-b-c", "-", "")', '"abc"'],
      ['Substitute("a-b-c", "-", "+", 2)', '"a-b+c"'],
    ],
    arity: { min: 3, max: 4 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text, text, text, count], types.text, substitute, {
        tabular: true,
      }),
  }),
  caseFunction("TrimEnds", "Without white space at the ends.", (value) => value.trim(), [
    ['TrimEnds("  a   b ")', '"a   b"'],
  ]),
  caseFunction(
    "Proper",
    "Every word with a capital, the rest in lower case.",
    (value) =>
      mapCase(value, lowerChar).replace(/[\p{L}\p{N}']+/gu, (word) => {
        const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
        return mapCase(first, upperChar) + word.slice(first.length);
      }),
    [['Proper("jane DOE")', '"Jane Doe"']],
  ),
  defineFunction({
    name: "Concatenate",
    signatures: ["Concatenate(text1: Text, text2: Text, …): Text"],
    doc: "The texts joined, as `&`.",
    examples: [['Concatenate("a", 1, true)', '"a1true"']],
    arity: { min: 1, max: Number.POSITIVE_INFINITY },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.text, concatenate, {
        tabular: true,
      }),
  }),
  defineFunction({
    name: "Find",
    signatures: ["Find(find: Text, within: Text, [start: Number]): Number"],
    doc: "The position of a text in another, from 1; Blank if it is not there. Case matters. The result is a Float.",
    examples: [
      ['Find("b", "abcb")', "2"],
      ['Find("x", "abc")', "Blank()"],
    ],
    arity: { min: 2, max: 3 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, text, { type: "float" }],
        types.float,
        (part, value, from) => {
          const whole = asText(value);
          const start = from === undefined ? 1 : asCount(from);
          if (start < 1 || start > whole.length + 1) return badPosition;
          const at = whole.indexOf(asText(part), start - 1);
          return at < 0 ? null : at + 1;
        },
        { tabular: true, mayBlank: true },
      ),
  }),
  defineFunction({
    name: "Replace",
    signatures: ["Replace(text: Text, start: Number, count: Number, new: Text): Text"],
    doc: "`count` characters from the `start`th on replaced by `new`; a start past the end appends.",
    examples: [['Replace("abcdef", 2, 3, "X")', '"aXef"']],
    arity: { min: 4, max: 4 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, count, count, text],
        types.text,
        (value, from, length, replacement) => {
          const start = asCount(from);
          const size = asCount(length);
          if (start < 1 || isNegative(asDecimal(length))) return badPosition;
          const whole = asText(value);
          return limitText(
            whole.slice(0, start - 1) + asText(replacement) + whole.slice(start - 1 + size),
          );
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "Split",
    signatures: ["Split(text: Text, separator: Text): Table"],
    doc: "The parts between separators, as a table with the column Value; an empty separator gives single characters.",
    examples: [['CountRows(Split("a,b", ","))', "2"]],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text, text], valueTable(types.text), (value, separator) => {
        const parts = asText(value).split(asText(separator));
        return new FxTable(parts.map((part) => new FxRecord(new Map([["Value", part]]))));
      }),
  }),
  defineFunction({
    name: "Char",
    signatures: ["Char(code: Number): Text"],
    doc: "The character of a code from 1 to 255.",
    examples: [["Char(65)", '"A"']],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }],
        types.text,
        (value) => {
          const code = asCount(value);
          return code < 1 || code >= 256 ? badPosition : String.fromCharCode(code);
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "UniChar",
    signatures: ["UniChar(code: Number): Text"],
    doc: "The character of a Unicode code point.",
    examples: [["UniChar(8364)", '"€"']],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "float" }],
        types.text,
        (value) => {
          const code = asCount(value);
          if (code < 1 || code > 0x10ffff) return badPosition;
          if (code >= 0xd800 && code <= 0xdfff) return loneSurrogate;
          return String.fromCodePoint(code);
        },
        { tabular: true },
      ),
  }),
  defineFunction({
    name: "EncodeUrl",
    signatures: ["EncodeUrl(text: Text): Text"],
    doc: "Percent-encoded UTF-8; letters, digits and `-_.~` stay.",
    examples: [['EncodeUrl("a b/c")', '"a%20b%2Fc"']],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.text, (value) => encodeUrl(asText(value)), {
        mayError: false,
      }),
  }),
  defineFunction({
    name: "EncodeHTML",
    signatures: ["EncodeHTML(text: Text): Text"],
    doc: "With `<`, `>`, `&` and quotes as entities.",
    examples: [['EncodeHTML("<a>")', '"&lt;a&gt;"']],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.text, (value) => encodeHtml(asText(value)), {
        mayError: false,
      }),
  }),
  defineFunction({
    name: "PlainText",
    signatures: ["PlainText(text: Text): Text"],
    doc: "HTML without its tags, entities decoded.",
    examples: [['PlainText("<b>a</b> &amp; b")', '"a & b"']],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.text, (value) => plainText(asText(value)), {
        mayError: false,
      }),
  }),
  ends("StartsWith", "begins with", (whole, part) => whole.startsWith(part), [
    ['StartsWith("Xbox One", "xbox")', "true"],
    ['StartsWith("Xbox", Blank())', "true"],
  ]),
  ends("EndsWith", "ends with", (whole, part) => whole.endsWith(part), [
    ['EndsWith("Xbox One", "ONE")', "true"],
  ]),
];

function caseFunction(
  name: string,
  doc: string,
  run: (value: string) => string,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(text: Text): Text`],
    doc,
    examples,
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text], types.text, (value) => run(asText(value)), {
        mayError: false,
        tabular: true,
      }),
  });
}

function ends(
  name: string,
  verb: string,
  test: (whole: string, part: string) => boolean,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(text: Text, part: Text): Boolean`],
    doc: `Whether the text ${verb} the part, ignoring case. An empty part always fits.`,
    examples,
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [text, text],
        types.boolean,
        (whole, part) => test(foldCase(asText(whole)), foldCase(asText(part))),
        { mayError: false },
      ),
  });
}

/** Character by character, where the length stays: .NET maps no character to several. */
function mapCase(value: string, map: (char: string) => string): string {
  if (/^\p{ASCII}*$/u.test(value)) return map(value);
  let result = "";
  for (const char of value) {
    const mapped = map(char);
    result += mapped.length === char.length ? mapped : char;
  }
  return result;
}

function lowerChar(char: string): string {
  return char.toLowerCase();
}

function upperChar(char: string): string {
  return char.toUpperCase();
}

/** Line feed, vertical tab, form feed, carriage return and no-break space are not joined. */
function trim(value: string): string {
  return value.replace(/[^\S\n\v\f\r\u00a0]+/g, " ").trim();
}

function substitute(
  value: FxValue,
  old: FxValue,
  replacement: FxValue,
  occurrence?: FxValue,
): FxValue {
  const whole = asText(value);
  const from = asText(old);
  if (occurrence === undefined) {
    if (from === "") return whole;
    const parts = whole.split(from);
    const made = asText(replacement);
    const length = whole.length + (parts.length - 1) * (made.length - from.length);
    return length > maxTextLength ? textTooLong : parts.join(made);
  }
  const wanted = asCount(occurrence);
  if (wanted < 1) return badPosition;
  if (from === "") return whole;
  let at = -from.length;
  for (let seen = 0; seen < wanted; seen++) {
    at = whole.indexOf(from, at + from.length);
    if (at < 0) return whole;
  }
  return limitText(whole.slice(0, at) + asText(replacement) + whole.slice(at + from.length));
}

function encodeUrl(value: string): string {
  let result = "";
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0;
    const whole = code >= 0xd800 && code <= 0xdfff ? "\ufffd" : char;
    result += encodeURIComponent(whole).replace(
      /[!'()*]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  }
  return result;
}

const htmlEntities: ReadonlyMap<string, string> = new Map([
  ["<", "&lt;"],
  [">", "&gt;"],
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** Also Latin-1's upper half and what is beyond the basic plane, by number; .NET's choice. */
function encodeHtml(value: string): string {
  let result = "";
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) result += "\ufffd";
    else if (code > 0xffff || (code >= 160 && code <= 255)) result += `&#${code};`;
    else result += htmlEntities.get(char) ?? char;
  }
  return result;
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);

function plainText(value: string): string {
  return value
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<\s*(script|style)\b[^>]*>[\s\S]*?<\s*\/\s*\1\s*>/gi, "")
    .replace(/<\s*td\b[^>]*>/gi, "    ")
    .replace(/<\s*\/?\s*(?:br|li)\b[^>]*>/gi, "\r\n")
    .replace(/<\s*(?:div|p|tr)\b[^>]*>/gi, "\r\n\r\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,8});/gi, (whole, name: string) => {
      if (!name.startsWith("#")) return namedEntities.get(name) ?? whole;
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .trim();
}
