/**
 * How the language reaches other files. A host of the command line reads disks, one of an editor
 * its open documents; both decide what may be read at all.
 */
export interface ModuleHost {
  /** The text of a file, or `undefined` when there is none. */
  read(path: string): string | undefined;
  /**
   * The path that `specifier` (always starting with `./` or `../`) means in the file `fromPath`;
   * equal paths are the same file. `undefined` refuses the import, for example because it leaves
   * the folder that the host serves.
   */
  resolve(fromPath: string, specifier: string): string | undefined;
}
