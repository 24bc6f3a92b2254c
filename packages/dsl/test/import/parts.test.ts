import type { RouterObjects } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { formulaCandidates } from "../../src/import/formulas.ts";
import { inferLabels } from "../../src/import/labels.ts";
import { chooseNames } from "../../src/import/names.ts";
import { wordTypes } from "../../src/parse/tokens.ts";

const none: RouterObjects = {
  distributionPolicies: [],
  exceptionPolicies: [],
  queues: [],
  classificationPolicies: [],
};

test("ids that are identifiers stay, and queues have the first choice", () => {
  const names = chooseNames({
    ...none,
    queues: [{ id: "main" }, { id: "XBOX_NA" }],
    classificationPolicies: [{ id: "main" }],
    distributionPolicies: [{ id: "main" }, { id: "main_distribution" }],
  }).objects;
  expect([...names.queues]).toEqual([
    ["main", "main"],
    ["XBOX_NA", "XBOX_NA"],
  ]);
  expect([...names.classificationPolicies]).toEqual([["main", "main_classification"]]);
  expect([...names.distributionPolicies]).toEqual([
    ["main_distribution", "main_distribution"],
    ["main", "main_distribution_2"],
  ]);
});

test("other ids give a name near to them, a GUID gives way to the object's name", () => {
  const names = chooseNames({
    ...none,
    queues: [
      { id: "queue" },
      { id: "none" },
      { id: "a-b.c" },
      { id: "1st" },
      { id: "--" },
      { id: "90eb00c4-234e-4df7-a231-ef7895518384", name: "Xbox (NA)" },
      { id: "90eb00c4-234e-4df7-a231-ef7895518385" },
      { id: "__proto__" },
    ],
  }).objects.queues;
  expect([...names]).toEqual([
    ["__proto__", "__proto__"],
    ["queue", "queue_queue"],
    ["none", "none_queue"],
    ["a-b.c", "a_b_c"],
    ["1st", "_1st"],
    ["--", "queue_queue_2"],
    ["90eb00c4-234e-4df7-a231-ef7895518384", "xbox_na"],
    ["90eb00c4-234e-4df7-a231-ef7895518385", "queue_queue_3"],
  ]);
});

test("no name is a word of the language", () => {
  const queues = [...wordTypes.keys()].map((id) => ({ id }));
  const names = [...chooseNames({ ...none, queues }).objects.queues.values()];
  expect(names.filter((name) => wordTypes.has(name))).toEqual([]);
  expect(new Set(names).size).toBe(queues.length);
});

function typesOf(expression: string, condition = true) {
  const rule = { kind: "expression", expression } as const;
  const labels = inferLabels({
    ...none,
    classificationPolicies: [
      condition
        ? {
            id: "c",
            queueSelectorAttachments: [
              { kind: "conditional", condition: rule, queueSelectors: [] },
            ],
          }
        : { id: "c", prioritizationRule: rule },
    ],
  });
  return Object.fromEntries(labels.job);
}

test.each([
  ['job.a = "x"', { a: "text" }],
  ["job.a = 1 || job.b", { a: "number", b: "boolean" }],
  ["job.a = job.b && job.b > 2", { a: "number", b: "number" }],
  ['job.a = 1 || job.a = "x"', { a: "any" }],
  ["job.a = job.b", { a: "any", b: "any" }],
  ["!job.a", { a: "boolean" }],
  ['StartsWith(job.a, "X") && Len(job.b) > Round(job.c, 0)', { a: "text", b: "text", c: "number" }],
  ["If(job.a, job.b, false)", { a: "boolean", b: "boolean" }],
  ["job.'odd key' = true", { "odd key": "boolean" }],
  ['"x" in job.a & job.b', { a: "text", b: "text" }],
  ["If(", {}],
])("the labels of %s", (formula, types) => {
  expect(typesOf(formula)).toEqual(types);
});

test("labels get their types from every place that uses them", () => {
  const labels = inferLabels({
    ...none,
    queues: [{ id: "q", labels: { region: "NA", tier: 1 } }],
    exceptionPolicies: [
      {
        id: "e",
        exceptionRules: [
          {
            id: "r",
            trigger: { kind: "queueLength", threshold: 1 },
            actions: [{ kind: "reclassify", labelsToUpsert: { Escalated: true } }],
          },
        ],
      },
    ],
    classificationPolicies: [
      {
        id: "c",
        queueSelectorAttachments: [
          { kind: "passThrough", key: "region", labelOperator: "equal" },
          { kind: "static", queueSelector: { key: "Id", labelOperator: "equal", value: "q" } },
        ],
        workerSelectorAttachments: [
          { kind: "passThrough", key: "skill", labelOperator: "greaterThan" },
          { kind: "static", workerSelector: { key: "x", labelOperator: "lessThan", value: "a" } },
          { kind: "static", workerSelector: { key: "y", labelOperator: "equal" } },
        ],
      },
    ],
  });
  expect(Object.fromEntries(labels.job)).toEqual({
    Escalated: "boolean",
    region: "text",
    skill: "number",
  });
  expect(Object.fromEntries(labels.worker)).toEqual({ skill: "number", x: "any", y: "any" });
  expect(Object.fromEntries(labels.queue)).toEqual({ region: "text", tier: "number" });
});

test.each([
  ["If(job.vip = true, 10, 1)", "if job.vip then 10 else 1"],
  ["job.a <> 1 And !(job.b Or job.c)", "job.a != 1 and not (job.b or job.c)"],
  ["(1 - 2) - (3 - 4)", "1 - 2 - (3 - 4)"],
  ["(job.a = 1) = job.b", "(job.a == 1) == job.b"],
  ['"x" in job.a', 'contains(job.a, "x")'],
  ["job.a = Blank()", "job.a is missing"],
  ['If(job.a = "x", If(job.b, true, job.c), false)', 'job.a == "x" and (job.b or job.c)'],
  ['If(job.a = "x", false, job.b, true, job.c)', 'job.a != "x" and (job.b or job.c)'],
  ["If(job.a = Blank(), false, true)", "job.a is present"],
  ["If(If(job.a, job.b, false), 10, 1)", "if job.a and job.b then 10 else 1"],
  [
    'If(job.a = "x", 1, job.b, 2, 3)',
    'match {\nwhen job.a == "x" -> 1\nwhen job.b -> 2\notherwise -> 3\n}',
  ],
  ["worker.'odd ''key' * 2", "worker.'odd ''key' * 2"],
])("%s reads %s", (formula, words) => {
  expect(formulaCandidates(formula)[0]).toBe(words);
});

test.each([
  "",
  "If(",
  "job",
  "Rand()",
  "IsBlank(job.a)",
  "2 ^ 3",
  "50%",
  "{a: 1}",
  '$"x"',
  "job.a.b",
  "If(job.a, 1)",
  "1e5",
])("the language has no words for %j", (formula) => {
  expect(formulaCandidates(formula)).toEqual([]);
});
