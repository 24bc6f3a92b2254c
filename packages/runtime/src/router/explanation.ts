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

/**
 * The ranking of all workers for a job, with what only the router knows of them.
 *
 * @param regardless as it would be had nobody an offer of the job or the job itself.
 */
export function rankingOf(core: Core, job: JobRecord, regardless = false): Ranking {
  const workers = [...core.workers.values()];
  const { queueId, channelId, priority, labels } = job;
  const lastOfferedTo = queueId === undefined ? undefined : core.queues.get(queueId)?.lastOfferedTo;
  const own = (worker: WorkerRecord): Share => (regardless ? shareOf(job, worker) : noShare);
  const ranking = core.config.wholeEngine(rankingOptions(core, job)).rank(
    {
      ...(queueId === undefined ? {} : { queueId }),
      channelId,
      priority,
      labels,
      requestedWorkerSelectors: selectorsOf(job),
    },
    workers.map((worker) => plainWorker(worker, own(worker).cost)),
    queueId,
    {
      availableSince: new Map(workers.map(({ id, availableSince }) => [id, availableSince])),
      assignedJobs: new Map(
        workers.map((worker) => [worker.id, jobsOnChannel(worker, channelId) - own(worker).jobs]),
      ),
      ...(lastOfferedTo === undefined ? {} : { lastOfferedTo }),
    },
  );
  const extra = new Map(
    workers.map((worker) => [worker.id, ownExclusions(job, worker, own(worker))]),
  );
  const barred = (id: string): readonly Exclusion[] => extra.get(id) ?? [];
  const reasons = new Map(
    ranking.excluded.map(({ workerId, reasons }) => [
      workerId,
      reasons.map((reason) => withOwnFacts(reason, job, core.workers.get(workerId))),
    ]),
  );
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

/** What of a worker's load is a job's own: its offer, or its assignment. */
interface Share {
  readonly cost: number;
  readonly offers: number;
  readonly jobs: number;
}

const noShare: Share = { cost: 0, offers: 0, jobs: 0 };

function shareOf(job: JobRecord, worker: WorkerRecord): Share {
  const offer = job.offers.find((each) => each.worker === worker);
  if (offer !== undefined) return { cost: offer.cost, offers: 1, jobs: 1 };
  const { assignment } = job;
  if (assignment === undefined || !worker.assigned.includes(job)) return noShare;
  return { cost: assignment.cost, offers: 0, jobs: 1 };
}

function plainWorker(worker: WorkerRecord, without: number): Worker {
  const used = worker.used - without;
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
    loadRatio: loadRatio({ used, capacity: worker.capacity }),
  };
}

/** What only the router knows about a reason that the worker's object gives. */
function withOwnFacts(
  reason: Exclusion,
  job: JobRecord,
  worker: WorkerRecord | undefined,
): Exclusion {
  if (reason.kind === "selector") {
    const isAttached = job.attached.some(({ selector }) => selector === reason.selector);
    return isAttached ? { ...reason, from: "attached" } : reason;
  }
  if (worker === undefined) return reason;
  if (reason.kind === "unavailable" && worker.state !== "active") {
    return { ...reason, state: worker.state };
  }
  if (reason.kind !== "capacity") return reason;
  const jobIds = [
    ...worker.offers.map(({ job }) => job.id),
    ...worker.assigned.map(({ id }) => id),
  ];
  return { ...reason, jobIds };
}

function ownExclusions(job: JobRecord, worker: WorkerRecord, own: Share): readonly Exclusion[] {
  const max = worker.maxConcurrentOffers;
  const open = worker.offers.length - own.offers;
  const isOffered = own.offers === 0 && job.offers.some((offer) => offer.worker === worker);
  return [
    ...(isOffered ? [{ kind: "offered" } as const] : []),
    ...(job.declinedBy?.includes(worker.registration) === true ? [declined(job, worker)] : []),
    ...(max !== undefined && open >= max ? [{ kind: "offers", open, max } as const] : []),
  ];
}

function declined(job: JobRecord, worker: WorkerRecord): Exclusion {
  const retry = job.retries.find(({ registration }) => registration === worker.registration);
  return { kind: "declined", ...(retry === undefined ? {} : { retryAtMs: retry.atMs }) };
}
