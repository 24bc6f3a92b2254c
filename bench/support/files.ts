import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModuleHost } from "@routewright/dsl";

/** Sources from the disk, relative to the folder the bench was started in. */
export const files: ModuleHost = {
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
  resolve: (fromPath, specifier) => join(dirname(fromPath), specifier),
};
