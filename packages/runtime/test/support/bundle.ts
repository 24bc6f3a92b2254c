import type {
  Bundle,
  BundleTest,
  RouterObjects,
  SourceLocation,
  SourceMapping,
  TestExpectation,
} from "@routewright/jobrouter";

/** The words of a policy and the objects they mean, small enough to be tied together by hand. */
const source = `queue = match {
  when job.region == "NA" and job.vip -> xbox_na
  when job.region == "NA"             -> xbox_default
}
priority = if job.vip then 10 else 1
require worker.language == job.language
score worker.skill * 2
`;

export function at(words: string): SourceLocation {
  const start = source.indexOf(words);
  if (start < 0) throw new Error(`no such words: ${words}`);
  const before = source.slice(0, start);
  return {
    source: 0,
    start,
    end: start + words.length,
    line: before.split("\n").length,
    column: start - before.lastIndexOf("\n"),
  };
}

const policy = "/objects/classificationPolicies/0";
const vipRule = `${policy}/queueSelectorAttachments/0`;
const restRule = `${policy}/queueSelectorAttachments/1`;
const firstFormula = 'If(job.region = "NA", job.vip = true, false)';
// The second is guarded against the first.
const secondFormula = 'If(job.vip = true, false, job.region = "NA")';

export const objects: RouterObjects = {
  distributionPolicies: [
    {
      id: "skilled",
      mode: {
        kind: "bestWorker",
        scoringRule: { kind: "expression", expression: "worker.skill * 2" },
      },
    },
  ],
  exceptionPolicies: [],
  queues: [
    { id: "xbox_default", distributionPolicyId: "skilled" },
    { id: "xbox_na", distributionPolicyId: "skilled" },
  ],
  classificationPolicies: [
    {
      id: "xbox",
      fallbackQueueId: "xbox_default",
      queueSelectorAttachments: [firstFormula, secondFormula].map((expression, index) => ({
        kind: "conditional",
        condition: { kind: "expression", expression },
        queueSelectors: [
          { key: "Id", labelOperator: "equal", value: index === 0 ? "xbox_na" : "xbox_default" },
        ],
      })),
      prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
      workerSelectorAttachments: [{ kind: "passThrough", key: "language", labelOperator: "equal" }],
    },
  ],
};

function mapped(pointer: string, words: string): SourceMapping {
  return { pointer, location: at(words) };
}

function mappedAtoms(pointer: string, formula: string): readonly SourceMapping[] {
  const atoms = [
    ['job.region = "NA"', 'job.region == "NA"'],
    ["job.vip = true", "job.vip"],
  ] as const;
  return atoms.map(([text, words]) => {
    const start = formula.indexOf(text);
    return { pointer, formula: { start, end: start + text.length }, location: at(words) };
  });
}

/** Of the arms and the condition of `If(job.vip = true, 10, 1)`. */
function mappedPriority(): readonly SourceMapping[] {
  const pointer = `${policy}/prioritizationRule/expression`;
  const line = "if job.vip then 10 else 1";
  const inLine = (words: string): SourceLocation => {
    const whole = at(line);
    const start = whole.start + line.indexOf(words);
    const column = whole.column + line.indexOf(words);
    return { ...whole, start, end: start + words.length, column };
  };
  return [
    { pointer, formula: { start: 3, end: 17 }, location: inLine("job.vip") },
    { pointer, formula: { start: 19, end: 21 }, location: inLine("10") },
    { pointer, formula: { start: 23, end: 24 }, location: inLine("1") },
  ];
}

export function bundleWith(tests: readonly BundleTest[]): Bundle {
  return {
    format: "routewright-bundle/1",
    apiVersion: "2023-11-01",
    hash: "sha256:0",
    parameters: {},
    channels: [],
    labels: { job: [], worker: [], queue: [] },
    secrets: [],
    objects,
    tests,
    sources: [{ path: "main.route", text: source }],
    sourceMap: [
      mapped(vipRule, 'when job.region == "NA" and job.vip -> xbox_na'),
      ...mappedAtoms(`${vipRule}/condition/expression`, firstFormula),
      mapped(restRule, 'when job.region == "NA"             -> xbox_default'),
      ...mappedAtoms(`${restRule}/condition/expression`, secondFormula),
      mapped(`${policy}/prioritizationRule`, "if job.vip then 10 else 1"),
      ...mappedPriority(),
      mapped(`${policy}/workerSelectorAttachments/0`, "worker.language == job.language"),
      mapped("/objects/distributionPolicies/0/mode/scoringRule", "worker.skill * 2"),
    ],
    decisions: [],
  };
}

type Expectation = TestExpectation extends infer E
  ? E extends unknown
    ? Omit<E, "location">
    : never
  : never;

export function testCase(
  name: string,
  labels: NonNullable<BundleTest["job"]["labels"]>,
  expectations: readonly Expectation[],
  more: Partial<BundleTest> = {},
): BundleTest {
  const location = at("queue");
  return {
    name,
    location,
    classificationPolicyId: "xbox",
    job: { labels },
    workers: [],
    stubs: [],
    expectations: expectations.map((one) => ({ ...one, location }) as TestExpectation),
    ...more,
  };
}
