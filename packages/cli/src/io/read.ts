import { Buffer, isUtf8 } from "node:buffer";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import process from "node:process";
import { closest, printable } from "@routewright/diagnostics";
import { Failure, isErrno } from "../failure.ts";

/** A policy a hundred times larger than any seen would still fit. */
export const policyLimitBytes = 32 * 2 ** 20;
/** Bundles and exports hold many objects with their sources. */
export const dataLimitBytes = 256 * 2 ** 20;

/** The path that stands for standard input. */
export const stdinArgument = "-";
export const stdinName = "<stdin>";

/**
 * The text of a file, or of standard input for `-`. What is missing, a folder, unreadable, too
 * large, binary or not UTF-8 is a Failure that says where and how to mend it. A byte order mark
 * is dropped.
 */
export async function readText(path: string, limitBytes: number): Promise<string> {
  return path === stdinArgument ? readStdin(limitBytes) : readFileText(path, limitBytes);
}

export function readFileText(path: string, limitBytes: number): string {
  return decode(readBytes(path, limitBytes), path);
}

export function shownName(path: string): string {
  return path === stdinArgument ? stdinName : path;
}

/** What stands at a path, following links. */
export function kindOf(path: string): "file" | "folder" | "missing" {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? "missing" : stats.isDirectory() ? "folder" : "file";
  } catch (error) {
    throw describeErrno(error, path, "read");
  }
}

export function missingFile(path: string): Failure {
  return new Failure(`there is no file or folder \`${printable(path)}\``, nearName(path));
}

/** What the operating system said, in words with the path. */
export function describeErrno(error: unknown, path: string, doing: string): Failure {
  const shown = printable(path);
  if (!isErrno(error)) throw error;
  switch (error.code) {
    case "ENOENT":
      return missingFile(path);
    case "EACCES":
    case "EPERM":
      return new Failure(
        `\`${shown}\` cannot be ${doing}: permission denied`,
        "check its permissions and its owner",
      );
    case "EISDIR":
      return new Failure(`\`${shown}\` is a folder`, "name a file in it");
    case "EEXIST":
      return new Failure(`\`${shown}\` is there already, as something else`, "give another name");
    case "ENOTDIR":
      return new Failure(
        `\`${shown}\` cannot be ${doing}: a part of the path is a file, not a folder`,
      );
    case "ENOSPC":
      return new Failure(`\`${shown}\` cannot be ${doing}: no space left on the device`);
    case "EROFS":
      return new Failure(`\`${shown}\` cannot be ${doing}: the file system is read-only`);
    case "ELOOP":
      return new Failure(`\`${shown}\` cannot be ${doing}: its links lead in a circle`);
    case "ENAMETOOLONG":
      return new Failure(`\`${shown.slice(0, 80)}…\` cannot be ${doing}: the name is too long`);
    default:
      return new Failure(`\`${shown}\` cannot be ${doing}: ${error.code}`);
  }
}

function readBytes(path: string, limitBytes: number): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const stats = fstatSync(file);
    if (stats.isDirectory()) {
      throw new Failure(`\`${printable(path)}\` is a folder`, "name a file in it");
    }
    if (!stats.isFile()) return readPipe(file, path, limitBytes);
    if (stats.size > limitBytes) throw tooLarge(path, limitBytes, stats.size);
    return readFileSync(file);
  } catch (error) {
    throw error instanceof Failure ? error : describeErrno(error, path, "read");
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Pipes and devices have no size; they are read until the limit. */
function readPipe(file: number, path: string, limitBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > limitBytes) throw tooLarge(path, limitBytes);
    chunks.push(chunk.subarray(0, count));
  }
}

async function readStdin(limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > limitBytes) throw tooLarge(stdinName, limitBytes);
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks), stdinName);
}

function decode(bytes: Buffer, path: string): string {
  const shown = printable(path);
  const first = bytes[0];
  if ((first === 0xff && bytes[1] === 0xfe) || (first === 0xfe && bytes[1] === 0xff)) {
    throw new Failure(`\`${shown}\` is UTF-16, not UTF-8`, "save it as UTF-8");
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new Failure(
      `\`${shown}\` is not a text: there is a zero byte at offset ${zero}`,
      "name a text file in UTF-8",
    );
  }
  if (!isUtf8(bytes)) {
    throw new Failure(`\`${shown}\` is not UTF-8: ${firstBadPlace(bytes)}`, "save it as UTF-8");
  }
  const start = first === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString("utf8", start);
}

function firstBadPlace(bytes: Buffer): string {
  let lineStart = 0;
  for (let line = 1; ; line++) {
    const feed = bytes.indexOf(10, lineStart);
    const text = bytes.subarray(lineStart, feed < 0 ? bytes.length : feed);
    if (!isUtf8(text)) return `line ${line}, column ${firstBadColumn(text)}`;
    if (feed < 0) return "its last line";
    lineStart = feed + 1;
  }
}

/** The longest good start of the line, by halving. */
function firstBadColumn(line: Buffer): number {
  let good = 0;
  let bad = line.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    // A character may be cut in two by the middle; up to three bytes more complete it.
    const whole = [0, 1, 2, 3].some((more) =>
      isUtf8(line.subarray(0, Math.min(middle + more, bad))),
    );
    if (whole) good = middle;
    else bad = middle;
  }
  return line.toString("utf8", 0, good).length + 1;
}

function tooLarge(path: string, limitBytes: number, size?: number): Failure {
  const megabytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MB`;
  const is = size === undefined ? "is larger" : `has ${megabytes(size)}, which is more`;
  return new Failure(
    `\`${printable(path)}\` ${is} than the ${megabytes(limitBytes)} that are read`,
  );
}

function nearName(path: string): string | undefined {
  try {
    const name = basename(path);
    const near = name.length < 3 ? undefined : closest(name, readdirSync(dirname(path)));
    if (near === undefined) return undefined;
    const folder = dirname(path);
    return `did you mean \`${printable(folder === "." ? near : `${folder}/${near}`)}\`?`;
  } catch {
    // The folder is missing or closed too; then there is nothing to suggest.
    return `the path is looked up from \`${printable(process.cwd())}\``;
  }
}
