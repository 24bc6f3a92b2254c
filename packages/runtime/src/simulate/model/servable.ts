import type { Labels, RouterObjects, WorkerSelector } from "@routewright/jobrouter";
import { type Assumptions, defaultAssumptions } from "../../assumptions.ts";
import { readLabel, withAutomaticId } from "../../labels.ts";
import { type PreparedDistribution, prepareDistribution } from "../../match/distribution.ts";
import { selectorHolds } from "../../match/selectors.ts";
import { ruleScores } from "../../rank/rule-score.ts";
import type { JobSnapshot } from "../../router/router.ts";
import { ruleUri } from "../../rules/rule.ts";
import type { RuleAnswers } from "../../rules/stubs.ts";
import type { WorkerMember, Workload } from "../workload/workload.ts";

/**
 * Whether any worker of the workload, were they there and free, could be offered a job as it is
 * now. A worker whom the queue's scoring rule gives no score is offered nothing; so a function that
 * has no answer here leaves its queue unserved. Answers are kept by what they depend on, so that
 * asking again costs little.
 */
export function servability(
  workload: Workload,
  objects: RouterObjects,
  answers: RuleAnswers,
  assumptions: Partial<Assumptions> = {},
): (job: JobSnapshot, channelId: string) => boolean {
  const members = workload.workers.flatMap((group) =>
    group.answers.accept > 0 ? group.members : [],
  );
  const labels = new Map(members.map((member) => [member, withId(member)]));
  const distributions = distributionsOf(objects);
  const assumed: Assumptions = { ...defaultAssumptions, ...assumptions };
  const known = new Map<string, boolean>();
  return (job, channelId) => {
    const { queueId } = job;
    if (queueId === undefined) return false;
    const distribution = distributions.get(queueId);
    const scored = assumed.Q23 === "leaveOut" ? distribution : undefined;
    const selectors = distribution?.bypassSelectors
      ? []
      : [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors].filter(
          ({ status }) => status === "active",
        );
    const key = JSON.stringify([
      queueId,
      channelId,
      selectors.map((each) => [each.key, each.labelOperator, each.value ?? null]),
      scored === undefined ? null : whatScoresRead(scored, job.labels, answers),
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
            selectorHolds(selector, readLabel(labels.get(member), selector.key), assumed),
          ) &&
          (scored === undefined ||
            hasScore(scored, job.labels, selectors, labels.get(member) ?? {}, answers))
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

/** What of a job's labels the answer of the scoring rule may depend on. */
function whatScoresRead(
  { scoring, reads }: PreparedDistribution,
  labels: Labels,
  answers: RuleAnswers,
): unknown {
  if (scoring === undefined) return null;
  if (reads.kind === "keys" && reads.jobKeys !== "all") {
    return reads.jobKeys.map((key) => readLabel(labels, key) ?? null);
  }
  const uri = ruleUri(scoring.rule);
  return uri === undefined || typeof answers.get(uri) === "function" ? labels : null;
}

function hasScore(
  { scoring, scoringOptions }: PreparedDistribution,
  jobLabels: Labels,
  selectors: readonly WorkerSelector[],
  worker: Labels,
  answers: RuleAnswers,
): boolean {
  if (scoring === undefined) return true;
  const [score] = ruleScores(
    { rule: scoring, options: scoringOptions, jobLabels, selectors, answers },
    [{ id: String(worker.Id), labels: worker }],
  );
  return score?.ok === true;
}

function distributionsOf(objects: RouterObjects): ReadonlyMap<string, PreparedDistribution> {
  const policies = new Map(
    objects.distributionPolicies.map((policy) => [policy.id, prepareDistribution(policy)]),
  );
  return new Map(
    objects.queues.flatMap(({ id, distributionPolicyId }) => {
      const policy =
        distributionPolicyId === undefined ? undefined : policies.get(distributionPolicyId);
      return policy === undefined ? [] : [[id, policy]];
    }),
  );
}
