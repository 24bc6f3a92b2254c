import { defineDiagnostic } from "@routewright/diagnostics";

/** What JobRouter cannot express. */

export const labelNotAvailable = defineDiagnostic({
  code: "label-not-available",
  severity: "error",
  message: (p: { readonly label: string; readonly why: string }) =>
    `${p.label} has no value here: ${p.why}`,
});

export const misplacedRule = defineDiagnostic({
  code: "misplaced-rule",
  severity: "error",
  message: (p: { readonly rule: string }) => `Job Router has no place for a ${p.rule} rule here`,
});

export const misplacedSecret = defineDiagnostic({
  code: "misplaced-secret",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `\`${p.name}\` is a secret; only \`function\` and \`webhook\` rules take one`,
});

export const misplacedQueue = defineDiagnostic({
  code: "misplaced-queue",
  severity: "error",
  message: () => "`queue` stands for the queue itself, and only in `require queue == …`",
});

export const requirementOr = defineDiagnostic({
  code: "requirement-or",
  severity: "error",
  message: () => "a requirement cannot offer a choice: Job Router joins selectors with `and` only",
});

export const requirementIn = defineDiagnostic({
  code: "requirement-in",
  severity: "error",
  message: () => "a requirement cannot use `in`: a selector compares with one value",
});

export const requirementForm = defineDiagnostic({
  code: "requirement-form",
  severity: "error",
  message: (p: { readonly why: string }) => `this cannot be a requirement: ${p.why}`,
});

export const requirementLabel = defineDiagnostic({
  code: "requirement-label",
  severity: "error",
  message: (p: { readonly side: string }) =>
    `a requirement compares exactly one ${p.side} label with a value or with a label of the job`,
});

export const passThroughKeys = defineDiagnostic({
  code: "pass-through-keys",
  severity: "error",
  message: (p: { readonly label: string; readonly job: string }) =>
    `Job Router passes a label on under its own key only, so ${p.job} cannot be asked of ${p.label}`,
});

export const passThroughExpedite = defineDiagnostic({
  code: "pass-through-expedite",
  severity: "error",
  message: (p: { readonly job: string }) =>
    `a requirement that passes ${p.job} on cannot \`expedite\``,
});

export const passThroughBranch = defineDiagnostic({
  code: "pass-through-branch",
  severity: "error",
  message: (p: { readonly job: string }) =>
    `${p.job} cannot be passed on under a condition: Job Router passes labels on always or never`,
});

export const optionalPassThrough = defineDiagnostic({
  code: "optional-pass-through",
  severity: "hint",
  message: (p: { readonly job: string }) =>
    `${p.job} may be missing; a job without it is given no such requirement`,
});

export const nestedSplit = defineDiagnostic({
  code: "nested-split",
  severity: "error",
  message: () => "a `split` cannot depend on a condition or on another `split`",
});

export const splitContent = defineDiagnostic({
  code: "split-content",
  severity: "error",
  message: (p: { readonly found: string }) => `a share of a \`split\` cannot hold ${p.found}`,
});

export const workerSelectorsOnly = defineDiagnostic({
  code: "worker-selectors-only",
  severity: "error",
  message: (p: { readonly where: string }) => `${p.where} takes requirements on workers only`,
});

export const requirementTiming = defineDiagnostic({
  code: "requirement-timing",
  severity: "error",
  message: (p: { readonly word: string; readonly why: string }) =>
    `\`${p.word}\` has no meaning here: ${p.why}`,
});

export const bestWorkerOnly = defineDiagnostic({
  code: "best-worker-only",
  severity: "error",
  message: (p: { readonly property: string }) => `\`${p.property}\` needs \`mode best worker\``,
});

export const scoreWithoutJobLabels = defineDiagnostic({
  code: "score-without-job-labels",
  severity: "error",
  message: (p: { readonly label: string }) =>
    `${p.label} is not sent: \`score using\` leaves the job labels out`,
});

export const batchNeedsFunction = defineDiagnostic({
  code: "batch-needs-function",
  severity: "warning",
  message: () =>
    "batch scoring hands over many workers at once, which only a function or webhook can score",
});

export const formulaSyntax = defineDiagnostic({
  code: "formula-syntax",
  severity: "error",
  message: (p: { readonly reason: string }) => `Power Fx cannot read this: ${p.reason}`,
});

export const formulaType = defineDiagnostic({
  code: "formula-type",
  severity: "error",
  message: (p: { readonly reason: string }) => `Power Fx refuses this: ${p.reason}`,
});

export const rawFormulaLong = defineDiagnostic({
  code: "raw-formula-long",
  severity: "warning",
  message: (p: { readonly length: number; readonly limit: number }) =>
    `the formula has ${p.length} characters, more than ${p.limit}`,
});

export const rawFormulaUnproven = defineDiagnostic({
  code: "raw-formula-unproven",
  severity: "hint",
  message: (p: { readonly what: string }) => `${p.what} has never been seen to work in Job Router`,
});

export const routerDiagnostics = [
  labelNotAvailable,
  misplacedRule,
  misplacedSecret,
  misplacedQueue,
  requirementOr,
  requirementIn,
  requirementForm,
  requirementLabel,
  passThroughKeys,
  passThroughExpedite,
  passThroughBranch,
  optionalPassThrough,
  nestedSplit,
  splitContent,
  workerSelectorsOnly,
  requirementTiming,
  bestWorkerOnly,
  scoreWithoutJobLabels,
  batchNeedsFunction,
  formulaSyntax,
  formulaType,
  rawFormulaLong,
  rawFormulaUnproven,
] as const;
