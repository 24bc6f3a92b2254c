import type { Refused } from "@routewright/lsp/protocol";
import { viewEvents } from "@routewright/views/events";
import * as vscode from "vscode";
import { toRange } from "../client/convert.ts";
import type { FromPage, PageMemory, ToPage } from "../page/messages.ts";

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
  /** What `restore` is given when the window was loaded anew. Plain JSON. */
  remember(memory: unknown): void;
  reveal(): void;
  close(): void;
  setTitle(title: string): void;
  readonly isVisible: boolean;
  readonly onMessage: vscode.Event<FromPage>;
  readonly onClosed: vscode.Event<void>;
}

/** Panels of one kind, which come back when the window was loaded anew. */
export interface RestoredPanels {
  readonly viewType: string;
  /** Fills the panel again by what it remembered, or closes it when that makes no sense any more. */
  restore(panel: vscode.WebviewPanel, memory: unknown): Promise<void>;
}

export function restorePanels(kinds: readonly RestoredPanels[]): vscode.Disposable {
  return vscode.Disposable.from(
    ...kinds.map((kind) =>
      vscode.window.registerWebviewPanelSerializer(kind.viewType, {
        deserializeWebviewPanel: (panel, state: unknown) =>
          kind.restore(panel, (state as PageMemory | undefined)?.host),
      }),
    ),
  );
}

/** What stands in a panel that came back in a folder that is not trusted. */
export const untrusted: Refused = {
  ok: false,
  problems: [
    {
      severity: "hint",
      message: "Nothing runs in a folder that is not trusted.",
      help: "Trust it with Workspaces: Manage Workspace Trust, and this shows again.",
    },
  ],
};

/** Opens a panel, or fills one that the editor has kept. */
export function openPanel(
  extension: vscode.Uri,
  options: PanelOptions,
  kept?: vscode.WebviewPanel,
): Panel {
  const dist = vscode.Uri.joinPath(extension, "dist");
  const settings = { enableScripts: true, localResourceRoots: [dist] };
  const panel =
    kept ??
    vscode.window.createWebviewPanel(
      options.viewType,
      options.title,
      { viewColumn: columnForPanels(), preserveFocus: true },
      settings,
    );
  panel.webview.options = settings;
  const icon = (theme: string) => vscode.Uri.joinPath(extension, `icons/policy-${theme}.svg`);
  panel.iconPath = { light: icon("light"), dark: icon("dark") };
  const messages = new vscode.EventEmitter<FromPage>();
  const closed = new vscode.EventEmitter<void>();
  const sent = new Map<ToPage["kind"], ToPage>();
  const send = (message: ToPage): void => {
    sent.set(message.kind, message);
    void panel.webview.postMessage(message);
  };
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
    send,
    remember: (memory) => send({ kind: "remember", memory }),
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

/** Where another panel of ours is: a third column would leave no room for any. */
function columnForPanels(): vscode.ViewColumn {
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(
      ({ input }) =>
        input instanceof vscode.TabInputWebview && input.viewType.includes("routewright."),
    ),
  );
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
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
  // By lines: nobody wants to be taken sideways.
  const lines = new vscode.Range(range.start.line, 0, range.end.line, 0);
  editor.revealRange(lines, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
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

/** A text that a panel remembered; what was kept is data from elsewhere. */
export function remembered(memory: unknown, key: string): string | undefined {
  if (typeof memory !== "object" || memory === null || !Object.hasOwn(memory, key)) {
    return undefined;
  }
  const value = (memory as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" ? value : undefined;
}

export function fileName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
