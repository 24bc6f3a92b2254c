import type { Binder } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import { compilePattern, type PatternMatch } from "../regex/match.ts";
import { type ParsedPattern, PatternError, parsePattern } from "../regex/pattern.ts";
import { compileClosures } from "../run/closures.ts";
import { asText } from "../run/operations.ts";
import { spend } from "../run/work.ts";
import { errorSpan, type FxNode } from "../tree.ts";
import { type FxType, recordType, tableType, types, valueTable } from "../values/types.ts";
import { FxError, FxRecord, FxTable, type FxValue, fxError } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid } from "./rows.ts";

const timeout = fxError("Timeout", "the pattern takes too long");

export const matchFunctions: readonly FxFunction[] = [
  define(
    "IsMatch",
    "Boolean",
    "Whether the pattern matches anywhere, unless the options say otherwise.",
    [
      ['IsMatch("XB-100", "\\d+")', "true"],
      ['IsMatch("XB-100", "\\d+", MatchOptions.BeginsWith)', "false"],
    ],
    1,
    (matches) => matches.length > 0,
    () => types.boolean,
  ),
  define(
    "Match",
    "Record",
    "The first match: FullMatch, StartMatch, and a field for every named group; Blank without one.",
    [
      ['Match("XB-100", "\\d+").FullMatch', '"100"'],
      ['Match("XB-100", "(?<kind>[A-Z]+)-").kind', '"XB"'],
    ],
    1,
    ([found], describe) => (found === undefined ? null : describe(found)),
    (fields) => recordType(fields),
  ),
  define(
    "MatchAll",
    "Table",
    "All matches, as records like those of Match.",
    [['CountRows(MatchAll("a1b22", "\\d+"))', "2"]],
    Number.POSITIVE_INFINITY,
    (matches, describe) => new FxTable(matches.map(describe)),
    (fields) => tableType(fields),
  ),
];

/** What a function makes of the matches it asked for. */
type Give = (
  matches: readonly PatternMatch[],
  describe: (match: PatternMatch) => FxRecord,
) => FxValue;

function define(
  name: string,
  result: string,
  doc: string,
  examples: FxFunction["examples"],
  limit: number,
  give: Give,
  typeOf: (fields: ReadonlyMap<string, FxType>) => FxType,
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(text: Text, pattern: Text, [options: MatchOptions]): ${result}`],
    doc: `${doc} The pattern is a constant. A pattern that takes too long is an Error (Timeout).`,
    examples,
    arity: { min: 2, max: 3 },
    feature: "regularExpressions",
    bind(call, binder) {
      const [textNode, patternNode, optionsNode] = call.args;
      if (textNode === undefined || patternNode === undefined) return binder.failed(call);
      const text = binder.bind(textNode);
      const subject = text.type.kind === "error" ? undefined : convert(text, "text");
      if (subject === undefined) binder.report("ErrStringExpected", errorSpan(textNode), [], text);
      const pattern = constantText(patternNode, binder, "ErrVariableRegEx");
      const options =
        optionsNode === undefined
          ? "c"
          : constantText(optionsNode, binder, "ErrVariableRegExOptions");
      if (subject === undefined || pattern === undefined || options === undefined) {
        return invalid(call, binder);
      }
      const parsed = parsePattern(pattern, options);
      if (parsed instanceof PatternError) {
        binder.report(parsed.key, errorSpan(patternNode));
        return invalid(call, binder);
      }
      const isNumbered = options.includes("N");
      const matcher = compilePattern(parsed);
      return strict(
        call,
        typeOf(fieldsOf(parsed, isNumbered)),
        (value) => {
          const whole = asText(value);
          const { matches, steps } = matcher(whole, limit);
          spend(steps / stepsPerUnit);
          if (matches === undefined) return timeout;
          return give(matches, (match) => recordOf(whole, match, parsed, isNumbered));
        },
        [subject],
      );
    },
  });
}

/** A step of a matcher is less work than a value that is made. */
const stepsPerUnit = 10;

function fieldsOf({ groups }: ParsedPattern, isNumbered: boolean): ReadonlyMap<string, FxType> {
  const fields = new Map<string, FxType>([
    ["FullMatch", types.text],
    ["StartMatch", types.float],
  ]);
  if (isNumbered) fields.set("SubMatches", valueTable(types.text));
  for (const name of groups) if (name !== undefined) fields.set(name, types.text);
  return fields;
}

/** A group of the name of another field stands in its place. */
function recordOf(
  whole: string,
  match: PatternMatch,
  { groups }: ParsedPattern,
  isNumbered: boolean,
): FxRecord {
  const made = new Map<string, FxValue>([
    ["FullMatch", whole.slice(match.start, match.end)],
    ["StartMatch", match.start + 1],
  ]);
  const captured = match.groups.map((range) =>
    range === undefined ? null : whole.slice(range.start, range.end),
  );
  if (isNumbered) {
    const rows = captured.map((part) => new FxRecord(new Map([["Value", part]])));
    made.set("SubMatches", new FxTable(rows));
  }
  groups.forEach((name, index) => {
    if (name !== undefined) made.set(name, captured[index] ?? null);
  });
  return new FxRecord(made);
}

/** The value of literals and members joined by `&`; reports where it is not such. */
function constantText(node: FxNode, binder: Binder, key: string): string | undefined {
  const bound = binder.bind(node);
  const text = bound.type.kind === "error" ? undefined : convert(bound, "text");
  const value =
    text !== undefined && isConstant(node) ? compileClosures(text)([], null) : undefined;
  if (typeof value === "string") return value;
  if (!(value instanceof FxError)) binder.report(key, errorSpan(node), [], bound);
  return undefined;
}

function isConstant(node: FxNode): boolean {
  switch (node.kind) {
    case "text":
    case "number":
      return true;
    case "field":
      return node.receiver.kind === "name" && /^Match(?:Options)?$/.test(node.receiver.name);
    case "binary":
      return node.op === "&" && isConstant(node.left) && isConstant(node.right);
    case "interpolated":
      return node.parts.every(isConstant);
    case "call":
      return (
        /^(?:Char|UniChar|Hex2Dec|Concatenate)$/.test(node.callee) && node.args.every(isConstant)
      );
    default:
      return false;
  }
}
