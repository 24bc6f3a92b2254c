import { dayMs, makeMoment } from "../run/moments.ts";
import {
  asFloat,
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
import { decimalFromFloat } from "../values/decimal.ts";
import {
  type FxType,
  isAggregate,
  isMoment,
  isNumeric,
  sameType,
  typeName,
  types,
} from "../values/types.ts";
import { FxError, FxMoment, FxRecord, FxTable, type FxValue, fxError } from "../values/value.ts";
import type { Binder } from "./binder.ts";
import { convert, convertTo, strict } from "./convert.ts";
import type { Ir } from "./ir.ts";

type BinaryNode = Extract<FxNode, { kind: "binary" }>;
type UnaryNode = Extract<FxNode, { kind: "unary" }>;

export function bindUnary(node: UnaryNode, operand: Ir, binder: Binder): Ir {
  if (node.op === "not") return bindNot(node, operand, binder);
  const kind = operand.type.kind;
  if (node.op === "-" && (kind === "date" || kind === "time" || kind === "datetime")) {
    return strict(node, operand.type, (value) => makeMoment(kind, -msOf(value)), [operand], {
      mayBlank: false,
    });
  }
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
  const condition = booleanOperand(operand, binder, node.kind !== "call");
  if (condition === undefined) {
    if (node.kind === "call") binder.report("ErrInvalidArgs_Func", node.calleeSpan, [node.callee]);
    return binder.failed(node);
  }
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
    const condition = booleanOperand(operand, binder, node.kind !== "call");
    if (condition !== undefined) conditions.push(condition);
  }
  if (conditions.length < operands.length) {
    if (node.kind === "call") binder.report("ErrInvalidArgs_Func", node.calleeSpan, [node.callee]);
    return binder.failed(node);
  }
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
export function booleanOperand(operand: Ir, binder: Binder, isOperator = false): Ir | undefined {
  const converted = convert(operand, "boolean");
  if (converted === undefined) {
    if (isOperator) {
      binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [
        "Boolean, Number, Text, Dynamic",
      ]);
    } else {
      binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(operand.node), [
        "Boolean",
        typeName(operand.type),
      ]);
    }
  }
  return converted;
}

const numberTypes = "Number, Text, Boolean, Date, Time, DateTime, Dynamic, Blank";

