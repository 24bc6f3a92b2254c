import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import { expect, test } from "vitest";
import { readSyntax, type Syntax, updateSyntax } from "../../src/index.ts";
import { designSample } from "../support/design-sample.ts";

/**
 * The law of updates: however a text came about, edit by edit, its tokens, tree, comments and
 * mistakes are those of a fresh reading. `UPDATE_EDITS` and `UPDATE_SEED` look at more and others.
 */
const edits = Number(process.env.UPDATE_EDITS ?? 2_000);
const firstSeed = Number(process.env.UPDATE_SEED ?? 1);
const perText = 400;

const examples = new URL("../../../../examples/", import.meta.url);
const texts = [
  designSample,
  designSample.replaceAll(/^ +/gmu, ""),
  designSample.replaceAll(/\}\n+/gu, "} "),
  ...readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".route") && !path.includes("node_modules"))
    .sort()
    .map((name) => readFileSync(new URL(name, examples), "utf8")),
];

test("an updated text is read as a fresh one", { timeout: 3_600_000 }, () => {
  expect(texts.length).toBeGreaterThan(20);
  let updated = 0;
  for (let round = 0; round * perText < edits; round++) {
    const seed = firstSeed + round;
    const random = randomFrom(seed);
    const original = texts[seed % texts.length] ?? "";
    let text = seed % 7 === 0 ? original.replaceAll("\n", "\r\n") : original;
    let kept = readSyntax(sourceText(text, "a.route"));
    let last = text;
    for (let edit = 0; edit < perText; edit++) {
      const before = text;
      // Taken back at once: what was broken is whole again.
      if (random() < 0.25) text = last;
      else text = random() < 0.02 ? original : edited(text, random);
      last = before;
      const source = sourceText(text, "a.route");
      kept = updateSyntax(kept, source);
      if (isUpdate(kept)) updated++;
      const fresh = readSyntax(source);
      expectNear(kept, Math.floor(random() * (text.length + 1)), `seed ${seed}, edit ${edit}`);
      if (brief(kept) === brief(fresh)) continue;
      expect(plain(kept), `seed ${seed}, edit ${edit}`).toEqual(plain(fresh));
    }
  }
  // Otherwise the law is about nothing.
  expect(updated).toBeGreaterThan(edits * 0.6);
});

test.each([
  ["a text without indentation", "queue q {\ndistribution d\nexceptions e\n}\n"],
  ["declarations in one line", "channel a channel b\nlet x = 1 let y = 2\n"],
  ["a comma between a comment and what it documents", "/// a\n,\nqueue q { }\n"],
  ["a comment that a later line closes", "let a = 1\n/* let b = 2\nlet c = 3\nlet d = 4\n"],
  ["comments that end elsewhere", "let a = 1\nlet b = 2\n/* x */\nlet c = 3\n"],
])("%s, broken and mended", (_, text) => {
  let kept = readSyntax(sourceText(text));
  for (const next of [
    `${text}}`,
    text,
    `${text}*/`,
    text,
    `/*${text}`,
    text,
    `${text}"""`,
    `"""${text}"""`,
    text,
  ]) {
    const source = sourceText(next);
    kept = updateSyntax(kept, source);
    expect(plain(kept), next).toEqual(plain(readSyntax(source)));
  }
});

const pieces = [
  ..."{}()[]\"'/*.:,=-> \n\t\r@",
  "//",
  "/*",
  "*/",
  '"""',
  '"',
  "/// words\n",
  "// allow unused-label: x\n",
  "\n\n",
  "\r\n",
  "queue q {\n",
  "queue ",
  "let a = ",
  "let b = job.vip\n",
  "classification c {",
  "clasification c {",
  "distribution d",
  "labels job {",
  'test "t" {',
  'scenario "s" {\n',
  'import "./x.route"',
  "channel chat\n",
  "match {",
  "when a -> b",
  'powerfx"',
  "1.",
  "5m",
  "&&",
  "}\n",
  "}\n}\n",
  "\u{1F600}",
];

function edited(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const kind = random();
  if (kind < 0.5) {
    return (
      text.slice(0, at) + (pieces[Math.floor(random() * pieces.length)] ?? "") + text.slice(at)
    );
  }
  const length = random() < 0.9 ? 1 + Math.floor(random() * 8) : Math.floor(random() * 400);
  if (kind < 0.8) return text.slice(0, at) + text.slice(at + length);
  const from = Math.floor(random() * text.length);
  return text.slice(0, at) + text.slice(from, from + length * 3) + text.slice(at);
}

/** The tokens near an offset are a stretch of all, with a declaration before it and a token behind. */
function expectNear(syntax: Syntax, offset: number, when: string): void {
  const near = syntax.tokensNear(offset);
  const { tokens, program } = syntax;
  const first = tokens.findIndex(({ start }) => start === near[0]?.start);
  expect(near, when).toEqual(first < 0 ? [] : tokens.slice(first, first + near.length));
  const from = program.declarations.findLast(({ span }) => span.start < offset)?.span.start ?? 0;
  const to = tokens.findIndex(({ start }) => start >= offset);
  const needed = tokens.slice(0, to < 0 ? undefined : to + 1).filter(({ start }) => start >= from);
  expect(near.length, when).toBeGreaterThanOrEqual(needed.length);
  if (needed.length > 0) expect(near.map(({ start }) => start)).toContain(needed[0]?.start);
}

/** Whether parts were taken over, rather than all read again. */
function isUpdate({ program }: Syntax): boolean {
  return Object.getPrototypeOf(program) !== Object.prototype;
}

function plain({ program, tokens, diagnostics }: Syntax): unknown {
  const { declarations, comments } = program;
  const found = diagnostics.map((each) => ({ ...each, source: undefined }));
  return { declarations, comments, tokens, found };
}

function brief(syntax: Syntax): string {
  return JSON.stringify(plain(syntax), (key, value: unknown) =>
    key === "source" ? undefined : value,
  );
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
