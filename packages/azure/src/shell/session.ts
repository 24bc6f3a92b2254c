import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { printable } from "@routewright/diagnostics";
import { ServiceFailure, UnexpectedAnswer } from "../client/service-failure.ts";
import { clientStore } from "../live/client-store.ts";
import { type LiveObjects, readLive } from "../live/read-live.ts";
import type { ObjectStore } from "../live/store.ts";
import { kindWords, type WireObject } from "../objects.ts";
import { makePlan, type Reasons } from "../plan/make-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { type Fingerprints, fingerprints } from "../secrets/fingerprint.ts";
import { createKnownSecrets, type KnownSecrets } from "../secrets/known-secrets.ts";
import { redactError } from "../secrets/redact-error.ts";
import { mapMarks, type SecretLookup } from "../secrets/seal.ts";
import type { DeployState } from "../state/state.ts";
import { type Access, connect } from "./connect.ts";
import { DeployProblem } from "./problem.ts";
import { defaultStatePath, lockState, openState, type StateFile } from "./state-file.ts";

export interface SessionOptions {
  readonly access: Access;
  /** The record of what is ours; `routewright-state/HOST.json` below `folder` when absent. */
  readonly state?: string;
  /** What a relative path is looked up from; the working folder when absent. */
  readonly folder?: string;
  /** False: the state is not locked against others. */
  readonly lock: boolean;
  readonly lookup: SecretLookup;
  /** What is to be told, and stops nothing. */
  readonly onNotice: (text: string) => void;
}

/** One view of one service: what it holds, what we know of it, and how to reach it. */
export interface Session {
  readonly target: string;
  readonly store: ObjectStore;
  readonly file: StateFile;
  readonly state: DeployState;
  readonly print: Fingerprints;
  readonly lookup: SecretLookup;
  readonly secrets: KnownSecrets;
  readonly onNotice: (text: string) => void;
}

/**
 * Runs something with the service and the state; with the state's lock where it may write. What
 * goes wrong comes out as a `DeployProblem`, or as what the system said of a file; in neither stands
 * a credential, whatever a service answers.
 */
export async function withSession<T>(
  options: SessionOptions,
  mayWrite: boolean,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const secrets = createKnownSecrets();
  const { client, target } = await connect(options.access, secrets, (text) =>
    options.onNotice(secrets.redact(text)),
  );
  const lookup = remembering(options.lookup, secrets);
  if (options.state === "") {
    throw new DeployProblem("the state file has no name", "give one, or leave the option out");
  }
  const path = pathBelow(options.folder, options.state ?? defaultStatePath(target));
  const unlock = mayWrite && options.lock ? lockState(path) : () => undefined;
  try {
    const file = openState(path, target, () => randomBytes(16).toString("hex"));
    if (file.interrupted !== undefined) {
      const { done, open } = file.interrupted;
      options.onNotice(
        `an earlier apply was interrupted: ${done.size} written${open.size > 0 ? `, ${open.size} in the open` : ""}; apply again to finish`,
      );
    }
    rememberOurs(file.state, lookup);
    secrets.admit(JSON.stringify(file.state.objects));
    return await run({
      target,
      store: clientStore(client, secrets),
      file,
      state: file.state,
      print: fingerprints(file.state.salt),
      lookup,
      secrets,
      onNotice: options.onNotice,
    });
  } catch (error) {
    throw serviceProblem(redactError(error, secrets), target);
  } finally {
    unlock();
  }
}

/** The session with credentials that stand in what is wanted, and in no environment. */
export function withValues(session: Session, values: Readonly<Record<string, string>>): Session {
  const lookup: SecretLookup = (name) =>
    (Object.hasOwn(values, name) ? values[name] : undefined) ?? session.lookup(name);
  return { ...session, lookup: remembering(lookup, session.secrets) };
}

/** What the service holds; findings about it are told, and stop nothing. */
export async function look(session: Session): Promise<LiveObjects> {
  const live = await readLive(session.store, session.print);
  for (const { severity, message } of live.diagnostics) {
    session.onNotice(`${severity}: in the service's answer: ${printable(message)}`);
  }
  tellWithheld(session, live.withheld);
  return live;
}

export function tellWithheld(session: Session, withheld: LiveObjects["withheld"]): void {
  for (const { kind, id } of withheld) {
    const name =
      id === undefined ? `a ${kindWords[kind]}` : `${kindWords[kind]} \`${printable(id)}\``;
    session.onNotice(
      `warning: in the service's answer: ${name} quotes a credential where none belongs; it is left alone`,
    );
  }
}

/** What is to be there, and why where that is not for a policy's sake. */
export interface Wanted {
  readonly objects: readonly WireObject[];
  readonly hash: string;
  readonly reasons?: Reasons;
}

