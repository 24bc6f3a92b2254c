import { languageIds } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import type { EmulatorControl, EmulatorState } from "./emulator.ts";

/** Shows whether the emulator runs, where, and whether its time stands; a click opens its menu. */
export function emulatorStatus(control: EmulatorControl): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    "routewright.emulator",
    vscode.StatusBarAlignment.Right,
    90,
  );
  item.name = "Job Router Emulator";
  item.command = "routewright.emulatorMenu";
  const update = (): void => {
    const { state } = control;
    item.text = textOf(state);
    item.tooltip = tooltipOf(state);
    item.accessibilityInformation = { label: spokenOf(state), role: "button" };
    // Off, it is of use beside a policy only.
    const editor = vscode.window.activeTextEditor?.document.languageId;
    if (vscode.workspace.isTrusted && (state.kind !== "off" || editor === languageIds.policy)) {
      item.show();
    } else item.hide();
  };
  update();
  return vscode.Disposable.from(
    item,
    control.onChanged(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
  );
}

function textOf(state: EmulatorState): string {
  switch (state.kind) {
    case "off":
      return "$(debug-disconnect) Emulator off";
    case "starting":
      return "$(loading~spin) Emulator starts";
    case "running":
      return `$(radio-tower) Emulator :${state.port}${state.clock?.frozen === true ? " $(debug-pause) frozen" : ""}`;
  }
}

function spokenOf(state: EmulatorState): string {
  switch (state.kind) {
    case "off":
      return "Job Router emulator: off";
    case "starting":
      return "Job Router emulator: starting";
    case "running":
      return `Job Router emulator: running on port ${state.port}${state.clock?.frozen === true ? ", its clock is frozen" : ""}`;
  }
}

function tooltipOf(state: EmulatorState): vscode.MarkdownString | string {
  if (state.kind !== "running") return "Job Router emulator: click to start it";
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**Job Router emulator** at ${state.endpoint}\n\n`);
  text.appendCodeblock(state.connectionString, "text");
  text.appendMarkdown("Click for its menu: connection string, status page, clock, stop.");
  return text;
}
