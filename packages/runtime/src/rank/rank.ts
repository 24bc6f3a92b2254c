import type {
  DistributionPolicy,
  Job,
  Labels,
  Worker,
  WorkerSelector,
} from "@routewright/jobrouter";
import type { AssumptionId, Assumptions } from "../assumptions.ts";
import { readsMissingLabel } from "../explain/atoms.ts";
import { inTableOrder } from "../explain/cited.ts";
import { cleanLabels, withAutomaticId } from "../labels.ts";
import type { CompiledRule } from "../rules/rule.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import { compareText } from "../text.ts";
import { defaultScore } from "./default-score.ts";
import { type EligibilityQuery, exclusionsOf, loadRatioOf } from "./eligibility.ts";
import type { ExcludedWorker, RankedWorker, Ranking, WorkerScore } from "./ranking.ts";
import { type RuleScore, ruleScores } from "./rule-score.ts";

/**
 * What a list of workers does not say about the moment. All of it is optional: an offline
 * snapshot usually has none of it.
 */
export interface WorkerSnapshot {
  /**
   * By worker id, since when it has been available, in any unit that grows (R5: workers that are
   * not listed come after those that are, in the order of the input).
   */
  readonly availableSince?: ReadonlyMap<string, number>;
  /** Round robin: the worker that received a job last; the circle goes on after it. */
  readonly lastOfferedTo?: string;
  /** Jobs of the job's channel that each worker has, against `maxNumberOfJobs`. */
  readonly assignedJobs?: ReadonlyMap<string, number>;
}

export interface RankQuery {
  readonly job: Job;
  readonly queueId: string | undefined;
  readonly attached: readonly WorkerSelector[];
  readonly distribution: DistributionPolicy | undefined;
  readonly scoring: CompiledRule | undefined;
  readonly assumptions: Assumptions;
  readonly answers: RuleAnswers;
  readonly snapshot: WorkerSnapshot;
}

interface Candidate {
  readonly worker: Worker;
  readonly id: string;
  readonly labels: Labels;
  /** Place in the input. */
  readonly place: number;
  readonly loadRatio: number;
  readonly score?: WorkerScore;
}

/** Orders the workers that may get a job as the queue's distribution mode does. */
export function rankWorkers(workers: readonly Worker[], query: RankQuery): Ranking {
  const cited = new Set<AssumptionId>();
  const mode = query.distribution?.mode ?? { kind: "longestIdle" };
  if (query.distribution?.mode === undefined) cited.add("R7");
  const excluded: (ExcludedWorker & { readonly place: number })[] = [];
  const eligibility: EligibilityQuery = {
    job: query.job,
    queueId: query.queueId,
    attached: query.attached,
    bypassSelectors: mode.bypassSelectors === true,
    assumptions: query.assumptions,
    assignedJobs: (id) => query.snapshot.assignedJobs?.get(id) ?? 0,
  };
  if (query.job.channelId === undefined) cited.add("R6");
  let candidates: Candidate[] = [];
  for (const [place, worker] of workers.entries()) {
    const labels = withAutomaticId(worker.labels, worker.id);
    const reasons = exclusionsOf(worker, labels, eligibility);
    if (reasons.length > 0) excluded.push({ workerId: worker.id, reasons, place });
    else {
      const loadRatio = loadRatioOf(worker);
      candidates.push({ worker, id: worker.id, labels, place, loadRatio });
    }
  }
  if (mode.kind === "bestWorker") candidates = score(candidates, query, cited, excluded);
  candidates.sort(orderOf(mode, candidates, query.snapshot, cited));
  return {
    queueId: query.queueId,
    distributionPolicyId: query.distribution?.id,
    mode: mode.kind,
    selectorsBypassed: eligibility.bypassSelectors,
    workers: candidates.map(
      ({ id, loadRatio, score }): RankedWorker => ({
        workerId: id,
        loadRatio,
        ...(score === undefined ? {} : { score }),
      }),
    ),
    excluded: excluded
      .sort((a, b) => a.place - b.place)
      .map(({ workerId, reasons }) => ({ workerId, reasons })),
    assumptions: inTableOrder(cited),
  };
}

