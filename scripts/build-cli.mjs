// Bundles the command from its TypeScript sources, and keeps V8's compiled form of it: see
// packages/cli/bin/routewright.js. Needs no earlier build; run by `npm install`.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "packages/cli/dist/bundle");
const bundle = join(folder, "main.cjs");
const fresh = join(folder, `main.${process.pid}.cjs`);

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  conditions: ["@routewright/source"],
  // Packages ship both forms; that for bundlers is the one that can be cut to what is used.
  mainFields: ["module", "main"],
  minify: true,
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
};
// One file: commands are lazy inside it, and one file is found and read sooner than twenty.
// What few commands need is apart: nothing else should read it at every start.
const apart = {
  "@routewright/lsp/node": ["lsp.cjs", "packages/lsp/src/node.ts"],
  "@routewright/azure/node": ["azure.cjs", "packages/azure/src/node.ts"],
  "@routewright/emulator": ["emulator.cjs", "packages/emulator/src/index.ts"],
  "@azure/identity": ["identity.cjs", "@azure/identity"],
  "@routewright/runtime/simulate": ["simulation.cjs", "packages/runtime/src/simulate/index.ts"],
  // Not imported but started, as a thread.
  "simulation-worker": ["simulation-worker.cjs", "packages/cli/src/simulation/worker.ts"],
};
for (const [file, entry] of Object.values(apart)) {
  rmSync(join(folder, `${file}.cache`), { force: true });
  await build({
    ...options,
    entryPoints: [entry],
    outfile: join(folder, file),
    supported: { "dynamic-import": false },
    plugins: [{ name: "identity-apart", setup: keepIdentityApart }],
  });
}
// What stands in the page of a simulation's report.
await build({
  ...options,
  platform: "browser",
  format: "iife",
  target: "es2022",
  entryPoints: ["packages/cli/report-page/page.js"],
  outfile: join(folder, "report-page.js"),
});
copyFileSync(join(root, "node_modules/uplot/dist/uPlot.min.css"), join(folder, "report-page.css"));
await build({
  ...options,
  entryPoints: ["packages/cli/src/main.ts"],
  outfile: fresh,
  supported: { "dynamic-import": false },
  plugins: [
    { name: "lazy-child-process", setup: lazyChildProcess },
    { name: "apart", setup: keepApart },
  ],
});
// A command that starts meanwhile finds the old bundle or the new one, and no form of the old.
rmSync(`${bundle}.cache`, { force: true });
renameSync(fresh, bundle);

const sample = mkdtempSync(join(tmpdir(), "routewright-"));
try {
  writeFileSync(join(sample, "sample.route"), "labels job { a: text }\n");
  const command = join(root, "packages/cli/bin/routewright.js");
  const env = { ...process.env, ROUTEWRIGHT_WRITE_CACHE: "1" };
  run(["init", sample], {});
  // The emulator first: what both have compiled of the command is kept as the last one left it.
  await serve(command, env);
  run(["check", sample], env);
  function run(args, env) {
    const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`routewright ${args.join(" ")}: ${stderr}`);
  }
} finally {
  rmSync(sample, { recursive: true, force: true });
}

function keepIdentityApart(build) {
  build.onResolve({ filter: /^@azure\/identity$/ }, ({ kind }) =>
    kind === "entry-point" ? undefined : { path: "./identity.cjs", external: true },
  );
}

/** Starts the emulator, asks it once and stops it, so that what a first answer needs is compiled. */
async function serve(command, env) {
  const args = [command, "emulator", "--port", "0", "--json"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let printed = "";
  for await (const part of child.stdout) {
    printed += part;
    const page = /"page": ?"([^"]+)"/u.exec(printed)?.[1];
    if (page === undefined) continue;
    await (await fetch(`${page}routing/queues?api-version=2023-11-01`)).text();
    child.kill("SIGTERM");
    break;
  }
  const status = await ended;
  if (status !== 0) throw new Error(`routewright emulator ended with ${status}`);
}

function keepApart(build) {
  build.onResolve({ filter: /^@(routewright|azure)\// }, ({ path }) =>
    Object.hasOwn(apart, path) ? { path: `./${apart[path][0]}`, external: true } : undefined,
  );
}

/** Commander loads it at once, for commands that are programs of their own; there are none here. */
function lazyChildProcess(build) {
  const namespace = "lazy-child-process";
  build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
    /[\\/]commander[\\/]/u.test(importer) ? { path, namespace } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace }, () => ({
    contents: 'exports.spawn = (...args) => require("child_process").spawn(...args);',
  }));
}
