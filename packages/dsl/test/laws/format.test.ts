import { sourceText } from "@routewright/diagnostics";
import { format } from "@routewright/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomPolicy } from "../support/arbitrary-policy.ts";
import { compileText } from "../support/compile-text.ts";

test("a formatted policy compiles to the same bundle", () => {
  let compiled = 0;
  fc.assert(
    fc.property(randomPolicy(0), ({ text }) => {
      const { bundle } = compileText(text);
      const formatted = format(sourceText(text)).text;
      expect(compileText(formatted).bundle?.hash, formatted).toBe(bundle?.hash);
      if (bundle !== undefined) compiled++;
    }),
    { numRuns: 300 },
  );
  expect(compiled).toBeGreaterThan(250);
});
