import type { Job, LabelValue, RouterObjects } from "@routewright/jobrouter";
import { pick, randomNumbers } from "./random.ts";
import { formula, type Rule, type RuleList, type Test } from "./rules.ts";

/**
 * A rule list over 12 labels, of `=`, `<>`, `in`, `not in`, `<` and `>=`. The jobs are divided in
 * two by some label, each part by another one, and so on; a part has up to five rules, the more
 * special first, and every rule takes about 1/n of the jobs. Parts do not overlap, so their rules
 * stand in no particular order: a condition of Job Router has 1,000 characters, too few to guard a
 * rule against thousands that overlap it. A rule is guarded against the earlier ones of its part.
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

export interface Region extends Rule {
  /** Tests of which none may hold: earlier rules of the part would take the job. */
  readonly unless: readonly Test[];
}

export interface Regions extends RuleList {
  readonly rules: readonly Region[];
}

/** The values of each label that a part has: some texts, or numbers from and below. */
type Part = Readonly<Record<string, readonly LabelValue[] | Interval>>;

interface Interval {
  readonly from: number;
  readonly below: number;
}

const everything: Part = {
  ...texts,
  ...Object.fromEntries(
    Object.entries(numbers).map(([label, most]) => [label, { from: 0, below: most }]),
  ),
  business: [true, false],
};

export function randomRegions(count: number, seed: number): Regions {
  const random = randomNumbers(seed);
  const placed: { readonly at: number; readonly rule: Region }[] = [];
  divide(count, everything);
  placed.sort((a, b) => a.at - b.at);
  const priorities = Array.from({ length: 10 }, (_, index) => ({
    tests: [randomTest(pick(labelNames, random), random)],
    queueId: "",
    priority: 100 - index * 7,
  }));
  const rules = placed.map(({ rule }) => rule);
  return { rules, otherwise: "queue-1", priorities, otherwisePriority: 10 };

  function divide(own: number, part: Part): void {
    if (own <= mostInPart) {
      addRules(own, part);
      return;
    }
    // A label with too few values left divides nothing: another one is picked.
    for (;;) {
      const label = pick(labelNames, random);
      const halves = halvesOf(part[label], random);
      if (halves === undefined) continue;
      const first = Math.min(own - 1, Math.max(1, Math.round(own * halves.share)));
      divide(first, { ...part, [label]: halves.first });
      divide(own - first, { ...part, [label]: halves.second });
      return;
    }
  }

  function addRules(own: number, part: Part): void {
    const path = Object.entries(part).flatMap(([label, left]) => testsOf(label, left));
    const free = labelNames.filter((label) => part[label] === everything[label]);
    const places = Array.from({ length: own }, random).sort((a, b) => a - b);
    const before: { readonly test: Test; readonly queueId: string }[] = [];
    for (const [index, at] of places.entries()) {
      const queueId = pick(queueIds, random);
      const extra =
        index === own - 1
          ? []
          : [free.length === 0 ? partTest(part, random) : randomTest(pick(free, random), random)];
      const unless = before.filter((one) => one.queueId !== queueId).map(({ test }) => test);
      const tests = shuffled([...path, ...extra], random);
      placed.push({ at, rule: { tests, unless, queueId } });
      before.push(...extra.map((test) => ({ test, queueId })));
    }
  }
}

/** Holds for some jobs of the part: two rules that ask the same would be one too many. */
function partTest(part: Part, random: () => number): Test {
  for (;;) {
    const label = pick(labelNames, random);
    const first = halvesOf(part[label], random)?.first;
    if (first === undefined) continue;
    return "below" in first
      ? { label, operator: "<", value: first.below }
      : { label, operator: "in", value: first };
  }
}

/** `share`: what part of the values the first half has. */
function halvesOf(left: Part[string] | undefined, random: () => number) {
  if (left === undefined) return undefined;
  if ("from" in left) {
    const { from, below } = left;
    if (below - from < 4) return undefined;
    const share = 0.25 + random() * 0.5;
    const middle = from + Math.round((below - from) * share);
    return { share, first: { from, below: middle }, second: { from: middle, below } };
  }
  if (left.length < 2) return undefined;
  const size = 1 + Math.floor(random() * (left.length - 1));
  const mixed = shuffled(left, random);
  return { share: size / left.length, first: mixed.slice(0, size), second: mixed.slice(size) };
}

/** What says that a label is among those left, in the shorter way. */
function testsOf(label: string, left: Part[string]): readonly Test[] {
  const all = everything[label];
  if (all === undefined || left === all) return [];
  if ("from" in left || "from" in all) {
    if (!("from" in left && "from" in all)) return [];
    const tests: Test[] = [];
    if (left.from > all.from) tests.push({ label, operator: ">=", value: left.from });
    if (left.below < all.below) tests.push({ label, operator: "<", value: left.below });
    return tests;
  }
  const rest = all.filter((value) => !left.includes(value));
  const [only] = left;
  const [other] = rest;
  if (only !== undefined && left.length === 1) return [{ label, operator: "==", value: only }];
  if (other !== undefined && rest.length === 1) return [{ label, operator: "!=", value: other }];
  return left.length <= rest.length
    ? [{ label, operator: "in", value: left }]
    : [{ label, operator: "not in", value: rest }];
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

/** The list as Job Router objects, every condition within the limit of the service. */
export function toRegionObjects(list: Regions, policyId: string): RouterObjects {
  const all = (tests: readonly Test[]): string => tests.map(formula).join(" && ");
  const conditions = list.rules.map(({ tests, unless }) =>
    [all(tests), ...unless.map((test) => `!(${formula(test)})`)].join(" && "),
  );
  if (conditions.some(({ length }) => length > 1_000)) throw new Error("a condition is too long");
  const priority = list.priorities.reduceRight(
    (rest, { tests, priority: value }) => `If(${all(tests)}, ${value}, ${rest})`,
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
        queueSelectorAttachments: list.rules.map(({ queueId }, index) => ({
          kind: "conditional",
          condition: { kind: "expression", expression: conditions[index] ?? "" },
          queueSelectors: [{ key: "Id", labelOperator: "equal", value: queueId }],
        })),
        prioritizationRule: { kind: "expression", expression: priority },
      },
    ],
  };
}
