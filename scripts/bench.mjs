// npm run bench [-- NAME… --list --quick --json --check --jobs N]
// Bundles each bench file with esbuild (tsx would add a wrapper to every function, which shows
// in the figures) and runs each in a process of its own, one after the other.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = [
  "bench",
  ...readdirSync(join(root, "packages")).map((name) => join("packages", name, "bench")),
];
const files = folders.flatMap((folder) => benchFiles(folder)).sort();
const words = process.argv
  .slice(2)
  .filter((word, index, all) => !word.startsWith("-") && all[index - 1] !== "--jobs");
// A word that names a file picks that file; other words are looked for in the suites of all.
const named = files.filter((file) => words.some((word) => basename(file).includes(word)));
const outdir = join(root, "node_modules", ".cache", "bench");
mkdirSync(outdir, { recursive: true });

let status = 0;
// The language server is measured from outside, as an editor sees it.
const ownWord = "lsp";
const isOnlyOwn = words.length > 0 && words.every((word) => word === ownWord);
if (words.length === 0 || words.includes(ownWord)) {
  const args = ["--import", "tsx", "scripts/lsp-bench.mjs", ...process.argv.slice(2)];
  status ||= spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}
for (const file of isOnlyOwn ? [] : named.length > 0 ? named : files) {
  const name = basename(file, ".bench.ts");
  const outfile = join(outdir, `${name}.mjs`);
  await build({
    stdin: {
      contents: `import { runFile } from "./bench/run.ts";
import { suites } from "./${file.replaceAll("\\", "/")}";
await runFile(${JSON.stringify(name)}, suites, process.argv.slice(2));`,
      resolveDir: root,
      sourcefile: `${name}.entry.ts`,
      loader: "ts",
    },
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@routewright/source"],
    // Peers stay as their authors ship them.
    plugins: [{ name: "peers", setup: externalPeers }],
    logLevel: "warning",
  });
  const result = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
  });
  status ||= result.status ?? 1;
}
process.exitCode = status;

function benchFiles(folder) {
  try {
    return readdirSync(resolve(root, folder))
      .filter((name) => name.endsWith(".bench.ts"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function externalPeers(build) {
  build.onResolve({ filter: /^[^.]/ }, (args) => {
    if (args.kind === "entry-point" || args.path.startsWith("@routewright/")) return undefined;
    return args.path.startsWith("/") ? undefined : { path: args.path, external: true };
  });
}
