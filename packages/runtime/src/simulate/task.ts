import { hashOf, type RouterObjects } from "@routewright/jobrouter";
import type { RuleAnswers } from "../rules/stubs.ts";
import type { ReplicationResult } from "./model/result.ts";
import { type Replication, startReplication } from "./model/simulation.ts";
import type { PolicyIdentity, RunIdentity, RunResult } from "./report/summary.ts";
import type { Workload } from "./workload/workload.ts";

/** What a thread needs to run any replication; plain data. */
export interface SimulationTask {
  readonly policies: readonly TaskPolicy[];
  readonly seed: number;
}

export interface TaskPolicy {
  readonly objects: RouterObjects;
  readonly workload: Workload;
  /** Of a policy, which may name queues that are declared elsewhere. */
  readonly presumes: boolean;
  readonly ruleAnswers: RuleAnswers;
}

export interface TaskHooks {
  /** From 0 to 1, of this replication. */
  readonly onProgress: (share: number) => void;
  readonly shouldStop: () => boolean;
  /** Lets messages and signals come in. */
  readonly pause: () => Promise<void>;
}

/** More replications than these are not run; a few hundred are plenty. */
export const maxReplications = 100_000;

/** Events between two looks at messages and signals: some tens of milliseconds. */
const sliceEvents = 5_000;

/** Runs one replication under each policy, stopping where it is when asked to. */
export async function runReplication(
  task: SimulationTask,
  replication: number,
  hooks: TaskHooks,
): Promise<RunResult> {
  const results: ReplicationResult[] = [];
  // Short ones are over before the first slice ends: whoever wants to stop is heard between them.
  await hooks.pause();
  for (const [index, policy] of task.policies.entries()) {
    const run: Replication = startReplication({
      objects: policy.objects,
      workload: policy.workload,
      seed: task.seed,
      replication,
      assumptions: { Q6: policy.presumes ? "presume" : "refuse" },
      ruleAnswers: policy.ruleAnswers,
    });
    while (!hooks.shouldStop() && run.run(sliceEvents)) {
      hooks.onProgress((index + run.progress) / task.policies.length);
      await hooks.pause();
    }
    results.push(run.result());
  }
  const [own, compared] = results;
  if (own === undefined) throw new Error("a simulation needs a policy");
  return compared === undefined ? { own } : { own, compared };
}

/** What decides a run of a workload; what is chosen goes before what the workload says. */
export function identifyRun(
  workload: Workload,
  policy: PolicyIdentity,
  compared: PolicyIdentity | undefined,
  chosen: {
    readonly seed?: number | undefined;
    readonly replications?: number | undefined;
    readonly expect?: readonly string[];
  },
): RunIdentity {
  const { replications, seed, expect, ...content } = workload;
  const named = ({ name, hash }: PolicyIdentity): PolicyIdentity => ({ name, hash });
  return {
    policy: named(policy),
    ...(compared === undefined ? {} : { compared: named(compared) }),
    workload: hashOf(content),
    seed: chosen.seed ?? seed,
    replications: chosen.replications ?? replications,
    confidence: workload.confidence,
    serviceLevels: workload.serviceLevels,
    localStartMs: workload.startMs + workload.offsetMs,
    expect: [...expect, ...(chosen.expect ?? [])],
  };
}
