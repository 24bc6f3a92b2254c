import type { Binder } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir } from "../bind/ir.ts";
import { compilePattern, type Matcher, type PatternMatch } from "../regex/match.ts";
import { PatternError, parsePattern } from "../regex/pattern.ts";
import { compileClosures } from "../run/closures.ts";
import { asText } from "../run/operations.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
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
    (matcher, value) => {
      const found = matcher(value, 0);
      return found === "timeout" ? timeout : found !== undefined;
    },
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
    (matcher, value, describe) => {
      const found = matcher(value, 0);
      if (found === "timeout") return timeout;
      return found === undefined ? null : describe(found);
    },
    (fields) => recordType(fields),
  ),
  define(
    "MatchAll",
    "Table",
    "All matches, as records like those of Match.",
    [['CountRows(MatchAll("a1b22", "\\d+"))', "2"]],
    (matcher, value, describe) => {
      const rows: FxRecord[] = [];
      let from = 0;
      while (from <= value.length) {
        const found = matcher(value, from);
        if (found === "timeout") return timeout;
        if (found === undefined) break;
        rows.push(describe(found));
        from = found.end > found.start ? found.end : found.end + 1;
      }
      return new FxTable(rows);
    },
    (fields) => tableType(fields),
  ),
];

function define(
  name: string,
  result: string,
  doc: string,
  examples: FxFunction["examples"],
  run: (matcher: Matcher, value: string, describe: (match: PatternMatch) => FxRecord) => FxValue,
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
      return bindMatch(call, binder, subject, pattern, patternNode, options, run, typeOf);
    },
  });
}

function bindMatch(
  call: FxCallNode,
  binder: Binder,
  subject: Ir,
  pattern: string,
  patternNode: FxNode,
  options: string,
  run: (matcher: Matcher, value: string, describe: (match: PatternMatch) => FxRecord) => FxValue,
  typeOf: (fields: ReadonlyMap<string, FxType>) => FxType,
): Ir {
  const begins = options.includes("^c");
  const ends = options.includes("c$");
  const parsed = parsePattern(pattern, options);
  if (parsed instanceof PatternError) {
    binder.report(parsed.key, patternSpan(patternNode));
    return invalid(call, binder);
  }
  const isMultiline = options.includes("m") || /^\(\?[a-z]*m/.test(pattern);
  const anchored = {
    ...parsed,
    tree: {
      kind: "sequence" as const,
      items: [
        ...(begins
          ? [
              {
                kind: "assertion" as const,
                what: isMultiline ? ("line-start" as const) : ("start" as const),
              },
            ]
          : []),
        parsed.tree,
        ...(ends
          ? [
              {
                kind: "assertion" as const,
                what: isMultiline ? ("line-end" as const) : ("end" as const),
              },
            ]
          : []),
      ],
    },
  };
  const matcher = compilePattern(anchored);
  const isNumbered = options.includes("n");
  const fields = new Map<string, FxType>([
    ["FullMatch", types.text],
    ["StartMatch", types.decimal],
  ]);
  if (isNumbered) fields.set("SubMatches", valueTable(types.text));
  for (const name of parsed.groups) if (name !== undefined) fields.set(name, types.text);
  return strict(
    call,
    typeOf(fields),
    (value) => {
      const whole = asText(value);
      return run(matcher, whole, (match) => {
        const made = new Map<string, FxValue>([
          ["FullMatch", whole.slice(match.start, match.end)],
          ["StartMatch", match.start + 1],
        ]);
        const captured = match.groups.map((range) =>
          range === undefined ? null : whole.slice(range.start, range.end),
        );
        if (isNumbered) {
          made.set(
            "SubMatches",
            new FxTable(captured.map((part) => new FxRecord(new Map([["Value", part]])))),
          );
        }
        parsed.groups.forEach((name, index) => {
          if (name !== undefined) made.set(name, captured[index] ?? null);
        });
        return new FxRecord(made);
      });
    },
    [subject],
  );
}

/** The whole of an argument that may be a join of texts. */
function patternSpan(node: FxNode) {
  return errorSpan(node);
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
