import { asDecimal, asText, foldCase } from "../run/operations.ts";
import { isNegative } from "../values/decimal.ts";
import { types } from "../values/types.ts";
import { type FxValue, fxError } from "../values/value.ts";
import { asCount, bindScalarCall, defineFunction, type FxFunction } from "./define.ts";

const badPosition = fxError("InvalidArgument", "a position or length is out of range");

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
      bindScalarCall(call, binder, [text, count], types.text, (value, length) =>
        isNegative(asDecimal(length)) ? badPosition : asText(value).slice(0, asCount(length)),
      ),
  }),
  defineFunction({
    name: "Right",
    signatures: ["Right(text: Text, count: Number): Text"],
    doc: "The last `count` characters. A negative count is an error.",
    examples: [['Right("XB-100", 3)', '"100"']],
    arity: { min: 2, max: 2 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [text, count], types.text, (value, length) => {
        if (isNegative(asDecimal(length))) return badPosition;
        const whole = asText(value);
        return whole.slice(Math.max(0, whole.length - asCount(length)));
      }),
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
      bindScalarCall(call, binder, [text, count, count], types.text, (value, from, length) => {
        const start = asCount(from);
        if (start < 1) return badPosition;
        if (length === undefined) return asText(value).slice(start - 1);
        if (isNegative(asDecimal(length))) return badPosition;
        return asText(value).slice(start - 1, start - 1 + asCount(length));
      }),
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
      bindScalarCall(call, binder, [text, text, text, count], types.text, substitute),
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
    return from === "" ? whole : whole.split(from).join(asText(replacement));
  }
  const wanted = asCount(occurrence);
  if (wanted < 1) return badPosition;
  if (from === "") return whole;
  let at = -from.length;
  for (let seen = 0; seen < wanted; seen++) {
    at = whole.indexOf(from, at + from.length);
    if (at < 0) return whole;
  }
  return whole.slice(0, at) + asText(replacement) + whole.slice(at + from.length);
}
