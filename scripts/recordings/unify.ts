import type { Json } from "@routewright/runtime";
import { isList, isObject } from "./recording.ts";

/**
 * Recorded values that a service makes up (ids, ETags, tokens) against the emulator's: one stands
 * for the other from their first meeting on, and each for one only.
 */
export interface Bindings {
  /** Whether the pair fits what is bound; binds it when both are new. */
  bind(recorded: string, ours: string): boolean;
  /** A text with the recorded values in it replaced by ours. */
  put(text: string): string;
  copy(): Bindings;
}

export function createBindings(pairs: readonly (readonly [string, string])[] = []): Bindings {
  const toOurs = new Map(pairs);
  const toRecorded = new Map(pairs.map(([recorded, ours]) => [ours, recorded]));
  return {
    bind(recorded, ours) {
      if (isCounted(recorded) && isCounted(ours) && !toOurs.has(recorded)) {
        toOurs.set(recorded, ours);
        return true;
      }
      if (!toOurs.has(recorded) && !toRecorded.has(ours)) {
        toOurs.set(recorded, ours);
        toRecorded.set(ours, recorded);
        return true;
      }
      return toOurs.get(recorded) === ours;
    },
    put(text) {
      let put = text;
      for (const [recorded, ours] of toOurs) put = put.replaceAll(recorded, ours);
      return put;
    },
    copy: () => createBindings([...toOurs]),
  };
}

/** The ETag of a job or worker counts events inside the service that change nothing to be seen. */
function isCounted(etag: string): boolean {
  return /^"[0-9a-f]{8}-0000-0000-[0-9a-f]{4}-[0-9a-f]{12}"$/u.test(etag);
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?\+00:00$/u;
/** How far a time of ours may be from the recorded one: the recordings say the second only. */
export const slackMs = 5_000;
const maps = new Set(["labels", "tags", "assignments"]);
/** What GA added to the objects of older versions. */
const addedLater = new Set(["etag", "matchingMode", "tags", "scoringRuleOptions", "expedite"]);

export interface CompareOptions {
  readonly isOld: boolean;
}

/** The differences in words; empty when the bodies agree. */
export function compare(
  recorded: Json,
  ours: Json,
  bindings: Bindings,
  options: CompareOptions,
  path = "",
): readonly string[] {
  const at = path === "" ? "body" : path;
  if (typeof recorded === "string" && typeof ours === "string") {
    return isSameText(recorded, ours, path, bindings, options)
      ? []
      : [`${at}: recorded ${show(recorded)}, ours ${show(ours)}`];
  }
  if (isList(recorded) && isList(ours)) {
    const differences = recorded.flatMap((item, index) =>
      index < ours.length
        ? compare(item, ours[index] ?? null, bindings, options, `${path}[${index}]`)
        : [],
    );
    return recorded.length === ours.length
      ? differences
      : [`${at}: recorded ${recorded.length} items, ours ${ours.length}`, ...differences];
  }
  if (isObject(recorded) && isObject(ours)) {
    const name = path.replace(/^.*\./u, "");
    const boundNames = Object.entries(recorded).map(([key, value]) => {
      const other = guid.test(key) ? bindings.put(key) : key;
      return [
        key,
        other in ours || !guid.test(key) ? other : (soleKey(ours) ?? other),
        value,
      ] as const;
    });
    const wanted = new Set(boundNames.map(([, other]) => other));
    const extra = Object.keys(ours).filter(
      (key) => !wanted.has(key) && !(options.isOld && addedLater.has(key)),
    );
    const differences = boundNames.flatMap(([key, other, value]) => {
      if (guid.test(key) && !bindings.bind(key, other)) return [`${at}: another ${key}`];
      const mine = Object.hasOwn(ours, other) ? ours[other] : undefined;
      if (mine === undefined) return [`${at}: ours lacks ${key}`];
      return compare(value, mine, bindings, options, path === "" ? key : `${path}.${key}`);
    });
    const order =
      options.isOld || maps.has(name) || extra.length > 0 || differences.length > 0
        ? []
        : orderDifference(Object.keys(recorded), Object.keys(ours), at);
    return [...extra.map((key) => `${at}: ours has ${key} as well`), ...differences, ...order];
  }
  return Object.is(recorded, ours) ? [] : [`${at}: recorded ${show(recorded)}, ours ${show(ours)}`];
}

function isSameText(
  recorded: string,
  ours: string,
  path: string,
  bindings: Bindings,
  { isOld }: CompareOptions,
): boolean {
  if (recorded === ours) return true;
  if (path === "etag" || path.endsWith(".etag")) return bindings.bind(recorded, ours);
  if (path === "nextLink") return bindings.bind(tokenOf(recorded), tokenOf(ours));
  if (guid.test(recorded) && guid.test(ours)) return bindings.bind(recorded, ours);
  if (dateTime.test(recorded) && dateTime.test(ours)) {
    return Math.abs(Date.parse(recorded) - Date.parse(ours)) <= slackMs;
  }
  // Builds of early 2023 showed the name of an exception instead of a message.
  if (isOld && path.endsWith(".message") && /^Exception of type/u.test(recorded)) return true;
  return bindings.put(recorded) === ours;
}

function tokenOf(link: string): string {
  return /continuationToken=([^&]+)/u.exec(link)?.[1] ?? link;
}

function soleKey(value: Readonly<Record<string, Json>>): string | undefined {
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

function orderDifference(
  recorded: readonly string[],
  ours: readonly string[],
  at: string,
): string[] {
  return recorded.every((key, index) => ours[index] === key || guid.test(key))
    ? []
    : [`${at}: recorded order ${recorded.join(", ")}; ours ${ours.join(", ")}`];
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 160);
}
