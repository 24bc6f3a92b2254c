export type { FxFeatures } from "./bind/binder.ts";
export * from "./editor.ts";
export type { FxFunction, ParameterType } from "./functions/define.ts";
export { functionReference } from "./functions/reference.ts";
export { fxFunctions } from "./functions/table.ts";
export type { FxLabelReference, LabelBag, LabelCode } from "./labels.ts";
export { labelCode, readLabel } from "./labels.ts";
export * from "./limits.ts";
export { type FxToken, type FxTokenKind, type FxTokens, lexFormula } from "./parse/lexer.ts";
export {
  defaultMaxDepth,
  type ParsedFormula,
  type ParseFormulaOptions,
  parseFormula,
  parseFormula as parse,
} from "./parse/parser.ts";
export { printFormula, printFormula as print, quoteName, quoteText } from "./parse/print.ts";
export * from "./program.ts";
export type { Fragment, FragmentNames } from "./run/generate.ts";
export type { SpecialisedFormula } from "./specialise.ts";
export * from "./tree.ts";
export * from "./typed.ts";
export { decimalToText, FxDecimal } from "./values/decimal.ts";
export * from "./values/types.ts";
export * from "./values/value.ts";
