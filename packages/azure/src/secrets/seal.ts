import {
  mapSecrets,
  type RouterObjects,
  type SecretReference,
  type SecretText,
} from "@routewright/jobrouter";
import {
  type Credential,
  fromEntries,
  isList,
  isObject,
  isSecretMark,
  type JsonObject,
  type JsonValue,
  type SecretMark,
  type WireObject,
  wireObjects,
} from "../objects.ts";
import type { DeployState, OwnedObject } from "../state/state.ts";
import type { Fingerprints } from "./fingerprint.ts";

/** The value of an environment variable, where it is set. */
export type SecretLookup = (env: string) => string | undefined;

/**
 * What an author wants, with fingerprints beside the names of credentials whose values are at
 * hand. A reference without one is judged by its name, until it is applied.
 */
export function sealWanted(
  objects: RouterObjects,
  lookup: SecretLookup,
  print: Fingerprints,
): readonly WireObject[] {
  return seal(objects, (secret) => {
    if (typeof secret === "string") return { fingerprint: print(secret) };
    const value = lookup(secret.$secret);
    return value === undefined
      ? { secret: secret.$secret }
      : { secret: secret.$secret, fingerprint: print(value) };
  });
}

/** The same for objects of an earlier release: the values of their credentials are those of now. */
export function sealAgain(
  objects: readonly OwnedObject[],
  lookup: SecretLookup,
  print: Fingerprints,
): readonly WireObject[] {
  return objects.map(({ kind, id, baseline }) => ({
    kind,
    id,
    body: mapMarks(baseline, (credential) => {
      const { secret } = credential;
      if (secret === undefined) return credential;
      const value = lookup(secret);
      return value === undefined ? { secret } : { secret, fingerprint: print(value) };
    }),
  }));
}

/** What the service holds: its credentials are taken out at once, so that nothing can print them. */
export function sealLive(objects: RouterObjects, print: Fingerprints): readonly WireObject[] {
  return seal(objects, (secret) =>
    typeof secret === "string" ? { fingerprint: print(secret) } : { secret: secret.$secret },
  );
}

/**
 * Gives a credential whose value is not at hand the fingerprint under which its variable was
 * applied last: without the value there is no telling that it changed.
 */
export function withKnownFingerprints(
  wanted: readonly WireObject[],
  state: DeployState,
): readonly WireObject[] {
  const known = new Map<string, string>();
  for (const { baseline } of state.objects) {
    mapMarks(baseline, (credential) => {
      const { secret, fingerprint } = credential;
      if (secret !== undefined && fingerprint !== undefined) known.set(secret, fingerprint);
      return credential;
    });
  }
  return wanted.map((object) => ({
    ...object,
    body: mapMarks(object.body, (credential) => {
      const { secret, fingerprint } = credential;
      const earlier = secret === undefined ? undefined : known.get(secret);
      return fingerprint !== undefined || earlier === undefined
        ? credential
        : { ...credential, fingerprint: earlier };
    }),
  }));
}

/** Rebuilds a body with every mark mapped. */
export function mapMarks(
  body: JsonObject,
  map: (credential: Credential) => Credential,
): JsonObject {
  return fromEntries(Object.entries(body).map(([key, item]) => [key, mapMark(item, map)]));
}

function mapMark(value: JsonValue, map: (credential: Credential) => Credential): JsonValue {
  if (isList(value)) return value.map((item) => mapMark(item, map));
  if (isSecretMark(value)) return { $credential: { ...map(value.$credential) } };
  return isObject(value) ? mapMarks(value, map) : value;
}

function seal(
  objects: RouterObjects,
  credentialOf: (secret: SecretText) => Credential,
): readonly WireObject[] {
  return wireObjects(
    mapSecrets(objects, (secret) => {
      const mark: SecretMark = { $credential: credentialOf(secret) };
      // A mark stands where a reference may; wire objects are plain JSON from here on.
      return mark as unknown as SecretReference;
    }),
  );
}
