import { defineDiagnostic } from "@routewright/diagnostics";

export const parameterMissing = defineDiagnostic({
  code: "parameter-missing",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `\`${p.name}\` has no default, and no value was given for it`,
});

export const parameterInvalid = defineDiagnostic({
  code: "parameter-invalid",
  severity: "error",
  message: (p: { readonly name: string; readonly given: string; readonly wanted: string }) =>
    `\`${p.name}\` was given as \`${p.given}\`; ${p.wanted} is wanted`,
});

export const unknownParameter = defineDiagnostic({
  code: "unknown-parameter",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `a value was given for \`${p.name}\`, but there is no such param`,
});

export const notConstant = defineDiagnostic({
  code: "not-constant",
  severity: "error",
  message: (p: { readonly what: string }) =>
    `${p.what} has to be known before any job arrives, and this depends on one`,
});

export const invalidId = defineDiagnostic({
  code: "invalid-id",
  severity: "error",
  message: (p: { readonly id: string }) => `\`${p.id}\` cannot be an id`,
});

export const textTooLong = defineDiagnostic({
  code: "text-too-long",
  severity: "warning",
  message: (p: { readonly what: string; readonly length: number; readonly limit: number }) =>
    `${p.what} has ${p.length} characters; more than ${p.limit} may be refused`,
});

export const invalidNumber = defineDiagnostic({
  code: "invalid-number",
  severity: "error",
  message: (p: { readonly what: string; readonly wanted: string; readonly found: string }) =>
    `${p.what} has to be ${p.wanted}, not ${p.found}`,
});

export const invalidDuration = defineDiagnostic({
  code: "invalid-duration",
  severity: "warning",
  message: (p: { readonly what: string }) => `${p.what} is no time at all`,
});

export const offersOrder = defineDiagnostic({
  code: "offers-order",
  severity: "error",
  message: (p: { readonly min: number; readonly max: number }) =>
    `at least ${p.min} offers cannot be at most ${p.max}`,
});

export const weightsSum = defineDiagnostic({
  code: "weights-sum",
  severity: "error",
  message: (p: { readonly sum: string }) => `the shares sum to ${p.sum}, not to 100%`,
});

export const constantDiagnostics = [
  parameterMissing,
  parameterInvalid,
  unknownParameter,
  notConstant,
  invalidId,
  textTooLong,
  invalidNumber,
  invalidDuration,
  offersOrder,
  weightsSum,
] as const;
