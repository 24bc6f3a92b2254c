import type { BundleTest } from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import { runTests } from "../src/index.ts";
import { at, bundleWith, testCase } from "./support/bundle.ts";

const na = { region: "NA", vip: true, language: "en" };
const workers: BundleTest["workers"] = [
  {
    name: "ann",
    id: "ann",
    queues: ["xbox_na"],
    availableForOffers: true,
    labels: { language: "en", skill: 3 },
  },
  {
    name: "ben",
    id: "ben",
    queues: ["xbox_na"],
    availableForOffers: true,
    labels: { language: "en", skill: 5 },
  },
  {
    name: "cem",
    id: "cem",
    queues: ["xbox_na"],
    availableForOffers: true,
    labels: { language: "de", skill: 9 },
  },
];
const language = { key: "language", labelOperator: "equal", value: "en" } as const;

/** Each expectation of a job that is met, and one like it that is not. */
const pairs: readonly (readonly [string, Parameters<typeof testCase>[2], readonly string[]])[] = [
  [
    "queue",
    [
      { kind: "queue", operator: "==", queueId: "xbox_na" },
      { kind: "queue", operator: "!=", queueId: "xbox_na" },
    ],
    ['queue != "xbox_na"', 'queue is "xbox_na"'],
  ],
  [
    "priority",
    [
      { kind: "priority", operator: ">=", value: 10 },
      { kind: "priority", operator: "<", value: 10 },
    ],
    ["priority < 10", "priority is 10"],
  ],
  [
    "requirement",
    [
      { kind: "selector", present: true, selector: language },
      { kind: "selector", present: true, selector: { ...language, expiresAfterSeconds: 60 } },
    ],
    ['require language == "en" for 60s', 'required: language == "en"'],
  ],
  [
    "no requirement",
    [
      { kind: "selector", present: false, selector: { ...language, value: "de" } },
      { kind: "selector", present: false, selector: language },
    ],
    ['no require language == "en"', 'required: language == "en"'],
  ],
  [
    "workers in order",
    [
      { kind: "workers", workerIds: ["ben", "ann"] },
      { kind: "workers", workerIds: ["ann", "ben"] },
    ],
    ["workers [ann, ben]", "workers are [ben, ann]"],
  ],
  [
    "excluded",
    [
      { kind: "excluded", workerId: "cem", key: "language" },
      { kind: "excluded", workerId: "ann" },
    ],
    ["`ann` excluded", "`ann` may get the job, 2 of 2"],
  ],
  [
    "excluded by another label",
    [
      { kind: "excluded", workerId: "cem" },
      { kind: "excluded", workerId: "cem", key: "skill" },
    ],
    [
      "`cem` excluded by skill",
      '`cem` is excluded: attached language == "en", but language is "de"',
    ],
  ],
  [
    "score",
    [
      { kind: "score", workerId: "ann", operator: "==", value: 6 },
      { kind: "score", workerId: "ann", operator: ">", value: 6 },
    ],
    ["score of `ann` > 6", "score of `ann` is 6"],
  ],
  [
    "no queue, failure",
    [
      { kind: "queue", operator: "==", queueId: "xbox_na" },
      { kind: "noQueue" },
      { kind: "failed" },
    ],
    ["no queue", 'queue is "xbox_na"'],
  ],
];

describe("expectations", () => {
  test.each(pairs)("%s", (_, [met, ...unmet], words) => {
    const cases = [met, ...unmet].flatMap((one) =>
      one === undefined ? [] : [testCase("t", na, [one], { workers })],
    );
    const report = runTests(bundleWith(cases));
    expect(report.tests.map(({ passed }) => passed)).toEqual([true, ...unmet.map(() => false)]);
    const [expectation] = report.tests[1]?.expectations ?? [];
    expect([expectation?.expected, expectation?.actual]).toEqual(words);
    expect(report.tests.map(({ trace }) => trace !== undefined)).toEqual([
      false,
      ...unmet.map(() => true),
    ]);
    expect(report.totals).toEqual({ tests: 1 + unmet.length, passed: 1, failed: unmet.length });
  });

  test("a failing classification meets `failed` and nothing else", () => {
    // A number against a text: the rule does not bind.
    const job = { region: 5, vip: true };
    const report = runTests(
      bundleWith([
        testCase("a", job, [{ kind: "failed" }]),
        testCase("b", job, [{ kind: "queue", operator: "!=", queueId: "xbox_na" }]),
        testCase("c", job, [{ kind: "noQueue" }]),
      ]),
    );
    expect(report.tests.map(({ passed }) => passed)).toEqual([true, false, false]);
    expect(report.tests[1]?.expectations[0]?.actual).toMatch(/^classification fails: /);
  });

  test("a job without any queue meets `no queue`", () => {
    const bundle = bundleWith([testCase("t", {}, [{ kind: "noQueue" }])]);
    const [{ fallbackQueueId: _, ...policy } = { id: "" }] = bundle.objects.classificationPolicies;
    const objects = { ...bundle.objects, classificationPolicies: [policy] };
    expect(runTests(bundle).totals.passed).toBe(0);
    expect(runTests({ ...bundle, objects }).totals.passed).toBe(1);
  });

  test("stubs and choices are the test's own; a filter leaves tests out", () => {
    const bundle = bundleWith([testCase("a", na, []), testCase("b", {}, [])]);
    const report = runTests(bundle, { filter: ({ name }) => name === "b" });
    expect(report.tests.map((result) => result.test.name)).toEqual(["b"]);
  });
});

describe("coverage", () => {
  test("nothing is reached without tests", () => {
    const { coverage } = runTests(bundleWith([]));
    expect(coverage.totals).toEqual({
      rules: { covered: 0, total: 5 },
      branches: { covered: 0, total: 6 },
      // job.region and job.vip of the queues, job.vip of the priority; each true and false.
      conditions: { covered: 0, total: 6 },
      exceptions: { covered: 0, total: 0 },
    });
  });

  test("a guard repeats a condition; the source has it once", () => {
    const { coverage } = runTests(bundleWith([testCase("vip", na, [])]));
    const [region, vip] = coverage.conditions;
    expect(region).toMatchObject({
      location: at('job.region == "NA"'),
      text: 'job.region == "NA"',
    });
    expect(region?.occurrences).toHaveLength(2);
    // The second formula ends at its guard.
    expect([region?.whenTrue, region?.whenFalse]).toEqual([1, 0]);
    expect([vip?.whenTrue, vip?.whenFalse]).toEqual([2, 0]);
    expect(coverage.rules.map(({ applied, skipped }) => [applied, skipped])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [1, 0],
      [0, 0],
    ]);
    expect(coverage.branches.map(({ branch, taken }) => [branch.kind, taken])).toEqual([
      ["holds", 1],
      ["fails", 0],
      ["holds", 0],
      ["fails", 1],
      ["arm", 1],
      ["arm", 0],
    ]);
  });

  test("enough tests reach everything", () => {
    const { coverage } = runTests(
      bundleWith([
        testCase("a", na, [{ kind: "workers", workerIds: ["ben", "ann"] }], { workers }),
        testCase("b", { region: "NA", vip: false }, []),
        testCase("c", { region: "EU", vip: false }, []),
      ]),
    );
    expect(coverage.totals).toEqual({
      rules: { covered: 5, total: 5 },
      branches: { covered: 6, total: 6 },
      conditions: { covered: 6, total: 6 },
      exceptions: { covered: 0, total: 0 },
    });
  });
});
