import { parentPort, workerData } from "node:worker_threads";
import {
  type SimulationTask,
  serveReplications,
  type ToReplications,
} from "@routewright/runtime/simulate";
import { pause } from "./pause.ts";

/** A thread of a simulation. */
const port = parentPort;
if (port !== null) {
  const take = serveReplications(workerData as SimulationTask, {
    post: (message) => port.postMessage(message),
    pause,
  });
  port.on("message", (message: ToReplications) => take(message));
}
