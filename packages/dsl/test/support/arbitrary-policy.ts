/**
 * Random policies that mean something: well-typed text with declared labels, queues, lets and one
 * classification policy `subject`, together with jobs whose labels have declared values, or are
 * missing: now and then even one that should not be.
 */
import fc from "fast-check";

export interface RandomPolicy {
  readonly text: string;
  readonly jobs: readonly RandomJob[];
}

export interface RandomJob {
  readonly labels: ReadonlyMap<string, string | number | boolean>;
  readonly queueId: string | undefined;
  readonly priority: number;
  /** Where a weighted choice falls. */
  readonly choice: number;
}

type Scalar = string | number | boolean;

interface Label {
  /** As written after `job.` */
  readonly written: string;
  readonly key: string;
  readonly type: "text" | "number" | "boolean";
  readonly optional: boolean;
  readonly declared: string;
  /** Values that jobs carry and conditions name. */
  readonly values: readonly Scalar[];
  /** Whether `values` are the only ones, as declared. */
  readonly closed: boolean;
}

const pool: readonly Omit<Label, "optional">[] = [
  set("region", ["NA", "EU", "APAC"]),
  set("product", ["xbox", "surface", "office"]),
  set("tier", [1, 2, 3]),
  { ...scalar("waits", "number", [0, 1, 5, 49, 50, 51, 100]), declared: "0..100" },
  scalar("value", "number", [-3, 0, 0.5, 7, 120, 2 ** 53, 10 ** 20]),
  scalar("topic", "text", ["", "a", "bill", "Billing", 'say "hi"', "it's"]),
  scalar("vip", "boolean", [true, false]),
  scalar("fresh", "boolean", [true, false]),
  { ...set("odd key", ["x", "y"]), written: "'odd key'" },
  { ...scalar("constructor", "text", ["p", "q"]) },
  { ...scalar("__proto__", "boolean", [true, false]) },
  { ...scalar("Is", "number", [0, 1, 2]) },
];

function set(key: string, values: readonly Scalar[]): Omit<Label, "optional"> {
  const type = typeof values[0] === "number" ? "number" : "text";
  return {
    written: key,
    key,
    type,
    declared: values.map(literal).join(" | "),
    values,
    closed: true,
  };
}

function scalar(
  key: string,
  type: Label["type"],
  values: readonly Scalar[],
): Omit<Label, "optional"> {
  return { written: key, key, type, declared: type, values, closed: type === "boolean" };
}

function literal(value: Scalar): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The job labels of one policy: all of the pool, each of them optional or not. */
const labelsArbitrary: fc.Arbitrary<readonly Label[]> = fc
  .tuple(...pool.map(() => fc.boolean()))
  .map((optional) =>
    pool.map((label, index) => ({ ...label, optional: optional[index] === true })),
  );

// ── Conditions and values ───────────────────────────────────────────────────────────────────

const comparisons = ["==", "!=", "<", "<=", ">", ">="] as const;

interface Names {
  readonly labels: readonly Label[];
  /** Conditions by these names were declared before. */
  readonly lets: readonly string[];
}

function job(label: Label): string {
  return `job.${label.written}`;
}

function ofType(names: Names, type: Label["type"]): readonly Label[] {
  return names.labels.filter((label) => label.type === type);
}

