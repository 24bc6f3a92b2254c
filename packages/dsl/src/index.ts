export { type AnalyseOptions, analyse } from "./check/analyse.ts";
export type * from "./check/checked.ts";
export { compilerCodes, suppress } from "./check/suppression.ts";
export { type CatalogueEntry, dslDiagnostics } from "./diagnostics.ts";
export { type LanguageFunction, languageFunctions } from "./functions.ts";
export type * from "./parse/ast.ts";
export { parse } from "./parse/parse.ts";
export { type TokenEntry, type TokenKind, tokenTable } from "./parse/tokens.ts";
export type { ModuleHost } from "./source/module-host.ts";
