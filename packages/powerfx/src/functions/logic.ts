import { convert, strict } from "../bind/convert.ts";
import { constant, type Ir } from "../bind/ir.ts";
import { bindLogic, bindNot, booleanOperand } from "../bind/operators.ts";
import { errorSpan } from "../tree.ts";
import { type FxScalarKind, type FxType, isAggregate, sameType, types } from "../values/types.ts";
import { defineFunction, type FxFunction } from "./define.ts";

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
    bind(call, binder) {
      const bound = call.args.map((arg) => binder.bind(arg));
      const conditions: (Ir | undefined)[] = [];
      const results: Ir[] = [];
      bound.forEach((arg, index) => {
        const isLast = index === bound.length - 1;
        if (index % 2 === 0 && !isLast) conditions.push(booleanOperand(arg, binder));
        else results.push(arg);
      });
      const type = commonType(results);
      let bad = conditions.includes(undefined);
      const converted: Ir[] = [];
      for (const result of results) {
        const value = type === undefined ? undefined : asType(result, type);
        if (value !== undefined) converted.push(value);
        else {
          bad = true;
          if (result.type.kind !== "error") {
            binder.report("ErrBadType_NonBehavioralVoidExpression", errorSpan(result.node));
          }
        }
      }
      if (bad || type === undefined) {
        if (conditions.includes(undefined)) {
          binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
        }
        return binder.failed(call);
      }
      const branches = conditions.map((condition, index) => ({
        condition: condition ?? binder.failed(call),
        value: converted[index] ?? binder.failed(call),
      }));
      const otherwise =
        converted.length > branches.length
          ? (converted[branches.length] ?? constant(call, type, null))
          : constant(call, type, null);
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
          all.some((value) => value.mayError) ||
          branches.some((branch) => branch.condition.mayError),
        ...(bound53 === undefined ? {} : { bound: bound53 }),
      };
    },
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
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const arg = binder.bind(node);
      if (arg.type.kind === "error") return binder.failed(call);
      return strict(call, types.boolean, (value) => value === null || value === "", [arg], {
        mayBlank: false,
        mayError: arg.mayError,
      });
    },
  }),
];

/** The type of a choice: its first result's that is not bare Blank. */
export function commonType(results: readonly Ir[]): FxType | undefined {
  if (results.some((result) => result.type.kind === "error")) return undefined;
  return results.find((result) => result.type.kind !== "blank")?.type ?? types.blank;
}

/** A result as the type of the whole choice, or `undefined` if it cannot be that. */
export function asType(ir: Ir, type: FxType): Ir | undefined {
  if (sameType(ir.type, type)) return ir;
  if (ir.type.kind === "blank") return { ...ir, type };
  if (isAggregate(type) || type.kind === "enum") return undefined;
  return convert(ir, type.kind satisfies FxScalarKind);
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
