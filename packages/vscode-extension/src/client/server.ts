import {
  languageIds,
  methods,
  type ReadFileResult,
  virtualScheme,
} from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { readSettings, settingsSection } from "./settings.ts";

/** Makes the client of this host: a child process in Node, a worker in a browser. */
export type ClientFactory = (options: LanguageClientOptions) => BaseLanguageClient;

/** The language server, as the rest of the extension sees it. */
export interface Server extends vscode.Disposable {
  /** Asks once the server is up. */
  request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R>;
  /** Compiled results of these entry files may be other now. */
  readonly onChanged: vscode.Event<readonly vscode.Uri[]>;
  restart(): Promise<void>;
  showLog(): void;
  /** Resolves when the server answers; rejects when it could not start. */
  readonly ready: Promise<void>;
}

export function startServer(createClient: ClientFactory): Server {
  const log = vscode.window.createOutputChannel("Routewright", { log: true });
  const changed = new vscode.EventEmitter<readonly vscode.Uri[]>();
  const client = createClient({
    documentSelector: [
      { language: languageIds.policy },
      { language: languageIds.formula, scheme: virtualScheme },
    ],
    outputChannel: log,
    initializationOptions: readSettings(undefined),
    synchronize: {
      configurationSection: settingsSection,
      fileEvents: vscode.workspace.createFileSystemWatcher("**/*.route"),
    },
    middleware: {
      workspace: {
        configuration: (params) =>
          params.items.map((item) =>
            readSettings(item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri)),
          ),
      },
      handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics),
    },
    diagnosticPullOptions: { onChange: true, onTabs: true },
  });
  client.onNotification(methods.changed, ({ uris }: { readonly uris: readonly string[] }) =>
    changed.fire(uris.map((uri) => vscode.Uri.parse(uri))),
  );
  client.onRequest(methods.findFiles, ({ folder }: { readonly folder: string }) =>
    findPolicies(vscode.Uri.parse(folder)),
  );
  client.onRequest(methods.readFile, ({ uri }: { readonly uri: string }) =>
    readFile(vscode.Uri.parse(uri)),
  );
  let ready = client.start();
  // Whoever asks hears of a failure; nobody asking is no reason for a second report.
  ready.catch(() => {});

  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() =>
    client.sendNotification("workspace/didChangeConfiguration", { settings: null }),
  );

  return {
    async request(method, params, token) {
      await ready;
      return token === undefined
        ? client.sendRequest(method, params)
        : client.sendRequest(method, params, token);
    },
    onChanged: changed.event,
    async restart() {
      await client.stop();
      ready = client.start();
      await ready;
    },
    showLog: () => log.show(true),
    get ready() {
      return ready;
    },
    dispose() {
      trust.dispose();
      changed.dispose();
      // Started or not: stopping a client that failed to start rejects, and nothing is left to stop.
      void ready.then(
        () => client.stop(),
        () => undefined,
      );
      log.dispose();
    },
  };
}

/** A policy of the workspace, and nothing else: a server in a worker has no other way to files. */
async function findPolicies(folder: vscode.Uri): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, "**/*.route"),
    "**/node_modules/**",
  );
  return found.map((uri) => uri.toString()).sort();
}

async function readFile(uri: vscode.Uri): Promise<ReadFileResult> {
  const isOurs = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  if (!vscode.workspace.isTrusted || !isOurs) return null;
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}
