import { type Settings, settingsSection } from "@routewright/lsp/protocol";
import * as vscode from "vscode";

export { settingsSection };

type Parameters = NonNullable<Settings["parameters"]>;

/** What the server is to know. In a folder that is not trusted it reads open documents only. */
export function readSettings(scope: vscode.Uri | undefined): Settings {
  const section = vscode.workspace.getConfiguration(settingsSection, scope);
  const sampleJobs = section.get<string>("sampleJobs", "");
  return {
    diagnostics: section.get("diagnostics", "auto"),
    // A copy: what the editor hands out cannot be sent to a worker.
    parameters: { ...section.get<Parameters>("parameters", {}) },
    ...(sampleJobs === "" ? {} : { sampleJobs }),
    inlayHints: {
      types: section.get("inlayHints.types", true),
      labels: section.get("inlayHints.labels", false),
      guards: section.get("inlayHints.guards", true),
    },
    codeLens: {
      tests: section.get("codeLens.tests", true),
      references: section.get("codeLens.references", true),
      samples: section.get("codeLens.samples", true),
    },
    readWorkspace: vscode.workspace.isTrusted,
  };
}
