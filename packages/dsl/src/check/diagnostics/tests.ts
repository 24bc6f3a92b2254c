import { defineDiagnostic } from "@routewright/diagnostics";

export const testWithoutJob = defineDiagnostic({
  code: "test-without-job",
  severity: "error",
  message: () => "a test needs a `job`",
});

export const testWithoutExpectation = defineDiagnostic({
  code: "test-without-expectation",
  severity: "warning",
  message: () => "this test expects nothing, so it cannot fail",
});

export const testNeedsVia = defineDiagnostic({
  code: "test-needs-via",
  severity: "error",
  message: (p: { readonly count: number }) =>
    `there are ${p.count} classifications; \`via\` has to say which one the job takes`,
});

export const testLabelMissing = defineDiagnostic({
  code: "test-label-missing",
  severity: "error",
  message: (p: { readonly side: string; readonly keys: readonly string[] }) =>
    `this ${p.side} does not say ${p.keys.map((key) => `\`${key}\``).join(", ")}`,
});

export const unusedStub = defineDiagnostic({
  code: "unused-stub",
  severity: "warning",
  message: (p: { readonly uri: string }) => `no rule asks \`${p.uri}\``,
});

export const testDiagnostics = [
  testWithoutJob,
  testWithoutExpectation,
  testNeedsVia,
  testLabelMissing,
  unusedStub,
] as const;
