import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Diagnostic, positionAt, sourceText } from "@routewright/diagnostics";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/index.ts";
import { parseDiagnostics } from "../../src/parse/diagnostics.ts";

/**
 * Texts with mistakes of form. A line of `// ^^^ code: message` under a line says what is found
 * there (`^` alone for a place between two characters); what is found and not said fails, and
 * the reverse. UPDATE_FIXTURES=1 writes what is found: read the difference as a stranger would.
 */
const folder = new URL("./fixtures/", import.meta.url);
const expectation = /^\/\/[ ^]*\^ [a-z-]+: .*$|^\/\/ \d+:\d+ [a-z-]+: .*$/;
const names = readdirSync(folder).sort();
const found = new Set<string>();

describe("mistakes of form", () => {
  test.each(names)("%s", (name) => {
    const url = new URL(name, folder);
    const written = readFileSync(url, "utf8");
    const text = written
      .split("\n")
      .filter((line) => !expectation.test(line))
      .join("\n");
    const { diagnostics } = parse(sourceText(text));
    for (const diagnostic of diagnostics) found.add(diagnostic.code);
    const annotated = annotate(text, diagnostics);
    if (process.env.UPDATE_FIXTURES) writeFileSync(url, annotated);
    else expect(annotated).toBe(written);
  });

  test("every code is found somewhere", () => {
    const limits = new Set(["nesting-too-deep", "expression-too-long"]); // see limits.test.ts
    const codes = parseDiagnostics.map(({ code }) => code);
    expect(codes.filter((code) => !found.has(code) && !limits.has(code))).toEqual([]);
  });

  test("what is reported is told by its place, with words of the language", () => {
    for (const name of names) {
      const source = sourceText(readFileSync(new URL(name, folder), "utf8"));
      for (const { span, message, fixes } of parse(source).diagnostics) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(source.text.length);
        expect(message).not.toMatch(/Word_|Mark_|AnyName|AnyKey|PlainName|undefined/);
        for (const fix of fixes) expect(fix.edits.length).toBeGreaterThan(0);
      }
    }
  });
});

describe("fixes that are safe unseen", () => {
  test.each(names)("%s: applying them leaves fewer reports", (name) => {
    let { text } = sourceText(readFileSync(new URL(name, folder), "utf8"));
    const before = parse(sourceText(text)).diagnostics;
    const edits = before
      .flatMap((diagnostic) => diagnostic.fixes.filter((fix) => fix.safe))
      .flatMap((fix) => fix.edits)
      .sort((a, b) => b.span.start - a.span.start);
    for (const { span, text: replacement } of edits) {
      text = text.slice(0, span.start) + replacement + text.slice(span.end);
    }
    const after = parse(sourceText(text)).diagnostics;
    expect(after.length).toBeLessThanOrEqual(before.length - edits.length);
  });
});

/** The text with each report under its line. */
function annotate(text: string, diagnostics: readonly Diagnostic[]): string {
  const source = sourceText(text);
  const byLine = new Map<number, string[]>();
  for (const { code, message, span, help } of diagnostics) {
    const { line, column } = positionAt(source, span.start);
    const last = positionAt(source, span.end);
    const width = last.line === line ? Math.max(1, last.column - column) : 1;
    const say = `${code}: ${message}${help === undefined ? "" : ` (${help})`}`;
    const isMarkable = column > 2;
    const note = isMarkable
      ? `//${" ".repeat(column - 3)}${"^".repeat(width)} ${say}`
      : `// ${line}:${column} ${say}`;
    byLine.set(line, [...(byLine.get(line) ?? []), note]);
  }
  return text
    .split("\n")
    .flatMap((written, index) => [written, ...(byLine.get(index + 1) ?? [])])
    .join("\n");
}
