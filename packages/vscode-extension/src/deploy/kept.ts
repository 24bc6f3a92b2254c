import type { DeployModel } from "@routewright/views/model";
import * as vscode from "vscode";

/** What a panel remembers over a reload: what it showed, and of what. No credential is in it. */
export interface KeptView {
  readonly model: DeployModel;
  readonly policy: string;
  readonly target: string;
}

/** A view larger than this is not kept over a reload: its plan is made again as fast. */
const keptLength = 500_000;

export function keep(view: KeptView): KeptView | undefined {
  return JSON.stringify(view).length <= keptLength ? view : undefined;
}

/** Ours, so that more than its form need not be looked at. */
export function keptView(memory: unknown): KeptView | undefined {
  if (typeof memory !== "object" || memory === null) return undefined;
  const { model, policy, target } = memory as Readonly<Record<string, unknown>>;
  const isView = typeof model === "object" && model !== null && "changes" in model;
  return isView && typeof policy === "string" && typeof target === "string"
    ? { model: model as DeployModel, policy, target }
    : undefined;
}

/**
 * The view as it was, to read: what it was made of is gone, and nobody has asked the service since.
 * So nothing of it can be applied or opened, and it can be made again.
 */
export function staleModel({ model }: KeptView): DeployModel {
  const isPlan = model.kind === "plan";
  const { isTrusted } = vscode.workspace;
  return {
    ...model,
    banner: {
      role: "warn",
      text: isTrusted
        ? `${isPlan ? "This plan was made" : "This was looked for"} before the window was loaded anew; the service has not been asked since.`
        : "Nothing runs in a folder that is not trusted. Trust it, and this can be looked for again.",
    },
    conflicts: model.conflicts.map(({ offer: _, ...conflict }) => conflict),
    changes: model.changes.map(({ offer: _, ...change }) => ({ ...change, hasDiff: false })),
    actions: isTrusted
      ? [
          { id: "plan", label: isPlan ? "Plan Again" : "Plan", isMain: isPlan },
          { id: "drift", label: isPlan ? "Drift" : "Look Again", isMain: !isPlan },
        ]
      : [],
    nextSteps: model.nextSteps.map(({ offer: _, ...step }) => step),
  };
}
