import { type Dirent, readdirSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { describeErrno } from "./read.ts";

/**
 * The files below a folder whose names end in `extension`, ordered by path. Folders named
 * `node_modules` or starting with a dot are passed over; linked folders too, they may lead in a
 * circle.
 */
export function findFiles(folder: string, extension: string): readonly string[] {
  const found: string[] = [];
  const open = [normalize(folder)];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const entry of list(current)) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(current, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.name.endsWith(extension) && isFile(entry, path)) found.push(path);
    }
  }
  return found.sort();
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw describeErrno(error, folder, "read");
  }
}

function isFile(entry: Dirent, path: string): boolean {
  if (entry.isFile()) return true;
  return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
