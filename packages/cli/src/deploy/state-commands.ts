import {
  changeState,
  type DeployState,
  driftOf,
  kindWords,
  type LiveObjects,
  look,
  renderDifferences,
  type Session,
  saveState,
  sealAgain,
  settledObjects,
} from "@routewright/azure/node";
import { closest, printable } from "@routewright/diagnostics";
import { hashOf, type ObjectKind, objectKinds } from "@routewright/jobrouter";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { out, outJson, styleOf } from "../io/terminal.ts";
import { planAndRun } from "./apply.ts";
import type { ApplyOptions, DeployOptions } from "./options.ts";
import { withSession } from "./session.ts";

/** What others changed in our objects; reads only. */
export async function drift(
  options: DeployOptions & { readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(options, false, async (session) => {
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
        for (const line of renderDifferences(differences, style)) out(`${line}\n`);
      }
      const all = session.state.objects.length;
      out(`${found.length} of ${all} objects changed by somebody else\n`);
    }
    return found.length === 0 ? exitCodes.fine : exitCodes.findings;
  });
}

/** Deletes everything we made and nothing else. */
export async function destroy(options: ApplyOptions): Promise<ExitCode> {
  return withSession(options, true, (session) =>
    planAndRun(session, { objects: [], hash: hashOf([]) }, options),
  );
}

/** Brings a recorded release back: the plan first, as always. */
export async function rollback(
  number: number | undefined,
  options: ApplyOptions,
): Promise<ExitCode> {
  return withSession(options, true, (session) => {
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
    return planAndRun(session, { objects, hash: release.bundleHash }, options);
  });
}

/** From now on the objects are ours: as they are now is how we left them. */
export async function adopt(names: readonly string[], options: DeployOptions): Promise<ExitCode> {
  return withSession(options, true, async (session) => {
    const live = await look(session);
    const put = names.map((name) => {
      const { kind, id } = parseKey(name);
      const object = live.objects.get(`${kind}/${id}`);
      if (object !== undefined) return { kind, id, baseline: object.body };
      const near = closest(name, [...live.objects.keys()]);
      throw new Failure(
        `the service has no ${kindWords[kind]} \`${printable(id)}\``,
        near === undefined ? undefined : `did you mean \`${printable(near)}\`?`,
      );
    });
    const state = settled(session, live);
    saveState(session.file.path, changeState(state, { put }));
    for (const { kind, id } of put) out(`${kindWords[kind]} ${printable(id)} is ours now\n`);
    return exitCodes.fine;
  });
}

/** The objects stay where they are, and are no longer ours. */
export async function forget(names: readonly string[], options: DeployOptions): Promise<ExitCode> {
  return withSession(options, true, async (session) => {
    // The journal goes with the saving, so what it leaves open is looked up first.
    const state =
      session.file.interrupted === undefined
        ? session.state
        : settled(session, await look(session));
    const drop = names.map((name) => ownKey(state, name));
    saveState(session.file.path, changeState(state, { drop }));
    for (const { kind, id } of drop) out(`${kindWords[kind]} ${printable(id)} is no longer ours\n`);
    return exitCodes.fine;
  });
}

function settled({ state, file }: Session, live: LiveObjects): DeployState {
  const put = [...settledObjects(state, file.interrupted?.begun, live).values()];
  return { ...changeState(state, { put }), serial: state.serial };
}

function ownKey(
  state: DeployState,
  name: string,
): { readonly kind: ObjectKind; readonly id: string } {
  const key = parseKey(name);
  const keys = state.objects.map(({ kind, id }) => `${kind}/${id}`);
  if (keys.includes(`${key.kind}/${key.id}`)) return key;
  const near = closest(name, keys);
  throw new Failure(
    `\`${printable(name)}\` is not ours`,
    near === undefined ? undefined : `did you mean \`${printable(near)}\`?`,
  );
}

function parseKey(name: string): { readonly kind: ObjectKind; readonly id: string } {
  const slash = name.indexOf("/");
  const kind = objectKinds.find((each) => each === name.slice(0, slash));
  if (kind === undefined || slash + 1 === name.length) {
    throw new Failure(
      `\`${printable(name)}\` names no object`,
      `write it as KIND/ID, with one of ${objectKinds.join(", ")}; such as queues/support`,
    );
  }
  return { kind, id: name.slice(slash + 1) };
}
