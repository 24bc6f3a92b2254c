import type { Job, LabelValue } from "@routewright/jobrouter";
import {
  createEngine,
  createWorkerPool,
  type Engine,
  prepareDistribution,
} from "@routewright/runtime";
import { type BenchSubject, defineSuite } from "./harness.ts";
import { peersOf } from "./support/peers.ts";
import { pick, randomNumbers } from "./support/random.ts";
import { randomRegions, regionJobs, toRegionObjects } from "./support/regions.ts";
import { toHandWritten } from "./support/rules.ts";

const policyId = "policy";

function byEngine(name: string, engine: Engine, jobs: readonly Job[]): BenchSubject {
  return {
    name,
    run: () =>
      jobs.map((job) => {
        const result = engine.classify(job);
        if (result.outcome === "failed") throw new Error(result.errors[0]?.message);
        return { queueId: result.queueId, priority: result.priority };
      }),
  };
}

/** Jobs come as JSON, so that reading their labels is counted. */
function classification(rules: number, seed: number, atMost: number, orders = 1) {
  const jobsIn = orders === 1 ? "" : `, labels in ${orders} orders`;
  return defineSuite({
    name: `classify, ${rules} rules over 12 labels, seed ${seed}${jobsIn}`,
    async prepare() {
      const list = randomRegions(rules, seed);
      const engine = createEngine(toRegionObjects(list, policyId));
      // So many that the processor cannot learn the jobs by heart.
      const jobs = regionJobs(rules > 1_000 ? 2_000 : 20_000, seed + 100, policyId, orders);
      const byHand = toHandWritten(list);
      return {
        unit: "job",
        units: jobs.length,
        baseline: {
          name: "hand-written",
          run: () => jobs.map(({ labels }) => byHand(labels ?? {})),
        },
        subjects: [
          { ...byEngine("routewright", engine, jobs), atMost },
          byEngine("routewright, no code generation", engine.with({ codegen: "never" }), jobs),
          ...(seed === 1 && orders === 1 ? await peersOf(list, jobs, byHand) : []),
        ],
        note: "The engine decides over every attachment; the others stop at the first match.",
      };
    },
  });
}

interface RankedWorker {
  readonly id: string;
  readonly labels: Record<string, LabelValue>;
}

/** Scores of whole numbers, worker and job compared; a worker's labels change at every job. */
function bestOf(count: number, seed: number) {
  return defineSuite({
    name: `best of ${count.toLocaleString("en")} workers by own score, seed ${seed}`,
    prepare() {
      const random = randomNumbers(seed);
      const languages = ["en", "de", "fr", "es", "it"];
      const workers = Array.from(
        { length: count },
        (_, index): RankedWorker => ({
          id: `w${String(index).padStart(5, "0")}`,
          labels: {
            language: pick(languages, random),
            vip: random() < 0.3,
            skill: Math.floor(random() * 11),
            load: Math.floor(random() * 5),
          },
        }),
      );
      const jobs = Array.from({ length: 200 }, () => ({
        labels: { language: pick(languages, random), vip: random() < 0.2 },
        worker: Math.floor(random() * count),
        load: Math.floor(random() * 5),
      }));
      const distribution = prepareDistribution({
        id: "d",
        mode: {
          kind: "bestWorker",
          scoringRule: {
            kind: "expression",
            expression:
              "If(worker.language = job.language, 50, 0) + If(worker.vip = job.vip, 20.5, 0) + worker.skill * 3 - worker.load * 10.25",
          },
        },
      });
      const assumptions = createEngine({
        classificationPolicies: [],
        distributionPolicies: [],
        exceptionPolicies: [],
        queues: [],
      }).assumptions;
      const pool = createWorkerPool({ assumptions, answers: new Map() });
      const put = ({ id, labels }: RankedWorker): void => {
        pool.put({ id, labels, queues: ["q"], capacity: 1 });
      };
      for (const worker of workers) {
        put(worker);
        pool.setLoad(worker.id, { available: true, usedCapacity: 0, availableSince: 0 });
      }
      const own = workers.map(({ id, labels }) => ({ id, labels: { ...labels } }));
      return {
        unit: "job",
        units: jobs.length,
        baseline: {
          name: "hand-written loop",
          run: () =>
            jobs.map(({ labels, worker, load }) => {
              const changed = own[worker];
              if (changed !== undefined) changed.labels.load = load;
              let best = "";
              let most = Number.NEGATIVE_INFINITY;
              for (const { id, labels: mine } of own) {
                const score =
                  (mine.language === labels.language ? 50 : 0) +
                  (mine.vip === labels.vip ? 20.5 : 0) +
                  Number(mine.skill) * 3 -
                  Number(mine.load) * 10.25;
                if (score > most) {
                  most = score;
                  best = id;
                }
              }
              return { workerId: best, score: most };
            }),
        },
        subjects: [
          {
            name: "routewright, pool kept up to date",
            atMost: 3,
            run: () =>
              jobs.map(({ labels, worker, load }) => {
                const changed = workers[worker];
                if (changed !== undefined) {
                  changed.labels.load = load;
                  put(changed);
                }
                const [found] = pool.best({
                  queueId: "q",
                  labels,
                  selectors: [],
                  distribution,
                  limit: 1,
                });
                return found;
              }),
          },
        ],
        note: "Scores are exact decimals in the pool. One worker's load changes before every job, in both.",
      };
    },
  });
}

const bars = [
  [40, 1.5],
  [400, 0.5],
  [4_000, 0.05],
] as const;

export const suites = [
  ...bars.flatMap(([rules, atMost]) =>
    [1, 2, 3].map((seed) => classification(rules, seed, atMost)),
  ),
  classification(40, 1, 1.5, 64),
  ...[1, 2, 3].map((seed) => bestOf(1_000, seed)),
];
