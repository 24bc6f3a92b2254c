import type { JsonObject, JsonValue } from "./json.ts";

const pageWidth = 80;

/**
 * An object as a page of a diff: its canonical JSON, and below it each formula that is too long for a
 * line, laid out. An object that is not there is an empty page.
 */
export function pageOf(id: string, body: JsonObject | undefined): string {
  if (body === undefined) return "";
  const lines = [JSON.stringify({ id, ...body }, null, 2)];
  for (const { path, formula } of formulasIn(body, "")) {
    const laidOut = layOut(formula);
    if (!laidOut.includes("\n")) continue;
    lines.push("", `// ${path}`, ...laidOut.split("\n").map((line) => `//   ${line}`));
  }
  return `${lines.join("\n")}\n`;
}

interface FormulaPlace {
  readonly path: string;
  readonly formula: string;
}

function formulasIn(value: JsonValue, path: string): readonly FormulaPlace[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => formulasIn(item, `${path}[${index + 1}]`));
  }
  const members = value as JsonObject;
  return Object.entries(members).flatMap(([key, item]) => {
    const place = path === "" ? key : `${path}.${key}`;
    const isFormula = key === "expression" && members.kind === "expression";
    return isFormula && typeof item === "string"
      ? [{ path: place, formula: item }]
      : formulasIn(item, place);
  });
}

/**
 * A formula with the arguments of its calls on lines of their own where it is long. Only white space
 * changes; a formula of which that cannot be shown stays as it is.
 */
export function layOut(formula: string, width = pageWidth): string {
  const laidOut = broken(formula.trim(), "", width);
  return withoutSpace(laidOut) === withoutSpace(formula) ? laidOut : formula;
}

function broken(text: string, indent: string, width: number): string {
  if (indent.length + text.length <= width) return text;
  const call = /^([A-Za-z]\w*)\(/u.exec(text);
  const inner = call === null ? undefined : insideOf(text, call[0].length - 1);
  const [head = "", name = ""] = call ?? [];
  if (inner !== undefined && head.length + inner.length + 1 === text.length) {
    const deeper = `${indent}  `;
    const parts = splitAt(inner, /^,/u).map((part) => broken(part.trim(), deeper, width));
    return `${name}(\n${deeper}${parts.join(`,\n${deeper}`)}\n${indent})`;
  }
  const operands = splitAt(text, /^(?:\|\||&&)/u, true);
  return operands.length > 1
    ? operands.map((part) => broken(part.trim(), indent, width)).join(`\n${indent}`)
    : text;
}

/** What stands between a bracket and its partner. */
function insideOf(text: string, open: number): string | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"' || sign === "'") at = closing(text, at);
    else if (isOpening(sign)) depth++;
    else if (isClosing(sign) && --depth === 0) return text.slice(open + 1, at);
  }
  return undefined;
}

/** Parts between separators that stand in no brackets; `keeps`: each begins the part behind it. */
function splitAt(text: string, separator: RegExp, keeps = false): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"' || sign === "'") at = closing(text, at);
    else if (isOpening(sign)) depth++;
    else if (isClosing(sign)) depth--;
    else if (depth === 0) {
      const [found] = separator.exec(text.slice(at, at + 2)) ?? [];
      if (found === undefined || at === 0) continue;
      parts.push(text.slice(start, at));
      start = keeps ? at : at + found.length;
      at += found.length - 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Where a text or a quoted name ends; a doubled quote is one of its letters. */
function closing(text: string, open: number): number {
  const quote = text[open];
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] !== quote) continue;
    if (text[at + 1] !== quote) return at;
    at++;
  }
  return text.length;
}

function isOpening(sign: string | undefined): boolean {
  return sign === "(" || sign === "[" || sign === "{";
}

function isClosing(sign: string | undefined): boolean {
  return sign === ")" || sign === "]" || sign === "}";
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/gu, "");
}
