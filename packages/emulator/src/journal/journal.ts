import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { type JournalRecord, lineOf, readLines } from "./record.ts";

/** An append-only file of what happened. What is `settled` survives the loss of the process and of power. */
export interface Journal {
  append(record: JournalRecord): void;
  /** Resolves when all that was appended until now is on the disk; rejects when it cannot be. */
  settled(): Promise<void>;
  readonly isSettled: boolean;
  close(): Promise<void>;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** What earlier runs left, oldest first. */
  readonly records: readonly JournalRecord[];
  readonly warnings: readonly string[];
}

/** A folder that cannot be used, with how to mend it. */
export class JournalProblem extends Error {
  readonly help: string;
  constructor(message: string, help: string) {
    super(message);
    this.name = "JournalProblem";
    this.help = help;
  }
}

/**
 * Opens a data folder for this process alone. A torn tail is what a crash in the middle of a write
 * leaves: nobody was told that it had happened, so it is cut, with a warning. Damage elsewhere is
 * refused: guessing would lose what was acknowledged.
 */
export async function openJournal(folder: string): Promise<OpenedJournal> {
  makeFolder(folder);
  const unlock = lock(folder);
  try {
    const path = journalPath(folder);
    const bytes = readIfThere(path);
    const { records, wholeBytes, damagedLine } = readLines(bytes);
    if (damagedLine !== undefined) {
      throw new JournalProblem(
        `${path} is damaged at line ${damagedLine}: its checksum does not fit, and whole lines follow`,
        `restore the file from a copy, or cut it before line ${damagedLine} to go on from there`,
      );
    }
    const warnings: string[] = [];
    if (wholeBytes < bytes.length) {
      truncateSync(path, wholeBytes);
      warnings.push(
        `${path}: cut a torn tail of ${bytes.length - wholeBytes} bytes; nothing in it was acknowledged`,
      );
    }
    const file = await open(path, "a");
    if (bytes.length === 0 || warnings.length > 0) {
      await file.sync();
      syncFolder(folder);
    }
    return { journal: journalOver(file, unlock), records, warnings };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Replaces the journal by a shorter one that gives the same state; the old one stays until the new is whole. */
export function rewriteJournal(folder: string, records: readonly JournalRecord[]): void {
  makeFolder(folder);
  const fresh = join(folder, "journal.new");
  const file = openSync(fresh, "w");
  try {
    for (const record of records) writeSync(file, lineOf(record));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, journalPath(folder));
  syncFolder(folder);
}

export function journalPath(folder: string): string {
  return join(folder, "journal.log");
}

/** Writes what gathers in a turn at once, and syncs once for all of it. */
function journalOver(file: FileHandle, unlock: () => void): Journal {
  let gathered: string[] = [];
  let gathering: Batch | undefined;
  let writing: Batch | undefined;
  let failure: Error | undefined;

  async function write(): Promise<void> {
    while (gathering !== undefined) {
      const text = gathered.join("");
      writing = gathering;
      gathered = [];
      gathering = undefined;
      try {
        if (failure !== undefined) throw failure;
        await file.appendFile(text);
        await file.datasync();
        writing.resolve();
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        writing.reject(failure);
      }
    }
    writing = undefined;
  }

  return {
    append(record) {
      gathered.push(lineOf(record));
      if (gathering !== undefined) return;
      gathering = newBatch();
      if (writing === undefined) setImmediate(() => void write());
    },
    settled() {
      if (failure !== undefined) return Promise.reject(failure);
      return (gathering ?? writing)?.done ?? Promise.resolve();
    },
    get isSettled() {
      return gathering === undefined && writing === undefined && failure === undefined;
    },
    async close() {
      while (gathering !== undefined || writing !== undefined) {
        await (gathering ?? writing)?.done.catch(() => undefined);
        await new Promise((turn) => setImmediate(turn));
      }
      await file.close();
      unlock();
    },
  };
}

interface Batch {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function newBatch(): Batch {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody need be waiting; `failure` tells those who come later.
  done.catch(() => undefined);
  return { done, resolve, reject };
}

/** `recursive` of Node.js does not end where a parent is there but takes no folders (`/proc`). */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (hasCode(error, "EEXIST") && statSync(folder).isDirectory()) return;
    const parent = dirname(resolve(folder));
    if (!hasCode(error, "ENOENT") || existsSync(parent)) throw error;
    makeFolder(parent);
    mkdirSync(folder);
  }
}

function lock(folder: string): () => void {
  const path = join(folder, "lock");
  for (const isSecondTry of [false, true]) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!hasCode(error, "EEXIST") || isSecondTry) throw error;
      const owner = Number(readIfThere(path).toString("utf8"));
      if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isAlive(owner)) {
        throw new JournalProblem(
          `${folder} is in use by process ${owner}`,
          `stop that emulator first, or use another folder`,
        );
      }
      if (owner === process.pid) {
        throw new JournalProblem(
          `${folder} is in use by another emulator of this process`,
          "stop that emulator first, or use another folder",
        );
      }
      // Left by a process that was killed.
      rmSync(path, { force: true });
    }
  }
  throw new Error(`the lock ${path} could not be taken`);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return Buffer.alloc(0);
    throw error;
  }
}

/** So that a new or renamed file's name survives as well; not every system can. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
