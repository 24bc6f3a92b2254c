import { sourceText } from "@routewright/diagnostics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format, parse } from "../../src/index.ts";
import type { Program } from "../../src/parse/ast.ts";
import { arbitraryProgram } from "../support/arbitrary-program.ts";

const numRuns = Number(process.env.LAW_RUNS ?? 100);

describe("for random programs", { timeout: 300_000 }, () => {
  test("they parse without a report", () => {
    fc.assert(
      fc.property(arbitraryProgram, (text) => {
        expect(reports(text)).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("formatting keeps meaning and comments, and settles", () => {
    fc.assert(
      fc.property(arbitraryProgram, (text) => {
        const before = parse(sourceText(text)).value;
        const once = format(sourceText(text)).text;
        expect(reports(once)).toEqual([]);
        const after = parse(sourceText(once)).value;
        expect(withoutPlaces(after)).toEqual(withoutPlaces(before));
        expect(commentTexts(after)).toEqual(commentTexts(before));
        expect(format(sourceText(once)).text).toBe(once);
        // Only a raw formula may keep its own line ends.
        expect(once.includes("\r")).toBe(false);
        expect(once === "" || (once.endsWith("\n") && !once.endsWith("\n\n"))).toBe(true);
        expect(/[ \t]\n/.test(once.replace(/"""[\s\S]*?"""|\/\*[\s\S]*?\*\//g, "c"))).toBe(false);
      }),
      { numRuns },
    );
  });
});

function reports(text: string): readonly string[] {
  return parse(sourceText(text)).diagnostics.map(
    ({ span, message }) => `${span.start}: ${message}`,
  );
}

/** The declarations as data, without where they stand. */
function withoutPlaces(program: Program): unknown {
  return JSON.parse(
    JSON.stringify(program.declarations, (key, value: unknown) =>
      key === "span" || key.endsWith("Span") ? undefined : value,
    ),
  );
}

function commentTexts(program: Program): readonly string[] {
  return program.comments.map(
    (comment) => `${comment.kind}:${comment.text.replace(/\r\n?/g, "\n").trimEnd()}`,
  );
}
