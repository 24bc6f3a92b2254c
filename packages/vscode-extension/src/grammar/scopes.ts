import type { TokenEntry } from "@routewright/dsl";

/**
 * TextMate scopes of the fixed tokens. A token that is not named here gets the scope of its kind,
 * so a new word is coloured from the day it stands in the token table.
 */
const scopeGroups: Readonly<Record<string, readonly string[]>> = {
  "keyword.control.import": ["import"],
  "storage.type": ["param", "secret", "labels", "channel", "let", "test", "scenario"],
  "keyword.control.conditional": ["if", "then", "else", "match", "when", "otherwise", "table"],
  "keyword.operator.word": ["and", "or", "not", "in", "is"],
  "constant.language": ["true", "false", "none", "missing", "present", "_"],
  "support.type": ["text", "number", "boolean", "any", "duration"],
  "variable.language": ["job", "worker"],
  "keyword.control.expect": ["expect"],
  "keyword.operator.arrow": ["->"],
  "keyword.operator.comparison": ["==", "!=", "<=", ">=", "<", ">"],
  "keyword.operator.assignment": ["="],
  "keyword.operator.arithmetic": ["+", "-", "*", "/"],
  "keyword.operator.range": [".."],
  "punctuation.accessor": ["."],
  "punctuation.separator": [",", ":"],
  "punctuation.section.block": ["{", "}"],
  "punctuation.section.group": ["(", ")"],
  "punctuation.section.list": ["[", "]"],
};

const scopes = new Map(
  Object.entries(scopeGroups).flatMap(([scope, images]) => images.map((image) => [image, scope])),
);

const scopeOfKind = {
  keyword: "keyword.control",
  word: "keyword.other",
  operator: "keyword.operator",
  punctuation: "punctuation",
} as const satisfies Readonly<Record<TokenEntry["kind"], string>>;

/** The scope of a token, without the language's name at its end. */
export function scopeOf(entry: Pick<TokenEntry, "image" | "kind">): string {
  return scopes.get(entry.image) ?? scopeOfKind[entry.kind];
}

/** Words that begin a declaration with a name. `labels` and `import` have none. */
export const namedDeclarations: readonly string[] = [
  "param",
  "secret",
  "channel",
  "let",
  "distribution",
  "exceptions",
  "queue",
  "classification",
];
