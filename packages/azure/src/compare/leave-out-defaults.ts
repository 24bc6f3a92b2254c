import type {
  DistributionMode,
  ExceptionAction,
  RouterObjects,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import type { JsonObject, JsonValue } from "../objects.ts";
import { modeDefaults, scoringDefaults } from "./effective.ts";
import { isEqual } from "./equal.ts";

/**
 * Live objects as somebody would have written them: without what the service filled in, and
 * without the ids that it made up for actions of exception rules. They mean the same: a plan for
 * them is empty (see `effectiveBody`).
 */
export function leaveOutDefaults(objects: RouterObjects): RouterObjects {
  return {
    ...objects,
    distributionPolicies: objects.distributionPolicies.map((policy) =>
      policy.mode === undefined ? policy : { ...policy, mode: modeOf(policy.mode) },
    ),
    exceptionPolicies: objects.exceptionPolicies.map((policy) =>
      policy.exceptionRules === undefined
        ? policy
        : {
            ...policy,
            exceptionRules: policy.exceptionRules.map((rule) => ({
              ...rule,
              actions: rule.actions.map(actionOf),
            })),
          },
    ),
    classificationPolicies: objects.classificationPolicies.map((policy) =>
      policy.workerSelectorAttachments === undefined
        ? policy
        : {
            ...policy,
            workerSelectorAttachments: policy.workerSelectorAttachments.map(attachmentOf),
          },
    ),
  };
}

function modeOf(mode: DistributionMode): DistributionMode {
  const short = without(mode, modeDefaults);
  if (short.kind !== "bestWorker" || short.scoringRuleOptions === undefined) return short;
  const { scoringRuleOptions, ...rest } = short;
  const options = without(scoringRuleOptions, scoringDefaults);
  return Object.keys(options).length === 0 ? rest : { ...rest, scoringRuleOptions: options };
}

function actionOf(action: ExceptionAction): ExceptionAction {
  const { id, ...rest } = action;
  const named = id === undefined || isMadeUp(id) ? rest : { ...rest, id };
  return named.kind === "manualReclassify" && named.workerSelectors !== undefined
    ? { ...named, workerSelectors: named.workerSelectors.map(selectorOf) }
    : named;
}

/** The service makes up GUIDs; people seldom do, and lose nothing but a name of no meaning. */
function isMadeUp(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(id);
}

function attachmentOf(attachment: WorkerSelectorAttachment): WorkerSelectorAttachment {
  switch (attachment.kind) {
    case "static":
      return { ...attachment, workerSelector: selectorOf(attachment.workerSelector) };
    case "conditional":
      return { ...attachment, workerSelectors: attachment.workerSelectors.map(selectorOf) };
    case "weightedAllocation":
      return {
        ...attachment,
        allocations: attachment.allocations.map((each) => ({
          ...each,
          workerSelectors: each.workerSelectors.map(selectorOf),
        })),
      };
    default:
      return attachment;
  }
}

function selectorOf(selector: WorkerSelector): WorkerSelector {
  return without(selector, { expedite: false });
}

/** Leaves out the members whose values are the given ones. */
function without<T extends object>(value: T, defaults: JsonObject): T {
  const entries = Object.entries(value).filter(
    ([key, item]) => !Object.hasOwn(defaults, key) || !isEqual(item as JsonValue, defaults[key]),
  );
  // Only optional members have defaults.
  return Object.fromEntries(entries) as T;
}