/** Scores every candidate; those whose scoring fails are left out (Q23). */
function score(
  candidates: readonly Candidate[],
  query: RankQuery,
  cited: Set<AssumptionId>,
  excluded: (ExcludedWorker & { readonly place: number })[],
): Candidate[] {
  const scores =
    query.scoring === undefined
      ? defaultScores(candidates, query, cited)
      : scoresByRule(query.scoring, candidates, query);
  return candidates.flatMap((candidate, index): readonly Candidate[] => {
    const result = scores[index];
    if (result?.ok === true) {
      if (result.score.rule?.atoms.some(readsMissingLabel)) cited.add("R1");
      return [{ ...candidate, score: result.score }];
    }
    if (result === undefined) return [];
    cited.add("Q23");
    const { issue, rule } = result;
    if (query.assumptions.Q23 === "scoreZero") {
      return [{ ...candidate, score: { value: 0, ...(rule === undefined ? {} : { rule }) } }];
    }
    excluded.push({
      workerId: candidate.id,
      reasons: [{ kind: "score", issue, ...(rule === undefined ? {} : { rule }) }],
      place: candidate.place,
    });
    return [];
  });
}

function defaultScores(
  candidates: readonly Candidate[],
  query: RankQuery,
  cited: Set<AssumptionId>,
): readonly RuleScore[] {
  const jobLabels = cleanLabels(query.job.labels);
  const selectors = allSelectors(query);
  const magnitudes = selectors.filter(({ labelOperator }) => /Than/.test(labelOperator));
  if (Object.keys(jobLabels).length > 0 && selectors.length > 0) cited.add("Q21");
  if (magnitudes.some(({ value }) => value === 0)) cited.add("Q22");
  return candidates.map(({ id, labels }): RuleScore => {
    const own = defaultScore(jobLabels, selectors, labels, query.assumptions);
    if (own !== undefined) return { ok: true, score: own };
    return {
      ok: false,
      issue: {
        code: "NoScore",
        message: `worker \`${id}\` cannot be scored against a selector with value 0`,
        assumption: "Q22",
      },
    };
  });
}

function scoresByRule(
  rule: CompiledRule,
  candidates: readonly Candidate[],
  query: RankQuery,
): readonly RuleScore[] {
  const mode = query.distribution?.mode;
  const options = mode?.kind === "bestWorker" ? (mode.scoringRuleOptions ?? {}) : {};
  return ruleScores(
    {
      rule,
      options,
      jobLabels: cleanLabels(query.job.labels),
      selectors: allSelectors(query),
      answers: query.answers,
    },
    candidates,
  );
}

function allSelectors(query: RankQuery): readonly WorkerSelector[] {
  return [...(query.job.requestedWorkerSelectors ?? []), ...query.attached];
}

function orderOf(
  mode: { readonly kind: Ranking["mode"] } & {
    readonly scoringRuleOptions?: { readonly descendingOrder?: boolean };
  },
  candidates: readonly Candidate[],
  snapshot: WorkerSnapshot,
  cited: Set<AssumptionId>,
): (a: Candidate, b: Candidate) => number {
  const longestAvailable = (a: Candidate, b: Candidate): number => {
    const since = snapshot.availableSince;
    const order =
      (since?.get(a.id) ?? Number.POSITIVE_INFINITY) -
      (since?.get(b.id) ?? Number.POSITIVE_INFINITY);
    // Infinity - Infinity is NaN: neither is known.
    if (order !== 0 && !Number.isNaN(order)) return order;
    if (a !== b) cited.add("R5");
    return a.place - b.place;
  };
  switch (mode.kind) {
    case "roundRobin": {
      if (candidates.length > 1) cited.add("Q35");
      const last = snapshot.lastOfferedTo;
      const lap = (id: string): number =>
        last !== undefined && compareText(id, last) <= 0 ? 1 : 0;
      return (a, b) => lap(a.id) - lap(b.id) || compareText(a.id, b.id) || a.place - b.place;
    }
    case "longestIdle":
      return (a, b) => a.loadRatio - b.loadRatio || longestAvailable(a, b);
    case "bestWorker": {
      const sign = mode.scoringRuleOptions?.descendingOrder === false ? 1 : -1;
      return (a, b) =>
        sign * compareNumbers(a.score?.value ?? 0, b.score?.value ?? 0) || longestAvailable(a, b);
    }
  }
}

/** A difference would be NaN between two infinities. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