function arithmeticOperand(operand: Ir, float: boolean, binder: Binder): Ir | undefined {
  const converted = convert(operand, float ? "float" : "decimal");
  if (converted === undefined || operand.type.kind === "error") {
    binder.report("ErrBadType_ExpectedTypesCSV", errorSpan(operand.node), [numberTypes], operand);
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
  if ((op === "+" || op === "-") && (isMoment(left.type) || isMoment(right.type))) {
    return bindMomentArithmetic(node, op, left, right, binder);
  }
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

/** Dates and times under `+` and `-`; which combinations make sense, the types decide. */
function bindMomentArithmetic(
  node: BinaryNode,
  op: "+" | "-",
  left: Ir,
  right: Ir,
  binder: Binder,
): Ir {
  const a = left.type.kind;
  const b = right.type.kind;
  const sign = op === "+" ? 1 : -1;
  const moment = (type: "date" | "time" | "datetime"): Ir =>
    strict(node, types[type], (x, y) => makeMoment(type, msOf(x) + sign * msOf(y)), [left, right], {
      mayBlank: false,
    });
  const bad = (): Ir => {
    binder.report("ErrBadOperatorTypes", node.opSpan, [typeName(left.type), typeName(right.type)]);
    return binder.failed(node);
  };
  if (isMoment(left.type) && isMoment(right.type)) {
    if (op === "-" && (a === "time") === (b === "time")) {
      return strict(
        node,
        types.decimal,
        (x, y) => decimalFromFloat((msOf(x) - msOf(y)) / dayMs) ?? null,
        [left, right],
        { mayBlank: false },
      );
    }
    if (a === "time" && b === "time") return moment("time");
    if (b === "time") return moment("datetime");
    return op === "+" && a === "time" ? moment("datetime") : bad();
  }
  const [momentSide, numberSide] = isMoment(left.type) ? [left, right] : [right, left];
  const kind = momentSide.type.kind;
  if (kind !== "date" && kind !== "time" && kind !== "datetime") return bad();
  const days = arithmeticOperand(numberSide, true, binder);
  if (days === undefined) return binder.failed(node);
  if (momentSide === right && op === "-") {
    return strict(node, types[kind], () => notSupported, [left, right], { mayBlank: false });
  }
  return strict(
    node,
    types[kind],
    (at, count) => makeMoment(kind, msOf(at) + sign * asFloat(count) * dayMs),
    [momentSide, days],
    { mayBlank: false },
  );
}

const notSupported = fxError("NotSupported", "a date cannot be taken from a number");

function msOf(value: FxValue): number {
  return value instanceof FxMoment ? value.ms : 0;
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
  // Options joined stay options: `JSONFormat.IndentFour & JSONFormat.FlattenValueTables`.
  const isOptions =
    left.type.kind === "enum" &&
    /^(?:Match|MatchOptions|JSONFormat)$/.test(left.type.name) &&
    sameType(left.type, right.type);
  return strict(node, isOptions ? left.type : types.text, concatenate, parts, {
    mayBlank: false,
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
    const { type } = operand;
    if (isNumeric(type) || isMoment(type) || type.kind === "blank" || type.kind === "untyped") {
      continue;
    }
    bad = true;
    binder.report(
      "ErrBadType_ExpectedTypesCSV",
      errorSpan(operand.node),
      ["Number, Date, Time, DateTime, Dynamic, Blank"],
      operand,
    );
  }
  if (bad) return binder.failed(node);
  if (left.type.kind === "untyped" && right.type.kind === "untyped") {
    binder.report("ErrBadOperatorTypes", node.opSpan, [typeName(left.type), typeName(right.type)]);
    return binder.failed(node);
  }
  if (isMoment(left.type) || isMoment(right.type)) {
    const [x, y] = [left, right].map((operand) => momentOperand(operand, left.type, right.type));
    if (x !== undefined && y !== undefined) {
      return strict(node, types.boolean, (p, q) => compareMoments(op, msOf(p), msOf(q)), [x, y], {
        mayBlank: false,
        mayError: x.mayError || y.mayError,
      });
    }
  }
  const float = left.type.kind === "float" || right.type.kind === "float";
  const a = convert(left, float ? "float" : "decimal") ?? left;
  const b = convert(right, float ? "float" : "decimal") ?? right;
  return strict(node, types.boolean, (float ? floatOperations : decimalOperations)[op], [a, b], {
    mayBlank: false,
    mayError: a.mayError || b.mayError,
    fast: op,
  });
}

/** A moment, Blank or untyped operand beside a moment; `undefined` if both are to be numbers. */
function momentOperand(operand: Ir, left: FxType, right: FxType): Ir | undefined {
  if (isNumeric(left) || isNumeric(right)) return undefined;
  if (operand.type.kind !== "untyped") return operand;
  const kind = isMoment(left) ? left.kind : right.kind;
  return kind === "date" || kind === "time" || kind === "datetime"
    ? convert(operand, kind)
    : undefined;
}

function compareMoments(op: "<" | "<=" | ">" | ">=", a: number, b: number): boolean {
  switch (op) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
  }
}

function bindEquality(node: BinaryNode, op: "=" | "<>", left: Ir, right: Ir, binder: Binder): Ir {
  if ((left.type.kind === "guid") !== (right.type.kind === "guid")) {
    const other = left.type.kind === "guid" ? right.type.kind : left.type.kind;
    if (other !== "blank" && other !== "untyped" && other !== "error") {
      binder.report("ErrGuidStrictComparison", errorSpan(node));
      return binder.failed(node);
    }
  }
  const operands = equalityOperands(left, right);
  if (operands === undefined) {
    binder.report(
      "ErrIncompatibleTypesForEquality_Left_Right",
      node.opSpan,
      [typeName(left.type), typeName(right.type)],
      left.type.kind === "error" ? left : right,
    );
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
  if (a.kind === "blank" || b.kind === "blank") return [left, right];
  if (a.kind === "enum" || b.kind === "enum") {
    if (a.kind === "enum" && b.kind === "enum") return sameType(a, b) ? [left, right] : undefined;
    const base = a.kind === "enum" ? a.base : b.kind === "enum" ? b.base : undefined;
    return a.kind === base || b.kind === base ? [left, right] : undefined;
  }
  if (a.kind === "untyped" || b.kind === "untyped") {
    if (a.kind === b.kind) return undefined;
    const x = a.kind === "untyped" ? convertTo(left, b) : left;
    const y = b.kind === "untyped" ? convertTo(right, a) : right;
    return x === undefined || y === undefined ? undefined : [x, y];
  }
  if (a.kind === b.kind) return [left, right];
  if (isMoment(a) && isMoment(b)) return [left, right];
  const comparable = (type: FxType) => isNumeric(type) || isMoment(type);
  if (comparable(a) && comparable(b)) {
    const kind = a.kind === "float" || b.kind === "float" ? "float" : "decimal";
    return [convert(left, kind) ?? left, convert(right, kind) ?? right];
  }
  return undefined;
}

function bindIn(node: BinaryNode, left: Ir, right: Ir, binder: Binder): Ir {
  if (left.type.kind === "error" || right.type.kind === "error") return binder.failed(node);
  if (right.type.kind === "table") return bindInTable(node, left, right, right.type, binder);
  if (isAggregate(right.type) || isAggregate(left.type)) {
    binder.report("ErrBadType_Type", errorSpan((isAggregate(right.type) ? right : left).node), [
      typeName(isAggregate(right.type) ? right.type : left.type),
    ]);
    return binder.failed(node);
  }
  const part = convert(left, "text");
  const textual = isTextLike(left.type) || isTextLike(right.type) || right.type.kind === "untyped";
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

/** Whole values against the cells of a one-column table; blank and error rows are skipped. */
function bindInTable(
  node: BinaryNode,
  left: Ir,
  right: Ir,
  table: Extract<FxType, { kind: "table" }>,
  binder: Binder,
): Ir {
  const [column] = table.fields;
  if (column === undefined || table.fields.size !== 1) {
    binder.report("ErrInvalidSchemaNeedCol", errorSpan(right.node));
    return binder.failed(node);
  }
  const [name, type] = column;
  if (left.type.kind === "table") {
    binder.report("ErrBadType_Type", errorSpan(left.node), [typeName(left.type)]);
    return binder.failed(node);
  }
  const sought = convertTo(left, type.kind === "blank" ? left.type : type);
  if (sought === undefined || isAggregate(left.type)) {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(left.node), [
      typeName(type),
      typeName(left.type),
    ]);
    return binder.failed(node);
  }
  const fold = node.op === "in" && type.kind === "text";
  return strict(
    node,
    types.boolean,
    (value, rows) => {
      if (!(rows instanceof FxTable)) return false;
      const wanted = fold && typeof value === "string" ? value.toLowerCase() : value;
      return rows.rows.some((row) => {
        if (!(row instanceof FxRecord)) return false;
        const cell = row.get(name);
        if (cell instanceof FxError) return false;
        return equalValues(fold && typeof cell === "string" ? cell.toLowerCase() : cell, wanted);
      });
    },
    [sought, right],
    { mayBlank: false },
  );
}

function isTextLike(type: FxType): boolean {
  return type.kind === "text" || type.kind === "blank";
}
