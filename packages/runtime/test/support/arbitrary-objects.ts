import type {
  Job,
  Labels,
  LabelValue,
  QueueSelectorAttachment,
  RouterObjects,
  RouterRule,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import { labelOperators } from "@routewright/jobrouter";
import fc from "fast-check";

/** Few keys and values, so that conditions and selectors often hold; some keys are hostile. */
const queueIds = ["q1", "q2", "q3", "Q1", "elsewhere"];
const typedLabels: readonly (readonly [string, readonly LabelValue[]])[] = [
  ["region", ["NA", "EU", "na", ""]],
  ["vip", [true, false]],
  ["waits", [0, 5, 5.5, -3, 70]],
  ["__proto__", ["NA", "EU"]],
  ["constructor", [5, 6]],
  ["Some-Key", [true, false]],
];
const keys = [...typedLabels.map(([name]) => name), "Id"];
const values = [...typedLabels.flatMap(([, own]) => own), "5", 1e300];

const key = fc.constantFrom(...keys);
const value = fc.constantFrom(...values);
const typedLabel = fc
  .constantFrom(...typedLabels)
  .chain(([name, own]) => fc.constantFrom(...own).map((one) => [name, one] as const));
/** Mostly of the type that conditions expect. */
const label = fc.oneof(
  { weight: 40, arbitrary: typedLabel },
  { weight: 1, arbitrary: fc.tuple(key, value) },
);

/** Own keys only, `__proto__` among them. */
export const arbitraryLabels: fc.Arbitrary<Labels> = fc
  .array(label, { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));

const fieldOf = (name: string): string =>
  /^[A-Za-z]\w*$/.test(name) ? `job.${name}` : `job.'${name}'`;
const literalOf = (one: LabelValue): string => (typeof one === "string" ? `"${one}"` : String(one));
const field = key.map(fieldOf);
const literal = fc.constantFrom('"NA"', '"EU"', '""', "5", "5.5", "-3", "0", "true", "false");
const operand = fc.oneof(
  { weight: 6, arbitrary: field },
  { weight: 4, arbitrary: literal },
  { weight: 1, arbitrary: field.map((text) => `${text} * 2`) },
  { weight: 1, arbitrary: field.map((text) => `Len(${text})`) },
);
const join = (parts: readonly string[]): string => parts.join(" ");
const typedAtom = typedLabel.chain(([name, one]) =>
  fc.oneof(
    fc
      .constantFrom(...(typeof one === "number" ? ["=", "<>", "<", "<=", ">", ">="] : ["=", "<>"]))
      .map((operator) => `${fieldOf(name)} ${operator} ${literalOf(one)}`),
    fc.constant(`IsBlank(${fieldOf(name)})`),
    fc.constant(
      typeof one === "boolean"
        ? fieldOf(name)
        : typeof one === "string"
          ? `StartsWith(${fieldOf(name)}, "N")`
          : `${fieldOf(name)} * 2 + job.waits > 9`,
    ),
  ),
);
/** Of any type against any other: most of these fail on most jobs. */
const wildAtom = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<", ">="), operand).map(join),
  field,
  field.map((text) => `10 / ${text} > 1`),
  fc.constantFrom("true", "false", "Blank()", "1 / 0 = 1", "job. = 1"),
);
const atom = fc.oneof({ weight: 60, arbitrary: typedAtom }, { weight: 1, arbitrary: wildAtom });

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: atom },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition"))
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    },
    { weight: 1, arbitrary: tie("condition").map((term) => `!(${term})`) },
    { weight: 1, arbitrary: tie("condition").map((term) => `Not(${term})`) },
    { weight: 2, arbitrary: tie("condition").map((term) => `If(${term}, true, false)`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("condition"), tie("condition"), tie("condition"))
        .map(([when, then, otherwise]) => `If(${when}, ${then}, ${otherwise})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("condition"), tie("condition"))
        .map(([when, then]) => `If(${when}, ${then})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `And(${a}, ${b})`),
    },
  ),
}));
export const arbitraryCondition: fc.Arbitrary<string> = condition;

