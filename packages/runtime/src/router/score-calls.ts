import type { WorkerSelector } from "@routewright/jobrouter";
import { eachCandidate } from "../match/pick.ts";
import { batchSizeOf, sharedPayload } from "../rank/rule-score.ts";
import { ruleUri } from "../rules/rule.ts";
import { isList, type RuleValue } from "../rules/value.ts";
import type { Core } from "./core.ts";
import { isBarred, type JobGroup } from "./job-groups.ts";
import type { Distribution } from "./queues.ts";
import type { JobRecord, RuleAnswer, SelectorState, WorkerRecord } from "./records.ts";
import { callRule } from "./rule-calls.ts";

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
  group: JobGroup,
  job: JobRecord,
  distribution: Distribution,
): boolean {
  const uri = scoringUri(core, distribution);
  if (uri === undefined) return false;
  const { crew, floor } = group.lane;
  const missing: WorkerRecord[] = [];
  const isBarredFrom = (worker: WorkerRecord): boolean => isBarred(job, worker);
  const candidates = { pool: crew.fill(group.pool), isBarred: isBarredFrom };
  eachCandidate(crew, candidates, (slot) => {
    const worker = floor.worker(slot);
    if (job.answers?.has(scoreKey(worker)) !== true) missing.push(worker);
  });
  const options = distribution.scoringOptions;
  const shared = sharedPayload({ options, jobLabels: job.labels, selectors: selectorsOf(job) });
  if (options.isBatchScoringEnabled === true) {
    const batchSize = batchSizeOf(options);
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

/** The active selectors of a job, requested ones first. */
export function selectorsOf(job: JobRecord): readonly WorkerSelector[] {
  const active = (states: readonly SelectorState[]): readonly WorkerSelector[] =>
    states.flatMap(({ expired, selector }) => (expired ? [] : [selector]));
  return [...active(job.requested), ...active(job.attached)];
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
