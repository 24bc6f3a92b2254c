import type { Worker } from "@routewright/jobrouter";
import type { ExplainedClassification } from "../explain/trace.ts";
import type { ExcludedWorker, Exclusion, Ranking } from "../rank/ranking.ts";
import type { RuleStub } from "../rules/stubs.ts";
import { selectorsOf } from "./best-worker.ts";
import { engineOptions } from "./classification.ts";
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
  return "value" in answer ? { value: answer.value } : { fail: true };
}

/** The ranking of all workers for a waiting job, with what only the router knows of them. */
function rankingOf(core: Core, job: JobRecord): Ranking {
  const workers = [...core.workers.values()];
  const { queueId, channelId, priority, labels } = job;
  const ranking = core.config.wholeEngine(engineOptions(core)).rank(
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
