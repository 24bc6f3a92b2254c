/**
 * What the Routewright server understands beyond the Language Server Protocol. Requests go from
 * client to server unless said otherwise; names and shapes are stable. Ranges are LSP's: zero
 * based lines and UTF-16 columns, in the document that `uri` names.
 *
 * Every request on a document may fail for reasons of the user's: then `ok` is `false` and
 * `problems` says why. A request on an unknown document gives `ok: false` too. Protocol errors
 * are left for cancellation (`-32800`) and for faults of ours.
 */

export interface WirePosition {
  readonly line: number;
  readonly character: number;
}

export interface WireRange {
  readonly start: WirePosition;
  readonly end: WirePosition;
}

export interface WireLocation {
  readonly uri: string;
  readonly range: WireRange;
}

/** The language id of policies, and of Power Fx formulas shown on their own. */
export const languageIds = { policy: "routewright", formula: "powerfx" } as const;

/** Scheme of the read-only documents that `virtualDocument` answers for. */
export const virtualScheme = "routewright";

/** Commands that code lenses, hovers and code actions name; the client registers them. */
export const clientCommands = {
  /** `[uri, testId]` */
  runTest: "routewright.runTest",
  /** `[uri, testId]` */
  debugTest: "routewright.debugTest",
  /** `[uri, position, locations]`: as `editor.action.showReferences`, with LSP's values. */
  showReferences: "routewright.showReferences",
  /** `[uri, position]`: shows the compiled objects, at what stands there. */
  preview: "routewright.preview",
  /** `[uri, policyId]` */
  evaluate: "routewright.evaluate",
} as const;

/** Section of `workspace/configuration`, and the shape of `initializationOptions`. */
export const settingsSection = "routewright";

export interface Settings {
  /**
   * How findings travel. `auto`: a client that can pull does, others are pushed to. `push` gives
   * syntax errors before the rest is known, `pull` gives everything in one answer.
   */
  readonly diagnostics?: "auto" | "push" | "pull";
  /** Values of `param`s, as `--param` takes them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  /** Jobs for code lenses and forms: a path relative to the policy. */
  readonly sampleJobs?: string;
  readonly inlayHints?: {
    readonly types?: boolean;
    readonly labels?: boolean;
    readonly guards?: boolean;
  };
  readonly codeLens?: {
    readonly tests?: boolean;
    readonly references?: boolean;
    readonly samples?: boolean;
  };
  /** Whether to read files below the workspace folders. False in an untrusted window. */
  readonly readWorkspace?: boolean;
}

/** Method names. */
export const methods = {
  preview: "routewright/preview",
  virtualDocument: "routewright/virtualDocument",
  formulas: "routewright/formulas",
  evaluate: "routewright/evaluate",
  jobForm: "routewright/jobForm",
  tests: "routewright/tests",
  runTests: "routewright/runTests",
  decisionSteps: "routewright/decisionSteps",
  import: "routewright/import",
  /** Notification, server to client: compiled results of these policies may be other now. */
  changed: "routewright/changed",
  /** Server to client; only a browser server asks. */
  findFiles: "routewright/findFiles",
  readFile: "routewright/readFile",
} as const;

export interface ChangedParams {
  /** Entry files whose program changed. */
  readonly uris: readonly string[];
}

/** Policies (`.route`) below a folder. */
export interface FindFilesParams {
  readonly folder: string;
}
export type FindFilesResult = readonly string[];

export interface ReadFileParams {
  readonly uri: string;
}
/** `null`: there is none, or it may not be read. */
export type ReadFileResult = string | null;

export interface DocumentParams {
  readonly uri: string;
  /** Values of `param`s; those of the settings fill in for the others. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
}

export interface Problem {
  readonly severity: "error" | "warning" | "hint";
  readonly message: string;
  readonly help?: string;
  readonly code?: string;
  readonly location?: WireLocation;
}

export interface Refused {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

// ── preview: the compiled objects, and where each value comes from ──────────────────────────

export type PreviewParams = DocumentParams;

export interface Preview {
  readonly ok: true;
  /** The entry that was compiled: the document, or a policy that imports it. */
  readonly entry: string;
  readonly hash: string;
  readonly files: readonly PreviewFile[];
  readonly mappings: readonly PreviewMapping[];
  readonly problems: readonly Problem[];
}
export type PreviewResult = Preview | Refused;

