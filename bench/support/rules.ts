import type { Job, LabelValue, RouterObjects } from "@routewright/jobrouter";
import { pick, randomNumbers } from "./random.ts";

/**
 * A first-match rule list as data, and the same list as Job Router objects, as the JavaScript
 * somebody would write by hand, and as JsonLogic.
 */
export interface RuleList {
  readonly rules: readonly Rule[];
  readonly otherwise: string;
  readonly priorities: readonly (Rule & { readonly priority: number })[];
  readonly otherwisePriority: number;
}

export interface Rule {
  readonly tests: readonly Test[];
  readonly queueId: string;
}

export interface Test {
  readonly label: string;
  readonly operator: "==" | "!=" | ">=" | "<" | "in" | "not in";
  /** A list for `in` and `not in`. */
  readonly value: LabelValue | readonly LabelValue[];
}

const topics = [
  "order",
  "delivery",
  "return",
  "repair",
  "billing",
  "sales",
  "account",
  "recycling",
];
const labels: Readonly<Record<string, readonly LabelValue[]>> = {
  product: ["phone", "laptop", "audio", "tv", "appliance", "smart_home"],
  region: ["UK", "EU", "US"],
  tier: ["none", "silver", "gold", "platinum"],
  business: [true, false],
  warranty: ["in", "out", "extended"],
  repeats: [0, 1, 2, 3, 4, 5, 8],
  value: [20, 199, 349, 750, 2_900],
};
const queueIds = Array.from({ length: 12 }, (_, index) => `queue-${index + 1}`);

/** Rules grouped by topic, in each the more special first: what a contact centre's list is like. */
export function randomRuleList(count: number, seed: number): RuleList {
  const random = randomNumbers(seed);
  const rules: Rule[] = [];
  const perTopic = Math.ceil(count / topics.length);
  for (const topic of topics) {
    for (let index = 0; index < perTopic && rules.length < count; index++) {
      const last = index === perTopic - 1;
      const extra = last
        ? []
        : Array.from({ length: index === 0 ? 2 : 1 }, () => randomTest(random));
      rules.push({
        tests: [{ label: "topic", operator: "==", value: topic }, ...extra],
        queueId: pick(queueIds, random),
      });
    }
  }
  const priorities = Array.from({ length: 10 }, (_, index) => ({
    tests: [randomTest(random)],
    queueId: "",
    priority: 100 - index * 7,
  }));
  return { rules, otherwise: "queue-1", priorities, otherwisePriority: 10 };
}

function randomTest(random: () => number): Test {
  const label = pick(Object.keys(labels), random);
  const value = pick(labels[label] ?? [], random);
  if (typeof value === "number") return { label, operator: pick([">=", "<"], random), value };
  return { label, operator: random() < 0.15 ? "!=" : "==", value };
}

/** Jobs with every label; the key order is always the same, as from one producer. */
export function randomJobs(count: number, seed: number, policyId: string): readonly Job[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const own: Record<string, LabelValue> = { topic: pick(topics, random) };
    for (const [label, values] of Object.entries(labels)) own[label] = pick(values, random);
    // Through JSON, as jobs arrive.
    return JSON.parse(
      JSON.stringify({ id: `job-${index}`, classificationPolicyId: policyId, labels: own }),
    ) as Job;
  });
}

