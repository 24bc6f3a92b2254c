import type { Diagnostic, Span } from "@routewright/diagnostics";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { FileEdit } from "../rename.ts";

export type ActionKind =
  | "quickfix"
  | "refactor.extract"
  | "refactor.inline"
  | "refactor.rewrite"
  | "source.organizeImports"
  | "source.fixAll";

export interface Action {
  readonly title: string;
  readonly kind: ActionKind;
  /** What it mends. */
  readonly diagnostic?: Diagnostic;
  readonly isPreferred?: boolean;
  /** Worked out when the action is chosen. */
  edits(): readonly FileEdit[];
}

export interface ActionContext {
  readonly snapshot: Snapshot;
  readonly path: string;
  readonly text: string;
  readonly span: Span;
  /** Findings that touch the span. */
  readonly findings: readonly Diagnostic[];
}

/** One kind of action: those it offers at a place. */
export type ActionSource = (context: ActionContext) => readonly Action[];
