import { parse } from "@marcbachmann/cel-js";
import { type CompileOptions, compileFormula } from "@routewright/powerfx";
import { LogicEngine } from "json-logic-engine";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import { type BenchSubject, defineSuite } from "../../../bench/harness.ts";

const condition = 'job.Region = "NA" && job.VIP';
const score =
  "If(worker.Lang = job.Lang, 50, 0) + worker.Skill * 3 - worker.Load * 10 + If(worker.VIP = true && job.VIP = true, 25, 0)";

// Type aliases, not interfaces: they fit a label bag's index signature.
type Job = { readonly Region: string; readonly VIP: boolean; readonly Lang: string };
type Worker = {
  readonly Lang: string;
  readonly Skill: number;
  readonly Load: number;
  readonly VIP: boolean;
};
interface Pair {
  readonly job: Job;
  readonly worker: Worker;
}

/** Fixed, not random: the same pairs every time. */
const pairs: readonly Pair[] = Array.from({ length: 10_000 }, (_, index) => ({
  job: {
    Region: index % 3 === 0 ? "EU" : "NA",
    VIP: index % 2 === 0,
    Lang: index % 5 === 0 ? "fr" : "en",
  },
  worker: {
    Lang: index % 4 === 0 ? "fr" : "en",
    Skill: index % 11,
    Load: index % 7,
    VIP: index % 6 === 0,
  },
}));

function conditionByHand({ job }: Pair): boolean {
  return job.Region === "NA" && job.VIP;
}

function scoreByHand({ job, worker }: Pair): number {
  return (
    (worker.Lang === job.Lang ? 50 : 0) +
    worker.Skill * 3 -
    worker.Load * 10 +
    (worker.VIP === true && job.VIP === true ? 25 : 0)
  );
}

const conditionLogic: RulesLogic = {
  and: [{ "==": [{ var: "job.Region" }, "NA"] }, { var: "job.VIP" }],
};
const scoreLogic: RulesLogic = {
  "+": [
    { if: [{ "==": [{ var: "worker.Lang" }, { var: "job.Lang" }] }, 50, 0] },
    { "*": [{ var: "worker.Skill" }, 3] },
    { "-": [{ "*": [{ var: "worker.Load" }, 10] }] },
    {
      if: [
        { and: [{ "==": [{ var: "worker.VIP" }, true] }, { "==": [{ var: "job.VIP" }, true] }] },
        25,
        0,
      ],
    },
  ],
};

// CEL has no decimals: a label's number is a double there, and so must the literals be.
const conditionCel = 'job.Region == "NA" && job.VIP';
const scoreCel =
  "(worker.Lang == job.Lang ? 50.0 : 0.0) + worker.Skill * 3.0 - worker.Load * 10.0 + (worker.VIP == true && job.VIP == true ? 25.0 : 0.0)";

/** Every answer, and nothing else: a number for each pair. */
function all(answer: (pair: Pair) => unknown): readonly number[] {
  const answers = new Array<number>(pairs.length);
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair !== undefined) answers[index] = Number(answer(pair));
  }
  return answers;
}

function formula(
  text: string,
  codegen: CompileOptions["codegen"] & string,
): (pair: Pair) => unknown {
  const { run } = compileFormula(text, { codegen });
  return ({ job, worker }) => run(job, worker);
}

function subjects(
  text: string,
  logic: RulesLogic,
  cel: string,
  atMost: number,
): readonly BenchSubject[] {
  const generated = formula(text, "eager");
  const closures = formula(text, "never");
  const parsed = parse(cel);
  const built = new LogicEngine().build(logic);
  return [
    { name: "generated code", run: () => all(generated), atMost },
    { name: "closures", run: () => all(closures) },
    { name: "json-logic-engine, built", run: () => all((pair) => built(pair)) },
    { name: "@marcbachmann/cel-js, parsed", run: () => all((pair) => parsed(pair)) },
    { name: "json-logic-js", run: () => all((pair) => jsonLogic.apply(logic, pair)) },
  ];
}

/** Where a page forbids generated code: what that costs. */
function closuresSuite(name: string, text: string) {
  return defineSuite({
    name: `powerfx closures, ${name}`,
    prepare() {
      const generated = formula(text, "eager");
      const closures = formula(text, "never");
      return {
        unit: "pair",
        units: pairs.length,
        baseline: { name: "generated code", run: () => all(generated) },
        subjects: [{ name: "closures", run: () => all(closures), atMost: 3 }],
        note: text,
      };
    },
  });
}

export const suites = [
  defineSuite({
    name: "powerfx condition",
    prepare: () => ({
      unit: "pair",
      units: pairs.length,
      baseline: { name: "hand-written", run: () => all(conditionByHand) },
      subjects: subjects(condition, conditionLogic, conditionCel, 2),
      note: condition,
    }),
  }),
  defineSuite({
    name: "powerfx score",
    prepare: () => ({
      unit: "pair",
      units: pairs.length,
      baseline: { name: "hand-written", run: () => all(scoreByHand) },
      subjects: subjects(score, scoreLogic, scoreCel, 4),
      note: score,
    }),
  }),
  closuresSuite("condition", condition),
  closuresSuite("score", score),
  defineSuite({
    name: "powerfx compile",
    prepare: () => ({
      unit: "formula",
      units: 200,
      baseline: { name: "parse", run: () => repeat(() => void compileFormula(score)) },
      subjects: [
        {
          name: "parse, bind and lower",
          unchecked: "nothing to compare",
          run: () => repeat(() => void compileFormula(score).specialise("jwttiibb")),
        },
      ],
      note: "the score formula; the target is 50 µs warm for the second row",
    }),
  }),
];

function repeat(work: () => void): number {
  for (let index = 0; index < 200; index++) work();
  return 0;
}
