import { type Bundle, canonicalJson } from "@routewright/jobrouter";
import { type FxBinaryOperator, type FxNode, parseFormula } from "@routewright/powerfx";
import type { EmittedFile } from "./emitted-file.ts";
import { rulesIn } from "./formulas.ts";

/** A JsonLogic rule: see jsonlogic.com. */
export type JsonLogic =
  | null
  | boolean
  | number
  | string
  | { readonly [operator: string]: JsonLogic | readonly JsonLogic[] };

/** What JsonLogic says exactly, or why it does not. */
export type JsonLogicResult = { readonly rule: JsonLogic } | { readonly unsupported: string };

/**
 * Conditions, priorities and scores as JsonLogic over `{ job: {…}, worker: {…} }`. A missing
 * label is `null`: equal to nothing else, 0 where it is ordered or calculated with. What has no
 * exact counterpart is listed with the reason and left out.
 *
 * JsonLogic reads a path at its dots, so a label key with a dot cannot be said, and neither can
 * an empty key; JavaScript numbers are not decimals, so results may differ past 15 digits.
 */
export function emitJsonLogic(bundle: Bundle): readonly EmittedFile[] {
  const rules: object[] = [];
  const unsupported: object[] = [];
  for (const { pointer, role, rule } of rulesIn(bundle)) {
    const place = { pointer, role };
    if (role === "selectors") {
      unsupported.push({ ...place, reason: "a rule that gives selectors" });
    } else if (rule.kind === "static") {
      rules.push({ ...place, rule: rule.value ?? null });
    } else if (rule.kind === "expression") {
      const made = jsonLogicOf(rule.expression, role === "condition");
      if ("rule" in made) rules.push({ ...place, formula: rule.expression, rule: made.rule });
      else unsupported.push({ ...place, formula: rule.expression, reason: made.unsupported });
    } else {
      unsupported.push({ ...place, reason: `a ${rule.kind} rule` });
    }
  }
  const text = canonicalJson({ bundle: bundle.hash, rules, unsupported });
  return [{ path: "rules.json", text }];
}

