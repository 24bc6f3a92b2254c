import { type Bundle, canonicalJson, canonicalObjects, objectKinds } from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";

/**
 * One JSON file an object, `<kind>/<id>.json`, as an SDK or `curl` sends it: the `id` stands in
 * the file too (the service ignores it), a secret is written `${ENV}` for `envsubst` and the like.
 */
export function emitJobRouter(bundle: Bundle): readonly EmittedFile[] {
  const objects = canonicalObjects(bundle.objects);
  return objectKinds.flatMap((kind) => {
    const taken = new Set<string>();
    return objects[kind].map((object) => ({
      path: `${kind}/${fileName(object.id, taken)}.json`,
      text: canonicalJson(withPlaceholders(object)),
    }));
  });
}

/**
 * An id as a file name: what is not letter, digit, `_`, `-` or `.` is percent-encoded, and names
 * that differ only by case (one file on some systems) get a number.
 */
function fileName(id: string, taken: Set<string>): string {
  const safe =
    id
      .replace(/[^A-Za-z0-9_.-]/gu, (character) => encodeURIComponent(wellFormed(character)))
      .replace(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(/^\.+$/u, (dots) => "%2E".repeat(dots.length))
      .slice(0, 200) || "%00";
  let name = safe;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${safe}~${number}`;
  taken.add(name.toLowerCase());
  return name;
}

/** A lone surrogate cannot be encoded. */
function wellFormed(character: string): string {
  return /^[\ud800-\udfff]$/u.test(character) ? "\ufffd" : character;
}

function withPlaceholders(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (Object.hasOwn(value, "$secret")) {
    return `\${${String((value as { readonly $secret: unknown }).$secret)}}`;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withPlaceholders(item)]),
  );
}
