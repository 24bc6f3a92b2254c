import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyse } from "../../src/index.ts";
import { memoryHost } from "./support/host.ts";
import { readPages } from "./support/pages.ts";

/** Programs of all kinds: what the fixtures and the pages hold. */
const samples = [
  ...readdirSync(new URL("./fixtures/", import.meta.url))
    .filter((name) => name.endsWith(".route"))
    .map((name) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8")),
  ...readPages().flatMap((page) =>
    page.corrected?.kind === "route" ? [...page.corrected.files.values()] : [],
  ),
];

function analyseText(text: string) {
  return analyse("main.route", memoryHost(new Map([["main.route", text]])));
}

const word = /[A-Za-z_][A-Za-z0-9_]*|\d+|"[^"\n]*"|[^\sA-Za-z0-9_"]/g;

describe("whatever stands in a file, it is analysed", () => {
  test("with a word taken out, doubled, or exchanged for another", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("remove", "double", "exchange"),
        (text, first, second, change) => {
          const words = [...text.matchAll(word)];
          const at = words[first % words.length];
          const other = words[second % words.length];
          if (at === undefined || other === undefined) return;
          const instead = { remove: "", double: `${at[0]} ${at[0]}`, exchange: other[0] }[change];
          const broken = text.slice(0, at.index) + instead + text.slice(at.index + at[0].length);
          const { value, diagnostics } = analyseText(broken);
          expect(value.entry.source.text).toBe(broken);
          for (const { span } of diagnostics) {
            expect(span.start).toBeLessThanOrEqual(span.end);
            expect(span.end).toBeLessThanOrEqual(broken.length);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("with what every object inherits as its names and keys", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const { value, diagnostics } = analyseText(`
labels job { ${name}: text }
queue ${name} { distribution "d" }
classification intake {
  queue = if job.${name} == "x" then ${name} else "other"
  priority = powerfx"If(job.${name} = \\"x\\", 1, 2)"
}`);
      expect(diagnostics).toEqual([]);
      expect([...value.labels.job.keys()]).toEqual([name]);
      expect(value.symbols.map((symbol) => symbol.name.text)).toEqual([name, "intake"]);
    }
  });

  test.each([
    [
      "a chain of lets, the last one first",
      (n: number) =>
        Array.from({ length: n }, (_, i) => `let x${n - i} = x${n - i - 1} + 1`).join("\n"),
    ],
    [
      "a circle of lets",
      (n: number) =>
        Array.from({ length: n }, (_, i) => `let x${i} = x${(i + 1) % n} + 1`).join("\n"),
    ],
    [
      "a match of many arms",
      (n: number) =>
        `labels job { a?: number } classification c { priority = match { ${Array.from({ length: n }, (_, i) => `when job.a < ${i} -> 1 `).join("")} } }`,
    ],
    [
      "many requirements on one label",
      (n: number) =>
        `labels worker { a: number } classification c { ${Array.from({ length: n }, (_, i) => `require worker.a == ${i} `).join("")} }`,
    ],
    [
      "many unknown names",
      (n: number) => Array.from({ length: n }, (_, i) => `let x${i} = y${i}`).join("\n"),
    ],
    ["nested parentheses", (n: number) => `let x = ${"(".repeat(n)}1${")".repeat(n)}`],
    ["a long sum", (n: number) => `let x = 1${" + 1".repeat(n)}`],
    ["a long text", (n: number) => `queue q { id "${"x".repeat(n * 100)}" distribution "d" }`],
  ])("%s", (_, make) => {
    const { diagnostics } = analyseText(make(10_000));
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test("a chain of imports longer than the call stack is deep", () => {
    const files = new Map<string, string>();
    for (let index = 0; index < 20_000; index++) {
      files.set(index === 0 ? "main.route" : `f${index}.route`, `import "./f${index + 1}.route"`);
    }
    files.set("f20000.route", "channel chat");
    const { value, diagnostics } = analyse("main.route", memoryHost(files));
    expect(diagnostics).toEqual([]);
    expect(value.programs.length).toBe(20_001);
    expect(value.entry).toBe(value.programs[0]);
  });

  test("a file that imports itself, by itself and by another", () => {
    const files = new Map([
      ["main.route", 'import "./main.route"\nimport "./other.route"'],
      ["other.route", 'import "./main.route"'],
    ]);
    const { diagnostics } = analyse("main.route", memoryHost(files));
    expect(diagnostics.map((d) => d.code)).toEqual(["import-cycle", "import-cycle"]);
  });
});
