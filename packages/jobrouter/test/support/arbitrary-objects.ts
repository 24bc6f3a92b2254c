import type {
  ClassificationPolicy,
  DistributionMode,
  DistributionPolicy,
  ExceptionAction,
  ExceptionPolicy,
  Labels,
  LabelValue,
  Queue,
  QueueSelector,
  QueueSelectorAttachment,
  RouterObjects,
  RouterRule,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import { labelOperators } from "@routewright/jobrouter";
import fc from "fast-check";

// Random Job Router objects of every kind, as hostile as the API allows and the language can
// say: ids in the safe alphabet, weights that sum to 1, priorities and counts in range,
// formulas that Power Fx reads. Not in canonical form on purpose (empty lists, any order).

/** Texts that break printers: quotes, escapes, line ends, comment marks, other scripts. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("NA", "EU", "xbox", "en", "vip", "main") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      '"',
      "'",
      '""',
      "\\",
      "\\n",
      "a\nb",
      "a\r\nb",
      "\t",
      "\u0000",
      "// no comment",
      "/* none */",
      '"""',
      `\${HOME}`,
      "é\u0301ß",
      "日本語",
      "😀",
      "\u2028",
      "true",
      "12",
      "-->",
    ),
  },
);

/** Label keys, among them those that are dangerous in JavaScript. */
export const labelKey: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("region", "product", "language", "vip", "Id", "xbox") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "Some-Skill",
      "with space",
      "it's",
      'say "hi"',
      "when",
      "require",
      "true",
      "7",
      "10",
      "größe",
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "binary", minLength: 1, maxLength: 8 })
      // A quoted key of the language stands on one line.
      .filter((key) => !/[\r\n]/u.test(key)),
  },
);

const plainNumber = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0.5, 0.1, -2.25, 1e21, 1e-7, 123456789.125, 2 ** 53),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

export const labelValue: fc.Arbitrary<LabelValue> = fc.oneof(
  hostileText,
  plainNumber,
  fc.boolean(),
);

