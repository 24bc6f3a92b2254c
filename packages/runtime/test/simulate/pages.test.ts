import { readdirSync, readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import {
  decodeWorkload,
  explainWorkloadCode,
  resolveWorkload,
  workloadDiagnostics,
} from "@routewright/runtime/simulate";
import { expect, test } from "vitest";
import { oneQueue } from "./support/run.ts";

const folder = new URL("../../../../docs/diagnostics/workload/", import.meta.url);
const codes = workloadDiagnostics.map(({ code }) => code).toSorted();
const pageOf = (code: string) => readFileSync(new URL(`${code}.md`, folder), "utf8");

test("every code has a page, and every page a code", () => {
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`));
  expect(explainWorkloadCode("constructor")).toBeUndefined();
});

/** Written anew by `vitest -u`; the pages are what is edited. */
test("the module of pages is made of the pages", async () => {
  const quoted = (text: string) => text.replace(/[\\`]|\$\{/gu, "\\$&");
  const entries = codes.map((code) => `  "${code}": \`${quoted(pageOf(code))}\`,\n`).join("");
  await expect(`// Made of docs/diagnostics/workload by \`vitest -u\`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
${entries}};
`).toMatchFileSnapshot("../../src/simulate/diagnostic-pages.ts");
});

test("the index lists every page", async () => {
  const rows = codes.map((code) => {
    const [, severity = "", meaning = ""] = /^\*\*(\w+)\.\*\* (.*)$/mu.exec(pageOf(code)) ?? [];
    expect(meaning, code).not.toBe("");
    return `| [${code}](${code}.md) | ${severity.toLowerCase()} | ${meaning.replaceAll("|", "\\|")} |`;
  });
  await expect(`# Findings about workloads

Everything that Routewright can find wrong with the workload of a simulation and the files that it
names. \`routewright explain CODE\` prints a page.

| code | severity | meaning |
| --- | --- | --- |
${rows.join("\n")}
`).toMatchFileSnapshot("../../../../docs/diagnostics/workload/README.md");
});

test.each(workloadDiagnostics)("$code: what is reported is, what is corrected is not", (each) => {
  const page = pageOf(each.code);
  expect(page).toContain(`**${each.severity === "error" ? "Error" : "Warning"}.**`);
  expect(codesIn(page, "Reported")).toEqual([each.code]);
  expect(codesIn(page, "Corrected")).toEqual([]);
});

function codesIn(page: string, title: string): readonly string[] {
  const section = page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  const files = new Map(
    [...section.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gmu)].map(([, path = "", text = ""]) => [
      path,
      sourceText(text, path),
    ]),
  );
  const source = files.get("workload.json") ?? sourceText("", "workload.json");
  const decoded = decodeWorkload(source, (path) => files.get(path) ?? "there is no such file");
  const resolved =
    decoded.value === undefined ? [] : resolveWorkload(decoded.value, oneQueue).diagnostics;
  return [...new Set([...decoded.diagnostics, ...resolved].map(({ code }) => code))];
}
