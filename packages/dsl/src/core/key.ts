import type { Condition, Term } from "./condition.ts";

const keys = new WeakMap<Condition | Term, string>();

/** Equal for conditions (or terms) of one structure, wherever they were written. */
export function keyOf(node: Condition | Term): string {
  // Leaves are most of the nodes, and told sooner than looked up.
  if (node.kind === "value" || node.kind === "label") return makeKey(node);
  const known = keys.get(node);
  if (known !== undefined) return known;
  const made = makeKey(node);
  keys.set(node, made);
  return made;
}

function makeKey(node: Condition | Term): string {
  switch (node.kind) {
    case "constant":
      return node.value ? "true" : "false";
    case "value":
      return JSON.stringify(node.value);
    case "label":
      return `${node.side}.${JSON.stringify(node.key)}`;
    case "and":
    case "or":
      return `${node.kind}(${node.terms.map(keyOf).join(",")})`;
    case "not":
      return `not(${keyOf(node.term)})`;
    case "compare":
    case "arithmetic":
      return `(${keyOf(node.left)} ${node.operator} ${keyOf(node.right)})`;
    case "missing":
      return `missing(${keyOf(node.label)})`;
    case "negate":
      return `-(${keyOf(node.operand)})`;
    case "test":
    case "call":
      return `${node.function}(${node.args.map(keyOf).join(",")})`;
    case "truth":
      return `truth(${keyOf(node.condition)})`;
    case "formula":
      return `powerfx(${JSON.stringify(node.text)})`;
    case "choose":
      return "branches" in node
        ? `choose(${node.branches
            .map(({ condition, value }) => `${keyOf(condition)}:${keyOf(value)}`)
            .join(",")};${keyOf(node.otherwise)})`
        : `if(${keyOf(node.condition)},${keyOf(node.then)},${keyOf(node.otherwise)})`;
  }
}
