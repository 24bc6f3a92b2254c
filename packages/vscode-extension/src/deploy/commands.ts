import type { CarriedOut, Plan } from "@routewright/azure/node";
import { viewEvents } from "@routewright/views/events";
import type { DeployModel, DeployRequest } from "@routewright/views/model";
import * as vscode from "vscode";
import type { Server } from "../client/server.ts";
import { type EmulatorControl, StartProblem } from "../emulator/emulator.ts";
import type { ActivePolicy } from "../panels/active-policy.ts";
import { openPanel, type Panel, type RestoredPanels } from "../panels/panel.ts";
import { type Deployer, DeployRefusal, type FoundDrift, type ShownPlan } from "./deployer.ts";
import type { DiffDocuments } from "./diffs.ts";
import { type KeptView, keep, keptView, staleModel } from "./kept.ts";
import { pageOf } from "./layout.ts";
import { loadParts, type Parts } from "./load.ts";
import { driftModel, planModel, sentence } from "./present.ts";
import { keptFor, serviceOptions, type Target } from "./target.ts";
import { askValues, type Targets } from "./targets.ts";
import type { Vault } from "./vault.ts";

/** The commands, with their questions and messages; what they do is the deployer's. */
export interface DeployCommands extends RestoredPanels, vscode.Disposable {
  /** Both may be named by a keybinding, a menu or a test; else they are asked for. */
  plan(policy?: unknown, target?: unknown): Promise<void>;
  /** The plan that is shown, after asking. */
  apply(): Promise<void>;
  drift(policy?: unknown, target?: unknown): Promise<void>;
  addTarget(): Promise<void>;
  removeTarget(): Promise<void>;
  /** What the view shows. */
  readonly model: DeployModel | undefined;
}

export interface DeployPorts {
  readonly extension: vscode.Uri;
  readonly server: Server;
  readonly policies: ActivePolicy;
  readonly emulator: EmulatorControl;
  readonly deployer: Deployer;
  readonly targets: Targets;
  readonly vault: Vault;
  readonly diffs: DiffDocuments;
}

type Shown =
  | { readonly kind: "plan"; readonly made: ShownPlan; readonly stage: Stage }
  | {
      readonly kind: "drift";
      readonly target: Target;
      readonly policy: vscode.Uri;
      readonly drift: FoundDrift;
    }
  /** Of before a reload. */
  | { readonly kind: "kept"; readonly view: KeptView };

const viewType = "routewright.deploy";

/** What became of a plan since it was made. */
type Stage =
  | { readonly kind: "open" }
  /** The policy has changed; the plan is still what is applied. */
  | { readonly kind: "outdated" }
  | { readonly kind: "applying" }
  | { readonly kind: "over"; readonly banner: NonNullable<DeployModel["banner"]> };

