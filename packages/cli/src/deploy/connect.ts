import process from "node:process";
import { createClient, type JobRouterClient } from "@routewright/azure";
import { printable } from "@routewright/diagnostics";
import { Failure } from "../failure.ts";
import type { ConnectionOptions } from "./options.ts";

export interface Connection {
  readonly client: JobRouterClient;
  /** The endpoint without a trailing slash; names the service in plans and states. */
  readonly target: string;
}

/** Where `routewright emulator` listens, and with which key, unless it is told otherwise. */
const emulatorConnection =
  "endpoint=http://localhost:7171;accesskey=cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";

/** Says no with a reason before anything is sent. Never repeats a connection string: it is a secret. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const given = [options.connectionStringEnv, options.endpoint, options.emulator].filter(
    (each) => each !== undefined,
  );
  if (given.length !== 1) {
    throw new Failure(
      given.length === 0 ? "it is not said which service is meant" : "several services are named",
      "give one of --connection-string-env NAME, --endpoint URL and --emulator",
    );
  }
  if (options.endpoint !== undefined) return connectEndpoint(options.endpoint, options.keyEnv);
  if (options.keyEnv !== undefined) throw new Failure("--key-env belongs to --endpoint");
  if (options.connectionStringEnv !== undefined) {
    return connectText(fromEnvironment(options.connectionStringEnv), options.connectionStringEnv);
  }
  const text = typeof options.emulator === "string" ? options.emulator : emulatorConnection;
  return connectText(text, "--emulator");
}

function connectText(text: string, from: string): Connection {
  const match = /^\s*endpoint=([^;]+);\s*accesskey=([A-Za-z0-9+/=]+);?\s*$/iu.exec(text);
  const [, address = "", key = ""] = match ?? [];
  if (match === null) {
    throw new Failure(
      `\`${printable(from)}\` holds no connection string (it is not shown, since it may be a secret)`,
      "it looks like endpoint=https://….communication.azure.com/;accesskey=…",
    );
  }
  const target = endpointOf(address);
  return { target, client: createClient(target, { key }, clientOptions(target)) };
}

async function connectEndpoint(address: string, keyEnv: string | undefined): Promise<Connection> {
  const target = endpointOf(address);
  if (keyEnv !== undefined) {
    const key = fromEnvironment(keyEnv);
    return { target, client: createClient(target, { key }, clientOptions(target)) };
  }
  if (target.startsWith("http:")) {
    throw new Failure(
      "a token is never sent over plain http",
      "use https, or a key: --key-env NAME or --connection-string-env NAME",
    );
  }
  const { DefaultAzureCredential } = await import("@azure/identity");
  return {
    target,
    client: createClient(target, new DefaultAzureCredential(), clientOptions(target)),
  };
}

function clientOptions(target: string) {
  return {
    allowInsecureConnection: target.startsWith("http:"),
    userAgentOptions: { userAgentPrefix: "routewright" },
  };
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/u.test(url.protocol) ||
    url.username !== "" ||
    url.pathname !== "/" ||
    url.search !== ""
  ) {
    throw new Failure(
      `\`${printable(text)}\` is no endpoint`,
      "an endpoint looks like https://contoso.unitedstates.communication.azure.com",
    );
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "http:" && !isLocal) {
    throw new Failure(
      `\`${printable(text)}\` would send your key's signature and your policies in the clear`,
      "use https; plain http is for an emulator on this machine",
    );
  }
  return url.origin;
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Failure(
      `the environment variable \`${printable(name)}\` is not set`,
      "set it for this command, from wherever your secrets are kept",
    );
  }
  return value;
}
