import { type DecisionStepsResult, methods } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import type { Server } from "../client/server.ts";
import { openPanel, type Panel, type RestoredPanels, remembered, untrusted } from "./panel.ts";

const viewType = "routewright.timeline";

interface Test {
  readonly uri: string;
  readonly testId: string;
  readonly label: string;
}

/** What a test's job or a scenario went through, as a list to read and to click; one panel a test. */
export function timelinePanels(
  extension: vscode.Uri,
  server: Server,
): { show(item: unknown): Promise<void> } & RestoredPanels & vscode.Disposable {
  const open = new Map<string, { readonly test: Test; readonly panel: Panel }>();

  const refresh = async ({ uri, testId }: Test): Promise<void> => {
    const steps = vscode.workspace.isTrusted
      ? await server.request<DecisionStepsResult>(methods.decisionSteps, { uri, testId })
      : untrusted;
    open.get(testId)?.panel.send({ kind: "timeline", steps });
  };
  const refreshAll = (): void => {
    for (const { test } of open.values()) void refresh(test);
  };

  const show = async (test: Test, kept?: vscode.WebviewPanel): Promise<void> => {
    const known = open.get(test.testId);
    if (known !== undefined) {
      kept?.dispose();
      known.panel.reveal();
    } else {
      const panel = openPanel(
        extension,
        { viewType, title: `Timeline ${test.label}`, elements: ["rw-timeline"] },
        kept,
      );
      open.set(test.testId, { test, panel });
      panel.remember(test);
      panel.onClosed(() => open.delete(test.testId));
    }
    await refresh(test);
  };

  const listeners = [
    server.onChanged(refreshAll),
    vscode.workspace.onDidGrantWorkspaceTrust(refreshAll),
  ];
  return {
    viewType,
    async restore(kept, memory) {
      const uri = remembered(memory, "uri");
      const testId = remembered(memory, "testId");
      const label = remembered(memory, "label") ?? "";
      if (uri === undefined || testId === undefined) kept.dispose();
      else await show({ uri, testId, label }, kept);
    },
    async show(item) {
      if (!isTestItem(item) || item.uri === undefined) return;
      await show({ uri: item.uri.toString(), testId: item.id, label: item.label });
    },
    dispose() {
      for (const listener of listeners) listener.dispose();
      for (const { panel } of open.values()) panel.close();
    },
  };
}

function isTestItem(value: unknown): value is vscode.TestItem {
  return typeof value === "object" && value !== null && "id" in value && "children" in value;
}
