import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const command = join(repository, "packages/cli/bin/routewright.js");

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** What the command can read from file descriptor 3. */
  readonly third?: string;
  /** For a test that ends the command before it ends itself. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built command as a user would, in a process of its own. */
export function routewright(args: readonly string[], options: CallOptions = {}): Promise<Result> {
  requireFreshBuild();
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
  const child = spawn(process.execPath, [command, ...args], {
    cwd: options.cwd ?? repository,
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe", ...(options.third === undefined ? [] : ["pipe" as const])],
  });
  options.onStart?.(child);
  const { stdin, stdout: output, stderr: errors } = child;
  if (stdin === null || output === null || errors === null) throw new Error("no pipes");
  const third = child.stdio[3];
  if (third instanceof Writable) third.end(options.third);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  output.on("data", (chunk: Buffer) => stdout.push(chunk));
  errors.on("data", (chunk: Buffer) => stderr.push(chunk));
  // The command may end without reading its input.
  stdin.on("error", () => undefined);
  stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ code, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** A folder of one test's own, in a path with a space, holding these files. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "routewright-")));
  const folder = join(base, "a folder");
  mkdirSync(folder);
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A folder of a test's own with a copy of one that comes with the repository. */
export function copyOf(path: string): string {
  const folder = folderWith();
  cpSync(join(repository, path), folder, { recursive: true });
  return folder;
}

/** Every file below a folder with its size and time: equal before and after means untouched. */
export function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = lstatSync(path);
      return `${path} ${entry.isDirectory() ? "folder" : `${size} ${mtimeMs}`}`;
    })
    .sort();
}

let fresh = false;

/** `npm test` builds first; a run of Vitest alone would judge an old command. ROUTEWRIGHT_STALE=1 lets it. */
export function requireFreshBuild(): void {
  if (fresh || process.env.ROUTEWRIGHT_STALE === "1") return;
  const built = statSync(join(repository, "packages/cli/dist/bundle/main.cjs"), {
    throwIfNoEntry: false,
  });
  const packages = join(repository, "packages");
  for (const name of readdirSync(packages)) {
    const src = join(packages, name, "src");
    for (const path of readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (built !== undefined && statSync(join(src, path)).mtimeMs <= built.mtimeMs) continue;
      throw new Error(
        `the command is older than packages/${name}/src/${path}: run \`npm run build\``,
      );
    }
  }
  fresh = true;
}

/** A call and all it printed as one text, for fixtures; the test's own folder reads `<folder>`. */
export async function transcript(
  args: readonly string[],
  options: CallOptions & { readonly cwd: string },
): Promise<string> {
  const { code, stdout, stderr } = await routewright(args, options);
  const body = [
    `$ routewright ${args.join(" ")}`,
    ...(stdout === "" ? [] : ["── stdout", stdout.trimEnd()]),
    ...(stderr === "" ? [] : ["── stderr", stderr.trimEnd()]),
    `── exit ${code}`,
  ].join("\n");
  return `${body.replaceAll(options.cwd, "<folder>").replaceAll(/sha256:[0-9a-f]{12,64}/gu, "sha256:<hash>")}\n`;
}
