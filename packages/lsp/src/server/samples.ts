import { hasErrors, sourceText } from "@routewright/diagnostics";
import { decodeJobs, type Job } from "@routewright/jobrouter";
import { resolvePath } from "../workspace/paths.ts";
import type { Session } from "./session.ts";

export interface SampleJobs {
  readonly jobs: readonly Job[];
  /** As JSON values, for forms. */
  readonly values: readonly unknown[];
}

const none: SampleJobs = { jobs: [], values: [] };

/** Jobs of the file that the settings name; none where it is missing or cannot be read. */
export async function sampleJobs(session: Session, path: string): Promise<SampleJobs> {
  const name = session.settings.sampleJobs;
  if (name === undefined || name === "" || session.settings.readWorkspace === false) return none;
  // Relative to the policy; absolute and climbing paths stay within what the host may read.
  const text = await session.files.read(session.paths.toUri(resolvePath(path, name)));
  if (text === undefined) return none;
  const { value, diagnostics } = decodeJobs(sourceText(text, name));
  return hasErrors(diagnostics) ? none : { jobs: value, values: value };
}
