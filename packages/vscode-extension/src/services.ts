import * as vscode from "vscode";
import type { Server } from "./client/server.ts";
import { type DeployCommands, deployCommands } from "./deploy/commands.ts";
import { type Deployer, deployer } from "./deploy/deployer.ts";
import { diffDocuments } from "./deploy/diffs.ts";
import { targetsOf } from "./deploy/targets.ts";
import { type Vault, vaultIn } from "./deploy/vault.ts";
import { type EmulatorControl, emulatorControl } from "./emulator/emulator.ts";
import { emulatorCommands } from "./emulator/menu.ts";
import { emulatorStatus } from "./emulator/status-bar.ts";
import type { ActivePolicy } from "./panels/active-policy.ts";
import type { RestoredPanels } from "./panels/panel.ts";

/** The emulator and the services that policies are deployed to. */
export interface Services extends vscode.Disposable {
  /** By command; the caller lets none of them run in a folder that is not trusted. */
  readonly commands: Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  /** Panels that come back when the window was loaded anew. */
  readonly panels: readonly RestoredPanels[];
  /** For tests; absent where nothing can be started or deployed. */
  readonly inside?: {
    readonly emulator: EmulatorControl;
    readonly deployer: Deployer;
    readonly deploy: DeployCommands;
    readonly vault: Vault;
  };
}

export type ServicesFactory = (
  context: vscode.ExtensionContext,
  server: Server,
  policies: ActivePolicy,
) => Services;

/** In Node.js, on the desktop and in remotes. Nothing connects or starts before it is asked to. */
export const nodeServices: ServicesFactory = (context, server, policies) => {
  const emulator = emulatorControl(context.extensionUri);
  const vault = vaultIn(context.secrets);
  const diffs = diffDocuments();
  const running = deployer(server, emulator, vault);
  const deploy = deployCommands({
    extension: context.extensionUri,
    server,
    policies,
    emulator,
    deployer: running,
    targets: targetsOf(emulator, vault),
    vault,
    diffs,
  });
  const menu = emulatorCommands(emulator);
  const status = emulatorStatus(emulator);
  return {
    commands: {
      "routewright.startEmulator": () => menu.start(),
      "routewright.stopEmulator": () => menu.stop(),
      "routewright.emulatorMenu": () => menu.menu(),
      "routewright.plan": (policy, target) => deploy.plan(policy, target),
      "routewright.apply": () => deploy.apply(),
      "routewright.drift": (policy, target) => deploy.drift(policy, target),
      "routewright.addTarget": () => deploy.addTarget(),
      "routewright.removeTarget": () => deploy.removeTarget(),
    },
    panels: [deploy],
    inside: { emulator, deployer: running, deploy, vault },
    dispose: () => vscode.Disposable.from(status, deploy, diffs, emulator).dispose(),
  };
};
