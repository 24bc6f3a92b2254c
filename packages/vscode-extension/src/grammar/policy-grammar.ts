import { languageFunctions, type TokenEntry, tokenTable } from "@routewright/dsl";
import { namedDeclarations, scopeOf } from "./scopes.ts";
import { anyOf, type Grammar, type Pattern } from "./textmate.ts";

const language = "routewright";
const name = String.raw`(?:[A-Za-z_][A-Za-z0-9_]*|'(?:[^'\r\n]|'')*')`;

/**
 * Colours by shape alone, made from the token table of the language; what needs meaning (which
 * names are queues, say) comes later from the server's semantic tokens.
 */
export function policyGrammar(): Grammar {
  return {
    name: "Routewright",
    scopeName: `source.${language}`,
    fileTypes: ["route"],
    patterns: [
      "comments",
      "formulas",
      "texts",
      "declarations",
      "labels",
      "keys",
      "numbers",
      "functions",
      "words",
      "quotedNames",
      "marks",
    ].map((rule) => ({ include: `#${rule}` })),
    repository: {
      comments: { patterns: comments },
      formulas: { patterns: formulas },
      texts: { patterns: [text] },
      textEscapes: { patterns: textEscapes },
      declarations: { patterns: declarations },
      labels: { patterns: [labelReference] },
      keys: { patterns: [labelKey] },
      numbers: { patterns: numbers },
      functions: { patterns: [functionCall] },
      words: {
        patterns: groupByScope(["keyword", "word"], String.raw`(?<![.'])\b(?:`, String.raw`)\b`),
      },
      quotedNames: { patterns: [quotedName] },
      marks: { patterns: groupByScope(["operator", "punctuation"], "(?:", ")") },
    },
  };
}

const comments: readonly Pattern[] = [
  {
    match: String.raw`(//)\s*(allow)\s+([\w, -]+?)(:)(.*)$`,
    name: scoped("comment.line.double-slash.suppression"),
    captures: {
      1: { name: scoped("punctuation.definition.comment") },
      2: { name: scoped("keyword.other.suppression") },
      3: { name: scoped("constant.other.diagnostic-code") },
    },
  },
  { match: "///(?!/).*$", name: scoped("comment.line.documentation") },
  { match: "//.*$", name: scoped("comment.line.double-slash") },
  { begin: String.raw`/\*`, end: String.raw`\*/`, name: scoped("comment.block") },
];

const formulas: readonly Pattern[] = [
  {
    begin: String.raw`\b(powerfx)\s*(""")`,
    end: '"""',
    beginCaptures: {
      1: { name: scoped("keyword.other") },
      2: { name: scoped("punctuation.definition.string.begin") },
    },
    endCaptures: { 0: { name: scoped("punctuation.definition.string.end") } },
    contentName: "meta.embedded.block.powerfx",
    patterns: [{ include: "source.powerfx" }],
  },
  {
    begin: String.raw`\b(powerfx)\s*(")`,
    // A text ends with its line, closed or not.
    end: '(")|$',
    beginCaptures: {
      1: { name: scoped("keyword.other") },
      2: { name: scoped("punctuation.definition.string.begin") },
    },
    endCaptures: { 1: { name: scoped("punctuation.definition.string.end") } },
    contentName: "meta.embedded.inline.powerfx",
    patterns: [
      {
        begin: String.raw`\\"`,
        end: String.raw`\\"(?!\\")|(?=")|$`,
        name: "string.quoted.double.powerfx",
      },
      { include: "#textEscapes" },
      { include: "source.powerfx#code" },
    ],
  },
];

const textEscapes: readonly Pattern[] = [
  {
    match: String.raw`\\(?:["\\ntr]|u\{[0-9A-Fa-f]{1,6}\})`,
    name: scoped("constant.character.escape"),
  },
  { match: String.raw`\\.`, name: scoped("invalid.illegal.escape") },
];

const text: Pattern = {
  begin: '"',
  end: '"|$',
  beginCaptures: { 0: { name: scoped("punctuation.definition.string.begin") } },
  endCaptures: { 0: { name: scoped("punctuation.definition.string.end") } },
  name: scoped("string.quoted.double"),
  patterns: [{ include: "#textEscapes" }],
};

const declarations: readonly Pattern[] = [
  {
    match: String.raw`^\s*(${anyOf(namedDeclarations)})\s+(${name})(?!\s*[-=<>!]{2})`,
    captures: {
      1: { name: scoped("storage.type") },
      2: { name: scoped("entity.name.type") },
    },
  },
  {
    match: String.raw`^\s*(labels)\s+(job|worker|queue)\b`,
    captures: {
      1: { name: scoped("storage.type") },
      2: { name: scoped("variable.language") },
    },
  },
];

/** A key may be any word, so it comes before the words. */
const labelReference: Pattern = {
  match: String.raw`\b(job|worker|queue)\s*(\.)(?!\.)\s*(${name})`,
  captures: {
    1: { name: scoped("variable.language") },
    2: { name: scoped("punctuation.accessor") },
    3: { name: scoped("variable.other.property") },
  },
};

const labelKey: Pattern = {
  match: String.raw`(?<![.\w'])(${name})\s*(\?)?\s*(:)`,
  captures: {
    1: { name: scoped("variable.other.property") },
    2: { name: scoped("keyword.operator.optional") },
    3: { name: scoped("punctuation.separator") },
  },
};

const numbers: readonly Pattern[] = [
  {
    match: String.raw`\b\d+(?:\.\d+)?(?:(ms|s|m|h|d)(?:\d+(?:ms|s|m|h|d))*)\b`,
    name: scoped("constant.numeric.duration"),
  },
  { match: String.raw`\b\d+(?:\.\d+)?%`, name: scoped("constant.numeric.percent") },
  { match: String.raw`\b\d+(?:\.\d+)?\b`, name: scoped("constant.numeric") },
];

const functionCall: Pattern = {
  match: String.raw`\b(${anyOf(languageFunctions.map((known) => known.name))})(?=\()`,
  name: scoped("support.function"),
};

const quotedName: Pattern = {
  match: String.raw`'(?:[^'\r\n]|'')*'`,
  name: scoped("variable.other.quoted"),
};

function groupByScope(
  kinds: readonly TokenEntry["kind"][],
  before: string,
  after: string,
): readonly Pattern[] {
  const groups = new Map<string, string[]>();
  for (const entry of tokenTable) {
    if (!kinds.includes(entry.kind)) continue;
    const scope = scopeOf(entry);
    groups.set(scope, [...(groups.get(scope) ?? []), entry.image]);
  }
  // Marks begin with one another: those with the longest image are tried first.
  return [...groups]
    .sort(([, a], [, b]) => longest(b) - longest(a))
    .map(([scope, images]) => ({
      match: `${before}${anyOf(images)}${after}`,
      name: scoped(scope),
    }));
}

function longest(images: readonly string[]): number {
  return Math.max(...images.map((image) => image.length));
}

function scoped(scope: string): string {
  return `${scope}.${language}`;
}
