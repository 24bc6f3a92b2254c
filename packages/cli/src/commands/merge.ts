import { summarize } from "@routewright/runtime/simulate";
import type { ExitCode } from "../failure.ts";
import { keepInputs } from "../io/write.ts";
import { finish, type ReportOptions } from "../simulation/finish.ts";
import { readParts } from "../simulation/part.ts";

/** Puts shards together: the report is that of the whole run, byte for byte. */
export async function merge(paths: readonly string[], options: ReportOptions): Promise<ExitCode> {
  if (options.html !== undefined) keepInputs(options.html, paths, "--html");
  const { run, results } = await readParts(paths);
  return finish(summarize(run, results), options);
}
