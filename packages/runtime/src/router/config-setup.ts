import type { DistributionMode, DistributionPolicy, ExceptionPolicy } from "@routewright/jobrouter";
import { compileRule } from "../rules/rule.ts";
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
      core,
      distribution === undefined ? undefined : config.model("distributionPolicies", distribution),
    ),
    exceptionPolicyId: exceptions,
    rules: rulesOf(
      exceptions === undefined ? undefined : config.model("exceptionPolicies", exceptions),
    ),
  };
}

function distributionOf(core: Core, policy: DistributionPolicy | undefined): Distribution {
  const mode: DistributionMode = policy?.mode ?? { kind: "longestIdle" };
  const expires = policy?.offerExpiresAfterSeconds;
  const rule = mode.kind === "bestWorker" ? mode.scoringRule : undefined;
  const options = mode.kind === "bestWorker" ? (mode.scoringRuleOptions ?? {}) : {};
  return {
    serial: core.setupCount++,
    policy,
    mode: mode.kind,
    maxConcurrentOffers: mode.maxConcurrentOffers ?? 1,
    bypassSelectors: mode.bypassSelectors === true,
    offerExpiresAfterMs: expires === undefined ? undefined : secondsToMs(expires),
    scoring: rule === undefined ? undefined : compileRule(rule, "/mode/scoringRule"),
    scoringOptions: options,
    descending: options.descendingOrder !== false,
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
