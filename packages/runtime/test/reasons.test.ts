import type { RouterObjects } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { createEngine, describeReasons } from "../src/index.ts";

/** Why an expression came out as it did, for a job with these labels. */
function reasons(expression: string, labels: Record<string, string | number | boolean>): string {
  const objects: RouterObjects = {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [{ id: "q" }],
    classificationPolicies: [
      {
        id: "p",
        fallbackQueueId: "q",
        queueSelectorAttachments: [
          {
            kind: "conditional",
            condition: { kind: "expression", expression },
            queueSelectors: [{ key: "Id", labelOperator: "equal", value: "q" }],
          },
        ],
      },
    ],
  };
  const { trace } = createEngine(objects).explain({ labels }, "p");
  const entry = trace.entries.find(({ kind }) => kind === "attachment");
  if (entry?.kind !== "attachment" || entry.rule === undefined) throw new Error("no rule traced");
  return describeReasons(entry.rule);
}

test.each([
  // A guard that did not block is not the reason, whichever way the rest came out.
  ['If(job.a = "x", false, job.b = "y")', { a: "-", b: "y" }, 'job.b is "y"'],
  ['If(job.a = "x", false, job.b = "y")', { a: "-", b: "-" }, 'job.b is "-"'],
  [
    'If(job.a = "x", false, job.c = 1, false, job.b = "y")',
    { a: "-", b: "y", c: 2 },
    'job.b is "y"',
  ],
  // One that did is the only reason.
  ['If(job.a = "x", false, job.b = "y")', { a: "x", b: "y" }, 'job.a is "x"'],
  // What is left when nothing else decides.
  ['If(job.a = "x", false, true)', { a: "-" }, 'job.a is "-"'],
  [
    'If(job.a = "x", false, job.b = "y", false, true)',
    { a: "-", b: "-" },
    'job.a is "-" and job.b is "-"',
  ],
  // `and` and `or` as the compiler writes them.
  ['If(job.a = "x", job.b = "y", false)', { a: "-", b: "y" }, 'job.a is "-"'],
  ['If(job.a = "x", job.b = "y", false)', { a: "x", b: "-" }, 'job.a is "x" and job.b is "-"'],
  ['If(job.a = "x", true, job.b = "y")', { a: "x", b: "y" }, 'job.a is "x"'],
  ['If(job.a = "x", true, job.b = "y")', { a: "-", b: "-" }, 'job.a is "-" and job.b is "-"'],
])("%s for %j: %s", (expression, labels, expected) => {
  expect(reasons(expression, labels)).toBe(expected);
});
