import { type Binder, wrongType } from "../bind/binder.ts";
import { conversionBetween, convertTo, strict, unionType } from "../bind/convert.ts";
import { constant, type Ir, type Run } from "../bind/ir.ts";
import { bindLogic, bindNot, booleanOperand } from "../bind/operators.ts";
import { textToDecimal } from "../run/coerce.ts";
import { equalValues } from "../run/operations.ts";
import { errorSpan, type FxCallNode, type FxNode } from "../tree.ts";
import { FxDecimal } from "../values/decimal.ts";
import {
  type FxType,
  isMoment,
  isNumeric,
  recordType,
  sealedType,
  types,
} from "../values/types.ts";
import {
  errorKinds,
  errorMessage,
  FxError,
  type FxErrorDetail,
  FxRecord,
  FxTable,
  FxUntyped,
  type FxValue,
} from "../values/value.ts";
import { asCount, defineFunction, type FxFunction } from "./define.ts";

const many = Number.POSITIVE_INFINITY;

export const logicFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "If",
    signatures: [
      "If(condition: Boolean, then: Any): Any",
      "If(condition: Boolean, then: Any, else: Any): Any",
      "If(condition1: Boolean, then1: Any, condition2: Boolean, then2: Any, …, [else: Any]): Any",
    ],
    doc: "The value after the first condition that is true; otherwise the last value, or Blank without one. A Blank condition counts as false. Every result takes the type of the first.",
    examples: [
      ['If(1 < 2, "yes", "no")', '"yes"'],
      ["If(false, 1)", "Blank()"],
      ['If(false, 10, "1") + 1', "2"],
    ],
    arity: { min: 2, max: many },
    bind: bindIf,
  }),
  defineFunction({
    name: "Switch",
    signatures: ["Switch(value: Any, match1: Any, result1: Any, …, [default: Any]): Any"],
    doc: "The result after the first match that equals the value; otherwise the default, or Blank without one. Matches are never converted.",
    examples: [
      ['Switch(2, 1, "one", 2, "two")', '"two"'],
      ['Switch(3, 1, "one", "many")', '"many"'],
    ],
    arity: { min: 3, max: many },
    bind: bindSwitch,
  }),
  defineFunction({
    name: "And",
    signatures: ["And(condition1: Boolean, condition2: Boolean, …): Boolean"],
    doc: "Whether all are true. Stops at the first that is false or Blank.",
    examples: [
      ["And(true, 1 < 2)", "true"],
      ["And(false, 1 / 0 = 1)", "false"],
    ],
    arity: { min: 0, max: many },
    bind: (call, binder) =>
      bindLogic(
        call,
        "and",
        call.args.map((arg) => binder.bind(arg)),
        binder,
      ),
  }),
  defineFunction({
    name: "Or",
    signatures: ["Or(condition1: Boolean, condition2: Boolean, …): Boolean"],
    doc: "Whether any is true. Stops at the first that is true; Blank counts as false.",
    examples: [["Or(false, 1 < 2)", "true"]],
    arity: { min: 0, max: many },
    bind: (call, binder) =>
      bindLogic(
        call,
        "or",
        call.args.map((arg) => binder.bind(arg)),
        binder,
      ),
  }),
  defineFunction({
    name: "Not",
    signatures: ["Not(condition: Boolean): Boolean"],
    doc: "True for false and for Blank.",
    examples: [["Not(1 = 2)", "true"]],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const [arg] = call.args;
      return arg === undefined ? binder.failed(call) : bindNot(call, binder.bind(arg), binder);
    },
  }),
  defineFunction({
    name: "Blank",
    signatures: ["Blank(): Blank"],
    doc: "No value. It fits every type.",
    examples: [["IsBlank(Blank())", "true"]],
    arity: { min: 0, max: 0 },
    bind: (call) => constant(call, types.blank, null),
  }),
  defineFunction({
    name: "IsBlank",
    signatures: ["IsBlank(value: Any): Boolean"],
    doc: "True for Blank and for the empty text; not for 0, false, or an empty table. An Error stays that Error.",
    examples: [
      ['IsBlank("")', "true"],
      ["IsBlank(0)", "false"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) => bindTest(call, binder, isBlank),
  }),
  defineFunction({
    name: "IsBlankOrError",
    signatures: ["IsBlankOrError(value: Any): Boolean"],
    doc: "As IsBlank, and true for an Error.",
    examples: [
      ["IsBlankOrError(1 / 0)", "true"],
      ["IsBlankOrError(1)", "false"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindLazyTest(call, binder, (value) => value instanceof FxError || isBlank(value)),
  }),
  defineFunction({
    name: "IsError",
    signatures: ["IsError(value: Any): Boolean"],
    doc: "Whether the value is an Error.",
    examples: [
      ["IsError(1 / 0)", "true"],
      ["IsError(1)", "false"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) => bindLazyTest(call, binder, (value) => value instanceof FxError),
  }),
  defineFunction({
    name: "IsNumeric",
    signatures: ["IsNumeric(value: Any): Boolean"],
    doc: "True for numbers, dates, and text that reads as a number; false for Blank and booleans.",
    examples: [
      ['IsNumeric("12")', "true"],
      ["IsNumeric(true)", "false"],
    ],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const arg = bindOnly(call, binder);
      if (arg === undefined || arg.type.kind === "error") return binder.failed(call);
      const isNumber = isNumeric(arg.type) || isMoment(arg.type);
      return strict(call, types.boolean, (value) => isNumericValue(value, isNumber), [arg], {
        mayBlank: false,
        mayError: arg.mayError,
      });
    },
  }),
  defineFunction({
    name: "Coalesce",
    signatures: ["Coalesce(value1: Any, value2: Any, …): Any"],
    doc: "The first value that is neither Blank nor the empty text. All take the type of the first.",
    examples: [
      ['Coalesce(Blank(), "", "x")', '"x"'],
      ["Coalesce(Blank(), 0, 1)", "0"],
    ],
    arity: { min: 1, max: many },
    bind: bindCoalesce,
  }),
  defineFunction({
    name: "IfError",
    signatures: [
      "IfError(value1: Any, fallback1: Any, [value2: Any, fallback2: Any, …], [default: Any]): Any",
    ],
    doc: "The fallback after the first value that is an Error; otherwise the last value. A fallback may use FirstError and AllErrors.",
    examples: [
      ["IfError(1 / 0, -1)", "-1"],
      ["IfError(1 / 2, -1)", "0.5"],
    ],
    arity: { min: 2, max: many },
    bind: bindIfError,
  }),
  defineFunction({
    name: "Error",
    signatures: [
      "Error(message: Text): Error",
      "Error(error: Record): Error",
      "Error(errors: Table): Error",
    ],
    doc: "Makes an Error: of a message, of `{Kind, Message}`, or of several such.",
    examples: [
      ["Error({Kind: ErrorKind.Div0})", "#Div0"],
      ['Error("no")', "#Custom"],
    ],
    arity: { min: 1, max: 1 },
    bind: bindError,
  }),
];

function bindIf(call: FxCallNode, binder: Binder): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  const conditions: (Ir | undefined)[] = [];
  const results: Ir[] = [];
  bound.forEach((arg, index) => {
    const isLast = index === bound.length - 1;
    if (index % 2 === 0 && !isLast) conditions.push(booleanOperand(arg, binder));
    else results.push(arg);
  });
  if (conditions.includes(undefined)) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  if (conditions.some((condition) => condition?.type.kind === "error")) return binder.failed(call);
  const unified = unifyResults(call, results, binder);
  if (unified === undefined) return binder.failed(call);
  const { type, values } = unified;
  const branches = conditions.map((condition, index) => ({
    condition: condition ?? binder.failed(call),
    value: values[index] ?? binder.failed(call),
  }));
  const otherwise = values[branches.length] ?? constant(call, type, null);
  const all = [...branches.map((branch) => branch.value), otherwise];
  const bound53 = commonBound(all);
  return {
    op: "if",
    node: call,
    type,
    branches,
    otherwise,
    mayBlank: all.some((value) => value.mayBlank),
    mayError:
      all.some((value) => value.mayError) || branches.some((branch) => branch.condition.mayError),
    ...(bound53 === undefined ? {} : { bound: bound53 }),
    ...(all.every((value) => value.plain === true || value.bound !== undefined) &&
    type.kind === "decimal"
      ? { plain: true }
      : {}),
  };
}

/** Results of one choice: all as the type of the first that is not bare Blank. */
export function unifyResults(
  call: FxCallNode,
  results: readonly Ir[],
  binder: Binder,
): { readonly type: FxType; readonly values: readonly Ir[] } | undefined {
  const failedResult = results.find((result) => result.type.kind === "error");
  if (failedResult !== undefined) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee], failedResult);
    return undefined;
  }
  let type: FxType = types.blank;
  for (const result of results) {
    const union = unionType(type, result.type);
    if (union === undefined) {
      binder.report("ErrBadType_NonBehavioralVoidExpression", call.span);
      return undefined;
    }
    type = union;
  }
  const values: Ir[] = [];
  for (const result of results) {
    const value = convertTo(result, type);
    if (value !== undefined) values.push(value);
  }
  if (values.length === results.length) return { type, values };
  binder.report("ErrBadType_NonBehavioralVoidExpression", call.span);
  return undefined;
}