/** `asCondition`: the result is true or false, and Blank counts as false. */
export function jsonLogicOf(formula: string, asCondition: boolean): JsonLogicResult {
  const { tree, diagnostics } = parseFormula(formula);
  if (diagnostics.some(({ severity }) => severity === "error")) {
    return { unsupported: "a formula that Power Fx cannot read" };
  }
  try {
    return { rule: asCondition ? asTruth(tree) : anyValue(tree) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    throw error;
  }
}

class Unsupported extends Error {}

/** What a node yields, as far as its shape tells. Labels may hold anything. */
type Shape = "boolean" | "number" | "text" | "label" | "blank";

function shapeOf(node: FxNode): Shape {
  switch (node.kind) {
    case "boolean":
      return "boolean";
    case "number":
      return "number";
    case "text":
      return "text";
    case "field":
      return "label";
    case "unary":
      return node.op === "not" ? "boolean" : "number";
    case "binary":
      return binaryShape(node.op);
    case "call": {
      if (node.callee === "Blank") return "blank";
      if (node.callee === "If") {
        const values = node.args.filter(
          (_, index) => index % 2 === 1 || index === node.args.length - 1,
        );
        const shapes = new Set(values.map(shapeOf));
        const [only] = shapes;
        if (shapes.size === 1 && only !== undefined) return only;
        throw new Unsupported("an `If` whose branches have different types");
      }
      return callShape(node.callee);
    }
    default:
      throw new Unsupported(`${node.kind} in a formula`);
  }
}

function binaryShape(op: FxBinaryOperator): Shape {
  if (op === "&") return "text";
  return ["+", "-", "*", "/", "^"].includes(op) ? "number" : "boolean";
}

const booleanCalls = new Set(["And", "Or", "Not", "StartsWith", "EndsWith", "IsBlank"]);

function callShape(callee: string): Shape {
  if (booleanCalls.has(callee)) return "boolean";
  if (Object.hasOwn(numberCalls, callee)) return "number";
  throw new Unsupported(`\`${callee}\``);
}

/** A node as a condition: Blank is false, and only `true` is true. */
function asTruth(node: FxNode): JsonLogic {
  switch (shapeOf(node)) {
    case "boolean":
      return anyValue(node);
    case "label":
      // A label that is not boolean makes the rule fail; declared ones are boolean here.
      return { "===": [anyValue(node), true] };
    case "blank":
      return false;
    default:
      throw new Unsupported("a condition that is not true or false");
  }
}

/** A node as an operand of arithmetic or ordering: Blank is 0. */
function asNumber(node: FxNode): JsonLogic {
  switch (shapeOf(node)) {
    case "number":
      return anyValue(node);
    case "blank":
      return 0;
    case "label": {
      const value = anyValue(node);
      return { if: [{ "===": [value, null] }, 0, value] };
    }
    default:
      throw new Unsupported("a value that is converted to a number");
  }
}

function anyValue(node: FxNode): JsonLogic {
  switch (node.kind) {
    case "boolean":
      return node.value;
    case "text":
      return node.value;
    case "number":
      return numberOf(node.text);
    case "field":
      return variable(node);
    case "unary":
      switch (node.op) {
        case "not":
          return { "!": [asTruth(node.operand)] };
        case "-":
          return node.operand.kind === "number"
            ? -numberOf(node.operand.text)
            : { "-": [0, asNumber(node.operand)] };
        case "%":
          return { "/": [asNumber(node.operand), 100] };
      }
      break;
    case "binary":
      return binary(node.op, node.left, node.right);
    case "call":
      return call(node.callee, node.args);
    default:
      break;
  }
  throw new Unsupported(`${node.kind} in a formula`);
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unsupported(`the number ${text}`);
  return value;
}

/** JsonLogic splits a path at dots; an empty key would give the whole record. */
function variable(node: Extract<FxNode, { kind: "field" }>): JsonLogic {
  const { receiver, name } = node;
  if (receiver.kind !== "name" || (receiver.name !== "job" && receiver.name !== "worker")) {
    throw new Unsupported("a field of something else than `job` or `worker`");
  }
  if (name === "" || name.includes(".")) throw new Unsupported(`the label key \`${name}\``);
  if (name in {}) throw new Unsupported(`the label key \`${name}\`, which every record has`);
  return { var: [`${receiver.name}.${name}`, null] };
}

function binary(op: FxBinaryOperator, left: FxNode, right: FxNode): JsonLogic {
  switch (op) {
    case "=":
    case "<>":
      return equality(op, left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { [op]: [asNumber(left), asNumber(right)] };
    case "&&":
      return { and: [asTruth(left), asTruth(right)] };
    case "||":
      return { or: [asTruth(left), asTruth(right)] };
    case "+":
    case "-":
    case "*":
      return { [op]: [asNumber(left), asNumber(right)] };
    case "/":
      if (right.kind === "number" && numberOf(right.text) !== 0) {
        return { "/": [asNumber(left), numberOf(right.text)] };
      }
      // JsonLogic gives Infinity where Power Fx fails.
      throw new Unsupported("a division by something else than a constant");
    case "&":
      return { cat: [asText(left), asText(right)] };
    default:
      throw new Unsupported(`\`${op}\`, which ignores case`);
  }
}

function asText(node: FxNode): JsonLogic {
  switch (shapeOf(node)) {
    case "text":
      return anyValue(node);
    case "blank":
      return "";
    default:
      throw new Unsupported("a label or number that is joined to a text");
  }
}

function equality(op: "=" | "<>", left: FxNode, right: FxNode): JsonLogic {
  const operands = [operandOf(left), operandOf(right)];
  return op === "=" ? { "===": operands } : { "!==": operands };
}

function operandOf(node: FxNode): JsonLogic {
  return shapeOf(node) === "blank" ? null : anyValue(node);
}

/** Functions on numbers that JsonLogic has; all else is not its own. */
const numberCalls: Readonly<Record<string, (args: readonly FxNode[]) => JsonLogic>> = {
  Abs: ([value]) => {
    const number = asNumber(present(value));
    return { if: [{ "<": [number, 0] }, { "-": [0, number] }, number] };
  },
};

function present(node: FxNode | undefined): FxNode {
  if (node === undefined) throw new Unsupported("a call without its values");
  return node;
}

function call(callee: string, args: readonly FxNode[]): JsonLogic {
  switch (callee) {
    case "If":
      return conditional(args);
    case "Blank":
      return null;
    case "And":
      return { and: args.map(asTruth) };
    case "Or":
      return { or: args.map(asTruth) };
    case "Not":
      return { "!": [asTruth(present(args[0]))] };
    case "IsBlank": {
      const value = operandOf(present(args[0]));
      return { or: [{ "===": [value, null] }, { "===": [value, ""] }] };
    }
    default: {
      const make = Object.hasOwn(numberCalls, callee) ? numberCalls[callee] : undefined;
      if (make === undefined) throw new Unsupported(`\`${callee}\``);
      return make(args);
    }
  }
}

function conditional(args: readonly FxNode[]): JsonLogic {
  const parts: JsonLogic[] = [];
  for (let index = 0; index < args.length; index += 2) {
    const test = present(args[index]);
    const value = args[index + 1];
    if (value === undefined) parts.push(operandOf(test));
    else parts.push(asTruth(test), operandOf(value));
  }
  // Without a last value it is Blank.
  if (args.length % 2 === 0) parts.push(null);
  return { if: parts };
}
