import { clientCommands } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { toLocation, toPosition } from "./client/convert.ts";
import { type ClientFactory, type Server, startServer } from "./client/server.ts";
import { importFile, pasteAsPolicy, pasteProvider } from "./commands/import-json.ts";
import { newPolicy } from "./commands/new-policy.ts";
import { showFormula, virtualDocuments } from "./commands/show-formula.ts";
import { jobConfiguration, registerDebugger } from "./debug/debugging.ts";
import { trackActivePolicy } from "./panels/active-policy.ts";
import { evaluatePanel } from "./panels/evaluate-panel.ts";
import { restorePanels } from "./panels/panel.ts";
import { previewPanel } from "./panels/preview-panel.ts";
import { type SimulatePanel, simulatePanel } from "./panels/simulate-panel.ts";
import { timelinePanels } from "./panels/timeline-panel.ts";
import type { Services, ServicesFactory } from "./services.ts";
import type { SimulatorThread } from "./simulation/run.ts";
import { type TestExplorer, testExplorer } from "./testing/explorer.ts";
import { type TracePainter, tracePainter } from "./trace/painter.ts";

/** What the extension shows to its own tests. */
export interface Api {
  readonly server: Server;
  readonly tests: TestExplorer;
  readonly painter: TracePainter;
  readonly services: Services;
  readonly simulation: SimulatePanel;
}

/** What differs between a host in Node.js and one in a worker. */
export interface Host {
  readonly createClient: ClientFactory;
  readonly createServices: ServicesFactory;
  readonly startSimulator: () => SimulatorThread;
}

/** Registers everything at once and returns; the server starts meanwhile. */
export function activateExtension(
  context: vscode.ExtensionContext,
  { createClient, createServices, startSimulator }: Host,
): Api {
  const server = startServer(createClient);
  const policies = trackActivePolicy();
  const painter = tracePainter();
  const preview = previewPanel(context.extensionUri, server, policies);
  const evaluate = evaluatePanel(context.extensionUri, server, policies, painter);
  const timelines = timelinePanels(context.extensionUri, server);
  const simulation = simulatePanel(context.extensionUri, server, policies, startSimulator);
  const tests = testExplorer(server);
  const services = createServices(context, server, policies);
  const runs: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    [clientCommands.preview]: trusted((named, position) => preview.show(named, position)),
    [clientCommands.evaluate]: trusted((named, policyId) => evaluate.show(named, policyId)),
    [clientCommands.runTest]: trusted((_uri, testId) => tests.run(String(testId))),
    [clientCommands.debugTest]: trusted((_uri, testId) => tests.debug(String(testId))),
    [clientCommands.showReferences]: showReferences,
    "routewright.showFormula": trusted(async (named) => {
      const uri = await policies.ask(named);
      if (uri !== undefined) await showFormula(server, uri);
    }),
    "routewright.showTimeline": trusted((item) => timelines.show(item)),
    "routewright.simulate": trusted((named) => simulation.show(named)),
    "routewright.debugJob": trusted(async (named) => {
      const uri = await policies.ask(named);
      if (uri !== undefined) {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        await vscode.debug.startDebugging(folder, jobConfiguration(uri));
      }
    }),
    "routewright.pasteAsPolicy": trusted(() => pasteAsPolicy(server)),
    "routewright.importFile": trusted((named) => importFile(server, named)),
    ...Object.fromEntries(Object.entries(services.commands).map(([id, run]) => [id, trusted(run)])),
    "routewright.newPolicy": newPolicy,
    "routewright.clearTrace": () => painter.clear(),
    "routewright.restartServer": () => server.restart(),
    "routewright.showLog": () => server.showLog(),
    "routewright.openWalkthrough": () =>
      vscode.commands.executeCommand(
        "workbench.action.openWalkthrough",
        `${context.extension.id}#start`,
        false,
      ),
  };
  context.subscriptions.push(
    server,
    policies,
    painter,
    preview,
    evaluate,
    timelines,
    simulation,
    restorePanels([preview, evaluate, timelines, simulation, ...services.panels]),
    tests,
    services,
    virtualDocuments(server),
    pasteProvider(server),
    registerDebugger(server, policies),
    ...Object.entries(runs).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
  return { server, tests, painter, services, simulation };
}

/** Nothing runs in a folder that is not trusted, whoever asks; and it is said why. */
function trusted(
  run: (...args: readonly unknown[]) => unknown,
): (...args: readonly unknown[]) => unknown {
  return (...args) => {
    if (vscode.workspace.isTrusted) return run(...args);
    // Whoever runs the command does not wait for the message to be read.
    void askForTrust();
    return undefined;
  };
}

async function askForTrust(): Promise<void> {
  const manage = "Manage Trust";
  const chosen = await vscode.window.showWarningMessage(
    "This folder is not trusted: nothing in it is evaluated, run, imported or deployed before it is.",
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
}

function showReferences(uri: unknown, position: unknown, locations: unknown): Thenable<unknown> {
  return vscode.commands.executeCommand(
    "editor.action.showReferences",
    vscode.Uri.parse(String(uri)),
    toPosition(position as Parameters<typeof toPosition>[0]),
    (locations as readonly Parameters<typeof toLocation>[0][]).map(toLocation),
  );
}