function commonBound(values: readonly Ir[]): number | undefined {
  let bound = 0;
  for (const value of values) {
    if (value.op === "const" && value.value === null) continue;
    if (value.bound === undefined) return undefined;
    bound = Math.max(bound, value.bound);
  }
  return bound;
}

function bindSwitch(call: FxCallNode, binder: Binder): Ir {
  const [subject, ...rest] = call.args.map((arg) => binder.bind(arg));
  if (subject === undefined) return binder.failed(call);
  const matches: Ir[] = [];
  const results: Ir[] = [];
  rest.forEach((arg, index) => {
    const isDefault = index === rest.length - 1 && index % 2 === 0;
    if (index % 2 === 0 && !isDefault) matches.push(arg);
    else results.push(arg);
  });
  let bad = subject.type.kind === "error";
  for (const match of matches) {
    if (match.type.kind === "error") bad = true;
    else if (!matchesType(subject.type, match.type)) {
      bad = true;
      wrongTypeOf(binder, match.node, subject.type, match.type);
    }
  }
  if (bad) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  const unified = unifyResults(call, results, binder);
  if (unified === undefined) return binder.failed(call);
  const count = matches.length;
  return {
    op: "lazy",
    node: call,
    type: unified.type,
    args: [subject, ...matches, ...unified.values],
    mayBlank: true,
    mayError: true,
    call(args, slots, rows) {
      const errors: FxErrorDetail[] = [];
      const value = args[0]?.(slots, rows) ?? null;
      if (value instanceof FxError) errors.push(...value.errors);
      let branch: Run | undefined = args[1 + 2 * count];
      for (let index = 0; index < count; index++) {
        const match = args[1 + index]?.(slots, rows) ?? null;
        if (match instanceof FxError) errors.push(...match.errors);
        else if (!(value instanceof FxError) && equalValues(value, match)) {
          branch = args[1 + count + index];
          break;
        }
      }
      const result = branch?.(slots, rows) ?? null;
      return errors.length > 0 ? new FxError("error", errors) : result;
    },
  };
}

