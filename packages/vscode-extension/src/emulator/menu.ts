import * as vscode from "vscode";
import { toIsoDuration } from "./duration.ts";
import { type EmulatorControl, StartProblem } from "./emulator.ts";

/** The commands about the emulator, with their questions and messages. */
export interface EmulatorCommands {
  start(): Promise<void>;
  stop(): Promise<void>;
  menu(): Promise<void>;
}

export function emulatorCommands(control: EmulatorControl): EmulatorCommands {
  const start = async (port?: number): Promise<void> => {
    if (control.state.kind === "running") {
      void vscode.window.showInformationMessage(
        `The emulator is running at ${control.state.endpoint}.`,
      );
      return;
    }
    try {
      await control.start(port === undefined ? {} : { port });
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error;
      await offerMend(error);
    }
  };
  const offerMend = async ({ message, help, takenPort }: StartProblem): Promise<void> => {
    const anyPort = "Use Any Free Port";
    const settings = "Open Settings";
    const log = "Show Log";
    const picked = await vscode.window.showErrorMessage(
      `The emulator did not start: ${message}. ${sentence(help)}`,
      ...(takenPort === undefined ? [log] : [anyPort, settings]),
    );
    if (picked === anyPort) await start(0);
    if (picked === log) control.showLog();
    if (picked === settings) {
      await vscode.commands.executeCommand(
        "workbench.action.openSettings",
        "routewright.emulator.port",
      );
    }
  };
  return {
    start: () => start(),
    stop: () => control.stop(),
    async menu() {
      const { state } = control;
      if (state.kind !== "running") return start();
      const frozen = state.clock?.frozen === true;
      const items: readonly MenuItem[] = [
        {
          label: "$(copy) Copy Connection String",
          description: "for clients of the service",
          run: async () => {
            await vscode.env.clipboard.writeText(state.connectionString);
            vscode.window.setStatusBarMessage("Connection string copied", 3_000);
          },
        },
        {
          label: "$(link-external) Open Status Page",
          description: state.endpoint,
          run: () => vscode.env.openExternal(vscode.Uri.parse(`${state.endpoint}/`)),
        },
        frozen
          ? {
              label: "$(debug-continue) Let the Clock Run",
              description: `it stands at ${state.clock?.now ?? ""}`,
              run: () => control.changeClock({ frozen: false }),
            }
          : {
              label: "$(debug-pause) Freeze the Clock",
              description: "nothing expires until it runs or is advanced",
              run: () => control.changeClock({ frozen: true }),
            },
        {
          label: "$(watch) Advance the Clock…",
          description: "what falls due meanwhile happens at once",
          run: () => advance(control),
        },
        { label: "$(output) Show Log", run: async () => control.showLog() },
        { label: "$(debug-stop) Stop", run: () => control.stop() },
      ];
      const picked = await vscode.window.showQuickPick(items, {
        title: `Job Router Emulator at ${state.endpoint}`,
        placeHolder: "What shall it do?",
      });
      await picked?.run();
    },
  };
}

interface MenuItem extends vscode.QuickPickItem {
  readonly run: () => Thenable<unknown>;
}

async function advance(control: EmulatorControl): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: "Advance the Clock",
    prompt: "By how much? Such as 90s, 5m, 2h or 1d",
    value: "5m",
    validateInput: (value) =>
      toIsoDuration(value) === undefined
        ? "Write a number and s, m, h or d, such as 90s"
        : undefined,
  });
  const duration = text === undefined ? undefined : toIsoDuration(text);
  if (duration === undefined) return;
  const { now } = await control.changeClock({ advance: duration });
  vscode.window.setStatusBarMessage(`The emulator's clock stands at ${now}`, 5_000);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
