// Bundles the VS Code extension from its TypeScript sources into
// packages/vscode-extension/extension/dist; that folder's parent is then a whole extension.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { workloadSchema } from "@routewright/runtime/simulate";
import { formulaGrammar, policyGrammar } from "@routewright/vscode-extension";
import { type BuildOptions, build, type PluginBuild } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "packages/vscode-extension/src");
const dist = join(root, "packages/vscode-extension/extension/dist");

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  conditions: ["@routewright/source"],
} as const satisfies BuildOptions;
const node = {
  ...shared,
  platform: "node",
  format: "cjs",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["vscode"],
  supported: { "dynamic-import": false },
} as const satisfies BuildOptions;
const browser = {
  ...shared,
  platform: "browser",
  target: "es2022",
  conditions: ["@routewright/source", "browser"],
} as const satisfies BuildOptions;

await rm(dist, { recursive: true, force: true });
await Promise.all([
  build({
    ...node,
    entryPoints: [join(source, "node.ts")],
    outfile: join(dist, "node/extension.js"),
    plugins: [{ name: "apart", setup: keepApart }],
  }),
  // What few commands need is read when one of them runs, not when a policy is opened.
  build({
    ...node,
    entryPoints: [join(source, "deploy/parts.ts")],
    outfile: join(dist, "node/deploy.js"),
    plugins: [{ name: "apart", setup: keepApart }],
  }),
  build({
    ...node,
    entryPoints: ["@azure/identity"],
    outfile: join(dist, "node/identity.js"),
  }),
  // Not loaded but started, as a process.
  build({
    ...node,
    entryPoints: [join(source, "emulator/process.ts")],
    outfile: join(dist, "node/emulator.js"),
  }),
  build({
    ...node,
    entryPoints: [join(source, "server-node.ts")],
    outfile: join(dist, "node/server.js"),
  }),
  build({
    ...node,
    entryPoints: [join(source, "simulator-node.ts")],
    outfile: join(dist, "node/simulator.js"),
  }),
  build({
    ...browser,
    format: "iife",
    // Its usual form wants Node's Buffer; there is one for browsers under another name.
    alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" },
    entryPoints: [join(source, "simulator-browser.ts")],
    outfile: join(dist, "browser/simulator.js"),
  }),
  build({
    ...browser,
    format: "cjs",
    external: ["vscode"],
    entryPoints: [join(source, "browser.ts")],
    outfile: join(dist, "browser/extension.js"),
  }),
  build({
    ...browser,
    format: "iife",
    entryPoints: [join(source, "server-browser.ts")],
    outfile: join(dist, "browser/server.js"),
  }),
  build({
    ...browser,
    format: "iife",
    entryPoints: [join(source, "page/page.ts")],
    outfile: join(dist, "page/page.js"),
  }),
  // What stands in the page of a simulation's report, as the command has it.
  build({
    ...browser,
    charset: "ascii",
    format: "iife",
    entryPoints: [join(root, "packages/cli/report-page/page.js")],
    outfile: join(dist, "page/report-page.js"),
  }),
]);
await cp(join(source, "page/page.css"), join(dist, "page/page.css"));
await cp(join(root, "node_modules/uplot/dist/uPlot.min.css"), join(dist, "page/report-page.css"));
await writeFile(join(dist, "workload.schema.json"), JSON.stringify(workloadSchema));
await mkdir(join(dist, "grammars"), { recursive: true });
for (const grammar of [policyGrammar(), formulaGrammar()]) {
  const name = grammar.scopeName.replace("source.", "");
  await writeFile(join(dist, `grammars/${name}.tmLanguage.json`), JSON.stringify(grammar));
}

function keepApart({ onResolve }: PluginBuild): void {
  const files = [
    { filter: /^\.\/parts\.ts$/, path: "./deploy.js" },
    { filter: /^@azure\/identity$/, path: "./identity.js" },
  ] as const;
  for (const { filter, path } of files) {
    onResolve({ filter }, ({ kind }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  }
}
