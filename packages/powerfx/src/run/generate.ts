import type { Ir, IrOf } from "../bind/ir.ts";
import { FxError, type FxValue } from "../values/value.ts";
import { compileClosures, isIdentical, isNumber } from "./closures.ts";
import { combineErrors } from "./operations.ts";

/** JavaScript for one lowered formula. */
export interface Fragment {
  /** An expression; it may use the temporaries, and constants by the names they were given. */
  readonly expression: string;
  /** To be declared with `let` before the expression. */
  readonly temporaries: readonly string[];
}

export interface FragmentNames {
  /** The variable that holds a label's value, by its slot. */
  readonly slot: (index: number) => string;
  /** How many slots there are. */
  readonly slots: number;
  /** Makes a value (a function, an object) available and gives its name. */
  readonly constant: (value: unknown) => string;
  /** A fresh name. */
  readonly temporary: () => string;
}

/**
 * The lowered form as one JavaScript expression. Everything a formula says becomes either an
 * operator, a literal (always through `JSON.stringify`) or a call of a constant: no text of the
 * formula or of a label is ever pasted in.
 */
export function generateFragment(ir: Ir, names: FragmentNames): Fragment {
  const temporaries: string[] = [];
  return { expression: emit(ir), temporaries };

  function temporary(): string {
    const name = names.temporary();
    temporaries.push(name);
    return name;
  }

  function emit(node: Ir): string {
    switch (node.op) {
      case "const":
        return literal(node.value);
      case "slot":
        return names.slot(node.index);
      case "strict":
        return emitStrict(node);
      case "and":
      case "or":
        return emitLogic(node);
      case "if":
        return emitIf(node);
      case "row":
      case "lazy": {
        const slots = Array.from({ length: names.slots }, (_, index) => names.slot(index));
        return `${names.constant(compileClosures(node))}([${slots.join(", ")}], null)`;
      }
    }
  }

  function literal(value: FxValue): string {
    if (value === null || typeof value === "boolean" || typeof value === "string") {
      return JSON.stringify(value);
    }
    if (typeof value === "number") return value < 0 ? `(${value})` : String(value + 0);
    return names.constant(value);
  }

  function emitStrict(node: IrOf<"strict">): string {
    const args = node.args.map(emit);
    const [a = "null", b = "null"] = args;
    const [left, right] = node.args;
    const checked = node.args.some((arg) => arg.mayError);
    if (!checked && left !== undefined) {
      if (right === undefined) {
        if (node.fast === "not") return left.mayBlank ? `(${a} !== true)` : `!${a}`;
        if (node.fast === "negate" && node.bound !== undefined && isNumber(left))
          return `(0 - ${a})`;
      } else {
        const operator = inlineOperator(node, left, right);
        if (operator !== undefined) return `(${a} ${operator} ${b})`;
      }
    }
    const call = names.constant(node.call);
    if (!checked) return `${call}(${args.join(", ")})`;
    if (args.length === 1) {
      const value = temporary();
      return `((${value} = ${a}) instanceof ${names.constant(FxError)} ? ${value} : ${call}(${value}))`;
    }
    if (args.length === 2) return `${names.constant(checkedPair)}(${call}, ${a}, ${b})`;
    return `${names.constant(checkedCall)}(${call}, [${args.join(", ")}])`;
  }

  function emitLogic(node: IrOf<"and" | "or">): string {
    const isAnd = node.op === "and";
    if (node.args.length === 0) return String(isAnd);
    const emitted = node.args.map((arg) => ({ arg, code: emit(arg) }));
    if (!node.args.some((arg) => arg.mayError)) {
      const terms = emitted.map(({ arg, code }) => (arg.mayBlank ? `(${code} === true)` : code));
      return `(${terms.join(isAnd ? " && " : " || ")})`;
    }
    // Right to left: each term decides, fails, or leaves it to the rest.
    return emitted.reduceRight((rest, { arg, code }) => {
      const value = temporary();
      const failed = arg.mayError
        ? `${value} instanceof ${names.constant(FxError)} ? ${value} : `
        : "";
      return isAnd
        ? `((${value} = ${code}) === true ? ${rest} : ${failed}false)`
        : `((${value} = ${code}) === true ? true : ${failed}${rest})`;
    }, String(isAnd));
  }

  function emitIf(node: IrOf<"if">): string {
    return node.branches.reduceRight((rest, { condition, value }) => {
      const test = emit(condition);
      if (!condition.mayError) {
        return `(${condition.mayBlank ? `${test} === true` : test} ? ${emit(value)} : ${rest})`;
      }
      const result = temporary();
      return `((${result} = ${test}) === true ? ${emit(value)} : ${result} instanceof ${names.constant(FxError)} ? ${result} : ${rest})`;
    }, emit(node.otherwise));
  }
}

function inlineOperator(node: IrOf<"strict">, left: Ir, right: Ir): string | undefined {
  switch (node.fast) {
    case "=":
      return isIdentical(left, right) ? "===" : undefined;
    case "<>":
      return isIdentical(left, right) ? "!==" : undefined;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return isNumber(left) && isNumber(right) ? node.fast : undefined;
    case "+":
    case "-":
    case "*":
      return node.bound !== undefined && isNumber(left) && isNumber(right) ? node.fast : undefined;
    default:
      return undefined;
  }
}

function checkedPair(call: (a: FxValue, b: FxValue) => FxValue, a: FxValue, b: FxValue): FxValue {
  if (a instanceof FxError || b instanceof FxError) return combineErrors([a, b]) ?? null;
  return call(a, b);
}

function checkedCall(call: (...args: FxValue[]) => FxValue, args: FxValue[]): FxValue {
  return combineErrors(args) ?? call(...args);
}
