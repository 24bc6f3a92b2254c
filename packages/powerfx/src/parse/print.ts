import type { FxNode } from "../tree.ts";
import { fxKeywords, fxReservedWords, isIdentifierPart, isIdentifierStart } from "./lexer.ts";

/** A text literal: `"…"`, with quotes doubled. */
export function quoteText(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/**
 * A name as a formula must write it: plain where it can be, else `'…'` with quotes doubled.
 * A name with a line break, or of nothing but white space, cannot be written at all; it comes
 * back quoted and will not parse.
 */
export function quoteName(name: string): string {
  return isPlainName(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

/** Canonical text: one space around operators, fewest parentheses. */
export function printFormula(tree: FxNode): string {
  return print(tree, 0);
}

/** How tightly operators bind; a higher number binds tighter. */
const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  in: 3,
  exactin: 3,
  "=": 4,
  "<>": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "&": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
};
const asLevel = 8;
const prefixLevel = 9;
const powerLevel = 10;
const postfixLevel = 11;
const primaryLevel = 12;

function print(node: FxNode, level: number): string {
  switch (node.kind) {
    case "blank":
      return "";
    case "number":
      // `1 .a` must not read the dot as a decimal point.
      return level > postfixLevel ? `(${node.text})` : node.text;
    case "text":
      return quoteText(node.value);
    case "boolean":
      return node.value ? "true" : "false";
    case "name":
      return node.global ? `[@${quoteName(node.name)}]` : quoteName(node.name);
    case "keyword":
      return node.word;
    case "error":
      return node.text;
    case "field": {
      const mixed = node.receiver.kind === "field" && node.receiver.separator !== node.separator;
      const receiver = print(node.receiver, mixed ? 0 : primaryLevel);
      return `${mixed ? `(${receiver})` : receiver}${node.separator}${quoteName(node.name)}`;
    }
    case "unary":
      if (node.op === "%")
        return wrap(`${print(node.operand, postfixLevel)}%`, postfixLevel, level);
      return wrap(
        `${node.op === "-" ? "-" : "!"}${print(node.operand, prefixLevel)}`,
        prefixLevel,
        level,
      );
    case "binary": {
      if (node.op === "^") {
        const text = `${print(node.left, postfixLevel)} ^ ${print(node.right, prefixLevel)}`;
        return wrap(text, powerLevel, level);
      }
      const own = precedence[node.op] ?? 0;
      const text = `${print(node.left, own)} ${node.op} ${print(node.right, own + 1)}`;
      return wrap(text, own, level);
    }
    case "as":
      return wrap(`${print(node.operand, asLevel)} As ${quoteName(node.name)}`, asLevel, level);
    case "call":
      return `${node.callee.split(".").map(quoteCallee).join(".")}(${node.args.map((arg) => print(arg, 0)).join(", ")})`;
    case "record":
      return `{${node.fields.map((field) => `${quoteName(field.name)}: ${print(field.value, 0)}`).join(", ")}}`;
    case "table":
      return `[${node.items.map((item) => print(item, 0)).join(", ")}]`;
    case "interpolated":
      return `$"${node.parts.map(printPart).join("")}"`;
  }
}

function printPart(part: FxNode): string {
  if (part.kind !== "text") {
    const text = print(part, 0);
    // `{{` would be read as an escaped brace.
    return text.startsWith("{") ? `{ ${text} }` : `{${text}}`;
  }
  return part.value.replaceAll('"', '""').replaceAll("{", "{{").replaceAll("}", "}}");
}

function wrap(text: string, own: number, level: number): string {
  return own < level ? `(${text})` : text;
}

function quoteCallee(name: string): string {
  return name === "And" || name === "Or" || name === "Not" ? name : quoteName(name);
}

function isPlainName(name: string): boolean {
  if (name.length === 0 || !isIdentifierStart(name.charAt(0))) return false;
  for (let index = 1; index < name.length; index++) {
    if (!isIdentifierPart(name.charAt(index))) return false;
  }
  return !fxKeywords.has(name) && !fxReservedWords.has(name);
}
