/**
 * Random programs that are well formed and mean nothing in particular: every construct of the
 * grammar, as text with a random layout.
 */
import fc from "fast-check";
import { arbitraryScenario } from "./arbitrary-scenario.ts";
import {
  comma,
  duration,
  itemsOf,
  key,
  layOut,
  listOf,
  maybe,
  name,
  number,
  one,
  type Piece,
  type Pieces,
  plainName,
  reference,
  seq,
  textToken,
  weight,
} from "./pieces.ts";

// ── Expressions ─────────────────────────────────────────────────────────────────────────────

const label = seq(
  fc.constantFrom("job", "worker", "queue").map((side) => [side]),
  ".",
  key,
);

// A `-` at the start of a line begins a row where it stands in one.
const operatorPiece = fc.constantFrom<Piece>("+", { glued: "-" }, "*", "/", "&").map((o) => [o]);

const { expr, relation, operand, value } = fc.letrec<{
  expr: Pieces;
  relation: Pieces;
  sum: Pieces;
  operand: Pieces;
  value: Pieces;
}>((tie) => {
  const inner = tie("expr");
  const matchArms = fc
    .tuple(
      fc.array(seq("when", inner, "->", inner, comma), { minLength: 1, maxLength: 3 }),
      maybe(seq("otherwise", "->", inner, comma)),
    )
    .map(([arms, otherwise]) => ["{", ...arms.flat(), ...otherwise, "}"]);
  return {
    expr: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie("relation"),
      seq(tie("relation"), "and", tie("relation")),
      seq(tie("relation"), "or", "not", tie("relation"), "and", tie("relation")),
      seq("not", tie("relation")),
      seq("if", inner, "then", inner, "else", inner),
    ),
    relation: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie("sum"),
      seq(
        tie("sum"),
        fc.constantFrom("==", "!=", "<", "<=", ">", ">=").map((o) => [o]),
        tie("sum"),
      ),
      seq(tie("sum"), maybe(fc.constant(["not"])), "in", "[", listOf(inner), "]"),
      seq(tie("sum"), "in", tie("sum"), "..", tie("sum")),
      seq(
        tie("sum"),
        "is",
        fc.constantFrom("missing", "present").map((o) => [o]),
      ),
    ),
    sum: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie("operand"),
      seq(tie("operand"), operatorPiece, tie("operand")),
      seq(tie("operand"), operatorPiece, tie("operand"), operatorPiece, tie("operand")),
    ),
    value: fc.oneof({ maxDepth: 3 }, tie("sum"), seq("(", inner, ")")),
    operand: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      textToken,
      number,
      duration,
      one("70%", "33.3%"),
      one("true", "false", "none"),
      label,
      plainName,
      seq("-", tie("operand")),
      seq("(", inner, ")"),
      seq(one("startsWith", "min", "f"), { glued: "(" }, maybe(listOf(inner)), ")"),
      seq("(", "queue", "where", inner, ")"),
      one("queue"),
      matchArms.map((arms) => ["match", ...arms]),
      seq("split", itemsOf(seq(weight, "->", inner), 2)),
      seq("powerfx", one('"If(a, 1, 2)"', '"\\"x\\""', '"""\n  If(a = "x",\n  1, 2)"""')),
      seq("(", rule(tie("value")), ")"),
    ),
  };
});

function rule(uri: fc.Arbitrary<Pieces>): fc.Arbitrary<Pieces> {
  return fc.oneof(
    seq(
      "function",
      uri,
      maybe(seq("key", name)),
      maybe(seq("app", "key", name)),
      maybe(seq("client", "id", textToken)),
    ),
    seq(
      "webhook",
      maybe(textToken),
      maybe(seq("authorize", textToken)),
      maybe(seq("client", "id", textToken)),
      maybe(seq("client", "secret", name)),
    ),
    seq("static", fc.oneof(textToken, number, one("true"), seq("-", number))),
    fc.constant<Pieces>(["same", "labels", "as", "job"]),
  );
}

// ── Declarations ────────────────────────────────────────────────────────────────────────────

const common = fc.oneof(seq("id", value), seq("name", value));
const entries = itemsOf(seq(key, ":", value), 3);
const flag = maybe(one("true", "false"));

const requirement = seq(
  fc.oneof(
    relation,
    seq(relation, "and", relation),
    seq(one("worker", "queue"), "none"),
    seq(one("worker", "queue"), "same", "labels", "as", "job"),
    seq(one("worker", "queue"), "by", fc.oneof(rule(textToken), seq("powerfx", textToken))),
  ),
  maybe(seq("for", value)),
  maybe(seq("expedite", flag)),
);

const type = fc.oneof(
  one("text", "number", "boolean", "any", "duration"),
  seq(number, "..", number),
  fc
    .array(fc.oneof(textToken, number), { minLength: 1, maxLength: 5 })
    .map((values) => values.flatMap((found, index) => (index === 0 ? found : ["|", ...found]))),
);

const { statement } = fc.letrec<{ block: Pieces; statement: Pieces }>((tie) => ({
  block: itemsOf(tie("statement"), 3),
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    seq("require", requirement),
    seq("when", expr, tie("block")),
    fc
      .tuple(
        fc.array(seq("when", expr, tie("block"), comma), { minLength: 1, maxLength: 2 }),
        maybe(seq("otherwise", tie("block"), comma)),
      )
      .map(([arms, otherwise]) => ["match", "{", ...arms.flat(), ...otherwise, "}"]),
    seq("split", itemsOf(seq(weight, tie("block")), 2)),
  ),
}));

