import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { type Api, activateExtension } from "./extension.ts";
import { noServices } from "./no-services.ts";

/** The web's entry: the server is a worker, and asks the editor for files. */
export function activate(context: vscode.ExtensionContext): Api {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist/browser/server.js");
  return activateExtension(
    context,
    (options) =>
      new LanguageClient("routewright", "Routewright", new Worker(script.toString(true)), options),
    noServices,
  );
}
