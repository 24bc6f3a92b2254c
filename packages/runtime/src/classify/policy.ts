import type {
  ClassificationPolicy,
  LabelOperator,
  QueueSelectorAttachment,
  WorkerSelector,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import type { AttachedSelector } from "../explain/trace.ts";
import { type CompiledRule, compileRule } from "../rules/rule.ts";

/** A classification policy with its formulas compiled; queue and worker attachments alike. */
export interface CompiledPolicy {
  readonly policy: ClassificationPolicy;
  readonly pointer: string;
  readonly priority: CompiledRule | undefined;
  readonly queueAttachments: readonly CompiledAttachment[];
  readonly workerAttachments: readonly CompiledAttachment[];
}

export type CompiledAttachment = {
  readonly side: "queue" | "worker";
  readonly index: number;
  readonly pointer: string;
} & (
  | { readonly kind: "static"; readonly selectors: readonly AttachedSelector[] }
  | {
      readonly kind: "conditional";
      readonly condition: CompiledRule;
      readonly selectors: readonly AttachedSelector[];
    }
  | {
      readonly kind: "passThrough";
      readonly key: string;
      readonly labelOperator: LabelOperator;
      readonly expiresAfterSeconds: number | undefined;
    }
  | { readonly kind: "ruleEngine"; readonly rule: CompiledRule }
  | {
      readonly kind: "weightedAllocation";
      readonly allocations: readonly CompiledAllocation[];
    }
);

export interface CompiledAllocation {
  readonly weight: number;
  readonly selectors: readonly AttachedSelector[];
}

export function compilePolicy(policy: ClassificationPolicy, pointer: string): CompiledPolicy {
  const rule = policy.prioritizationRule;
  return {
    policy,
    pointer,
    priority: rule === undefined ? undefined : compileRule(rule, `${pointer}/prioritizationRule`),
    queueAttachments: (policy.queueSelectorAttachments ?? []).map((attachment, index) =>
      compileAttachment("queue", attachment, index, `${pointer}/queueSelectorAttachments/${index}`),
    ),
    workerAttachments: (policy.workerSelectorAttachments ?? []).map((attachment, index) =>
      compileAttachment(
        "worker",
        attachment,
        index,
        `${pointer}/workerSelectorAttachments/${index}`,
      ),
    ),
  };
}

function compileAttachment(
  side: "queue" | "worker",
  attachment: QueueSelectorAttachment | WorkerSelectorAttachment,
  index: number,
  pointer: string,
): CompiledAttachment {
  const base = { side, index, pointer };
  switch (attachment.kind) {
    case "static": {
      const queue = "queueSelector" in attachment;
      const selector = queue ? attachment.queueSelector : attachment.workerSelector;
      const at = `${pointer}/${queue ? "queueSelector" : "workerSelector"}`;
      return { ...base, kind: "static", selectors: [{ selector, pointer: at }] };
    }
    case "conditional":
      return {
        ...base,
        kind: "conditional",
        condition: compileRule(attachment.condition, `${pointer}/condition`),
        selectors: selectorsIn(attachment, pointer),
      };
    case "passThrough":
      return {
        ...base,
        kind: "passThrough",
        key: attachment.key,
        labelOperator: attachment.labelOperator,
        expiresAfterSeconds:
          "expiresAfterSeconds" in attachment ? attachment.expiresAfterSeconds : undefined,
      };
    case "ruleEngine":
      return { ...base, kind: "ruleEngine", rule: compileRule(attachment.rule, `${pointer}/rule`) };
    case "weightedAllocation":
      return {
        ...base,
        kind: "weightedAllocation",
        allocations: attachment.allocations.map((allocation, at) => ({
          weight: allocation.weight,
          selectors: selectorsIn(allocation, `${pointer}/allocations/${at}`),
        })),
      };
  }
}

function selectorsIn(
  holder: {
    readonly queueSelectors?: readonly WorkerSelector[];
    readonly workerSelectors?: readonly WorkerSelector[];
  },
  pointer: string,
): readonly AttachedSelector[] {
  const list = holder.queueSelectors === undefined ? "workerSelectors" : "queueSelectors";
  return (holder[list] ?? []).map((selector, index) => ({
    selector,
    pointer: `${pointer}/${list}/${index}`,
  }));
}
