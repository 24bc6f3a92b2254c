import type { Labels, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { selectorHolds } from "../match/selectors.ts";
import type { ScorePart, WorkerScore } from "./ranking.ts";

/**
 * The score of the best-worker mode without a scoring rule, 0…1: how many of the job's labels the
 * worker shares, and how well it meets each selector. A magnitude selector gives
 * `1 / (1 + e^-x)`, where x is how far the label is beyond the selector's value, in units of it.
 * How the two parts join is Q21, a selector value of 0 is Q22: `undefined` when that fails.
 *
 * Source: distribution concepts page of the service; its worked numbers are tests here.
 */
export function defaultScore(
  jobLabels: Labels,
  selectors: readonly WorkerSelector[],
  workerLabels: Labels,
  assumptions: Assumptions,
): WorkerScore | undefined {
  const value = defaultScoreValue(jobLabels, selectors, workerLabels, assumptions);
  if (value === undefined) return undefined;
  const labelParts = Object.entries(jobLabels).map(([key, job]): ScorePart => {
    const worker = readLabel(workerLabels, key);
    return { kind: "label", key, job, ...optional(worker), score: worker === job ? 1 : 0 };
  });
  const selectorParts = selectors.map((selector): ScorePart => {
    const worker = readLabel(workerLabels, selector.key);
    const score = selectorScore(selector, worker, assumptions) ?? 0;
    return { kind: "selector", selector, ...optional(worker), score };
  });
  return { value, parts: [...labelParts, ...selectorParts] };
}

/** The value of the default score alone, for whoever compares many workers. */
export function defaultScoreValue(
  jobLabels: Labels,
  selectors: readonly WorkerSelector[],
  workerLabels: Labels,
  assumptions: Assumptions,
): number | undefined {
  let matching = 0;
  let labels = 0;
  for (const key of Object.keys(jobLabels)) {
    labels++;
    if (readLabel(workerLabels, key) === jobLabels[key]) matching++;
  }
  let pooled = matching;
  let met = 0;
  for (const selector of selectors) {
    const score = selectorScore(selector, readLabel(workerLabels, selector.key), assumptions);
    if (score === undefined) return undefined;
    pooled += score;
    met += score;
  }
  const count = labels + selectors.length;
  if (count === 0) return 0;
  if (assumptions.Q21 === "meanOfParts" && labels > 0 && selectors.length > 0) {
    return (matching / labels + met / selectors.length) / 2;
  }
  return pooled / count;
}

function selectorScore(
  selector: WorkerSelector,
  label: LabelValue | undefined,
  assumptions: Assumptions,
): number | undefined {
  const { labelOperator, value } = selector;
  if (labelOperator === "equal" || labelOperator === "notEqual") {
    return selectorHolds(selector, label, assumptions) ? 1 : 0;
  }
  if (typeof label !== "number" || typeof value !== "number") return 0;
  const difference = labelOperator.startsWith("greater") ? label - value : value - label;
  if (value === 0 && assumptions.Q22 === "leaveOut") return undefined;
  return 1 / (1 + Math.exp(-(value === 0 ? difference : difference / value)));
}

function optional(worker: LabelValue | undefined): { readonly worker?: LabelValue } {
  return worker === undefined ? {} : { worker };
}
