import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { diskFiles } from "./server/disk.ts";
import { startServer } from "./server/server.ts";

/**
 * Serves the process's own streams: standard input and output, or Node's IPC where a parent
 * process asks for that (`--node-ipc`, `--stdio`, `--socket=PORT`, `--pipe=NAME` in the arguments).
 */
export function startNodeServer(): void {
  startServer(createConnection(ProposedFeatures.all), diskFiles());
}

/** Serves given streams. */
export function startStreamServer(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): void {
  startServer(createConnection(ProposedFeatures.all, input, output), diskFiles());
}
