import { crc32 } from "node:zlib";
import type { RouterCommand, RuleCall, SavedRouter } from "@routewright/runtime";
import type { ClockState } from "../clock.ts";
import type { StoredEvent } from "../events/schemas.ts";
import type { Subscription } from "../events/subscription.ts";
import type { FaultState } from "../faults.ts";
import type { StubEntry } from "../rules/stubs.ts";

export const journalFormat = "routewright-journal/1";

/** What decides a router's answers besides its commands; a journal keeps its own. */
export interface RouterSettings {
  readonly seed: number;
  readonly classificationDelayMs: number;
  readonly queueingDelayMs: number;
  readonly matchingDelayMs: number;
  readonly assumptions: Readonly<Record<string, string>>;
}

/** One line of a journal. Replaying all of them in order gives the state that wrote them. */
export type JournalRecord =
  | { readonly kind: "start"; readonly format: string; readonly settings: RouterSettings }
  | { readonly kind: "command"; readonly atMs: number; readonly command: RouterCommand }
  | { readonly kind: "clock"; readonly state: ClockState }
  /** Everything so far is as in here. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | {
      readonly kind: "subscribe";
      readonly name: string;
      readonly subscription: Subscription;
      /** The code that its owner has still to give back; absent: it is valid. */
      readonly awaits?: string;
      /** Events up to this one came before. */
      readonly from: number;
    }
  | { readonly kind: "validated"; readonly name: string }
  | { readonly kind: "unsubscribe"; readonly name: string }
  /** Every event up to this one has reached the subscriber, or has been given up. */
  | { readonly kind: "delivered"; readonly name: string; readonly sequence: number }
  /** All faults, and all stubs, as they are from now on. */
  | { readonly kind: "faults"; readonly state: FaultState }
  | { readonly kind: "stubs"; readonly stubs: readonly StubEntry[] }
  /** A fault kept this event from everybody. */
  | { readonly kind: "dropped"; readonly sequence: number };

/** An emulator's whole state; also what `GET /_emulator/snapshot` gives. */
export interface Snapshot {
  readonly format: "routewright-emulator/1";
  readonly settings: RouterSettings;
  readonly atMs: number;
  readonly router: SavedRouter;
  /** Calls to functions and webhooks that have not been answered. */
  readonly openCalls: readonly RuleCall[];
  /** The latest events; absent in snapshots of earlier builds, like what follows. */
  readonly events?: readonly StoredEvent[];
  readonly faults?: FaultState;
  readonly stubs?: readonly StubEntry[];
}

/** `CHECKSUM JSON`: the checksum is CRC-32 of the JSON's bytes, eight hexadecimal digits. */
export function lineOf(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksumOf(json)} ${json}\n`;
}

export interface ReadJournal {
  readonly records: readonly JournalRecord[];
  /** Where what is whole ends; what lies behind is a torn tail. */
  readonly wholeBytes: number;
  /** A bad line (from 1) with good ones behind it: not torn, but damaged. */
  readonly damagedLine?: number;
}

/** Reads lines while they are whole. A last line that is cut or does not fit its checksum is a torn tail. */
export function readLines(bytes: Buffer): ReadJournal {
  const records: JournalRecord[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const record = end < 0 ? undefined : recordOf(bytes.toString("utf8", start, end));
    if (record === undefined) {
      const damaged = end >= 0 && hasWholeLine(bytes, end + 1);
      return {
        records,
        wholeBytes: start,
        ...(damaged ? { damagedLine: records.length + 1 } : {}),
      };
    }
    records.push(record);
    start = end + 1;
  }
  return { records, wholeBytes: start };
}

function hasWholeLine(bytes: Buffer, from: number): boolean {
  let start = from;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return false;
    if (recordOf(bytes.toString("utf8", start, end)) !== undefined) return true;
    start = end + 1;
  }
}

function recordOf(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== checksumOf(json)) return undefined;
  // The checksum fits, so this is what was written; it was JSON then.
  return JSON.parse(json) as JournalRecord;
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
