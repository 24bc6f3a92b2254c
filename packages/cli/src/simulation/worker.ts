import { parentPort, workerData } from "node:worker_threads";
import { runReplication, type SimulationTask } from "@routewright/runtime/simulate";
import { pause } from "./pause.ts";

/** What the main thread sends. */
export type ToWorker = { readonly replication: number } | { readonly stop: true };

/** What a thread of a simulation answers. */
export type FromWorker =
  | { readonly kind: "progress"; readonly replication: number; readonly share: number }
  | {
      readonly kind: "done";
      readonly replication: number;
      readonly result: Awaited<ReturnType<typeof runReplication>>;
    };

let stopped = false;
const port = parentPort;
port?.on("message", (message: ToWorker) => {
  if ("stop" in message) {
    stopped = true;
    return;
  }
  const { replication } = message;
  const send = (answer: FromWorker): void => port.postMessage(answer);
  runReplication(workerData as SimulationTask, replication, {
    onProgress: (share) => send({ kind: "progress", replication, share }),
    shouldStop: () => stopped,
    pause,
  }).then(
    (result) => send({ kind: "done", replication, result }),
    (error) => {
      // Reaches the main thread as the worker's `error`.
      setImmediate(() => {
        throw error;
      });
    },
  );
});
