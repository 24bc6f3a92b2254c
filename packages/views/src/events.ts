import type { Problem, WireLocation } from "@routewright/lsp/protocol";
import type { ReportPage } from "@routewright/runtime/simulate";

/** What the components tell the page, by the name of the DOM event. */
export const viewEvents = {
  /** Detail: `WireLocation`. Somebody wants to see the words there. */
  reveal: "rw-reveal",
  /** Detail: `JobRequest`. */
  evaluate: "rw-evaluate",
  /** Detail: `JobRequest`. */
  debug: "rw-debug",
  /** Detail: text to put on the clipboard. */
  copy: "rw-copy",
  /** Detail: `DeployRequest`. */
  deploy: "rw-deploy",
  /** No detail. What its `memory` gives is other now. */
  remember: "rw-remember",
  /** Detail: `SimulationChoice`. */
  simulate: "rw-simulate",
  /** No detail. Stop what runs, and show what there is. */
  stop: "rw-stop",
  /** No detail. Choose a workload of another folder. */
  browse: "rw-browse",
  /** Detail: `SimulationChoice`. Write a workload that suits its policy. */
  newWorkload: "rw-new-workload",
  /** No detail. Keep the report as a page in a file. */
  save: "rw-save",
  /** No detail. Keep the figures of the report as JSON in a file. */
  saveData: "rw-save-data",
  /** Detail: `SimulationChoice`. The same as a command for the terminal, on the clipboard. */
  copyCommand: "rw-copy-command",
} as const;

export type RevealEvent = CustomEvent<WireLocation>;

/** A job as a form makes it, ready for `routewright/evaluate`. */
export interface JobRequest {
  readonly job: Readonly<Record<string, unknown>>;
  readonly workers?: unknown;
  readonly policyId?: string;
  readonly choice?: number;
}

/** A file to choose: `name` is what people call it. */
export interface FileChoice {
  readonly uri: string;
  readonly name: string;
}

/** What a simulation can be made of. */
export interface SimulationForm {
  readonly policies: readonly FileChoice[];
  readonly workloads: readonly FileChoice[];
  /** JSON files that may hold answers of function and webhook rules. */
  readonly answers: readonly FileChoice[];
}

/** What to simulate: URIs of files; what is absent is as the workload says. */
export interface SimulationChoice {
  readonly policy?: string;
  readonly compare?: string;
  readonly workload?: string;
  readonly answers?: string;
  readonly replications?: number;
  readonly seed?: number;
}

export type SimulationState =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly share: number; readonly replications?: number }
  | {
      readonly kind: "ended";
      readonly page: ReportPage;
      /** Warnings about the workload. */
      readonly problems: readonly Problem[];
      /** The policy is another by now. */
      readonly outdated: boolean;
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };
