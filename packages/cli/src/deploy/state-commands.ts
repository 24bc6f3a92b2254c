import {
  adoptObjects,
  driftOf,
  forgetObjects,
  kindWords,
  look,
  renderDifferences,
  type Session,
  sealAgain,
} from "@routewright/azure/node";
import { printable } from "@routewright/diagnostics";
import { hashOf } from "@routewright/jobrouter";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { out, outJson, planWidth, styleOf } from "../io/terminal.ts";
import { planAndRun } from "./apply.ts";
import type { ApplyOptions, DeployOptions } from "./options.ts";
import { withSession } from "./session.ts";

/** What others changed in our objects; reads only. */
export async function drift(
  options: DeployOptions & { readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(options, false, async (session) => {
    noticeMissing(session);
    const found = driftOf(session.state, await look(session));
    if (options.json === true) {
      outJson({
        format: "routewright-drift/1",
        objects: found.map(({ object, gone, unread, differences }) => ({
          kind: object.kind,
          id: object.id,
          gone,
          unread,
          differences,
        })),
      });
    } else {
      const style = styleOf("stdout");
      for (const { object, gone, unread, differences } of found) {
        const name = `${kindWords[object.kind]} ${style.strong(printable(object.id))}`;
        const how = gone
          ? ": deleted by somebody else"
          : unread
            ? ": now of a form that is not known here"
            : "";
        out(`${name}${how}\n`);
        for (const line of renderDifferences(differences, style, planWidth())) out(`${line}\n`);
      }
      const all = session.state.objects.length;
      out(`${found.length} of ${all} objects changed by somebody else\n`);
    }
    return found.length === 0 ? exitCodes.fine : exitCodes.findings;
  });
}

const goodbye = { create: "", update: "", delete: "all that is ours goes" };

/** Deletes everything we made and nothing else. */
export async function destroy(options: ApplyOptions): Promise<ExitCode> {
  return withSession(options, true, async (session) => {
    noticeMissing(session);
    return planAndRun(session, { objects: [], hash: hashOf([]), reasons: goodbye }, options);
  });
}

/** Brings a recorded release back: the plan first, as always. */
export async function rollback(
  number: number | undefined,
  options: ApplyOptions,
): Promise<ExitCode> {
  return withSession(options, true, (session) => {
    noticeMissing(session);
    const { releases } = session.state;
    const wanted = number ?? releases.at(-2)?.number;
    const release = releases.find((each) => each.number === wanted);
    if (release === undefined) {
      const known = releases.map((each) => `${each.number} (${each.appliedAt})`).join(", ");
      throw new Failure(
        wanted === undefined ? "there is no earlier release" : `there is no release ${wanted}`,
        known === "" ? "releases are recorded by `routewright apply`" : `recorded are ${known}`,
      );
    }
    const objects = sealAgain(release.objects, session.lookup, session.print);
    const reasons = {
      create: `release ${release.number} has it`,
      update: `release ${release.number} has it otherwise`,
      delete: `release ${release.number} does not have it`,
    };
    return planAndRun(session, { objects, hash: release.bundleHash, reasons }, options);
  });
}

/** From now on the objects are ours: as they are now is how we left them. */
export async function adopt(names: readonly string[], options: DeployOptions): Promise<ExitCode> {
  return withSession(options, true, async (session) => {
    for (const { kind, id } of await adoptObjects(session, names)) {
      out(`${kindWords[kind]} ${printable(id)} is ours now\n`);
    }
    return exitCodes.fine;
  });
}

/** Said where a state is asked about that is not there: perhaps another was meant. */
function noticeMissing({ file, onNotice }: Session): void {
  if (file.exists || file.interrupted !== undefined) return;
  onNotice(`there is no state file \`${printable(file.path)}\`: nothing is ours`);
}

/** The objects stay where they are, and are no longer ours. */
export async function forget(names: readonly string[], options: DeployOptions): Promise<ExitCode> {
  return withSession(options, true, async (session) => {
    noticeMissing(session);
    for (const { kind, id } of await forgetObjects(session, names)) {
      out(`${kindWords[kind]} ${printable(id)} is no longer ours\n`);
    }
    return exitCodes.fine;
  });
}