export const labels: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.tuple(labelKey, labelValue), { selector: ([key]) => key, maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

const seconds = fc.oneof(
  fc.integer({ min: 1, max: 200_000 }),
  fc.constantFrom(0.5, 45, 60, 90, 300, 3600, 86_400, 1.001, 1e-3),
);

const safeId = fc.oneof(
  fc.constantFrom("main", "Main", "XBOX_NA_QUEUE", "a-b", "when", "queue", "job", "none", "x.y"),
  fc
    .string({
      unit: fc.constantFrom(..."abcXYZ019_.-"),
      minLength: 1,
      maxLength: 50,
    })
    .filter((id) => !/^\.\.?$/u.test(id)),
  fc.uuid(),
);

const operator = fc.constantFrom(...labelOperators);

const queueSelector: fc.Arbitrary<QueueSelector> = fc.record(
  { key: labelKey, labelOperator: operator, value: labelValue },
  { requiredKeys: ["key", "labelOperator"] },
);

export const workerSelector: fc.Arbitrary<WorkerSelector> = fc.record(
  {
    key: labelKey,
    labelOperator: operator,
    value: labelValue,
    expiresAfterSeconds: seconds,
    expedite: fc.boolean(),
  },
  { requiredKeys: ["key", "labelOperator"] },
);

// ── Formulas ────────────────────────────────────────────────────────────────────────────────

function fxText(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function fxField(root: "job" | "worker", key: string): string {
  return /^[A-Za-z]\w*$/u.test(key) && !["true", "false"].includes(key)
    ? `${root}.${key}`
    : `${root}.'${key.replaceAll("'", "''")}'`;
}

/** Keys that a formula may name: no control characters, which no one has seen in one. */
const formulaKey = labelKey.filter(
  (key) => !/\p{C}|[\u2028\u2029]/u.test(key) && key.trim() !== "",
);

/** One type a key, so that the formulas of one set of objects can hold together. */
const typedKeys = {
  text: fc.constantFrom("region", "product", "language", "Some-Skill", "it's"),
  number: fc.constantFrom("tier", "wait-time", "xbox"),
  boolean: fc.constantFrom("vip", "Escalated", "with space"),
} as const;

function condition(root: "job" | "worker"): fc.Arbitrary<string> {
  const atom = fc.oneof(
    fc
      .tuple(typedKeys.text, fc.constantFrom("=", "<>"), hostileText)
      .map(([key, op, value]) => `${fxField(root, key)} ${op} ${fxText(value)}`),
    fc
      .tuple(
        typedKeys.number,
        fc.constantFrom("=", "<>", "<", "<=", ">", ">="),
        fc.integer({ min: -50, max: 50 }),
      )
      .map(([key, op, value]) => `${fxField(root, key)} ${op} ${value}`),
    fc
      .tuple(typedKeys.boolean, fc.constantFrom("true", "false"))
      .map(([key, value]) => `${fxField(root, key)} = ${value}`),
    typedKeys.boolean.map((key) => fxField(root, key)),
    fc.tuple(typedKeys.boolean).map(([key]) => `!${fxField(root, key)}`),
    fc
      .tuple(typedKeys.text, typedKeys.text)
      .map(([a, b]) => `${fxField(root, a)} = ${fxField(root, b)}`),
    fc
      .tuple(typedKeys.text, fc.constantFrom("XB", "e"))
      .map(([key, value]) => `StartsWith(${fxField(root, key)}, ${fxText(value)})`),
    fc.constantFrom("1 = 1", "true", "1=1", " true // always\n", "/* x */ false"),
  );
  return fc.oneof(
    { weight: 4, arbitrary: atom },
    {
      weight: 2,
      arbitrary: fc
        .tuple(atom, fc.constantFrom(" && ", " || ", " And ", " Or "), atom)
        .map(([a, op, b]) => (a.includes("//") || b.includes("//") ? "true" : `${a}${op}${b}`)),
    },
    {
      weight: 1,
      arbitrary: atom
        .filter((text) => !text.includes("//"))
        .map((text) => `If(${text}, true, false)`),
    },
    {
      weight: 1,
      arbitrary: atom.filter((text) => !text.includes("//")).map((text) => `Not(${text})`),
    },
  );
}

/** A number: what priorities and scores want. */
function numeric(root: "job" | "worker"): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    fc.integer({ min: -100, max: 100 }).map(String),
    typedKeys.number.map((key) => fxField(root, key)),
  );
  return fc.oneof(
    leaf,
    fc
      .tuple(condition(root), leaf, leaf)
      .map(([test, a, b]) => (test.includes("//") ? a : `If(${test}, ${a}, ${b})`)),
    fc
      .tuple(condition(root), leaf, condition(root), leaf, leaf)
      .map(([one, a, two, b, c]) =>
        `${one}${two}`.includes("//") ? a : `If(${one}, ${a}, ${two}, ${b}, ${c})`,
      ),
    fc.tuple(leaf, fc.constantFrom(" + ", " - ", "*"), leaf).map(([a, op, b]) => `${a}${op}${b}`),
    fc.tuple(leaf, leaf).map(([a, b]) => `Min(${a}, ${b})`),
  );
}

const idFormula = fc
  .tuple(condition("job"), safeId, safeId)
  .map(([test, a, b]) => (test.includes("//") ? fxText(a) : `If(${test}, "${a}", "${b}")`));

/** A formula that only names labels of hostile keys: always read, never converted to one type. */
const anyFormula = fc
  .tuple(formulaKey, formulaKey)
  .map(([a, b]) => `${fxField("job", a)} = ${fxField("job", b)}`);

function expression(formula: fc.Arbitrary<string>): fc.Arbitrary<RouterRule> {
  return formula.map((text) => ({ kind: "expression", expression: text }));
}

const uri = fc.constantFrom(
  "https://contoso.azurewebsites.net/api/score",
  "https://example.org/a?b=c&d=%20",
  'https://example.org/"quoted"',
);
const credentialText = fc.constantFrom("k3y", "k3y", "another key", 'with "quotes"', "");

const remoteRule: fc.Arbitrary<RouterRule> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("function" as const),
      functionUri: uri,
      credential: fc.record(
        { functionKey: credentialText, appKey: credentialText, clientId: hostileText },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["kind", "functionUri"] },
  ),
  fc.record(
    {
      kind: fc.constant("webhook" as const),
      authorizationServerUri: uri,
      clientCredential: fc.record(
        { clientId: hostileText, clientSecret: credentialText },
        { requiredKeys: [] },
      ),
      webhookUri: uri,
    },
    { requiredKeys: ["kind"] },
  ),
);

