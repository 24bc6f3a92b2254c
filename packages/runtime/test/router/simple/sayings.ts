import type { Labels, LabelValue, RouterRule } from "@routewright/jobrouter";
import { type RuleAnswers, type RuleStub, StubFailure } from "../../../src/index.ts";
import type { Dice } from "../dice.ts";

/** What a rule says; `undefined`: it fails. A missing label is Blank, which is no text and 0. */
type Meaning = (job: Labels, worker: Labels) => LabelValue | undefined;

/** Rules of every kind, each with what it means said once more in plain code. */
const scores: Readonly<Record<string, Meaning>> = {
  "If(worker.lang = job.lang, 10, 1)": (job, worker) => (worker.lang === job.lang ? 10 : 1),
  "worker.skill * 2": (_, worker) => number(worker.skill) * 2,
  "worker.skill - If(job.vip = true, 3, 0)": (job, worker) =>
    number(worker.skill) - (job.vip === true ? 3 : 0),
  'If(worker.lang = "de", 1 / 0, worker.skill)': (_, worker) =>
    worker.lang === "de" ? undefined : number(worker.skill),
  "https://outside.example/score": (job, worker) =>
    worker.lang === "fr" ? undefined : number(worker.skill) + (job.lang === worker.lang ? 0.5 : 0),
};

const priorities: Readonly<Record<string, Meaning>> = {
  "If(job.vip = true, 10, 1)": (job) => (job.vip === true ? 10 : 1),
  "5": () => 5,
  '"high"': () => "high",
  "If(job.vip = true, 2.5, -2.5)": (job) => (job.vip === true ? 2.5 : -2.5),
  "https://outside.example/priority": (job) => (job.lang === "fr" ? undefined : "120"),
};

const conditions: Readonly<Record<string, Meaning>> = {
  'job.lang = "en"': (job) => job.lang === "en",
  "job.vip": (job) => job.vip === true,
  'If(job.region = "APAC", 1 / 0 > 1, job.vip = true)': (job) =>
    job.region === "APAC" ? undefined : job.vip === true,
  "https://outside.example/condition": (job) => job.region === "NA",
};

const queues: Readonly<Record<string, Meaning>> = {
  "https://outside.example/queue": (job) =>
    job.region === "APAC" ? undefined : job.vip === true ? "q3" : "nowhere",
};

const meanings = new Map(
  [scores, priorities, conditions, queues].flatMap((table) => Object.entries(table)),
);

const outsideUri = "https://";

/** Conditions of JavaScript's own may be missing labels: a number where none is, is 0. */
function number(value: LabelValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

export const randomScore = (dice: Dice): RouterRule => ruleIn(scores, dice);
export const randomPriority = (dice: Dice): RouterRule => ruleIn(priorities, dice);
export const randomCondition = (dice: Dice): RouterRule => ruleIn(conditions, dice);
export const randomQueueRule = (dice: Dice): RouterRule => ruleIn(queues, dice);

function ruleIn(table: Readonly<Record<string, Meaning>>, dice: Dice): RouterRule {
  const words = dice.pick(Object.keys(table));
  if (!words.startsWith(outsideUri)) return { kind: "expression", expression: words };
  return dice.chance(0.5)
    ? { kind: "function", functionUri: words }
    : { kind: "webhook", webhookUri: words };
}

/**
 * What a rule says of a job, or of a worker for a job. `job` absent: its labels are not sent; a
 * formula that asks for them fails, who is outside sees none.
 */
export function saying(
  rule: RouterRule,
  job: Labels | undefined,
  worker: Labels = {},
): LabelValue | undefined {
  const words = wordsOf(rule);
  if (job === undefined && rule.kind === "expression" && words.includes("job.")) return undefined;
  return meanings.get(words)?.(job ?? {}, worker);
}

function wordsOf(rule: RouterRule): string {
  switch (rule.kind) {
    case "expression":
      return rule.expression;
    case "function":
      return rule.functionUri;
    case "webhook":
      return rule.webhookUri ?? "";
    default:
      throw new Error(`the world has no ${rule.kind} rules`);
  }
}

/** Those outside, as the router is given their answers; of a batch, workers that fail are left out. */
export const answers: RuleAnswers = new Map(
  [...meanings]
    .filter(([words]) => words.startsWith(outsideUri))
    .map(([uri, meaning]): readonly [string, RuleStub] => [
      uri,
      ({ job = {}, worker = {}, workers }) => {
        if (workers === undefined) return meaning(job, worker) ?? new StubFailure("it fails");
        const scored = workers.flatMap((each) => {
          const score = meaning(job, each);
          return score === undefined ? [] : [[String(each.Id), score] as const];
        });
        return Object.fromEntries(scored);
      },
    ]),
);
