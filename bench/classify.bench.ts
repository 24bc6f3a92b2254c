import { emit } from "@routewright/dsl";
import type { Job } from "@routewright/jobrouter";
import { createEngine, type Engine } from "@routewright/runtime";
import { LogicEngine } from "json-logic-engine";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import {
  createIntake,
  devSettings,
  type IntakeLabels,
} from "../examples/contact-centre/hand-written.ts";
import { type BenchSubject, defineSuite } from "./harness.ts";
import { contactCentre, intakePolicyId, randomContacts } from "./support/contact-centre.ts";
import {
  type Classify,
  randomJobs,
  randomRuleList,
  toHandWritten,
  toJsonLogic,
  toRouterObjects,
} from "./support/rules.ts";

const policyId = "policy";
const jobCount = 2_000;

function overJobs(name: string, jobs: readonly Job[], classify: Classify): BenchSubject {
  const bags = jobs.map((job) => job.labels ?? {});
  return {
    name,
    run() {
      const queues: string[] = [];
      const priorities: number[] = [];
      for (const labels of bags) {
        const { queueId, priority } = classify(labels);
        queues.push(queueId);
        priorities.push(priority);
      }
      return [queues, priorities];
    },
  };
}

function byEngine(engine: Engine, jobs: readonly Job[], name = "routewright"): BenchSubject {
  return {
    name,
    run() {
      const queues: string[] = [];
      const priorities: number[] = [];
      for (const job of jobs) {
        const result = engine.classify(job);
        if (result.outcome === "failed") throw new Error(result.errors[0]?.message);
        queues.push(result.queueId ?? "");
        priorities.push(result.priority);
      }
      return [queues, priorities];
    },
  };
}

function generated(rules: number, seed: number) {
  return defineSuite({
    name: `classify, ${rules} generated rules, seed ${seed}`,
    prepare() {
      const list = randomRuleList(rules, seed);
      const jobs = randomJobs(jobCount, seed + 1, policyId);
      const engine = createEngine(toRouterObjects(list, policyId));
      const logic = toJsonLogic(list);
      const peer = new LogicEngine();
      const queueOf = peer.build(logic.queue);
      const priorityOf = peer.build(logic.priority);
      return {
        unit: "job",
        units: jobs.length,
        baseline: overJobs("hand-written", jobs, toHandWritten(list)),
        subjects: [
          { ...byEngine(engine, jobs), atMost: 3 },
          byEngine(engine.with({ codegen: "never" }), jobs, "routewright, no code generation"),
          {
            ...overJobs("json-logic-engine, built", jobs, (labels) => ({
              queueId: String(queueOf(labels)),
              priority: Number(priorityOf(labels)),
            })),
          },
          {
            ...overJobs("json-logic-engine", jobs, (labels) => ({
              queueId: String(peer.run(logic.queue, labels)),
              priority: Number(peer.run(logic.priority, labels)),
            })),
          },
          {
            ...overJobs("json-logic-js", jobs, (labels) => ({
              queueId: String(jsonLogic.apply(logic.queue as RulesLogic, labels)),
              priority: Number(jsonLogic.apply(logic.priority as RulesLogic, labels)),
            })),
          },
        ],
        note: "The engine evaluates every attachment, as Job Router does; the others stop at the first match.",
      };
    },
  });
}

/** The example's 38 queue attachments, 13 priorities and 7 worker requirements. */
const contactCentreSuite = defineSuite({
  name: "classify, contact centre",
  prepare() {
    const bundle = contactCentre();
    const jobs = randomContacts(jobCount, 7);
    const engine = createEngine(bundle.objects);
    const byHand = createIntake(devSettings);
    const { conditions, priority } = emittedRules(emit(bundle, "jsonlogic"), bundle);
    const peer = new LogicEngine();
    const built = conditions.map((condition) => peer.build(condition));
    const builtPriority = peer.build(priority);
    const everything = (
      name: string,
      holds: (index: number, data: unknown) => unknown,
      priorityOf: (data: unknown) => unknown,
    ) => ({
      ...overJobs(name, jobs, (labels) => {
        const data = { job: labels };
        let count = 0;
        for (let index = 0; index < conditions.length; index++)
          if (holds(index, data) === true) count++;
        return { queueId: String(count), priority: Number(priorityOf(data)) };
      }),
      unchecked: "finds the conditions that hold and the priority; no queues, no worker selectors",
    });
    return {
      unit: "job",
      units: jobs.length,
      baseline: overJobs("hand-written", jobs, (labels) =>
        byHand(labels as unknown as IntakeLabels),
      ),
      subjects: [
        { ...byEngine(engine, jobs), atMost: 3 },
        byEngine(engine.with({ codegen: "never" }), jobs, "routewright, no code generation"),
        everything(
          "json-logic-engine, built",
          (index, data) => built[index]?.(data),
          (data) => builtPriority(data),
        ),
        everything(
          "json-logic-engine",
          (index, data) => peer.run(conditions[index], data),
          (data) => peer.run(priority, data),
        ),
        everything(
          "json-logic-js",
          (index, data) => jsonLogic.apply(conditions[index] as RulesLogic, data),
          (data) => jsonLogic.apply(priority as RulesLogic, data),
        ),
      ],
      note: "Hand-written gives queue and priority; the engine worker selectors, too. The peers run the rules that `--emit jsonlogic` writes.",
    };
  },
});

interface EmittedRule {
  readonly pointer: string;
  readonly rule: unknown;
}

function emittedRules(
  files: readonly { readonly text: string }[],
  bundle: ReturnType<typeof contactCentre>,
): { readonly conditions: readonly unknown[]; readonly priority: unknown } {
  const index = bundle.objects.classificationPolicies.findIndex(({ id }) => id === intakePolicyId);
  const base = `/objects/classificationPolicies/${index}/`;
  const { rules } = JSON.parse(files[0]?.text ?? "{}") as {
    readonly rules: readonly EmittedRule[];
  };
  const own = rules.filter(({ pointer }) => pointer.startsWith(base));
  const priority = own.find(({ pointer }) => pointer.endsWith("/prioritizationRule"));
  return {
    conditions: own.filter((rule) => rule !== priority).map(({ rule }) => rule),
    priority: priority?.rule,
  };
}

export const suites = [contactCentreSuite, generated(40, 1), generated(40, 2), generated(40, 3)];
