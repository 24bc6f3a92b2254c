import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { type Api, activateExtension } from "./extension.ts";
import { nodeServices } from "./services.ts";
import type { FromSimulator } from "./simulation/messages.ts";

/** The desktop's and a remote's entry: the server is a child process, the simulator a thread. */
export function activate(context: vscode.ExtensionContext): Api {
  const path = (file: string): string =>
    vscode.Uri.joinPath(context.extensionUri, "dist/node", file).fsPath;
  const module = path("server.js");
  return activateExtension(context, {
    createClient: (options) =>
      new LanguageClient(
        "routewright",
        "Routewright",
        {
          run: { module, transport: TransportKind.ipc },
          debug: { module, transport: TransportKind.ipc },
        },
        options,
      ),
    createServices: nodeServices,
    startSimulator() {
      const thread = new Worker(path("simulator.js"));
      return {
        post: (message) => thread.postMessage(message),
        onMessage: (hear) => thread.on("message", (message: FromSimulator) => hear(message)),
        onFailure: (hear) => thread.on("error", ({ message }) => hear(message)),
        end: () => void thread.terminate(),
      };
    },
  });
}
