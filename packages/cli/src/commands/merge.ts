import { summarize } from "@routewright/runtime/simulate";
import type { ExitCode } from "../failure.ts";
import { finish, type ReportOptions } from "../simulation/finish.ts";
import { readParts } from "../simulation/part.ts";

/** Puts shards together: the report is that of the whole run, byte for byte. */
export async function merge(paths: readonly string[], options: ReportOptions): Promise<ExitCode> {
  const { run, results } = await readParts(paths);
  return finish(summarize(run, results), options);
}