function matchesType(subject: FxType, match: FxType): boolean {
  if (subject.kind === "blank" || match.kind === "blank") return true;
  if (isNumeric(subject) && isNumeric(match)) return true;
  if (subject.kind === "enum" || match.kind === "enum") {
    return (
      subject.kind === match.kind ||
      (subject.kind === "enum" && subject.base === match.kind) ||
      (match.kind === "enum" && match.base === subject.kind)
    );
  }
  return subject.kind === match.kind;
}

function wrongTypeOf(binder: Binder, node: FxNode, wanted: FxType, given: FxType): void {
  if (wanted.kind === "record" || wanted.kind === "table" || wanted.kind === "enum") {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(node), [
      wanted.kind,
      given.kind,
    ]);
  } else wrongType(binder, node, wanted.kind, given);
}

function bindOnly(call: FxCallNode, binder: Binder): Ir | undefined {
  const [node] = call.args;
  return node === undefined ? undefined : binder.bind(node);
}

function bindTest(call: FxCallNode, binder: Binder, test: (value: FxValue) => boolean): Ir {
  const arg = bindOnly(call, binder);
  if (arg === undefined || arg.type.kind === "error") return binder.failed(call);
  return strict(call, types.boolean, test, [arg], { mayBlank: false, mayError: arg.mayError });
}

