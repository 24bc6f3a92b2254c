import { existsSync } from "node:fs";
import {
  changeState,
  leaveOutDefaults,
  readDecoded,
  saveState,
  sealWanted,
  tellWithheld,
} from "@routewright/azure/node";
import { hasErrors, mergeFindings, printable, sourceText } from "@routewright/diagnostics";
import { compile, importObjects } from "@routewright/dsl";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { err } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import type { DeployOptions } from "./options.ts";
import { withSession } from "./session.ts";

/**
 * Everything that the service holds becomes a policy and ours: the plan for what is written is
 * empty. Neither file is touched when the other exists.
 */
export async function importFrom(
  path: string | undefined,
  options: DeployOptions & {
    readonly force?: boolean;
    readonly out?: string;
    readonly json?: boolean;
  },
): Promise<ExitCode> {
  const target = options.out;
  if (path !== undefined) throw new Failure("--from reads a service, so no file can be named");
  if (target === undefined || options.json === true) {
    throw new Failure(
      "--from writes a policy and a state",
      "say where with --out FILE, and leave out --json",
    );
  }
  return withSession(options, true, async (session) => {
    for (const file of [target, session.file.path]) {
      if (options.force === true || !existsSync(file)) continue;
      throw new Failure(
        `\`${printable(file)}\` exists already; nothing was written`,
        "choose another path, or replace it with --force",
        exitCodes.refused,
      );
    }
    const { decoded, withheld, diagnostics } = await readDecoded(session.store);
    tellWithheld(session, withheld);
    const imported = importObjects(leaveOutDefaults(decoded));
    const findings = mergeFindings([...diagnostics, ...imported.diagnostics]);
    await showFindings(findings, "pretty", "stderr");
    if (hasErrors(findings)) return exitCodes.findings;

    // What the policy compiles to, with the values that the service told as their fingerprints.
    const source = sourceText(imported.text, target);
    const host = { read: () => source.text, resolve: () => undefined };
    const { value: bundle } = compile(target, host, {});
    if (bundle === undefined) throw new Error("an imported policy does not compile");
    const lookup = (name: string): string | undefined =>
      Object.hasOwn(imported.secrets, name) ? imported.secrets[name] : undefined;
    const put = sealWanted(bundle.objects, lookup, session.print).map((object) => ({
      kind: object.kind,
      id: object.id,
      baseline: object.body,
    }));
    writeFileAtomic(target, imported.text);
    saveState(session.file.path, changeState({ ...session.state, objects: [] }, { put }));
    err(
      `wrote ${printable(target)} and ${printable(session.file.path)}: ${put.length} objects are ours now\n`,
    );
    for (const name of Object.keys(imported.secrets).sort()) {
      err(
        `  a later apply needs the environment variable ${printable(name)}; its value was left out\n`,
      );
    }
    return exitCodes.fine;
  });
}
