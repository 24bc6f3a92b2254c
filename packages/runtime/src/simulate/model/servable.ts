import type { RouterObjects } from "@routewright/jobrouter";
import { readLabel, withAutomaticId } from "../../labels.ts";
import { selectorHolds } from "../../match/selectors.ts";
import type { JobSnapshot } from "../../router/router.ts";
import type { WorkerMember, Workload } from "../workload/workload.ts";

/**
 * Whether any worker of the workload, were they there and free, could be offered a job as it is
 * now. Answers are kept by what they depend on, so that asking again costs little.
 */
export function servability(
  workload: Workload,
  objects: RouterObjects,
): (job: JobSnapshot, channelId: string) => boolean {
  const members = workload.workers.flatMap((group) =>
    group.answers.accept > 0 ? group.members : [],
  );
  const labels = new Map(members.map((member) => [member, withId(member)]));
  const bypasses = bypassingQueues(objects);
  const known = new Map<string, boolean>();
  return (job, channelId) => {
    const { queueId } = job;
    if (queueId === undefined) return false;
    const selectors = bypasses.has(queueId)
      ? []
      : [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors].filter(
          ({ status }) => status === "active",
        );
    const key = JSON.stringify([
      queueId,
      channelId,
      selectors.map((each) => [each.key, each.labelOperator, each.value ?? null]),
    ]);
    let servable = known.get(key);
    if (servable === undefined) {
      servable = members.some((member) => {
        const channel = member.channels.find((each) => each.channelId === channelId);
        return (
          member.queues.includes(queueId) &&
          channel !== undefined &&
          channel.capacityCostPerJob <= member.capacity &&
          selectors.every((selector) =>
            selectorHolds(selector, readLabel(labels.get(member), selector.key), { Q17: "exact" }),
          )
        );
      });
      // Labels may differ with every job; then remembering all of them would fill the memory.
      if (known.size < 100_000) known.set(key, servable);
    }
    return servable;
  };
}

function withId(member: WorkerMember): ReturnType<typeof withAutomaticId> {
  return withAutomaticId(Object.fromEntries(member.labels), member.id);
}

function bypassingQueues(objects: RouterObjects): ReadonlySet<string> {
  const policies = new Set(
    objects.distributionPolicies
      .filter(({ mode }) => mode?.bypassSelectors === true)
      .map(({ id }) => id),
  );
  return new Set(
    objects.queues
      .filter(({ distributionPolicyId: id }) => id !== undefined && policies.has(id))
      .map(({ id }) => id),
  );
}
