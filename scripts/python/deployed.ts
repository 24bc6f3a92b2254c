// What `plan` and `apply` deploy, for the official client to read back: each example's bundle and the
// objects of the service's own description, each set in an emulator of its own.
import { readdirSync, readFileSync } from "node:fs";
import {
  apply,
  clientStore,
  createClient,
  emptyState,
  fingerprints,
  hashOfPlan,
  type JobRouterClient,
  keyOf,
  makePlan,
  type ObjectStore,
  readLive,
  sealWanted,
  type WireObject,
  wireObjects,
} from "@routewright/azure";
import { hasErrors, sourceText } from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import { type Emulator, startEmulator } from "@routewright/emulator";
import {
  decodeObjects,
  extractSecrets,
  hashOf,
  type RouterObjects,
  resolveSecrets,
} from "@routewright/jobrouter";
import { exampleHost, examples } from "../../examples/test/support/files.ts";
import { referencesOf } from "../../packages/azure/src/plan/references.ts";

export interface Deployed {
  readonly name: string;
  readonly connectionString: string;
  /** PEM of the emulator. */
  readonly certificate: string;
  /** As they went over the wire, credentials included. */
  readonly objects: readonly WireObject[];
}

export interface DeployedSets {
  readonly sets: readonly Deployed[];
  stop(): Promise<void>;
}

/** @throws Error when a set cannot be deployed: that is no matter of the client's. */
export async function deploySets(): Promise<DeployedSets> {
  const emulators: Emulator[] = [];
  const sets: Deployed[] = [];
  const stop = async (): Promise<void> => {
    for (const emulator of emulators) await emulator.stop();
  };
  try {
    for (const { name, objects } of objectSets()) {
      const emulator = await startEmulator({ https: true });
      emulators.push(emulator);
      const tlsOptions = { ca: emulator.certificate ?? "" };
      const client = createClient(emulator.connectionString, { tlsOptions });
      const wanted = await deploy(client, emulator.endpoint, objects, name);
      const { connectionString, certificate = "" } = emulator;
      sets.push({ name, connectionString, certificate, objects: wanted });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { sets, stop };
}

interface ObjectSet {
  readonly name: string;
  readonly objects: RouterObjects;
}

export function objectSets(): readonly ObjectSet[] {
  return [...exampleSets(), ...wireSets()];
}

function exampleSets(): readonly ObjectSet[] {
  return examples.flatMap(({ folder, entry, parameterSets }) =>
    parameterSets.map(({ name, parameters }) => {
      const { value } = compile(entry, exampleHost(), { parameters });
      if (value === undefined) throw new Error(`${entry} does not compile`);
      return { name: name === undefined ? folder : `${folder} (${name})`, objects: value.objects };
    }),
  );
}

/** The objects that the description's examples make, and the same after those that change them. */
function wireSets(): readonly ObjectSet[] {
  const folder = new URL("../../packages/jobrouter/test/fixtures/wire/", import.meta.url);
  const kinds = {
    classificationPolicyId: "classificationPolicies",
    distributionPolicyId: "distributionPolicies",
    exceptionPolicyId: "exceptionPolicies",
    queueId: "queues",
  } as const;
  const found = new Map<string, { readonly kind: string; readonly object: object }>();
  const names = readdirSync(folder).filter((each) => /^(?:Class|Dist|Exc|Queue)/u.test(each));
  return ["_Create", "_Update"].map((verb) => {
    for (const name of names.filter((each) => each.includes(verb))) {
      const { parameters } = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      for (const [parameter, kind] of Object.entries(kinds)) {
        const id: unknown = parameters[parameter];
        if (parameters.resource === undefined || typeof id !== "string") continue;
        const key = `${kind}/${id}`;
        found.set(key, { kind, object: { ...found.get(key)?.object, ...parameters.resource, id } });
      }
    }
    const lists = Object.fromEntries(
      Object.values(kinds).map((kind) => [
        kind,
        [...found.values()].filter((each) => each.kind === kind).map(({ object }) => object),
      ]),
    );
    if (Object.values(lists).some(({ length }) => length === 0)) {
      throw new Error("an example of each kind is to be there");
    }
    const { value, diagnostics } = decodeObjects([sourceText(JSON.stringify(lists))]);
    if (hasErrors(diagnostics)) throw new Error(`wire examples: ${diagnostics[0]?.message}`);
    return { name: `the service's own examples, ${verb.slice(1).toLowerCase()}d`, objects: value };
  });
}

/** @throws Error when it cannot be done. */
export async function deploy(
  client: JobRouterClient,
  endpoint: string,
  objects: RouterObjects,
  name: string,
): Promise<readonly WireObject[]> {
  const store = clientStore(client);
  let count = 0;
  const state = emptyState(endpoint, () => String(++count));
  const { objects: references, values } = extractSecrets(objects);
  const lookup = (secret: string): string => values[secret] ?? `value of ${secret}`;
  const print = fingerprints(state.salt);
  const wanted = sealWanted(references, lookup, print);
  await makeOthers(store, wanted);
  const plan = makePlan({
    target: endpoint,
    bundleHash: hashOf(objects),
    wanted,
    live: await readLive(store, print),
    state,
  });
  const result = await apply(plan, {
    store,
    lookup,
    print,
    journal: () => undefined,
    planHash: hashOfPlan(plan),
  });
  if (result.kind !== "applied")
    throw new Error(`${name}: ${JSON.stringify([result, plan.conflicts])}`);
  return wireObjects(resolveSecrets(references, lookup).objects);
}

/** Some examples name objects that somebody else is to have made. */
async function makeOthers(store: ObjectStore, wanted: readonly WireObject[]): Promise<void> {
  const ours = new Set(wanted.map(keyOf));
  const make = async (object: WireObject): Promise<void> => {
    if (ours.has(keyOf(object))) return;
    ours.add(keyOf(object));
    await store.patch(object.kind, object.id, object.body, { kind: "absent" });
  };
  const distribution = { mode: { kind: "longestIdle" }, offerExpiresAfterSeconds: 60 };
  for (const { kind, body } of wanted) {
    for (const { to } of referencesOf(kind, body)) {
      if (ours.has(keyOf(to))) continue;
      if (to.kind === "queues") {
        await make({ kind: "distributionPolicies", id: "somebody-elses", body: distribution });
      }
      const bodies = {
        distributionPolicies: distribution,
        exceptionPolicies: { exceptionRules: [] },
        queues: { distributionPolicyId: "somebody-elses" },
        classificationPolicies: {},
      };
      await make({ ...to, body: bodies[to.kind] });
    }
  }
}
