import type { Ir, Slots } from "./bind/ir.ts";
import type { FxAtomTrace } from "./program.ts";
import { compileClosures } from "./run/closures.ts";
import type { FxValue } from "./values/value.ts";

/**
 * Evaluates with a record of every atom on the way: a comparison, a test, or a bare value used
 * as a condition. Same value as the plain run; atoms that laziness skips are not there.
 */
export function traceFormula(
  text: string,
  ir: Ir,
  slots: Slots,
): { readonly value: FxValue; readonly atoms: readonly FxAtomTrace[] } {
  const atoms: FxAtomTrace[] = [];
  const run = compileClosures(ir, (node, plain) => {
    if (node.type.kind !== "boolean" || node.op === "row") return plain;
    if (node.op === "strict" && (node.fast === "not" || node.coercion === true)) {
      // `!x` is logic; a conversion is an atom only of something that is not boolean itself.
      const inner = node.args[0];
      if (node.fast === "not" || inner?.type.kind === "boolean") return plain;
    }
    const operands = operandsOf(node);
    return (current, rows) => {
      const value = plain(current, rows);
      atoms.push({
        span: node.node.span,
        text: text.slice(node.node.span.start, node.node.span.end),
        operands: operands.map((operand) => ({
          span: operand.ir.node.span,
          text: text.slice(operand.ir.node.span.start, operand.ir.node.span.end),
          value: operand.run(current, rows),
        })),
        value,
      });
      return value;
    };
  });
  return { value: run(slots, null), atoms };
}

function operandsOf(node: Ir) {
  const args =
    node.op === "strict" && node.coercion !== true
      ? node.args
      : node.op === "strict"
        ? node.args
        : node.op === "slot"
          ? [node]
          : [];
  return args.map((arg) => {
    const source = uncoerced(arg);
    return { ir: source, run: compileClosures(source) };
  });
}

function uncoerced(ir: Ir): Ir {
  let current = ir;
  while (current.op === "strict" && current.coercion === true && current.args[0] !== undefined) {
    current = current.args[0];
  }
  return current;
}
