import { defineDiagnostic } from "@routewright/diagnostics";

// Every finding about a workload and its histories. Codes begin with `workload-`.

export const workloadShape = defineDiagnostic({
  code: "workload-shape",
  severity: "error",
  message: (p: { readonly problem: string }) => p.problem,
});

export const workloadValue = defineDiagnostic({
  code: "workload-value",
  severity: "error",
  message: (p: { readonly problem: string }) => p.problem,
});

export const workloadName = defineDiagnostic({
  code: "workload-name",
  severity: "error",
  message: (p: { readonly what: string; readonly name: string }) =>
    `there is no ${p.what} \`${p.name}\``,
});

export const workloadFile = defineDiagnostic({
  code: "workload-file",
  severity: "error",
  message: (p: { readonly path: string; readonly problem: string }) =>
    `\`${p.path}\` cannot be used: ${p.problem}`,
});

export const workloadHistory = defineDiagnostic({
  code: "workload-history",
  severity: "error",
  message: (p: { readonly problem: string }) => p.problem,
});

export const workloadUnusedColumn = defineDiagnostic({
  code: "workload-unused-column",
  severity: "warning",
  message: (p: { readonly names: string }) => `nothing is read from ${p.names}`,
});

export const workloadOutsideTime = defineDiagnostic({
  code: "workload-outside-time",
  severity: "warning",
  message: (p: { readonly some: string; readonly when: string }) =>
    `${p.some} of the history are left out: they lie ${p.when}`,
});

export const workloadTooLarge = defineDiagnostic({
  code: "workload-too-large",
  severity: "error",
  message: (p: { readonly what: string; readonly limit: string }) =>
    `${p.what}, more than the ${p.limit} that are simulated`,
});

export const workloadDiagnostics = [
  workloadShape,
  workloadValue,
  workloadName,
  workloadFile,
  workloadHistory,
  workloadUnusedColumn,
  workloadOutsideTime,
  workloadTooLarge,
] as const;
