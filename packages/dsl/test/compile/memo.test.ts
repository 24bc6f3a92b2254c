import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import { expect, test } from "vitest";
import { programText } from "../../../../bench/support/program-text.ts";
import {
  analyse,
  LoweringMemo,
  lower,
  lowerInSteps,
  readSyntax,
  updateSyntax,
} from "../../src/index.ts";

/**
 * The law of the memo: a program that is lowered with what its earlier states came to gives the
 * bundle and the findings of one that is lowered anew. `MEMO_EDITS` looks at more.
 */
const edits = Number(process.env.MEMO_EDITS ?? 1_500);
const perText = 60;

const examples = new URL("../../../../examples/", import.meta.url);
const texts = [
  programText(200),
  ...readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".route") && !path.includes("node_modules"))
    .sort()
    .map((name) => readFileSync(new URL(name, examples), "utf8"))
    .filter((text) => !text.includes("import ") && text.includes("classification ")),
];

test("lowering with a memo is lowering", { timeout: 3_600_000 }, () => {
  expect(texts.length).toBeGreaterThan(10);
  let lowered = 0;
  for (let round = 0; round * perText < edits; round++) {
    const random = randomFrom(round + 1);
    const original = texts[round % texts.length] ?? "";
    const memo = new LoweringMemo();
    let text = original;
    let syntax = readSyntax(sourceText(text, "a.route"));
    for (let edit = 0; edit < perText; edit++) {
      const changed = edited(text, random);
      const source = sourceText(changed, "a.route");
      syntax = updateSyntax(syntax, source);
      const { checked, isSound } = analysed(syntax);
      if (!isSound) continue;
      text = changed;
      lowered++;
      const kept = finish(lowerInSteps(checked, memo));
      const anew = lower(checked);
      const when = `round ${round}, edit ${edit}`;
      expect(kept.diagnostics, when).toEqual(anew.diagnostics);
      expect(kept.seal?.(), when).toEqual(anew.value);
    }
  }
  expect(lowered).toBeGreaterThan(edits / 4);
});

test("a policy is lowered again when what it speaks of has changed", () => {
  const memo = new LoweringMemo();
  const text = (id: number, gap: string): string => `labels job { risk: number }
let urgent = job.risk > 1
distribution d { mode round robin }
queue a { id "A${id}" distribution d }
queue b { distribution d }
${gap}classification c {
  queue = match { when urgent -> a otherwise -> b }
}
`;
  let syntax = readSyntax(sourceText(text(1, ""), "a.route"));
  for (const next of [text(1, ""), text(1, "\n\n"), text(2, "\n\n"), text(2, "")]) {
    syntax = updateSyntax(syntax, sourceText(next, "a.route"));
    const { checked } = analysed(syntax);
    expect(finish(lowerInSteps(checked, memo)).seal?.(), next).toEqual(lower(checked).value);
  }
});

function analysed(syntax: ReturnType<typeof readSyntax>) {
  const { program, diagnostics: found } = syntax;
  const { value: checked, diagnostics } = analyse(
    "a.route",
    { read: () => program.source.text, resolve: () => undefined },
    { parse: () => ({ value: program, diagnostics: found }) },
  );
  return { checked, isSound: diagnostics.every(({ severity }) => severity !== "error") };
}

function finish<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Edits that often leave a program sound: numbers, blank lines, comments, lines twice or not at all. */
function edited(text: string, random: () => number): string {
  const lines = text.split("\n");
  const at = Math.floor(random() * lines.length);
  const line = lines[at] ?? "";
  const kind = random();
  if (kind < 0.4) lines[at] = line.replace(/\b\d\b/u, (digit) => String((Number(digit) + 3) % 10));
  else if (kind < 0.55) lines.splice(at, 0, "");
  else if (kind < 0.65) lines.splice(at, 0, "// a remark");
  else if (kind < 0.75) lines.splice(at, 0, line);
  else if (kind < 0.85) lines.splice(at, 1);
  else if (kind < 0.9) lines[at] = line.replace(/ -> (\w+)/u, " -> $1 ");
  else if (kind < 0.95) lines[at] = line.replace(" and ", " or ");
  else lines[at] = line.replace(/"(\w+)"/u, '"$1x"');
  return lines.join("\n");
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
