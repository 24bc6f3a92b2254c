import { defineDiagnostic } from "@routewright/diagnostics";

export const formulaTooLong = defineDiagnostic({
  code: "formula-too-long",
  severity: "error",
  message: (p: { readonly what: string; readonly reason: string }) =>
    `the formula of ${p.what} would ${p.reason}`,
});

export const formulaLong = defineDiagnostic({
  code: "formula-long",
  severity: "warning",
  message: (p: { readonly what: string; readonly length: number; readonly limit: number }) =>
    `the formula of ${p.what} has ${p.length} characters; previews of the service took ${p.limit}`,
});

export const unprovenFormula = defineDiagnostic({
  code: "unproven-formula",
  severity: "hint",
  message: (p: { readonly what: readonly string[] }) =>
    `${p.what.join(", ")} in a formula: standard Power Fx, but never seen at work in Job Router`,
});

export const distributionWithoutMode = defineDiagnostic({
  code: "distribution-without-mode",
  severity: "error",
  message: (p: { readonly what: string }) => `\`${p.what}\` needs a \`mode\``,
});

/** What the checker refuses in better words; here it only keeps a policy from being half compiled. */
export const cannotCompile = defineDiagnostic({
  code: "cannot-compile",
  severity: "error",
  message: (p: { readonly what: string }) => `Job Router has no way to say ${p.what}`,
});

export const compileDiagnostics = [
  formulaTooLong,
  formulaLong,
  unprovenFormula,
  distributionWithoutMode,
  cannotCompile,
] as const;
