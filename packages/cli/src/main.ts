import process from "node:process";
import { run } from "./program.ts";

/** The whole process of a call; `bin/routewright.js` calls it. */
export async function main(): Promise<void> {
  // A reader that has seen enough (`| head`) is no fault.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });
  }
  // Not process.exit(): what was printed into a pipe may still be on its way.
  process.exitCode = await run(process.argv.slice(2));
}
