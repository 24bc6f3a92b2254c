import { type FxNode, parseFormula } from "@routewright/powerfx";
import { quoteKey } from "../check/context.ts";
import { languageFunctions } from "../functions.ts";
import { quoteTextLiteral } from "./text.ts";

/**
 * Expressions of the language that may mean a formula, the most readable first. Whether one
 * compiles to exactly this formula is for the caller to find out: nothing here knows how the
 * compiler prints.
 */
export function formulaCandidates(formula: string): readonly string[] {
  if (formula.length > longestConverted) return [];
  const { tree, diagnostics } = parseFormula(formula);
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) return [];
  const candidates: string[] = [];
  for (const form of [withLogic(tree), tree]) {
    for (const style of styles) {
      const text = write(form, level.whole, style);
      if (text !== undefined && !candidates.includes(text)) candidates.push(text);
    }
  }
  return candidates;
}

/** The compiler refuses longer formulas than this anyway. */
const longestConverted = 1000;

interface Style {
  /** `job.vip` for `job.vip = true`. */
  readonly bareBooleans: boolean;
  /** `match { … }` for an `If` of several branches. */
  readonly match: boolean;
}

const styles: readonly Style[] = [
  { bareBooleans: true, match: true },
  { bareBooleans: false, match: true },
  { bareBooleans: true, match: false },
  { bareBooleans: false, match: false },
];

/** How tightly the language binds. */
const level = { whole: 0, or: 1, and: 2, not: 3, relation: 4, sum: 5, product: 6, prefix: 7 };

const operators: ReadonlyMap<string, { readonly text: string; readonly level: number }> = new Map([
  ["||", { text: "or", level: level.or }],
  ["&&", { text: "and", level: level.and }],
  ["=", { text: "==", level: level.relation }],
  ["<>", { text: "!=", level: level.relation }],
  ["<", { text: "<", level: level.relation }],
  ["<=", { text: "<=", level: level.relation }],
  [">", { text: ">", level: level.relation }],
  [">=", { text: ">=", level: level.relation }],
  ["+", { text: "+", level: level.sum }],
  ["-", { text: "-", level: level.sum }],
  ["&", { text: "&", level: level.sum }],
  ["*", { text: "*", level: level.product }],
  ["/", { text: "/", level: level.product }],
]);

const functions: ReadonlyMap<string, string> = new Map(
  languageFunctions
    .filter((entry) => entry.powerFx.operator !== true)
    .map((entry) => [entry.powerFx.name, entry.name]),
);

// ── Conditions in the place of `If` ─────────────────────────────────────────────────────────

/** `If(a, b, false)` as `a && b`, `If(a, true, b)` as `a || b`, and so on, wherever it stands. */
function withLogic(node: FxNode): FxNode {
  switch (node.kind) {
    case "unary":
      return { ...node, operand: withLogic(node.operand) };
    case "binary":
      return { ...node, left: withLogic(node.left), right: withLogic(node.right) };
    case "call": {
      const args = node.args.map(withLogic);
      return node.callee === "If" && args.length >= 3 && args.length % 2 === 1
        ? logicOfIf(args, node)
        : { ...node, args };
    }
    default:
      return node;
  }
}

function logicOfIf(args: readonly FxNode[], whole: FxNode): FxNode {
  const [test, value, ...others] = args;
  if (test === undefined || value === undefined) return whole;
  const [last] = others;
  const rest = others.length === 1 && last !== undefined ? last : logicOfIf(others, whole);
  if (isLiteral(value, false)) {
    return isLiteral(rest, true) ? negated(test) : joined("&&", negated(test), rest);
  }
  if (isLiteral(value, true)) return isLiteral(rest, false) ? test : joined("||", test, rest);
  if (isLiteral(rest, false)) return joined("&&", test, value);
  if (isLiteral(rest, true)) return joined("||", negated(test), value);
  const { span } = whole;
  const tail =
    rest.kind === "call" && rest.callee === "If" && others.length > 1 ? rest.args : [rest];
  return { kind: "call", callee: "If", calleeSpan: span, args: [test, value, ...tail], span };
}

function isLiteral(node: FxNode, value: boolean): boolean {
  return node.kind === "boolean" && node.value === value;
}

function joined(op: "&&" | "||", left: FxNode, right: FxNode): FxNode {
  return { kind: "binary", op, left, right, opSpan: left.span, span: left.span };
}

function negated(node: FxNode): FxNode {
  if (node.kind === "binary" && node.op === "=") return { ...node, op: "<>" };
  if (node.kind === "binary" && node.op === "<>") return { ...node, op: "=" };
  if (node.kind === "unary" && node.op === "not") return node.operand;
  return { kind: "unary", op: "not", operand: node, opSpan: node.span, span: node.span };
}

// ── Words ───────────────────────────────────────────────────────────────────────────────────

