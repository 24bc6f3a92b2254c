import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Workspace } from "../../src/workspace/workspace.ts";

const root = fileURLToPath(new URL("../../../../examples/", import.meta.url));

/** The policies of the examples, by path below `examples`. */
export const examples: ReadonlyMap<string, string> = new Map(
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".route") && !path.includes("node_modules"))
    .map((path) => relative(root, join(root, path)).replaceAll("\\", "/"))
    .sort()
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

/** All of them, as files of one workspace. */
export function exampleWorkspace(): Workspace {
  const workspace = new Workspace();
  for (const [path, text] of examples) workspace.setFile(path, text, true);
  return workspace;
}
