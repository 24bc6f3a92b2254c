import { parentPort } from "node:worker_threads";
import type { ToSimulator } from "./simulation/messages.ts";
import { createSimulator } from "./simulation/simulator.ts";

/** The simulator as a thread of Node's. */
const port = parentPort;
if (port !== null) {
  const take = createSimulator({
    post: (message) => port.postMessage(message),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  port.on("message", (message: ToSimulator) => take(message));
}
