import type { DistributionPolicy, ExceptionPolicy } from "@routewright/jobrouter";
import { prepareDistribution } from "../match/distribution.ts";
import type { Core } from "./core.ts";
import type { CompiledExceptionRule, Distribution, QueueRecord, QueueSetup } from "./queues.ts";
import { secondsToMs } from "./times.ts";

/** What a queue's policies say; worked out once and kept until one of them changes. */
export function setupOf(core: Core, queue: QueueRecord): QueueSetup {
  queue.setup ??= makeSetup(core, queue.id);
  return queue.setup;
}

function makeSetup(core: Core, queueId: string): QueueSetup {
  const { config } = core;
  const queue = config.model("queues", queueId);
  const distribution = queue?.distributionPolicyId;
  const exceptions = queue?.exceptionPolicyId;
  return {
    exists: queue !== undefined,
    distribution: distributionOf(
      distribution === undefined ? undefined : config.model("distributionPolicies", distribution),
    ),
    exceptionPolicyId: exceptions,
    rules: rulesOf(
      exceptions === undefined ? undefined : config.model("exceptionPolicies", exceptions),
    ),
  };
}

function distributionOf(policy: DistributionPolicy | undefined): Distribution {
  const expires = policy?.offerExpiresAfterSeconds;
  return {
    ...prepareDistribution(policy),
    maxConcurrentOffers: policy?.mode?.maxConcurrentOffers ?? 1,
    offerExpiresAfterMs: expires === undefined ? undefined : secondsToMs(expires),
  };
}

function rulesOf(policy: ExceptionPolicy | undefined): readonly CompiledExceptionRule[] {
  return (policy?.exceptionRules ?? []).map(({ id, trigger, actions }) => ({
    id,
    trigger:
      trigger.kind === "waitTime"
        ? { ...trigger, thresholdMs: secondsToMs(trigger.thresholdSeconds) }
        : trigger,
    actions,
  }));
}
