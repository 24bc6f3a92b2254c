import { describe, expect, test } from "vitest";
import { analyse, dslDiagnostics } from "../../src/index.ts";
import { memoryHost } from "./support/host.ts";
import { type PageExample, readPages } from "./support/pages.ts";

const pages = readPages();
const byCode = new Map(dslDiagnostics.map((definition) => [definition.code, definition]));

function codesOf(example: PageExample): readonly string[] {
  const { files, parameters } = example;
  const { diagnostics } = analyse("main.route", memoryHost(files), { parameters });
  return diagnostics.map((d) => `${d.code}${d.severity === "hint" ? "?" : ""}`);
}

/** Without hints of other codes: they are beside the point of an example. */
function findings(example: PageExample, code: string): readonly string[] {
  return codesOf(example)
    .filter((found) => found === `${code}?` || !found.endsWith("?"))
    .map((found) => found.replace("?", ""))
    .filter((found) => !example.also.includes(found));
}

test("every code has a page, and every page a code", () => {
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.map((page) => page.code)).toEqual([...byCode.keys()].sort());
});

test("no code is used twice", () => {
  expect(dslDiagnostics.length).toBe(byCode.size);
});

describe.each(pages.map((page) => [page.code, page] as const))("%s", (code, page) => {
  test("the page gives the severity", () => {
    expect(page.severity).toBe(byCode.get(code)?.severity);
  });

  test("the example is reported, and for nothing else", () => {
    const example = page.reported;
    if (example === undefined) {
      const { diagnostics } = analyse("missing.route", memoryHost(new Map()));
      expect(diagnostics.map((d) => d.code)).toEqual([code]);
      return;
    }
    expect([...new Set(findings(example, code))]).toEqual([code]);
  });

  test("the corrected example is not", () => {
    expect(page.corrected, "there is a corrected example").toBeDefined();
    if (page.corrected !== undefined) expect(findings(page.corrected, code)).toEqual([]);
  });
});
