import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import {
  type FromReplications,
  type ReplicationThread,
  type SimulationTask,
  serveReplications,
  type ToReplications,
} from "@routewright/runtime/simulate";
import type { ToSimulator } from "./simulation/messages.ts";
import { createSimulator } from "./simulation/simulator.ts";

/** This very file, once it is bundled. */
declare const __filename: string;

/** The simulator as a thread of Node's, and the threads that it shares the replications with. */
const port = parentPort;
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
if (port !== null) {
  if (isTask(workerData)) {
    const take = serveReplications(workerData, {
      post: (message) => port.postMessage(message),
      pause,
    });
    port.on("message", (message: ToReplications) => take(message));
  } else {
    const take = createSimulator({
      post: (message) => port.postMessage(message),
      pause,
      helpers: { count: availableParallelism(), start },
    });
    port.on("message", (message: ToSimulator) => take(message));
  }
}

function start(task: SimulationTask): ReplicationThread {
  const worker = new Worker(__filename, { workerData: task });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (hear) => worker.on("message", (message: FromReplications) => hear(message)),
    onFailure: (hear) => worker.on("error", hear),
    end: () => worker.terminate(),
  };
}

function isTask(data: unknown): data is SimulationTask {
  return typeof data === "object" && data !== null && "policies" in data;
}
