import { defineDiagnostic } from "@routewright/diagnostics";

export const jsonRefused = defineDiagnostic({
  code: "json-refused",
  severity: "error",
  message: (p: { readonly pointer: string; readonly reason: string }) =>
    `the language refuses \`${p.pointer}\`: ${p.reason}`,
});

export const jsonInexact = defineDiagnostic({
  code: "json-inexact",
  severity: "error",
  message: (p: { readonly pointer: string }) =>
    `\`${p.pointer}\` could not be written so that it compiles to the same JSON`,
});

export const importDiagnostics = [jsonRefused, jsonInexact] as const;
