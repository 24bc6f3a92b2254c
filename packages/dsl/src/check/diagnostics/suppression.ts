import { defineDiagnostic } from "@routewright/diagnostics";

export const unusedSuppression = defineDiagnostic({
  code: "unused-suppression",
  severity: "warning",
  message: (p: { readonly code: string }) => `there is no \`${p.code}\` here to allow`,
});

export const suppressionWithoutReason = defineDiagnostic({
  code: "suppression-without-reason",
  severity: "warning",
  message: () => "nothing says why this is allowed",
});

export const suppressedError = defineDiagnostic({
  code: "suppressed-error",
  severity: "warning",
  message: (p: { readonly code: string }) =>
    `\`${p.code}\` is an error, and errors cannot be allowed`,
});

export const unknownCode = defineDiagnostic({
  code: "unknown-code",
  severity: "warning",
  message: (p: { readonly code: string }) => `there is no finding with the code \`${p.code}\``,
});

export const suppressionDiagnostics = [
  unusedSuppression,
  suppressionWithoutReason,
  suppressedError,
  unknownCode,
] as const;
