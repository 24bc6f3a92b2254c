export { formulaGrammar } from "./grammar/formula-grammar.ts";
export { policyGrammar } from "./grammar/policy-grammar.ts";
export { scopeOf } from "./grammar/scopes.ts";
export type { Grammar } from "./grammar/textmate.ts";
