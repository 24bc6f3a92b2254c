/** What the extension tells the process that the emulator runs in. Its end of the channel says: stop. */
export interface StartEmulator {
  readonly port: number;
  readonly seed: number;
  readonly accessKey: string;
  /** A folder to keep everything in; memory only when absent. */
  readonly data?: string;
}

/** What that process tells. */
export type FromEmulator =
  | { readonly kind: "started"; readonly endpoint: string; readonly connectionString: string }
  | { readonly kind: "failed"; readonly message: string; readonly help?: string; code?: string }
  | { readonly kind: "warning"; readonly text: string };
