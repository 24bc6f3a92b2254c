import { readFileSync } from "node:fs";
import process from "node:process";
import {
  DeployProblem,
  withSession as inSession,
  type SecretLookup,
  type Session,
} from "@routewright/azure/node";
import { exitCodes, Failure, isErrno } from "../failure.ts";
import { membersOf } from "../io/json-file.ts";
import { describeErrno } from "../io/read.ts";
import { err } from "../io/terminal.ts";
import { accessOf } from "./connect.ts";
import type { DeployOptions } from "./options.ts";

/** Runs something with the service and the state; with the state's lock where it may write. */
export async function withSession<T>(
  options: DeployOptions,
  mayWrite: boolean,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const access = accessOf(options);
  const lookup = secretLookup(options.secretsFd);
  try {
    return await inSession(
      {
        access,
        lock: options.lock,
        lookup,
        onNotice: (text) => err(`${text}\n`),
        ...(options.state === undefined ? {} : { state: options.state }),
      },
      mayWrite,
      run,
    );
  } catch (error) {
    if (error instanceof DeployProblem) {
      const code = error.isRefusal ? exitCodes.refused : exitCodes.misuse;
      throw new Failure(error.message, error.help, code);
    }
    // A file of the state, its journal or its lock.
    if (isErrno(error) && "path" in error && typeof error.path === "string") {
      throw describeErrno(error, error.path, "used");
    }
    throw error;
  }
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
