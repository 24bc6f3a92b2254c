import type { RouterObjects } from "@routewright/jobrouter";
import type { EngineOptions } from "@routewright/runtime";
import {
  type Replication,
  type ReplicationResult,
  type RunResult,
  startReplication,
  type Workload,
} from "@routewright/runtime/simulate";

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
  readonly ruleAnswers: NonNullable<EngineOptions["ruleAnswers"]>;
}

export interface TaskHooks {
  /** From 0 to 1, of this replication. */
  readonly onProgress: (share: number) => void;
  readonly shouldStop: () => boolean;
}

/** Events between two looks at messages and signals: some tens of milliseconds. */
const sliceEvents = 5_000;

/** Runs one replication under each policy, stopping where it is when asked to. */
export async function runReplication(
  task: SimulationTask,
  replication: number,
  hooks: TaskHooks,
): Promise<RunResult> {
  const results: ReplicationResult[] = [];
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
      await new Promise((resolve) => setImmediate(resolve));
    }
    results.push(run.result());
  }
  const [own, compared] = results;
  if (own === undefined) throw new Error("a simulation needs a policy");
  return compared === undefined ? { own } : { own, compared };
}
