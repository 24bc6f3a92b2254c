/** Random texts out of tokens, with random layout, random comments and random optional commas. */
import fc from "fast-check";

/** A token; `glued` ones may not begin a line (`(` of a call, `-` in the row of a table). */
export type Piece = string | { readonly glued: string } | OptionalComma;
/** A place where a comma may stand. */
interface OptionalComma {
  readonly optional: ",";
}
export const comma: OptionalComma = { optional: "," };
export type Pieces = readonly Piece[];

// ── Layout ──────────────────────────────────────────────────────────────────────────────────

const words = ["note", "why", "x", "`tick`", "é…", "'quoted'", '"text"', "a, b }", "->"];

export function layOut(pieces: Pieces, layout: readonly number[]): string {
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

export const one = (...tokens: readonly string[]): fc.Arbitrary<Pieces> =>
  fc.constantFrom(...tokens).map((token) => [token]);

export const nameText = fc.constantFrom(
  "a",
  "xbox_na",
  "_tmp",
  "B2",
  "'quoted name'",
  "'it''s'",
  "mode",
);
export const name: fc.Arbitrary<Pieces> = nameText.map((token) => [token]);
/** Names that are no words of the grammar, for values that may be left out. */
export const plainName = one("a", "xbox_na", "B2");
export const key = one("region", "vip", "import", "and", "'Some-Key'", "queue", "_");
export const textToken = one('"NA"', '""', '"a \\"b\\" \\\\ \\n \\u{1F600}"', '"// no comment"');
export const number = one("0", "12", "0.5", "100");
export const duration = one("30s", "5m", "1h30m", "500ms", "1.5h");
/** Nothing that could go on the value of the arm before. */
export const weight = fc.oneof(one("70%", "33.3%"), number, plainName);
export const reference = fc.oneof(name, textToken);

export const seq = (
  ...parts: readonly (string | Piece | fc.Arbitrary<Pieces>)[]
): fc.Arbitrary<Pieces> =>
  fc
    .tuple(
      ...parts.map((part) =>
        typeof part === "string" || "glued" in part || "optional" in part
          ? fc.constant<Pieces>([part])
          : part,
      ),
    )
    .map((found) => found.flat());

export const maybe = (part: fc.Arbitrary<Pieces>): fc.Arbitrary<Pieces> =>
  fc.oneof(fc.constant<Pieces>([]), part);

export const listOf = (part: fc.Arbitrary<Pieces>, min = 1, max = 3): fc.Arbitrary<Pieces> =>
  fc
    .array(part, { minLength: min, maxLength: max })
    .map((parts) => parts.flatMap((found, index) => (index === 0 ? found : [",", ...found])));

export const itemsOf = (part: fc.Arbitrary<Pieces>, max = 4): fc.Arbitrary<Pieces> =>
  fc
    .array(part, { maxLength: max })
    .map((parts) => ["{", ...parts.flatMap((found) => [...found, comma]), "}"]);