export function deployCommands(ports: DeployPorts): DeployCommands {
  const { deployer, targets, vault, emulator, policies } = ports;
  let panel: Panel | undefined;
  let shown: Shown | undefined;
  let model: DeployModel | undefined;

  const open = (kept?: vscode.WebviewPanel): Panel => {
    const mine = openPanel(ports.extension, { viewType, title: "", elements: ["rw-deploy"] }, kept);
    mine.onMessage(({ kind, detail }) => {
      if (kind === viewEvents.deploy) void guarded(() => answer(detail as DeployRequest));
    });
    mine.onClosed(() => {
      panel = undefined;
      shown = undefined;
      model = undefined;
    });
    panel = mine;
    return mine;
  };

  const show = async (next: Shown, reveal = false): Promise<void> => {
    shown = next;
    model =
      next.kind === "kept" ? staleModel(next.view) : modelOf(await loadParts(), next, emulator);
    if (reveal) panel?.reveal();
    const mine = panel ?? open();
    mine.setTitle(`${model.kind === "plan" ? "Plan" : "Drift"}: ${model.name}`);
    mine.send({ kind: "deploy", model });
    mine.remember(
      next.kind === "kept"
        ? next.view
        : keep({ model, policy: policyOf(next).toString(), target: targetOf(next).name }),
    );
  };

  const answer = async (request: DeployRequest): Promise<void> => {
    if (shown === undefined || !vscode.workspace.isTrusted) return;
    if (request.kind === "diff") return openDiff(shown, request.key);
    if (request.kind !== "action") return ownership(shown, request.kind, request.keys);
    if (request.id === "apply") return commands.apply();
    return look(request.id, policyOf(shown), targetIn(shown));
  };

  const targetIn = (from: Shown): Target => {
    if (from.kind !== "kept") return targetOf(from);
    const target = targets.named(from.view.target);
    if (target !== undefined) return target;
    throw new DeployRefusal(`there is no target ${from.view.target}`, "see `routewright.targets`");
  };

  const look = (what: "plan" | "drift", policy: vscode.Uri, target: Target): Promise<void> =>
    what === "plan" ? makePlan(policy, target) : findDrift(policy, target);

  /** Changes the record of what is ours, after asking; then looks again. */
  const ownership = async (
    from: Shown,
    way: "adopt" | "forget",
    keys: readonly string[],
  ): Promise<void> => {
    if (from.kind === "kept" || (from.kind === "plan" && from.stage.kind === "applying")) return;
    const target = targetOf(from);
    const policy = policyOf(from);
    const { title, detail, yes } = ownershipQuestion(way, from.kind, keys, target);
    const picked = await vscode.window.showWarningMessage(title, { modal: true, detail }, yes);
    if (picked !== yes) return;
    const { live } = from.kind === "plan" ? from.made : from.drift;
    const changed = await withProgress(
      `${way === "adopt" ? "Adopting in" : "Forgetting in"} ${target.name}`,
      () =>
        way === "adopt"
          ? deployer.adopt(target, policy, keys, live)
          : deployer.forget(target, policy, keys),
    );
    vscode.window.setStatusBarMessage(
      `$(check) ${counted(changed.length, "object")} ${way === "adopt" ? "adopted" : "let go"}`,
      5_000,
    );
    await look(from.kind, policy, target);
  };

  const openDiff = async (from: Shown, key: string): Promise<void> => {
    const sides = from.kind === "kept" ? undefined : sidesIn(await loadParts(), from, key);
    if (sides === undefined) return;
    const id = key.slice(key.indexOf("/") + 1);
    await ports.diffs.open(
      key,
      { before: pageOf(id, sides.before), after: pageOf(id, sides.after) },
      from.kind === "plan" ? `${id}: live ↔ planned` : `${id}: as we left it ↔ live`,
    );
  };

  const makePlan = async (policy: vscode.Uri, target: Target): Promise<void> => {
    if (!(await isThere(target, emulator))) return;
    const made = await withProgress(`Planning for ${target.name}`, () =>
      deployer.plan(target, policy),
    );
    await show({ kind: "plan", made, stage: { kind: "open" } }, true);
  };

  const findDrift = async (policy: vscode.Uri, target: Target): Promise<void> => {
    if (!(await isThere(target, emulator))) return;
    const drift = await withProgress(`Looking for drift in ${target.name}`, () =>
      deployer.drift(target, policy),
    );
    await show({ kind: "drift", target, policy, drift }, true);
  };

  const ask = async (
    title: string,
    named: unknown,
    targetName: unknown,
  ): Promise<readonly [vscode.Uri, Target] | undefined> => {
    const policy = policies.uri(named);
    if (policy === undefined) {
      void vscode.window.showInformationMessage("Open a policy first: it says what is wanted.");
      return undefined;
    }
    const target =
      typeof targetName === "string" ? targets.named(targetName) : await targets.pick(title);
    if (target === undefined && typeof targetName === "string") {
      throw new DeployRefusal(`there is no target ${targetName}`, "see `routewright.targets`");
    }
    return target === undefined ? undefined : [policy, target];
  };

  const carryOut = async (made: ShownPlan): Promise<void> => {
    await show({ kind: "plan", made, stage: { kind: "applying" } });
    const end = async (banner: NonNullable<DeployModel["banner"]>): Promise<void> =>
      show({ kind: "plan", made, stage: { kind: "over", banner } });
    try {
      const result = await applyWithProgress(deployer, made);
      const parts = await loadParts();
      if (result.kind === "applied") {
        await end({
          role: "good",
          text: `Applied: ${counted(made.plan.changes.length, "change")}. Bundle ${shortHash(made.plan.bundleHash)}`,
        });
        return;
      }
      const left = result.left.length + result.failures.length;
      const isStopped = result.failures.length === 0;
      await end({
        role: isStopped ? "warn" : "bad",
        text: `${isStopped ? "Stopped on request" : "Stopped"}: ${left} of ${counted(made.plan.changes.length, "change")} are left. What was written is recorded; plan again to go on.`,
        lines: parts.failuresOf(result).map(sentence),
      });
    } catch (error) {
      const parts = await loadParts();
      if (error instanceof parts.NotApplied && error.outcome === "missingSecrets") {
        await show({ kind: "plan", made, stage: { kind: "open" } });
        await offerValues(made, error.names);
        return;
      }
      if (error instanceof parts.NotApplied || isRefusal(parts, error)) {
        await end({ role: "bad", text: `${sentence(error.message)} Plan again.` });
        const again = "Plan Again";
        const picked = await vscode.window.showErrorMessage(sentence(error.message), again);
        if (picked === again) await makePlan(made.policy, made.target);
        return;
      }
      await show({ kind: "plan", made, stage: { kind: "open" } });
      throw error;
    }
  };

  const offerValues = async (made: ShownPlan, names: readonly string[]): Promise<void> => {
    const enter = "Enter Values…";
    const picked = await vscode.window.showErrorMessage(
      `These credentials are not at hand: ${names.join(", ")}; nothing was changed. Set the environment variables before the editor starts, or keep the values in its secret storage.`,
      enter,
    );
    if (picked !== enter) return;
    // The plan was made without them, and cannot say whether they are what is there.
    if (await askValues(vault, keptFor(made.target), names)) {
      await makePlan(made.policy, made.target);
    }
  };

  const commands: DeployCommands = {
    viewType,
    async restore(kept, memory) {
      const view = keptView(memory);
      if (view === undefined || panel !== undefined) {
        kept.dispose();
        return;
      }
      open(kept);
      await show({ kind: "kept", view });
    },
    plan: (policy, target) =>
      guarded(async () => {
        const asked = await ask("Plan", policy, target);
        if (asked !== undefined) await makePlan(...asked);
      }),
    drift: (policy, target) =>
      guarded(async () => {
        const asked = await ask("Drift", policy, target);
        if (asked !== undefined) await findDrift(...asked);
      }),
    apply: () =>
      guarded(async () => {
        if (shown?.kind !== "plan" || shown.stage.kind === "over") {
          const plan = "Plan";
          const picked = await vscode.window.showInformationMessage(
            "Only a plan that is shown can be applied. Make one first.",
            plan,
          );
          if (picked === plan) await commands.plan();
          return;
        }
        const { made, stage } = shown;
        if (stage.kind === "applying" || !canApply(made.plan)) return;
        const apply = `Apply to ${made.target.name}`;
        const picked = await vscode.window.showWarningMessage(
          `Apply this plan to ${made.target.name}?`,
          { modal: true, detail: questionOf(made, stage.kind === "outdated") },
          apply,
        );
        if (picked === apply) await carryOut(made);
      }),
    addTarget: () => guarded(async () => void (await targets.add())),
    removeTarget: () => guarded(() => targets.remove()),
    get model() {
      return model;
    },
    dispose() {
      for (const listener of listeners) listener.dispose();
      panel?.close();
    },
  };
  const listeners = [
    ports.server.onChanged((uris) => {
      if (shown?.kind !== "plan" || shown.stage.kind !== "open") return;
      const { made } = shown;
      if (uris.some((uri) => uri.toString() === made.entry.toString())) {
        void show({ kind: "plan", made, stage: { kind: "outdated" } });
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (shown?.kind === "kept") void show(shown);
    }),
  ];
  return commands;
}

type Made = Exclude<Shown, { readonly kind: "kept" }>;

function targetOf(shown: Made): Target {
  return shown.kind === "plan" ? shown.made.target : shown.target;
}

function policyOf(shown: Shown): vscode.Uri {
  switch (shown.kind) {
    case "plan":
      return shown.made.policy;
    case "drift":
      return shown.policy;
    case "kept":
      return vscode.Uri.parse(shown.view.policy);
  }
}

/** What is asked before the record of what is ours changes; nothing in the service does. */
function ownershipQuestion(
  way: "adopt" | "forget",
  from: "plan" | "drift",
  keys: readonly string[],
  { name }: Target,
): { readonly title: string; readonly detail: string; readonly yes: string } {
  const [only = ""] = keys;
  const what = keys.length === 1 ? only : counted(keys.length, "object");
  const listed = keys.length === 1 ? [] : ["", ...listOf(keys)];
  const it = keys.length === 1 ? "it" : "them";
  if (way === "forget") {
    return {
      title: `Keep ${what} in ${name}?`,
      detail:
        "It stays in the service as it is, and is no longer ours: no plan changes or deletes it. Nothing is written to the service.",
      yes: "Keep It There",
    };
  }
  return {
    title: `Adopt ${what} in ${name}?`,
    detail: [
      from === "drift"
        ? `What others changed counts as ours from now on. Nothing is written to the service, and the policy stays as it is: as long as it says otherwise, the next plan puts ${it} back.`
        : "It is ours from now on: a plan makes it what the policy says, and deletes it when the policy no longer has it. Nothing is written to the service yet.",
      ...listed,
    ].join("\n"),
    yes: "Adopt",
  };
}

function listOf(names: readonly string[]): readonly string[] {
  const more = names.length - mostListed;
  const shown = names.slice(0, mostListed).map((name) => `    ${name}`);
  return more > 0 ? [...shown, `    and ${more} more`] : shown;
}

function canApply(plan: Plan): boolean {
  return plan.conflicts.length === 0 && plan.changes.length > 0;
}

function modelOf(parts: Parts, shown: Made, emulator: EmulatorControl): DeployModel {
  if (shown.kind === "drift") {
    const { found, owned, foreign, notices, service } = shown.drift;
    return driftModel(parts, {
      name: shown.target.name,
      target: service,
      found,
      owned,
      foreign,
      notices,
      service: serviceOptions(shown.target, emulator.address().port),
    });
  }
  const { made, stage } = shown;
  const banner = bannerOf(made, stage);
  return planModel(parts, {
    name: made.target.name,
    policy: vscode.workspace.asRelativePath(made.entry, false),
    plan: made.plan,
    notices: made.notices,
    ...(made.behaviour === undefined ? {} : { behaviour: made.behaviour }),
    ...(banner === undefined ? {} : { banner }),
    canApply: canApply(made.plan) && (stage.kind === "open" || stage.kind === "outdated"),
  });
}

function bannerOf(made: ShownPlan, stage: Stage): DeployModel["banner"] {
  switch (stage.kind) {
    case "open":
      return made.plan.changes.length === 0 && made.plan.conflicts.length === 0
        ? { role: "good", text: "Nothing to do: everything is as the policy says." }
        : undefined;
    case "outdated":
      return { role: "warn", text: "The policy has changed since this plan was made." };
    case "applying":
      return { role: "warn", text: "Applying…" };
    case "over":
      return stage.banner;
  }
}

function sidesIn(parts: Parts, shown: Made, key: string) {
  if (shown.kind === "plan") {
    const { plan, live } = shown.made;
    const change = plan.changes.find((each) => parts.keyOf(each) === key);
    if (change === undefined) return undefined;
    const wanted = "wanted" in change ? change.wanted : undefined;
    return parts.sidesOf(change.kind, live.objects.get(key)?.body, wanted);
  }
  const drift = shown.drift.found.find(({ object }) => parts.keyOf(object) === key);
  if (drift === undefined) return undefined;
  const { kind, baseline } = drift.object;
  return parts.sidesOf(kind, baseline, shown.drift.live.objects.get(key)?.body);
}

/** What the modal question says: where, how much, and what is deleted for good. */
function questionOf({ plan, target, policy }: ShownPlan, isOutdated: boolean): string {
  const of = (action: string) => plan.changes.filter((change) => change.action === action);
  const deleted = of("delete").map(({ kind, id }) => `${kind}/${id}`);
  const lines = [
    plan.target,
    `${of("create").length} to create, ${of("update").length} to update, ${deleted.length} to delete`,
  ];
  if (deleted.length > 0) {
    lines.push("", "Deleted for good:", ...listOf(deleted));
  }
  if (isOutdated) {
    lines.push(
      "",
      `${vscode.workspace.asRelativePath(policy)} has changed since this plan was made; what is shown is what is applied.`,
    );
  }
  if (target.kind !== "emulator") lines.push("", "Calls in progress are routed by it at once.");
  return lines.join("\n");
}

const mostListed = 15;

async function applyWithProgress(deployer: Deployer, made: ShownPlan): Promise<CarriedOut> {
  const total = made.plan.changes.length;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Applying to ${made.target.name}`,
      cancellable: true,
    },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => {
        progress.report({ message: "stopping after what is on its way…" });
        stop.abort();
      });
      return deployer.apply(made, {
        signal: stop.signal,
        onProgress: ({ change, done }) =>
          progress.report({
            message: `${done}/${total} ${change.action} ${change.id}`,
            increment: 100 / total,
          }),
      });
    },
  );
}

function withProgress<T>(title: string, run: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `${title}…` },
    () => run(),
  );
}

/** The emulator has to run; one that was started elsewhere is as good. */
async function isThere(target: Target, emulator: EmulatorControl): Promise<boolean> {
  if (target.kind !== "emulator" || emulator.state.kind === "running") return true;
  const { port } = emulator.address();
  if (await isEmulator(port)) return true;
  const start = "Start Emulator";
  const picked = await vscode.window.showInformationMessage(
    `No emulator is running on port ${port}.`,
    start,
  );
  if (picked !== start) return false;
  await emulator.start();
  return true;
}

async function isEmulator(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${port}/_emulator/clock`, {
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** Says what went wrong, and how to mend it. What is nobody's mistake goes on to the editor's log. */
async function guarded(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const parts = await loadParts();
    if (parts.isErrno(error)) {
      const path = error.path ?? "a file";
      void vscode.window.showErrorMessage(`${path} cannot be used (${error.code}).`);
      return;
    }
    if (
      !(error instanceof DeployRefusal) &&
      !(error instanceof StartProblem) &&
      !(error instanceof parts.DeployProblem)
    ) {
      throw error;
    }
    const help = error.help === undefined ? "" : ` ${sentence(error.help)}`;
    void vscode.window.showErrorMessage(`${sentence(error.message)}${help}`);
  }
}

function isRefusal(parts: Parts, error: unknown): error is Error {
  return error instanceof parts.DeployProblem && error.isRefusal;
}

/** Enough to tell two apart by eye. */
function shortHash(hash: string): string {
  return hash.replace(/^(sha256:.{12}).*$/u, "$1…");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
