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
  const labelParts = Object.entries(jobLabels).map(([key, job]): ScorePart => {
    const worker = readLabel(workerLabels, key);
    return { kind: "label", key, job, ...optional(worker), score: worker === job ? 1 : 0 };
  });
  const selectorParts: ScorePart[] = [];
  for (const selector of selectors) {
    const worker = readLabel(workerLabels, selector.key);
    const score = selectorScore(selector, worker, assumptions);
    if (score === undefined) return undefined;
    selectorParts.push({ kind: "selector", selector, ...optional(worker), score });
  }
  const parts = [...labelParts, ...selectorParts];
  const value =
    assumptions.Q21 === "meanOfParts"
      ? mean([labelParts, selectorParts].filter(({ length }) => length > 0).map(meanOfScores))
      : meanOfScores(parts);
  return { value, parts };
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

function meanOfScores(parts: readonly ScorePart[]): number {
  return mean(parts.map(({ score }) => score));
}

function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function optional(worker: LabelValue | undefined): { readonly worker?: LabelValue } {
  return worker === undefined ? {} : { worker };
}
