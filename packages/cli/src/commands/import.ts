import { existsSync } from "node:fs";
import { hasErrors, mergeFindings, printable } from "@routewright/diagnostics";
import { importObjects } from "@routewright/dsl";
import { decodeObjects, secretNames } from "@routewright/jobrouter";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings, summarize } from "../findings.ts";
import { err, out, outJson, styleOf } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import { readSources } from "../json-sources.ts";

export interface ImportOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Values of secrets are dropped here: only the names under which to provide them are shown. */
export async function importPolicy(path: string, options: ImportOptions): Promise<ExitCode> {
  const target = options.out;
  if (target !== undefined && options.force !== true && existsSync(target)) {
    throw new Failure(
      `\`${printable(target)}\` exists already; it was not overwritten`,
      "choose another path, or replace it with --force",
      exitCodes.refused,
    );
  }
  const decoded = decodeObjects(await readSources(path));
  if (hasErrors(decoded.diagnostics)) return await giveUp(decoded.diagnostics);
  const imported = importObjects(decoded.value);
  const findings = mergeFindings([...decoded.diagnostics, ...imported.diagnostics]);
  if (hasErrors(findings)) return await giveUp(findings);

  await showFindings(findings, "pretty", "stderr");
  const secrets = [
    ...new Set([...secretNames(decoded.value), ...Object.keys(imported.secrets)]),
  ].sort();
  if (options.json === true) {
    outJson({ format: "routewright-import/1", text: imported.text, secrets });
  } else if (target === undefined) out(imported.text);
  if (target !== undefined) {
    writeFileAtomic(target, imported.text);
    err(`wrote ${printable(target)}\n`);
  }
  if (secrets.length > 0) {
    err(
      "The policy needs these environment variables when it is deployed; their values were left out:\n",
    );
    err(secrets.map((name) => `  ${printable(name)}\n`).join(""));
  }
  return exitCodes.fine;
}

async function giveUp(diagnostics: Parameters<typeof mergeFindings>[0]): Promise<ExitCode> {
  const findings = mergeFindings(diagnostics);
  await showFindings(findings, "pretty", "stderr");
  err(`${styleOf("stderr").error(summarize(findings, 1))}; nothing was written\n`);
  return exitCodes.findings;
}
