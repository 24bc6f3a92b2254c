import {
  type FormulasResult,
  languageIds,
  methods,
  type VirtualDocumentResult,
  virtualScheme,
} from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { summarise } from "../client/convert.ts";
import type { Server } from "../client/server.ts";

/** Answers for `routewright:` documents, and again when the policy changes. */
export function virtualDocuments(server: Server): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(virtualScheme, {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri, token) {
      const { text } = await server.request<VirtualDocumentResult>(
        methods.virtualDocument,
        { uri: uri.toString() },
        token,
      );
      return text ?? "// The policy has no such formula any more.";
    },
  });
  const listener = server.onChanged(() => {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === virtualScheme) changed.fire(uri);
    }
  });
  return vscode.Disposable.from(registration, listener, changed);
}

interface FormulaPick extends vscode.QuickPickItem {
  readonly uri: string;
}

export async function showFormula(server: Server, policy: vscode.Uri): Promise<void> {
  const result = await server.request<FormulasResult>(methods.formulas, {
    uri: policy.toString(),
  });
  if (!result.ok) {
    void vscode.window.showErrorMessage(
      `The policy does not compile: ${summarise(result.problems)}`,
    );
    return;
  }
  const picked = await vscode.window.showQuickPick<FormulaPick>(
    result.formulas.map(({ uri, title, pointer }) => ({
      uri,
      label: title,
      description: pointer,
    })),
    { title: "Compiled formulas", placeHolder: "Which formula?", matchOnDescription: true },
  );
  if (picked === undefined) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(picked.uri));
  await vscode.languages.setTextDocumentLanguage(document, languageIds.formula);
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}
