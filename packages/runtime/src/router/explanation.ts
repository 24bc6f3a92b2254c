import type { Labels, Worker } from "@routewright/jobrouter";
import type { EngineOptions } from "../engine.ts";
import type { ExplainedClassification } from "../explain/trace.ts";
import type { ExcludedWorker, Exclusion, Ranking } from "../rank/ranking.ts";
import type { RuleStub } from "../rules/stubs.ts";
import type { RuleValue } from "../rules/value.ts";
import { engineOptions } from "./classification.ts";
import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { Randomness } from "./random.ts";
import {
  type ClassificationInput,
  type JobRecord,
  jobsOnChannel,
  loadRatio,
  type RuleAnswer,
  type WorkerRecord,
} from "./records.ts";
import type { JobExplanation } from "./router.ts";
import { scoreFromShell, scoringUri, selectorsOf } from "./score-calls.ts";

/** By the policies as they are now; the labels and the chance are those of that time. */
export function explainJob(core: Core, job: JobRecord): JobExplanation {
  const from = job.classifiedFrom;
  return {
    ...(from === undefined ? {} : { classification: explainClassification(core, from) }),
    ...(job.queue === undefined ? {} : { ranking: rankingOf(core, job) }),
  };
}

function explainClassification(core: Core, from: ClassificationInput): ExplainedClassification {
  const random = new Randomness(from.chance);
  const { policyId, queueId, priority, labels } = from;
  const job = {
    ...(policyId === undefined ? {} : { classificationPolicyId: policyId }),
    ...(queueId === undefined ? {} : { queueId }),
    priority,
    labels,
  };
  const ruleAnswers = new Map(core.ruleAnswers);
  for (const [uri, answer] of from.answers) ruleAnswers.set(uri, stubOf(answer));
  return core.config
    .wholeEngine({ ...engineOptions(core), choice: () => random.next(), ruleAnswers })
    .explain(job);
}

function stubOf(answer: RuleAnswer): RuleStub {
  return "value" in answer ? { value: answer.value } : { fail: true, why: answer.failure };
}

/** The ranking of all workers for a waiting job, with what only the router knows of them. */
function rankingOf(core: Core, job: JobRecord): Ranking {
  const workers = [...core.workers.values()];
  const { queueId, channelId, priority, labels } = job;
  const ranking = core.config.wholeEngine(rankingOptions(core, job)).rank(
    {
      ...(queueId === undefined ? {} : { queueId }),
      channelId,
      priority,
      labels,
      requestedWorkerSelectors: selectorsOf(job),
    },
    workers.map(plainWorker),
    queueId,
    {
      availableSince: new Map(workers.map(({ id, availableSince }) => [id, availableSince])),
      assignedJobs: new Map(workers.map((worker) => [worker.id, jobsOnChannel(worker, channelId)])),
      ...(job.queue?.lastOfferedTo === undefined ? {} : { lastOfferedTo: job.queue.lastOfferedTo }),
    },
  );
  const extra = new Map(workers.map((worker) => [worker.id, ownExclusions(job, worker)]));
  const barred = (id: string): readonly Exclusion[] => extra.get(id) ?? [];
  const reasons = new Map(ranking.excluded.map((worker) => [worker.workerId, worker.reasons]));
  return {
    ...ranking,
    workers: ranking.workers.filter(({ workerId }) => barred(workerId).length === 0),
    excluded: workers.flatMap(({ id }): readonly ExcludedWorker[] => {
      const all = [...(reasons.get(id) ?? []), ...barred(id)];
      return all.length === 0 ? [] : [{ workerId: id, reasons: all }];
    }),
  };
}

/** Scores that came from outside are given again, to the worker they were for. */
function rankingOptions(core: Core, job: JobRecord): EngineOptions {
  const options = engineOptions(core);
  const { queue } = job;
  const uri = queue === undefined ? undefined : scoringUri(core, setupOf(core, queue).distribution);
  if (uri === undefined) return options;
  const scoreOf = (labels: Labels | undefined): RuleValue => {
    const worker = core.workers.get(String(labels?.Id));
    return (worker === undefined ? undefined : scoreFromShell(job, worker)) ?? null;
  };
  const stub: RuleStub = ({ worker, workers }) =>
    workers === undefined
      ? scoreOf(worker)
      : Object.fromEntries(workers.map((labels) => [String(labels.Id), scoreOf(labels)]));
  return { ...options, ruleAnswers: new Map([...core.ruleAnswers, [uri, stub]]) };
}

function plainWorker(worker: WorkerRecord): Worker {
  return {
    id: worker.id,
    queues: worker.queues,
    capacity: worker.capacity,
    channels: worker.channels.map(({ channelId, capacityCostPerJob, maxNumberOfJobs }) => ({
      channelId,
      capacityCostPerJob,
      ...(maxNumberOfJobs === undefined ? {} : { maxNumberOfJobs }),
    })),
    labels: worker.labels,
    availableForOffers: worker.state === "active",
    loadRatio: loadRatio(worker),
  };
}

function ownExclusions(job: JobRecord, worker: WorkerRecord): readonly Exclusion[] {
  const max = worker.maxConcurrentOffers;
  return [
    ...(job.offers.some((offer) => offer.worker === worker) ? [{ kind: "offered" } as const] : []),
    ...(job.declinedBy?.includes(worker.registration) === true
      ? [{ kind: "declined" } as const]
      : []),
    ...(max !== undefined && worker.offers.length >= max
      ? [{ kind: "offers", open: worker.offers.length, max } as const]
      : []),
  ];
}
