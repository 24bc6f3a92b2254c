import type { RouterRule } from "@routewright/jobrouter";
import { ruleUri } from "../rules/rule.ts";
import type { Core } from "./core.ts";
import type { RuleCall } from "./router.ts";

/** The credential that goes with a URI in the policies; the first one that names it. */
export function credentialOf(core: Core, uri: string): RuleCall["credential"] {
  for (const rule of rulesOf(core)) {
    if (ruleUri(rule) !== uri) continue;
    if (rule.kind === "function") return { kind: "function", ...rule.credential };
    if (rule.kind === "webhook") {
      const { authorizationServerUri, clientCredential } = rule;
      return {
        kind: "webhook",
        ...(authorizationServerUri === undefined ? {} : { authorizationServerUri }),
        ...clientCredential,
      };
    }
  }
  return undefined;
}

function rulesOf(core: Core): readonly RouterRule[] {
  const { classificationPolicies, distributionPolicies } = core.config.objects();
  return [
    ...classificationPolicies.flatMap((policy) => [
      ...(policy.prioritizationRule === undefined ? [] : [policy.prioritizationRule]),
      ...[
        ...(policy.queueSelectorAttachments ?? []),
        ...(policy.workerSelectorAttachments ?? []),
      ].flatMap((attachment) => {
        if (attachment.kind === "conditional") return [attachment.condition];
        return attachment.kind === "ruleEngine" ? [attachment.rule] : [];
      }),
    ]),
    ...distributionPolicies.flatMap(({ mode }) =>
      mode?.kind === "bestWorker" && mode.scoringRule !== undefined ? [mode.scoringRule] : [],
    ),
  ];
}