export interface PreviewFile {
  readonly kind: "distributionPolicies" | "exceptionPolicies" | "queues" | "classificationPolicies";
  readonly id: string;
  /** `queues/XBOX_NA_QUEUE.json` */
  readonly name: string;
  /** Canonical JSON, laid out for reading. */
  readonly text: string;
}

/** Ties a range of a preview file to the words it comes from; the smallest around a place counts. */
export interface PreviewMapping {
  /** Index into `files`. */
  readonly file: number;
  readonly range: WireRange;
  readonly source: WireLocation;
  /** Which construct was chosen here, and why. */
  readonly construct?: string;
  readonly reason?: string;
}

// ── Documents that exist nowhere: compiled formulas ─────────────────────────────────────────

/**
 * `routewright:` documents. Open them in the server as `powerfx` to get completion, hover,
 * signatures and findings inside them.
 */
export interface VirtualDocumentParams {
  readonly uri: string;
}
export interface VirtualDocumentResult {
  /** `null`: the policy has no such formula (any more). */
  readonly text: string | null;
  readonly languageId: string;
}

export type FormulasParams = DocumentParams;
export interface FormulaItem {
  /** A virtual document. */
  readonly uri: string;
  /** JSON pointer in the bundle. */
  readonly pointer: string;
  readonly title: string;
  readonly location?: WireLocation;
}
export type FormulasResult =
  | { readonly ok: true; readonly formulas: readonly FormulaItem[] }
  | Refused;

// ── evaluate: what one job gets, and why ────────────────────────────────────────────────────

export interface EvaluateParams extends DocumentParams {
  /** A job as Job Router's JSON has it: `{ "labels": { … }, "classificationPolicyId": … }`. */
  readonly job: unknown;
  /** A list of workers, as JSON; ranked when given. */
  readonly workers?: unknown;
  /** A classification's id; absent: the job's own, or the only one there is. */
  readonly policyId?: string;
  /** Where weighted choices fall, 0 ≤ x < 1. */
  readonly choice?: number;
  /** Answers of `function` and `webhook` rules, by URI; `{ "fail": true }` for one that fails. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

export interface Evaluation {
  readonly ok: true;
  readonly entry: string;
  readonly hash: string;
  readonly policyId?: string;
  readonly decision: Decision;
  /** In the order in which the decision came about. */
  readonly trace: readonly TraceStep[];
  readonly ranking?: RankingView;
  /** Open questions about the service that had a part in it, with their answers. */
  readonly assumptions: readonly { readonly id: string; readonly text: string }[];
  /** The same as `routewright eval --explain` prints it, for copying. */
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
}
export type EvaluateResult = Evaluation | Refused;

export type Decision =
  | {
      readonly outcome: "classified";
      readonly queueId?: string;
      /** Declared name of the queue, where it is declared. */
      readonly queueName?: string;
      readonly queueFrom: "selectors" | "job" | "fallback" | "nowhere";
      readonly priority: number;
      /** `worker.xbox >= 7 for 5m expedite` */
      readonly requires: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly outcome: "failed"; readonly errors: readonly string[] };

export interface TraceStep {
  readonly kind: "queueRule" | "workerRule" | "match" | "queue" | "priority";
  /** One line for people. */
  readonly text: string;
  /** `applied` and `passedOver` paint a rule; `failed` is an error of the rule. */
  readonly state: "applied" | "passedOver" | "failed" | "result";
  readonly location?: WireLocation;
  /** JSON pointer in the bundle. */
  readonly pointer?: string;
  /** Every comparison that was looked at, with what it gave. */
  readonly atoms: readonly TraceAtom[];
}

export interface TraceAtom {
  readonly text: string;
  readonly value: string;
  readonly location?: WireLocation;
  /** Labels it read: `job.region` is `"NA"`. */
  readonly operands: readonly { readonly text: string; readonly value: string }[];
}

export interface RankingView {
  readonly mode: string;
  readonly workers: readonly { readonly id: string; readonly score?: number }[];
  readonly excluded: readonly { readonly id: string; readonly reasons: readonly string[] }[];
}

// ── jobForm: the declared labels as fields of a form ────────────────────────────────────────

export type JobFormParams = DocumentParams;