const cell = fc.oneof(
  one("_", "missing"),
  seq(textToken, "|", textToken),
  fc.oneof(textToken, number, one("true"), seq("-", number)),
  seq(number, "..", number),
  seq(one(">=", "==", "!=", "<"), number),
);
const rowValue = fc.oneof(plainName, number, seq(number, { glued: "-" }, number), operand);
const row = seq(listOf(cell, 1, 2), "->", listOf(rowValue, 1, 2));
const outputs = one("queue", "priority").chain((first) =>
  fc.constantFrom<Pieces>(["(", ...first, ")"], ["(", "queue", ",", "priority", ")"]),
);
/** Rows go without commas, and a row that begins with `-` or a comparison begins a line. */
const rows = fc
  .array(row, { maxLength: 3 })
  .map((found) => found.flatMap((pieces) => ["\n", ...pieces]));

const asId = maybe(seq(comma, "as", textToken));
const action = fc.oneof(
  seq("cancel", maybe(fc.oneof(textToken, plainName)), maybe(seq("note", textToken)), asId),
  seq("reclassify", maybe(seq("via", reference)), maybe(seq("set", entries)), asId),
  seq(
    "move",
    maybe(seq("to", reference)),
    maybe(seq(comma, "priority", value)),
    maybe(seq(comma, "require", requirement)),
    asId,
  ),
);

const distributionItem = fc.oneof(
  common,
  fc.constantFrom<Pieces>(
    ["mode", "best", "worker"],
    ["mode", "longest", "idle"],
    ["mode", "round", "robin"],
    ["highest", "score", "first"],
    ["lowest", "score", "first"],
    ["score", "using", "nothing"],
    ["score", "using", "job", "labels", ",", "worker", "selectors"],
    ["batch", "scoring"],
    ["batch", "scoring", "false"],
    ["batch", "scoring", "of", "20"],
    ["batch", "size", "20"],
    ["offers", "1", "..", "2"],
    ["offers", "..", "2"],
    ["offers", "1", ".."],
    ["bypass", "selectors"],
    ["bypass", "selectors", "false"],
  ),
  seq("expire", "after", duration),
  seq("score", fc.oneof(expr, rule(textToken))),
);

const classificationItem = fc.oneof(
  common,
  seq("fallback", reference),
  seq("queue", "=", fc.oneof(expr, rule(textToken))),
  seq("priority", "=", expr),
  seq("table", "(", listOf(expr, 1, 2), ")", "->", outputs, "{", rows, "}"),
  seq(
    seq("table", "(", listOf(expr, 1, 2), ")", "->", outputs, "{", rows),
    seq("otherwise", "->", listOf(rowValue, 1, 2), "}"),
  ),
  statement,
);

const workerItem = fc.oneof(
  seq("id", textToken),
  seq("queues", "[", listOf(reference), "]"),
  seq("capacity", number),
  seq("channel", reference, maybe(seq("cost", number)), maybe(seq("max", number))),
  seq("labels", entries),
  seq("load", number),
  one("unavailable"),
);

const expectation = fc.oneof(
  seq("queue", one("==", "!="), value),
  fc.constantFrom<Pieces>(["no", "queue"], ["failed"]),
  seq("priority", one("==", ">="), value),
  seq(maybe(one("no")), "require", requirement),
  fc
    .array(name, { maxLength: 3 })
    .map((names) => ["workers", "[", ...names.flatMap((found) => [...found, comma]), "]"]),
  seq(plainName, "excluded", maybe(seq("by", label))),
  seq("score", "of", name, "==", value),
);

/** What a caller asks for: a comma behind it may be followed by another. */
const requested = seq("worker", ".", key, "==", value, flagged());

const testItem = fc.oneof(
  seq(
    seq("job", maybe(seq("on", reference)), maybe(seq("via", reference))),
    seq(maybe(seq("in", reference)), maybe(seq("priority", value)), entries),
    maybe(seq("requesting", listOf(requested, 1, 2))),
  ),
  seq("worker", name, itemsOf(workerItem, 4)),
  seq("stub", value, "->", fc.oneof(expr, one("fails"))),
  seq("choose", number),
  seq("expect", expectation),
  seq("cases", "(", listOf(key, 1, 2), ")", "->", outputs, "{", rows, "}"),
);

function flagged(): fc.Arbitrary<Pieces> {
  return maybe(seq("for", duration, maybe(seq("expedite", flag))));
}

const declaration = fc.oneof(
  seq("import", textToken),
  seq("param", name, ":", type, maybe(seq("=", expr))),
  seq("secret", name, "from", "env", textToken),
  seq(
    seq("labels", one("job", "worker", "queue")),
    itemsOf(seq(key, maybe(one("?")), ":", type, maybe(seq("=", value))), 4),
  ),
  seq("channel", name, maybe(itemsOf(common, 2))),
  seq("let", name, "=", expr),
  seq("distribution", name, itemsOf(distributionItem)),
  seq(
    seq("queue", name),
    itemsOf(
      fc.oneof(
        common,
        seq("distribution", reference),
        seq("exceptions", reference),
        seq("labels", entries),
      ),
    ),
  ),
  seq(
    seq("exceptions", name),
    itemsOf(
      fc.oneof(
        common,
        seq(
          seq("when", fc.constantFrom<Pieces>(["waiting"], ["queue", "length"]), ">", value),
          maybe(seq("as", textToken)),
          seq("->", fc.oneof(action, itemsOf(action, 2))),
        ),
      ),
    ),
  ),
  seq("classification", name, itemsOf(classificationItem)),
  seq("test", textToken, itemsOf(testItem)),
  arbitraryScenario({ value, expr, entries, requirement, requested, workerItem }),
);

/** A program as text, with its layout. */
export const arbitraryProgram: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(declaration, { maxLength: 5 }),
    fc.array(fc.nat({ max: 119 }), { minLength: 20, maxLength: 200 }),
  )
  .map(([declarations, layout]) => layOut(declarations.flat(), layout));
