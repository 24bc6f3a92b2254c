import type { FxNode } from "@routewright/powerfx";

/**
 * The logic of a formula, apart from what it compares: conditions as and/or/not/if over atoms,
 * values as the arms of `If`. Read off the parse tree, so it holds whatever the labels' types are.
 */
export type Logic =
  | { readonly kind: "constant"; readonly value: boolean; readonly node: FxNode }
  | { readonly kind: "and" | "or"; readonly terms: readonly Logic[]; readonly node: FxNode }
  | { readonly kind: "not"; readonly term: Logic; readonly node: FxNode }
  | LogicChoice
  /** A comparison, a test, a bare value used as a condition. */
  | { readonly kind: "atom"; readonly node: FxNode }
  /** A value that is no condition: an arm's result. */
  | { readonly kind: "value"; readonly node: FxNode };

/** `If(condition, value, …, otherwise)`; without `otherwise` the rest is blank. */
export interface LogicChoice {
  readonly kind: "choose";
  readonly branches: readonly { readonly condition: Logic; readonly value: Logic }[];
  readonly otherwise: Logic | undefined;
  readonly node: FxNode;
}

/** A formula whose result is looked at as it is. */
export function logicOf(node: FxNode): Logic {
  if (isIf(node)) return choiceOf(node);
  return isCondition(node) ? conditionOf(node) : { kind: "value", node };
}

/** An operand of `&&`, `!` or `If`, where every type is taken as a condition. */
function conditionOf(node: FxNode): Logic {
  switch (node.kind) {
    case "boolean":
      return { kind: "constant", value: node.value, node };
    case "unary":
      return node.op === "not"
        ? { kind: "not", term: conditionOf(node.operand), node }
        : { kind: "atom", node };
    case "binary":
      if (node.op === "&&" || node.op === "||") {
        const terms = [node.left, node.right].map(conditionOf);
        return { kind: node.op === "&&" ? "and" : "or", terms, node };
      }
      return { kind: "atom", node };
    case "call": {
      const [first] = node.args;
      if ((node.callee === "And" || node.callee === "Or") && node.args.length > 0) {
        const kind = node.callee === "And" ? "and" : "or";
        return { kind, terms: node.args.map(conditionOf), node };
      }
      if (node.callee === "Not" && first !== undefined && node.args.length === 1) {
        return { kind: "not", term: conditionOf(first), node };
      }
      // `If` inside a condition counts as logic only where all of its arms are conditions: else
      // its arms' types decide what is made of them.
      return isIf(node) && isCondition(node) ? choiceOf(node) : { kind: "atom", node };
    }
    default:
      return { kind: "atom", node };
  }
}

type IfNode = Extract<FxNode, { kind: "call" }>;

function isIf(node: FxNode): node is IfNode {
  return node.kind === "call" && node.callee === "If" && node.args.length >= 2;
}

function choiceOf(node: IfNode): LogicChoice {
  const { args } = node;
  const branches: { condition: Logic; value: Logic }[] = [];
  let index = 0;
  for (; index + 1 < args.length; index += 2) {
    const condition = args[index];
    const value = args[index + 1];
    if (condition === undefined || value === undefined) break;
    branches.push({ condition: conditionOf(condition), value: logicOf(value) });
  }
  const last = args[index];
  return {
    kind: "choose",
    branches,
    otherwise: last === undefined ? undefined : logicOf(last),
    node,
  };
}

const booleanOperators: ReadonlySet<string> = new Set([
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "exactin",
  "&&",
  "||",
]);
const booleanFunctions: ReadonlySet<string> = new Set([
  "And",
  "Or",
  "Not",
  "IsBlank",
  "StartsWith",
  "EndsWith",
]);

/** Whether a node is boolean (or blank) whatever the labels' types are. */
function isCondition(node: FxNode): boolean {
  switch (node.kind) {
    case "boolean":
      return true;
    case "unary":
      return node.op === "not";
    case "binary":
      return booleanOperators.has(node.op);
    case "call":
      if (booleanFunctions.has(node.callee)) return true;
      return isIf(node) && node.args.every((arg, at) => !isArm(node, at) || isCondition(arg));
    default:
      return false;
  }
}

function isArm(node: IfNode, index: number): boolean {
  return index % 2 === 1 || index === node.args.length - 1;
}

/** Every atom of the logic, in the order in which it is written. */
export function atomsOf(logic: Logic): readonly FxNode[] {
  const atoms: FxNode[] = [];
  collect(logic);
  return atoms;

  function collect(part: Logic): void {
    switch (part.kind) {
      case "atom":
        atoms.push(part.node);
        return;
      case "and":
      case "or":
        for (const term of part.terms) collect(term);
        return;
      case "not":
        collect(part.term);
        return;
      case "choose":
        for (const { condition, value } of part.branches) {
          collect(condition);
          collect(value);
        }
        if (part.otherwise !== undefined) collect(part.otherwise);
        return;
      case "constant":
      case "value":
        return;
    }
  }
}
