import process from "node:process";
import { startStreamServer } from "@routewright/lsp/node";

/**
 * Serves an editor over the process's own streams, until it says `exit` or goes away. What people
 * should know goes through the editor; nothing else may be written to standard output.
 */
export function serveEditor(): Promise<never> {
  startStreamServer(process.stdin, process.stdout);
  // An editor that crashed says nothing.
  process.stdin.once("end", () => process.exit(1));
  return new Promise(() => undefined);
}
