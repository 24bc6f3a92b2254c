import { type EvaluateResult, type JobFormResult, methods } from "@routewright/lsp/protocol";
import { type JobRequest, viewEvents } from "@routewright/views/events";
import * as vscode from "vscode";
import type { Server } from "../client/server.ts";
import type { TracePainter } from "../trace/painter.ts";
import type { ActivePolicy } from "./active-policy.ts";
import {
  fileName,
  openPanel,
  type Panel,
  type RestoredPanels,
  remembered,
  untrusted,
} from "./panel.ts";

const viewType = "routewright.evaluate";

/** A job's form and what the job gets; the trace is painted on the policy while it is open. */
export function evaluatePanel(
  extension: vscode.Uri,
  server: Server,
  policies: ActivePolicy,
  painter: TracePainter,
): { show(named?: unknown, policyId?: unknown): Promise<void> } & RestoredPanels &
  vscode.Disposable {
  let panel: Panel | undefined;
  let shown: vscode.Uri | undefined;
  let last: JobRequest | undefined;
  let running = new vscode.CancellationTokenSource();

  const askForm = async (): Promise<void> => {
    if (panel === undefined || shown === undefined) return;
    const form = vscode.workspace.isTrusted
      ? await server.request<JobFormResult>(methods.jobForm, { uri: shown.toString() })
      : untrusted;
    panel?.send({ kind: "form", form });
  };

  const evaluate = async (request: JobRequest): Promise<void> => {
    if (shown === undefined || !vscode.workspace.isTrusted) return;
    last = request;
    running.cancel();
    const mine = new vscode.CancellationTokenSource();
    running = mine;
    try {
      const evaluation = await server.request<EvaluateResult>(
        methods.evaluate,
        { uri: shown.toString(), ...request },
        mine.token,
      );
      if (mine.token.isCancellationRequested || panel === undefined) return;
      panel.send({ kind: "evaluation", evaluation });
      if (evaluation.ok) painter.paint(evaluation.trace);
      else painter.clear();
    } catch (error) {
      // Overtaken by a newer request: that one answers.
      if (!mine.token.isCancellationRequested) throw error;
    }
  };

  const open = (uri: vscode.Uri, kept?: vscode.WebviewPanel): void => {
    if (panel === undefined) {
      panel = openPanel(
        extension,
        { viewType, title: "Evaluate", elements: ["rw-job-form", "rw-decision"] },
        kept,
      );
      panel.onMessage(({ kind, detail }) => {
        if (kind === viewEvents.evaluate) void evaluate(detail as JobRequest);
        else if (kind === viewEvents.debug && shown !== undefined) {
          void debugJob(shown, detail as JobRequest);
        }
      });
      panel.onClosed(() => {
        panel = undefined;
        last = undefined;
        painter.clear();
      });
    } else panel.reveal();
    shown = uri;
    panel.setTitle(`Evaluate ${fileName(uri)}`);
    panel.remember({ uri: uri.toString() });
  };

  const listeners = [
    server.onChanged(async () => {
      await askForm();
      if (last !== undefined) await evaluate(last);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void askForm()),
  ];

  return {
    viewType,
    async restore(kept, memory) {
      const uri = remembered(memory, "uri");
      if (uri === undefined || panel !== undefined) {
        kept.dispose();
        return;
      }
      open(vscode.Uri.parse(uri), kept);
      await askForm();
    },
    async show(named, policyId) {
      const uri = await policies.ask(named);
      if (uri === undefined) return;
      open(uri);
      await askForm();
      if (typeof policyId === "string") panel?.send({ kind: "policy", policyId });
    },
    dispose() {
      running.cancel();
      for (const listener of listeners) listener.dispose();
      panel?.close();
    },
  };
}

async function debugJob(uri: vscode.Uri, request: JobRequest): Promise<void> {
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
    type: "routewright",
    request: "launch",
    name: "Job of the form",
    policy: uri.toString(),
    job: request.job,
    ...(request.workers === undefined ? {} : { workers: request.workers }),
    ...(request.policyId === undefined ? {} : { classification: request.policyId }),
    ...(request.choice === undefined ? {} : { choice: request.choice }),
  });
}
