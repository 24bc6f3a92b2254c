import { compile } from "@routewright/dsl";
import type { Job, LabelValue, RouterObjects } from "@routewright/jobrouter";
import { pick, randomNumbers } from "./random.ts";
import type { Rule, RuleList, Test } from "./rules.ts";

/**
 * A rule list over 12 labels as large policies are: the jobs are divided by one label, each part
 * by another one, and so on; a part has up to five rules, the more special first. Which labels
 * divide, and where, differs from part to part; every rule takes about 1/n of the jobs.
 */
const texts: Readonly<Record<string, readonly string[]>> = {
  topic: ["order", "delivery", "return", "repair", "billing", "sales", "account", "recycling"],
  product: ["phone", "laptop", "audio", "tv", "appliance", "smart_home", "tablet", "console"],
  region: ["UK", "IE", "DE", "FR", "ES", "US"],
  language: ["en", "de", "fr", "es", "it", "nl"],
  tier: ["none", "silver", "gold", "platinum"],
  warranty: ["in", "out", "extended"],
  source: ["web", "app", "phone", "store", "partner"],
};
const numbers: Readonly<Record<string, number>> = { repeats: 12, value: 3_000, risk: 100, age: 60 };
const labelNames = [...Object.keys(texts), ...Object.keys(numbers), "business"];
const queueIds = Array.from({ length: 24 }, (_, index) => `queue-${index + 1}`);
const mostInPart = 5;

export function randomRegions(count: number, seed: number): RuleList {
  const random = randomNumbers(seed);
  const rules: Rule[] = [];
  divide(count, [], labelNames);
  const priorities = Array.from({ length: 10 }, (_, index) => ({
    tests: [randomTest(pick(labelNames, random), random)],
    queueId: "",
    priority: 100 - index * 7,
  }));
  return { rules, otherwise: "queue-1", priorities, otherwisePriority: 10 };

  function divide(own: number, path: readonly Test[], free: readonly string[]): void {
    if (own <= mostInPart || free.length <= 2) {
      for (let index = 0; index < own; index++) {
        const rest = index === own - 1 ? [] : [randomTest(pick(free, random), random)];
        rules.push({ tests: [...path, ...rest], queueId: pick(queueIds, random) });
      }
      return;
    }
    // Large parts are told apart by what they are about, not by numbers.
    const broad = path.length < 2 ? free.filter((name) => texts[name] !== undefined) : free;
    const label = pick(broad, random);
    const parts = partsOf(label, random);
    const others = free.filter((name) => name !== label);
    for (const [index, tests] of parts.entries()) {
      const share =
        Math.floor((own * (index + 1)) / parts.length) - Math.floor((own * index) / parts.length);
      if (share > 0) divide(share, [...path, ...tests], others);
    }
  }
}

/** Tests that divide a label's values into parts, one of them for each job. */
function partsOf(label: string, random: () => number): readonly (readonly Test[])[] {
  const values = texts[label];
  if (values !== undefined) {
    return values.map((value): readonly Test[] => [{ label, operator: "==", value }]);
  }
  const most = numbers[label];
  if (most === undefined) {
    return [true, false].map((value): readonly Test[] => [{ label, operator: "==", value }]);
  }
  const low = Math.floor(most * (0.2 + random() * 0.2));
  const high = Math.floor(most * (0.6 + random() * 0.2));
  return [
    [{ label, operator: "<", value: low }],
    [
      { label, operator: ">=", value: low },
      { label, operator: "<", value: high },
    ],
    [{ label, operator: ">=", value: high }],
  ];
}

function randomTest(label: string, random: () => number): Test {
  const values = texts[label];
  if (values !== undefined) {
    return { label, operator: random() < 0.2 ? "!=" : "==", value: pick(values, random) };
  }
  const most = numbers[label];
  if (most === undefined) return { label, operator: "==", value: random() < 0.5 };
  const value = 1 + Math.floor(random() * (most - 1));
  return { label, operator: pick([">=", "<"], random), value };
}

/** `orders`: in how many orders of keys the jobs' labels come. */
export function regionJobs(
  count: number,
  seed: number,
  policyId: string,
  orders = 1,
): readonly Job[] {
  const random = randomNumbers(seed);
  const sequences = Array.from({ length: orders }, (_, index) =>
    index === 0 ? labelNames : shuffled(labelNames, random),
  );
  return Array.from({ length: count }, (_, index) => {
    const own: Record<string, LabelValue> = {};
    for (const label of pick(sequences, random)) {
      const values = texts[label];
      const most = numbers[label];
      if (values !== undefined) own[label] = pick(values, random);
      else own[label] = most === undefined ? random() < 0.5 : Math.floor(random() * most);
    }
    // Through JSON, as jobs arrive.
    return JSON.parse(
      JSON.stringify({ id: `job-${index}`, classificationPolicyId: policyId, labels: own }),
    ) as Job;
  });
}

function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The list in the language; compiled, it is what a user's policy is. */
export function toSource(list: RuleList, policyId: string): string {
  const test = ({ label, operator, value }: Test): string =>
    `job.${label} ${operator} ${JSON.stringify(value)}`;
  const all = (tests: readonly Test[]): string => tests.map(test).join(" and ");
  const declared = [
    ...Object.entries(texts).map(
      ([label, values]) => `${label}: ${values.map((value) => JSON.stringify(value)).join(" | ")}`,
    ),
    ...Object.entries(numbers).map(([label, most]) => `${label}: 0..${most}`),
    "business: boolean",
  ];
  const name = (id: string): string => id.replace("-", "_");
  return `labels job {
${declared.map((line) => `  ${line}`).join("\n")}
}
distribution idle { mode longest idle }
${queueIds.map((id) => `queue ${name(id)} { id "${id}" distribution idle }`).join("\n")}
classification ${policyId} {
  fallback ${name(list.otherwise)}
  queue = match {
${list.rules.map(({ tests, queueId }) => `    when ${all(tests)} -> ${name(queueId)}`).join("\n")}
  }
  priority = match {
${list.priorities.map(({ tests, priority }) => `    when ${all(tests)} -> ${priority}`).join("\n")}
    otherwise -> ${list.otherwisePriority}
  }
}
`;
}

export function compileSource(text: string): RouterObjects {
  const { value, diagnostics } = compile("main.route", {
    read: () => text,
    resolve: () => undefined,
  });
  const failure = diagnostics.find(({ severity }) => severity === "error");
  if (value === undefined) throw new Error(failure?.message ?? "no bundle");
  return value.objects;
}