const staticRule = (value: fc.Arbitrary<LabelValue>): fc.Arbitrary<RouterRule> =>
  fc.record({ kind: fc.constant("static" as const), value }, { requiredKeys: ["kind"] });

const conditionRule = fc.oneof(
  { weight: 6, arbitrary: expression(condition("job")) },
  { weight: 1, arbitrary: expression(anyFormula) },
  { weight: 1, arbitrary: staticRule(labelValue) },
  { weight: 1, arbitrary: remoteRule },
);

const selectorRule = fc.oneof(
  expression(idFormula),
  staticRule(labelValue),
  remoteRule,
  fc.constant<RouterRule>({ kind: "directMap" }),
);

const priorityRule = fc.oneof(
  { weight: 4, arbitrary: expression(numeric("job")) },
  { weight: 2, arbitrary: staticRule(fc.integer({ min: -100, max: 100 })) },
  { weight: 1, arbitrary: staticRule(labelValue) },
  { weight: 1, arbitrary: remoteRule },
);

const scoringRule = fc.oneof(
  { weight: 4, arbitrary: expression(numeric("worker")) },
  { weight: 1, arbitrary: staticRule(labelValue) },
  { weight: 1, arbitrary: remoteRule },
);

// ── Attachments ─────────────────────────────────────────────────────────────────────────────

const weights = fc.oneof(
  fc.constantFrom([1], [0.3, 0.7], [0.5, 0.25, 0.25], [0.333, 0.667], [0, 1], [0.1, 0.2, 0.7]),
  fc.integer({ min: 0, max: 1000 }).map((part) => [part / 1000, (1000 - part) / 1000]),
);

