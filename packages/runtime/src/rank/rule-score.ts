import type { Labels, ScoringRuleOptions, WorkerSelector } from "@routewright/jobrouter";
import type { Issue } from "../issue.ts";
import type { CompiledRule, RuleInput, RuleResult, RuleTrace } from "../rules/rule.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import { isList, type RuleValue } from "../rules/value.ts";
import { showValue } from "../text.ts";
import type { WorkerScore } from "./ranking.ts";

/** The service's `batchSize` when the policy does not say. */
const defaultBatchSize = 20;

export function batchSizeOf({ batchSize = defaultBatchSize }: ScoringRuleOptions): number {
  return Math.max(1, Math.trunc(batchSize));
}

export interface ScoringInput {
  readonly rule: CompiledRule;
  readonly options: ScoringRuleOptions;
  readonly jobLabels: Labels;
  readonly selectors: readonly WorkerSelector[];
  readonly answers: RuleAnswers;
}

export interface CandidateWorker {
  readonly id: string;
  /** With the automatic `Id`. */
  readonly labels: Labels;
}

export type RuleScore =
  | { readonly ok: true; readonly score: WorkerScore }
  | { readonly ok: false; readonly issue: Issue; readonly rule?: RuleTrace };

/** Scores by a scoring rule, in the order of the workers; batches where the rule takes them. */
export function ruleScores(
  input: ScoringInput,
  workers: readonly CandidateWorker[],
): readonly RuleScore[] {
  const { kind } = input.rule.rule;
  const batched = input.options.isBatchScoringEnabled === true;
  if (!batched || (kind !== "function" && kind !== "webhook")) {
    return workers.map((worker) => scoreOne(input, worker));
  }
  const size = batchSizeOf(input.options);
  const scores: RuleScore[] = [];
  for (let start = 0; start < workers.length; start += size) {
    scores.push(...scoreBatch(input, workers.slice(start, start + size)));
  }
  return scores;
}

function scoreOne(input: ScoringInput, worker: CandidateWorker): RuleScore {
  const shared = sharedPayload(input);
  const ruleInput: RuleInput = {
    ...(shared.job === undefined ? {} : { job: shared.job }),
    worker: worker.labels,
    payload: { ...shared, worker: worker.labels },
  };
  const result = input.rule.explain(ruleInput, input.answers);
  return result.ok ? numericScore(result.value, result.trace) : failed(result);
}

function scoreBatch(
  input: ScoringInput,
  workers: readonly CandidateWorker[],
): readonly RuleScore[] {
  const payload = { ...sharedPayload(input), workers: workers.map(({ labels }) => labels) };
  const result = input.rule.explain({ payload }, input.answers);
  return workers.map((worker) => {
    if (!result.ok) return failed(result);
    const score = scoreIn(result.value, worker.id);
    if (score !== undefined) return numericScore(score, result.trace);
    return {
      ok: false,
      issue: {
        code: "NoScore",
        message: `the batch reply has no score for worker \`${worker.id}\``,
        pointer: result.trace.pointer,
        assumption: "Q23",
      },
      rule: result.trace,
    };
  });
}

function scoreIn(value: RuleValue, workerId: string): RuleValue | undefined {
  if (value === null || typeof value !== "object" || isList(value)) return undefined;
  return Object.hasOwn(value, workerId) ? value[workerId] : undefined;
}

/** `scoringParameters` says what of the job is sent; worker labels always are. */
export function sharedPayload(input: Pick<ScoringInput, "options" | "jobLabels" | "selectors">): {
  readonly job?: Labels;
  readonly selectors?: readonly WorkerSelector[];
} {
  const parameters = input.options.scoringParameters ?? ["jobLabels", "workerSelectors"];
  return {
    ...(parameters.includes("jobLabels") ? { job: input.jobLabels } : {}),
    ...(parameters.includes("workerSelectors") ? { selectors: input.selectors } : {}),
  };
}

function numericScore(value: RuleValue, trace: RuleTrace): RuleScore {
  if (typeof value === "number" && !Number.isNaN(value)) {
    return { ok: true, score: { value, rule: trace } };
  }
  return {
    ok: false,
    issue: {
      code: "ScoreNotANumber",
      message: `the scoring rule yields ${showValue(value)}, which is not a number`,
      pointer: trace.pointer,
      assumption: "Q23",
    },
    rule: trace,
  };
}

function failed(result: RuleResult & { readonly trace: RuleTrace }): RuleScore {
  const issue = result.ok ? undefined : result.issue;
  return {
    ok: false,
    issue: { ...(issue ?? { code: "NoScore", message: "no score" }), assumption: "Q23" },
    rule: result.trace,
  };
}
