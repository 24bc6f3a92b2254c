import fc from "fast-check";
import {
  type FxBinaryOperator,
  type FxNode,
  type FxUnaryOperator,
  fxFunctions,
} from "../../src/index.ts";

const span = { start: 0, end: 0 };

/** Names that objects inherit, that must be quoted, or that look like something else. */
export const hostileNames = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "it's",
  'say "hi"',
  "Some-Skill",
  "in",
  "null",
  "true",
  "ThisRecord",
  "👩‍🚀",
  "größe",
  "a.b",
  "{x}",
  " lead",
  "$ {x}",
  "l0",
  "k1",
] as const;

export const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("Region", "VIP", "Skill", "Load", "Lang", "n"),
  fc.constantFrom(...hostileNames),
);

const arbitraryText = fc.oneof(
  fc.constantFrom("", "NA", "na", "true", "12", "12%", "x y", '"', "{", "}}", "12e3", " "),
  fc.string({ maxLength: 6, unit: "grapheme" }),
);

const arbitraryNumber = fc.oneof(
  fc.nat(100).map(String),
  fc.constantFrom(
    "0",
    "0.1",
    "0.2",
    "1.50",
    "12.",
    ".5",
    "1e3",
    "9007199254740993",
    "79228162514264337593543950335",
    "0.0000000000000000000000000001",
  ),
);

const leaf: fc.Arbitrary<FxNode> = fc.oneof(
  arbitraryNumber.map((text): FxNode => ({ kind: "number", text, span })),
  arbitraryText.map((value): FxNode => ({ kind: "text", value, span })),
  fc.boolean().map((value): FxNode => ({ kind: "boolean", value, span })),
  fc.record({ root: fc.constantFrom("job", "worker"), name: arbitraryName }).map(
    ({ root, name }): FxNode => ({
      kind: "field",
      receiver: { kind: "name", name: root, global: false, span },
      name,
      nameSpan: span,
      dotStart: 0,
      separator: ".",
      span,
    }),
  ),
);

const binaryOperators: readonly FxBinaryOperator[] = [
  "+",
  "-",
  "*",
  "/",
  "^",
  "&",
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "exactin",
  "&&",
  "||",
];
const unaryOperators: readonly FxUnaryOperator[] = ["-", "not", "%"];
const scalarFunctions = fxFunctions
  .filter((definition) => definition.feature === undefined)
  .map((definition) => ({
    name: definition.name,
    min: definition.arity.min,
    max: Math.min(definition.arity.max, definition.arity.min + 2),
  }));

/** Any tree the parser can give, without the nodes that stand for errors. */
export const { node: arbitraryTree } = fc.letrec<{ node: FxNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc
      .record({ op: fc.constantFrom(...binaryOperators), left: tie("node"), right: tie("node") })
      .map(
        ({ op, left, right }): FxNode => ({ kind: "binary", op, left, right, opSpan: span, span }),
      ),
    fc
      .record({ op: fc.constantFrom(...unaryOperators), operand: tie("node") })
      .map(({ op, operand }): FxNode => ({ kind: "unary", op, operand, opSpan: span, span })),
    fc
      .constantFrom(...scalarFunctions)
      .chain(({ name, min, max }) =>
        fc
          .array(tie("node"), { minLength: min, maxLength: max })
          .map((args): FxNode => ({ kind: "call", callee: name, calleeSpan: span, args, span })),
      ),
    fc.record({ condition: tie("node"), yes: tie("node"), no: tie("node") }).map(
      ({ condition, yes, no }): FxNode => ({
        kind: "call",
        callee: "If",
        calleeSpan: span,
        args: [condition, yes, no],
        span,
      }),
    ),
    fc
      .array(fc.record({ name: fc.constantFrom("a", "b", "it's"), value: tie("node") }), {
        maxLength: 2,
      })
      .map(
        (fields): FxNode => ({
          kind: "record",
          fields: fields.map((field) => ({ ...field, nameSpan: span })),
          span,
        }),
      ),
    fc
      .array(tie("node"), { maxLength: 3 })
      .map((items): FxNode => ({ kind: "table", items, span })),
    tie("node").map(
      (receiver): FxNode => ({
        kind: "field",
        receiver,
        name: "Value",
        nameSpan: span,
        dotStart: 0,
        separator: ".",
        span,
      }),
    ),
    fc.array(tie("node"), { minLength: 1, maxLength: 2 }).map(
      (parts): FxNode => ({
        kind: "interpolated",
        parts: parts.filter((part) => part.kind !== "text"),
        span,
      }),
    ),
  ),
}));

/** Labels of every type, with names of every kind as own properties; some missing. */
export const arbitraryBag: fc.Arbitrary<Readonly<Record<string, string | number | boolean>>> = fc
  .array(
    fc.tuple(
      arbitraryName,
      fc.oneof(
        fc.boolean(),
        fc.integer(),
        fc.integer({ min: -20, max: 20 }),
        fc.constantFrom("NA", "en", "", "true", "12", "x"),
        fc.string({ maxLength: 4 }),
        fc.constantFrom(
          0,
          -0,
          0.1,
          2.5,
          1e21,
          1e-9,
          1e300,
          1e-300,
          2 ** 31,
          2 ** 53,
          Number.NaN,
          Infinity,
        ),
        fc.double(),
      ),
    ),
    { maxLength: 10 },
  )
  .map((entries) => Object.fromEntries(entries));
