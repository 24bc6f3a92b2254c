import type { DistributionPolicy } from "@routewright/jobrouter";
import { type CompiledRule, compileRule } from "../rules/rule.ts";

/** A distribution policy, worked out as far as it can be without workers. */
export interface PreparedDistribution {
  /** Absent: the queue has no policy (R7: the longest idle). */
  readonly policy: DistributionPolicy | undefined;
  readonly mode: "longestIdle" | "roundRobin" | "bestWorker";
  readonly bypassSelectors: boolean;
  /** The scoring rule; absent: the default score, where the mode scores at all. */
  readonly scoring: CompiledRule | undefined;
  /**
   * What a score depends on. `workerKeys`: these labels of the worker, beside the job's;
   * `jobKeys`: those that the job has, and those of the selectors (the default score);
   * `everything`: each worker is asked for (functions, formulas over whole records).
   */
  readonly reads: ScoreReads;
}

export type ScoreReads =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "workerKeys";
      readonly workerKeys: readonly string[];
      readonly jobKeys: readonly string[];
    }
  | { readonly kind: "jobKeys" }
  | { readonly kind: "everything" };

/** `pointer`: of the policy, for messages. */
export function prepareDistribution(
  policy: DistributionPolicy | undefined,
  pointer = "",
): PreparedDistribution {
  const mode = policy?.mode;
  const rule = mode?.kind === "bestWorker" ? mode.scoringRule : undefined;
  const scoring = rule === undefined ? undefined : compileRule(rule, `${pointer}/mode/scoringRule`);
  return {
    policy,
    mode: mode?.kind ?? "longestIdle",
    bypassSelectors: mode?.bypassSelectors === true,
    scoring,
    reads: mode?.kind === "bestWorker" ? readsOf(scoring) : { kind: "nothing" },
  };
}

function readsOf(scoring: CompiledRule | undefined): ScoreReads {
  if (scoring === undefined) return { kind: "jobKeys" };
  const { rule, program } = scoring;
  if (rule.kind === "static") return { kind: "workerKeys", workerKeys: [], jobKeys: [] };
  if (program === undefined || program.wholeRecords.length > 0) return { kind: "everything" };
  const keysOf = (root: "job" | "worker"): readonly string[] =>
    program.labels.filter((label) => label.root === root).map(({ name }) => name);
  return { kind: "workerKeys", workerKeys: keysOf("worker"), jobKeys: keysOf("job") };
}
