import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from "vscode-languageserver/browser";
import {
  type FindFilesParams,
  type FindFilesResult,
  methods,
  type ReadFileParams,
  type ReadFileResult,
} from "./protocol.ts";
import { startServer } from "./server/server.ts";
import type { Files } from "./server/session.ts";

/** What a worker's global scope offers, or one end of a message channel. */
type Port = ConstructorParameters<typeof BrowserMessageReader>[0];

/** Serves a worker's messages: call it with `self`, or with a message port. Files are the client's to read. */
export function startBrowserServer(port: Port): void {
  const connection = createConnection(
    ProposedFeatures.all,
    new BrowserMessageReader(port),
    new BrowserMessageWriter(port),
  );
  const files: Files = {
    async find(folder) {
      const params: FindFilesParams = { folder };
      return connection.sendRequest<FindFilesResult>(methods.findFiles, params).catch(() => []);
    },
    async read(uri) {
      const params: ReadFileParams = { uri };
      const text = await connection
        .sendRequest<ReadFileResult>(methods.readFile, params)
        .catch(() => null);
      return text ?? undefined;
    },
  };
  startServer(connection, files);
}
