import type { Job, RouterObjects, Worker } from "@routewright/jobrouter";
import type { Classification } from "../classify/result.ts";
import { createEngine, type Engine } from "../engine.ts";
import { describeSelector } from "../explain/describe.ts";
import { compareText } from "../text.ts";

/** What a change of policies does to sample jobs. */
export interface BehaviourReport {
  readonly jobs: number;
  /** How many jobs get something else in at least one respect. */
  readonly changed: number;
  /** Jobs that change in the same way, most first. */
  readonly groups: readonly BehaviourGroup[];
}

export interface BehaviourGroup {
  readonly changes: readonly BehaviourChange[];
  readonly count: number;
  /** One of them: its id, or its place among the samples from 1. */
  readonly example: string;
}

export interface BehaviourChange {
  readonly what: "outcome" | "queue" | "priority" | "requirements" | "best worker";
  readonly before: string;
  readonly after: string;
}

/**
 * What it does to sample jobs when `after` takes the place of `before`: the objects of a service and
 * those that are wanted there. Jobs that name no policy meet the only one, if there is only one.
 */
export function compareObjects(
  before: RouterObjects,
  after: RouterObjects,
  jobs: readonly Job[],
  workers?: readonly Worker[],
): BehaviourReport {
  // Queues that are declared elsewhere are presumed to be there.
  const assumptions = { Q6: "presume" } as const;
  const [only, ...others] = after.classificationPolicies;
  return compareBehaviour(
    createEngine(before, { assumptions }),
    createEngine(after, { assumptions }),
    jobs,
    {
      ...(workers === undefined ? {} : { workers }),
      ...(only !== undefined && others.length === 0 ? { policyId: only.id } : {}),
    },
  );
}

/**
 * Decides every sample job by the policies of before and of after. Samples, not a proof: jobs
 * that are not among them may change too.
 *
 * @param workers when given, the best worker of each job is compared too.
 */
export function compareBehaviour(
  before: Engine,
  after: Engine,
  jobs: readonly Job[],
  options: {
    readonly workers?: readonly Worker[];
    /** For jobs that name no policy. */
    readonly policyId?: string;
  } = {},
): BehaviourReport {
  const groups = new Map<
    string,
    { changes: readonly BehaviourChange[]; count: number; example: string }
  >();
  let changed = 0;
  for (const [index, job] of jobs.entries()) {
    const policyId = job.classificationPolicyId ?? options.policyId;
    const changes = changesOf(
      decisionOf(before, job, policyId, options.workers),
      decisionOf(after, job, policyId, options.workers),
    );
    if (changes.length === 0) continue;
    changed++;
    const key = JSON.stringify(changes);
    const group = groups.get(key);
    if (group === undefined)
      groups.set(key, { changes, count: 1, example: job.id ?? `#${index + 1}` });
    else group.count++;
  }
  return {
    jobs: jobs.length,
    changed,
    groups: [...groups.values()].sort(
      (a, b) =>
        b.count - a.count || compareText(JSON.stringify(a.changes), JSON.stringify(b.changes)),
    ),
  };
}

type Decision = Readonly<Record<BehaviourChange["what"], string>>;

const aspects = ["outcome", "queue", "priority", "requirements", "best worker"] as const;

function changesOf(before: Decision, after: Decision): readonly BehaviourChange[] {
  return aspects.flatMap((what) =>
    before[what] === after[what] ? [] : [{ what, before: before[what], after: after[what] }],
  );
}

function decisionOf(
  engine: Engine,
  job: Job,
  policyId: string | undefined,
  workers: readonly Worker[] | undefined,
): Decision {
  const classification = engine.classify(job, policyId);
  const best =
    workers === undefined
      ? undefined
      : engine.rank(job, workers, classification).workers[0]?.workerId;
  return {
    ...classified(classification),
    "best worker": workers === undefined ? "" : (best ?? "nobody"),
  };
}

function classified(classification: Classification): Omit<Decision, "best worker"> {
  if (classification.outcome === "failed") {
    const codes = classification.errors.map(({ code }) => code).join(", ");
    return { outcome: `fails (${codes})`, queue: "none", priority: "none", requirements: "none" };
  }
  const selectors = classification.attachedWorkerSelectors.map(describeSelector).sort(compareText);
  return {
    outcome: "classified",
    queue: classification.queueId ?? "none",
    priority: String(classification.priority),
    requirements: selectors.length === 0 ? "none" : selectors.join(", "),
  };
}
