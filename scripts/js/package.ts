import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as own from "@routewright/azure";

/** What the official package offers, as far as ours offers the same. */
export interface ClientPackage {
  readonly name: string;
  readonly version: string;
  readonly createClient: typeof own.createClient;
  readonly isUnexpected: typeof own.isUnexpected;
  readonly paginate: typeof own.paginate;
}

export const officialName = "@azure-rest/communication-job-router";

/** This project's own client. */
export const ours: ClientPackage = {
  name: "@routewright/azure",
  version: "1.0.0",
  createClient: own.createClient,
  isUnexpected: own.isUnexpected,
  paginate: own.paginate,
};

/**
 * The official package out of a folder that holds it built, as an installation leaves it.
 *
 * @throws Error when the folder holds something else, or cannot be loaded.
 */
export function loadPackage(folder: string): ClientPackage {
  const manifest = resolve(join(folder, "package.json"));
  const { name, version }: { readonly name?: unknown; readonly version?: unknown } = JSON.parse(
    readFileSync(manifest, "utf8"),
  );
  if (name !== officialName || typeof version !== "string") {
    throw new Error(`${folder} holds ${String(name)}, not ${officialName}`);
  }
  const loaded: Record<string, unknown> = createRequire(manifest)(resolve(folder));
  const take = (member: string): unknown => {
    const found = loaded[member];
    if (typeof found !== "function") throw new Error(`${folder} exports no function ${member}`);
    return found;
  };
  // Whether the types of the two agree is asked of the compiler: `replaced.ts`.
  return {
    name,
    version,
    createClient: take("default") as typeof own.createClient,
    isUnexpected: take("isUnexpected") as typeof own.isUnexpected,
    paginate: take("paginate") as typeof own.paginate,
  };
}
