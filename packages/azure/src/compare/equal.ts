import { type Credential, isList, isObject, isSecretMark, type JsonValue } from "../objects.ts";

/**
 * Whether two values are the same to the service: members in any order, and credentials by their
 * fingerprints. Without a fingerprint on one side (nobody knows the value yet, or the service
 * does not tell), the same variable counts as the same credential.
 */
export function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isSecretMark(a) && isSecretMark(b)) return isSameSecret(a.$credential, b.$credential);
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
    );
  }
  return a === b;
}

export function isSameSecret(a: Credential, b: Credential): boolean {
  if (a.fingerprint !== undefined && b.fingerprint !== undefined) {
    return a.fingerprint === b.fingerprint;
  }
  return a.secret !== undefined && a.secret === b.secret;
}
