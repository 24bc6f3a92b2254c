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
    }
  | {
      readonly entry: "done";
      readonly action: string;
      readonly kind: ObjectKind;
      readonly id: string;
      /** What is there now; absent after a deletion. */
      readonly baseline?: JsonObject;
    };

export interface Interrupted {
  readonly planHash: string;
  readonly begun: ReadonlySet<ObjectKey>;
  /** Of those begun, the ones that are known to have been done. */
  readonly done: ReadonlySet<ObjectKey>;
}

export function encodeEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a journal. A torn last line (the crash came while it was written) says nothing, and
 * was followed by no request.
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
 * The state as it is after what a journal tells, and what was left open. A journal of another
 * state (its lineage or serial differs) is finished business: its apply got as far as writing
 * the state.
 */
export function recover(
  state: DeployState,
  entries: readonly JournalEntry[],
): { readonly state: DeployState; readonly interrupted: Interrupted | undefined } {
  const [head] = entries;
  if (head?.entry !== "apply" || head.lineage !== state.lineage || head.serial !== state.serial) {
    return { state, interrupted: undefined };
  }
  const begun = new Set<ObjectKey>();
  const done = new Set<ObjectKey>();
  const put: OwnedObject[] = [];
  const drop: { kind: ObjectKind; id: string }[] = [];
  for (const entry of entries) {
    if (entry.entry === "begun") begun.add(keyOf(entry));
    if (entry.entry !== "done") continue;
    const { kind, id, baseline } = entry;
    done.add(keyOf(entry));
    if (baseline === undefined) drop.push({ kind, id });
    else put.push({ kind, id, baseline });
  }
  const recovered = changeState(state, { put, drop });
  return {
    // The serial stays: the plan that was interrupted was made from it, and may be gone on with.
    state: { ...recovered, serial: state.serial },
    interrupted: { planHash: head.planHash, begun, done },
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
