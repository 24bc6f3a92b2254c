import type { DistributionPolicy, ScoringRuleOptions } from "@routewright/jobrouter";
import { type CompiledRule, compileRule } from "../rules/rule.ts";

/** A distribution policy, worked out as far as it can be without workers. */
export interface PreparedDistribution {
  /** Absent: the queue has no policy (R7: the longest idle). */
  readonly policy: DistributionPolicy | undefined;
  readonly mode: "longestIdle" | "roundRobin" | "bestWorker";
  readonly bypassSelectors: boolean;
  /** The scoring rule; absent: the default score, where the mode scores at all. */
  readonly scoring: CompiledRule | undefined;
  readonly scoringOptions: ScoringRuleOptions;
  /** Whether the highest score is the best. */
  readonly descending: boolean;
  /** Whether the scoring rule is given the labels of the job. */
  readonly sendsJobLabels: boolean;
  readonly reads: ScoreReads;
}

/**
 * What a score depends on. `keys`: these labels of the worker, and of the job; `job`: the labels
 * that the job has, and those of the selectors (the default score); `everything`: each worker is
 * asked for (functions, formulas over the whole worker).
 */
export type ScoreReads =
  | {
      readonly kind: "keys";
      readonly workerKeys: readonly string[];
      readonly jobKeys: readonly string[] | "all";
    }
  | { readonly kind: "job" }
  | { readonly kind: "everything" };

/** `pointer`: of the policy, for messages. */
export function prepareDistribution(
  policy: DistributionPolicy | undefined,
  pointer = "",
): PreparedDistribution {
  const mode = policy?.mode;
  const best = mode?.kind === "bestWorker" ? mode : undefined;
  const rule = best?.scoringRule;
  const scoringOptions = best?.scoringRuleOptions ?? {};
  const scoring = rule === undefined ? undefined : compileRule(rule, `${pointer}/mode/scoringRule`);
  return {
    policy,
    mode: mode?.kind ?? "longestIdle",
    bypassSelectors: mode?.bypassSelectors === true,
    scoring,
    scoringOptions,
    descending: scoringOptions.descendingOrder !== false,
    sendsJobLabels: scoringOptions.scoringParameters?.includes("jobLabels") !== false,
    reads: readsOf(scoring),
  };
}

function readsOf(scoring: CompiledRule | undefined): ScoreReads {
  if (scoring === undefined) return { kind: "job" };
  const { rule, program } = scoring;
  if (rule.kind === "static" || rule.kind === "directMap") {
    return { kind: "keys", workerKeys: [], jobKeys: [] };
  }
  if (program === undefined || program.wholeRecords.includes("worker")) {
    return { kind: "everything" };
  }
  const keysOf = (root: "job" | "worker"): readonly string[] =>
    program.labels.filter((label) => label.root === root).map(({ name }) => name);
  return {
    kind: "keys",
    workerKeys: keysOf("worker"),
    jobKeys: program.wholeRecords.includes("job") ? "all" : keysOf("job"),
  };
}
