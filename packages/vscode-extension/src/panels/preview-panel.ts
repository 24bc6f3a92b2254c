import { methods, type PreviewResult } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import type { Server } from "../client/server.ts";
import type { ActivePolicy } from "./active-policy.ts";
import {
  fileName,
  openPanel,
  type Panel,
  type RestoredPanels,
  remembered,
  untrusted,
} from "./panel.ts";

const viewType = "routewright.preview";

/** The compiled objects beside the policy; one panel, which follows the policy being edited. */
export function previewPanel(
  extension: vscode.Uri,
  server: Server,
  policies: ActivePolicy,
): { show(named?: unknown, position?: unknown): Promise<void> } & RestoredPanels &
  vscode.Disposable {
  let panel: Panel | undefined;
  let shown: vscode.Uri | undefined;
  let asked = 0;

  const refresh = async (): Promise<void> => {
    if (panel === undefined || shown === undefined) return;
    const mine = ++asked;
    if (!vscode.workspace.isTrusted) {
      panel.send({ kind: "preview", preview: untrusted });
      return;
    }
    const preview = await server.request<PreviewResult>(methods.preview, {
      uri: shown.toString(),
    });
    // An answer that was overtaken is of a text that is no longer there.
    if (mine === asked) panel?.send({ kind: "preview", preview });
  };

  const follow = (editor: vscode.TextEditor | undefined): void => {
    if (panel === undefined || editor?.document.uri.toString() !== shown?.toString()) return;
    const follows = vscode.workspace
      .getConfiguration("routewright")
      .get("preview.followCursor", true);
    const at = editor?.selection.active;
    if (!follows || at === undefined || shown === undefined) return;
    const position = { line: at.line, character: at.character };
    panel.send({
      kind: "place",
      place: { uri: shown.toString(), range: { start: position, end: position } },
    });
  };

  const turnTo = async (uri: vscode.Uri): Promise<void> => {
    if (shown?.toString() !== uri.toString()) {
      shown = uri;
      panel?.setTitle(`Preview ${fileName(uri)}`);
      panel?.remember({ uri: uri.toString() });
    }
    await refresh();
    follow(policies.find(uri));
  };

  const open = (kept?: vscode.WebviewPanel): void => {
    panel = openPanel(extension, { viewType, title: "Preview", elements: ["rw-preview"] }, kept);
    panel.onClosed(() => {
      panel = undefined;
      shown = undefined;
    });
  };

  const listeners = [
    server.onChanged(() => void refresh()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void refresh()),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (panel === undefined || editor === undefined) return;
      if (policies.find(editor.document.uri)?.document.languageId === "routewright") {
        void turnTo(editor.document.uri);
      }
    }),
  ];

  return {
    viewType,
    async restore(kept, memory) {
      const uri = remembered(memory, "uri");
      if (uri === undefined || panel !== undefined) {
        kept.dispose();
        return;
      }
      open(kept);
      await turnTo(vscode.Uri.parse(uri));
    },
    async show(named, position) {
      const uri = await policies.ask(named);
      if (uri === undefined) return;
      if (panel === undefined) open();
      else panel.reveal();
      await turnTo(uri);
      if (isPosition(position)) {
        const range = { start: position, end: position };
        panel?.send({ kind: "place", place: { uri: uri.toString(), range } });
      }
    },
    dispose() {
      panel?.close();
      for (const listener of listeners) listener.dispose();
    },
  };
}

function isPosition(value: unknown): value is { line: number; character: number } {
  return typeof value === "object" && value !== null && "line" in value && "character" in value;
}
