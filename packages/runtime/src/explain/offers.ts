import type { WorkerSelector } from "@routewright/jobrouter";
import type { Exclusion, Ranking } from "../rank/ranking.ts";
import type { JobStatus } from "../router/transition.ts";
import { showValue } from "../text.ts";
import { describeExclusion, describeSelector, listSome } from "./describe.ts";

/** Why a job is offered to the workers it is offered to, and not to the others. */
export interface OfferExplanation {
  readonly jobId: string;
  /** Absent: the job has none. */
  readonly queueId?: string;
  /** Why it is offered to nobody, or to nobody else; absent: it waits for whoever may have it. */
  readonly job?: JobObstacle;
  /** Requirements that ran out: they keep nobody away any more. */
  readonly expired: readonly WorkerSelector[];
  /** In the order in which they were added; empty while nobody could be asked. */
  readonly workers: readonly OfferVerdict[];
}

export type JobObstacle =
  /** It is not queued. `errors`: of its classification, when that failed. */
  | { readonly kind: "status"; readonly status: JobStatus; readonly errors?: readonly string[] }
  | { readonly kind: "assigned"; readonly workerId: string }
  /** It is offered to as many workers at a time as its distribution allows. */
  | { readonly kind: "offers"; readonly max: number; readonly workerIds: readonly string[] }
  /** Somebody declined it until a time (R14). */
  | { readonly kind: "resting"; readonly untilMs: number }
  /** A rule outside has not answered yet. */
  | { readonly kind: "asking" }
  /** Matching takes time. */
  | { readonly kind: "round"; readonly atMs: number };

export type OfferVerdict =
  | {
      readonly outcome: "offered" | "assigned";
      readonly workerId: string;
      /** Absent: what decided is not known any more. */
      readonly standing?: Standing;
    }
  /** It could have the job, and somebody else was offered it who comes before it. */
  | {
      readonly outcome: "behind";
      readonly workerId: string;
      readonly by: string;
      readonly mode: Ranking["mode"];
      readonly own: Standing;
      readonly other: Standing;
    }
  /** Nothing keeps it from the job but what keeps the job from everybody. */
  | { readonly outcome: "eligible"; readonly workerId: string; readonly standing?: Standing }
  /** Every reason, the most basic first. */
  | {
      readonly outcome: "excluded";
      readonly workerId: string;
      readonly reasons: readonly Exclusion[];
    }
  | { readonly outcome: "unknown"; readonly workerId: string };

/** How a worker stood among those that could have the job. */
export interface Standing {
  /** From 1. */
  readonly place: number;
  readonly of: number;
  readonly loadRatio: number;
  /** Best-worker mode only. */
  readonly score?: number;
}

/** What a ranking says of each worker: those that may have the job in order, then the others. */
function verdictsOf(ranking: Ranking): readonly OfferVerdict[] {
  return [
    ...ranking.workers.map(({ workerId }, index): OfferVerdict => {
      const standing = standingIn(ranking, index);
      return { outcome: "eligible", workerId, ...(standing === undefined ? {} : { standing }) };
    }),
    ...ranking.excluded.map(
      ({ workerId, reasons }): OfferVerdict => ({ outcome: "excluded", workerId, reasons }),
    ),
  ];
}

/** What a ranking says of those that it was expected to have in another place. */
export function differingVerdicts(
  ranking: Ranking,
  expected: readonly string[],
): readonly OfferVerdict[] {
  const actual = ranking.workers.map(({ workerId }) => workerId);
  const verdicts = verdictsOf(ranking).filter(
    ({ workerId }) => actual.indexOf(workerId) !== expected.indexOf(workerId),
  );
  const unknown = expected.filter(
    (id) => !actual.includes(id) && !ranking.excluded.some(({ workerId }) => workerId === id),
  );
  return [...verdicts, ...unknown.map((workerId) => ({ outcome: "unknown", workerId }) as const)];
}

/** How the worker at a place (from 0) of a ranking stands. */
export function standingIn({ workers }: Ranking, index: number): Standing | undefined {
  const worker = workers[index];
  if (worker === undefined) return undefined;
  const { loadRatio, score } = worker;
  return {
    place: index + 1,
    of: workers.length,
    loadRatio,
    ...(score === undefined ? {} : { score: score.value }),
  };
}

export interface OfferWords {
  /** An instant as people read it. */
  readonly showInstant: (atMs: number) => string;
  /** These alone; all when absent. */
  readonly workerIds?: readonly string[];
}

