import { spawn } from "node:child_process";

/** Runs a program, shows what it prints as it comes, and keeps its standard output. */
export function runStreaming(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly output: string; readonly status: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (part: Buffer) => {
      output += part.toString("utf8");
      process.stdout.write(part);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, status: status ?? 1 }));
  });
}
