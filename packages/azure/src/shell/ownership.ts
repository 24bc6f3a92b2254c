import { closest, printable } from "@routewright/diagnostics";
import { type ObjectKind, objectKinds } from "@routewright/jobrouter";
import type { LiveObjects } from "../live/read-live.ts";
import { keyOf, kindWords } from "../objects.ts";
import { settledObjects } from "../state/settle.ts";
import { changeState, type DeployState } from "../state/state.ts";
import { DeployProblem } from "./problem.ts";
import { look, type Session } from "./session.ts";
import { saveState } from "./state-file.ts";

export interface NamedObject {
  readonly kind: ObjectKind;
  readonly id: string;
}

/**
 * From now on the objects are ours: as they are now is how we left them. Writes the state alone.
 *
 * @param names as `queues/support`.
 * @param seen with which etag somebody saw them and said yes; one that is another by now is refused.
 */
export async function adoptObjects(
  session: Session,
  names: readonly string[],
  seen?: ReadonlyMap<string, string>,
): Promise<readonly NamedObject[]> {
  const live = await look(session);
  const put = names.map((name) => {
    const { kind, id } = parseKey(name);
    const object = live.objects.get(keyOf({ kind, id }));
    if (object === undefined) {
      const near = closest(name, [...live.objects.keys()]);
      throw new DeployProblem(
        `the service has no ${kindWords[kind]} \`${printable(id)}\``,
        near === undefined ? undefined : `did you mean \`${printable(near)}\`?`,
      );
    }
    if (seen !== undefined && seen.get(keyOf({ kind, id })) !== object.etag) {
      throw new DeployProblem(
        `the ${kindWords[kind]} \`${printable(id)}\` has changed since it was shown; nothing was adopted`,
        "look again",
        "refused",
      );
    }
    return { kind, id, baseline: object.body };
  });
  saveState(session.file.path, changeState(settled(session, live), { put }));
  return put.map(({ kind, id }) => ({ kind, id }));
}

/** The objects stay where they are, and are no longer ours. Writes the state alone. */
export async function forgetObjects(
  session: Session,
  names: readonly string[],
): Promise<readonly NamedObject[]> {
  // The journal goes with the saving, so what it leaves open is looked up first.
  const state =
    session.file.interrupted === undefined ? session.state : settled(session, await look(session));
  const keys = state.objects.map(keyOf);
  const drop = names.map((name) => {
    const named = parseKey(name);
    if (keys.includes(keyOf(named))) return named;
    const near = closest(name, keys);
    throw new DeployProblem(
      `\`${printable(name)}\` is not ours`,
      near === undefined ? undefined : `did you mean \`${printable(near)}\`?`,
    );
  });
  saveState(session.file.path, changeState(state, { drop }));
  return drop;
}

function settled({ state, file }: Session, live: LiveObjects): DeployState {
  const put = [...settledObjects(state, file.interrupted?.begun, live).values()];
  return { ...changeState(state, { put }), serial: state.serial };
}

function parseKey(name: string): NamedObject {
  const slash = name.indexOf("/");
  const kind = objectKinds.find((each) => each === name.slice(0, slash));
  if (kind === undefined || slash + 1 === name.length) {
    throw new DeployProblem(
      `\`${printable(name)}\` names no object`,
      `write it as KIND/ID, with one of ${objectKinds.join(", ")}; such as queues/support`,
    );
  }
  return { kind, id: name.slice(slash + 1) };
}
