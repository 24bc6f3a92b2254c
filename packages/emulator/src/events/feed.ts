import type { StoredEvent } from "./schemas.ts";

/** The latest events, and whoever wants to hear of the next ones. */
export interface Feed {
  publish(events: readonly StoredEvent[]): void;
  /** Kept events behind a sequence number, oldest first. */
  after(sequence: number): readonly StoredEvent[];
  readonly latest: number;
  /** Calls back for each event from now on; returns how to stop that. */
  listen(listener: (event: StoredEvent) => void): () => void;
  /** Goes on behind these, which nobody is called for. */
  load(events: readonly StoredEvent[]): void;
}

export function createFeed(keeps: number): Feed {
  let kept: StoredEvent[] = [];
  let latest = 0;
  const listeners = new Set<(event: StoredEvent) => void>();
  return {
    publish(events) {
      for (const event of events) {
        kept.push(event);
        latest = event.sequence;
        for (const listener of listeners) listener(event);
      }
      if (kept.length > keeps * 2) kept = kept.slice(-keeps);
    },
    after(sequence) {
      const from = kept.findIndex((event) => event.sequence > sequence);
      return from < 0 ? [] : kept.slice(Math.max(from, kept.length - keeps));
    },
    get latest() {
      return latest;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load(events) {
      kept = [...events];
      latest = kept.at(-1)?.sequence ?? 0;
    },
  };
}
