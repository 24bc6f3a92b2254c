import { sortedJson } from "@routewright/jobrouter";
import {
  isList,
  isObject,
  isSecretMark,
  type JsonObject,
  type JsonValue,
  member,
} from "../objects.ts";
import { isEqual } from "./equal.ts";

/** One thing that differs between what the service holds and what is wanted, for people. */
export interface Difference {
  /** e.g. `mode.scoringRule.expression`, `exceptionRules[overdue].trigger.thresholdSeconds`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed" | "reordered" | "credential";
  /** Absent where there was, or will be, nothing; and for credentials, which are not shown. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/**
 * What differs, each at its smallest place. Items of lists are matched by what they are (a rule
 * by its id, an attachment by its likeness), not by where they stand: one that is put in front
 * of others is one addition, and moves nothing.
 */
export function differences(before: JsonObject, after: JsonObject): readonly Difference[] {
  const found: Difference[] = [];
  compareObjects(before, after, "", found);
  return found;
}

function compareValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  found: Difference[],
): void {
  if (isEqual(before, after)) return;
  if (isSecretMark(before) || isSecretMark(after)) {
    found.push({ path, kind: "credential" });
  } else if (before === undefined) {
    if (after !== undefined) found.push({ path, kind: "added", after });
  } else if (after === undefined) {
    found.push({ path, kind: "removed", before });
  } else if (isObject(before) && isObject(after) && before.kind === after.kind) {
    compareObjects(before, after, path, found);
  } else if (isList(before) && isList(after)) {
    compareLists(before, after, path, found);
  } else {
    found.push({ path, kind: "changed", before, after });
  }
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  path: string,
  found: Difference[],
): void {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  for (const key of keys) {
    compareValues(member(before, key), member(after, key), join(path, key), found);
  }
}

function compareLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  found: Difference[],
): void {
  const { pairs, removed, added } = matchItems(before, after);
  for (const index of removed) {
    const item = before[index];
    if (item !== undefined)
      found.push({ path: at(path, item, index), kind: "removed", before: item });
  }
  for (const [from, to] of pairs) {
    const item = after[to];
    if (item !== undefined) compareValues(before[from], item, at(path, item, to), found);
  }
  for (const index of added) {
    const item = after[index];
    if (item !== undefined) found.push({ path: at(path, item, index), kind: "added", after: item });
  }
  if (pairs.some(([, to], index) => index > 0 && to < (pairs[index - 1]?.[1] ?? 0))) {
    found.push({ path, kind: "reordered" });
  }
}

interface Matching {
  /** Places before and after, in the order of those before. */
  readonly pairs: readonly (readonly [from: number, to: number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** Below this share of equal values two items are different things, and not one that changed. */
const leastLikeness = 0.34;

/** Lists longer than this are matched by identity only; likeness costs their product. */
const mostCandidates = 400;

export function matchItems(before: readonly JsonValue[], after: readonly JsonValue[]): Matching {
  const open = new Set(after.keys());
  const partner = new Map<number, number>();
  // The same item, wherever it stands; of several the first that is left.
  const places = new Map<string, number[]>();
  for (const [index, item] of after.entries()) {
    const identity = sortedJson(item);
    const list = places.get(identity);
    if (list === undefined) places.set(identity, [index]);
    else list.push(index);
  }
  for (const [index, item] of before.entries()) {
    const place = places.get(sortedJson(item))?.shift();
    if (place !== undefined) take(index, place);
  }
  // The same id.
  for (const [index, item] of before.entries()) {
    const id = idOf(item);
    if (partner.has(index) || id === undefined) continue;
    for (const place of open) {
      const other = after[place];
      if (other !== undefined && idOf(other) === id) {
        take(index, place);
        break;
      }
    }
  }
  // The likest, best first; ties by place.
  const left = [...before.keys()].filter((index) => !partner.has(index));
  if (left.length * open.size <= mostCandidates ** 2) {
    const candidates = left.flatMap((from) =>
      [...open].flatMap((to) => {
        const likeness = likenessOf(before[from], after[to]);
        return likeness >= leastLikeness ? [{ from, to, likeness }] : [];
      }),
    );
    candidates.sort((a, b) => b.likeness - a.likeness || a.from - b.from || a.to - b.to);
    for (const { from, to } of candidates) if (!partner.has(from) && open.has(to)) take(from, to);
  }
  // What is left at one place, of one kind, is one thing that changed altogether.
  for (const from of before.keys()) {
    if (partner.has(from) || !open.has(from)) continue;
    const [item, other] = [before[from], after[from]];
    const isOneKind = isObject(item) && isObject(other) && item.kind === other.kind;
    if (isOneKind && idOf(item) === undefined && idOf(other) === undefined) take(from, from);
  }
  return {
    pairs: [...partner].sort(([a], [b]) => a - b),
    removed: [...before.keys()].filter((index) => !partner.has(index)),
    added: [...open],
  };

  function take(from: number, to: number): void {
    partner.set(from, to);
    open.delete(to);
  }
}

function idOf(item: JsonValue): JsonValue | undefined {
  return isObject(item) ? (member(item, "id") ?? member(item, "key")) : undefined;
}

/** The share of values that two items have in common, 0 for items of different kinds. */
function likenessOf(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (!isObject(a) || !isObject(b) || a.kind !== b.kind) return 0;
  const [ours, theirs] = [leaves(a), leaves(b)];
  let common = 0;
  for (const leaf of ours) if (theirs.has(leaf)) common++;
  const all = ours.size + theirs.size - common;
  return all === 0 ? 1 : common / all;
}

function leaves(value: JsonValue, path = "", found = new Set<string>()): ReadonlySet<string> {
  if (isList(value)) {
    for (const [index, item] of value.entries()) leaves(item, `${path}/${index}`, found);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) leaves(item, `${path}/${key}`, found);
  } else found.add(`${path} ${JSON.stringify(value)}`);
  return found;
}

/** The place of a member. */
export function join(path: string, key: string): string {
  const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key) ? key : JSON.stringify(key);
  return path === "" ? name : `${path}.${name}`;
}

/** Rules are called by their ids, other items by their place from 1. */
export function at(path: string, item: JsonValue, index: number): string {
  const id = isObject(item) ? member(item, "id") : undefined;
  return `${path}[${typeof id === "string" ? id : index + 1}]`;
}
