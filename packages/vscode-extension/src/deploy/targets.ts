import * as vscode from "vscode";
import type { EmulatorControl } from "../emulator/emulator.ts";
import { sentence } from "./present.ts";
import { emulatorTarget, type NamedTarget, originOf, readTargets, type Target } from "./target.ts";
import type { Vault } from "./vault.ts";

/** Asks which service is meant, and keeps the named ones: the name in settings, the key in the vault. */
export interface Targets {
  /** By its name; `undefined` when there is none of that name. */
  named(name: string): Target | undefined;
  pick(title: string): Promise<Target | undefined>;
  add(): Promise<NamedTarget | undefined>;
  remove(): Promise<void>;
}

export function targetsOf(emulator: EmulatorControl, vault: Vault): Targets {
  let last: string | undefined;
  const all = (): readonly NamedTarget[] => {
    const { targets, problems } = readTargets(setting().get("targets"));
    if (problems.length > 0) {
      void vscode.window.showWarningMessage(
        `In the setting routewright.targets: ${problems.join("; ")}.`,
      );
    }
    return targets;
  };

  const add = async (): Promise<NamedTarget | undefined> => {
    const taken = new Set([emulatorTarget.name, ...all().map(({ name }) => name)]);
    const name = await vscode.window.showInputBox({
      title: "Add a Target (1/2)",
      prompt: "What shall it be called? The name goes into the settings.",
      placeHolder: "production",
      validateInput: (text) => {
        if (text.trim() === "") return "Give it a name";
        return taken.has(text.trim()) ? "There is one of that name" : undefined;
      },
    });
    if (name === undefined) return undefined;
    const way = await vscode.window.showQuickPick(
      [
        {
          label: "$(key) Connection string",
          detail:
            "Kept in the editor's secret storage; settings hold the name and the endpoint only.",
          kind: vscode.QuickPickItemKind.Default,
          credential: "connectionString" as const,
        },
        {
          label: "$(account) Endpoint, signed in to Azure",
          detail:
            "A token of whoever is signed in on this machine (az login, workload identity, …).",
          kind: vscode.QuickPickItemKind.Default,
          credential: "identity" as const,
        },
      ],
      { title: "Add a Target (2/2)", placeHolder: "How are you let in?" },
    );
    if (way === undefined) return undefined;
    const endpoint =
      way.credential === "connectionString"
        ? await askConnectionString(vault)
        : await askEndpoint();
    if (endpoint === undefined) return undefined;
    const target: NamedTarget = { kind: way.credential, name: name.trim(), endpoint };
    const known = setting().get<readonly unknown[]>("targets", []);
    const entry = { name: target.name, endpoint, credential: way.credential };
    await setting().update("targets", [...known, entry], vscode.ConfigurationTarget.Workspace);
    return target;
  };

  return {
    named: (name) =>
      name === emulatorTarget.name ? emulatorTarget : all().find((each) => each.name === name),
    async pick(title) {
      const { state } = emulator;
      const items: TargetItem[] = [
        {
          label: "$(radio-tower) Emulator",
          description:
            state.kind === "running" ? `running at ${state.endpoint}` : "on this machine",
          target: emulatorTarget,
        },
        ...all().map((target) => ({
          label: `$(cloud) ${target.name}`,
          description: target.endpoint,
          detail:
            target.kind === "identity"
              ? "signed in to Azure"
              : "connection string in secret storage",
          target,
        })),
      ];
      const first = items.findIndex(({ target }) => target?.name === last);
      if (first > 0) items.unshift(...items.splice(first, 1));
      const picked = await vscode.window.showQuickPick<TargetItem>(
        [...items, { label: "$(add) Add a Target…" }],
        { title, placeHolder: "Which service?", matchOnDescription: true },
      );
      if (picked === undefined) return undefined;
      const target = picked.target ?? (await add());
      last = target?.name ?? last;
      return target;
    },
    add,
    async remove() {
      const picked = await vscode.window.showQuickPick(
        all().map((target) => ({ label: target.name, description: target.endpoint, target })),
        { title: "Remove a Target", placeHolder: "Its stored credentials are removed too" },
      );
      if (picked === undefined) return;
      await vault.forget(picked.target);
      const known = setting().get<readonly { readonly name?: unknown }[]>("targets", []);
      await setting().update(
        "targets",
        known.filter(({ name }) => name !== picked.target.name),
        vscode.ConfigurationTarget.Workspace,
      );
    },
  };
}

interface TargetItem extends vscode.QuickPickItem {
  readonly target?: Target;
}

function setting(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("routewright");
}

/** Asks for it unseen and keeps it. @returns the endpoint in it. */
async function askConnectionString(vault: Vault): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: "Connection String",
    prompt: "endpoint=https://….communication.azure.com/;accesskey=…",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      endpointIn(value) === undefined ? "That is no connection string" : undefined,
  });
  const endpoint = text === undefined ? undefined : endpointIn(text);
  if (text === undefined || endpoint === undefined) return undefined;
  await vault.keepConnectionString(endpoint, text.trim());
  return endpoint;
}

async function askEndpoint(): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: "Endpoint",
    prompt: "The address of the Communication Services resource",
    placeHolder: "https://contoso.unitedstates.communication.azure.com",
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (/accesskey/iu.test(value)) return "That is a connection string: go back and choose that";
      return originOf(value)?.startsWith("https:") === true
        ? undefined
        : "That is no https address";
    },
  });
  return text === undefined ? undefined : originOf(text);
}

function endpointIn(text: string): string | undefined {
  const [, address = ""] =
    /^\s*endpoint=([^;]+);\s*accesskey=[A-Za-z0-9+/=]+;?\s*$/iu.exec(text) ?? [];
  return originOf(address);
}

/** Asks for the values of `secret`s that no variable holds. @returns whether all were given. */
export async function askValues(
  vault: Vault,
  endpoint: string,
  names: readonly string[],
): Promise<boolean> {
  for (const name of names) {
    const value = await vscode.window.showInputBox({
      title: `Value of ${name}`,
      prompt: sentence("kept in the editor's secret storage, for this target only"),
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined || value === "") return false;
    await vault.keepValue(endpoint, name, value);
  }
  return true;
}
