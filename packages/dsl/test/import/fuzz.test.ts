import { sourceText } from "@routewright/diagnostics";
import { importObjects } from "@routewright/dsl";
import { canonicalJson, canonicalObjects, decodeObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileText, routerObjects } from "../../../jobrouter/test/support/arbitrary-objects.ts";

/** A well-formed file with one value exchanged for another. */
const mutated = fc
  .tuple(
    routerObjects,
    fc.nat({ max: 60 }),
    fc.oneof(
      hostileText,
      fc.constantFrom<unknown>(-1, 0, 101, 1.5, 1e300, true, [], {}, "", "static", "conditional"),
      fc.string({ minLength: 51, maxLength: 60 }),
      fc.constant("If(".repeat(5000)),
    ),
  )
  .map(([objects, target, replacement]) => {
    let index = 0;
    return JSON.stringify(canonicalObjects(objects), (key, value: unknown) =>
      key !== "" && index++ === target ? replacement : value,
    );
  });

test("no JSON that can be decoded makes the importer throw, and every error has a place", () => {
  let imported = 0;
  fc.assert(
    fc.property(mutated, (text) => {
      const { value } = decodeObjects([sourceText(text, "objects.json")]);
      const result = importObjects(value);
      imported++;
      for (const diagnostic of result.diagnostics) {
        expect(diagnostic.span.end).toBeGreaterThan(diagnostic.span.start);
        expect(diagnostic.source.text).not.toContain("k3y");
      }
      expect(result.text).not.toContain("k3y");
    }),
    { numRuns: 300 },
  );
  expect(imported).toBeGreaterThan(0);
});

test("random bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const { value } = decodeObjects([sourceText(text, "queues/q.json")]);
      expect(canonicalJson(value)).toBeTypeOf("string");
      importObjects(value);
    }),
  );
});

test("a line of 1 MB, and a formula of 10,000 parentheses", () => {
  const formula = `${"(".repeat(10_000)}1${")".repeat(10_000)}`;
  const result = importObjects({
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [{ id: "q", name: "x".repeat(1 << 20) }],
    classificationPolicies: [
      { id: "c", prioritizationRule: { kind: "expression", expression: formula } },
    ],
  });
  expect(result.text.length).toBeGreaterThan(1 << 20);
});
