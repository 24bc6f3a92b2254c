import { ruleUri } from "../rules/rule.ts";
import { isList, type RuleValue } from "../rules/value.ts";
import { selectorsOf, sharedPayload } from "./best-worker.ts";
import type { Core } from "./core.ts";
import { isBarred, type JobGroup } from "./job-groups.ts";
import { isSet, type Lane } from "./lane.ts";
import type { Distribution } from "./queues.ts";
import type { JobRecord, RuleAnswer, WorkerRecord } from "./records.ts";
import { callRule } from "./rule-calls.ts";

/** The service's `batchSize` where the policy does not say. */
const usualBatch = 20;

/** The address that scores come from when the shell is to be asked for them. */
export function scoringUri(core: Core, { scoring }: Distribution): string | undefined {
  if (!core.asksShell || scoring === undefined) return undefined;
  const uri = ruleUri(scoring.rule);
  return uri === undefined || core.ruleAnswers.has(uri) ? undefined : uri;
}

/**
 * Asks for the scores of workers that may have the job now and have none yet. Scores are kept
 * with the job until what they depend on changes.
 *
 * @returns whether the job has to wait for an answer.
 */
export function askForScores(
  core: Core,
  lane: Lane,
  group: JobGroup,
  job: JobRecord,
  distribution: Distribution,
): boolean {
  const uri = scoringUri(core, distribution);
  if (uri === undefined) return false;
  const pool = lane.poolOf(group);
  const missing = lane.ready().flatMap(({ slot, worker }) => {
    const isCandidate = isSet(lane.room, slot) && isSet(pool, slot) && !isBarred(job, worker);
    return isCandidate && job.answers?.has(scoreKey(worker)) !== true ? [worker] : [];
  });
  const shared = sharedPayload(job, selectorsOf(job), distribution);
  const { isBatchScoringEnabled, batchSize = usualBatch } = distribution.scoringOptions;
  if (isBatchScoringEnabled === true) {
    for (let start = 0; start < missing.length; start += batchSize) {
      const batch = missing.slice(start, start + batchSize);
      const payload = { ...shared, workers: batch.map(({ labels }) => labels) };
      const keys = batch.map((worker) => [worker.id, scoreKey(worker)] as const);
      callRule(core, job, uri, uri, payload, keys);
    }
  } else {
    for (const worker of missing) {
      callRule(core, job, scoreKey(worker), uri, { ...shared, worker: worker.labels });
    }
  }
  return missing.length > 0;
}

/** A score is that of a worker as it is labelled. */
function scoreKey(worker: WorkerRecord): string {
  return `score ${worker.labelVersion} ${worker.id}`;
}

/** `undefined`: the call failed, gave no number, or left the worker out (Q23). */
export function scoreFromShell(job: JobRecord, worker: WorkerRecord): number | undefined {
  const answer = job.answers?.get(scoreKey(worker));
  const value = answer !== undefined && "value" in answer ? answer.value : undefined;
  return typeof value === "number" && !Number.isNaN(value) ? value : undefined;
}

/** One worker's part of the answer for a batch. */
export function batchPart(answer: RuleAnswer, workerId: string): RuleAnswer {
  if ("failure" in answer) return answer;
  const value: RuleValue = answer.value;
  if (value === null || typeof value !== "object" || isList(value)) return { failure: "no scores" };
  const score = Object.hasOwn(value, workerId) ? value[workerId] : undefined;
  return score === undefined ? { failure: "left out" } : { value: score };
}
