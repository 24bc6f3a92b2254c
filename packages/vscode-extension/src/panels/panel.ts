import { viewEvents } from "@routewright/views/events";
import * as vscode from "vscode";
import { toRange } from "../client/convert.ts";
import type { FromPage, ToPage } from "../page/messages.ts";

export interface PanelOptions {
  /** `routewright.preview`; the page's elements are known by it. */
  readonly viewType: string;
  readonly title: string;
  /** Tags of the components, top to bottom. */
  readonly elements: readonly string[];
}

/** A webview beside the editor with components of the views package in it. */
export interface Panel {
  /** Remembered by kind, so that a page that was hidden shows the same again. */
  send(message: ToPage): void;
  reveal(): void;
  close(): void;
  setTitle(title: string): void;
  readonly isVisible: boolean;
  readonly onMessage: vscode.Event<FromPage>;
  readonly onClosed: vscode.Event<void>;
}

export function openPanel(extension: vscode.Uri, options: PanelOptions): Panel {
  const dist = vscode.Uri.joinPath(extension, "dist");
  const panel = vscode.window.createWebviewPanel(
    options.viewType,
    options.title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, localResourceRoots: [dist] },
  );
  const icon = (theme: string) => vscode.Uri.joinPath(extension, `icons/policy-${theme}.svg`);
  panel.iconPath = { light: icon("light"), dark: icon("dark") };
  const messages = new vscode.EventEmitter<FromPage>();
  const closed = new vscode.EventEmitter<void>();
  const sent = new Map<ToPage["kind"], ToPage>();
  panel.webview.onDidReceiveMessage((message: FromPage) => {
    if (message.kind === "ready") {
      for (const earlier of sent.values()) void panel.webview.postMessage(earlier);
    } else if (message.kind === viewEvents.reveal) void revealPlace(message.detail);
    else if (message.kind === viewEvents.copy) {
      void vscode.env.clipboard.writeText(String(message.detail));
    } else messages.fire(message);
  });
  panel.onDidDispose(() => {
    closed.fire();
    closed.dispose();
    messages.dispose();
  });
  panel.webview.html = page(panel.webview, dist, options);
  return {
    send(message) {
      sent.set(message.kind, message);
      void panel.webview.postMessage(message);
    },
    reveal: () => panel.reveal(undefined, true),
    close: () => panel.dispose(),
    setTitle(title) {
      panel.title = title;
    },
    get isVisible() {
      return panel.visible;
    },
    onMessage: messages.event,
    onClosed: closed.event,
  };
}

function page(webview: vscode.Webview, dist: vscode.Uri, options: PanelOptions): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, "page/page.js"));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, "page/page.css"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource};">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="${style.toString()}">
<title>Routewright</title>
</head>
<body>
${options.elements.map((tag) => `<${tag}></${tag}>`).join("\n")}
<script src="${script.toString()}"></script>
</body>
</html>`;
}

/** Shows a place of a policy in the editor that has it already, else in the first column. */
async function revealPlace(detail: unknown): Promise<void> {
  if (!isPlace(detail)) return;
  const uri = vscode.Uri.parse(detail.uri);
  const open = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString(),
  );
  const range = toRange(detail.range);
  const document = open?.document ?? (await vscode.workspace.openTextDocument(uri));
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    preserveFocus: true,
  });
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

interface Place {
  readonly uri: string;
  readonly range: Parameters<typeof toRange>[0];
}

function isPlace(detail: unknown): detail is Place {
  return (
    typeof detail === "object" &&
    detail !== null &&
    "uri" in detail &&
    typeof detail.uri === "string" &&
    "range" in detail
  );
}
