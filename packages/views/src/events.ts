import type { WireLocation } from "@routewright/lsp/protocol";

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
} as const;

export type RevealEvent = CustomEvent<WireLocation>;

/** A job as a form makes it, ready for `routewright/evaluate`. */
export interface JobRequest {
  readonly job: Readonly<Record<string, unknown>>;
  readonly workers?: unknown;
  readonly policyId?: string;
  readonly choice?: number;
}
