import process from "node:process";
import { type Access, emulatorConnection } from "@routewright/azure/node";
import { printable } from "@routewright/diagnostics";
import { Failure } from "../failure.ts";
import type { ConnectionOptions } from "./options.ts";

/** How the options say that one is let in. */
export function accessOf(options: ConnectionOptions): Access {
  const { connectionStringEnv, endpoint, keyEnv, emulator } = options;
  const given = [connectionStringEnv, endpoint, emulator].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new Failure(
      given.length === 0 ? "it is not said which service is meant" : "several services are named",
      "give one of --connection-string-env NAME, --endpoint URL and --emulator",
    );
  }
  if (endpoint !== undefined) {
    return keyEnv === undefined
      ? { kind: "identity", endpoint }
      : { kind: "key", endpoint, key: fromEnvironment(keyEnv) };
  }
  if (keyEnv !== undefined) throw new Failure("--key-env belongs to --endpoint");
  if (connectionStringEnv !== undefined) {
    const text = fromEnvironment(connectionStringEnv);
    return { kind: "connectionString", text, from: connectionStringEnv };
  }
  const text = typeof emulator === "string" ? emulator : emulatorConnection;
  return { kind: "connectionString", text, from: "--emulator" };
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Failure(
      `the environment variable \`${printable(name)}\` is ${value === "" ? "empty" : "not set"}`,
      "set it for this command, from wherever your secrets are kept",
    );
  }
  return value;
}
