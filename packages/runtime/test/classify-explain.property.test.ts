import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine, type EngineOptions } from "../src/index.ts";
import { arbitraryJob, arbitraryObjects } from "./support/arbitrary-objects.ts";

const ruleAnswers: EngineOptions["ruleAnswers"] = new Map([
  ["https://f.example/stubbed", { value: "q2" }],
  ["https://f.example/fails", { fail: true }],
]);

const assumptionSets = fc.constantFrom<NonNullable<EngineOptions["assumptions"]>>(
  {},
  { Q6: "presume" },
  { Q6: "presume", Q13: "fail", Q12: "leaveUnqueued" },
  { Q14: "ownQueueWins", Q16: "asGiven", Q33: "strict" },
  { Q11: "blankFails", Q15: "neverMatches" },
  { Q17: "ignoreCase" },
);

/** The same numbers for whoever asks anew. */
function numbers(): () => number {
  let next = 0;
  return () => [0.1, 0.65, 0.31, 0.99][next++ % 4] ?? 0;
}

for (const rare of [false, true]) {
  test(`classify gives what explain explains${rare ? ", with rare rules" : ""}`, () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(
        arbitraryObjects(rare),
        fc.array(arbitraryJob, { minLength: 1, maxLength: 12 }),
        assumptionSets,
        (objects, jobs, assumptions) => {
          const options = { ruleAnswers, assumptions };
          const plain = createEngine(objects, options);
          const looped = plain.with({ choice: numbers(), codegen: "never" });
          const generated = plain.with({ choice: numbers(), codegen: "always" });
          const told = plain.with({ choice: numbers() });
          for (const job of jobs) {
            const explained = told.explain(job).classification;
            expect(looped.classify(job)).toEqual(explained);
            expect(generated.classify(job)).toEqual(explained);
            const outcome =
              explained.outcome === "failed" ? explained.errors[0]?.code : explained.queueFrom;
            outcomes.set(outcome ?? "", (outcomes.get(outcome ?? "") ?? 0) + 1);
          }
        },
      ),
      { numRuns: 250 },
    );
    // Every way a classification can end was met.
    expect([...outcomes.keys()]).toEqual(
      expect.arrayContaining(["selectors", "job", "fallback", "NoQueue", "ExpressionFailed"]),
    );
  });
}