/** A test that may look at Errors. */
function bindLazyTest(call: FxCallNode, binder: Binder, test: (value: FxValue) => boolean): Ir {
  const arg = bindOnly(call, binder);
  if (arg === undefined || arg.type.kind === "error") return binder.failed(call);
  return {
    op: "lazy",
    node: call,
    type: types.boolean,
    args: [arg],
    mayBlank: false,
    mayError: false,
    call: ([run], slots, rows) => test(run?.(slots, rows) ?? null),
  };
}

export function isBlank(value: FxValue): boolean {
  return value === null || value === "" || (value instanceof FxUntyped && value.json === "");
}

function isNumericValue(value: FxValue, isNumber: boolean): boolean {
  if (value === null || typeof value === "boolean") return false;
  if (isNumber) return true;
  const text =
    typeof value === "string"
      ? value
      : value instanceof FxUntyped && typeof value.json === "string"
        ? value.json
        : undefined;
  if (
    value instanceof FxUntyped &&
    typeof value.json === "object" &&
    value.json.kind === "number"
  ) {
    return true;
  }
  if (text === undefined) return false;
  const number = textToDecimal(text);
  return typeof number === "number" || number instanceof FxDecimal;
}

function bindCoalesce(call: FxCallNode, binder: Binder): Ir {
  const bound = call.args.map((arg) => binder.bind(arg));
  let type: FxType = types.blank;
  let bad = false;
  const failures: Ir[] = [];
  for (const arg of bound) {
    if (arg.type.kind === "error") {
      bad = true;
      continue;
    }
    const union = unionType(type, arg.type);
    if (union === undefined) failures.push(arg);
    else type = union;
  }
  for (const arg of failures) wrongTypeOf(binder, arg.node, type, arg.type);
  if (bad || failures.length > 0) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  return {
    op: "lazy",
    node: call,
    type,
    args: bound.map((arg) => convertTo(arg, type) ?? arg),
    mayBlank: true,
    mayError: true,
    call(args, slots, rows) {
      for (const run of args) {
        const value = run(slots, rows);
        if (!isBlank(value)) return value;
      }
      return null;
    },
  };
}

const errorFields: ReadonlyMap<string, FxType> = new Map<string, FxType>([
  ["Kind", types.decimal],
  ["Message", types.text],
  ["Source", types.text],
  ["Observed", types.text],
  [
    "Details",
    recordType(
      new Map<string, FxType>([
        ["HttpStatusCode", types.decimal],
        ["HttpResponse", types.text],
      ]),
    ),
  ],
]);

const errorScope = recordType(
  new Map<string, FxType>([
    ["FirstError", sealedType("record", errorFields)],
    ["AllErrors", sealedType("table", errorFields)],
  ]),
);

function describeError(detail: FxErrorDetail): FxRecord {
  return new FxRecord(
    new Map<string, FxValue>([
      ["Kind", detail.code],
      ["Message", detail.message],
    ]),
  );
}

