import {
  type JobFormResult,
  methods,
  type Preview,
  type PreviewResult,
} from "@routewright/lsp/protocol";
import {
  type PageAssets,
  type ReportPage,
  renderPage,
  type SimulationReport,
} from "@routewright/runtime/simulate";
import { type SimulationChoice, type SimulationState, viewEvents } from "@routewright/views/events";
import * as vscode from "vscode";
import { summarise } from "../client/convert.ts";
import type { Server } from "../client/server.ts";
import {
  commandLine,
  findForm,
  readNamed,
  readText,
  toChoice,
  writeWorkload,
} from "../simulation/files.ts";
import type { NamedText, SimulatedPolicy, SimulationRequest } from "../simulation/messages.ts";
import { runSimulation, type SimulatorThread } from "../simulation/run.ts";
import type { ActivePolicy } from "./active-policy.ts";
import { fileName, openPanel, type Panel, type RestoredPanels } from "./panel.ts";

const viewType = "routewright.simulate";

/** A report larger than this is not kept over a reload; it is run again as fast. */
const keptReportLength = 500_000;

interface Finished {
  readonly page: ReportPage;
  readonly report: SimulationReport;
  /** What was simulated: URI and hash. */
  readonly policies: readonly { readonly uri: string; readonly hash: string }[];
}

export type ReportForm = "html" | "json";

export interface SimulatePanel extends RestoredPanels, vscode.Disposable {
  show(named?: unknown): Promise<void>;
  /** What the form asks for; resolves when the run is over. */
  run(choice: SimulationChoice): Promise<void>;
  /** Writes what is shown as the page or the data that `routewright simulate` writes. */
  write(form: ReportForm, to: vscode.Uri): Promise<void>;
  /** What stands below the form. */
  readonly state: SimulationState;
}

