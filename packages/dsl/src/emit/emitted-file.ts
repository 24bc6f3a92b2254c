/** One file of an emitter's output; `path` is relative, with `/`, and never climbs out. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
}
