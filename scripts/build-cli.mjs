// Bundles the command from its TypeScript sources; needs no earlier build. Run by `npm install`.
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, "packages/cli/dist/bundle");
const fresh = `${target}.${process.pid}`;
const old = `${fresh}.old`;

await build({
  absWorkingDir: root,
  entryPoints: ["packages/cli/src/main.ts"],
  outdir: fresh,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["@routewright/source"],
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
});

// A command that starts meanwhile finds the old bundle or the new one, not a half of each.
mkdirSync(dirname(target), { recursive: true });
try {
  renameSync(target, old);
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}
renameSync(fresh, target);
rmSync(old, { recursive: true, force: true });
