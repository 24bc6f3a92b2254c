import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fxDiagnostic } from "../src/messages.ts";
import { patternProblems } from "../src/regex/problems.ts";

test("every key that is reported has words of its own", () => {
  const folder = new URL("../src/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const keys = new Set<string>();
  for (const name of files) {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const match of text.matchAll(/"(Err[A-Z][A-Za-z0-9_]+|UnexpectedCharacterToken)"/g)) {
      if (match[1] !== undefined && match[1] !== "ErrInvalidRegEx") keys.add(match[1]);
    }
  }
  expect(keys.size).toBeGreaterThan(50);
  const wordless = [...keys].filter(
    (key) => fxDiagnostic(key, { start: 0, end: 0 }, ["a", "b", "c", "d"]).message === key,
  );
  expect(wordless).toEqual([]);
});

test("every reason to refuse a pattern has words of its own", () => {
  const folder = new URL("../src/regex/", import.meta.url);
  const used = new Set<string>();
  for (const name of ["check.ts", "groups.ts", "pattern.ts"]) {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const match of text.matchAll(
      /(?:return|\?|:|\?\?|fail\() ?\(?"([A-Z][A-Za-z]+[a-z][A-Z][A-Za-z]+)"/g,
    )) {
      used.add(match[1] ?? "");
    }
  }
  expect([...used].sort()).toEqual(Object.keys(patternProblems).sort());
});
