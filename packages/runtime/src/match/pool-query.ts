import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import { fxToNumber } from "@routewright/powerfx";
import { cleanLabels, isLabelValue, readLabel } from "../labels.ts";
import { defaultScoreValue } from "../rank/default-score.ts";
import { ruleScores } from "../rank/rule-score.ts";
import type { RuleResult } from "../rules/rule.ts";
import { compareText } from "../text.ts";
import type { PreparedDistribution } from "./distribution.ts";
import { type MatchShapes, type ShapeUse, signatureOf } from "./match-shape.ts";
import {
  type CompareMembers,
  compareLongest,
  type PoolBucket,
  type PoolGroup,
  type PoolLane,
  type PoolView,
} from "./pool-view.ts";
import { selectorHolds } from "./selectors.ts";
import type { Match, MatchRequest, PoolMember, WorkerPoolOptions } from "./worker-pool.ts";

interface Found {
  readonly member: PoolMember;
  readonly score: number;
}

/** The first `limit` of a lane's workers that a request may have, in the mode's order. */
export function bestOf(
  lane: PoolLane,
  request: MatchRequest,
  shapes: MatchShapes,
  options: WorkerPoolOptions,
): readonly Match[] {
  const { distribution, selectors, limit } = request;
  if (limit < 1) return [];
  const jobLabels = cleanLabels(request.labels);
  const use = shapes.of(selectors, distribution, jobLabels, options.assumptions.Q17 === "exact");
  const view = lane.view(use.shape, distribution.mode);
  const bucket = bucketOf(view, use, selectors);
  if (bucket === undefined) return [];
  const { mode, reads } = distribution;
  if (mode === "bestWorker" && reads.kind === "everything") {
    return matchesOf(bestAsked(bucket, use, request, jobLabels, options), true);
  }
  const found: Found[] = [];
  const compare = compareFound(request, view.compare);
  const scoreOf = mode === "bestWorker" ? scorer(view, request, jobLabels, options) : () => 0;
  for (const group of bucket.groups) {
    if (group.members.length === 0 || !passes(group, use, selectors, options)) continue;
    const score = scoreOf(group);
    if (Number.isNaN(score)) continue;
    offerMembers(group, score, found, request, compare);
  }
  return matchesOf(found, mode === "bestWorker");
}

function bucketOf(
  view: PoolView,
  { equalAt }: ShapeUse,
  selectors: readonly WorkerSelector[],
): PoolBucket | undefined {
  const values = equalAt.map((index) => selectors[index]?.value);
  // `equal` without a value, or to something else than a label value, holds for nothing.
  return values.every(isLabelValue) ? view.bucket(signatureOf(values)) : undefined;
}

function passes(
  group: PoolGroup,
  { tested }: ShapeUse,
  selectors: readonly WorkerSelector[],
  { assumptions }: WorkerPoolOptions,
): boolean {
  for (const { selector, key } of tested) {
    const own = selectors[selector];
    if (own !== undefined && !selectorHolds(own, group.values[key], assumptions)) return false;
  }
  return true;
}

type CompareFound = (a: Found, b: Found) => number;

function compareFound(request: MatchRequest, compare: CompareMembers): CompareFound {
  const { distribution, lastOfferedTo } = request;
  switch (distribution.mode) {
    case "longestIdle":
      return (a, b) => compare(a.member, b.member);
    case "roundRobin":
      if (lastOfferedTo === undefined) return (a, b) => compare(a.member, b.member);
      return (a, b) =>
        lap(a.member.id, lastOfferedTo) - lap(b.member.id, lastOfferedTo) ||
        compare(a.member, b.member);
    case "bestWorker": {
      const sign = isAscending(distribution) ? 1 : -1;
      return (a, b) =>
        a.score === b.score ? compare(a.member, b.member) : a.score < b.score ? -sign : sign;
    }
  }
}

function isAscending({ policy }: PreparedDistribution): boolean {
  const mode = policy?.mode;
  return mode?.kind === "bestWorker" && mode.scoringRuleOptions?.descendingOrder === false;
}

/** The circle goes on after the worker that was last; who is not after it comes a lap later. */
function lap(id: string, last: string): number {
  return compareText(id, last) <= 0 ? 1 : 0;
}

