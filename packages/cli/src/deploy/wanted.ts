import { mergeFindings } from "@routewright/diagnostics";
import { type Bundle, extractSecrets, type RouterObjects } from "@routewright/jobrouter";
import type { ParameterOptions } from "../choices.ts";
import { showFindings } from "../findings.ts";
import { readObjects } from "../objects.ts";
import { readParameters } from "../parameters.ts";

/** What a policy, a bundle or a folder of objects wants to be there. */
export interface Wanted {
  readonly bundle: Bundle;
  /** Without credentials: those written out in plain objects stand in `values`. */
  readonly objects: RouterObjects;
  readonly hash: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Nothing when it has errors, which are shown. */
export async function readWanted(
  file: string | undefined,
  options: ParameterOptions,
): Promise<Wanted | undefined> {
  const { bundle, diagnostics } = await readObjects(file, await readParameters(options));
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  await showFindings(mergeFindings(errors), "pretty", "stderr");
  if (bundle === undefined || errors.length > 0) return undefined;
  const { objects, values } = extractSecrets(bundle.objects);
  return { bundle, objects, hash: bundle.hash, values };
}
