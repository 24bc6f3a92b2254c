export { type AnalyseOptions, analyse, analyseInSteps } from "./check/analyse.ts";
export type * from "./check/checked.ts";
export { formulaPlaces } from "./check/formulas.ts";
export { compilerCodes, suppress } from "./check/suppression.ts";
export { type CompileOptions, compile } from "./compile/compile.ts";
export { type Lowered, lower, lowerInSteps } from "./compile/lower.ts";
export { LoweringMemo } from "./compile/memo.ts";
export { diagnosticPages } from "./diagnostic-pages.ts";
export { type CatalogueEntry, dslDiagnostics } from "./diagnostics.ts";
export { type EmitTarget, emit, emitTargets } from "./emit/emit.ts";
export type { EmittedFile } from "./emit/emitted-file.ts";
export { explainCode } from "./explain.ts";
export { type Formatted, format } from "./format/format.ts";
export { type LanguageFunction, languageFunctions } from "./functions.ts";
export { importDiagnostics } from "./import/catalogue.ts";
export { formulaCandidates } from "./import/formulas.ts";
export { type Imported, type ImportOptions, importObjects } from "./import/import-objects.ts";
export type * from "./parse/ast.ts";
export { parse } from "./parse/parse.ts";
export {
  readSyntax,
  type Syntax,
  type SyntaxToken,
  type SyntaxTokenKind,
  updateSyntax,
} from "./parse/syntax.ts";
export { type TokenEntry, type TokenKind, tokenTable } from "./parse/tokens.ts";
export type { ModuleHost } from "./source/module-host.ts";
export { findRoots } from "./source/roots.ts";
