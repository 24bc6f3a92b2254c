import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModuleHost } from "@routewright/dsl";

export const examplesFolder = fileURLToPath(new URL("../../", import.meta.url));

/** One example: a folder with a `main.route`. Paths are relative to `examples`, with `/`. */
export interface Example {
  readonly folder: string;
  readonly entry: string;
  /** Of each environment; one without a name where the example has only one. */
  readonly parameterSets: readonly ParameterSet[];
}

export interface ParameterSet {
  readonly name: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export const routeFiles: readonly string[] = filesUnder("").filter((path) =>
  path.endsWith(".route"),
);

export const examples: readonly Example[] = routeFiles
  .filter((path) => basename(path) === "main.route")
  .map((entry) => {
    const folder = dirname(entry);
    return { folder, entry, parameterSets: parameterSetsOf(folder) };
  });

/** Objects as one would commit them: what `compile --emit jobrouter` must give, by path. */
export function expectedFiles(folder: string, set: ParameterSet): ReadonlyMap<string, string> {
  const expected = [folder, "expected", ...(set.name === undefined ? [] : [set.name])].join("/");
  return new Map(
    filesUnder(expected)
      .filter((path) => path.endsWith(".json") && dirname(path) !== expected)
      .map((path) => [path.slice(expected.length + 1), readExample(path)]),
  );
}

export function readExample(path: string): string {
  return readFileSync(join(examplesFolder, path), "utf8");
}

export function exampleExists(path: string): boolean {
  return existsSync(join(examplesFolder, path));
}

/** Reads the examples; texts given here take the place of files. */
export function exampleHost(texts: ReadonlyMap<string, string> = new Map()): ModuleHost {
  return {
    read: (path) => texts.get(path) ?? (exampleExists(path) ? readExample(path) : undefined),
    resolve: (fromPath, specifier) => {
      const target = resolve(examplesFolder, dirname(fromPath), specifier);
      const path = relative(examplesFolder, target).split(sep).join("/");
      return path.startsWith("..") ? undefined : path;
    },
  };
}

function parameterSetsOf(folder: string): readonly ParameterSet[] {
  const found = filesUnder(`${folder}/parameters`);
  if (found.length === 0) return [{ name: undefined, parameters: {} }];
  return found.map((path) => ({
    name: basename(path, ".json"),
    parameters: JSON.parse(readExample(path)) as Readonly<Record<string, string>>,
  }));
}

/** Every file below a folder, sorted; nothing when there is no such folder. */
function filesUnder(folder: string): readonly string[] {
  const absolute = join(examplesFolder, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute)
    .filter((name) => name !== "node_modules")
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      return statSync(join(examplesFolder, path)).isDirectory() ? filesUnder(path) : [path];
    });
}
