import type { Job } from "@routewright/jobrouter";
import { createEngine, type Engine } from "@routewright/runtime";
import { LogicEngine } from "json-logic-engine";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import { type BenchSubject, defineSuite } from "./harness.ts";
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

export const suites = [generated(40, 1), generated(40, 2), generated(40, 3)];
