/** A service that can be deployed to, as settings name it. Never holds a credential. */
export type Target =
  | { readonly kind: "emulator"; readonly name: string }
  | {
      readonly kind: "connectionString" | "identity";
      readonly name: string;
      readonly endpoint: string;
      /** The record of what is ours, relative to the folder. */
      readonly state?: string;
      readonly parameters?: Readonly<Record<string, string | number | boolean>>;
    };

export type NamedTarget = Exclude<Target, { readonly kind: "emulator" }>;

export const emulatorTarget: Target = { kind: "emulator", name: "emulator" };

/** What its values of `secret`s are kept by. */
export function keptFor(target: Target): string {
  return target.kind === "emulator" ? target.name : target.endpoint;
}

/** The targets of a setting; what is not of its form is told, and left out. */
export function readTargets(value: unknown): {
  readonly targets: readonly NamedTarget[];
  readonly problems: readonly string[];
} {
  const targets: NamedTarget[] = [];
  const problems: string[] = [];
  for (const [index, each] of (Array.isArray(value) ? value : []).entries()) {
    const target = readTarget(each);
    if (typeof target === "string") problems.push(`target ${index + 1} ${target}`);
    else if (targets.some(({ name }) => name === target.name)) {
      problems.push(`two targets have the name ${target.name}`);
    } else targets.push(target);
  }
  return { targets, problems };
}

function readTarget(value: unknown): NamedTarget | string {
  if (typeof value !== "object" || value === null) return "is no object";
  const { name, endpoint, credential, state, parameters } = value as Record<string, unknown>;
  if (typeof name !== "string" || name.trim() === "") return "has no name";
  if (name === emulatorTarget.name) return `has the name ${name}, which is taken`;
  if (typeof endpoint !== "string") return `(${name}) has no endpoint`;
  // Settings are shared and shown; a credential in them is not used, so that it does not stay there.
  if (/accesskey|@/iu.test(endpoint)) return `(${name}) has a credential in its endpoint`;
  const origin = originOf(endpoint);
  if (origin === undefined) return `(${name}) has an endpoint that is no https address`;
  if (credential !== "connectionString" && credential !== "identity") {
    return `(${name}) has a credential that is neither "connectionString" nor "identity"`;
  }
  return {
    kind: credential,
    name,
    endpoint: origin,
    ...(typeof state === "string" && state !== "" ? { state } : {}),
    ...(isScalars(parameters) ? { parameters } : {}),
  };
}

/** The address without path; plain http on this machine only. */
export function originOf(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, hostname, origin } = new URL(endpoint);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && isLocal) ? origin : undefined;
}

/** How the command is told the same target; the variable's name is a proposal. */
export function serviceOptions(target: Target, emulatorPort: number): string {
  if (target.kind === "emulator") {
    return emulatorPort === 7171
      ? "--emulator"
      : `--endpoint http://localhost:${emulatorPort} --key-env EMULATOR_KEY`;
  }
  const state = target.state === undefined ? "" : ` --state ${quoted(target.state)}`;
  const key = target.kind === "connectionString" ? " --key-env ACS_KEY" : "";
  return `--endpoint ${target.endpoint}${key}${state}`;
}

/** For a shell, where it needs it. */
export function quoted(word: string): string {
  return /^[\w./:@-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function isScalars(value: unknown): value is Readonly<Record<string, string | number | boolean>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => ["string", "number", "boolean"].includes(typeof each))
  );
}
