// Bundles the command from its TypeScript sources; needs no earlier build.
import { existsSync } from "node:fs";
import { build } from "esbuild";

if (existsSync("packages/cli/src/main.ts")) {
  await build({
    entryPoints: ["packages/cli/src/main.ts"],
    outdir: "packages/cli/dist/bundle",
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@routewright/source"],
    minify: true,
    logLevel: "warning",
  });
}
