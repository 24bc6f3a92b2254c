import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModuleHost } from "@routewright/dsl";
import { Failure } from "../failure.ts";
import { describeErrno, policyLimitBytes, readFileText, stdinName } from "./read.ts";

/** Reads imports from disk, each file once. */
export interface DiskHost extends ModuleHost {
  /** Every path that was read with success, in the order of reading. */
  readonly readPaths: readonly string[];
  /** Why a file that exists could not be read; the importer only learns that it could not. */
  readonly failures: readonly Failure[];
  /** Takes a text for a path's, without looking at the disk. */
  provide(path: string, text: string): void;
}

/** Only `.route` files are imported, so that a policy cannot show other files in its findings. */
export function diskHost(): DiskHost {
  const texts = new Map<string, string>();
  const failures = new Map<string, Failure>();
  const read = new Set<string>();
  return {
    get readPaths() {
      return [...read];
    },
    get failures() {
      return [...failures.values()];
    },
    provide: (path, text) => texts.set(path, text),
    read(path) {
      const known = texts.get(path) ?? readFrom(path, failures);
      if (known === undefined) return undefined;
      texts.set(path, known);
      read.add(path);
      return known;
    },
    resolve(fromPath, specifier) {
      if (!specifier.endsWith(".route") || specifier.includes("\0")) return undefined;
      return join(fromPath === stdinName ? "." : dirname(fromPath), specifier).replaceAll(
        "\\",
        "/",
      );
    },
  };
}

function readFrom(path: string, failures: Map<string, Failure>): string | undefined {
  if (failures.has(path)) return undefined;
  try {
    // A pipe or a device could be read for ever.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    return readFileText(path, policyLimitBytes);
  } catch (error) {
    failures.set(path, error instanceof Failure ? error : describeErrno(error, path, "read"));
    return undefined;
  }
}