function bindIfError(call: FxCallNode, binder: Binder): Ir {
  const isFallback = (index: number) => index % 2 === 1;
  const bound = call.args.map((arg, index) =>
    isFallback(index)
      ? binder.inRow(errorScope, undefined, () => binder.bind(arg), true)
      : binder.bind(arg),
  );
  const failedArg = bound.find((arg) => arg.type.kind === "error");
  if (failedArg !== undefined) {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee], failedArg);
    return binder.failed(call);
  }
  const last = bound.length - 1;
  const hasDefault = bound.length % 2 === 1;
  const results = bound.filter(
    (_, index) =>
      isFallback(index) || (index === last && hasDefault) || (!hasDefault && index === last - 1),
  );
  const lastValue = bound[hasDefault ? last : last - 1];
  // The type is that of the value which is the result when nothing fails.
  const order =
    lastValue === undefined ? results : [lastValue, ...results.filter((r) => r !== lastValue)];
  const unified = unifyResults(call, order, binder);
  if (unified === undefined) return binder.failed(call);
  const convertedOf = new Map(order.map((ir, index) => [ir, unified.values[index] ?? ir]));
  return {
    op: "lazy",
    node: call,
    type: unified.type,
    args: bound.map((arg) => convertedOf.get(arg) ?? arg),
    mayBlank: true,
    mayError: true,
    call(args, slots, rows) {
      let value: FxValue = null;
      for (let index = 0; index < args.length; index += 2) {
        value = args[index]?.(slots, rows) ?? null;
        const fallback = args[index + 1];
        if (!(value instanceof FxError) || fallback === undefined) continue;
        const details = value.errors.map(describeError);
        const row = new FxRecord(
          new Map<string, FxValue>([
            ["FirstError", details[0] ?? null],
            ["AllErrors", new FxTable(details)],
          ]),
        );
        return fallback(slots, { row, outer: rows });
      }
      return value;
    },
  };
}

function bindError(call: FxCallNode, binder: Binder): Ir {
  const arg = bindOnly(call, binder);
  if (arg === undefined || arg.type.kind === "error") return binder.failed(call);
  const { type } = arg;
  if (type.kind === "record" || type.kind === "table") {
    const wanted = errorFields;
    const converters = new Map<string, (value: FxValue) => FxValue>();
    let bad = !type.fields.has("Kind");
    if (bad) binder.report("ErrErrorIrrelevantField", errorSpan(arg.node));
    for (const [name, field] of type.fields) {
      const target = wanted.get(name);
      const conversion = target === undefined ? undefined : conversionBetween(field, target);
      if (conversion === undefined) {
        bad = true;
        binder.report(
          target === undefined
            ? "ErrErrorIrrelevantField"
            : "ErrColumnTypeMismatch_ColName_ExpectedType_ActualType",
          errorSpan(arg.node),
          [name],
        );
      } else converters.set(name, conversion.call);
    }
    if (bad) {
      binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
      return binder.failed(call);
    }
    return strict(call, types.blank, (value) => makeError(value, converters), [arg]);
  }
  const text = convertTo(arg, types.text);
  if (text === undefined) {
    binder.report("ErrBadType_ExpectedType", errorSpan(arg.node), ["Record"]);
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  }
  return strict(
    call,
    types.blank,
    (message) =>
      new FxError("error", [
        { code: errorKinds.Custom, message: typeof message === "string" ? message : "" },
      ]),
    [text],
  );
}

function makeError(
  value: FxValue,
  converters: ReadonlyMap<string, (value: FxValue) => FxValue>,
): FxValue {
  const rows = value instanceof FxTable ? value.rows : [value];
  const details: FxErrorDetail[] = [];
  for (const row of rows) {
    if (row instanceof FxError) return row;
    if (!(row instanceof FxRecord)) continue;
    const field = (name: string): FxValue => {
      const raw = row.get(name);
      if (raw === null || raw instanceof FxError) return raw;
      return converters.get(name)?.(raw) ?? null;
    };
    const kind = field("Kind");
    if (kind instanceof FxError) return kind;
    const message = field("Message");
    const code = asCount(kind);
    details.push({
      code,
      message: typeof message === "string" ? message : errorMessage(code),
    });
  }
  return details.length === 0 ? null : new FxError("error", details);
}
