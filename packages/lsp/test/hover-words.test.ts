import { expect, test } from "vitest";
import { hover } from "../src/features/hover.ts";
import { examples, exampleWorkspace } from "./support/examples.ts";

/** Texts and numbers are what they are; brackets and commas only part. */
const saysItself: ReadonlySet<string> = new Set(["punctuation", "text", "rawText", "number"]);

test("every word of the examples has a hover, but for those that say all there is", () => {
  const snapshot = exampleWorkspace().snapshot();
  const silent = new Map<string, string>();
  let words = 0;
  for (const [path, text] of examples) {
    const syntax = snapshot.syntax(path);
    for (const token of syntax?.tokens ?? []) {
      if (saysItself.has(token.kind)) continue;
      words++;
      if (hover(snapshot, path, token.start) !== undefined) continue;
      const line = text.slice(
        text.lastIndexOf("\n", token.start) + 1,
        text.indexOf("\n", token.end),
      );
      if (!silent.has(token.image)) silent.set(token.image, `${path}: ${line.trim()}`);
    }
  }
  expect(words).toBeGreaterThan(3_000);
  expect([...silent]).toEqual([]);
});
