import type { Change, Difference, Drift, Plan } from "@routewright/azure";
import type { BehaviourReport } from "@routewright/runtime";
import type {
  DeployBehaviour,
  DeployChange,
  DeployLine,
  DeployModel,
} from "@routewright/views/model";
import { layOut } from "./layout.ts";
import type { Parts } from "./load.ts";
import { quoted } from "./target.ts";

const shownGroups = 8;
/** A view beside the policy is narrow. */
const viewWidth = 48;

/** A plan as it is shown. What a credential stands for is in none of it. */
export function planModel(
  parts: Parts,
  shown: {
    readonly name: string;
    readonly policy: string;
    readonly plan: Plan;
    readonly notices: readonly string[];
    readonly behaviour?: BehaviourReport;
    readonly banner?: DeployModel["banner"];
    readonly canApply: boolean;
  },
): DeployModel {
  const { plan, banner, behaviour } = shown;
  const count = (action: Change["action"]): number =>
    plan.changes.filter((change) => change.action === action).length;
  const conflicts = plan.conflicts.length;
  return {
    kind: "plan",
    name: shown.name,
    target: plan.target,
    policy: shown.policy,
    counts: [
      { role: "create", count: count("create"), words: "to create" },
      { role: "update", count: count("update"), words: "to update" },
      { role: "delete", count: count("delete"), words: "to delete" },
      { role: "same", count: plan.unchanged + count("own"), words: "as wanted" },
      ...(behaviour === undefined
        ? []
        : [
            {
              role: "jobs" as const,
              count: behaviour.changed,
              words: `of ${behaviour.jobs} sample jobs ${behaviour.changed === 1 ? "changes" : "change"}`,
            },
          ]),
      ...(conflicts === 0
        ? []
        : [
            {
              role: "conflict" as const,
              count: conflicts,
              words: conflicts === 1 ? "conflict in the way" : "conflicts in the way",
            },
          ]),
    ],
    ...(banner === undefined ? {} : { banner }),
    conflicts: plan.conflicts.map((conflict) => ({
      message: sentence(conflict.message),
      help: sentence(conflict.help),
      ...(conflict.code === "foreign"
        ? { offer: { kind: "adopt", keys: [parts.keyOf(conflict)], label: "Adopt…" } as const }
        : {}),
    })),
    notices: shown.notices.map(sentence),
    changes: parts.inReadingOrder(plan.changes).map((change) => changeModel(parts, change)),
    ...(behaviour === undefined ? {} : { behaviour: behaviourModel(behaviour) }),
    actions: [
      ...(shown.canApply ? [{ id: "apply", label: "Apply…", isMain: true } as const] : []),
      { id: "plan", label: "Plan Again", isMain: !shown.canApply } as const,
      { id: "drift", label: "Drift", isMain: false } as const,
    ],
    nextSteps: [],
  };
}

export function driftModel(
  parts: Parts,
  shown: {
    readonly name: string;
    readonly target: string;
    readonly found: readonly Drift[];
    readonly owned: number;
    /** Objects of others. */
    readonly foreign: number;
    readonly notices: readonly string[];
    /** e.g. `--emulator`. */
    readonly service: string;
  },
): DeployModel {
  const { found, owned, service } = shown;
  const keys = found
    .filter(({ gone, unread }) => !gone && !unread)
    .map(({ object }) => parts.keyOf(object));
  return {
    kind: "drift",
    name: shown.name,
    target: shown.target,
    counts: [
      { role: "drift", count: found.length, words: "changed by somebody else" },
      { role: "same", count: owned - found.length, words: "as we left them" },
      { role: "same", count: shown.foreign, words: "not ours" },
    ],
    banner:
      owned === 0
        ? { role: "warn", text: "Nothing there is ours yet: what is applied is, from then on." }
        : found.length === 0
          ? { role: "good", text: "Nobody else has changed what is ours." }
          : {
              role: "warn",
              text: "A plan puts these back to what the policy says; adopted, they stay as they are, and the policy has to follow.",
            },
    conflicts: [],
    notices: shown.notices.map(sentence),
    changes: found.map(({ object, gone, unread, differences }) => ({
      key: parts.keyOf(object),
      action: gone ? "delete" : "drift",
      kind: parts.kindWords[object.kind],
      id: object.id,
      reason: gone
        ? "deleted by somebody else"
        : unread
          ? "now of a form that is not known here"
          : "changed by somebody else",
      lines: differences.map((each) => lineOf(parts, each)),
      drift: [],
      hasDiff: !gone && !unread,
      ...(gone || unread
        ? {}
        : { offer: { kind: "adopt", keys: [parts.keyOf(object)], label: "Adopt…" } as const }),
    })),
    actions: [
      { id: "plan", label: "Plan", isMain: found.length > 0 },
      { id: "drift", label: "Look Again", isMain: false },
    ],
    nextSteps:
      found.length === 0
        ? []
        : [
            {
              text: "Put them back to what the policy says; shown as a plan first:",
              command: `routewright plan ${service}`,
            },
            ...(keys.length === 0
              ? []
              : [
                  {
                    text: "Or keep them as they are now, and change the policy to match:",
                    command: `routewright adopt ${keys.map(quoted).join(" ")} ${service}`,
                    ...(keys.length === 1
                      ? {}
                      : { offer: { kind: "adopt", keys, label: "Adopt All…" } as const }),
                  },
                ]),
          ],
  };
}

function changeModel(parts: Parts, change: Change): DeployChange {
  const { action, kind, id, reason } = change;
  const drift = action === "update" || action === "delete" ? change.drift : [];
  return {
    key: parts.keyOf(change),
    action,
    kind: parts.kindWords[kind],
    id,
    reason,
    lines:
      action === "update"
        ? change.differences.map((each) => lineOf(parts, each))
        : action === "create"
          ? parts.describeParts(change.wanted)
          : [],
    drift: drift.map((each) => lineOf(parts, each)),
    hasDiff: action === "update" || action === "create" || action === "delete",
    ...(action === "delete"
      ? { offer: { kind: "forget", keys: [parts.keyOf(change)], label: "Keep It There…" } as const }
      : {}),
  };
}

function lineOf(parts: Parts, difference: Difference): DeployLine {
  return difference.path.endsWith("expression")
    ? parts.describeDifference(difference, (formula) => layOut(formula, viewWidth))
    : parts.describeDifference(difference);
}

function behaviourModel({ jobs, changed, groups }: BehaviourReport): DeployBehaviour {
  return {
    jobs,
    changed,
    groups: groups.slice(0, shownGroups).map(({ count, example, changes }) => ({
      count,
      example,
      changes: changes.map(({ what, before, after }) => `${what} ${before} → ${after}`),
    })),
    more: Math.max(0, groups.length - shownGroups),
  };
}

/** Messages of the command begin small and end without a full stop. */
export function sentence(text: string): string {
  const start = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?…]$/u.test(start) ? start : `${start}.`;
}