export async function planFor(
  session: Session,
  wanted: Wanted,
  adopts: boolean,
): Promise<{ readonly plan: Plan; readonly live: LiveObjects }> {
  session.secrets.admit(JSON.stringify(wanted.objects));
  const live = await look(session);
  const plan = makePlan({
    target: session.target,
    bundleHash: wanted.hash,
    wanted: wanted.objects,
    live,
    state: session.state,
    adopts,
    ...(wanted.reasons === undefined ? {} : { reasons: wanted.reasons }),
    ...(session.file.interrupted === undefined ? {} : { begun: session.file.interrupted.begun }),
  });
  if (!session.file.exists && plan.conflicts.some(({ code }) => code === "foreign")) {
    session.onNotice(
      `there is no state file \`${printable(session.file.path)}\`, so nothing is known to be ours; if there was one, bring it back or name it with --state`,
    );
  }
  return { plan, live };
}

/** The outside world's failures in words: refusals, and a service that cannot be reached. */
function serviceProblem(error: unknown, target: string): unknown {
  if (error instanceof ServiceFailure) {
    return new DeployProblem(describeServiceFailure(error), helpFor(error));
  }
  if (error instanceof UnexpectedAnswer) {
    return new DeployProblem(
      `${printable(target)} answers unlike a Job Router: ${printable(error.message)}`,
      "check the endpoint, and what stands between it and you",
    );
  }
  if (error instanceof Error && error.name === "RestError") {
    const { why, help } = reasonOf(error, target);
    return new DeployProblem(`${printable(target)} cannot be reached: ${why}`, help);
  }
  if (error instanceof Error && /credential|authentication/iu.test(error.name)) {
    return new DeployProblem(
      `no token could be had: ${printable(error.message.split("\n")[0] ?? "")}`,
      "sign in (`az login`), set up workload identity, or use a key: --key-env NAME",
    );
  }
  return error;
}

/** Why no answer came, and what to look at; `code` is what the system called it. */
function reasonOf(
  error: Error & { readonly code?: unknown },
  target: string,
): { readonly why: string; readonly help: string } {
  const said = printable(error.message.split("\n")[0] ?? "");
  const code = typeof error.code === "string" ? error.code : "";
  if (code === "ECONNREFUSED") {
    return {
      why: "nothing listens there",
      help: isLocal(target)
        ? "start the emulator: `routewright emulator`; one at another port is named with --emulator CONNECTION_STRING"
        : "check the endpoint, and whether a firewall stands in between",
    };
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      why: "no address is known for this name",
      help: "check how the endpoint is spelt, and that this machine is on the network",
    };
  }
  if (code === "EPROTO") {
    return {
      why: "what listens there does not speak TLS",
      help: isLocal(target)
        ? "an emulator is reached with http://"
        : "check the endpoint and its port",
    };
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO/u.test(code)) {
    return {
      why: `its certificate is not trusted (${said})`,
      help: "when a proxy of yours signs it, name its authority in NODE_EXTRA_CA_CERTS",
    };
  }
  return { why: said, help: "check the network and the endpoint, then try again" };
}

function isLocal(target: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(target).hostname);
}

export function describeServiceFailure(failure: ServiceFailure): string {
  const details = failure.details.map(({ message }) => `: ${message}`).join("");
  return `${printable(failure.request)} was refused with ${failure.status} ${printable(failure.code)}: ${printable(failure.message.trim())}${printable(details)}`;
}

/** What to look at after a refusal. */
export function helpFor({ status, message }: ServiceFailure): string {
  if (status === 401 && /date|clock|time|expired/iu.test(message)) {
    return "check the clock of this machine: a request is signed with its time";
  }
  if (status === 401 || status === 403) return "check the key or the rights of the identity";
  if (status === 404 || status < 400) return "check the endpoint: is it that of the resource?";
  if (status === 429) return "the service is throttling; try again in a while";
  if (status >= 500) return "the service is in trouble; try again in a while";
  return "mend what the service names";
}

function remembering(lookup: SecretLookup, secrets: KnownSecrets): SecretLookup {
  return (name) => {
    const value = lookup(name);
    if (value !== undefined) secrets.add(value);
    return value;
  };
}

/** The credentials of what is ours are known before the first answer, which may quote them. */
function rememberOurs(state: DeployState, lookup: SecretLookup): void {
  for (const { baseline } of state.objects) {
    mapMarks(baseline, (credential) => {
      if (credential.secret !== undefined) lookup(credential.secret);
      return credential;
    });
  }
}

function pathBelow(folder: string | undefined, path: string): string {
  return folder === undefined ? path : resolve(folder, path);
}
