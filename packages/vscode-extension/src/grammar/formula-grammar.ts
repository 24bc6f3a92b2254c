import { fxFunctions } from "@routewright/powerfx";
import { anyOf, type Grammar, type Pattern } from "./textmate.ts";

const words = ["and", "or", "not", "in", "exactin", "as"];

/** Power Fx, for formulas inside policies and for compiled ones. */
export function formulaGrammar(): Grammar {
  return {
    name: "Power Fx",
    scopeName: "source.powerfx",
    patterns: [{ include: "#comments" }, { include: "#texts" }, { include: "#code" }],
    repository: {
      comments: {
        patterns: [
          { match: "//.*$", name: "comment.line.double-slash.powerfx" },
          { begin: String.raw`/\*`, end: String.raw`\*/`, name: "comment.block.powerfx" },
        ],
      },
      texts: { patterns: [interpolated, text] },
      code: { patterns: code },
    },
  };
}

const quoteEscape: Pattern = { match: '""', name: "constant.character.escape.powerfx" };

const text: Pattern = {
  begin: '"',
  end: '"(?!")',
  name: "string.quoted.double.powerfx",
  patterns: [quoteEscape],
};

const interpolated: Pattern = {
  begin: String.raw`\$"`,
  end: '"(?!")',
  name: "string.interpolated.powerfx",
  patterns: [
    quoteEscape,
    { match: String.raw`\{\{|\}\}`, name: "constant.character.escape.powerfx" },
    {
      begin: String.raw`\{`,
      end: String.raw`\}`,
      name: "meta.interpolation.powerfx",
      patterns: [{ include: "$self" }],
    },
  ],
};

const code: readonly Pattern[] = [
  {
    match: String.raw`\b(job|worker)\s*(\.)\s*([A-Za-z_]\w*|'(?:[^']|'')*')`,
    captures: {
      1: { name: "variable.language.powerfx" },
      2: { name: "punctuation.accessor.powerfx" },
      3: { name: "variable.other.property.powerfx" },
    },
  },
  { match: "'(?:[^']|'')*'", name: "variable.other.quoted.powerfx" },
  { match: String.raw`\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b`, name: "constant.numeric.powerfx" },
  {
    match: String.raw`(?i)\b(?:${anyOf(words)})\b(?!\s*\()`,
    name: "keyword.operator.word.powerfx",
  },
  {
    match: String.raw`\b(?:${anyOf(fxFunctions.map((known) => known.name))})(?=\s*\()`,
    name: "support.function.powerfx",
  },
  { match: String.raw`\b(?:true|false)\b`, name: "constant.language.powerfx" },
  { match: String.raw`<>|<=|>=|&&|\|\||[-+*/^&=<>!%]`, name: "keyword.operator.powerfx" },
  { match: "[,;:.(){}\\[\\]]", name: "punctuation.powerfx" },
];
