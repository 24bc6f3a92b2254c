import type { Job, LabelValue, RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngine } from "../src/index.ts";

/** Some hundred conditions over few labels, so that every job meets several of them. */
const labels: Readonly<Record<string, readonly LabelValue[]>> = {
  topic: ["order", "return", "repair", "sales", "account", "it's", 'a "b"'],
  region: ["UK", "EU", "US"],
  vip: [true, false],
  waits: [0, 1, 5, 5.5, 30, 4_095, 4_096],
  ["__proto__"]: ["NA", "EU"],
  constructor: [5, 6, 7],
};
const names = Object.keys(labels);
const valuesOf = (name: string): readonly LabelValue[] => labels[name] ?? [];
const fieldOf = (name: string): string => `job.'${name}'`;
const textOf = (value: LabelValue): string =>
  typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : String(value);

const oneTest = fc.constantFrom(...names).chain((name) => {
  const field = fieldOf(name);
  const value = fc.constantFrom(...valuesOf(name)).map(textOf);
  const operators = typeof valuesOf(name)[0] === "number" ? ["=", "<>", "<", ">="] : ["=", "<>"];
  const compared = fc
    .tuple(fc.constantFrom(...operators), value)
    .map(([operator, literal]) => `${field} ${operator} ${literal}`);
  const listed = fc
    .array(compared, { minLength: 2, maxLength: 4 })
    .map((list) => `(${list.join(" || ")})`);
  return fc.oneof(
    { weight: 6, arbitrary: compared },
    { weight: 3, arbitrary: listed },
    { weight: 2, arbitrary: listed.map((list) => `!${list}`) },
    { weight: 1, arbitrary: fc.constant(`IsBlank(${field})`) },
  );
});
const condition = fc
  .array(oneTest, { minLength: 3, maxLength: 7 })
  .map((tests) => tests.join(" && "));
const conditions = fc.array(condition, { minLength: 200, maxLength: 400 });

const odd: fc.Arbitrary<LabelValue> = fc.constantFrom<LabelValue>(
  ...["5", "", "true", "uk", "unheard of", -0, -3, 0.1, 1e300, 1e-9, 2_147_483_648, true],
);
const job: fc.Arbitrary<Job> = fc
  .tuple(
    ...names.map((name) =>
      fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(...valuesOf(name)).map((one) => [[name, one]]) },
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: odd.map((one) => [[name, one]]) },
      ),
    ),
  )
  .map((entries) => ({
    classificationPolicyId: "p",
    labels: Object.fromEntries(entries.flat()) as Record<string, LabelValue>,
  }));

function objectsOf(queues: readonly string[], workers: readonly string[]): RouterObjects {
  const rule = (expression: string) => ({ kind: "expression" as const, expression });
  const priority = workers
    .slice(0, 2)
    .reduceRight((rest, own, index) => `If(${own}, ${index}, ${rest})`, "50");
  return {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: ["q0", "q1", "q2"].map((id) => ({ id })),
    classificationPolicies: [
      {
        id: "p",
        fallbackQueueId: "q0",
        queueSelectorAttachments: queues.map((own, index) => ({
          kind: "conditional",
          condition: rule(own),
          queueSelectors: [{ key: "Id", labelOperator: "equal", value: `q${index % 3}` }],
        })),
        // Each that holds is seen in the result.
        workerSelectorAttachments: workers.map((own, index) => ({
          kind: "conditional",
          condition: rule(own),
          workerSelectors: [{ key: `s${index}`, labelOperator: "equal", value: index }],
        })),
        prioritizationRule: rule(priority),
      },
    ],
  };
}

/** Outcomes met, so that a test that meets only one of them is noticed. */
interface Met {
  readonly outcomes: Set<string>;
  attached: number;
}

/** The index, the generated code and what explains each condition by itself must agree. */
function checkAll(objects: RouterObjects, jobs: readonly Job[], met: Met): void {
  const plain = createEngine(objects);
  const looped = plain.with({ codegen: "never" });
  const generated = plain.with({ codegen: "always" });
  for (const one of jobs) {
    const explained = plain.explain(one).classification;
    expect(looped.classify(one)).toEqual(explained);
    expect(generated.classify(one)).toEqual(explained);
    met.outcomes.add(explained.outcome === "failed" ? "failed" : explained.queueFrom);
    if (explained.outcome !== "failed") met.attached += explained.attachedWorkerSelectors.length;
  }
}

const allOutcomes = ["failed", "fallback", "selectors"];

test("hundreds of rules give what explain explains", () => {
  const met: Met = { outcomes: new Set(), attached: 0 };
  const jobs = fc.array(job, { minLength: 30, maxLength: 40 });
  fc.assert(
    fc.property(conditions, conditions, jobs, (queues, workers, some) =>
      checkAll(objectsOf(queues.slice(0, 100), workers), some, met),
    ),
    { numRuns: 6, endOnFailure: true },
  );
  expect([...met.outcomes].sort()).toEqual(allOutcomes);
  expect(met.attached).toBeGreaterThan(1_000);
});

/** As the compiler writes a `match`: a rule holds where no earlier one does. */
function guarded(list: readonly string[]): readonly string[] {
  return list.map((own, index) =>
    [own, ...list.slice(0, index).map((earlier) => `!(${earlier})`)].join(" && "),
  );
}

test.each([1, 2, 3, 5, 8, 13, 34, 60])("%i rules give what explain explains", (size) => {
  const met: Met = { outcomes: new Set(), attached: 0 };
  const terms = fc.array(oneTest, { minLength: 1, maxLength: 3 }).map((own) => own.join(" && "));
  const list = fc.array(terms, { minLength: size, maxLength: size });
  const jobs = fc.array(job, { minLength: 20, maxLength: 30 });
  fc.assert(
    fc.property(list, list, jobs, (queues, workers, some) => {
      checkAll(objectsOf(queues, workers), some, met);
      // Many rules that all attach contradict each other; of a match one decides. A guard for each
      // earlier rule would make a formula too long.
      checkAll(objectsOf(guarded(queues.slice(0, 6)), workers), some, met);
    }),
    { numRuns: 3 + Math.ceil(40 / size), endOnFailure: true },
  );
  expect([...met.outcomes].sort()).toEqual(allOutcomes);
  expect(met.attached).toBeGreaterThan(20);
});
