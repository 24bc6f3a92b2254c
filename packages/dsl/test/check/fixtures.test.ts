import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type Diagnostic, positionAt, sourceText } from "@routewright/diagnostics";
import { describe, expect, test } from "vitest";
import { analyse } from "../../src/index.ts";
import { memoryHost } from "./support/host.ts";

/**
 * Programs that say themselves what is to be found in them: a line of `^^^ severity[code]: message`
 * in a comment judges the line before. What is found and not said fails, and the reverse.
 * `UPDATE_FIXTURES=1` writes what is found; read the difference as if a stranger had written it.
 */
const folder = new URL("./fixtures/", import.meta.url);
const expectation = /^\s*\/\/\s*\^+ (?:error|warning|hint)\[/;

interface Fixture {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly urls: ReadonlyMap<string, URL>;
}

const fixtures = readdirSync(folder).sort().map(readFixture);

function readFixture(name: string): Fixture {
  const urls = new Map<string, URL>();
  if (statSync(new URL(name, folder)).isDirectory()) {
    const inner = new URL(`${name}/`, folder);
    for (const file of readdirSync(inner).sort()) urls.set(file, new URL(file, inner));
  } else {
    urls.set("main.route", new URL(name, folder));
  }
  const files = new Map([...urls].map(([path, url]) => [path, readFileSync(url, "utf8")]));
  return { name, files, urls };
}

function findings(files: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const parameters: Record<string, string> = {};
  for (const [, name = "", value = ""] of (files.get("main.route") ?? "").matchAll(
    /^\/\/ --param (\w+)=(.*)$/gm,
  )) {
    parameters[name] = value;
  }
  return analyse("main.route", memoryHost(files), { parameters }).diagnostics;
}

/** The file as it should be: every finding under the line it is about. */
function annotate(path: string, text: string, diagnostics: readonly Diagnostic[]): string {
  const source = sourceText(text, path);
  const byLine = new Map<number, string[]>();
  for (const found of diagnostics) {
    if (found.source.path !== path) continue;
    const { line, column } = positionAt(source, found.span.start);
    const end = positionAt(source, found.span.end);
    const lineEnd = (text.split("\n")[line - 1] ?? "").length + 1;
    const width = Math.max(1, (end.line === line ? end.column : lineEnd) - column);
    const indent = Math.max(0, column - 3);
    const shift = column < 3 ? "" : " ".repeat(column - 1 - Math.min(indent, column - 1) - 2);
    const marks = `//${shift}${"^".repeat(column < 3 ? Math.max(1, width - 3 + column) : width)}`;
    const note = `${" ".repeat(indent)}${marks} ${found.severity}[${found.code}]: ${found.message}`;
    byLine.set(line, [...(byLine.get(line) ?? []), note]);
  }
  return text
    .split("\n")
    .flatMap((line, index) => [line, ...(byLine.get(index + 1) ?? [])])
    .join("\n");
}

function withoutExpectations(text: string): string {
  return text
    .split("\n")
    .filter((line) => !expectation.test(line))
    .join("\n");
}

test("the fixtures were found", () => {
  expect(fixtures.length).toBeGreaterThan(10);
});

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  const bare = new Map([...fixture.files].map(([path, text]) => [path, withoutExpectations(text)]));

  test("says what is found", () => {
    const found = findings(bare);
    for (const [path, text] of bare) {
      const annotated = annotate(path, text, found);
      const url = fixture.urls.get(path);
      if (process.env.UPDATE_FIXTURES !== undefined && url !== undefined) {
        writeFileSync(url, annotated);
      } else {
        expect(annotated).toBe(fixture.files.get(path));
      }
    }
  });

  test("every fix mends what it is for", () => {
    const found = findings(bare);
    for (const diagnostic of found) {
      for (const fix of diagnostic.fixes) {
        const { path, text } = diagnostic.source;
        const mended = new Map(bare).set(path, applyEdits(text, fix.edits));
        const left = findings(mended).filter((d) => d.code === diagnostic.code).length;
        const before = found.filter((d) => d.code === diagnostic.code).length;
        expect(left, `${diagnostic.code}: ${fix.title}`).toBeLessThan(before);
        const broken = findings(mended).filter((d) => d.code.startsWith("syntax-")).length;
        expect(broken, `${fix.title} can be read`).toBe(
          found.filter((d) => d.code.startsWith("syntax-")).length,
        );
      }
    }
  });
});

function applyEdits(
  text: string,
  edits: readonly {
    readonly span: { readonly start: number; readonly end: number };
    readonly text: string;
  }[],
): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (result, { span, text: replacement }) =>
        result.slice(0, span.start) + replacement + result.slice(span.end),
      text,
    );
}
