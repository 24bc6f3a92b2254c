import type { Job, TestExpectation, WorkerSelector } from "@routewright/jobrouter";
import type { Classification } from "../classify/result.ts";
import { compareNumbers } from "../compare-numbers.ts";
import { describeExclusion, describeSelector } from "../explain/describe.ts";
import { describeVerdict, differingVerdicts } from "../explain/offers.ts";
import type { Ranking } from "../rank/ranking.ts";
import { showValue } from "../text.ts";
import type { ExpectationResult } from "./report.ts";

export interface TestOutcome {
  readonly job: Job;
  readonly classification: Classification;
  readonly ranking: Ranking | undefined;
}

/** Whether an expectation asks who gets the job. */
export function asksForRanking(expectation: TestExpectation): boolean {
  const { kind } = expectation;
  return kind === "workers" || kind === "excluded" || kind === "score";
}

export function judge(expectation: TestExpectation, outcome: TestOutcome): ExpectationResult {
  const { passed, actual } = verdict(expectation, outcome);
  const expected = describeExpectation(expectation);
  return { expectation, passed, expected, actual, ...(passed ? {} : why(expectation, outcome)) };
}

/** Why the workers that are not where they were expected are not. */
function why(
  expectation: TestExpectation,
  { ranking }: TestOutcome,
): Pick<ExpectationResult, "workers" | "why"> {
  if (expectation.kind !== "workers" || ranking === undefined) return {};
  const workers = differingVerdicts(ranking, expectation.workerIds);
  // A test has no clock: what it ranks never declined anything until some time.
  const showInstant = (atMs: number): string => new Date(atMs).toISOString();
  const lines = workers.map((each) => `${each.workerId}: ${describeVerdict(each, showInstant)}`);
  return { workers, why: lines };
}

interface Verdict {
  readonly passed: boolean;
  readonly actual: string;
}

function verdict(expectation: TestExpectation, outcome: TestOutcome): Verdict {
  const { classification } = outcome;
  if (expectation.kind === "failed") {
    return { passed: classification.outcome === "failed", actual: summary(classification) };
  }
  if (classification.outcome === "failed") {
    // Without a queue a job fails (Q12); a test that expects just that says so in other words.
    const passed =
      expectation.kind === "noQueue" &&
      classification.errors.every(({ code }) => code === "NoQueue");
    return { passed, actual: summary(classification) };
  }
  switch (expectation.kind) {
    case "noQueue":
      return {
        passed: classification.queueId === undefined,
        actual: queueIs(classification.queueId),
      };
    case "queue": {
      const equal = classification.queueId === expectation.queueId;
      return {
        passed: equal === (expectation.operator === "=="),
        actual: queueIs(classification.queueId),
      };
    }
    case "priority": {
      const { priority } = classification;
      return {
        passed: compareNumbers(priority, expectation.operator, expectation.value),
        actual: `priority is ${priority}`,
      };
    }
    case "selector":
      return selectorVerdict(expectation.selector, expectation.present, [
        ...(outcome.job.requestedWorkerSelectors ?? []),
        ...classification.attachedWorkerSelectors,
      ]);
    case "workers":
    case "excluded":
    case "score":
      return outcome.ranking === undefined
        ? { passed: false, actual: "no workers were ranked" }
        : rankingVerdict(expectation, outcome.ranking);
  }
}

function rankingVerdict(
  expectation: Extract<TestExpectation, { kind: "workers" | "excluded" | "score" }>,
  ranking: Ranking,
): Verdict {
  if (expectation.kind === "workers") {
    const ids = ranking.workers.map(({ workerId }) => workerId);
    const passed =
      ids.length === expectation.workerIds.length &&
      ids.every((id, index) => id === expectation.workerIds[index]);
    return { passed, actual: `workers are [${ids.join(", ")}]` };
  }
  const { workerId } = expectation;
  const excluded = ranking.excluded.find((worker) => worker.workerId === workerId);
  const ranked = ranking.workers.find((worker) => worker.workerId === workerId);
  const why = (excluded?.reasons ?? []).map(describeExclusion).join("; ");
  const place = ranking.workers.findIndex((worker) => worker.workerId === workerId) + 1;
  const state =
    excluded !== undefined
      ? `\`${workerId}\` is excluded: ${why}`
      : ranked === undefined
        ? `\`${workerId}\` is not among the workers`
        : `\`${workerId}\` may get the job, ${place} of ${ranking.workers.length}`;
  if (expectation.kind === "excluded") {
    const { key } = expectation;
    const passed =
      excluded?.reasons.some(
        (reason) =>
          key === undefined || (reason.kind === "selector" && reason.selector.key === key),
      ) ?? false;
    return { passed, actual: state };
  }
  const score = ranked?.score?.value;
  if (score === undefined) {
    return { passed: false, actual: ranked === undefined ? state : "the mode does not score" };
  }
  return {
    passed: compareNumbers(score, expectation.operator, expectation.value),
    actual: `score of \`${workerId}\` is ${score}`,
  };
}

function selectorVerdict(
  wanted: WorkerSelector,
  present: boolean,
  selectors: readonly WorkerSelector[],
): Verdict {
  const found = selectors.some(
    (selector) =>
      selector.key === wanted.key &&
      selector.labelOperator === wanted.labelOperator &&
      selector.value === wanted.value &&
      (wanted.expiresAfterSeconds === undefined ||
        selector.expiresAfterSeconds === wanted.expiresAfterSeconds) &&
      (wanted.expedite === undefined || (selector.expedite ?? false) === wanted.expedite),
  );
  const list = selectors.map((selector) => describeSelector(selector)).join(", ");
  return {
    passed: found === present,
    actual: list === "" ? "nothing is required" : `required: ${list}`,
  };
}

function describeExpectation(expectation: TestExpectation): string {
  switch (expectation.kind) {
    case "queue":
      return `queue ${expectation.operator} ${showValue(expectation.queueId)}`;
    case "noQueue":
      return "no queue";
    case "priority":
      return `priority ${expectation.operator} ${expectation.value}`;
    case "failed":
      return "classification fails";
    case "selector": {
      const selector = describeSelector(expectation.selector);
      return expectation.present ? `require ${selector}` : `no require ${selector}`;
    }
    case "workers":
      return `workers [${expectation.workerIds.join(", ")}]`;
    case "excluded": {
      const by = expectation.key === undefined ? "" : ` by ${expectation.key}`;
      return `\`${expectation.workerId}\` excluded${by}`;
    }
    case "score":
      return `score of \`${expectation.workerId}\` ${expectation.operator} ${expectation.value}`;
  }
}

function queueIs(queueId: string | undefined): string {
  return queueId === undefined ? "the job has no queue" : `queue is ${showValue(queueId)}`;
}

function summary(classification: Classification): string {
  if (classification.outcome === "classified") {
    return `classified: ${queueIs(classification.queueId)}, priority ${classification.priority}`;
  }
  return `classification fails: ${classification.errors.map(({ message }) => message).join("; ")}`;
}
