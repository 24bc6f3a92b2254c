import { type SourceText, sourceText } from "@routewright/diagnostics";
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  type TextDocumentContentChangeEvent,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { languageIds, type Settings } from "../protocol.ts";
import { pathScheme } from "../workspace/paths.ts";
import { toSpan } from "./convert.ts";
import { capabilities, registerFeatures } from "./features.ts";
import { publishFormula, publishFormulas } from "./formula-documents.ts";
import { Publisher } from "./publish.ts";
import { type Files, Session } from "./session.ts";

export const serverVersion = "0.1.0";

/** Serves one connection until it ends. The same in Node.js and in a browser. */
export function startServer(connection: Connection, files: Files): Session {
  const session = new Session(connection, files);
  const publisher = new Publisher(session);

  connection.onInitialize((params): InitializeResult => {
    session.client = params.capabilities;
    const folders = params.workspaceFolders?.map(({ uri }) => uri);
    session.folders = folders ?? (params.rootUri == null ? [] : [params.rootUri]);
    session.paths = pathScheme(session.folders[0]);
    const options: unknown = params.initializationOptions;
    if (typeof options === "object" && options !== null) session.applySettings(options as Settings);
    return {
      serverInfo: { name: "Routewright", version: serverVersion },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...capabilities(session, publisher),
      },
    };
  });

  connection.onInitialized(async () => {
    session.loadFolders();
    const { workspace } = session.client;
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: "**/*.route" }],
      });
    }
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      await connection.client.register(DidChangeConfigurationNotification.type, {
        section: "routewright",
      });
    }
    if (workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        const kept = session.folders.filter((uri) => !gone.has(uri));
        session.folders = [...kept, ...added.map(({ uri }) => uri)];
        session.loadFolders();
        publisher.changed();
      });
    }
    await session.fetchSettings();
    publisher.changed();
  });

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (session.client.workspace?.configuration === true) await session.fetchSettings();
    else {
      const own: unknown = (settings as { routewright?: unknown } | null)?.routewright;
      if (typeof own === "object" && own !== null) session.applySettings(own as Settings);
    }
    await session.ready();
    publisher.changed();
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text, languageId } }) => {
    if (languageId === languageIds.formula) {
      session.formulas.set(uri, text);
      publishFormula(session, uri, version);
      return;
    }
    const path = session.paths.toPath(uri);
    session.workspace.open(path, uri, version, text);
    session.loadImports();
    publisher.changed(path);
  });

  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const formula = session.formulas.get(uri);
    if (formula !== undefined) {
      session.formulas.set(uri, applyChanges(sourceText(formula, uri), contentChanges));
      publishFormula(session, uri, version);
      return;
    }
    const path = session.paths.toPath(uri);
    const { workspace } = session;
    const known = workspace.document(path)?.source;
    if (known === undefined) return;
    workspace.change(path, version, applyChanges(known, contentChanges));
    session.loadImports();
    publisher.changed(path);
  });

  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    const wasFormula = session.formulas.has(uri);
    session.closed(uri);
    if (wasFormula) return;
    const path = session.paths.toPath(uri);
    session.workspace.close(path);
    // What is on the disk counts again.
    session.reload(uri, false);
    publisher.changed(path);
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) session.reload(uri, type === fileDeleted);
    publisher.changed();
  });

  registerFeatures(session, publisher);
  publisher.onSettled(() => publishFormulas(session));
  connection.onShutdown(() => publisher.dispose());
  connection.listen();
  return session;
}

const fileDeleted = 3;

/** Each change is about the text that the one before left. */
function applyChanges(
  source: SourceText,
  changes: readonly TextDocumentContentChangeEvent[],
): string {
  const { text } = changes.reduce<SourceText>((before, change) => {
    if (!("range" in change)) return sourceText(change.text, source.path);
    const { start, end } = toSpan(before, change.range);
    const { text } = before;
    return sourceText(text.slice(0, start) + change.text + text.slice(end), source.path);
  }, source);
  return text;
}
