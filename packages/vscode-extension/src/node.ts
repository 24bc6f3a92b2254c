import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { type Api, activateExtension } from "./extension.ts";
import { nodeServices } from "./services.ts";

/** The desktop's and a remote's entry: the server is a child process. */
export function activate(context: vscode.ExtensionContext): Api {
  const module = vscode.Uri.joinPath(context.extensionUri, "dist/node/server.js").fsPath;
  return activateExtension(
    context,
    (options) =>
      new LanguageClient(
        "routewright",
        "Routewright",
        {
          run: { module, transport: TransportKind.ipc },
          debug: { module, transport: TransportKind.ipc },
        },
        options,
      ),
    nodeServices,
  );
}
