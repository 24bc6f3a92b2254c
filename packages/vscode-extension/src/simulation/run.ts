import type * as vscode from "vscode";
import type {
  FromSimulator,
  NamedFile,
  SimulationOutcome,
  SimulationRequest,
  ToSimulator,
} from "./messages.ts";

/** The simulator in a thread of its own: Node's on the desktop, the web's in a browser. */
export interface SimulatorThread {
  post(message: ToSimulator): void;
  onMessage(hear: (message: FromSimulator) => void): void;
  /** It broke, and says nothing more. */
  onFailure(hear: (message: string) => void): void;
  end(): void;
}

export interface RunHooks {
  /** A file by the path that the workload has for it. */
  readonly readFile: (path: string) => Promise<NamedFile>;
  readonly onProgress: (share: number, replications: number) => void;
  readonly token: vscode.CancellationToken;
}

/** How long a thread that was asked to stop may take before it is ended. */
const patienceMs = 5_000;

/** Runs one simulation and ends its thread. Stopped, it gives what there is. */
export function runSimulation(
  thread: SimulatorThread,
  request: SimulationRequest,
  { readFile, onProgress, token }: RunHooks,
): Promise<SimulationOutcome> {
  const outcome = new Promise<SimulationOutcome>((resolve) => {
    const refuse = (message: string): void =>
      resolve({ ok: false, problems: [{ severity: "error", message }] });
    thread.onFailure((message) => refuse(`the simulation ended early: ${message}`));
    thread.onMessage((message) => {
      switch (message.kind) {
        case "wants":
          void Promise.all(
            message.paths.map(async (path) => [path, await readFile(path)] as const),
          ).then((files) => thread.post({ kind: "files", files }));
          return;
        case "progress":
          onProgress(message.share, message.replications);
          return;
        case "ended":
          resolve(message.outcome);
          return;
      }
    });
    token.onCancellationRequested(() => {
      thread.post({ kind: "stop" });
      setTimeout(() => refuse("the simulation was stopped before it had a result"), patienceMs);
    });
  });
  thread.post({ kind: "run", request });
  return outcome.finally(() => thread.end());
}
