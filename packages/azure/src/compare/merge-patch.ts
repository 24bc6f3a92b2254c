import type { MergePatch, PatchValue } from "../client/models.ts";
import {
  fromEntries,
  isObject,
  isSecretMark,
  type JsonObject,
  type JsonValue,
  member,
} from "../objects.ts";
import { isEqual } from "./equal.ts";

/**
 * The merge patch (RFC 7396) that turns what the service holds into what is wanted: members that
 * are lost become explicit nulls at every depth (the service merges deeply), arrays are sent
 * whole, and an object whose `kind` changes is sent whole with nulls for what it loses, so that
 * it comes out the same whether the service replaces or merges it (Q2).
 *
 * @param live what the service holds, in its effective form.
 * @param wanted what it is to hold, in its effective form.
 * @param written the same as its author wrote it: the form in which whole values are sent.
 * @returns an empty object when nothing is to change.
 */
export function mergePatch(live: JsonObject, wanted: JsonObject, written: JsonObject): MergePatch {
  const entries: [string, PatchValue][] = [];
  const isOtherKind = !isEqual(member(live, "kind"), member(wanted, "kind"));
  for (const [key, value] of Object.entries(wanted)) {
    const before = member(live, key);
    if (isOtherKind) {
      const whole = member(written, key) ?? value;
      entries.push([key, isPlain(before) && isPlain(whole) ? wholeOver(before, whole) : whole]);
    } else if (!isEqual(before, value)) {
      const own = member(written, key);
      entries.push([
        key,
        isPlain(before) && isPlain(value)
          ? mergePatch(before, value, isPlain(own) ? own : value)
          : (own ?? value),
      ]);
    }
  }
  for (const key of Object.keys(live)) {
    if (!Object.hasOwn(wanted, key)) entries.push([key, null]);
  }
  return Object.fromEntries(entries);
}

/** A whole value over one that may be merged: with nulls for every member that it does not have. */
function wholeOver(before: JsonObject, value: JsonObject): JsonObject {
  const entries = Object.entries(value).map(([key, item]) => {
    const old = member(before, key);
    return [key, isPlain(old) && isPlain(item) ? wholeOver(old, item) : item] as const;
  });
  const lost = Object.keys(before).filter((key) => !Object.hasOwn(value, key));
  return fromEntries([...entries, ...lost.map((key) => [key, null] as const)]);
}

function isPlain(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && !isSecretMark(value);
}
