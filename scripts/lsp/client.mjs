// Starts the built server over stdio and speaks the protocol with it, on a folder made for that.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

const command = fileURLToPath(new URL("../../packages/cli/bin/routewright.js", import.meta.url));

/** Every capability that changes what a server answers. */
const everything = {
  workspace: {
    configuration: false,
    workspaceFolders: true,
    fileOperations: { willRename: true },
    diagnostics: { refreshSupport: false },
  },
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    codeAction: { resolveSupport: { properties: ["edit"] } },
    publishDiagnostics: { relatedInformation: true },
  },
  window: { workDoneProgress: true },
};

/** @param files texts by name, written below a folder of their own. */
export async function startServer(files, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "routewright-lsp-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const child = spawn(process.execPath, options.command ?? [command, "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map();
  const listeners = new Set();
  const messages = [];
  connection.onNotification("textDocument/publishDiagnostics", (params) => {
    published.set(params.uri, params);
    for (const listener of listeners) listener(params);
  });
  connection.onNotification("window/showMessage", (params) => messages.push(params));
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  const uri = (name) => `${rootUri}/${name}`;
  const { capabilities } = await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "fixtures" }],
    capabilities: { ...everything, ...options.capabilities },
    initializationOptions: options.settings,
  });
  await connection.sendNotification("initialized", {});
  const versions = new Map();
  const server = {
    folder,
    uri,
    capabilities,
    connection,
    messages,
    published,
    memory: () => child.pid,
    request: (method, params, token) =>
      token === undefined
        ? connection.sendRequest(method, params)
        : connection.sendRequest(method, params, token),
    notify: (method, params) => connection.sendNotification(method, params),
    open(name, text, languageId = "routewright") {
      versions.set(name, 1);
      return connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: name.includes(":") ? name : uri(name), languageId, version: 1, text },
      });
    },
    change(name, contentChanges) {
      const version = (versions.get(name) ?? 1) + 1;
      versions.set(name, version);
      void connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: name.includes(":") ? name : uri(name), version },
        contentChanges,
      });
      return version;
    },
    /** The next findings of a document that `fits` accepts. */
    next(name, fits = () => true, timeoutMs = 60_000) {
      const wanted = name.includes(":") ? name : uri(name);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`no findings for ${name}`));
        }, timeoutMs);
        const listener = (params) => {
          if (params.uri !== wanted || !fits(params)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(params);
        };
        listeners.add(listener);
      });
    },
    async stop() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await new Promise((resolve) => child.once("exit", resolve));
      connection.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/** Takes the last `|` out of a text and says where it stood. */
export function atCursor(marked) {
  const offset = marked.lastIndexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, offset, position: positionOf(text, offset) };
}

export function positionOf(text, offset) {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1).length };
}

/** Where a piece of a text begins, plus some characters. */
export function find(text, piece, plus = 0) {
  const offset = text.indexOf(piece);
  if (offset < 0) throw new Error(`\`${piece}\` is not there`);
  return positionOf(text, offset + plus);
}

/** A text with edits applied. */
export function applyEdits(text, edits) {
  const lines = text.split("\n");
  const offsetOf = ({ line, character }) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offsetOf(b.range.start) - offsetOf(a.range.start))
    .reduce(
      (result, { range, newText }) =>
        result.slice(0, offsetOf(range.start)) + newText + result.slice(offsetOf(range.end)),
      text,
    );
}