/** Workloads against policies, in a thread of their own, and what came out. */
export function simulatePanel(
  extension: vscode.Uri,
  server: Server,
  policies: ActivePolicy,
  startThread: () => SimulatorThread,
): SimulatePanel {
  let panel: Panel | undefined;
  let running: vscode.CancellationTokenSource | undefined;
  let finished: Finished | undefined;
  let browsed: readonly vscode.Uri[] = [];
  let state: SimulationState = { kind: "idle" };

  const tell = (now: SimulationState): void => {
    state = now;
    panel?.send({ kind: "simulation", state });
  };

  const sendForm = async (policy: vscode.Uri | undefined): Promise<void> => {
    const form = await findForm(policy);
    const others = browsed
      .filter((uri) => !form.workloads.some((known) => known.uri === uri.toString()))
      .map(toChoice);
    panel?.send({
      kind: "simulationForm",
      form: { ...form, workloads: [...form.workloads, ...others] },
    });
  };

  const compile = async (uri: string): Promise<Preview | undefined> => {
    const preview = await server.request<PreviewResult>(methods.preview, { uri });
    if (preview.ok) return preview;
    tell({ kind: "refused", problems: preview.problems });
    return undefined;
  };

  const simulate = async (choice: SimulationChoice): Promise<void> => {
    const { policy, workload, compare, answers, replications, seed } = choice;
    if (!vscode.workspace.isTrusted || running !== undefined) return;
    if (policy === undefined || workload === undefined) return;
    const mine = new vscode.CancellationTokenSource();
    running = mine;
    tell({ kind: "running", share: 0 });
    try {
      const own = await compile(policy);
      const other = own === undefined || compare === undefined ? undefined : await compile(compare);
      if (own === undefined || (compare !== undefined && other === undefined)) return;
      const request: SimulationRequest = {
        policies: other === undefined ? [simulated(own)] : [simulated(own), simulated(other)],
        workload: await namedText(workload),
        ...(answers === undefined ? {} : { answers: await namedText(answers) }),
        ...(replications === undefined ? {} : { replications }),
        ...(seed === undefined ? {} : { seed }),
      };
      if (mine.token.isCancellationRequested) return;
      const outcome = await runSimulation(startThread(), request, {
        readFile: (path) => readNamed(vscode.Uri.parse(workload), path),
        onProgress: (share, of) => tell({ kind: "running", share, replications: of }),
        token: mine.token,
      });
      if (!outcome.ok) {
        tell({ kind: "refused", problems: outcome.problems });
        return;
      }
      const { page, report, problems } = outcome;
      const done = [own, ...(other === undefined ? [] : [other])];
      finished = { page, report, policies: done.map(({ entry, hash }) => ({ uri: entry, hash })) };
      tell({ kind: "ended", page, problems, outdated: false });
      remember();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: "refused", problems: [{ severity: "error", message }] });
    } finally {
      running = undefined;
      mine.dispose();
    }
  };

  const remember = (): void => {
    const text = finished === undefined ? "" : JSON.stringify(finished);
    panel?.remember(text !== "" && text.length <= keptReportLength ? { finished } : {});
  };

  /** Says of the report that is shown whether it is still of the policy as it stands. */
  const checkAge = async (): Promise<void> => {
    if (panel === undefined || finished === undefined || running !== undefined) return;
    if (!vscode.workspace.isTrusted) return;
    const of = finished;
    const previews = await Promise.all(
      of.policies.map(({ uri }) => server.request<PreviewResult>(methods.preview, { uri })),
    );
    if (finished !== of || running !== undefined) return;
    const outdated = previews.some(
      (preview, index) => !preview.ok || preview.hash !== of.policies[index]?.hash,
    );
    tell({ kind: "ended", page: of.page, problems: [], outdated });
  };

  const create = async ({ policy }: SimulationChoice): Promise<void> => {
    if (policy === undefined) return;
    const form = await server.request<JobFormResult>(methods.jobForm, { uri: policy });
    if (!form.ok) {
      void vscode.window.showErrorMessage(
        `A workload suits a policy that compiles: ${summarise(form.problems)}`,
      );
      return;
    }
    const made = await writeWorkload(vscode.Uri.parse(policy), form);
    await sendForm(vscode.Uri.parse(policy));
    panel?.send({ kind: "simulationChoice", choice: { workload: made.toString() } });
    await vscode.window.showTextDocument(made, {
      viewColumn: vscode.ViewColumn.One,
      preserveFocus: true,
    });
  };

  const browse = async (): Promise<void> => {
    const [uri] =
      (await vscode.window.showOpenDialog({
        title: "Choose a workload",
        openLabel: "Choose",
        filters: { JSON: ["json"] },
      })) ?? [];
    if (uri === undefined) return;
    browsed = [...browsed, uri];
    await sendForm(policies.uri());
    panel?.send({ kind: "simulationChoice", choice: { workload: uri.toString() } });
  };

  const write = async (form: ReportForm, to: vscode.Uri): Promise<void> => {
    if (finished === undefined) return;
    const text =
      form === "html"
        ? renderPage(finished.page, await pageAssets(extension))
        : `${JSON.stringify(finished.report, undefined, 2)}\n`;
    await vscode.workspace.fs.writeFile(to, new TextEncoder().encode(text));
  };

  const save = async (form: ReportForm): Promise<void> => {
    const { title, filters } = saved[form];
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await vscode.window.showSaveDialog({
      title,
      filters,
      ...(folder === undefined
        ? {}
        : { defaultUri: vscode.Uri.joinPath(folder, `report.${form}`) }),
    });
    if (uri === undefined) return;
    await write(form, uri);
    const open = "Open";
    const answer = await vscode.window.showInformationMessage(
      `The report is in ${vscode.workspace.asRelativePath(uri)}.`,
      open,
    );
    if (answer !== open) return;
    // A page is for the browser, if the browser is where the file is.
    const isHere = vscode.env.remoteName === undefined && uri.scheme === "file";
    if (form === "html" && isHere) await vscode.env.openExternal(uri);
    else await vscode.commands.executeCommand("vscode.open", uri);
  };

  const hear = async (kind: string, choice: SimulationChoice): Promise<void> => {
    switch (kind) {
      case viewEvents.simulate:
        return simulate(choice);
      case viewEvents.stop:
        return running?.cancel();
      case viewEvents.newWorkload:
        return create(choice);
      case viewEvents.browse:
        return browse();
      case viewEvents.save:
        return save("html");
      case viewEvents.saveData:
        return save("json");
      case viewEvents.copyCommand:
        if (choice.policy === undefined || choice.workload === undefined) return;
        await vscode.env.clipboard.writeText(
          commandLine({ ...choice, policy: choice.policy, workload: choice.workload }),
        );
        vscode.window.setStatusBarMessage("$(check) The command is on the clipboard", 4_000);
        return;
    }
  };

  const open = (kept?: vscode.WebviewPanel): Panel => {
    const opened = openPanel(
      extension,
      { viewType, title: "Simulate", elements: ["rw-simulation-form", "rw-simulation-report"] },
      kept,
    );
    panel = opened;
    opened.onMessage(({ kind, detail }) => {
      hear(kind, (detail ?? {}) as SimulationChoice).catch((error: unknown) => {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      });
    });
    opened.onClosed(() => {
      running?.cancel();
      panel = undefined;
      finished = undefined;
    });
    return opened;
  };

  const listeners = [
    server.onChanged(() => void checkAge()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void sendForm(policies.uri())),
  ];
  return {
    viewType,
    run: simulate,
    write,
    get state() {
      return state;
    },
    async restore(kept, memory) {
      if (panel !== undefined) {
        kept.dispose();
        return;
      }
      open(kept);
      finished = finishedOf(memory);
      tell(
        finished === undefined
          ? { kind: "idle" }
          : { kind: "ended", page: finished.page, problems: [], outdated: false },
      );
      remember();
      await sendForm(policies.uri());
      await checkAge();
    },
    async show(named) {
      const uri = policies.uri(named);
      if (panel === undefined) {
        open();
        tell({ kind: "idle" });
      } else panel.reveal();
      await sendForm(uri);
      if (uri !== undefined) {
        // What is imported is simulated as part of the policy that imports it.
        const preview = await server.request<PreviewResult>(methods.preview, {
          uri: uri.toString(),
        });
        const policy = preview.ok ? preview.entry : uri.toString();
        panel?.send({ kind: "simulationChoice", choice: { policy } });
      }
    },
    dispose() {
      running?.cancel();
      panel?.close();
      for (const listener of listeners) listener.dispose();
    },
  };
}

function simulated({ entry, hash, files }: Preview): SimulatedPolicy {
  return {
    name: fileName(vscode.Uri.parse(entry)),
    hash,
    objects: files.map(({ name, text }) => ({ name, text })),
  };
}

async function namedText(uri: string): Promise<NamedText> {
  return { name: uri, text: await readText(vscode.Uri.parse(uri)) };
}

/** A report that was kept; ours, so that more than its presence need not be looked at. */
function finishedOf(memory: unknown): Finished | undefined {
  if (typeof memory !== "object" || memory === null || !("finished" in memory)) return undefined;
  return memory.finished as Finished;
}

const saved = {
  html: { title: "Save the report as a page", filters: { "Web page": ["html"] } },
  json: {
    title: "Save the report's data, as `routewright simulate --json` prints it",
    filters: { JSON: ["json"] },
  },
} satisfies Record<ReportForm, object>;

/** What stands in the page: the script of its plots and their style. */
async function pageAssets(extension: vscode.Uri): Promise<PageAssets> {
  const [script, style] = await Promise.all(
    ["report-page.js", "report-page.css"].map(async (name) => {
      const uri = vscode.Uri.joinPath(extension, "dist/page", name);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    }),
  );
  return { script: script ?? "", style: style ?? "" };
}
