import type { Snapshot } from "../journal/record.ts";

/** Whether the parts besides the router have the form that was written; the router judges its own. */
export function isWholeSnapshot(snapshot: Snapshot): boolean {
  const { atMs, openCalls, events = [], faults, stubs = [] } = snapshot;
  return (
    Number.isFinite(atMs) &&
    isListOf(openCalls, (call) => typeof call.callId === "string") &&
    isListOf(
      events,
      ({ sequence, atMs: at, name, subject, data }) =>
        Number.isSafeInteger(sequence) &&
        Number.isFinite(at) &&
        typeof name === "string" &&
        typeof subject === "string" &&
        typeof data === "object",
    ) &&
    (faults === undefined ||
      (isObject(faults) &&
        Number.isSafeInteger(faults.nextId) &&
        Number.isSafeInteger(faults.draw) &&
        isListOf(
          faults.faults,
          ({ id, share, times, effect }) =>
            Number.isSafeInteger(id) &&
            Number.isFinite(share) &&
            Number.isSafeInteger(times) &&
            isObject(effect) &&
            effectKinds.has(effect.kind),
        ))) &&
    Array.isArray(stubs) &&
    stubs.every(
      (entry: unknown) =>
        Array.isArray(entry) && typeof entry[0] === "string" && isObject(entry[1]),
    )
  );
}

const effectKinds: ReadonlySet<unknown> = new Set(["status", "delay", "disconnect", "dropEvent"]);

type Members = Readonly<Record<string, unknown>>;

function isListOf(value: unknown, isItem: (item: Members) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isObject(item) && isItem(item));
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