function atom(names: Names): fc.Arbitrary<string> {
  const any = fc.constantFrom(...names.labels);
  const numbers = fc.constantFrom(...ofType(names, "number"));
  const texts = fc.constantFrom(...ofType(names, "text"));
  const booleans = fc.constantFrom(...ofType(names, "boolean"));
  const literalOf = (label: Label): fc.Arbitrary<string> =>
    fc.constantFrom(...label.values).map(literal);
  const equality = any.chain((label) =>
    fc
      .tuple(fc.constantFrom("==", "!="), literalOf(label), fc.boolean())
      .map(([operator, value, mirrored]) =>
        mirrored ? `${value} ${operator} ${job(label)}` : `${job(label)} ${operator} ${value}`,
      ),
  );
  const ordering = numbers.chain((label) =>
    fc
      .tuple(fc.constantFrom("<", "<=", ">", ">="), literalOf(label))
      .map(([operator, value]) => `${job(label)} ${operator} ${value}`),
  );
  const bare = fc
    .tuple(booleans, fc.boolean())
    .map(([label, not]) => `${not ? "not " : ""}${job(label)}`);
  const list = fc
    .constantFrom(...names.labels.filter((label) => label.type !== "boolean"))
    .chain((label) =>
      fc
        .tuple(fc.uniqueArray(literalOf(label), { minLength: 1, maxLength: 3 }), fc.boolean())
        .map(([values, not]) => `${job(label)} ${not ? "not " : ""}in [${values.join(", ")}]`),
    );
  const range = fc
    .tuple(fc.constantFrom(...ofType(names, "number")), fc.boolean())
    .map(
      ([label, not]) => `${job(label)} ${not ? "not " : ""}in 1..${label.key === "tier" ? 2 : 60}`,
    );
  const presence = fc
    .constantFrom(...names.labels)
    .chain((label) =>
      label.optional
        ? fc.constantFrom("missing", "present").map((word) => `${job(label)} is ${word}`)
        : equality,
    );
  const functions = fc
    .tuple(
      texts,
      fc.constantFrom("startsWith", "endsWith", "contains"),
      fc.constantFrom("", "b", "A", "EU", "i"),
    )
    .map(([label, name, part]) => `${name}(${job(label)}, ${literal(part)})`);
  const twoLabels = fc
    .tuple(numbers, numbers, fc.constantFrom(...comparisons))
    .filter(([left, right]) => left.key !== right.key)
    .map(([left, right, operator]) => `${job(left)} ${operator} ${job(right)}`);
  const sums = fc
    .tuple(number(names), fc.constantFrom(...comparisons), fc.integer({ min: -5, max: 60 }))
    .map(([left, operator, right]) => `${left} ${operator} ${right}`);
  const lengths = texts.map((label) => `len(${job(label)}) > 2`);
  const named = names.lets.length === 0 ? equality : fc.constantFrom(...names.lets);
  return fc.oneof(
    { weight: 6, arbitrary: equality },
    { weight: 3, arbitrary: ordering },
    { weight: 3, arbitrary: bare },
    { weight: 2, arbitrary: list },
    { weight: 1, arbitrary: range },
    { weight: 2, arbitrary: presence },
    { weight: 1, arbitrary: functions },
    { weight: 1, arbitrary: twoLabels },
    { weight: 1, arbitrary: sums },
    { weight: 1, arbitrary: lengths },
    { weight: 2, arbitrary: named },
  );
}

function condition(names: Names, depth: number): fc.Arbitrary<string> {
  if (depth === 0) return atom(names);
  const inner = condition(names, depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: atom(names) },
    { weight: 2, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `(${a}) and (${b})`) },
    { weight: 2, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `(${a}) or (${b})`) },
    { weight: 1, arbitrary: inner.map((a) => `not (${a})`) },
    {
      weight: 1,
      arbitrary: fc.tuple(inner, inner, inner).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
    },
  );
}

/** Small sums, products and functions of number labels. */
function number(names: Names): fc.Arbitrary<string> {
  const label = fc.constantFrom(...ofType(names, "number")).map(job);
  const small = fc.integer({ min: 0, max: 9 }).map(String);
  return fc.oneof(
    fc.tuple(label, fc.constantFrom("+", "-", "*"), small).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(label, label).map(([a, b]) => `${a} + ${b} * 2`),
    fc.tuple(label, small).map(([a, b]) => `max(${a}, ${b})`),
    label.map((a) => `abs(-${a})`),
  );
}

// ── Queues, priorities, statements ──────────────────────────────────────────────────────────

const queueNames = ["alpha", "beta", "gamma", "delta"] as const;
const queueName = fc.constantFrom(...queueNames);

const queueDeclarations: fc.Arbitrary<string> = fc
  .tuple(
    ...queueNames.map((name, index) =>
      fc
        .record({
          region: fc.constantFrom("NA", "EU", "APAC"),
          product: fc.constantFrom("xbox", "surface", "office"),
          level: fc.integer({ min: 0, max: 5 }),
          tier: fc.constantFrom(1, 2, 3),
        })
        .map(
          (labels) =>
            `queue ${name} { ${index % 2 === 0 ? `id "q-${9 - index}"` : ""} distribution plain labels { region: "${labels.region}", product: "${labels.product}", level: ${labels.level}, tier: ${labels.tier} } }`,
        ),
    ),
  )
  .map((all) => all.join("\n"));

function labelMatch(): fc.Arbitrary<string> {
  const parts = [
    fc.constantFrom("xbox", "surface", "office").map((value) => `product == "${value}"`),
    fc.constant("region == job.region"),
    fc.constant("tier == job.tier"),
    fc.constant("tier <= job.tier"),
    fc.integer({ min: 0, max: 4 }).map((value) => `level >= ${value}`),
  ];
  return fc
    .subarray(parts, { minLength: 1, maxLength: 2 })
    .chain((chosen) => fc.tuple(...chosen))
    .map((all) => `queue where ${all.join(" and ")}`);
}

function outcome(names: Names, depth: number): fc.Arbitrary<string> {
  if (depth === 0) return queueName;
  return fc.oneof(
    { weight: 6, arbitrary: queueName },
    { weight: 2, arbitrary: labelMatch() },
    { weight: 1, arbitrary: queueMatch(names, depth - 1) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition(names, 0), queueName, queueName)
        .map(([test, a, b]) => `if ${test} then ${a} else ${b}`),
    },
  );
}

