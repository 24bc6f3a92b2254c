import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { printable } from "@routewright/diagnostics";
import {
  decodeJournal,
  encodeEntry,
  type Interrupted,
  type JournalEntry,
  recover,
} from "../apply/journal.ts";
import { decodeState, encodeFile } from "../files.ts";
import { type DeployState, emptyState } from "../state/state.ts";
import { DeployProblem, isErrno } from "./problem.ts";
import { withPath, writeWhole } from "./whole-files.ts";

/** States, journals and locks. What the system says of a file is thrown as it is, with its path. */

export interface StateFile {
  readonly path: string;
  /** With what an interrupted apply is known to have done. */
  readonly state: DeployState;
  readonly exists: boolean;
  readonly interrupted: Interrupted | undefined;
}

/** `routewright-state/<host>.json`: one for each service, to be kept with the policies. */
export function defaultStatePath(target: string): string {
  return `routewright-state/${new URL(target).host.replaceAll(":", "-")}.json`;
}

export function openState(path: string, target: string, random: () => string): StateFile {
  const text = readText(path);
  let state = emptyState(target, random);
  if (text !== undefined) {
    const decoded = decodeState(text);
    if ("problem" in decoded) {
      const { message, help } = decoded.problem;
      throw new DeployProblem(`\`${printable(path)}\` cannot be used as a state: ${message}`, help);
    }
    state = decoded.value;
    if (state.target !== target) {
      throw new DeployProblem(
        `\`${printable(path)}\` is the state of ${printable(state.target)}, not of ${printable(target)}`,
        "name another file with --state, or leave it out",
        "refused",
      );
    }
  }
  const recovered = recover(state, decodeJournal(readText(journalPath(path)) ?? ""));
  const { interrupted } = recovered;
  return { path, exists: text !== undefined, state: recovered.state, interrupted };
}

/** Writes the state, and then drops the journal, which it now contains. */
export function saveState(path: string, state: DeployState): void {
  writeWhole(path, encodeFile(state));
  rmSync(journalPath(path), { force: true });
}

export interface Journal {
  append(entry: JournalEntry): void;
  close(): void;
}

/** Appends to the state's journal; an entry is on the disk when the call returns. */
export function openJournal(path: string): Journal {
  const journal = journalPath(path);
  mkdirSync(dirname(path), { recursive: true });
  let isTorn = !/(?:^|\n)$/u.test(readText(journal) ?? "");
  const file = openSync(journal, "a", 0o600);
  return {
    append(entry) {
      try {
        // After a crash the last line may be torn: what follows must not be torn with it.
        const text = isTorn ? `\n${encodeEntry(entry)}` : encodeEntry(entry);
        isTorn = true;
        // Whole, or it throws: a write alone may end early on a full disk.
        writeFileSync(file, text);
        isTorn = false;
        fsyncSync(file);
      } catch (error) {
        throw withPath(error, journal);
      }
    },
    close: () => closeSync(file),
  };
}

/**
 * Keeps two commands from writing one state at a time. A lock whose process is gone is taken
 * over; one of another machine is not, since nobody here can tell.
 */
export function lockState(path: string): () => void {
  const lock = `${path}.lock`;
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lock, mine, { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (!isErrno(error) || error.code !== "EEXIST") {
        // Made and not written, as on a full disk; it would keep everybody out.
        if (isErrno(error) && error.syscall === "write") rmSync(lock, { force: true });
        throw withPath(error, lock);
      }
    }
    const holder = readHolder(lock);
    if (attempt > 0 || holder === undefined || holder.host !== hostname() || isAlive(holder.pid)) {
      const who =
        holder === undefined ? "" : ` (process ${holder.pid} on ${printable(holder.host)})`;
      throw new DeployProblem(
        `\`${printable(path)}\` is in use by another command${who}; nothing was changed`,
        `wait for it; when it is surely gone, delete \`${printable(lock)}\``,
        "refused",
      );
    }
    takeAway(lock, holder.pid);
  }
}

/** Removes a lock that is left over, and no other: somebody may have taken it over meanwhile. */
function takeAway(lock: string, pid: number): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (readHolder(aside)?.pid !== pid) linkSync(aside, lock);
  } catch (error) {
    // Gone or taken by another: the next attempt sees.
    if (!isErrno(error) || (error.code !== "ENOENT" && error.code !== "EEXIST")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(lock: string): { readonly pid: number; readonly host: string } | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(lock, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) {
      return undefined;
    }
    const { pid, host } = value;
    return typeof pid === "number" && typeof host === "string" ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error) && error.code === "EPERM";
  }
}

/** Without a byte order mark, which editors leave; nothing when there is no such file. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/u, "");
  } catch (error) {
    if (isErrno(error) && error.code === "ENOENT") return undefined;
    throw withPath(error, path);
  }
}

function journalPath(path: string): string {
  return `${path}.journal`;
}
