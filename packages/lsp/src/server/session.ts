import {
  type Connection,
  type InitializeParams,
  MessageType,
  type PublishDiagnosticsParams,
  ShowMessageNotification,
} from "vscode-languageserver";
import { type Settings, settingsSection } from "../protocol.ts";
import { type PathScheme, pathScheme } from "../workspace/paths.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { Workspace } from "../workspace/workspace.ts";

/** How a server reaches files: the disk in Node.js, the client in a browser. */
export interface Files {
  /** URIs of the policies below a folder. */
  find(folder: string): Promise<readonly string[]>;
  /** `undefined`: there is none, or it may not be read. */
  read(uri: string): Promise<string | undefined>;
}

/** Everything one connection knows. */
export class Session {
  readonly connection: Connection;
  readonly workspace = new Workspace();
  readonly files: Files;
  settings: Settings = {};
  paths: PathScheme = pathScheme(undefined);
  folders: readonly string[] = [];
  client: InitializeParams["capabilities"] = {};
  /** Formulas that are open as documents of their own, by URI. */
  readonly formulas = new Map<string, string>();
  readonly #closed: ((uri: string) => void)[] = [];
  readonly #reported = new Set<string>();
  #loading: Promise<void> = Promise.resolve();

  constructor(connection: Connection, files: Files) {
    this.connection = connection;
    this.files = files;
  }

  get snapshot(): Snapshot {
    return this.workspace.snapshot();
  }

  uriOf(path: string): string {
    return this.workspace.document(path)?.uri ?? this.paths.toUri(path);
  }

  // ── Files ─────────────────────────────────────────────────────────────────────────────────

  /** Resolves when everything that is read already or imported from there is known. */
  async ready(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.#loading;
      await seen;
    } while (seen !== this.#loading);
  }

  loadFolders(): void {
    this.#queue(async () => {
      if (this.settings.readWorkspace === false) return;
      for (const folder of this.folders) {
        for (const uri of await this.files.find(folder)) {
          const path = this.paths.toPath(uri);
          const text = await this.files.read(uri);
          this.workspace.setFile(path, text, true);
        }
      }
      await this.#loadImports();
    });
  }

  /** Reads what open documents import and is not known yet. */
  loadImports(): void {
    if (this.#missingImports().length > 0) this.#queue(() => this.#loadImports());
  }

  /** Looks at a file again, or for the first time. */
  reload(uri: string, isGone: boolean): void {
    this.#queue(async () => {
      const path = this.paths.toPath(uri);
      const text = isGone ? undefined : await this.files.read(uri);
      this.workspace.setFile(path, text, this.#isInFolder(uri));
      await this.#loadImports();
    });
  }

  #queue(work: () => Promise<void>): void {
    this.#loading = this.#loading.then(work).catch((error: unknown) => {
      this.report("reading files", error);
    });
  }

  async #loadImports(): Promise<void> {
    for (let missing = this.#missingImports(); missing.length > 0; ) {
      for (const path of missing) {
        const allowed = this.settings.readWorkspace !== false;
        const text = allowed ? await this.files.read(this.paths.toUri(path)) : undefined;
        this.workspace.setFile(path, text, false);
      }
      missing = this.#missingImports();
    }
  }

  #missingImports(): readonly string[] {
    const { snapshot } = this;
    const missing = new Set<string>();
    for (const path of snapshot.files.keys()) {
      for (const imported of snapshot.importsOf(path)) {
        if (!this.workspace.isKnown(imported)) missing.add(imported);
      }
    }
    return [...missing];
  }

  #isInFolder(uri: string): boolean {
    return this.folders.some((folder) => uri.startsWith(`${folder.replace(/\/+$/u, "")}/`));
  }

  // ── Questions ─────────────────────────────────────────────────────────────────────────────

  #questions = 0;

  /** Whether somebody waits for an answer that is not begun yet. */
  get isAsked(): boolean {
    return this.#questions > 0;
  }

  async whileAsked(work: () => Promise<void>): Promise<void> {
    this.#questions++;
    try {
      await work();
    } finally {
      this.#questions--;
    }
  }

  // ── Settings ──────────────────────────────────────────────────────────────────────────────

  applySettings(settings: Settings): void {
    const mayRead = this.settings.readWorkspace === false && settings.readWorkspace !== false;
    this.settings = settings;
    const parameters = Object.fromEntries(
      Object.entries(settings.parameters ?? {}).map(([name, value]) => [name, String(value)]),
    );
    this.workspace.setOptions({ parameters });
    if (mayRead) {
      // What was not read until now may well be there.
      this.workspace.forgetMissing();
      this.loadFolders();
    }
  }

  async fetchSettings(): Promise<void> {
    if (this.client.workspace?.configuration !== true) return;
    const answer: unknown = await this.connection.workspace.getConfiguration(settingsSection);
    if (typeof answer === "object" && answer !== null) this.applySettings(answer as Settings);
  }

  /** Called with the URI of a document that was closed. */
  onClosed(listener: (uri: string) => void): void {
    this.#closed.push(listener);
  }

  closed(uri: string): void {
    this.formulas.delete(uri);
    for (const listener of this.#closed) listener(uri);
  }

  /** Sends findings; a client that is gone needs none. */
  sendDiagnostics(params: PublishDiagnosticsParams): void {
    void this.connection.sendDiagnostics(params).catch(() => undefined);
  }

  // ── Faults ────────────────────────────────────────────────────────────────────────────────

  /** A fault of ours: in the log always, to the person once. */
  report(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.connection.console.error(`${what}: ${detail}`);
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    // A notification: a question with buttons would want an answer.
    const message = `Routewright: ${what} failed because of a fault in the language server. Everything else goes on; the details are in its log.`;
    void this.connection
      .sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message })
      .catch(() => undefined);
  }
}
