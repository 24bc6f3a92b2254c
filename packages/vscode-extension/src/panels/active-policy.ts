import { languageIds } from "@routewright/lsp/protocol";
import * as vscode from "vscode";

/** The policy that a command is about: the one named, else the one being edited or last seen. */
export interface ActivePolicy extends vscode.Disposable {
  find(named?: unknown): vscode.TextEditor | undefined;
  /** The policy's editor if there is one, else its address alone. */
  uri(named?: unknown): vscode.Uri | undefined;
}

export function trackActivePolicy(): ActivePolicy {
  let last: vscode.TextEditor | undefined = policyEditor(vscode.window.activeTextEditor);
  const listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
    last = policyEditor(editor) ?? last;
  });
  const find = (named?: unknown): vscode.TextEditor | undefined => {
    const uri = uriOf(named);
    const editors = vscode.window.visibleTextEditors;
    if (uri !== undefined) {
      return editors.find((editor) => editor.document.uri.toString() === uri.toString());
    }
    return (
      policyEditor(vscode.window.activeTextEditor) ??
      editors.find((editor) => editor === last) ??
      editors.find((editor) => policyEditor(editor) !== undefined)
    );
  };
  return {
    find,
    uri: (named) => uriOf(named) ?? find()?.document.uri ?? last?.document.uri,
    dispose: () => listener.dispose(),
  };
}

function policyEditor(editor: vscode.TextEditor | undefined): vscode.TextEditor | undefined {
  return editor?.document.languageId === languageIds.policy ? editor : undefined;
}

/** Menus pass a `Uri`, code lenses its text. */
function uriOf(named: unknown): vscode.Uri | undefined {
  if (named instanceof vscode.Uri) return named;
  return typeof named === "string" ? vscode.Uri.parse(named) : undefined;
}
