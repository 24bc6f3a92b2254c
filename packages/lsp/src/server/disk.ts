import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Files } from "./session.ts";

/** What no policy is longer than; a longer file is not read. */
const limitBytes = 16 * 1024 * 1024;

/** Reads the disk: `file:` only, whole files of text. */
export function diskFiles(): Files {
  return {
    async find(folder) {
      const path = toDiskPath(folder);
      return path === undefined
        ? []
        : (await findBelow(path)).map((each) => pathToFileURL(each).href);
    },
    async read(uri) {
      const path = toDiskPath(uri);
      if (path === undefined) return undefined;
      try {
        // A pipe or a device could be read for ever.
        const found = await stat(path);
        if (!found.isFile() || found.size > limitBytes) return undefined;
        const text = await readFile(path, "utf8");
        return text.startsWith("\ufeff") ? text.slice(1) : text;
      } catch {
        return undefined;
      }
    },
  };
}

function toDiskPath(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** As the command finds them: no folders that begin with a dot, no `node_modules`, no linked folders. */
async function findBelow(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(current, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.name.endsWith(".route")) found.push(path);
    }
  }
  return found.sort();
}
