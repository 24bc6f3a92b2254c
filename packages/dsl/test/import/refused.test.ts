import { positionAt } from "@routewright/diagnostics";
import { importObjects } from "@routewright/dsl";
import { canonicalJson, type RouterObjects } from "@routewright/jobrouter";
import { expect, test } from "vitest";

const none: RouterObjects = {
  distributionPolicies: [],
  exceptionPolicies: [],
  queues: [],
  classificationPolicies: [],
};

/** `what it points at: message`, for each finding. */
function refusals(objects: Partial<RouterObjects>): readonly string[] {
  return importObjects({ ...none, ...objects }).diagnostics.map(({ source, span, message }) => {
    const words = source.text.slice(span.start, span.end).replace(/\s+/gu, " ");
    return `${words}: ${message}`;
  });
}

test.each<readonly [string, Partial<RouterObjects>, RegExp]>([
  [
    "an id",
    { queues: [{ id: "main queue" }] },
    /^"main queue": the language refuses `\/queues\/0\/id`: .*cannot be an id$/u,
  ],
  [
    "weights",
    {
      classificationPolicies: [
        {
          id: "c",
          queueSelectorAttachments: [
            { kind: "weightedAllocation", allocations: [{ weight: 0.4, queueSelectors: [] }] },
          ],
        },
      ],
    },
    /^\[ \{ "weight": 0\.4, .*: the language refuses `\/classificationPolicies\/0\/queueSelectorAttachments\/0\/allocations`/u,
  ],
  [
    "a priority",
    {
      exceptionPolicies: [
        {
          id: "e",
          exceptionRules: [
            {
              id: "r",
              trigger: { kind: "queueLength", threshold: 3 },
              actions: [{ kind: "manualReclassify", priority: 500 }],
            },
          ],
        },
      ],
    },
    /^500: the language refuses `\/exceptionPolicies\/0\/exceptionRules\/0\/actions\/0\/priority`/u,
  ],
  [
    "a formula",
    {
      classificationPolicies: [
        { id: "c", prioritizationRule: { kind: "expression", expression: "If(" } },
      ],
    },
    /^\{ "kind": "expression", "expression": "If\(" \}: the language refuses `\/classificationPolicies\/0\/prioritizationRule`/u,
  ],
  [
    "a key",
    { queues: [{ id: "q", labels: { "a\nb": 1 } }] },
    /^"a\\nb": the language refuses `\/queues\/0\/labels\/a\nb`: a label's key cannot have a line break$/u,
  ],
  [
    "a key of a selector",
    {
      classificationPolicies: [
        {
          id: "c",
          queueSelectorAttachments: [{ kind: "passThrough", key: "a\r", labelOperator: "equal" }],
        },
      ],
    },
    /^"a\\r": the language refuses `\/classificationPolicies\/0\/queueSelectorAttachments\/0\/key`/u,
  ],
])("%s that the language refuses is shown in the JSON", (_, objects, wanted) => {
  const found = refusals(objects);
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]).toMatch(wanted);
});

test("what only looks unusual is imported", () => {
  expect(
    refusals({
      queues: [{ id: "q", distributionPolicyId: "a b" }],
      distributionPolicies: [
        { id: "d", offerExpiresAfterSeconds: 0, mode: { kind: "roundRobin" } },
      ],
      exceptionPolicies: [
        {
          id: "e",
          exceptionRules: [
            {
              id: "Waits longer than 5 minutes!",
              trigger: { kind: "queueLength", threshold: 0 },
              actions: [{ kind: "cancel", note: "n".repeat(3_000) }],
            },
          ],
        },
      ],
    }),
  ).toEqual([]);
});

test("only keys of labels have to stand on one line", () => {
  expect(
    refusals({ queues: [{ id: "q", name: "a\nb", labels: { key: "c\nd", labels: "\n" } }] }),
  ).toEqual([]);
});

test("a credential is in no text, and comes back apart", () => {
  const secret = "s3cr3t-value";
  const imported = importObjects({
    ...none,
    classificationPolicies: [
      {
        id: "main",
        prioritizationRule: {
          kind: "function",
          functionUri: "https://example.org/f",
          credential: { functionKey: secret },
        },
      },
    ],
  });
  expect(imported.diagnostics).toEqual([]);
  expect(imported.secrets).toEqual({ ROUTEWRIGHT_MAIN_FUNCTION_KEY: secret });
  expect(imported.text).not.toContain(secret);
  expect(imported.text).toContain('from env "ROUTEWRIGHT_MAIN_FUNCTION_KEY"');
});

test("raw: every formula stays as it is", () => {
  const objects = {
    ...none,
    classificationPolicies: [
      {
        id: "c",
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
      },
    ],
  } as const;
  expect(importObjects(objects).text).toContain("if job.vip then 10 else 1");
  expect(importObjects(objects, { formulas: "raw" }).text).toContain(
    'powerfx"If(job.vip = true, 10, 1)"',
  );
});

test("places of findings are those of the canonical JSON", () => {
  const { diagnostics } = importObjects({ ...none, queues: [{ id: "b b" }, { id: "a" }] });
  const [first] = diagnostics;
  expect(first?.source.text).toBe(canonicalJson({ ...none, queues: [{ id: "a" }, { id: "b b" }] }));
  expect(first && positionAt(first.source, first.span.start)).toEqual({ line: 9, column: 13 });
});
