import type { DistributionPolicy, Labels, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../../../src/index.ts";
import { holds } from "./deciding.ts";
import { saying } from "./sayings.ts";

// Who gets a job, once more: written from section 8 of the documentation, with nothing of the engine.

/** A worker that could have the job, selectors aside. */
export interface Candidate {
  readonly id: string;
  readonly labels: Labels;
  readonly loadRatio: number;
  readonly availableSince: number;
}

export interface Offered {
  readonly labels: Labels;
  /** Those in force. */
  readonly selectors: readonly WorkerSelector[];
}

/** The best of the candidates by the mode of a distribution; without one by R7. */
export function bestOf(
  candidates: readonly Candidate[],
  job: Offered,
  policy: DistributionPolicy | undefined,
  lastOfferedTo: string | undefined,
  assumed: Assumptions,
): string | undefined {
  const mode = policy?.mode ?? { kind: "longestIdle" };
  const suitable = candidates
    .map((each) => ({ ...each, labels: { ...each.labels, Id: each.id } }))
    .filter(
      ({ labels }) =>
        mode.bypassSelectors === true || job.selectors.every((selector) => holds(selector, labels)),
    )
    .sort((a, b) => a.availableSince - b.availableSince);
  switch (mode.kind) {
    case "longestIdle": {
      const least = Math.min(...suitable.map(({ loadRatio }) => loadRatio));
      return suitable.find(({ loadRatio }) => loadRatio === least)?.id;
    }
    case "roundRobin": {
      // Q35: by id, from the one after the last.
      const circle = suitable.map(({ id }) => id).sort();
      return circle.find((id) => lastOfferedTo === undefined || id > lastOfferedTo) ?? circle[0];
    }
    case "bestWorker": {
      const { scoringRule, scoringRuleOptions = {} } = mode;
      const { scoringParameters = ["jobLabels"], descendingOrder = true } = scoringRuleOptions;
      const sent = scoringParameters.includes("jobLabels") ? job.labels : undefined;
      const scored = suitable.flatMap((each) => {
        const said =
          scoringRule === undefined
            ? defaultScore(job, each.labels, assumed)
            : saying(scoringRule, sent, each.labels);
        // Q23.
        const score = typeof said === "number" ? said : assumed.Q23 === "scoreZero" ? 0 : undefined;
        return score === undefined ? [] : [{ id: each.id, score }];
      });
      const scores = scored.map(({ score }) => score);
      const best = descendingOrder ? Math.max(...scores) : Math.min(...scores);
      return scored.find(({ score }) => score === best)?.id;
    }
  }
}

/** 8.4: a mean over the job's labels and the selectors in force (Q21). */
function defaultScore(
  { labels, selectors }: Offered,
  worker: Labels,
  assumed: Assumptions,
): number | undefined {
  const shared = Object.entries(labels).filter(([key, value]) => worker[key] === value).length;
  const count = Object.keys(labels).length;
  let met = 0;
  for (const selector of selectors) {
    const score = nearness(selector, worker, assumed);
    if (score === undefined) return undefined;
    met += score;
  }
  if (count + selectors.length === 0) return 0;
  if (assumed.Q21 === "meanOfParts" && count > 0 && selectors.length > 0) {
    return (shared / count + met / selectors.length) / 2;
  }
  // In the order of the sum: the last bit of a score decides between two workers.
  let sum = shared;
  for (const selector of selectors) sum += nearness(selector, worker, assumed) ?? 0;
  return sum / (count + selectors.length);
}

/** A logistic of how far the worker is beyond what is asked, in units of it (Q22). */
function nearness(
  selector: WorkerSelector,
  worker: Labels,
  assumed: Assumptions,
): number | undefined {
  const { key, labelOperator, value } = selector;
  if (labelOperator === "equal" || labelOperator === "notEqual") {
    return holds(selector, worker) ? 1 : 0;
  }
  const label = worker[key];
  if (typeof label !== "number" || typeof value !== "number") return 0;
  const beyond = labelOperator.startsWith("greater") ? label - value : value - label;
  if (value === 0 && assumed.Q22 === "leaveOut") return undefined;
  return 1 / (1 + Math.exp(-(value === 0 ? beyond : beyond / value)));
}