/** The explanation as lines: of the job, of what ran out, then one a worker. */
export function describeOffers(
  explanation: OfferExplanation,
  { showInstant, workerIds }: OfferWords,
): readonly string[] {
  const { jobId, job, expired, workers } = explanation;
  const asked =
    workerIds === undefined
      ? workers
      : workers.filter(({ workerId }) => workerIds.includes(workerId));
  return [
    ...(job === undefined ? [] : [`${jobId}: ${describeObstacle(job, showInstant)}`]),
    ...(job === undefined && workers.length === 0 ? [`${jobId}: there are no workers`] : []),
    ...(expired.length === 0
      ? []
      : [
          `${jobId}: no longer requires ${expired.map(describeSelector).join(", ")}, which ran out`,
        ]),
    ...asked.map((verdict) => `${verdict.workerId}: ${describeVerdict(verdict, showInstant)}`),
  ];
}

function describeObstacle(obstacle: JobObstacle, showInstant: OfferWords["showInstant"]): string {
  switch (obstacle.kind) {
    case "status": {
      const why = (obstacle.errors ?? []).join("; ");
      return `is ${obstacle.status}, not queued${why === "" ? "" : `: ${why}`}`;
    }
    case "assigned":
      return `is assigned to ${obstacle.workerId}`;
    case "offers": {
      const { max, workerIds } = obstacle;
      const most = max === 1 ? "one worker" : `${max} workers`;
      return `is offered to ${listSome(workerIds)}, and to at most ${most} at a time`;
    }
    case "resting":
      return `was declined until ${showInstant(obstacle.untilMs)}`;
    case "asking":
      return "waits for the answer of a rule outside";
    case "round":
      return `is matched at ${showInstant(obstacle.atMs)}`;
  }
}

/** Why this worker has the job, an offer of it, or neither. */
export function describeVerdict(
  verdict: OfferVerdict,
  showInstant: OfferWords["showInstant"],
): string {
  switch (verdict.outcome) {
    case "offered":
    case "assigned":
    case "eligible": {
      const what = { offered: "is offered it", assigned: "has it", eligible: "may have it" };
      return `${what[verdict.outcome]}${describeStanding(verdict.standing)}`;
    }
    case "behind":
      return `may have it, but ${describeLead(verdict)}`;
    case "excluded":
      return verdict.reasons.map((reason) => describeReason(reason, showInstant)).join("; ");
    case "unknown":
      return "is not there";
  }
}

function describeReason(reason: Exclusion, showInstant: OfferWords["showInstant"]): string {
  if (reason.kind === "selector") {
    const { selector, label } = reason;
    return `requires ${describeSelector(selector)}, but ${selector.key} is ${showValue(label)}`;
  }
  if (reason.kind === "declined" && reason.retryAtMs !== undefined) {
    return `${describeExclusion(reason)} until ${showInstant(reason.retryAtMs)}`;
  }
  return describeExclusion(reason);
}

function describeStanding(standing: Standing | undefined): string {
  if (standing === undefined) return "";
  const { place, of, score } = standing;
  return `, ${place} of ${of} that may${score === undefined ? "" : `, score ${shortNumber(score)}`}`;
}

function describeLead({
  by,
  mode,
  own,
  other,
}: Extract<OfferVerdict, { readonly outcome: "behind" }>): string {
  switch (mode) {
    case "roundRobin":
      return `${by} comes first in the circle`;
    case "longestIdle":
      return own.loadRatio === other.loadRatio
        ? `${by} has been available longer`
        : `${by} comes first: load ${percent(other.loadRatio)} < ${percent(own.loadRatio)}`;
    case "bestWorker": {
      const [mine, theirs] = [own.score ?? 0, other.score ?? 0];
      const scores = `${shortNumber(mine)} ${mine < theirs ? "<" : ">"} ${shortNumber(theirs)}`;
      if (mine === theirs) {
        return `${by} has the same score, ${shortNumber(mine)}, and has been available longer`;
      }
      return mine < theirs
        ? `${by} comes first: score ${scores}`
        : `${by} comes first: score ${scores}, and the lowest is the best`;
    }
  }
}

function percent(ratio: number): string {
  return `${shortNumber(ratio * 100)} %`;
}

/** At most four decimals, without trailing zeros. */
function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(4)));
}
