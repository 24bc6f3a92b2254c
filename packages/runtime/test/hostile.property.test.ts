import type { Job, RouterObjects, RouterRule } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine, renderTrace } from "../src/index.ts";

/** The same rule wherever a rule may stand. */
function objectsWith(rule: RouterRule): RouterObjects {
  return {
    distributionPolicies: [{ id: "d", mode: { kind: "bestWorker", scoringRule: rule } }],
    exceptionPolicies: [],
    queues: [{ id: "q", distributionPolicyId: "d" }],
    classificationPolicies: [
      {
        id: "p",
        fallbackQueueId: "q",
        queueSelectorAttachments: [
          {
            kind: "conditional",
            condition: rule,
            queueSelectors: [{ key: "Id", labelOperator: "equal", value: "q" }],
          },
          { kind: "ruleEngine", rule },
        ],
        prioritizationRule: rule,
        workerSelectorAttachments: [
          { kind: "conditional", condition: rule, workerSelectors: [] },
          { kind: "ruleEngine", rule },
        ],
      },
    ],
  };
}

function decideAll(expression: string, job: Job): void {
  const engine = createEngine(objectsWith({ kind: "expression", expression }), {
    codegen: "always",
  });
  const own: Job = { ...job, classificationPolicyId: "p" };
  const explained = engine.explain(own);
  expect(engine.classify(own)).toEqual(explained.classification);
  expect(renderTrace(undefined, explained).length).toBeGreaterThan(0);
  engine.rank(own, [{ id: "w", queues: ["q"], availableForOffers: true }], "q");
}

const pieces = fc.constantFrom(
  "job.",
  "job",
  "worker.",
  "x",
  "'",
  '"',
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  ",",
  ";",
  "If(",
  "Not(",
  "And(",
  "=",
  "<>",
  "<",
  "&&",
  "||",
  "!",
  "%",
  "1e999",
  "0.1",
  "Blank()",
  "1/0",
  "true",
  "in",
  "As",
  "\u2028",
  "\\",
  "//",
  "/*",
  '$"{',
  "é",
  "\ud800",
  "ForAll(",
  "Table(",
  "__proto__",
);

test("no formula makes a decision throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map((list) => list.join(" ")),
        fc.string({ unit: "binary" }),
      ),
      fc.jsonValue(),
      (expression, labels) => {
        decideAll(expression, { labels: labels as NonNullable<Job["labels"]> });
      },
    ),
    { numRuns: 400 },
  );
});

test.each<[string, string]>([
  ["10,000 nested parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["10,000 nested negations", `${"!".repeat(10_000)}true`],
  ["a chain of 900 characters", `true${" && true".repeat(110)}`],
  ["a megabyte", `1 = ${"1".repeat(1_000_000)}`],
  ["an alternative of many", Array.from({ length: 60 }, (_, i) => `job.a=${i}`).join("||")],
  [
    "more alternatives than can be told apart",
    Array.from({ length: 20 }, (_, i) => `(job.a${i}||job.b${i})`).join("&&"),
  ],
])("%s", (_, expression) => {
  decideAll(expression, { labels: { a: 5, a0: true } });
});
