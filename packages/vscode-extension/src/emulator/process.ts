import process from "node:process";
import { EmulatorProblem, JournalProblem, startEmulator } from "@routewright/emulator";
import type { FromEmulator, StartEmulator } from "./messages.ts";

/**
 * The emulator in a process of its own: its work does not hold up the editor, and its end is not the
 * editor's. It ends when the channel to the extension does, so that none outlives its window.
 */

const tell = (message: FromEmulator): void => {
  process.send?.(message);
};

process.once("message", (options: StartEmulator) => {
  void startEmulator({ ...options, onWarning: (text) => tell({ kind: "warning", text }) }).then(
    (emulator) => {
      const { endpoint, connectionString } = emulator;
      tell({ kind: "started", endpoint, connectionString });
      process.once("disconnect", () => {
        void emulator.stop().finally(() => process.exit(0));
      });
    },
    (error: unknown) => {
      tell(failureOf(error));
      process.disconnect();
    },
  );
});
process.once("disconnect", () => {
  // Before it listens there is nothing to put in order.
  setTimeout(() => process.exit(0), 10_000).unref();
});

function failureOf(error: unknown): FromEmulator {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? { code: String(error.code) } : {};
  return error instanceof EmulatorProblem || error instanceof JournalProblem
    ? { kind: "failed", message, help: error.help, ...code }
    : { kind: "failed", message, ...code };
}
