import { languageIds } from "@routewright/lsp/protocol";
import * as vscode from "vscode";

/** The policy that a command is about: the one named, else the one being edited or last seen. */
export interface ActivePolicy extends vscode.Disposable {
  find(named?: unknown): vscode.TextEditor | undefined;
  /** The policy's editor if there is one, else its address alone. */
  uri(named?: unknown): vscode.Uri | undefined;
  /** As `uri`; where none is open, lets one of the folder be chosen, or says what is missing. */
  ask(named?: unknown): Promise<vscode.Uri | undefined>;
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
  const uri = (named?: unknown): vscode.Uri | undefined =>
    uriOf(named) ?? find()?.document.uri ?? last?.document.uri;
  return {
    find,
    uri,
    ask: async (named) => uri(named) ?? choosePolicy(),
    dispose: () => listener.dispose(),
  };
}

async function choosePolicy(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles("**/*.route", "**/node_modules/**", 500);
  if (found.length === 0) {
    const start = "New Policy";
    const chosen = await vscode.window.showInformationMessage(
      "There is no policy in this folder yet.",
      start,
    );
    if (chosen === start) await vscode.commands.executeCommand("routewright.newPolicy");
    return undefined;
  }
  const items = found
    .map((resource) => ({ label: vscode.workspace.asRelativePath(resource), resource }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: "Which policy?" });
  return picked?.resource;
}

function policyEditor(editor: vscode.TextEditor | undefined): vscode.TextEditor | undefined {
  return editor?.document.languageId === languageIds.policy ? editor : undefined;
}

/** Menus pass a `Uri`, code lenses its text. */
function uriOf(named: unknown): vscode.Uri | undefined {
  if (named instanceof vscode.Uri) return named;
  return typeof named === "string" ? vscode.Uri.parse(named) : undefined;
}
