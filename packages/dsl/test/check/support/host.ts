import type { ModuleHost } from "../../../src/index.ts";

/** Files in memory, in one folder that nothing leaves. */
export function memoryHost(files: ReadonlyMap<string, string>): ModuleHost {
  return {
    read: (path) => files.get(path),
    resolve(fromPath, specifier) {
      const parts = fromPath.split("/").slice(0, -1);
      for (const part of specifier.split("/")) {
        if (part === "..") {
          if (parts.pop() === undefined) return undefined;
        } else if (part !== "." && part !== "") parts.push(part);
      }
      return parts.join("/");
    },
  };
}