/** Takes from a group, which is in order, as long as its members are better than what is there. */
function offerMembers(
  { members }: PoolGroup,
  score: number,
  found: Found[],
  request: MatchRequest,
  compare: CompareFound,
): void {
  const { excludes, limit, lastOfferedTo } = request;
  const first =
    request.distribution.mode === "roundRobin" && lastOfferedTo !== undefined
      ? placeAfter(members, lastOfferedTo)
      : 0;
  let taken = 0;
  for (let step = 0; step < members.length && taken < limit; step++) {
    const at = first + step;
    const member = members[at < members.length ? at : at - members.length];
    if (member === undefined || excludes?.(member.id) === true) continue;
    if (!insert({ member, score }, found, limit, compare)) return;
    taken++;
  }
}

function placeAfter(members: readonly PoolMember[], last: string): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(members[middle]?.id ?? "", last) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** False: there are `limit` better ones already. */
function insert(one: Found, found: Found[], limit: number, compare: CompareFound): boolean {
  const last = found[found.length - 1];
  if (found.length >= limit && last !== undefined && compare(one, last) >= 0) return false;
  let at = found.length;
  while (at > 0) {
    const before = found[at - 1];
    if (before === undefined || compare(before, one) <= 0) break;
    at--;
  }
  found.splice(at, 0, one);
  if (found.length > limit) found.pop();
  return true;
}

/** NaN: the worker is left out, for its scoring fails (Q23). */
function scorer(
  view: PoolView,
  { distribution, selectors }: MatchRequest,
  jobLabels: Labels,
  options: WorkerPoolOptions,
): (group: PoolGroup) => number {
  const { assumptions, answers } = options;
  const whenFailing = assumptions.Q23 === "scoreZero" ? 0 : Number.NaN;
  const { scoring, reads } = distribution;
  if (scoring === undefined || reads.kind !== "workerKeys") {
    return (group) =>
      defaultScoreValue(jobLabels, selectors, group.labels, assumptions) ?? whenFailing;
  }
  const job = takesJobLabels(distribution) ? jobLabels : undefined;
  const signature =
    job === undefined ? undefined : signatureOf(reads.jobKeys.map((key) => readLabel(job, key)));
  const number = view.signatureNumber(signature, distribution);
  const { program } = scoring;
  return (group) => {
    let score = group.scores[number];
    if (score === undefined) {
      const value =
        program === undefined
          ? numberIn(scoring.run({ payload: {} }, answers))
          : fxToNumber(program.run(job, group.labels));
      score = value === undefined || Number.isNaN(value) ? whenFailing : value;
      group.scores[number] = score;
    }
    return score;
  };
}

function numberIn(result: RuleResult): number | undefined {
  return result.ok && typeof result.value === "number" ? result.value : undefined;
}

function takesJobLabels({ policy }: PreparedDistribution): boolean {
  const mode = policy?.mode;
  if (mode?.kind !== "bestWorker") return false;
  const parameters = mode.scoringRuleOptions?.scoringParameters;
  return parameters === undefined || parameters.includes("jobLabels");
}

/** Scores by asking for each worker, in order of ids: batches are the same each time. */
function bestAsked(
  bucket: PoolBucket,
  use: ShapeUse,
  request: MatchRequest,
  jobLabels: Labels,
  options: WorkerPoolOptions,
): readonly Found[] {
  const { distribution, selectors, excludes } = request;
  const { scoring, policy } = distribution;
  const mode = policy?.mode;
  if (scoring === undefined || mode?.kind !== "bestWorker") return [];
  const eligible = bucket.groups
    .filter((group) => passes(group, use, selectors, options))
    .flatMap(({ members }) => members)
    .filter(({ id }) => excludes?.(id) !== true)
    .sort((a, b) => compareText(a.id, b.id));
  const ruleOptions = mode.scoringRuleOptions ?? {};
  const { answers, assumptions } = options;
  const scores = ruleScores(
    { rule: scoring, options: ruleOptions, jobLabels, selectors, answers },
    eligible,
  );
  const found: Found[] = [];
  const compare = compareFound(request, compareLongest);
  for (const [index, member] of eligible.entries()) {
    const result = scores[index];
    if (result?.ok === true)
      insert({ member, score: result.score.value }, found, request.limit, compare);
    else if (assumptions.Q23 === "scoreZero")
      insert({ member, score: 0 }, found, request.limit, compare);
  }
  return found;
}

function matchesOf(found: readonly Found[], scored: boolean): readonly Match[] {
  return found.map(({ member, score }) =>
    scored ? { workerId: member.id, score } : { workerId: member.id },
  );
}
