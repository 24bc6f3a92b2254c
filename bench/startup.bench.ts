import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { defineSuite } from "./harness.ts";

// Needs the built command: `npm run build` (`npm install` has done it).
const command = join("packages", "cli", "bin", "routewright.js");
const example = join("examples", "job-classification", "main.route");

export const suites = [
  defineSuite({
    name: "start to exit",
    prepare: () => ({
      unit: "start",
      units: 1,
      clock: "wall",
      baseline: { name: "node -e 0", run: () => runNode(["-e", "0"]) },
      subjects: [
        {
          name: "routewright --version",
          run: () => runNode([command, "--version"]),
        },
        {
          name: "routewright check, one example",
          run: () => runNode([command, "check", example]),
          atMost: 3,
        },
      ],
      note: "whole processes, from spawn to exit; each must exit with 0",
    }),
  }),
];

/** The exit code, which all subjects share. */
function runNode(args: readonly string[]): number {
  const { status, error, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${error?.message ?? stderr}`);
  return status;
}
