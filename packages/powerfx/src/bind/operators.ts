import {
  concatenate,
  containsText,
  containsTextExactly,
  decimalOperations,
  equalValues,
  floatOperations,
  negateNumber,
  notEqualValues,
  percentDecimal,
  percentFloat,
  power,
} from "../run/operations.ts";
import { errorSpan, type FxNode } from "../tree.ts";
import { type FxType, isAggregate, isMoment, isNumeric, typeName, types } from "../values/types.ts";
import { FxError, type FxValue } from "../values/value.ts";
import type { Binder } from "./binder.ts";
import { convert, strict } from "./convert.ts";
import type { Ir } from "./ir.ts";

type BinaryNode = Extract<FxNode, { kind: "binary" }>;
type UnaryNode = Extract<FxNode, { kind: "unary" }>;

export function bindUnary(node: UnaryNode, operand: Ir, binder: Binder): Ir {
  if (node.op === "not") return bindNot(node, operand, binder);
  const number = arithmeticOperand(operand, operand.type.kind === "float", binder);
  if (number === undefined) return binder.failed(node);
  const float = number.type.kind === "float";
  if (node.op === "%") {
    return strict(node, number.type, float ? percentFloat : percentDecimal, [number], {
      mayBlank: false,
      mayError: number.mayError,
    });
  }
  return strict(node, number.type, negateNumber, [number], {
    mayBlank: false,
    mayError: number.mayError,
    fast: "negate",
    ...(number.bound === undefined ? {} : { bound: number.bound }),
  });
}

/** `!x`, `Not x` and `Not(x)`; Blank counts as false. */
export function bindNot(node: FxNode, operand: Ir, binder: Binder): Ir {
  const condition = booleanOperand(operand, binder);
  if (condition === undefined) return binder.failed(node);
  return strict(node, types.boolean, (value) => value !== true, [condition], {
    mayBlank: false,
    mayError: condition.mayError,
    fast: "not",
  });
}

export function bindBinary(node: BinaryNode, left: Ir, right: Ir, binder: Binder): Ir {
  switch (node.op) {
    case "+":
    case "-":
    case "*":
    case "/":
      return bindArithmetic(node, node.op, left, right, binder);
    case "^":
      return bindPower(node, left, right, binder);
    case "&":
      return bindConcatenate(node, left, right, binder);
    case "&&":
    case "||":
      return bindLogic(node, node.op === "&&" ? "and" : "or", [left, right], binder);
    case "=":
    case "<>":
      return bindEquality(node, node.op, left, right, binder);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return bindOrder(node, node.op, left, right, binder);
    case "in":
    case "exactin":
      return bindIn(node, left, right, binder);
  }
}

/** Conditions of `&&`, `||` and their functions, evaluated lazily from the left. */
export function bindLogic(
  node: FxNode,
  op: "and" | "or",
  operands: readonly Ir[],
  binder: Binder,
): Ir {
  const conditions: Ir[] = [];
  for (const operand of operands) {
    const condition = booleanOperand(operand, binder);
    if (condition !== undefined) conditions.push(condition);
  }
  if (conditions.length < operands.length) return binder.failed(node);
  return {
    op,
    node,
    type: types.boolean,
    args: conditions,
    mayBlank: false,
    mayError: conditions.some((condition) => condition.mayError),
  };
}

/** A condition; dates, records and the like cannot be one. */
export function booleanOperand(operand: Ir, binder: Binder): Ir | undefined {
  const converted = convert(operand, "boolean");
  if (converted === undefined) {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(operand.node), [
      "Boolean",
      typeName(operand.type),
    ]);
  }
  return converted;
}

const numberTypes = "Number, Text, Boolean, Date, Time, DateTime, Dynamic, Blank";

function arithmeticOperand(operand: Ir, float: boolean, binder: Binder): Ir | undefined {
  const converted = convert(operand, float ? "float" : "decimal");
  if (converted === undefined || operand.type.kind === "error") {
    if (operand.type.kind !== "error") {
      binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [numberTypes]);
    }
    return undefined;
  }
  return converted;
}

const largestExact = 2 ** 53 - 1;

function bindArithmetic(
  node: BinaryNode,
  op: "+" | "-" | "*" | "/",
  left: Ir,
  right: Ir,
  binder: Binder,
): Ir {
  const float = left.type.kind === "float" || right.type.kind === "float";
  const a = arithmeticOperand(left, float, binder);
  const b = arithmeticOperand(right, float, binder);
  if (a === undefined || b === undefined) return binder.failed(node);
  const call = float ? floatOperations[op] : decimalOperations[op];
  if (op === "/") {
    return strict(node, float ? types.float : types.decimal, call, [a, b], { mayBlank: false });
  }
  const bound = float ? undefined : resultBound(op, a, b);
  return strict(node, float ? types.float : types.decimal, call, [a, b], {
    mayBlank: false,
    mayError: bound === undefined || a.mayError || b.mayError,
    fast: op,
    ...(bound === undefined ? {} : { bound }),
  });
}