/** A rule is guarded against the earlier ones of its topic with another queue, as compiled ones are. */
export function toRouterObjects(list: RuleList, policyId: string): RouterObjects {
  const conditions = list.rules.map((rule, index) => {
    const guards = list.rules
      .slice(0, index)
      .filter((earlier) => earlier.queueId !== rule.queueId && overlap(earlier, rule))
      .map((earlier) => `!(${earlier.tests.map(formula).join(" && ")})`);
    return [...rule.tests.map(formula), ...guards].join(" && ");
  });
  const priority = list.priorities.reduceRight(
    (rest, { tests, priority: value }) =>
      `If(${tests.map(formula).join(" && ")}, ${value}, ${rest})`,
    String(list.otherwisePriority),
  );
  return {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: queueIds.map((id) => ({ id })),
    classificationPolicies: [
      {
        id: policyId,
        fallbackQueueId: list.otherwise,
        queueSelectorAttachments: list.rules.map((rule, index) => ({
          kind: "conditional",
          condition: { kind: "expression", expression: conditions[index] ?? "" },
          queueSelectors: [{ key: "Id", labelOperator: "equal", value: rule.queueId }],
        })),
        prioritizationRule: { kind: "expression", expression: priority },
      },
    ],
  };
}

function overlap(a: Rule, b: Rule): boolean {
  return a.tests.every((one) =>
    b.tests.every(
      (other) =>
        one.label !== other.label ||
        one.operator !== "==" ||
        other.operator !== "==" ||
        one.value === other.value,
    ),
  );
}

/** A test as a Power Fx condition. */
export function formula({ label, operator, value }: Test): string {
  if (operator === "in" || operator === "not in") {
    const any = [value].flat().map((own) => formula({ label, operator: "==", value: own }));
    return `${operator === "in" ? "" : "!"}(${any.join(" || ")})`;
  }
  const fx = operator === "==" ? "=" : operator === "!=" ? "<>" : operator;
  return `job.${label} ${fx} ${typeof value === "string" ? JSON.stringify(value) : value}`;
}

export interface Decision {
  readonly queueId: string;
  readonly priority: number;
}
export type Classify = (labels: NonNullable<Job["labels"]>) => Decision;

/** The if-chain of a person in a hurry, as source text and compiled by the engine as any code. */
export function toHandWritten(list: RuleList): Classify {
  const test = ({ label, operator, value }: Test): string => {
    if (operator === "in" || operator === "not in") {
      const any = [value].flat().map((own) => `job.${label} === ${JSON.stringify(own)}`);
      return `${operator === "in" ? "" : "!"}(${any.join(" || ")})`;
    }
    const js = operator === "==" || operator === "!=" ? `${operator}=` : operator;
    return `job.${label} ${js} ${JSON.stringify(value)}`;
  };
  const chain = (rules: readonly Rule[], result: (rule: Rule, index: number) => string): string =>
    rules
      .map(
        (rule, index) => `if (${rule.tests.map(test).join(" && ")}) return ${result(rule, index)};`,
      )
      .join("\n");
  const source = `
    function queueOf(job) {
      ${chain(list.rules, ({ queueId }) => JSON.stringify(queueId))}
      return ${JSON.stringify(list.otherwise)};
    }
    function priorityOf(job) {
      ${chain(list.priorities, (_, index) => String(list.priorities[index]?.priority))}
      return ${list.otherwisePriority};
    }
    return (job) => ({ queueId: queueOf(job), priority: priorityOf(job) });`;
  return new Function(source)() as Classify;
}

/** JsonLogic's `if` is a first-match list itself. */
export function toJsonLogic(list: RuleList): {
  readonly queue: unknown;
  readonly priority: unknown;
} {
  const all = (tests: readonly Test[]): unknown =>
    tests.length === 1 && tests[0] !== undefined
      ? jsonLogicTest(tests[0])
      : { and: tests.map(jsonLogicTest) };
  return {
    queue: {
      if: [...list.rules.flatMap(({ tests, queueId }) => [all(tests), queueId]), list.otherwise],
    },
    priority: {
      if: [
        ...list.priorities.flatMap(({ tests, priority }) => [all(tests), priority]),
        list.otherwisePriority,
      ],
    },
  };
}

export function jsonLogicTest({ label, operator, value }: Test): unknown {
  if (operator === "not in") return { "!": { in: [{ var: label }, value] } };
  const own = operator === "==" || operator === "!=" ? `${operator}=` : operator;
  return { [own]: [{ var: label }, value] };
}
