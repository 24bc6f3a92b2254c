import type { Bundle, RouterRule } from "@routewright/jobrouter";

/** A rule that decides something, and where it stands. */
export interface PlacedRule {
  /** JSON pointer of the rule in the bundle. */
  readonly pointer: string;
  readonly role: "condition" | "priority" | "score" | "selectors";
  readonly rule: RouterRule;
}

/** Every rule of a bundle: conditions, priorities, scores, and rules that give selectors. */
export function rulesIn({ objects }: Bundle): readonly PlacedRule[] {
  const found: PlacedRule[] = [];
  for (const [index, policy] of objects.classificationPolicies.entries()) {
    const base = `/objects/classificationPolicies/${index}`;
    for (const list of ["queueSelectorAttachments", "workerSelectorAttachments"] as const) {
      for (const [at, attachment] of (policy[list] ?? []).entries()) {
        const pointer = `${base}/${list}/${at}`;
        if (attachment.kind === "conditional") {
          const { condition: rule } = attachment;
          found.push({ pointer: `${pointer}/condition`, role: "condition", rule });
        } else if (attachment.kind === "ruleEngine") {
          found.push({ pointer: `${pointer}/rule`, role: "selectors", rule: attachment.rule });
        }
      }
    }
    if (policy.prioritizationRule !== undefined) {
      const pointer = `${base}/prioritizationRule`;
      found.push({ pointer, role: "priority", rule: policy.prioritizationRule });
    }
  }
  for (const [index, { mode }] of objects.distributionPolicies.entries()) {
    if (mode?.kind !== "bestWorker" || mode.scoringRule === undefined) continue;
    const pointer = `/objects/distributionPolicies/${index}/mode/scoringRule`;
    found.push({ pointer, role: "score", rule: mode.scoringRule });
  }
  return found;
}
