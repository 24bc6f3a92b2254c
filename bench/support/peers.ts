import { isDeepStrictEqual } from "node:util";
import { ZenEngine } from "@gorules/zen-engine";
import type { Job } from "@routewright/jobrouter";
import { LogicEngine } from "json-logic-engine";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import { Engine as RulesEngine } from "json-rules-engine";
import type { BenchSubject } from "../harness.ts";
import {
  type Classify,
  jsonLogicTest,
  type Rule,
  type RuleList,
  type Test,
  toJsonLogic,
} from "./rules.ts";

/** Other engines over the same list. Slow ones decide the first few jobs only. */
export async function peersOf(
  list: RuleList,
  jobs: readonly Job[],
  byHand: Classify,
): Promise<readonly BenchSubject[]> {
  const few = jobs.slice(0, Math.max(4, Math.floor(2_000 / list.rules.length)));
  const logic = toJsonLogic(list);
  const built = new LogicEngine();
  // One chain of thousands does not build: a function a rule, and the first that holds.
  const holds = rulesOf(list.rules).map((rule) => built.build(rule));
  const priority = built.build(logic.priority);
  const subjects = [
    {
      ...decideAll("json-logic-engine, built", jobs, (labels) => {
        const at = holds.findIndex((rule) => rule(labels) === true);
        return [list.rules[at]?.queueId ?? list.otherwise, priority(labels)];
      }),
    },
    {
      ...decideAll("json-logic-js", few, (labels) => [
        jsonLogic.apply(logic.queue as RulesLogic, labels),
        jsonLogic.apply(logic.priority as RulesLogic, labels),
      ]),
    },
    zen(list, few),
  ];
  for (const { name, units, run } of subjects) {
    const expected = jobs.slice(0, units).map(({ labels }) => {
      const { queueId, priority: own } = byHand(labels ?? {});
      return [queueId, own];
    });
    if (!isDeepStrictEqual(await run(), expected)) throw new Error(`${name} answers differently`);
  }
  return [
    ...subjects.map((one) => ({ ...one, unchecked: "checked above, on the jobs it runs" })),
    { ...rulesEngine(list, few), unchecked: "finds the rules that hold, in no order; no priority" },
  ];
}

type Labels = NonNullable<Job["labels"]>;

function decideAll(
  name: string,
  jobs: readonly Job[],
  decide: (labels: Labels) => unknown,
): BenchSubject {
  return { name, units: jobs.length, run: () => jobs.map(({ labels }) => decide(labels ?? {})) };
}

function rulesOf(rules: readonly Rule[]): readonly unknown[] {
  return rules.map(({ tests }) => ({
    and: tests.map(jsonLogicTest),
  }));
}

/** Two decision tables, where the first row that fits decides. */
function zen(list: RuleList, jobs: readonly Job[]): BenchSubject {
  const labels = [
    ...new Set(
      [...list.rules, ...list.priorities].flatMap(({ tests }) => tests.map(({ label }) => label)),
    ),
  ];
  const table = (
    id: string,
    rows: readonly { readonly tests: readonly Test[]; readonly output: string }[],
  ) => ({
    id,
    name: id,
    type: "decisionTableNode",
    position: { x: 0, y: 0 },
    content: {
      hitPolicy: "first",
      inputs: labels.map((label) => ({ id: label, name: label, field: label })),
      outputs: [{ id: "out", name: "out", field: id }],
      rules: rows.map(({ tests, output }, index) => ({
        _id: `r${index}`,
        ...Object.fromEntries(
          labels.map((label) => [label, cellOf(tests.filter((test) => test.label === label))]),
        ),
        out: output,
      })),
    },
  });
  const content = {
    nodes: [
      { id: "in", name: "in", type: "inputNode", position: { x: 0, y: 0 } },
      table("queue", [
        ...list.rules.map(({ tests, queueId }) => ({ tests, output: JSON.stringify(queueId) })),
        { tests: [], output: JSON.stringify(list.otherwise) },
      ]),
      table("priority", [
        ...list.priorities.map(({ tests, priority }) => ({ tests, output: String(priority) })),
        { tests: [], output: String(list.otherwisePriority) },
      ]),
      { id: "end", name: "end", type: "outputNode", position: { x: 0, y: 0 } },
    ],
    edges: [
      ["in", "queue"],
      ["in", "priority"],
      ["queue", "end"],
      ["priority", "end"],
    ].map(([sourceId, targetId]) => ({
      id: `${sourceId}-${targetId}`,
      sourceId,
      targetId,
      type: "edge",
    })),
  };
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(content)));
  return {
    name: "@gorules/zen-engine, decision tables",
    units: jobs.length,
    run: () =>
      Promise.all(
        jobs.map(async ({ labels: own }) => tableAnswer((await decision.evaluate(own)).result)),
      ),
  };
}

function tableAnswer({ queue, priority }: { readonly queue: unknown; readonly priority: unknown }) {
  return [queue, priority];
}

function cellOf(tests: readonly Test[]): string {
  return tests
    .map(({ operator, value }) =>
      operator === "==" ? JSON.stringify(value) : `${operator} ${JSON.stringify(value)}`,
    )
    .join(" and ");
}

const operators = {
  "==": "equal",
  "!=": "notEqual",
  ">=": "greaterThanInclusive",
  "<": "lessThan",
  in: "in",
  "not in": "notIn",
};

function rulesEngine(list: RuleList, jobs: readonly Job[]): BenchSubject {
  const engine = new RulesEngine();
  for (const { tests, queueId } of list.rules) {
    const all = tests.map(({ label, operator, value }) => ({
      fact: label,
      operator: operators[operator],
      value,
    }));
    engine.addRule({ conditions: { all }, event: { type: queueId } });
  }
  return {
    name: "json-rules-engine",
    units: jobs.length,
    async run() {
      const queues: string[] = [];
      for (const { labels } of jobs) {
        const { events } = await engine.run(labels ?? {});
        queues.push(events[0]?.type ?? list.otherwise);
      }
      return queues;
    },
  };
}
