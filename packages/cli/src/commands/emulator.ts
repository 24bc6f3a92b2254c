import { writeFileSync } from "node:fs";
import process from "node:process";
import { printable } from "@routewright/diagnostics";
import {
  collections,
  type Emulator,
  EmulatorProblem,
  isLoopback,
  JournalProblem,
  startEmulator,
} from "@routewright/emulator";
import { type ExitCode, exitCodes, Failure, isErrno } from "../failure.ts";
import { readJsonFile } from "../io/json-file.ts";
import { dataLimitBytes, describeErrno } from "../io/read.ts";
import { err, out, outJson } from "../io/terminal.ts";

export interface EmulatorCommandOptions {
  readonly port: number;
  readonly host?: string;
  readonly keyEnv?: string;
  readonly auth: boolean;
  readonly bearerEnv?: string;
  readonly https?: boolean;
  readonly certOut?: string;
  readonly data?: string;
  readonly load?: string;
  readonly seed: number;
  readonly strict?: boolean;
  readonly rateLimit?: boolean;
  readonly allowHost: readonly string[];
  readonly json?: boolean;
}

/**
 * The well-known key of an emulator on loopback: no secret, like that of other emulators, so that
 * `--emulator` of the other commands and tests need not be told.
 */
const wellKnownKey = "cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";

/** Serves until a signal; a second one ends it at once. */
export async function emulator(options: EmulatorCommandOptions): Promise<ExitCode> {
  const key = fromEnvironment(options.keyEnv, "--key-env");
  const token = fromEnvironment(options.bearerEnv, "--bearer-env");
  if (options.host !== undefined && key === undefined && !isLoopback(options.host)) {
    throw new Failure(
      `listening on \`${printable(options.host)}\` would let other machines in without a key of yours`,
      "put a base64 key into a variable (`openssl rand -base64 32` makes one) and name it with --key-env,\nor leave out --host to stay on loopback",
    );
  }
  const objects = options.load === undefined ? undefined : await readObjects(options.load);
  // From here on a signal ends it in order: whoever reads the first line may send one at once.
  const ended = signal();
  const running = await startEmulator({
    port: options.port,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(key !== undefined ? { accessKey: key } : { accessKey: wellKnownKey }),
    auth: options.auth,
    ...(token === undefined ? {} : { bearer: { token } }),
    https: options.https === true || options.certOut !== undefined,
    ...(options.data === undefined ? {} : { data: options.data }),
    seed: options.seed,
    strict: options.strict === true,
    rateLimit: options.rateLimit === true,
    allowHosts: options.allowHost,
    ...(objects === undefined ? {} : { objects }),
    onWarning: (text) => err(`warning ${printable(text)}\n`),
  }).catch((error: unknown) => {
    throw failureOf(error, options);
  });
  if (options.certOut !== undefined && running.certificate !== undefined) {
    try {
      writeFileSync(options.certOut, running.certificate);
    } catch (error) {
      await running.stop();
      throw describeErrno(error, options.certOut, "written");
    }
  }
  const { endpoint, connectionString } = running;
  if (options.json === true) {
    outJson({ format: "routewright-emulator/1", endpoint, connectionString, page: `${endpoint}/` });
  } else {
    out(`Job Router emulator at ${endpoint}/ (open it in a browser to watch)\n`);
    out(`${connectionString}\n`);
    for (const line of conditions(options, running)) out(`${line}\n`);
  }
  await ended;
  await running.stop();
  return exitCodes.fine;
}

/** What one has to know of this run, a line each. */
function conditions(options: EmulatorCommandOptions, { certificate }: Emulator): readonly string[] {
  const { data, certOut, host } = options;
  return [
    ...(options.auth ? [] : ["Nobody is asked for a signature or token (--no-auth)."]),
    ...(host === undefined || isLoopback(host)
      ? []
      : ["Other machines reach it by this machine's name or address, with the key."]),
    ...(certificate === undefined
      ? []
      : certOut === undefined
        ? ["Clients must trust its certificate: --cert-out FILE writes it."]
        : [`Clients must trust its certificate, which is in ${printable(certOut)}.`]),
    data === undefined
      ? "Everything is kept in memory only (--data FOLDER keeps it). Ctrl-C ends it."
      : `Everything is kept in ${printable(data)}. Ctrl-C ends it.`,
  ];
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(130));
        resolve();
      });
    }
  });
}

function fromEnvironment(name: string | undefined, option: string): string | undefined {
  if (name === undefined) return undefined;
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Failure(
      `the variable \`${printable(name)}\` of ${option} is not set`,
      "set it first",
    );
  }
  return value;
}

async function readObjects(path: string): Promise<JsonRecord> {
  const value = await readJsonFile(path, dataLimitBytes);
  const objects = isRecord(value) && isRecord(value.objects) ? value.objects : value;
  if (!isRecord(objects) || !collections.some((name) => Object.hasOwn(objects, name))) {
    throw new Failure(
      `\`${printable(path)}\` holds no Job Router objects`,
      "give a bundle, or an object with lists such as `queues` and `distributionPolicies`",
    );
  }
  return objects;
}

type JsonRecord = NonNullable<NonNullable<Parameters<typeof startEmulator>[0]>["objects"]>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function failureOf(error: unknown, options: EmulatorCommandOptions): unknown {
  if (error instanceof EmulatorProblem || error instanceof JournalProblem) {
    return new Failure(error.message, error.help);
  }
  if (!isErrno(error)) return error;
  switch (error.code) {
    case "EADDRINUSE":
      return new Failure(
        `port ${options.port} is in use`,
        "another emulator may be running; --port N takes another one, --port 0 any free one",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EADDRNOTAVAIL":
      return new Failure(
        `\`${printable(options.host ?? "")}\` is no address of this machine`,
        "give one of its addresses, 0.0.0.0 for all, or leave out --host to stay on loopback",
      );
    default:
  }
  if ("syscall" in error && error.syscall === "listen") {
    return new Failure(
      `port ${options.port} cannot be used (${error.code})`,
      "--port 0 takes any free port",
    );
  }
  return options.data === undefined ? error : describeErrno(error, options.data, "used");
}
