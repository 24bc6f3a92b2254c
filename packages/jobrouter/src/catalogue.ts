import { defineDiagnostic } from "@routewright/diagnostics";

// Every finding about JSON that claims to be Job Router objects, jobs, workers or a bundle.
// Codes begin with `json-` or `bundle-`, so that they cannot meet those of the language.

export const jsonEmpty = defineDiagnostic({
  code: "json-empty",
  severity: "error",
  message: (_: object) => "the file is empty; a JSON value is wanted",
});

export const jsonSyntax = defineDiagnostic({
  code: "json-syntax",
  severity: "error",
  message: (p: { readonly expected: string; readonly found: string }) =>
    `expected ${p.expected}, found ${p.found}`,
});

export const jsonNumber = defineDiagnostic({
  code: "json-number",
  severity: "error",
  message: (p: { readonly digits: string }) => `\`${p.digits}\` is too large for a number`,
});

export const jsonDuplicateMember = defineDiagnostic({
  code: "json-duplicate-member",
  severity: "warning",
  message: (p: { readonly name: string }) => `\`${p.name}\` is written twice in one object`,
});

export const jsonType = defineDiagnostic({
  code: "json-type",
  severity: "error",
  message: (p: { readonly name: string; readonly wanted: string; readonly found: string }) =>
    `\`${p.name}\` takes ${p.wanted}, not ${p.found}`,
});

export const jsonMissingMember = defineDiagnostic({
  code: "json-missing-member",
  severity: "error",
  message: (p: { readonly owner: string; readonly name: string }) =>
    `${p.owner} lacks \`${p.name}\``,
});

/** Q1: the service ignores what it does not know; nobody should. */
export const jsonUnknownMember = defineDiagnostic({
  code: "json-unknown-member",
  severity: "warning",
  message: (p: { readonly owner: string; readonly name: string }) =>
    `${p.owner} has no property \`${p.name}\`; the service ignores it`,
});

/** The service reads property names without regard to case (seen for PATCH). */
export const jsonMemberCase = defineDiagnostic({
  code: "json-member-case",
  severity: "warning",
  message: (p: { readonly name: string; readonly proper: string }) =>
    `\`${p.name}\` is spelt \`${p.proper}\` in Job Router's API`,
});

export const jsonPreviewName = defineDiagnostic({
  code: "json-preview-name",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `\`${p.name}\` is a name of the previews, gone in 2023-11-01`,
});

export const jsonUnknownValue = defineDiagnostic({
  code: "json-unknown-value",
  severity: "error",
  message: (p: { readonly name: string; readonly value: string }) =>
    `\`${p.name}\` cannot be \`${p.value}\``,
});

/** Q4: the service refuses them with 400. */
export const jsonLabelValue = defineDiagnostic({
  code: "json-label-value",
  severity: "error",
  message: (p: { readonly name: string; readonly found: string }) =>
    `the value of \`${p.name}\` is ${p.found}; Job Router takes text, a number or a boolean`,
});

export const jsonRange = defineDiagnostic({
  code: "json-range",
  severity: "error",
  message: (p: { readonly name: string; readonly wanted: string; readonly found: string }) =>
    `\`${p.name}\` is ${p.found}; ${p.wanted}`,
});

export const jsonWeights = defineDiagnostic({
  code: "json-weights",
  severity: "warning",
  message: (p: { readonly sum: string }) => `the weights add up to ${p.sum}, not to 1`,
});

export const jsonId = defineDiagnostic({
  code: "json-id",
  severity: "warning",
  message: (p: { readonly id: string; readonly problem: string }) =>
    `the id \`${p.id}\` ${p.problem}`,
});

export const jsonMissingId = defineDiagnostic({
  code: "json-missing-id",
  severity: "error",
  message: (p: { readonly owner: string }) => `${p.owner} has no \`id\``,
});

export const jsonDuplicateId = defineDiagnostic({
  code: "json-duplicate-id",
  severity: "error",
  message: (p: { readonly owner: string; readonly id: string }) =>
    `${p.owner} with the id \`${p.id}\` is already there`,
});

export const jsonUnknownObject = defineDiagnostic({
  code: "json-unknown-object",
  severity: "error",
  message: (p: { readonly problem: string }) => p.problem,
});

export const jsonMorePages = defineDiagnostic({
  code: "json-more-pages",
  severity: "warning",
  message: (_: object) => "this list has further pages that are not here",
});

export const jsonNotAJob = defineDiagnostic({
  code: "json-not-a-job",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `this is not a job: it has no property of one, but \`${p.name}\``,
});

export const bundleFormat = defineDiagnostic({
  code: "bundle-format",
  severity: "error",
  message: (p: { readonly problem: string }) => p.problem,
});

export const bundleHash = defineDiagnostic({
  code: "bundle-hash",
  severity: "error",
  message: (p: { readonly written: string; readonly actual: string }) =>
    `the bundle's content does not have its hash: \`${p.written}\` is written, \`${p.actual}\` is right`,
});

/** The catalogue of this package, in the order of the pages. */
export const jobRouterDiagnostics = [
  jsonEmpty,
  jsonSyntax,
  jsonNumber,
  jsonDuplicateMember,
  jsonType,
  jsonMissingMember,
  jsonUnknownMember,
  jsonMemberCase,
  jsonPreviewName,
  jsonUnknownValue,
  jsonLabelValue,
  jsonRange,
  jsonWeights,
  jsonId,
  jsonMissingId,
  jsonDuplicateId,
  jsonUnknownObject,
  jsonMorePages,
  jsonNotAJob,
  bundleFormat,
  bundleHash,
] as const;