/** `undefined`: the language has no words for it. */
function write(node: FxNode, around: number, style: Style): string | undefined {
  switch (node.kind) {
    case "number":
      return /^\d+(?:\.\d+)?$/u.test(node.text) ? node.text : undefined;
    case "text":
      return quoteTextLiteral(node.value);
    case "boolean":
      return String(node.value);
    case "field":
      return writeLabel(node);
    case "unary":
      return writeUnary(node, around, style);
    case "binary":
      return writeBinary(node, around, style);
    case "call":
      return writeCall(node, around, style);
    default:
      return undefined;
  }
}

function writeLabel(node: FxNode): string | undefined {
  if (node.kind !== "field" || node.receiver.kind !== "name" || node.receiver.global)
    return undefined;
  const side = node.receiver.name;
  return side === "job" || side === "worker" ? `${side}.${quoteKey(node.name)}` : undefined;
}

function writeUnary(
  node: Extract<FxNode, { kind: "unary" }>,
  around: number,
  style: Style,
): string | undefined {
  if (node.op === "%") return undefined;
  const own = node.op === "not" ? level.not : level.prefix;
  const operand = write(node.operand, own, style);
  if (operand === undefined) return undefined;
  return wrap(node.op === "not" ? `not ${operand}` : `-${operand}`, own, around);
}

function writeBinary(
  node: Extract<FxNode, { kind: "binary" }>,
  around: number,
  style: Style,
): string | undefined {
  if (node.op === "in") {
    const part = write(node.left, level.whole, style);
    const value = write(node.right, level.whole, style);
    return part === undefined || value === undefined ? undefined : `contains(${value}, ${part})`;
  }
  if (isBlank(node.right) && (node.op === "=" || node.op === "<>")) {
    const label = writeLabel(node.left);
    if (label === undefined) return undefined;
    return wrap(`${label} is ${node.op === "=" ? "missing" : "present"}`, level.relation, around);
  }
  const operator = operators.get(node.op);
  if (operator === undefined) return undefined;
  if (style.bareBooleans && node.op === "=" && node.right.kind === "boolean" && node.right.value) {
    const label = writeLabel(node.left);
    if (label !== undefined) return label;
  }
  // Comparisons do not chain; sums and products group to the left.
  const isRelation = operator.level === level.relation;
  const left = write(node.left, isRelation ? level.sum : operator.level, style);
  // `and` and `or` join any number of terms, however they were grouped.
  const joins = node.op === "&&" || node.op === "||";
  const right = write(node.right, operator.level + (joins ? 0 : 1), style);
  if (left === undefined || right === undefined) return undefined;
  return wrap(`${left} ${operator.text} ${right}`, operator.level, around);
}

function writeCall(
  node: Extract<FxNode, { kind: "call" }>,
  around: number,
  style: Style,
): string | undefined {
  const { callee, args } = node;
  if (callee === "If") return writeIf(args, around, style);
  if (callee === "And" || callee === "Or") {
    const own = callee === "And" ? level.and : level.or;
    const terms = args.map((arg) => write(arg, own + 1, style));
    if (terms.length === 0 || terms.includes(undefined)) return undefined;
    return wrap(terms.join(callee === "And" ? " and " : " or "), own, around);
  }
  const [only] = args;
  if (callee === "Not" && only !== undefined && args.length === 1) {
    const operand = write(only, level.not, style);
    return operand === undefined ? undefined : wrap(`not ${operand}`, level.not, around);
  }
  const name = functions.get(callee);
  const written = args.map((arg) => write(arg, level.whole, style));
  if (name === undefined || written.includes(undefined)) return undefined;
  return `${name}(${written.join(", ")})`;
}

function isBlank(node: FxNode): boolean {
  return node.kind === "call" && node.callee === "Blank" && node.args.length === 0;
}

function writeIf(args: readonly FxNode[], around: number, style: Style): string | undefined {
  const branches: { readonly condition: string; readonly value: string }[] = [];
  let rest = args;
  let otherwise: string | undefined;
  for (;;) {
    const [condition, value] = rest;
    if (condition === undefined || value === undefined) return undefined;
    const test = write(condition, level.whole, style);
    const result = write(value, level.whole, style);
    if (test === undefined || result === undefined) return undefined;
    branches.push({ condition: test, value: result });
    rest = rest.slice(2);
    const [last] = rest;
    if (last === undefined) return undefined;
    if (rest.length > 1) continue;
    if (style.match && last.kind === "call" && last.callee === "If") {
      rest = last.args;
      continue;
    }
    otherwise = write(last, level.whole, style);
    break;
  }
  if (otherwise === undefined) return undefined;
  const [first] = branches;
  if (first !== undefined && branches.length === 1) {
    return wrap(`if ${first.condition} then ${first.value} else ${otherwise}`, level.whole, around);
  }
  if (!style.match) {
    const chain = branches.map(({ condition, value }) => `if ${condition} then ${value} else `);
    return wrap(`${chain.join("")}${otherwise}`, level.whole, around);
  }
  const arms = branches.map(({ condition, value }) => `when ${condition} -> ${value}\n`);
  return `match {\n${arms.join("")}otherwise -> ${otherwise}\n}`;
}

function wrap(text: string, own: number, around: number): string {
  return own < around ? `(${text})` : text;
}