function resultBound(op: "+" | "-" | "*", a: Ir, b: Ir): number | undefined {
  // Blank counts as 0, which is within every bound.
  const x = a.type.kind === "decimal" ? boundOf(a) : undefined;
  const y = b.type.kind === "decimal" ? boundOf(b) : undefined;
  if (x === undefined || y === undefined) return undefined;
  const bound = op === "*" ? x * y : x + y;
  return bound <= largestExact ? bound : undefined;
}

function boundOf(ir: Ir): number | undefined {
  if (ir.op === "const" && ir.value === null) return 0;
  return ir.bound;
}

function bindPower(node: BinaryNode, left: Ir, right: Ir, binder: Binder): Ir {
  const operands = [left, right].map((operand) => {
    if (isMoment(operand.type)) {
      binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [numberTypes]);
      return undefined;
    }
    return arithmeticOperand(operand, true, binder);
  });
  const [a, b] = operands;
  if (a === undefined || b === undefined) return binder.failed(node);
  return strict(node, types.float, power, [a, b], { mayBlank: false });
}

function bindConcatenate(node: BinaryNode, left: Ir, right: Ir, binder: Binder): Ir {
  const parts: Ir[] = [];
  for (const operand of [left, right]) {
    const text = convert(operand, "text");
    if (text === undefined) {
      binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [
        "Text, Number, Boolean, Date, Time, DateTime, GUID, Dynamic, Blank",
      ]);
    } else parts.push(text);
  }
  if (parts.length < 2) return binder.failed(node);
  return strict(node, types.text, concatenate, parts, {
    mayBlank: false,
    mayError: parts.some((part) => part.mayError),
  });
}

function bindOrder(
  node: BinaryNode,
  op: "<" | "<=" | ">" | ">=",
  left: Ir,
  right: Ir,
  binder: Binder,
): Ir {
  let bad = false;
  for (const operand of [left, right]) {
    if (isNumeric(operand.type) || operand.type.kind === "blank") continue;
    bad = true;
    if (operand.type.kind !== "error") {
      binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [
        "Number, Date, Time, DateTime, Dynamic, Blank",
      ]);
    }
  }
  if (bad) return binder.failed(node);
  const float = left.type.kind === "float" || right.type.kind === "float";
  const a = convert(left, float ? "float" : "decimal") ?? left;
  const b = convert(right, float ? "float" : "decimal") ?? right;
  return strict(node, types.boolean, (float ? floatOperations : decimalOperations)[op], [a, b], {
    mayBlank: false,
    mayError: a.mayError || b.mayError,
    fast: op,
  });
}

function bindEquality(node: BinaryNode, op: "=" | "<>", left: Ir, right: Ir, binder: Binder): Ir {
  const operands = equalityOperands(left, right);
  if (operands === undefined) {
    binder.report("ErrIncompatibleTypesForEquality_Left_Right", node.opSpan, [
      typeName(left.type),
      typeName(right.type),
    ]);
    return binder.failed(node);
  }
  const [a, b] = operands;
  return strict(node, types.boolean, op === "=" ? equalValues : notEqualValues, [a, b], {
    mayBlank: false,
    mayError: a.mayError || b.mayError,
    fast: op,
  });
}

function equalityOperands(left: Ir, right: Ir): readonly [Ir, Ir] | undefined {
  const a = left.type;
  const b = right.type;
  if (a.kind === "error" || b.kind === "error" || isAggregate(a) || isAggregate(b)) {
    return undefined;
  }
  if (a.kind === b.kind || a.kind === "blank" || b.kind === "blank") return [left, right];
  if (isNumeric(a) && isNumeric(b)) {
    return [convert(left, "float") ?? left, convert(right, "float") ?? right];
  }
  return undefined;
}

function bindIn(node: BinaryNode, left: Ir, right: Ir, binder: Binder): Ir {
  if (left.type.kind === "error" || right.type.kind === "error") return binder.failed(node);
  const part = convert(left, "text");
  const textual = isTextLike(left.type) || isTextLike(right.type);
  const whole = textual ? convert(right, "text") : undefined;
  if (part === undefined || whole === undefined) {
    const guilty = part === undefined ? left : right;
    binder.report("ErrStringExpected", errorSpan(guilty.node));
    return binder.failed(node);
  }
  const call = node.op === "in" ? containsText : containsTextExactly;
  return strict(node, types.boolean, call, [part, whole], {
    mayBlank: false,
    mayError: part.mayError || whole.mayError,
  });
}

function isTextLike(type: FxType): boolean {
  return type.kind === "text" || type.kind === "blank";
}

/** For tests of constants. */
export function isGood(value: FxValue): boolean {
  return !(value instanceof FxError);
}
