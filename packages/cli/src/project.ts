import { normalize, resolve } from "node:path";
import { printable, sourceText } from "@routewright/diagnostics";
import { findRoots, parse } from "@routewright/dsl";
import { Failure } from "./failure.ts";
import { findFiles } from "./io/find.ts";
import { type DiskHost, diskHost } from "./io/module-host.ts";
import {
  kindOf,
  missingFile,
  policyLimitBytes,
  readText,
  stdinArgument,
  stdinName,
} from "./io/read.ts";

/** The policies that a call is about. */
export interface Project {
  readonly host: DiskHost;
  /** As messages show them, ordered as given, those of a folder by path. */
  readonly files: readonly string[];
  /** Those that no other of the files imports: analysing these reaches all of them. */
  readonly roots: readonly string[];
}

/** Reads files, the policies below folders, and standard input for `-`. */
export async function openProject(paths: readonly string[]): Promise<Project> {
  const host = diskHost();
  const files = new Map<string, string>();
  for (const path of paths.length === 0 ? ["."] : paths) {
    for (const file of await readPolicies(path, host)) {
      if (!files.has(resolve(file))) files.set(resolve(file), file);
    }
  }
  const names = [...files.values()];
  return { host, files: names, roots: rootsOf(names, host) };
}

/** Reads the one policy of a call that takes one: a file, a folder with an entry, or `-`. */
export async function openEntry(
  path: string | undefined,
): Promise<{ host: DiskHost; entry: string }> {
  const host = diskHost();
  if (path !== undefined && (path === stdinArgument || kindOf(path) !== "folder")) {
    const [entry = path] = await readPolicies(path, host);
    return { host, entry };
  }
  return { host, entry: await entryOf(path ?? ".", host) };
}

/** A policy whose text is already read. */
export function openText(path: string, text: string): { host: DiskHost; entry: string } {
  const host = diskHost();
  const entry = path === stdinArgument ? stdinName : normalize(path).replaceAll("\\", "/");
  host.provide(entry, text);
  return { host, entry };
}

async function readPolicies(path: string, host: DiskHost): Promise<readonly string[]> {
  if (path === stdinArgument) {
    host.provide(stdinName, await readText(path, policyLimitBytes));
    return [stdinName];
  }
  const kind = kindOf(path);
  if (kind === "missing") throw missingFile(path);
  const files = kind === "folder" ? findFiles(path, ".route") : [normalize(path)];
  if (files.length === 0) {
    throw new Failure(
      `there is no policy in \`${printable(path)}\``,
      "policies end in .route; `routewright init` starts one",
    );
  }
  const names: string[] = [];
  for (const file of files) {
    const name = file.replaceAll("\\", "/");
    host.provide(name, await readText(file, policyLimitBytes));
    names.push(name);
  }
  return names;
}

/** `main.route`, or else the only root of the folder itself. */
async function entryOf(folder: string, host: DiskHost): Promise<string> {
  const files = await readPolicies(folder, host);
  const main = normalize(`${folder}/main.route`).replaceAll("\\", "/");
  if (files.includes(main)) return main;
  const [root, ...others] = rootsOf(files, host);
  if (root !== undefined && others.length === 0) return root;
  const named = [root, ...others].slice(0, 5).map((file) => `\`${file}\``);
  throw new Failure(
    `\`${printable(folder)}\` holds several policies: ${named.join(", ")}${others.length > 4 ? ", …" : ""}`,
    "name the one you mean",
  );
}

function rootsOf(files: readonly string[], host: DiskHost): readonly string[] {
  return findRoots(files, (file) => importsOf(file, host));
}

function importsOf(file: string, host: DiskHost): readonly string[] {
  const { declarations } = parse(sourceText(host.read(file) ?? "", file)).value;
  return declarations.flatMap((declaration) => {
    if (declaration.kind !== "import" || declaration.path === undefined) return [];
    const path = host.resolve(file, declaration.path.value);
    return path === undefined ? [] : [path];
  });
}
