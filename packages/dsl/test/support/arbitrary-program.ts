/**
 * Random programs that are well formed and mean nothing in particular: every construct of the
 * grammar, as text with a random layout, random comments and random optional commas.
 */
import fc from "fast-check";

/** A token; `glued` ones may not begin a line (`(` of a call, `-` in the row of a table). */
type Piece = string | { readonly glued: string } | OptionalComma;
/** A place where a comma may stand. */
interface OptionalComma {
  readonly optional: ",";
}
const comma: OptionalComma = { optional: "," };
type Pieces = readonly Piece[];

// ── Layout ──────────────────────────────────────────────────────────────────────────────────

const words = ["note", "why", "x", "`tick`", "é…", "'quoted'", '"text"', "a, b }", "->"];

function layOut(pieces: Pieces, layout: readonly number[]): string {
  let turn = 0;
  const next = (count: number): number => (layout[turn++ % layout.length] ?? 0) % count;
  const word = (): string => words[next(words.length)] ?? "";
  let text = "";
  let previous = "";
  for (const piece of pieces) {
    let token: string;
    if (typeof piece === "object" && "optional" in piece) {
      if (next(2) === 0) continue;
      token = ",";
    } else {
      token = typeof piece === "string" ? piece : piece.glued;
    }
    if (previous === "\n") {
      text += token;
      previous = token;
      continue;
    }
    const mayBreak = typeof piece !== "object";
    text += gap(previous, token, mayBreak, next, word) + token;
    previous = token;
  }
  return text + ["", "\n", "\n// end\n", " // end", "\n\n/* end */"][next(5)];
}

function gap(
  before: string,
  after: string,
  mayBreak: boolean,
  next: (count: number) => number,
  word: () => string,
): string {
  const needsSpace = !(/[{}()[\],]$/.test(before) || /^[{}()[\],]/.test(after));
  const plain = needsSpace || next(2) === 0 ? " " : "";
  const kind = next(mayBreak ? 120 : 20);
  if (kind < 18 || kind >= 40) return plain;
  if (kind === 18) return ` /* ${word()} */ `;
  if (kind === 19) return "  ";
  if (kind < 30) return "\n";
  if (kind < 33) return "\n\n  ";
  if (kind === 33) return ` // ${word()}\n`;
  if (kind === 34) return `\n// ${word()}\n\t`;
  if (kind === 35) return `\n\n/// ${word()}\n`;
  if (kind === 36) return `\n/* ${word()} */ `;
  if (kind === 37) return `\n/* ${word()}\n   ${word()} */\n`;
  if (kind === 38) return ` // ${word()}\n\n// ${word()}\n`;
  return ` /* ${word()} */\r\n`;
}

// ── Leaves ──────────────────────────────────────────────────────────────────────────────────

const one = (...tokens: readonly string[]): fc.Arbitrary<Pieces> =>
  fc.constantFrom(...tokens).map((token) => [token]);

const nameText = fc.constantFrom("a", "xbox_na", "_tmp", "B2", "'quoted name'", "'it''s'", "mode");
const name: fc.Arbitrary<Pieces> = nameText.map((token) => [token]);
/** Names that are no words of the grammar, for values that may be left out. */
const plainName = one("a", "xbox_na", "B2");
const key = one("region", "vip", "import", "and", "'Some-Key'", "queue", "_");
const textToken = one('"NA"', '""', '"a \\"b\\" \\\\ \\n \\u{1F600}"', '"// no comment"');
const number = one("0", "12", "0.5", "100");
const duration = one("30s", "5m", "1h30m", "500ms", "1.5h");
/** Nothing that could go on the value of the arm before. */
const weight = fc.oneof(one("70%", "33.3%"), number, plainName);
const reference = fc.oneof(name, textToken);

const seq = (...parts: readonly (string | Piece | fc.Arbitrary<Pieces>)[]): fc.Arbitrary<Pieces> =>
  fc
    .tuple(
      ...parts.map((part) =>
        typeof part === "string" || "glued" in part || "optional" in part
          ? fc.constant<Pieces>([part])
          : part,
      ),
    )
    .map((found) => found.flat());

const maybe = (part: fc.Arbitrary<Pieces>): fc.Arbitrary<Pieces> =>
  fc.oneof(fc.constant<Pieces>([]), part);

const listOf = (part: fc.Arbitrary<Pieces>, min = 1, max = 3): fc.Arbitrary<Pieces> =>
  fc
    .array(part, { minLength: min, maxLength: max })
    .map((parts) => parts.flatMap((found, index) => (index === 0 ? found : [",", ...found])));

const itemsOf = (part: fc.Arbitrary<Pieces>, max = 4): fc.Arbitrary<Pieces> =>
  fc
    .array(part, { maxLength: max })
    .map((parts) => ["{", ...parts.flatMap((found) => [...found, comma]), "}"]);

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

const testItem = fc.oneof(
  seq(
    seq("job", maybe(seq("on", reference)), maybe(seq("via", reference))),
    seq(maybe(seq("in", reference)), maybe(seq("priority", value)), entries),
    maybe(seq("requesting", listOf(seq("worker", ".", key, "==", value, flagged()), 1, 2))),
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
);

/** A program as text, with its layout. */
export const arbitraryProgram: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(declaration, { maxLength: 5 }),
    fc.array(fc.nat({ max: 119 }), { minLength: 20, maxLength: 200 }),
  )
  .map(([declarations, layout]) => layOut(declarations.flat(), layout));
