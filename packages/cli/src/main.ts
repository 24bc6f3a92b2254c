import module from "node:module";
import process from "node:process";

// Compiled code is kept between runs where Node.js can do that (from 22.8 on).
(module as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();

// A reader that has seen enough (`| head`) is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

const { run } = await import("./program.ts");
process.exitCode = await run(process.argv.slice(2));
