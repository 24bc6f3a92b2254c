import { sourceText } from "@routewright/diagnostics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Condition, LabelTerm, Origin } from "../../src/core/condition.ts";
import { areApart, heldValues, isPossible, type LabelTypes } from "../../src/core/possible.ts";
import { allOf, anyOf, negation } from "../../src/core/simplify.ts";
import { bundleOf } from "../support/compile-text.ts";

const origin: Origin = { source: sourceText(""), span: { start: 0, end: 0 } };
const labelTypes = {
  text: { scalar: "text" },
  listed: { scalar: "text", values: ["a", "b", "c"] },
  flag: { scalar: "boolean" },
  number: { scalar: "number" },
  ranged: { scalar: "number", range: { min: 0, max: 10 } },
  numbers: { scalar: "number", values: [0, 5, 10] },
} as const;
type LabelName = keyof typeof labelTypes;
const types: LabelTypes = (_, key) => labelTypes[key as LabelName];

const literals: Readonly<Record<LabelName, readonly (string | number | boolean)[]>> = {
  text: ["a", "b", "?"],
  listed: ["a", "b", "c"],
  flag: [true, false],
  number: [-1, 0, 0.5, 5, 10],
  ranged: [0, 0.5, 5, 10],
  numbers: [0, 5, 10],
};

function conditionOn(key: LabelName): fc.Arbitrary<Condition> {
  const label: LabelTerm = { kind: "label", side: "job", key, origin };
  const isNumber = labelTypes[key].scalar === "number";
  const operators = isNumber
    ? (["==", "!=", "<", "<=", ">", ">="] as const)
    : (["==", "!="] as const);
  const compared = fc.tuple(fc.constantFrom(...operators), fc.constantFrom(...literals[key])).map(
    ([operator, value]): Condition => ({
      kind: "compare",
      operator,
      left: label,
      right: { kind: "value", value, origin },
      origin,
    }),
  );
  const missing = fc.constant<Condition>({ kind: "missing", label, origin });
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
    const pair = fc.array(tie("condition"), { minLength: 2, maxLength: 3 });
    return {
      condition: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        { weight: 8, arbitrary: compared },
        { weight: 1, arbitrary: missing },
        { weight: 2, arbitrary: pair.map(allOf) },
        { weight: 2, arbitrary: pair.map(anyOf) },
        { weight: 1, arbitrary: tie("condition").map(negation) },
      ),
    };
  });
  return condition;
}

describe("values that two conditions on one label allow", () => {
  test.each(Object.keys(labelTypes) as LabelName[])("%s", (key) => {
    let apart = 0;
    let together = 0;
    fc.assert(
      fc.property(conditionOn(key), conditionOn(key), (one, other) => {
        const first = heldValues(one, types);
        const second = heldValues(other, types);
        if (first === undefined || second === undefined) return;
        if (areApart(first, second)) {
          apart++;
          expect(isPossible(allOf([one, other]), types)).toBe(false);
        } else {
          together++;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(apart).toBeGreaterThan(50);
    expect(together).toBeGreaterThan(50);
  });

  test("simple conditions are told apart whenever they are", () => {
    const keys = Object.keys(labelTypes) as LabelName[];
    for (const key of keys) {
      fc.assert(
        fc.property(conditionOn(key), conditionOn(key), (one, other) => {
          if (one.kind !== "compare" || other.kind !== "compare") return;
          const [first, second] = [heldValues(one, types), heldValues(other, types)];
          if (first === undefined || second === undefined) throw new Error("one label is read");
          // The hull of `!=` is all numbers.
          if (one.operator === "!=" || other.operator === "!=") return;
          expect(areApart(first, second)).toBe(!isPossible(allOf([one, other]), types));
        }),
        { numRuns: 1_000 },
      );
    }
  });
});

/** `rules` rules that exclude each other only by many labels taken together. */
function partedPolicy(rules: number): string {
  const bits = Math.ceil(Math.log2(rules));
  const labels = Array.from(
    { length: bits },
    (_, bit) => `n${bit}: "a" | "b" | "c" | "d" | "e" | "f"`,
  ).join("\n");
  const arms = Array.from({ length: rules }, (_, rule) => {
    const tests = Array.from({ length: bits }, (_, bit) =>
      (rule >> bit) % 2 === 0 ? `job.n${bit} in ["a", "b", "c"]` : `job.n${bit} in ["d", "e", "f"]`,
    );
    return `when ${tests.join(" and ")} -> q${rule % 7}`;
  });
  return `labels job {
${labels}
}
${Array.from({ length: 7 }, (_, index) => `queue q${index} {}`).join("\n")}
classification main {
queue = match {
${arms.join("\n")}
}
fallback q0
}`;
}

test("a rule is not guarded against hundreds that cannot hold with it, however many labels tell", () => {
  const { objects } = bundleOf(partedPolicy(256));
  const attachments = objects.classificationPolicies[0]?.queueSelectorAttachments ?? [];
  expect(attachments).toHaveLength(256);
  for (const attachment of attachments) {
    if (attachment.kind !== "conditional") throw new Error("a condition was expected");
    const { condition } = attachment;
    const formula = condition.kind === "expression" ? condition.expression : "";
    // Three values of each of eight labels, and nothing else.
    expect(formula.split("job.")).toHaveLength(1 + 3 * 8);
  }
});
