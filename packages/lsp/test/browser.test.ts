import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { startClient } from "./support/client.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = new URL("../../../examples/contact-centre/", import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".route"))
    .map((name) => [
      `file:///w/${name.replaceAll("\\", "/")}`,
      readFileSync(new URL(name.replaceAll("\\", "/"), folder), "utf8"),
    ]),
);
const intake = "file:///w/intake.route";
const queues = "file:///w/queues.route";
const textDocument = { uri: intake };

/** Answers by server must be one and the same, byte for byte. */
function questions(): readonly (readonly [method: string, params: object])[] {
  const text = files[intake] ?? "";
  const lines = text.split("\n");
  const places = lines.flatMap((line, index) =>
    index % 6 === 0 && line.trim() !== ""
      ? [{ line: index, character: Math.floor(line.length / 2) }]
      : [],
  );
  const whole = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
  const options = { tabSize: 2, insertSpaces: true };
  return [
    ...places.flatMap((position): (readonly [string, object])[] => [
      ["textDocument/completion", { textDocument, position }],
      ["textDocument/hover", { textDocument, position }],
      ["textDocument/definition", { textDocument, position }],
      [
        "textDocument/references",
        { textDocument, position, context: { includeDeclaration: true } },
      ],
      [
        "textDocument/codeAction",
        { textDocument, range: { start: position, end: position }, context: { diagnostics: [] } },
      ],
    ]),
    ["textDocument/diagnostic", { textDocument }],
    ["workspace/diagnostic", { previousResultIds: [] }],
    ["textDocument/documentSymbol", { textDocument }],
    ["workspace/symbol", { query: "desk" }],
    ["textDocument/semanticTokens/range", { textDocument, range: whole }],
    ["textDocument/foldingRange", { textDocument }],
    ["textDocument/inlayHint", { textDocument, range: whole }],
    ["textDocument/codeLens", { textDocument }],
    ["textDocument/documentLink", { textDocument }],
    ["textDocument/formatting", { textDocument: { uri: queues }, options }],
    ["routewright/preview", { uri: intake }],
    ["routewright/tests", {}],
    ["routewright/runTests", { coverage: true }],
    ["routewright/formulas", { uri: intake }],
    ["routewright/jobForm", { uri: intake }],
  ];
}

test("the browser's server answers as the one for Node.js does", async () => {
  const node = await startClient(files);
  const browser = await startBrowser();
  let answered = 0;
  for (const [method, params] of questions()) {
    const first = await node.request<unknown>(method, params);
    const second = await browser.request(method, params);
    expect(JSON.stringify(second), `${method} ${JSON.stringify(params)}`).toBe(
      JSON.stringify(first),
    );
    if (first !== null) answered++;
  }
  expect(answered).toBeGreaterThan(60);
  await node.stop();
  browser.stop();
});

/** Bundles the worker as a page would, and runs it on one end of a message channel. */
async function startBrowser(): Promise<{
  request(method: string, params: object): Promise<unknown>;
  stop(): void;
}> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        'import { startBrowserServer } from "./packages/lsp/src/browser.ts"; startBrowserServer(self);',
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    conditions: ["@routewright/source"],
    logLevel: "error",
  });
  const { port1, port2 } = new MessageChannel();
  new Function("self", outputFiles[0]?.text ?? "")(port1);
  const waiting = new Map<number, (answer: unknown) => void>();
  port2.on("message", (message: Message) => {
    if (message.method === undefined) {
      waiting.get(message.id ?? -1)?.(message.result ?? message.error ?? null);
    } else if (message.id !== undefined) {
      const params = message.params as { readonly uri?: string } | undefined;
      const result =
        message.method === "routewright/findFiles"
          ? Object.keys(files)
          : message.method === "routewright/readFile"
            ? (files[params?.uri ?? ""] ?? null)
            : null;
      port2.postMessage({ jsonrpc: "2.0", id: message.id, result });
    }
  });
  let id = 0;
  const request = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++id, resolve);
      port2.postMessage({ jsonrpc: "2.0", id, method, params });
    });
  await request("initialize", {
    processId: null,
    rootUri: null,
    workspaceFolders: [{ uri: "file:///w", name: "w" }],
    capabilities: {},
  });
  port2.postMessage({ jsonrpc: "2.0", method: "initialized", params: {} });
  return { request, stop: () => port2.close() };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}
