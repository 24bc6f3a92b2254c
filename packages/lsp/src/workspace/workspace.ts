import { type SourceText, sourceText } from "@routewright/diagnostics";
import { Memory, Snapshot, type SnapshotOptions } from "./snapshot.ts";

/** An open document, as the editor has it. */
export interface OpenDocument {
  readonly path: string;
  readonly uri: string;
  readonly version: number;
  readonly source: SourceText;
}

/** Files as they are known now: open documents over what was read. Hands out snapshots. */
export class Workspace {
  readonly #open = new Map<string, OpenDocument>();
  /** `undefined`: looked for, and not there. */
  readonly #disk = new Map<string, SourceText | undefined>();
  /** Found below the workspace folders. */
  readonly #members = new Set<string>();
  readonly #memory = new Memory();
  #options: SnapshotOptions = { parameters: {} };
  #snapshot: Snapshot | undefined;

  snapshot(): Snapshot {
    this.#snapshot ??= this.#take();
    return this.#snapshot;
  }

  #take(): Snapshot {
    const files = new Map<string, SourceText>();
    for (const [path, source] of this.#disk) if (source !== undefined) files.set(path, source);
    for (const { path, source } of this.#open.values()) files.set(path, source);
    const members = new Set([...this.#members, ...this.#open.keys()]);
    const present = [...members].filter((path) => files.has(path)).sort();
    const snapshot = new Snapshot(files, present, this.#options, this.#memory);
    this.#memory.keepOnly(new Set([...present]));
    return snapshot;
  }

  setOptions(options: SnapshotOptions): void {
    this.#options = options;
    this.#snapshot = undefined;
  }

  // ── Open documents ────────────────────────────────────────────────────────────────────────

  get documents(): Iterable<OpenDocument> {
    return this.#open.values();
  }

  document(path: string): OpenDocument | undefined {
    return this.#open.get(path);
  }

  open(path: string, uri: string, version: number, text: string): void {
    const known = this.#disk.get(path);
    // The same text is the same source: nothing about it need be found out again.
    const source = known?.text === text ? known : sourceText(text, path);
    this.#open.set(path, { path, uri, version, source });
    this.#snapshot = undefined;
  }

  change(path: string, version: number, text: string): void {
    const document = this.#open.get(path);
    if (document === undefined) return;
    const source = document.source.text === text ? document.source : sourceText(text, path);
    if (source !== document.source) this.#memory.replaced(document.source, source);
    this.#open.set(path, { ...document, version, source });
    this.#snapshot = undefined;
  }

  close(path: string): void {
    const document = this.#open.get(path);
    if (document === undefined) return;
    this.#open.delete(path);
    this.#snapshot = undefined;
  }

  // ── Files ─────────────────────────────────────────────────────────────────────────────────

  /** Whether it is known what is at a path, or that nothing is. */
  isKnown(path: string): boolean {
    return this.#open.has(path) || this.#disk.has(path);
  }

  /** Files of which nothing is known but that they could not be read are looked for again. */
  forgetMissing(): void {
    for (const [path, source] of this.#disk) if (source === undefined) this.#disk.delete(path);
    this.#snapshot = undefined;
  }

  /** @param isMember whether it was found below a folder of the workspace. */
  setFile(path: string, text: string | undefined, isMember: boolean): void {
    const known = this.#disk.get(path);
    if (text === undefined) {
      this.#disk.set(path, undefined);
      this.#members.delete(path);
    } else {
      const open = this.#open.get(path)?.source;
      const same = known?.text === text ? known : open?.text === text ? open : undefined;
      this.#disk.set(path, same ?? sourceText(text, path));
      if (isMember) this.#members.add(path);
    }
    this.#snapshot = undefined;
  }

  /** Files that were found below the workspace folders. */
  get members(): ReadonlySet<string> {
    return this.#members;
  }
}