const queueAttachment: fc.Arbitrary<QueueSelectorAttachment> = fc.oneof(
  fc.record({ kind: fc.constant("static" as const), queueSelector }),
  fc.record({
    kind: fc.constant("conditional" as const),
    condition: conditionRule,
    queueSelectors: fc.array(queueSelector, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("passThrough" as const), key: labelKey, labelOperator: operator }),
  fc.record({ kind: fc.constant("ruleEngine" as const), rule: selectorRule }),
  weights.chain((shares) =>
    fc
      .array(fc.array(queueSelector, { maxLength: 2 }), {
        minLength: shares.length,
        maxLength: shares.length,
      })
      .map((lists) => ({
        kind: "weightedAllocation" as const,
        allocations: lists.map((queueSelectors, index) => ({
          weight: shares[index] ?? 0,
          queueSelectors,
        })),
      })),
  ),
);

const workerAttachment: fc.Arbitrary<WorkerSelectorAttachment> = fc.oneof(
  fc.record({ kind: fc.constant("static" as const), workerSelector }),
  fc.record({
    kind: fc.constant("conditional" as const),
    condition: conditionRule,
    workerSelectors: fc.array(workerSelector, { maxLength: 3 }),
  }),
  fc.record(
    {
      kind: fc.constant("passThrough" as const),
      key: labelKey,
      labelOperator: operator,
      expiresAfterSeconds: seconds,
    },
    { requiredKeys: ["kind", "key", "labelOperator"] },
  ),
  fc.record({ kind: fc.constant("ruleEngine" as const), rule: selectorRule }),
  weights.chain((shares) =>
    fc
      .array(fc.array(workerSelector, { maxLength: 2 }), {
        minLength: shares.length,
        maxLength: shares.length,
      })
      .map((lists) => ({
        kind: "weightedAllocation" as const,
        allocations: lists.map((workerSelectors, index) => ({
          weight: shares[index] ?? 0,
          workerSelectors,
        })),
      })),
  ),
);

// ── Objects ─────────────────────────────────────────────────────────────────────────────────

const counts = {
  minConcurrentOffers: fc.integer({ min: 1, max: 5 }),
  maxConcurrentOffers: fc.integer({ min: 5, max: 20 }),
  bypassSelectors: fc.boolean(),
};

const mode: fc.Arbitrary<DistributionMode> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom("longestIdle" as const, "roundRobin" as const), ...counts },
    { requiredKeys: ["kind"] },
  ),
  fc.record(
    {
      kind: fc.constant("bestWorker" as const),
      scoringRule,
      scoringRuleOptions: fc.record(
        {
          batchSize: fc.integer({ min: 1, max: 100 }),
          scoringParameters: fc.uniqueArray(
            fc.constantFrom("jobLabels" as const, "workerSelectors" as const),
          ),
          isBatchScoringEnabled: fc.boolean(),
          descendingOrder: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      ...counts,
    },
    { requiredKeys: ["kind"] },
  ),
);

const distributionPolicy: fc.Arbitrary<DistributionPolicy> = fc.record(
  { id: safeId, name: hostileText, offerExpiresAfterSeconds: seconds, mode },
  { requiredKeys: ["id"] },
);

function exceptionAction(ids: fc.Arbitrary<string>): fc.Arbitrary<ExceptionAction> {
  return fc.oneof(
    fc.record(
      {
        kind: fc.constant("cancel" as const),
        id: hostileText,
        note: hostileText,
        dispositionCode: hostileText,
      },
      { requiredKeys: ["kind"] },
    ),
    fc.record(
      {
        kind: fc.constant("manualReclassify" as const),
        id: hostileText,
        queueId: ids,
        priority: fc.integer({ min: -100, max: 100 }),
        workerSelectors: fc.array(workerSelector, { maxLength: 3 }),
      },
      { requiredKeys: ["kind"] },
    ),
    fc.record(
      {
        kind: fc.constant("reclassify" as const),
        id: hostileText,
        classificationPolicyId: ids,
        labelsToUpsert: labels,
      },
      { requiredKeys: ["kind"] },
    ),
  );
}

function exceptionPolicy(ids: fc.Arbitrary<string>): fc.Arbitrary<ExceptionPolicy> {
  return fc.record(
    {
      id: safeId,
      name: hostileText,
      exceptionRules: fc.uniqueArray(
        fc.record({
          id: safeId,
          trigger: fc.oneof(
            fc.record({
              kind: fc.constant("queueLength" as const),
              threshold: fc.integer({ min: 1, max: 1000 }),
            }),
            fc.record({ kind: fc.constant("waitTime" as const), thresholdSeconds: seconds }),
          ),
          actions: fc.array(exceptionAction(ids), { maxLength: 3 }),
        }),
        { selector: (rule) => rule.id, maxLength: 3 },
      ),
    },
    { requiredKeys: ["id"] },
  );
}

function queue(ids: fc.Arbitrary<string>): fc.Arbitrary<Queue> {
  return fc
    .record(
      {
        id: safeId,
        name: hostileText,
        distributionPolicyId: ids,
        labels,
        exceptionPolicyId: ids,
        echoed: fc.boolean(),
      },
      { requiredKeys: ["id", "echoed"] },
    )
    .map(({ echoed, ...item }) => {
      const entries = Object.entries(item.labels ?? {}).filter(([key]) => key !== "Id");
      return echoed
        ? { ...item, labels: Object.fromEntries([...entries, ["Id", item.id] as const]) }
        : {
            ...item,
            ...(item.labels === undefined ? {} : { labels: Object.fromEntries(entries) }),
          };
    });
}

function classificationPolicy(ids: fc.Arbitrary<string>): fc.Arbitrary<ClassificationPolicy> {
  return fc.record(
    {
      id: safeId,
      name: hostileText,
      fallbackQueueId: ids,
      queueSelectorAttachments: fc.array(queueAttachment, { maxLength: 4 }),
      prioritizationRule: priorityRule,
      workerSelectorAttachments: fc.array(workerAttachment, { maxLength: 4 }),
    },
    { requiredKeys: ["id"] },
  );
}

const unique = { selector: (item: { readonly id: string }) => item.id, maxLength: 3 } as const;

/** Any set of objects; references often meet an object of the set, and often none. */
export const routerObjects: fc.Arbitrary<RouterObjects> = fc.record({
  distributionPolicies: fc.uniqueArray(distributionPolicy, unique),
  exceptionPolicies: fc.uniqueArray(exceptionPolicy(safeId), unique),
  queues: fc.uniqueArray(queue(safeId), unique),
  classificationPolicies: fc.uniqueArray(classificationPolicy(safeId), unique),
});