function queueMatch(names: Names, depth: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(fc.tuple(condition(names, 1), outcome(names, depth)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.option(outcome(names, 0), { nil: undefined }),
    )
    .map(([arms, otherwise]) => match(arms, otherwise));
}

function match(
  arms: readonly (readonly [string, string])[],
  otherwise: string | undefined,
): string {
  const lines = arms.map(([test, value]) => `when ${test} -> ${value}\n`);
  return `match {\n${lines.join("")}${otherwise === undefined ? "" : `otherwise -> ${otherwise}\n`}}`;
}

function queueValue(names: Names): fc.Arbitrary<string> {
  const split = fc
    .tuple(
      fc.integer({ min: 1, max: 99 }),
      fc.uniqueArray(queueName, { minLength: 2, maxLength: 2 }),
    )
    .map(([percent, [a, b]]) => `split { ${percent}% -> ${a} ${100 - percent}% -> ${b} }`);
  return fc.oneof(
    { weight: 1, arbitrary: queueName },
    { weight: 1, arbitrary: labelMatch() },
    { weight: 1, arbitrary: split },
    { weight: 7, arbitrary: queueMatch(names, 1) },
  );
}

function priorityValue(names: Names): fc.Arbitrary<string> {
  const constant = fc.integer({ min: -100, max: 100 }).map(String);
  const value = fc.oneof(
    { weight: 4, arbitrary: constant },
    { weight: 1, arbitrary: number(names) },
  );
  return fc.oneof(
    constant,
    value,
    fc
      .tuple(fc.array(fc.tuple(condition(names, 2), value), { minLength: 1, maxLength: 5 }), value)
      .map(([arms, otherwise]) => match(arms, otherwise)),
    fc
      .tuple(condition(names, 1), value, value)
      .map(([test, a, b]) => `if ${test} then ${a} else ${b}`),
  );
}

const workerRequirement: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...comparisons), fc.integer({ min: 1, max: 9 }))
    .map(([operator, value]) => `require worker.skill ${operator} ${value}`),
  fc.integer({ min: 1, max: 9 }).map((value) => `require ${value} <= worker.skill`),
  fc.constantFrom("en", "fr").map((value) => `require worker.language == "${value}"`),
  fc.constantFrom(
    "require worker.manager",
    "require not worker.manager",
    "require worker.manager == false",
  ),
  fc.constant('require worker.language == "en" and worker.skill >= 3'),
);

const passThroughRequirement: fc.Arbitrary<string> = fc.constantFrom(
  "require worker.region == job.region",
  "require worker.region != job.region",
  "require worker.tier >= job.tier",
  "require worker.zone == job.region",
);

const extras: fc.Arbitrary<string> = fc.constantFrom(
  "",
  "",
  " for 30s",
  " for 5m expedite",
  " expedite false",
);

function requirements(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(workerRequirement, extras).map((parts) => parts.join("")) },
    { weight: 1, arbitrary: passThroughRequirement },
    { weight: 1, arbitrary: fc.constant("require worker.region == job.region for 2m") },
  );
}

function statement(names: Names, depth: number): fc.Arbitrary<string> {
  if (depth === 0) return requirements();
  const body = fc
    .array(statement(names, depth - 1), { minLength: 1, maxLength: 2 })
    .map((all) => `{ ${all.join("\n")} }`);
  const constants = fc
    .array(workerRequirement, { minLength: 1, maxLength: 2 })
    .map((all) => `{ ${all.join("\n")} }`);
  return fc.oneof(
    { weight: 3, arbitrary: requirements() },
    {
      weight: 3,
      arbitrary: fc.tuple(condition(names, 1), body).map(([test, all]) => `when ${test} ${all}`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.array(fc.tuple(condition(names, 1), constants), { minLength: 1, maxLength: 3 }),
          fc.option(constants, { nil: undefined }),
        )
        .map(
          ([arms, otherwise]) =>
            `match {\n${arms.map(([test, all]) => `when ${test} ${all}\n`).join("")}${
              otherwise === undefined ? "" : `otherwise ${otherwise}\n`
            }}`,
        ),
    },
  );
}

const splitStatement: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 1, max: 99 }), workerRequirement, workerRequirement)
  .map(([percent, a, b]) => `split { ${percent}% { ${a} } ${100 - percent}% { ${b} } }`);

