import type { Problem } from "@routewright/lsp/protocol";
import type { ReportPage, SimulationReport } from "@routewright/runtime/simulate";

/** A run as it goes to the simulator's thread: texts, so that the thread does all the reading. */
export interface SimulationRequest {
  /** The policy, and the one it is compared with. */
  readonly policies: readonly [SimulatedPolicy, SimulatedPolicy?];
  readonly workload: NamedText;
  /** Answers of function and webhook rules, by URI. */
  readonly answers?: NamedText;
  readonly seed?: number;
  readonly replications?: number;
}

export interface SimulatedPolicy {
  readonly name: string;
  readonly hash: string;
  /** The compiled objects, by the names of the preview's files. */
  readonly objects: readonly NamedText[];
}

/** `name` is what findings point into: a URI for what an editor can show. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** A file that the workload names: its text, or why there is none. */
export type NamedFile = NamedText | { readonly name: string; readonly missing: string };

export type ToSimulator =
  | { readonly kind: "run"; readonly request: SimulationRequest }
  | { readonly kind: "files"; readonly files: readonly (readonly [string, NamedFile])[] }
  | { readonly kind: "stop" };

export type FromSimulator =
  /** Paths as the workload has them; answered by `files`. */
  | { readonly kind: "wants"; readonly paths: readonly string[] }
  | { readonly kind: "progress"; readonly share: number; readonly replications: number }
  | { readonly kind: "ended"; readonly outcome: SimulationOutcome };

export type SimulationOutcome =
  | {
      readonly ok: true;
      readonly page: ReportPage;
      readonly report: SimulationReport;
      /** Warnings about the workload. */
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };
