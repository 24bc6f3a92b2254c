import { defineDiagnostic } from "@routewright/diagnostics";

/** Policies that can be said, but hardly mean what was meant. */

export const notExhaustive = defineDiagnostic({
  code: "not-exhaustive",
  severity: "error",
  message: (p: { readonly what: string }) => `${p.what} leaves jobs without a value`,
});

export const unreachableArm = defineDiagnostic({
  code: "unreachable-arm",
  severity: "warning",
  message: (p: { readonly reason: string }) => `this is never reached: ${p.reason}`,
});

export const noQueueForSome = defineDiagnostic({
  code: "no-queue-for-some",
  severity: "warning",
  message: (p: { readonly reason: string }) => `a job may be left without a queue: ${p.reason}`,
});

export const noQueueMatches = defineDiagnostic({
  code: "no-queue-matches",
  severity: "warning",
  message: (p: { readonly wanted: string }) => `no declared queue has ${p.wanted}`,
});

export const ambiguousQueues = defineDiagnostic({
  code: "ambiguous-queues",
  severity: "warning",
  message: (p: { readonly wanted: string; readonly queues: readonly string[] }) =>
    `${p.queues.map((name) => `\`${name}\``).join(" and ")} both have ${p.wanted}`,
});

export const impossibleRequirement = defineDiagnostic({
  code: "impossible-requirement",
  severity: "warning",
  message: (p: { readonly label: string }) => `no declared value of ${p.label} meets this`,
});

export const contradictoryRequirements = defineDiagnostic({
  code: "contradictory-requirements",
  severity: "warning",
  message: (p: { readonly label: string }) =>
    `no value of ${p.label} meets this and what is required before`,
});

export const queueWithoutDistribution = defineDiagnostic({
  code: "queue-without-distribution",
  severity: "warning",
  message: (p: { readonly name: string }) => `queue \`${p.name}\` has no distribution`,
});

export const queueLabelMissing = defineDiagnostic({
  code: "queue-label-missing",
  severity: "warning",
  message: (p: { readonly name: string; readonly keys: readonly string[] }) =>
    `queue \`${p.name}\` does not say ${p.keys.map((key) => `\`${key}\``).join(", ")}`,
});

export const duplicateRuleId = defineDiagnostic({
  code: "duplicate-rule-id",
  severity: "error",
  message: (p: { readonly id: string }) => `another rule here already has the id \`${p.id}\``,
});

export const exceptionWithoutEffect = defineDiagnostic({
  code: "exception-without-effect",
  severity: "warning",
  message: (p: { readonly what: string }) => `${p.what} changes nothing`,
});

export const moveToSameQueue = defineDiagnostic({
  code: "move-to-same-queue",
  severity: "warning",
  message: (p: { readonly queue: string }) =>
    `this moves jobs of \`${p.queue}\` to the queue they are already in`,
});

export const exceptionCircle = defineDiagnostic({
  code: "exception-circle",
  severity: "warning",
  message: (p: { readonly queues: readonly string[]; readonly witness: readonly string[] }) => {
    const job = p.witness.length === 0 ? "a job" : `a job with ${p.witness.slice(0, 3).join(", ")}`;
    const way = p.queues.map((queue) => `\`${queue}\``).join(" → ");
    return `${job} that nobody takes goes round without end: ${way}`;
  },
});

export const wrongCellCount = defineDiagnostic({
  code: "wrong-cell-count",
  severity: "error",
  message: (p: { readonly what: string; readonly wanted: number; readonly found: number }) =>
    `this row has ${p.found} ${p.what}${p.found === 1 ? "" : "s"} for ${p.wanted} column${p.wanted === 1 ? "" : "s"}`,
});

export const meaningDiagnostics = [
  notExhaustive,
  unreachableArm,
  noQueueForSome,
  noQueueMatches,
  ambiguousQueues,
  impossibleRequirement,
  contradictoryRequirements,
  queueWithoutDistribution,
  queueLabelMissing,
  duplicateRuleId,
  exceptionWithoutEffect,
  moveToSameQueue,
  exceptionCircle,
  wrongCellCount,
] as const;
