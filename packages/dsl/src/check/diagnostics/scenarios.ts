import { defineDiagnostic } from "@routewright/diagnostics";

export const scenarioWithoutExpectation = defineDiagnostic({
  code: "scenario-without-expectation",
  severity: "warning",
  message: () => "this scenario expects nothing, so it fails only when something is refused",
});

export const scenarioOrder = defineDiagnostic({
  code: "scenario-order",
  severity: "warning",
  message: (p: { readonly time: string; readonly before: string }) =>
    `\`${p.time}\` comes before \`${p.before}\`, which stands above it`,
});

export const scenarioOnlyExpects = defineDiagnostic({
  code: "scenario-only-expects",
  severity: "error",
  message: (p: { readonly when: string }) =>
    `something happens \`at\` a time; \`${p.when}\` takes expectations only`,
});

export const scenarioSubject = defineDiagnostic({
  code: "scenario-subject",
  severity: "error",
  message: (p: { readonly name: string; readonly is: string; readonly wanted: string }) =>
    `\`${p.name}\` is a ${p.is}; a ${p.wanted} is wanted here`,
});

export const invalidInstant = defineDiagnostic({
  code: "invalid-instant",
  severity: "error",
  message: (p: { readonly text: string }) => `\`${p.text}\` is not an instant`,
});

export const scenarioEmptySpan = defineDiagnostic({
  code: "scenario-empty-span",
  severity: "error",
  message: (p: { readonly from: string; readonly until: string }) =>
    `no moment lies from \`${p.from}\` until \`${p.until}\`, so this would always hold`,
});

/** What would be taken and do nothing. */
export const scenarioWorkerPart = defineDiagnostic({
  code: "scenario-worker-part",
  severity: "error",
  message: (p: { readonly part: string; readonly why: string }) =>
    `\`${p.part}\` does nothing here: ${p.why}`,
});

export const scenarioDiagnostics = [
  scenarioWithoutExpectation,
  scenarioOrder,
  scenarioOnlyExpects,
  scenarioSubject,
  invalidInstant,
  scenarioEmptySpan,
  scenarioWorkerPart,
] as const;
