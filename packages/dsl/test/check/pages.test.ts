import { type Diagnostic, sourceText } from "@routewright/diagnostics";
import { decodeObjects } from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import {
  compile,
  diagnosticPages,
  dslDiagnostics,
  explainCode,
  importObjects,
} from "../../src/index.ts";
import { memoryHost } from "./support/host.ts";
import { type Example, readPages } from "./support/pages.ts";

const pages = readPages();
const byCode = new Map(dslDiagnostics.map((definition) => [definition.code, definition]));

/** Conditions too long to be printed, for pages that only sketch them. */
function anyOf(count: number, condition: (index: number) => string): string {
  return `labels job { sku: text }
classification intake {
  priority = if ${Array.from({ length: count }, (_, index) => condition(index)).join(" or ")} then 10 else 1
}`;
}

const sketched: Readonly<Record<string, string>> = {
  "nesting-too-deep": `classification intake { priority = ${"(".repeat(300)}1${")".repeat(300)} }`,
  "expression-too-long": anyOf(1_200, (index) => `job.sku == "XB-${index}"`),
  "formula-too-long": anyOf(40, (index) => `startsWith(job.sku, "XB-${index}")`),
  "formula-long": anyOf(20, (index) => `startsWith(job.sku, "XB-${index}")`),
};

/** Codes that stand for faults of ours: no input is known that gives them. */
const unreachable: ReadonlySet<string> = new Set(["cannot-compile", "json-inexact"]);

function findingsOf(code: string, example: Example): readonly Diagnostic[] {
  switch (example?.kind) {
    case undefined:
      throw new Error(`${code} has no example`);
    case "json":
      return importObjects(decodeObjects([sourceText(example.text, "objects.json")]).value)
        .diagnostics;
    case "sh":
      return compile("missing.route", memoryHost(new Map())).diagnostics;
    case "text": {
      const files = new Map([["main.route", sketched[code] ?? ""]]);
      return compile("main.route", memoryHost(files)).diagnostics;
    }
    case "route": {
      const { files, parameters } = example;
      return compile("main.route", memoryHost(files), { parameters }).diagnostics;
    }
  }
}

/** Without hints of other codes: they are beside the point of an example. */
function codesOf(code: string, example: Example): readonly string[] {
  const also = example?.kind === "route" ? example.also : [];
  const codes = findingsOf(code, example)
    .filter((found) => found.code === code || found.severity !== "hint")
    .map((found) => found.code)
    .filter((found) => !also.includes(found));
  return [...new Set(codes)];
}

test("every code has a page, and every page a code", () => {
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.map((page) => page.code)).toEqual([...byCode.keys()].sort());
});

test("no code is used twice", () => {
  expect(dslDiagnostics.length).toBe(byCode.size);
});

test("explainCode gives the page, and nothing for what is no code", () => {
  for (const page of pages) expect(explainCode(page.code)).toBe(page.text);
  expect(explainCode("no-such-code")).toBeUndefined();
  expect(explainCode("constructor")).toBeUndefined();
});

/** Written anew by `vitest -u`; the pages are what is edited. */
test("the module of pages is made of the pages", async () => {
  const quoted = (text: string) => text.replace(/[\\`]|\$\{/g, "\\$&");
  const entries = pages.map((page) => `  "${page.code}": \`${quoted(page.text)}\`,\n`).join("");
  await expect(`// Made of docs/diagnostics by \`vitest -u\`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
${entries}};
`).toMatchFileSnapshot("../../src/diagnostic-pages.ts");
  expect(Object.keys(diagnosticPages)).toEqual(pages.map((page) => page.code));
});

test("the index lists every page", async () => {
  const rows = pages.map((page) => {
    const meaning = /^\*\*\w+\.\*\* (.*)$/m.exec(page.text)?.[1] ?? "";
    return `| [${page.code}](${page.code}.md) | ${page.severity} | ${meaning.replaceAll("|", "\\|")} |`;
  });
  await expect(`# Findings

Everything that Routewright can find wrong with a policy. \`routewright explain CODE\` prints a page.

| code | severity | meaning |
| --- | --- | --- |
${rows.join("\n")}
`).toMatchFileSnapshot("../../../../docs/diagnostics/README.md");
});

describe.each(pages.map((page) => [page.code, page] as const))("%s", (code, page) => {
  test("the page gives the severity", () => {
    expect(page.severity).toBe(byCode.get(code)?.severity);
  });

  test("the example is reported, and for nothing else", () => {
    if (unreachable.has(code)) expect(page.reported?.kind).toBe("text");
    else expect(codesOf(code, page.reported)).toEqual([code]);
  });

  test("the corrected example is not", () => {
    expect(codesOf(code, page.corrected)).toEqual([]);
  });
});
