import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/node";
import { startServer } from "../../src/server/server.ts";
import type { Files } from "../../src/server/session.ts";

export interface TestClient {
  readonly connection: MessageConnection;
  /** Last diagnostics that were sent, by URI. */
  readonly diagnostics: ReadonlyMap<
    string,
    readonly { readonly code?: unknown; readonly message: string }[]
  >;
  request<R>(method: string, params: unknown): Promise<R>;
  open(uri: string, text: string): Promise<void>;
  change(uri: string, text: string): Promise<void>;
  /** Resolves with the next findings sent for a document. */
  published(uri: string): Promise<readonly { readonly code?: unknown; readonly message: string }[]>;
  stop(): Promise<void>;
}

/** A server in this process, over streams, with files that live in memory. */
export async function startClient(
  files: Readonly<Record<string, string>>,
  options: { readonly capabilities?: object; readonly initializationOptions?: object } = {},
): Promise<TestClient> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const memory: Files = {
    find: async () => Object.keys(files),
    read: async (uri) => files[uri],
  };
  startServer(createConnection(toServer, toClient), memory);
  const connection = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const diagnostics = new Map<string, readonly { code?: unknown; message: string }[]>();
  const waiting = new Map<
    string,
    ((found: readonly { code?: unknown; message: string }[]) => void)[]
  >();
  connection.onNotification("textDocument/publishDiagnostics", (params) => {
    diagnostics.set(params.uri, params.diagnostics);
    const list = waiting.get(params.uri) ?? [];
    waiting.delete(params.uri);
    for (const resolve of list) resolve(params.diagnostics);
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    workspaceFolders: [{ uri: "file:///w", name: "w" }],
    capabilities: options.capabilities ?? {},
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification("initialized", {});
  let version = 0;
  return {
    connection,
    diagnostics,
    request: (method, params) => connection.sendRequest(method, params),
    open: (uri, text) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "routewright", version: ++version, text },
      }),
    change: (uri, text) =>
      connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version: ++version },
        contentChanges: [{ text }],
      }),
    published: (uri) =>
      new Promise((resolve) => waiting.set(uri, [...(waiting.get(uri) ?? []), resolve])),
    async stop() {
      await connection.sendRequest("shutdown");
      connection.dispose();
    },
  };
}
