import type { MergePatch, PatchValue } from "../client/models.ts";
import type { Credential } from "../objects.ts";
import type { SecretLookup } from "./seal.ts";

/** A body that can be sent, or the names of the variables that are not set. */
export type Opened = { readonly body: MergePatch } | { readonly missing: readonly string[] };

/** Puts the credentials in, at the last moment before a request. */
export function openSecrets(patch: MergePatch, lookup: SecretLookup): Opened {
  const missing = new Set<string>();
  const body = open(patch, (credential) => {
    const name = credential.secret ?? "";
    const value = name === "" ? undefined : lookup(name);
    if (value === undefined) missing.add(name);
    return value ?? null;
  });
  return missing.size > 0 ? { missing: [...missing].sort() } : { body: body as MergePatch };
}

/** The names of all variables that a body needs. */
export function secretsOf(patch: MergePatch): readonly string[] {
  const names = new Set<string>();
  open(patch, (credential) => {
    if (credential.secret !== undefined) names.add(credential.secret);
    return null;
  });
  return [...names].sort();
}

function open(value: PatchValue, resolve: (credential: Credential) => PatchValue): PatchValue {
  if (Array.isArray(value)) return value.map((item) => open(item, resolve));
  if (typeof value !== "object" || value === null) return value;
  const members = value as MergePatch;
  const credential = Object.hasOwn(members, "$credential") ? members.$credential : undefined;
  if (typeof credential === "object" && credential !== null) {
    return resolve(credential as Credential);
  }
  return Object.fromEntries(
    Object.entries(members).map(([key, item]) => [key, open(item, resolve)]),
  );
}
