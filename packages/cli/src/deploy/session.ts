import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import {
  clientStore,
  type DeployState,
  type Fingerprints,
  fingerprints,
  type LiveObjects,
  makePlan,
  type ObjectStore,
  type Plan,
  readLive,
  type SecretLookup,
  ServiceFailure,
  type WireObject,
} from "@routewright/azure";
import { printable } from "@routewright/diagnostics";
import { exitCodes, Failure } from "../failure.ts";
import { membersOf } from "../io/json-file.ts";
import { err } from "../io/terminal.ts";
import { connect } from "./connect.ts";
import type { DeployOptions } from "./options.ts";
import { defaultStatePath, lockState, openState, type StateFile } from "./state-file.ts";

/** A command's view of one service: what it holds, what we know of it, and how to reach it. */
export interface Session {
  readonly target: string;
  readonly store: ObjectStore;
  readonly file: StateFile;
  readonly state: DeployState;
  readonly print: Fingerprints;
  readonly lookup: SecretLookup;
}

/** Runs something with the service and the state; with the state's lock where it may write. */
export async function withSession<T>(
  options: DeployOptions,
  mayWrite: boolean,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const { client, target } = await connect(options);
  const lookup = secretLookup(options.secretsFd);
  const path = options.state ?? defaultStatePath(target);
  const unlock = mayWrite && options.lock ? lockState(path) : () => undefined;
  try {
    const file = openState(path, target, () => randomBytes(16).toString("hex"));
    if (file.interrupted !== undefined) {
      const { begun, done } = file.interrupted;
      const open = [...begun.keys()].filter((key) => !done.has(key)).length;
      err(
        `an earlier apply was interrupted: ${done.size} written${open > 0 ? `, ${open} in the open` : ""}; apply again to finish\n`,
      );
    }
    return await run({
      target,
      store: clientStore(client),
      file,
      state: file.state,
      print: fingerprints(file.state.salt),
      lookup,
    });
  } catch (error) {
    throw serviceProblem(error, target);
  } finally {
    unlock();
  }
}

/** What the service holds; findings about it are told, and stop nothing. */
export async function look(session: Session): Promise<LiveObjects> {
  const live = await readLive(session.store, session.print);
  for (const { severity, message } of live.diagnostics) {
    err(`${severity}: in the service's answer: ${printable(message)}\n`);
  }
  return live;
}

export async function planFor(
  session: Session,
  wanted: { readonly objects: readonly WireObject[]; readonly hash: string },
  adopts: boolean,
): Promise<{ readonly plan: Plan; readonly live: LiveObjects }> {
  const live = await look(session);
  const plan = makePlan({
    target: session.target,
    bundleHash: wanted.hash,
    wanted: wanted.objects,
    live,
    state: session.state,
    adopts,
    ...(session.file.interrupted === undefined ? {} : { begun: session.file.interrupted.begun }),
  });
  return { plan, live };
}

/** Values of `secret`s: of the environment, or of a JSON object that a parent process hands over. */
function secretLookup(fd: number | undefined): SecretLookup {
  // An empty variable is one that a pipeline forgot to fill.
  if (fd === undefined) return (name) => process.env[name] || undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(fd, "utf8"));
  } catch {
    throw new Failure(
      `file descriptor ${fd} gives no JSON`,
      'hand over an object of texts, such as { "SCORING_KEY": "…" }',
    );
  }
  const isText = (each: unknown): each is string => typeof each === "string";
  const values = new Map(membersOf(value, `file descriptor ${fd}`, "an object of texts", isText));
  return (name) => values.get(name) || undefined;
}

/** The outside world's failures in words: refusals, and a service that cannot be reached. */
export function serviceProblem(error: unknown, target: string): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof ServiceFailure) {
    return new Failure(describeServiceFailure(error), helpFor(error), exitCodes.misuse);
  }
  if (error instanceof Error && error.name === "RestError") {
    return new Failure(`${printable(target)} cannot be reached: ${printable(error.message)}`);
  }
  if (error instanceof Error && /credential|authentication/iu.test(error.name)) {
    return new Failure(
      `no token could be had: ${printable(error.message.split("\n")[0] ?? "")}`,
      "sign in (`az login`), set up workload identity, or use a key: --key-env NAME",
    );
  }
  return error;
}

export function describeServiceFailure(failure: ServiceFailure): string {
  const details = failure.details.map(({ message }) => `: ${message}`).join("");
  return `${printable(failure.request)} was refused with ${failure.status} ${printable(failure.code)}: ${printable(failure.message.trim())}${printable(details)}`;
}

function helpFor({ status }: ServiceFailure): string | undefined {
  if (status === 401 || status === 403) return "check the key or the rights of the identity";
  if (status === 429) return "the service is throttling; try again in a while";
  return undefined;
}
