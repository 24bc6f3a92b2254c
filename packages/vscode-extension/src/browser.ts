import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { type Api, activateExtension } from "./extension.ts";
import { noServices } from "./no-services.ts";
import type { FromSimulator } from "./simulation/messages.ts";

/** The web's entry: server and simulator are workers; the server asks the editor for files. */
export function activate(context: vscode.ExtensionContext): Api {
  const start = (file: string): Worker =>
    new Worker(vscode.Uri.joinPath(context.extensionUri, "dist/browser", file).toString(true));
  return activateExtension(context, {
    createClient: (options) =>
      new LanguageClient("routewright", "Routewright", start("server.js"), options),
    createServices: noServices,
    startSimulator() {
      const worker = start("simulator.js");
      return {
        post: (message) => worker.postMessage(message),
        onMessage: (hear) =>
          worker.addEventListener("message", ({ data }: MessageEvent<FromSimulator>) => hear(data)),
        onFailure: (hear) =>
          worker.addEventListener("error", ({ message }) => hear(message || "it could not start")),
        end: () => worker.terminate(),
      };
    },
  });
}
