import type { FromSimulator, ToSimulator } from "./simulation/messages.ts";
import { createSimulator } from "./simulation/simulator.ts";

/** The simulator as a worker of the web's. */
const take = createSimulator({
  post: (message: FromSimulator) => postMessage(message),
  pause: () => new Promise((resolve) => setTimeout(resolve)),
});
addEventListener("message", ({ data }: MessageEvent<ToSimulator>) => take(data));
