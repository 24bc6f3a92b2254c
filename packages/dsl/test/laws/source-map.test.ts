import { parseFormula } from "@routewright/powerfx";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomPolicy } from "../support/arbitrary-policy.ts";
import { compileText } from "../support/compile-text.ts";

test("every emitted value leads to words of the source", () => {
  let formulas = 0;
  fc.assert(
    fc.property(randomPolicy(0), ({ text }) => {
      const { bundle } = compileText(text);
      if (bundle === undefined) return;
      const pointers = new Set(bundle.sourceMap.map(({ pointer }) => pointer));
      for (const { pointer, formula, location } of bundle.sourceMap) {
        const value = valueAt(bundle, pointer);
        expect(value, pointer).toBeDefined();
        expect(location.end).toBeGreaterThan(location.start);
        expect(location.end).toBeLessThanOrEqual(text.length);
        if (formula === undefined) continue;
        formulas++;
        const part = String(value).slice(formula.start, formula.end);
        expect(parseFormula(part).diagnostics, part).toEqual([]);
      }
      for (const pointer of leavesIn(bundle.objects, "/objects")) {
        // A selector or a rule is one thing; what is deeper has the words of its parent.
        const near = [pointer, parentOf(pointer), parentOf(parentOf(pointer))];
        expect(
          near.some((each) => pointers.has(each)),
          pointer,
        ).toBe(true);
      }
      for (const { pointer } of bundle.decisions) expect(valueAt(bundle, pointer)).toBeDefined();
    }),
    { numRuns: 150 },
  );
  expect(formulas).toBeGreaterThan(1_000);
});

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
}

function leavesIn(value: unknown, pointer: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [pointer];
  return Object.entries(value).flatMap(([key, item]) =>
    leavesIn(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

function valueAt(root: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      root,
    );
}
