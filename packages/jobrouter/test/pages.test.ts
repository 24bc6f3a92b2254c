import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import {
  decodeBundle,
  decodeJobs,
  decodeObjects,
  jobRouterDiagnostics,
} from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";

const folder = new URL("../../../docs/diagnostics/json/", import.meta.url);
const pages = readdirSync(folder).map((name) => name.slice(0, -".md".length));
/** Findings of the importer; its own tests read their pages. */
const importers = ["json-inexact", "json-refused"];

test("every code has a page, and every page a code", () => {
  const codes = jobRouterDiagnostics.map((definition) => definition.code);
  expect(pages.toSorted()).toEqual([...codes, ...importers].toSorted());
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
