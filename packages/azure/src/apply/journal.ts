import type { ObjectKind } from "@routewright/jobrouter";
import { type JsonObject, keyOf, type ObjectKey } from "../objects.ts";
import { changeState, type DeployState, type OwnedObject } from "../state/state.ts";

/**
 * What an apply writes down, one line each, before and after every request: after a crash the
 * next command knows what was done, what may have been done, and what was not begun.
 */
export type JournalEntry =
  | {
      readonly entry: "apply";
      readonly lineage: string;
      readonly serial: number;
      readonly planHash: string;
    }
  /** The request may have reached the service from here on. */
  | {
      readonly entry: "begun";
      readonly action: string;
      readonly kind: ObjectKind;
      readonly id: string;
      /** What will be there; absent for a deletion. */
      readonly baseline?: JsonObject;
    }
  | {
      readonly entry: "done";
      readonly action: string;
      readonly kind: ObjectKind;
      readonly id: string;
      /** What is there now; absent after a deletion. */
      readonly baseline?: JsonObject;
    };

/**
 * What was begun, and how it may be since: as each write whose end nobody saw would have it, the last
 * one last. A deletion adds nothing, and takes nothing away, as it may not have been carried out.
 */
export type Begun = ReadonlyMap<ObjectKey, readonly JsonObject[]>;

export interface Interrupted {
  readonly begun: Begun;
  /** What is known to have been done. */
  readonly done: ReadonlySet<ObjectKey>;
  /** What was begun last, and whose end nobody saw. */
  readonly open: ReadonlySet<ObjectKey>;
}

export function encodeEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a journal. A torn line (the crash came while it was written) says nothing, and was
 * followed by no request.
 */
export function decodeJournal(text: string): readonly JournalEntry[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isEntry(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/**
 * The state as it is after what a journal tells, and what was left open. A journal may tell of
 * several applies: one that follows an interrupted one goes on writing in it. What it tells of
 * another state (its lineage or serial differs) is finished business: that apply got as far as
 * writing the state.
 */
export function recover(
  state: DeployState,
  entries: readonly JournalEntry[],
): { readonly state: DeployState; readonly interrupted: Interrupted | undefined } {
  const begun = new Map<ObjectKey, readonly JsonObject[]>();
  const open = new Set<ObjectKey>();
  const done = new Map<ObjectKey, { readonly kind: ObjectKind; id: string; at?: JsonObject }>();
  let isOfThisState = false;
  let isInterrupted = false;
  for (const entry of entries) {
    if (entry.entry === "apply") {
      isOfThisState = entry.lineage === state.lineage && entry.serial === state.serial;
      isInterrupted ||= isOfThisState;
    } else if (isOfThisState) {
      const { kind, id, baseline } = entry;
      const key = keyOf(entry);
      const forms = baseline === undefined ? [] : [baseline];
      if (entry.entry === "begun") {
        open.add(key);
        begun.set(key, [...(begun.get(key) ?? []), ...forms]);
      } else {
        open.delete(key);
        begun.set(key, forms);
        done.set(key, { kind, id, ...(baseline === undefined ? {} : { at: baseline }) });
      }
    }
  }
  if (!isInterrupted) return { state, interrupted: undefined };
  const put: OwnedObject[] = [];
  const drop: { kind: ObjectKind; id: string }[] = [];
  for (const { kind, id, at } of done.values()) {
    if (at === undefined) drop.push({ kind, id });
    else put.push({ kind, id, baseline: at });
  }
  const recovered = changeState(state, { put, drop });
  return {
    // The serial stays: the plan that was interrupted was made from it, and may be gone on with.
    state: { ...recovered, serial: state.serial },
    interrupted: { begun, done: new Set(done.keys()), open },
  };
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== "object" || value === null || !("entry" in value)) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  const isText = (...names: string[]): boolean =>
    names.every((name) => typeof entry[name] === "string");
  switch (entry.entry) {
    case "apply":
      return isText("lineage", "planHash") && typeof entry.serial === "number";
    case "begun":
    case "done":
      return isText("action", "kind", "id");
    default:
      return false;
  }
}
