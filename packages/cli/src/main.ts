import process from "node:process";
import { exitCodes } from "./failure.ts";
import { describeErrno } from "./io/read.ts";
import { run } from "./program.ts";

/** The whole process of a call; `bin/routewright.js` calls it. */
export async function main(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that has seen enough (`| head`) is no fault.
      if (error.code === "EPIPE") process.exit();
      // Where errors themselves cannot be told, the exit code has to do.
      if (stream === process.stdout) {
        process.stderr.write(
          `error ${describeErrno(error, "standard output", "written").message}\n`,
        );
      }
      process.exit(exitCodes.misuse);
    });
  }
  // Not process.exit(): what was printed into a pipe may still be on its way.
  process.exitCode = await run(process.argv.slice(2));
}
