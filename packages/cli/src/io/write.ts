import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { printable } from "@routewright/diagnostics";
import { exitCodes, Failure } from "../failure.ts";
import { describeErrno } from "./read.ts";

export interface OutputFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Replaces a file whole or not at all: the text goes to a new file in the same folder, which then
 * takes the name. A link is followed, so that it stays one; permissions are kept. Pipes and
 * devices are written as they stand.
 */
export function writeFileAtomic(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    stage(path, text).commit();
  } catch (error) {
    throw describeErrno(error, path, "written");
  }
}

/**
 * Refuses to write over what was read, and over any policy: a slip in an option's value must not
 * cost the source.
 */
export function keepInputs(
  path: string,
  inputs: readonly (string | undefined)[],
  option: string,
): void {
  if (!existsSync(path)) return;
  const real = realpathSync(path);
  const isInput = inputs.some(
    (input) => input !== undefined && existsSync(input) && realpathSync(input) === real,
  );
  if (!isInput && !real.endsWith(".route")) return;
  throw new Failure(
    `\`${printable(path)}\` is ${real.endsWith(".route") ? "a policy" : "one of the inputs"}; it was not overwritten`,
    `choose another path with ${option}`,
    exitCodes.refused,
  );
}

/**
 * Writes several files below a folder: all of them are written beside their places first, and
 * take their names only when every one could be. A path that leads out of the folder, by its
 * words or by a link, and a file that an earlier call did not write are refused, and nothing is
 * written. What an earlier call wrote and this one does not is removed: a folder of objects must
 * not keep one that the policy no longer has.
 */
export function writeFolder(folder: string, files: readonly OutputFile[]): void {
  const root = resolve(folder);
  const earlier = readList(root);
  for (const file of files) {
    const target = resolve(root, file.path);
    if (isAbsolute(file.path) || !isInside(root, target)) throw climbsOut(file.path, folder);
  }
  const staged: Staged[] = [];
  let current = folder;
  try {
    mkdirSync(root, { recursive: true });
    const real = realpathSync(root);
    for (const file of files) {
      const target = join(root, file.path);
      current = join(folder, file.path);
      mkdirSync(dirname(target), { recursive: true });
      if (
        !isInside(real, join(realpathSync(dirname(target)), basename(target))) ||
        isLink(target)
      ) {
        throw climbsOut(file.path, folder);
      }
      if (!earlier.has(file.path) && existsSync(target) && !holds(target, file.text)) {
        throw new Failure(
          `\`${printable(current)}\` exists and was not written by routewright; nothing was written`,
          "move it away, or choose another folder with --out",
          exitCodes.refused,
        );
      }
      staged.push(stage(target, file.text));
    }
    current = join(folder, listName);
    staged.push(stage(join(root, listName), `${files.map((file) => file.path).join("\n")}\n`));
    for (const file of staged.splice(0)) file.commit();
    for (const file of files) earlier.delete(file.path);
    for (const path of earlier) {
      current = join(folder, path);
      const target = resolve(root, path);
      if (isInside(real, join(realFolder(target), basename(target))))
        rmSync(target, { force: true });
    }
  } catch (error) {
    throw error instanceof Failure ? error : describeErrno(error, current, "written");
  } finally {
    for (const file of staged) file.discard();
  }
}

/** Lists what is ours in an output folder, one path a line. */
const listName = ".routewright-files";

function readList(root: string): Set<string> {
  try {
    return new Set(readFileSync(join(root, listName), "utf8").split("\n").filter(Boolean));
  } catch {
    // No list: nothing here is ours.
    return new Set();
  }
}

function holds(path: string, text: string): boolean {
  return statSync(path).isFile() && readFileSync(path, "utf8") === text;
}

function realFolder(path: string): string {
  return existsSync(dirname(path)) ? realpathSync(dirname(path)) : dirname(path);
}

interface Staged {
  commit(): void;
  discard(): void;
}

let serial = 0;

function stage(path: string, text: string): Staged {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) {
    if (stats.isDirectory()) {
      throw new Failure(`\`${printable(path)}\` is a folder`, "give a file's name with --out");
    }
    return { commit: () => writeFileSync(path, text), discard: () => undefined };
  }
  const target = stats === undefined ? path : realpathSync(path);
  serial++;
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${process.pid}-${serial}.tmp`,
  );
  const discard = (): void => rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (stats !== undefined) chmodSync(temporary, stats.mode);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    commit() {
      try {
        renameSync(temporary, target);
      } catch (error) {
        discard();
        throw error;
      }
    },
    discard,
  };
}

function isInside(root: string, target: string): boolean {
  const path = relative(root, target);
  return path !== "" && path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function climbsOut(path: string, folder: string): Failure {
  return new Failure(
    `\`${printable(path)}\` leads out of \`${printable(folder)}\`; nothing was written`,
    undefined,
    exitCodes.refused,
  );
}
