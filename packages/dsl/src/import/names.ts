import { type ObjectKind, type RouterObjects, secretNames } from "@routewright/jobrouter";
import { wordTypes } from "../parse/tokens.ts";

/** What every object and secret of the imported set is called in the source. */
export interface ImportNames {
  readonly objects: Readonly<Record<ObjectKind, ReadonlyMap<string, string>>>;
  /** By environment variable. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Queues choose first: they are named most often. */
const order = [
  ["queues", "queue"],
  ["classificationPolicies", "classification"],
  ["distributionPolicies", "distribution"],
  ["exceptionPolicies", "exceptions"],
] as const satisfies readonly (readonly [ObjectKind, string])[];

/**
 * Names the objects after their ids. An id that is an identifier is kept where it is free; from
 * any other a name is made, which never is a word of the language and never another's name. An
 * id that says nothing (a GUID) gives way to the object's own name.
 */
export function chooseNames(objects: RouterObjects): ImportNames {
  const taken = new Set<string>(wordTypes.keys());
  const maps = {
    queues: new Map<string, string>(),
    classificationPolicies: new Map<string, string>(),
    distributionPolicies: new Map<string, string>(),
    exceptionPolicies: new Map<string, string>(),
  };
  // Ids that can stay as they are come before names that can be made in other ways.
  for (const [kind] of order) {
    for (const { id } of objects[kind]) {
      if (!isIdentifier(id) || taken.has(id)) continue;
      taken.add(id);
      maps[kind].set(id, id);
    }
  }
  for (const [kind, word] of order) {
    for (const { id, name } of objects[kind]) {
      if (maps[kind].has(id)) continue;
      const base = baseName(id, name) ?? word;
      const made = [base, `${base}_${word}`].find((candidate) => !taken.has(candidate));
      const free = made ?? numbered(`${base}_${word}`, taken);
      taken.add(free);
      maps[kind].set(id, free);
    }
  }
  const secrets = new Map<string, string>();
  for (const env of secretNames(objects)) {
    const base = identifierFrom(env.toLowerCase().replace(/^routewright_/u, "")) ?? "credential";
    const free = taken.has(base) ? numbered(base, taken) : base;
    taken.add(free);
    secrets.set(env, free);
  }
  return { objects: maps, secrets };
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

function baseName(id: string, name: string | undefined): string | undefined {
  if (guid.test(id)) return name === undefined ? undefined : identifierFrom(name.toLowerCase());
  return identifierFrom(id);
}

function identifierFrom(text: string): string | undefined {
  const words = text.replace(/[^A-Za-z0-9]+/gu, "_").replace(/^_+|_+$/gu, "");
  if (words === "") return undefined;
  return /^\d/u.test(words) ? `_${words}` : words;
}

function isIdentifier(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/u.test(text);
}

function numbered(base: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const candidate = `${base}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
