/** What `<rw-deploy>` shows: a plan, or what drifted; texts are for people, and hold no credential. */
export interface DeployModel {
  readonly kind: "plan" | "drift";
  /** e.g. `production`. */
  readonly name: string;
  /** e.g. `https://contoso.unitedstates.communication.azure.com`. */
  readonly target: string;
  /** What the policy is, for a plan: `main.route`. */
  readonly policy?: string;
  readonly counts: readonly DeployCount[];
  readonly banner?: DeployBanner;
  /** What stands in the way, and what the service's answers had to be told about. */
  readonly conflicts: readonly DeployConflict[];
  readonly notices: readonly string[];
  /** Deletions first, then in the order of execution. */
  readonly changes: readonly DeployChange[];
  readonly behaviour?: DeployBehaviour;
  readonly actions: readonly DeployAction[];
  /** What to do about it, with the command that does. */
  readonly nextSteps: readonly DeployStep[];
}

export interface DeployStep {
  readonly text: string;
  readonly command: string;
  /** The same, done from here. */
  readonly offer?: DeployOffer;
}

/** Changes the record of what is ours, and nothing in the service; asks before it does. */
export interface DeployOffer {
  readonly kind: "adopt" | "forget";
  /** Of the objects. */
  readonly keys: readonly string[];
  readonly label: string;
}

export interface DeployCount {
  readonly role: "create" | "update" | "delete" | "same" | "conflict" | "drift" | "jobs";
  readonly count: number;
  readonly words: string;
}

export interface DeployBanner {
  readonly role: "good" | "bad" | "warn";
  readonly text: string;
  readonly lines?: readonly string[];
}

export interface DeployConflict {
  readonly message: string;
  readonly help: string;
  readonly offer?: DeployOffer;
}

export interface DeployChange {
  /** e.g. `queues/support`. */
  readonly key: string;
  readonly action: "create" | "update" | "delete" | "own" | "forget" | "drift";
  /** e.g. `queue`. */
  readonly kind: string;
  readonly id: string;
  readonly reason: string;
  readonly lines: readonly DeployLine[];
  /** What somebody else changed since it was last applied. */
  readonly drift: readonly DeployLine[];
  /** Both sides can be opened beside each other. */
  readonly hasDiff: boolean;
  readonly offer?: DeployOffer;
}

/** One thing that differs. */
export interface DeployLine {
  readonly sign: "+" | "-" | "~";
  readonly path: string;
  readonly note?: string;
  readonly before?: string;
  readonly after?: string;
  /** Of long texts: what both have, and what one has. */
  readonly pieces?: readonly {
    readonly side: "both" | "before" | "after";
    readonly text: string;
  }[];
}

export interface DeployBehaviour {
  readonly jobs: number;
  readonly changed: number;
  readonly groups: readonly {
    readonly count: number;
    readonly example: string;
    readonly changes: readonly string[];
  }[];
  /** Kinds of change that are not listed. */
  readonly more: number;
}

export interface DeployAction {
  readonly id: "apply" | "plan" | "drift";
  readonly label: string;
  readonly isMain: boolean;
}

/** What was clicked in `<rw-deploy>`. */
export type DeployRequest =
  | { readonly kind: "action"; readonly id: DeployAction["id"] }
  | { readonly kind: "diff"; readonly key: string }
  | { readonly kind: "adopt" | "forget"; readonly keys: readonly string[] };
