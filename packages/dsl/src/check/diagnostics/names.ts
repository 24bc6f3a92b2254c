import { defineDiagnostic } from "@routewright/diagnostics";

export const unknownName = defineDiagnostic({
  code: "unknown-name",
  severity: "error",
  message: (p: { readonly name: string; readonly wanted?: string }) =>
    p.wanted === undefined
      ? `nothing is called \`${p.name}\``
      : `there is no ${p.wanted} \`${p.name}\``,
});

export const unknownLabel = defineDiagnostic({
  code: "unknown-label",
  severity: "error",
  message: (p: { readonly side: string; readonly key: string }) =>
    `\`${p.key}\` is not declared among the labels of a ${p.side}`,
});

export const unknownFunction = defineDiagnostic({
  code: "unknown-function",
  severity: "error",
  message: (p: { readonly name: string }) => `there is no function \`${p.name}\``,
});

export const notImported = defineDiagnostic({
  code: "not-imported",
  severity: "error",
  message: (p: { readonly name: string; readonly path: string }) =>
    `\`${p.name}\` is declared in \`${p.path}\`, which this file does not import`,
});

export const wrongKind = defineDiagnostic({
  code: "wrong-kind",
  severity: "error",
  message: (p: { readonly name: string; readonly found: string; readonly wanted: string }) =>
    `\`${p.name}\` is ${p.found}; ${p.wanted} is wanted here`,
});

export const duplicateName = defineDiagnostic({
  code: "duplicate-name",
  severity: "error",
  message: (p: { readonly name: string }) => `\`${p.name}\` is already defined`,
});

export const duplicateLabel = defineDiagnostic({
  code: "duplicate-label",
  severity: "error",
  message: (p: { readonly side: string; readonly key: string }) =>
    `the ${p.side} label \`${p.key}\` is already declared`,
});

export const duplicateProperty = defineDiagnostic({
  code: "duplicate-property",
  severity: "error",
  message: (p: { readonly property: string }) => `\`${p.property}\` is already given`,
});

export const duplicateEntry = defineDiagnostic({
  code: "duplicate-entry",
  severity: "error",
  message: (p: { readonly key: string }) => `\`${p.key}\` already has a value here`,
});

export const duplicateId = defineDiagnostic({
  code: "duplicate-id",
  severity: "error",
  message: (p: { readonly id: string; readonly what: string }) =>
    `another ${p.what} already has the id \`${p.id}\``,
});

export const duplicateTest = defineDiagnostic({
  code: "duplicate-test",
  severity: "error",
  message: (p: { readonly name: string }) => `another test is already called \`${p.name}\``,
});

export const letCycle = defineDiagnostic({
  code: "let-cycle",
  severity: "error",
  message: (p: { readonly chain: readonly string[] }) =>
    p.chain.length < 2
      ? `\`${p.chain.join("")}\` is defined by itself`
      : `this goes in a circle: ${p.chain.map((name) => `\`${name}\``).join(" → ")}`,
});

export const unusedDeclaration = defineDiagnostic({
  code: "unused-declaration",
  severity: "warning",
  message: (p: { readonly kind: string; readonly name: string }) =>
    `${p.kind} \`${p.name}\` is never used`,
});

export const unusedLabel = defineDiagnostic({
  code: "unused-label",
  severity: "warning",
  message: (p: { readonly side: string; readonly key: string }) =>
    `the ${p.side} label \`${p.key}\` is never used`,
});

export const secretEnvironment = defineDiagnostic({
  code: "secret-environment",
  severity: "error",
  message: (p: { readonly name: string }) =>
    `\`${p.name}\` is not the name of an environment variable`,
});

export const nameDiagnostics = [
  unknownName,
  unknownLabel,
  unknownFunction,
  notImported,
  wrongKind,
  duplicateName,
  duplicateLabel,
  duplicateProperty,
  duplicateEntry,
  duplicateId,
  duplicateTest,
  letCycle,
  unusedDeclaration,
  unusedLabel,
  secretEnvironment,
] as const;
