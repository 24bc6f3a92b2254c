import type { SyntaxToken } from "@routewright/dsl";
import { expect, test } from "vitest";
import { occurrencesIn } from "../src/tree/occurrences.ts";
import type { Snapshot } from "../src/workspace/snapshot.ts";
import { examples, exampleWorkspace } from "./support/examples.ts";
import { actionsOf, afterwards, applied, standingOf } from "./support/played-actions.ts";

/**
 * Every action at every place of the examples, and what comes of it. The tests of the contact
 * centre are most of the work and much alike: each `n`th place of a file is looked at, all of them
 * with `ACTION_STEP=1`.
 */
const step = Number(process.env.ACTION_STEP ?? 7);

test("an action leaves an example without errors, and with the same objects", {
  timeout: 600_000,
}, () => {
  const workspace = exampleWorkspace();
  const kinds = new Set<string>();
  const wrong: string[] = [];
  for (const [path, text] of examples) {
    const snapshot = workspace.snapshot();
    const looked = [...new Set([path, ...snapshot.rootsOf(path)])];
    const before = standingOf(snapshot, looked);
    expect(before.errors, path).toEqual([]);
    for (const { action, edits, span } of actionsOf(
      snapshot,
      path,
      text.length > 3_000 ? step : 1,
    )) {
      kinds.add(action.kind);
      const after = afterwards(workspace, edits, (now) =>
        standingOf(now, [...looked, ...edits.map((edit) => edit.path)]),
      );
      const isSame = looked.every((each) => after.hashes[each] === before.hashes[each]);
      if (after.errors.length > 0 || !isSame) {
        const words = text.slice(span.start, Math.min(span.end + 30, span.start + 60));
        wrong.push(`${path}: ${action.title} at ${JSON.stringify(words)}: ${after.errors[0]}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect([...kinds].sort()).toEqual([
    "quickfix",
    "refactor.extract",
    "refactor.inline",
    "refactor.rewrite",
    "source.fixAll",
    "source.organizeImports",
  ]);
});

test("a misspelt word is given back by a fix, for 9 of 10 words of the examples", {
  timeout: 600_000,
}, () => {
  const workspace = exampleWorkspace();
  const missed: string[] = [];
  let misspelt = 0;
  for (const [path, text] of examples) {
    const snapshot = workspace.snapshot();
    const words = wordsOf(snapshot, path).filter((_, index) => index % (step * 3) === 0);
    for (const { start, end, image } of words) {
      const other = `${image.slice(0, 2)}${image.charAt(3)}${image.charAt(2)}${image.slice(4)}`;
      if (other === image) continue;
      workspace.open(path, path, 1, text.slice(0, start) + other + text.slice(end));
      const now = workspace.snapshot();
      const { places } = standingOf(now, [path]);
      if (places.length > 0) {
        misspelt++;
        const fixes = actionsOf(now, path, 1, places).filter(
          ({ action }) => action.kind === "quickfix",
        );
        if (!fixes.some(({ edits }) => applied(now.source(path)?.text ?? "", edits) === text)) {
          const line = text.slice(text.lastIndexOf("\n", start) + 1, text.indexOf("\n", end));
          const offered = fixes.map(({ action }) => action.title).join(", ");
          missed.push(`${other} in ${line.trim()}: ${offered}`);
        }
      }
      workspace.close(path);
    }
  }
  expect(misspelt).toBeGreaterThan(150);
  expect(missed.length / misspelt, missed.join("\n")).toBeLessThan(0.1);
});

/** Words of the language and uses of what is declared elsewhere; what is declared may be called anything. */
function wordsOf(snapshot: Snapshot, path: string): readonly SyntaxToken[] {
  const { checked } = snapshot.analysisOf(path);
  const program = checked.programs.find(({ source }) => source.path === path);
  const declared = new Set(
    (program === undefined ? [] : occurrencesIn(checked, program))
      .filter(({ role }) => role === "declaration")
      .map(({ span }) => span.start),
  );
  return (snapshot.syntax(path)?.tokens ?? []).filter(
    ({ kind, image, start }) =>
      ["keyword", "word", "name"].includes(kind) && image.length > 3 && !declared.has(start),
  );
}
