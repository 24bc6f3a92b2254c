import type { Ir, IrOf, Rows, Run, Slots } from "../bind/ir.ts";
import { FxError, FxRecord, type FxValue } from "../values/value.ts";
import { combineErrors } from "./operations.ts";

/** Lets a caller wrap the closures of chosen nodes; `args` are the node's own, already wrapped. */
export type Wrap = (ir: Ir, run: Run, args: readonly Run[]) => Run;

/**
 * The lowered form as closures: needs no code generation, so it works under any content
 * security policy. One closure a node; checks that the binder proved needless are left out.
 */
export function compileClosures(ir: Ir, wrap?: Wrap): Run {
  const compile = (child: Ir): Run => compileClosures(child, wrap);
  switch (ir.op) {
    case "const": {
      const { value } = ir;
      return () => value;
    }
    case "slot":
      return wrapped(ir, slotRun(ir.index), [], wrap);
    case "row":
      return wrapped(ir, rowRun(ir.up, ir.field), [], wrap);
    case "strict": {
      const args = ir.args.map(compile);
      return wrapped(ir, strictRun(ir, args), args, wrap);
    }
    case "and":
    case "or":
      return logicRun(ir.args, ir.args.map(compile), ir.op === "or");
    case "if":
      return ifRun(ir, compile);
    case "lazy": {
      const args = ir.args.map(compile);
      const { call } = ir;
      return wrapped(ir, (slots, rows) => call(args, slots, rows), args, wrap);
    }
  }
}

function wrapped(ir: Ir, run: Run, args: readonly Run[], wrap: Wrap | undefined): Run {
  return wrap === undefined ? run : wrap(ir, run, args);
}

function slotRun(index: number): Run {
  return (slots) => slots[index] ?? null;
}

function rowRun(up: number, field: string | undefined): Run {
  return (_, rows) => {
    let scope = rows;
    for (let level = 0; level < up && scope !== null; level++) scope = scope.outer;
    const row = scope?.row ?? null;
    if (field === undefined || !(row instanceof FxRecord)) return row;
    return row.get(field);
  };
}

function strictRun(ir: IrOf<"strict">, args: readonly Run[]): Run {
  const { call } = ir;
  const [a, b, c] = args;
  const checked = ir.args.some((arg) => arg.mayError);
  if (a === undefined) return () => call();
  if (b === undefined) {
    if (!checked) return (slots, rows) => call(a(slots, rows));
    return (slots, rows) => {
      const x = a(slots, rows);
      return x instanceof FxError ? x : call(x);
    };
  }
  if (c === undefined) {
    if (!checked) return plainPair(ir, a, b);
    return (slots, rows) => {
      const x = a(slots, rows);
      const y = b(slots, rows);
      if (x instanceof FxError || y instanceof FxError) return combineErrors([x, y]) ?? null;
      return call(x, y);
    };
  }
  return (slots, rows) => {
    const values: FxValue[] = [];
    for (const arg of args) values.push(arg(slots, rows));
    return combineErrors(values) ?? call(...values);
  };
}

/** Two operands that cannot be Errors; the commonest operators without a call. */
function plainPair(ir: IrOf<"strict">, a: Run, b: Run): Run {
  const { call } = ir;
  const [left, right] = ir.args;
  if (left === undefined || right === undefined) return (s, r) => call(a(s, r), b(s, r));
  if (ir.fast === "=" || ir.fast === "<>") {
    if (!isIdentical(left, right)) return (s, r) => call(a(s, r), b(s, r));
    const slot = left.op === "slot" ? left.index : undefined;
    const value = right.op === "const" ? right.value : undefined;
    if (slot !== undefined && value !== undefined) {
      return ir.fast === "=" ? (s) => s[slot] === value : (s) => s[slot] !== value;
    }
    const other = right.op === "slot" ? right.index : undefined;
    if (slot !== undefined && other !== undefined) {
      return ir.fast === "=" ? (s) => s[slot] === s[other] : (s) => s[slot] !== s[other];
    }
    return ir.fast === "=" ? (s, r) => a(s, r) === b(s, r) : (s, r) => a(s, r) !== b(s, r);
  }
  if (isNumber(left) && isNumber(right)) {
    const x = a as NumberRun;
    const y = b as NumberRun;
    switch (ir.fast) {
      case "<":
        return (s, r) => x(s, r) < y(s, r);
      case "<=":
        return (s, r) => x(s, r) <= y(s, r);
      case ">":
        return (s, r) => x(s, r) > y(s, r);
      case ">=":
        return (s, r) => x(s, r) >= y(s, r);
      default:
        break;
    }
    if (ir.bound !== undefined) {
      const slot = left.op === "slot" ? left.index : undefined;
      const value = right.op === "const" ? Number(right.value) : undefined;
      switch (ir.fast) {
        case "+":
          return (s, r) => x(s, r) + y(s, r);
        case "-":
          return (s, r) => x(s, r) - y(s, r);
        case "*":
          if (slot !== undefined && value !== undefined) {
            return (s) => (s[slot] as number) * value;
          }
          return (s, r) => x(s, r) * y(s, r);
        default:
          break;
      }
    }
  }
  return (s, r) => call(a(s, r), b(s, r));
}

/** A closure that `isNumber` has shown to give JS numbers only. */
type NumberRun = (slots: Slots, rows: Rows | null) => number;

/** Whether equality of two operands is JavaScript's own: no FxDecimal, no objects. */
export function isIdentical(left: Ir, right: Ir): boolean {
  return isSimple(left) && isSimple(right);
}

function isSimple(ir: Ir): boolean {
  switch (ir.type.kind) {
    case "text":
    case "boolean":
    case "blank":
    case "float":
      return true;
    default:
      return ir.bound !== undefined || ir.plain === true;
  }
}

/** Whether an operand is always a JS number that means what it is; never Blank. */
export function isNumber(ir: Ir): boolean {
  return !ir.mayBlank && (ir.bound !== undefined || ir.plain === true || ir.type.kind === "float");
}

function logicRun(irs: readonly Ir[], runs: readonly Run[], stopAt: boolean): Run {
  const [a, b] = runs;
  if (a !== undefined && b !== undefined && runs.length === 2 && !irs.some((ir) => ir.mayError)) {
    return stopAt
      ? (slots, rows) => a(slots, rows) === true || b(slots, rows) === true
      : (slots, rows) => a(slots, rows) === true && b(slots, rows) === true;
  }
  return (slots, rows) => {
    for (const run of runs) {
      const value = run(slots, rows);
      if (value instanceof FxError) return value;
      if ((value === true) === stopAt) return stopAt;
    }
    return !stopAt;
  };
}

function ifRun(ir: IrOf<"if">, compile: (child: Ir) => Run): Run {
  const otherwise = compile(ir.otherwise);
  return ir.branches.reduceRight<Run>((rest, branch) => {
    const condition = compile(branch.condition);
    const value = compile(branch.value);
    if (
      !branch.condition.mayError &&
      branch.value.op === "const" &&
      ir.otherwise.op === "const" &&
      ir.branches.length === 1
    ) {
      const yes = branch.value.value;
      const no = ir.otherwise.value;
      return (slots, rows) => (condition(slots, rows) === true ? yes : no);
    }
    if (!branch.condition.mayError) {
      return (slots, rows) =>
        condition(slots, rows) === true ? value(slots, rows) : rest(slots, rows);
    }
    return (slots, rows) => {
      const test = condition(slots, rows);
      if (test === true) return value(slots, rows);
      return test instanceof FxError ? test : rest(slots, rows);
    };
  }, otherwise);
}
