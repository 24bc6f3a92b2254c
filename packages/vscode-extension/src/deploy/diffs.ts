import * as vscode from "vscode";

const scheme = "routewright-deploy";

/** Both sides of an object, as read-only documents of the editor's own diff. */
export interface DiffDocuments extends vscode.Disposable {
  open(
    key: string,
    sides: { readonly before: string; readonly after: string },
    title: string,
  ): Promise<void>;
}

export function diffDocuments(): DiffDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "",
  });
  const put = async (path: string, text: string): Promise<vscode.Uri> => {
    const uri = vscode.Uri.from({ scheme, path });
    texts.set(uri.path, text);
    changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "jsonc");
    return uri;
  };
  return {
    async open(key, { before, after }, title) {
      const live = await put(`/live/${key}.jsonc`, before);
      const planned = await put(`/planned/${key}.jsonc`, after);
      await vscode.commands.executeCommand("vscode.diff", live, planned, title, {
        viewColumn: vscode.ViewColumn.Active,
        preview: true,
      });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