function table(names: Names): fc.Arbitrary<string> {
  const closed = names.labels.filter((label) => label.closed);
  return fc.subarray(closed as Label[], { minLength: 1, maxLength: 3 }).chain((inputs) => {
    const cell = (label: Label): fc.Arbitrary<string> =>
      fc.oneof(
        { weight: 2, arbitrary: fc.constant("_") },
        { weight: 4, arbitrary: fc.constantFrom(...label.values).map(literal) },
        {
          weight: 1,
          arbitrary: fc
            .uniqueArray(fc.constantFrom(...label.values).map(literal), {
              minLength: 2,
              maxLength: 2,
            })
            .map((values) => values.join(" | ")),
        },
        { weight: 1, arbitrary: fc.constant(label.optional ? "missing" : "_") },
      );
    const row = fc
      .tuple(fc.tuple(...inputs.map(cell)), queueName, fc.integer({ min: -9, max: 99 }))
      .map(([cells, queue, priority]) => `${cells.join(", ")} -> ${queue}, ${priority}`);
    return fc
      .tuple(fc.array(row, { minLength: 1, maxLength: 5 }), queueName)
      .map(
        ([rows, last]) =>
          `table (${inputs.map(job).join(", ")}) -> (queue, priority) {\n${rows.join("\n")}\notherwise -> ${last}, 7\n}`,
      );
  });
}

const queueRequirements: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(
    fc.constantFrom("require queue.region == job.region", "require queue.tier == job.tier"),
    fc.integer({ min: 0, max: 4 }).map((level) => `require queue.level >= ${level}`),
    queueName.map((name) => `when job.vip { require queue == ${name} }`),
    queueName.map((name) => `require queue == ${name}`),
  ),
  { minLength: 1, maxLength: 2 },
);

// ── The whole ───────────────────────────────────────────────────────────────────────────────

const fixedLabels = `labels worker {
  language: text
  skill: 0..10
  manager: boolean
  region: "NA" | "EU" | "APAC"
  zone: text
  tier: 1 | 2 | 3
}
labels queue {
  region: "NA" | "EU" | "APAC"
  product: "xbox" | "surface" | "office"
  level: 0..5
  tier: 1 | 2 | 3
}
distribution plain { mode longest idle expire after 60s }
`;

function policyText(labels: readonly Label[]): fc.Arbitrary<string> {
  const names: Names = { labels, lets: ["steady", "busy"] };
  const bare: Names = { labels, lets: [] };
  const routing = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.option(queueValue(names), { nil: undefined }),
          fc.option(priorityValue(names), { nil: undefined }),
        )
        .map(([queue, priority]) =>
          [
            queue === undefined ? "" : `queue = ${queue}`,
            priority === undefined ? "" : `priority = ${priority}`,
          ].join("\n"),
        ),
    },
    { weight: 1, arbitrary: table(names) },
    { weight: 1, arbitrary: queueRequirements.map((all) => all.join("\n")) },
  );
  return fc
    .record({
      queues: queueDeclarations,
      steady: condition(bare, 1),
      busy: condition(bare, 1),
      routing,
      fallback: fc.option(queueName, { nil: undefined }),
      statements: fc.array(statement(names, 2), { maxLength: 4 }),
      split: fc.option(splitStatement, { nil: undefined }),
    })
    .map(({ queues, steady, busy, routing: rules, fallback, statements, split }) => {
      const declared = labels.map(
        (label) => `  ${label.written}${label.optional ? "?" : ""}: ${label.declared}\n`,
      );
      const items = [
        rules,
        fallback === undefined ? "" : `fallback ${fallback}`,
        ...statements,
        split ?? "",
      ];
      return `labels job {\n${declared.join("")}}\n${fixedLabels}${queues}\nlet steady = ${steady}\nlet busy = ${busy}\nclassification subject {\n${items.join("\n")}\n}\n`;
    });
}

function randomJob(labels: readonly Label[]): fc.Arbitrary<RandomJob> {
  return fc
    .record({
      values: fc.tuple(
        ...labels.map((label) => {
          const value = fc.constantFrom(...label.values);
          // Callers forget labels that have to be there, too.
          return fc.option(value, { nil: undefined, freq: label.optional ? 3 : 15 });
        }),
      ),
      queueId: fc.option(fc.constantFrom("q-9", "beta", "elsewhere"), { nil: undefined }),
      priority: fc.integer({ min: -100, max: 100 }),
      choice: fc.integer({ min: 0, max: 999 }).map((thousandths) => thousandths / 1000),
    })
    .map(({ values, queueId, priority, choice }) => ({
      labels: new Map(
        labels.flatMap((label, index) => {
          const value = values[index];
          return value === undefined ? [] : [[label.key, value] as const];
        }),
      ),
      queueId,
      priority,
      choice,
    }));
}

/** A policy and `jobs` jobs for it. */
export function randomPolicy(jobs: number): fc.Arbitrary<RandomPolicy> {
  return labelsArbitrary.chain((labels) =>
    fc.record({
      text: policyText(labels),
      jobs: fc.array(randomJob(labels), { minLength: jobs, maxLength: jobs }),
    }),
  );
}
