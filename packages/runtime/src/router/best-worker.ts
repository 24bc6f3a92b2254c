import type { WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { defaultScore } from "../rank/default-score.ts";
import type { CompiledRule } from "../rules/rule.ts";
import type { RuleAnswers, RulePayload } from "../rules/stubs.ts";
import type { Lane } from "./lane.ts";
import type { Distribution } from "./queues.ts";
import type { JobRecord, SelectorState, WorkerRecord } from "./records.ts";
import { none } from "./records.ts";
import { scoreFromShell } from "./score-calls.ts";

/**
 * The workers of a lane in the order of their scores for one kind of job. Scores depend on labels
 * only, so jobs with the same labels, as far as scoring reads them, share a table.
 */
export interface TierTable {
  /** By slot: equal scores have equal tiers, the best has 0; `none`: left out (Q23). */
  readonly tiers: Int32Array;
  /** Slots by tier. */
  readonly order: Int32Array;
  readonly scores: Float64Array;
}

/** Tables of one lane kept at a time. */
const mostTables = 256;

export interface ScoringContext {
  readonly assumptions: Assumptions;
  readonly answers: RuleAnswers;
  /** Whether the job has been given the scores from outside. */
  readonly fromShell: boolean;
}

export function tierTable(
  lane: Lane,
  job: JobRecord,
  distribution: Distribution,
  context: ScoringContext,
): TierTable {
  const seats = lane.ready();
  const key = scoringKey(job, distribution);
  const known = key === undefined ? undefined : lane.tiers.get(key);
  if (known !== undefined) return known;
  const selectors = selectorsOf(job);
  const scores = new Float64Array(seats.length);
  for (const [slot, { worker }] of seats.entries()) {
    scores[slot] = scoreOf(job, selectors, worker, distribution, context) ?? Number.NaN;
  }
  const table = arrange(scores, distribution.descending);
  if (key !== undefined) {
    if (lane.tiers.size >= mostTables) lane.tiers.clear();
    lane.tiers.set(key, table);
  }
  return table;
}

function arrange(scores: Float64Array, descending: boolean): TierTable {
  const tiers = new Int32Array(scores.length).fill(none);
  const sign = descending ? -1 : 1;
  const order = Int32Array.from(
    Array.from(scores.keys())
      .filter((slot) => !Number.isNaN(scores[slot]))
      .sort((a, b) => sign * compareNumbers(scores[a] as number, scores[b] as number)),
  );
  let tier = none;
  let last = Number.NaN;
  for (const slot of order) {
    const score = scores[slot] as number;
    if (score !== last) tier++;
    last = score;
    tiers[slot] = tier;
  }
  return { tiers, order, scores };
}

/** A difference would be NaN between two infinities. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a score depends on besides the worker, as text; `undefined`: nobody can say. */
function scoringKey(job: JobRecord, distribution: Distribution): string | undefined {
  const { scoring, serial } = distribution;
  if (scoring === undefined) {
    const selectors = selectorsOf(job).map(({ key, labelOperator, value }) => [
      key,
      labelOperator,
      value,
    ]);
    return `${serial} ${JSON.stringify([Object.entries(job.labels), selectors])}`;
  }
  if (scoring.rule.kind === "static" || scoring.rule.kind === "directMap") return `${serial}`;
  const { program } = scoring;
  if (program === undefined) return undefined;
  if (!sendsJob(distribution)) return `${serial}`;
  if (program.wholeRecords.includes("job")) {
    return `${serial} ${JSON.stringify(Object.entries(job.labels))}`;
  }
  const read = program.labels
    .filter(({ root }) => root === "job")
    .map(({ name }) => (Object.hasOwn(job.labels, name) ? job.labels[name] : null));
  return `${serial} ${JSON.stringify(read)}`;
}

function sendsJob(distribution: Distribution): boolean {
  return distribution.scoringOptions.scoringParameters?.includes("jobLabels") !== false;
}

/** The active selectors of a job, requested ones first. */
export function selectorsOf(job: JobRecord): readonly WorkerSelector[] {
  const active = (states: readonly SelectorState[]): readonly WorkerSelector[] =>
    states.flatMap(({ expired, selector }) => (expired ? [] : [selector]));
  return [...active(job.requested), ...active(job.attached)];
}

function scoreOf(
  job: JobRecord,
  selectors: readonly WorkerSelector[],
  worker: WorkerRecord,
  distribution: Distribution,
  context: ScoringContext,
): number | undefined {
  const { scoring } = distribution;
  const score =
    scoring === undefined
      ? defaultScore(job.labels, selectors, worker.labels, context.assumptions)?.value
      : ruleScore(scoring, job, selectors, worker, distribution, context);
  if (score !== undefined) return score;
  return context.assumptions.Q23 === "scoreZero" ? 0 : undefined;
}

function ruleScore(
  rule: CompiledRule,
  job: JobRecord,
  selectors: readonly WorkerSelector[],
  worker: WorkerRecord,
  distribution: Distribution,
  context: ScoringContext,
): number | undefined {
  if (context.fromShell) return scoreFromShell(job, worker);
  const shared = sharedPayload(job, selectors, distribution);
  const { labels } = worker;
  const input = { ...shared, worker: labels, payload: { ...shared, worker: labels } };
  const result = rule.run(input, context.answers);
  if (!result.ok || typeof result.value !== "number" || Number.isNaN(result.value)) {
    return undefined;
  }
  return result.value;
}

/** What of a job is sent to a scoring rule, as `scoringParameters` has it. */
export function sharedPayload(
  job: JobRecord,
  selectors: readonly WorkerSelector[],
  distribution: Distribution,
): Pick<RulePayload, "job" | "selectors"> {
  const parameters = distribution.scoringOptions.scoringParameters;
  return {
    ...(sendsJob(distribution) ? { job: job.labels } : {}),
    ...(parameters?.includes("workerSelectors") === false ? {} : { selectors }),
  };
}
