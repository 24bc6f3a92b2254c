import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import { describe, expect, test } from "vitest";
import { parse, tokenTable } from "../../src/index.ts";
import type { Declaration } from "../../src/parse/ast.ts";
import { parseDetailed } from "../../src/parse/parse.ts";
import { designSample } from "../support/design-sample.ts";

/**
 * The law of recovery: whatever happens to one token, the other declarations keep their kind
 * and name. Tried for every token of the design's sample and of every example.
 */
const examples = new URL("../../../../examples/", import.meta.url);
const files = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".route") && !path.includes("node_modules"))
  .sort();
const texts = [
  { name: "the design's sample", text: designSample },
  ...files.map((name) => ({ name, text: readFileSync(new URL(name, examples), "utf8") })),
];

const tries = Number(process.env.RECOVERY_TRIES ?? 300);
const images = tokenTable.map((entry) => entry.image);

describe.each(texts)("$name", ({ text }) => {
  const { program, tokens } = parseDetailed(sourceText(text));
  const declarations = program.declarations;

  test("has tokens to try", () => {
    expect(declarations.length).toBeGreaterThan(0);
    expect(tokens.length).toBeGreaterThan(0);
  });

  test("deleting a token leaves the other declarations as they are", () => {
    const failures: string[] = [];
    for (const token of tokens) {
      const start = token.startOffset;
      const end = start + token.image.length;
      const edited = text.slice(0, start) + text.slice(end);
      const wrong = findDamage(declarations, edited, start, start - end);
      if (wrong !== undefined) failures.push(`without \`${token.image}\` at ${start}: ${wrong}`);
    }
    expect(failures).toEqual([]);
  });

  // A spread over all pairs of a place and a token; RECOVERY_TRIES=1000000 tries every pair.
  test("inserting a token leaves the other declarations as they are", () => {
    const failures: string[] = [];
    const pairs = tokens.length * images.length;
    const step = Math.max(1, Math.floor(pairs / tries));
    let turn = 0;
    for (const token of tokens) {
      for (const image of images) {
        if (turn++ % step !== 0) continue;
        const start = token.startOffset;
        const edited = `${text.slice(0, start)}${image} ${text.slice(start)}`;
        const wrong = findDamage(declarations, edited, start, image.length + 1);
        if (wrong !== undefined) failures.push(`with \`${image}\` at ${start}: ${wrong}`);
      }
    }
    expect(failures).toEqual([]);
  });
});

/** What a declaration is known by. */
function signature(declaration: Declaration): string {
  switch (declaration.kind) {
    case "import":
      return `import ${declaration.path?.value}`;
    case "labels":
      return `labels ${declaration.side}`;
    case "test":
    case "scenario":
      return `${declaration.kind} ${declaration.name?.value}`;
    default:
      return `${declaration.kind} ${declaration.name?.text}`;
  }
}

/**
 * What is wrong with an edited text: a declaration that is not there any more, or not with its
 * place, though the edit was in another one. The declaration that holds the edit, or begins
 * with it, may be anything.
 */
function findDamage(
  before: readonly Declaration[],
  edited: string,
  at: number,
  shift: number,
): string | undefined {
  const { value } = parse(sourceText(edited));
  const found = new Set(value.declarations.map((d) => `${d.span.start} ${signature(d)}`));
  for (const declaration of before) {
    const { start, end } = declaration.span;
    if (at >= start && at < end) continue;
    const moved = start > at ? start + shift : start;
    const expected = `${moved} ${signature(declaration)}`;
    if (!found.has(expected)) return `lost \`${expected}\``;
  }
  // Nothing new may appear outside the declaration that was edited.
  const touched = before.find(({ span }) => at >= span.start && at < span.end);
  for (const declaration of value.declarations) {
    const { start } = declaration.span;
    const end = touched === undefined ? at : touched.span.end + Math.max(0, shift);
    const isInside = touched !== undefined && start >= touched.span.start && start < end;
    if (isInside) continue;
    const known = before.some(
      (other) =>
        signature(other) === signature(declaration) &&
        (other.span.start > at ? other.span.start + shift : other.span.start) === start,
    );
    if (!known) return `gained \`${signature(declaration)}\``;
  }
  return undefined;
}
