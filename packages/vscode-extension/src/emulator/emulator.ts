import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import * as vscode from "vscode";
import type { FromEmulator, StartEmulator } from "./messages.ts";

/** The key that `routewright emulator` has unless told otherwise: no secret, and on loopback only. */
export const wellKnownKey = "cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";

export type EmulatorState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | {
      readonly kind: "running";
      readonly endpoint: string;
      readonly port: number;
      readonly connectionString: string;
      /** Absent until it is known. */
      readonly clock?: Clock;
    };

export interface Clock {
  readonly now: string;
  readonly frozen: boolean;
}

export interface EmulatorControl extends vscode.Disposable {
  readonly state: EmulatorState;
  readonly onChanged: vscode.Event<EmulatorState>;
  /** @throws StartProblem; settles with the running emulator, also when it runs already. */
  start(options?: { readonly port?: number }): Promise<Running>;
  stop(): Promise<void>;
  /** Asks for another time or pace; gives the clock as it is then. */
  changeClock(change: ClockChange): Promise<Clock>;
  /** Where it listens, or one that was started elsewhere does by the settings. */
  address(): { readonly port: number; readonly key: string };
  showLog(): void;
}

export type Running = Extract<EmulatorState, { readonly kind: "running" }>;

export type ClockChange = { readonly frozen: boolean } | { readonly advance: string };

/** Why it did not start, and how to mend it. */
export class StartProblem extends Error {
  readonly help: string;
  /** The port that somebody else has. */
  readonly takenPort: number | undefined;
  constructor(message: string, help: string, takenPort?: number) {
    super(message);
    this.name = "StartProblem";
    this.help = help;
    this.takenPort = takenPort;
  }
}

/** Starts, stops and asks the one emulator of this window. */
export function emulatorControl(extension: vscode.Uri): EmulatorControl {
  const log = vscode.window.createOutputChannel("Routewright Emulator", { log: true });
  const changed = new vscode.EventEmitter<EmulatorState>();
  let state: EmulatorState = { kind: "off" };
  let child: ChildProcess | undefined;
  let starting: Promise<Running> | undefined;
  const become = (next: EmulatorState): void => {
    state = next;
    changed.fire(next);
  };

  const launch = (options: StartEmulator): Promise<Running> =>
    new Promise((resolve, reject) => {
      const script = vscode.Uri.joinPath(extension, "dist/node/emulator.js").fsPath;
      const mine = fork(script, [], {
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        execArgv: [],
        // On the desktop the editor's own program runs it, as Node.js.
        env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      });
      child = mine;
      let said = "";
      const hear = (chunk: Buffer): void => {
        said = `${said}${chunk.toString()}`.slice(-2_000);
        log.warn(chunk.toString().trimEnd());
      };
      mine.stdout?.on("data", hear);
      mine.stderr?.on("data", hear);
      mine.on("message", (message: FromEmulator) => {
        if (message.kind === "warning") log.warn(message.text);
        else if (message.kind === "failed") reject(problemOf(message, options));
        else {
          const { endpoint, connectionString } = message;
          const port = Number(new URL(endpoint).port);
          log.info(`listening at ${endpoint}, seed ${options.seed}`);
          const running: Running = { kind: "running", endpoint, port, connectionString };
          become(running);
          resolve(running);
        }
      });
      mine.on("error", (error) => reject(new StartProblem(error.message, "see the log")));
      mine.on("exit", (code, signal) => {
        if (child === mine) child = undefined;
        if (state.kind !== "off") become({ kind: "off" });
        log.info(`ended (${signal ?? code})`);
        reject(
          new StartProblem("the emulator ended while it started", said.trim() || "see the log"),
        );
      });
      mine.send(options);
    });

  const control: EmulatorControl = {
    get state() {
      return state;
    },
    onChanged: changed.event,
    async start({ port } = {}) {
      if (state.kind === "running") return state;
      if (starting !== undefined) return starting;
      become({ kind: "starting" });
      starting = launch(readOptions(port));
      try {
        const running = await starting;
        void askClock(running).then(tellClock, () => undefined);
        return running;
      } catch (error) {
        become({ kind: "off" });
        throw error;
      } finally {
        starting = undefined;
      }
    },
    async stop() {
      const mine = child;
      if (mine === undefined) return;
      await new Promise<void>((resolve) => {
        mine.once("exit", () => resolve());
        if (mine.connected) mine.disconnect();
        setTimeout(() => mine.kill("SIGKILL"), 5_000).unref();
      });
    },
    async changeClock(change) {
      if (state.kind !== "running") throw new Error("the emulator is not running");
      const clock = await askClock(state, change);
      tellClock(clock);
      return clock;
    },
    address() {
      const port = state.kind === "running" ? state.port : readPort();
      return { port, key: wellKnownKey };
    },
    showLog: () => log.show(true),
    dispose() {
      // Its process sees the channel end, also when there is no time for this.
      if (child?.connected === true) child.disconnect();
      changed.dispose();
      log.dispose();
    },
  };
  return control;

  function tellClock(clock: Clock): void {
    if (state.kind === "running") become({ ...state, clock });
  }
}

async function askClock(running: Running, change?: ClockChange): Promise<Clock> {
  const response = await fetch(`${running.endpoint}/_emulator/clock`, {
    method: change === undefined ? "GET" : "POST",
    ...(change === undefined
      ? {}
      : { body: JSON.stringify(change), headers: { "content-type": "application/json" } }),
  });
  const body: unknown = await response.json();
  if (response.ok && isClock(body)) return { now: body.now, frozen: body.frozen };
  throw new Error(refusalIn(body) ?? `the emulator answered ${response.status}`);
}

function isClock(body: unknown): body is Clock {
  return (
    typeof body === "object" &&
    body !== null &&
    "now" in body &&
    typeof body.now === "string" &&
    "frozen" in body &&
    typeof body.frozen === "boolean"
  );
}

function refusalIn(body: unknown): string | undefined {
  const { communicationError } = body as { communicationError?: { message?: unknown } };
  return typeof communicationError?.message === "string" ? communicationError.message : undefined;
}

function readPort(): number {
  return vscode.workspace.getConfiguration("routewright.emulator").get<number>("port", 7171);
}

function readOptions(port: number | undefined): StartEmulator {
  const section = vscode.workspace.getConfiguration("routewright.emulator");
  const data = section.get<string>("data", "").trim();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (data !== "" && (folder === undefined || folder.scheme !== "file")) {
    throw new StartProblem(
      "`routewright.emulator.data` needs a folder on this machine to be open",
      "open one, or empty the setting",
    );
  }
  return {
    port: port ?? readPort(),
    seed: section.get<number>("seed", 0),
    accessKey: wellKnownKey,
    ...(data === "" || folder === undefined
      ? {}
      : {
          data: /^(?:[\\/]|[A-Za-z]:)/u.test(data)
            ? data
            : vscode.Uri.joinPath(folder, data).fsPath,
        }),
  };
}

function problemOf(
  { message, help, code }: Extract<FromEmulator, { readonly kind: "failed" }>,
  { port }: StartEmulator,
): StartProblem {
  if (code === "EADDRINUSE" || code === "EACCES") {
    return new StartProblem(
      `port ${port} cannot be used (${code})`,
      "another emulator may be running; take any free port, or another one in `routewright.emulator.port`",
      port,
    );
  }
  return new StartProblem(message, help ?? "see the log");
}
