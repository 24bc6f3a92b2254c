import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isErrno } from "./problem.ts";

/**
 * Replaces a file whole or not at all, with its bytes on the disk when this returns. A link is
 * followed, so that it stays one; permissions are kept. What the system says of it is thrown as it is.
 */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const stats = statSync(path, { throwIfNoEntry: false });
  const target = stats === undefined ? path : realpathSync(path);
  const beside = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`,
  );
  try {
    const file = openSync(beside, "wx");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (stats !== undefined) chmodSync(beside, stats.mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw withPath(error, path);
  }
}

/** Of a file that is open already the system does not say which it is. */
export function withPath(error: unknown, path: string): unknown {
  return isErrno(error) ? Object.assign(error, { path }) : error;
}