export interface JobForm {
  readonly ok: true;
  readonly entry: string;
  readonly policies: readonly {
    readonly id: string;
    readonly name: string;
    readonly location: WireLocation;
  }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly job: readonly FormField[];
  readonly worker: readonly FormField[];
  /** Jobs of the sample file, as JSON values. */
  readonly samples: readonly unknown[];
}
export type JobFormResult = JobForm | Refused;

export interface FormField {
  readonly key: string;
  readonly type: "text" | "number" | "boolean" | "any";
  readonly optional: boolean;
  readonly values?: readonly (string | number | boolean)[];
  readonly min?: number;
  readonly max?: number;
  readonly default?: string | number | boolean;
  readonly doc?: string;
}

// ── tests and scenarios ─────────────────────────────────────────────────────────────────────

/** Without `uri`: those of every policy of the workspace. */
export interface TestsParams {
  readonly uri?: string;
}

export interface TestItem {
  /** Stable while name and file stay; unique in the workspace. */
  readonly id: string;
  readonly label: string;
  readonly kind: "test" | "case" | "scenario";
  readonly uri: string;
  readonly range: WireRange;
  /** Where the name stands. */
  readonly nameRange: WireRange;
  /** Rows of `cases` are items of their own below their test. */
  readonly children: readonly TestItem[];
}
export interface TestsResult {
  readonly tests: readonly TestItem[];
}

/** Cancellable; reports progress on `workDoneToken`. */
export interface RunTestsParams {
  /** Ids of `tests`; absent: all of the document, or of the workspace without `uri`. */
  readonly ids?: readonly string[];
  readonly uri?: string;
  readonly parameters?: DocumentParams["parameters"];
  readonly coverage?: boolean;
  readonly workDoneToken?: string | number;
}

export interface RunTestsResult {
  readonly results: readonly TestOutcome[];
  /** Only when asked for. */
  readonly coverage: readonly FileCoverage[];
}

export interface TestOutcome {
  readonly id: string;
  /** `errored`: the policy does not compile, so the test did not run. */
  readonly outcome: "passed" | "failed" | "errored";
  readonly messages: readonly TestMessage[];
}

export interface TestMessage {
  readonly text: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly location?: WireLocation;
}

export interface FileCoverage {
  readonly uri: string;
  /** Rules, with how often they applied. */
  readonly rules: readonly { readonly range: WireRange; readonly count: number }[];
  readonly branches: readonly {
    readonly range: WireRange;
    readonly label: string;
    readonly count: number;
  }[];
  readonly conditions: readonly {
    readonly range: WireRange;
    readonly text: string;
    readonly whenTrue: number;
    readonly whenFalse: number;
  }[];
}

// ── decisionSteps: one decision, or one scenario, as a list to step through ─────────────────

export interface DecisionStepsParams extends DocumentParams {
  /** A test (or one case of it), or a scenario. Without it, `job` as for `evaluate`. */
  readonly testId?: string;
  readonly job?: unknown;
  readonly workers?: unknown;
  readonly policyId?: string;
  readonly choice?: number;
  readonly answers?: EvaluateParams["answers"];
}

export interface DecisionSteps {
  readonly ok: true;
  readonly kind: "decision" | "scenario";
  readonly title: string;
  readonly steps: readonly DecisionStep[];
}
export type DecisionStepsResult = DecisionSteps | Refused;

/** A place to stand at. Stepping backwards shows an earlier entry of the list. */
export interface DecisionStep {
  readonly name: string;
  /** What happened here, in one line. */
  readonly text: string;
  readonly state: TraceStep["state"];
  readonly location?: WireLocation;
  /** `0:05:00` in a scenario. */
  readonly time?: string;
  /** Groups of variables as they are here: Labels, Decision so far, Comparisons, Workers … */
  readonly scopes: readonly VariableScope[];
}

export interface VariableScope {
  readonly name: string;
  readonly variables: readonly Variable[];
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** Where its value belongs in the editor while the step is shown. */
  readonly location?: WireLocation;
  readonly children?: readonly Variable[];
}

// ── import: Job Router JSON as a policy ─────────────────────────────────────────────────────

export interface ImportParams {
  /** JSON text: an object, a list, a folder of objects joined, or a bundle. */
  readonly text: string;
  /** For messages. */
  readonly name?: string;
}

export type ImportResult =
  | {
      readonly ok: true;
      readonly text: string;
      /** Environment variables that now stand for credentials. */
      readonly secrets: readonly string[];
      readonly problems: readonly Problem[];
    }
  | Refused;
