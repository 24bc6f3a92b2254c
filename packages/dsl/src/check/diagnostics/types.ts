import { defineDiagnostic } from "@routewright/diagnostics";

export const typeMismatch = defineDiagnostic({
  code: "type-mismatch",
  severity: "error",
  message: (p: { readonly wanted: string; readonly found: string }) =>
    `${p.wanted} is wanted here, not ${p.found}`,
});

export const incomparableTypes = defineDiagnostic({
  code: "incomparable-types",
  severity: "error",
  message: (p: { readonly left: string; readonly right: string }) =>
    `${p.left} cannot be compared with ${p.right}`,
});

export const cannotOrder = defineDiagnostic({
  code: "cannot-order",
  severity: "error",
  message: (p: { readonly operator: string; readonly found: string }) =>
    `\`${p.operator}\` orders numbers only, not ${p.found}`,
});

export const arithmeticOperand = defineDiagnostic({
  code: "arithmetic-operand",
  severity: "error",
  message: (p: { readonly operator: string; readonly found: string }) =>
    `\`${p.operator}\` does not work on ${p.found}`,
});

export const valueNotInSet = defineDiagnostic({
  code: "value-not-in-set",
  severity: "error",
  message: (p: { readonly value: string; readonly label: string }) =>
    `${p.value} is not among the values of ${p.label}`,
});

export const valueOutOfRange = defineDiagnostic({
  code: "value-out-of-range",
  severity: "error",
  message: (p: {
    readonly value: string;
    readonly label: string;
    readonly min: number;
    readonly max: number;
  }) => `${p.value} is outside the range ${p.min}..${p.max} of ${p.label}`,
});

export const neverHolds = defineDiagnostic({
  code: "never-holds",
  severity: "warning",
  message: (p: { readonly reason: string }) => `this never holds: ${p.reason}`,
});

export const alwaysHolds = defineDiagnostic({
  code: "always-holds",
  severity: "warning",
  message: (p: { readonly reason: string }) => `this always holds: ${p.reason}`,
});

export const missingReadsAsZero = defineDiagnostic({
  code: "missing-reads-as-zero",
  severity: "warning",
  message: (p: { readonly label: string; readonly operator: string }) =>
    `${p.label} may be missing, and \`${p.operator}\` reads a missing label as 0`,
});

export const missingIsUnequal = defineDiagnostic({
  code: "missing-is-unequal",
  severity: "hint",
  message: (p: { readonly label: string }) =>
    `${p.label} may be missing, and a missing label is unequal to every value`,
});

export const argumentCount = defineDiagnostic({
  code: "argument-count",
  severity: "error",
  message: (p: { readonly name: string; readonly wanted: string; readonly found: number }) =>
    `\`${p.name}\` takes ${p.wanted}, not ${p.found}`,
});

export const misplacedNone = defineDiagnostic({
  code: "misplaced-none",
  severity: "error",
  message: () => "`none` is not a value; only a requirement can be without one",
});

export const mixedValues = defineDiagnostic({
  code: "mixed-values",
  severity: "error",
  message: (p: { readonly first: string; readonly found: string }) =>
    `the values of a set have one type; ${p.found} stands among ${p.first}s`,
});

export const duplicateValue = defineDiagnostic({
  code: "duplicate-value",
  severity: "warning",
  message: (p: { readonly value: string }) => `${p.value} is already in the list`,
});

export const emptyRange = defineDiagnostic({
  code: "empty-range",
  severity: "error",
  message: (p: { readonly min: number; readonly max: number }) =>
    `there is nothing between ${p.min} and ${p.max}: the smaller end comes first`,
});

export const declaredType = defineDiagnostic({
  code: "declared-type",
  severity: "error",
  message: (p: { readonly what: string; readonly type: string }) =>
    `${p.what} cannot be of type \`${p.type}\``,
});

export const typeDiagnostics = [
  typeMismatch,
  incomparableTypes,
  cannotOrder,
  arithmeticOperand,
  valueNotInSet,
  valueOutOfRange,
  neverHolds,
  alwaysHolds,
  missingReadsAsZero,
  missingIsUnequal,
  argumentCount,
  misplacedNone,
  mixedValues,
  duplicateValue,
  emptyRange,
  declaredType,
] as const;
