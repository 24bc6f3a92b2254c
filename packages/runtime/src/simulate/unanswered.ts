import type { RouterObjects, RouterRule } from "@routewright/jobrouter";
import { ruleUri } from "../rules/rule.ts";
import type { RuleAnswers } from "../rules/stubs.ts";

/** Addresses of function and webhook rules that have no answer, in the order of the objects. */
export function unansweredRules(objects: RouterObjects, answers: RuleAnswers): readonly string[] {
  const rules: readonly (RouterRule | undefined)[] = [
    ...objects.distributionPolicies.map(({ mode }) =>
      mode?.kind === "bestWorker" ? mode.scoringRule : undefined,
    ),
    ...objects.classificationPolicies.flatMap((policy) => [
      policy.prioritizationRule,
      ...[
        ...(policy.queueSelectorAttachments ?? []),
        ...(policy.workerSelectorAttachments ?? []),
      ].map((attachment) =>
        attachment.kind === "conditional"
          ? attachment.condition
          : attachment.kind === "ruleEngine"
            ? attachment.rule
            : undefined,
      ),
    ]),
  ];
  const uris = rules.flatMap((rule) => (rule === undefined ? [] : (ruleUri(rule) ?? [])));
  return [...new Set(uris)].filter((uri) => !answers.has(uri));
}
