import { defineDiagnostic } from "@routewright/diagnostics";

// Mistakes of form: what stops a text from being read as a program.

export const syntaxExpected = defineDiagnostic({
  code: "syntax-expected",
  severity: "error",
  message: (p: { readonly what: string; readonly where: string }) =>
    `expected ${p.what}${p.where === "" ? "" : ` ${p.where}`}`,
});

export const syntaxUnexpected = defineDiagnostic({
  code: "syntax-unexpected",
  severity: "error",
  message: (p: { readonly token: string; readonly where: string }) =>
    `${p.token} does not belong ${p.where}`,
});

export const declarationExpected = defineDiagnostic({
  code: "declaration-expected",
  severity: "error",
  message: (p: { readonly token: string }) => `${p.token} does not begin a declaration`,
});

export const blockNotClosed = defineDiagnostic({
  code: "block-not-closed",
  severity: "error",
  message: (p: { readonly close: string; readonly what: string }) =>
    `expected \`${p.close}\` to close ${p.what}`,
});

export const closeWithoutOpen = defineDiagnostic({
  code: "close-without-open",
  severity: "error",
  message: (p: { readonly close: string }) => `\`${p.close}\` closes nothing`,
});

export const operatorSpelling = defineDiagnostic({
  code: "operator-spelling",
  severity: "error",
  message: (p: { readonly written: string; readonly meant: string }) =>
    `\`${p.written}\` is written \`${p.meant}\``,
});

export const comparisonSpelling = defineDiagnostic({
  code: "comparison-spelling",
  severity: "error",
  message: (_: object) => "a comparison is written `==`",
});

export const comparisonChain = defineDiagnostic({
  code: "comparison-chain",
  severity: "error",
  message: (_: object) => "comparisons cannot be chained",
});

export const notPosition = defineDiagnostic({
  code: "not-position",
  severity: "error",
  message: (_: object) => "`not` must be in parentheses here",
});

export const nestingTooDeep = defineDiagnostic({
  code: "nesting-too-deep",
  severity: "error",
  message: (p: { readonly limit: number }) => `more than ${p.limit} levels inside one another`,
});

export const expressionTooLong = defineDiagnostic({
  code: "expression-too-long",
  severity: "error",
  message: (p: { readonly limit: number }) => `more than ${p.limit} operators in one expression`,
});

export const textNotClosed = defineDiagnostic({
  code: "text-not-closed",
  severity: "error",
  message: (p: { readonly close: string }) => `expected \`${p.close}\` at the end of the text`,
});

export const quotedNameNotClosed = defineDiagnostic({
  code: "quoted-name-not-closed",
  severity: "error",
  message: (_: object) => "expected `'` at the end of the quoted name",
});

export const commentNotClosed = defineDiagnostic({
  code: "comment-not-closed",
  severity: "error",
  message: (_: object) => "expected `*/` at the end of the comment",
});

export const textEscape = defineDiagnostic({
  code: "text-escape",
  severity: "error",
  message: (p: { readonly escape: string }) => `\`${p.escape}\` is not an escape of a text`,
});

export const textQuotes = defineDiagnostic({
  code: "text-quotes",
  severity: "error",
  message: (_: object) => "a text is written in double quotes",
});

export const keyQuotes = defineDiagnostic({
  code: "key-quotes",
  severity: "error",
  message: (_: object) => "a label key is written in single quotes, or without",
});

export const numberForm = defineDiagnostic({
  code: "number-form",
  severity: "error",
  message: (p: { readonly written: string }) => `\`${p.written}\` is not a number`,
});

export const numberPrecision = defineDiagnostic({
  code: "number-precision",
  severity: "error",
  message: (p: { readonly written: string; readonly kept: string }) =>
    `\`${p.written}\` has more digits than a number keeps: it would become ${p.kept}`,
});

export const durationOrder = defineDiagnostic({
  code: "duration-order",
  severity: "error",
  message: (p: { readonly written: string }) =>
    `the parts of \`${p.written}\` must go from the largest unit to the smallest`,
});

export const unknownCharacter = defineDiagnostic({
  code: "unknown-character",
  severity: "error",
  message: (p: { readonly character: string }) => `${p.character} is not part of the language`,
});

export const parseDiagnostics = [
  syntaxExpected,
  syntaxUnexpected,
  declarationExpected,
  blockNotClosed,
  closeWithoutOpen,
  operatorSpelling,
  comparisonSpelling,
  comparisonChain,
  notPosition,
  nestingTooDeep,
  expressionTooLong,
  textNotClosed,
  quotedNameNotClosed,
  commentNotClosed,
  textEscape,
  textQuotes,
  keyQuotes,
  numberForm,
  numberPrecision,
  durationOrder,
  unknownCharacter,
] as const;
