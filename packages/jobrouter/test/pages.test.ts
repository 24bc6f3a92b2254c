import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import {
  decodeBundle,
  decodeJobs,
  decodeObjects,
  explainJsonCode,
  jobRouterDiagnostics,
} from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";

const folder = new URL("../../../docs/diagnostics/json/", import.meta.url);
const pages = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .map((name) => name.slice(0, -".md".length))
  .sort()
  .map((code) => ({ code, text: readFileSync(new URL(`${code}.md`, folder), "utf8") }));

test("every code has a page, and every page a code", () => {
  const codes = jobRouterDiagnostics.map((definition) => definition.code);
  expect(pages.map((page) => page.code)).toEqual(codes.toSorted());
});

test("explainJsonCode gives the page, and nothing for what is no code", () => {
  for (const page of pages) expect(explainJsonCode(page.code)).toBe(page.text);
  expect(explainJsonCode("no-such-code")).toBeUndefined();
  expect(explainJsonCode("constructor")).toBeUndefined();
});

/** Written anew by `vitest -u`; the pages are what is edited. */
test("the module of pages is made of the pages", async () => {
  const quoted = (text: string) => text.replace(/[\\`]|\$\{/gu, "\\$&");
  const entries = pages.map((page) => `  "${page.code}": \`${quoted(page.text)}\`,\n`).join("");
  await expect(`// Made of docs/diagnostics/json by \`vitest -u\`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
${entries}};
`).toMatchFileSnapshot("../src/diagnostic-pages.ts");
});

test("the index lists every page", async () => {
  const rows = pages.map(({ code, text }) => {
    const [, severity = "", meaning = ""] = /^\*\*(\w+)\.\*\* (.*)$/mu.exec(text) ?? [];
    return `| [${code}](${code}.md) | ${severity.toLowerCase()} | ${meaning.replaceAll("|", "\\|")} |`;
  });
  await expect(`# Findings about JSON

Everything that Routewright can find wrong with Job Router objects, jobs, workers and bundles in
JSON. \`routewright explain CODE\` prints a page.

| code | severity | meaning |
| --- | --- | --- |
${rows.join("\n")}
`).toMatchFileSnapshot("../../../docs/diagnostics/json/README.md");
});

describe.each(jobRouterDiagnostics.map((definition) => [definition.code, definition] as const))(
  "%s",
  (code, definition) => {
    const page = readFileSync(new URL(`${code}.md`, folder), "utf8");

    test("the page gives the severity", () => {
      const word = /^\*\*(\w+)\.\*\*/mu.exec(page)?.[1];
      expect(word?.toLowerCase()).toBe(definition.severity);
    });

    test("the example is reported, the corrected one is not", () => {
      expect(codesIn(page, "Reported")).toEqual([code]);
      expect(codesIn(page, "Corrected")).toEqual([]);
    });
  },
);

/** The codes found in the example of a section. Its path says what reads it. */
function codesIn(page: string, title: string): readonly string[] {
  const section = page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  const example = /^```json (\S+)\n([\s\S]*?)^```$/mu.exec(section);
  expect(example, title).not.toBeNull();
  const [, path = "", text = ""] = example ?? [];
  const source = sourceText(text, path);
  const { diagnostics } =
    path === "job.json"
      ? decodeJobs(source)
      : path === "bundle.json"
        ? decodeBundle(source)
        : decodeObjects([source]);
  return [...new Set(diagnostics.map((diagnostic) => diagnostic.code))];
}