const leaf = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom("1", "10", "-5", "100", "0") },
  { weight: 1, arbitrary: fc.constantFrom("2.5", "500", '"7"', "true", "Blank()") },
  { weight: 1, arbitrary: field },
  { weight: 1, arbitrary: fc.constant("job.waits + 1") },
);
const { priority } = fc.letrec<{ priority: string }>((tie) => ({
  priority: fc.oneof(
    { maxDepth: 4 },
    { weight: 1, arbitrary: leaf },
    {
      weight: 3,
      arbitrary: fc
        .tuple(condition, tie("priority"), tie("priority"))
        .map(([when, then, otherwise]) => `If(${when}, ${then}, ${otherwise})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition, tie("priority"), condition, tie("priority"))
        .map(([a, b, c, d]) => `If(${a}, ${b}, ${c}, ${d})`),
    },
  ),
}));

const expression = (text: fc.Arbitrary<string>): fc.Arbitrary<RouterRule> =>
  text.map((formula) => ({ kind: "expression", expression: formula }));

const conditionRule = fc.oneof(
  { weight: 12, arbitrary: expression(condition) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<RouterRule>(
      { kind: "static", value: true },
      { kind: "static", value: "true" },
      { kind: "static" },
    ),
  },
);
const rareRule = fc.constantFrom<RouterRule>(
  { kind: "directMap" },
  { kind: "function", functionUri: "https://f.example/stubbed" },
  { kind: "function", functionUri: "https://f.example/unreachable" },
  { kind: "webhook", webhookUri: "https://f.example/fails" },
  { kind: "expression", expression: 'If(job.vip = true, "q1", "q2")' },
);

const selector: fc.Arbitrary<WorkerSelector> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...queueIds)
      .map((id) => ({ key: "Id", labelOperator: "equal" as const, value: id })),
  },
  {
    weight: 3,
    arbitrary: fc.record({ key, labelOperator: fc.constantFrom(...labelOperators), value }),
  },
);
const selectors = fc.array(selector, { maxLength: 2 });
const weight = fc.constantFrom(0, 0.3, 0.5, 0.7, 1);

const queueAttachment: fc.Arbitrary<QueueSelectorAttachment> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("conditional" as const),
      condition: conditionRule,
      queueSelectors: selectors,
    }),
  },
  {
    weight: 1,
    arbitrary: selector.map((queueSelector) => ({ kind: "static" as const, queueSelector })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("passThrough" as const),
      key,
      labelOperator: fc.constantFrom(...labelOperators),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("weightedAllocation" as const),
      allocations: fc.array(fc.record({ weight, queueSelectors: selectors }), { maxLength: 3 }),
    }),
  },
);
const workerAttachment: fc.Arbitrary<WorkerSelectorAttachment> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("conditional" as const),
      condition: conditionRule,
      workerSelectors: selectors,
    }),
  },
  {
    weight: 1,
    arbitrary: selector.map((workerSelector) => ({ kind: "static" as const, workerSelector })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("passThrough" as const),
      key,
      labelOperator: fc.constantFrom(...labelOperators),
      expiresAfterSeconds: fc.constant(60),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("weightedAllocation" as const),
      allocations: fc.array(fc.record({ weight, workerSelectors: selectors }), { maxLength: 3 }),
    }),
  },
);
const rareAttachment: fc.Arbitrary<QueueSelectorAttachment> = rareRule.map((rule) => ({
  kind: "ruleEngine",
  rule,
}));

const queues = fc
  .uniqueArray(fc.constantFrom("q1", "q2", "q3", "Q1"), { minLength: 1, maxLength: 4 })
  .chain((ids) => fc.tuple(...ids.map((id) => arbitraryLabels.map((labels) => ({ id, labels })))));

/** One classification policy `p` over a few queues; `rare`: with functions and rule engines. */
export function arbitraryObjects(rare: boolean): fc.Arbitrary<RouterObjects> {
  const prioritizationRule = fc.oneof(
    { weight: 4, arbitrary: expression(priority) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom<LabelValue>(5, "2", 300, true)
        .map((own): RouterRule => ({ kind: "static", value: own })),
    },
    ...(rare ? [{ weight: 1, arbitrary: rareRule }] : []),
  );
  return fc
    .record({
      queues,
      policy: fc.record(
        {
          id: fc.constant("p"),
          fallbackQueueId: fc.constantFrom("q1", "q2", "q1", "q2", "elsewhere"),
          queueSelectorAttachments: fc.array(
            rare
              ? fc.oneof(
                  { weight: 4, arbitrary: queueAttachment },
                  { weight: 1, arbitrary: rareAttachment },
                )
              : queueAttachment,
            { maxLength: 5 },
          ),
          prioritizationRule,
          workerSelectorAttachments: fc.array(workerAttachment, { maxLength: 5 }),
        },
        { requiredKeys: ["id"] },
      ),
    })
    .map(({ queues: list, policy }) => ({
      distributionPolicies: [],
      exceptionPolicies: [],
      queues: list,
      classificationPolicies: [policy],
    }));
}

export const arbitraryJob: fc.Arbitrary<Job> = fc.record(
  {
    classificationPolicyId: fc.constant("p"),
    labels: arbitraryLabels,
    queueId: fc.constantFrom("q1", "q2", "elsewhere"),
    priority: fc.constantFrom(-7, 3),
  },
  { requiredKeys: ["classificationPolicyId"] },
);
