import type { Ir, IrOf, Rows, Run, Slots } from "../bind/ir.ts";
import { FxError, FxRecord, type FxValue } from "../values/value.ts";
import { combineErrors } from "./operations.ts";
import { counted, withinLimit } from "./work.ts";

/** Lets a caller wrap the closures of chosen nodes; `args` are the node's own, already wrapped. */
export type Wrap = (ir: Ir, run: Run, args: readonly Run[]) => Run;

/**
 * The lowered form as closures: needs no code generation, so it works under any content
 * security policy. One closure a node; checks that the binder proved needless are left out.
 */
export function compileClosures(ir: Ir, wrap?: Wrap): Run {
  return compileNode(ir, wrap, false);
}

/** `inLoop`: inside a function that may run it any number of times. */
function compileNode(ir: Ir, wrap: Wrap | undefined, inLoop: boolean): Run {
  const run = compilePlain(ir, wrap, inLoop);
  return inLoop ? counted(run) : run;
}

function compilePlain(ir: Ir, wrap: Wrap | undefined, inLoop: boolean): Run {
  const compile = (child: Ir): Run => compileNode(child, wrap, inLoop);
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
      const sum = wrap === undefined ? sumRun(ir, compile) : undefined;
      if (sum !== undefined) return sum;
      const args = ir.args.map(compile);
      return wrapped(ir, strictRun(ir, args), args, wrap);
    }
    case "and":
    case "or": {
      const tests = wrap === undefined && ir.op === "and" ? labelTests(ir) : undefined;
      if (tests !== undefined) return (slots) => hold(tests, slots);
      return logicRun(ir.args, ir.args.map(compile), ir.op === "or");
    }
    case "if":
      return ifRun(ir, compile);
    case "lazy": {
      const args = ir.args.map((arg) => compileNode(arg, wrap, true));
      const { call } = ir;
      const run = withinLimit((slots, rows) => call(args, slots, rows));
      return wrapped(ir, run, args, wrap);
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
    if (slot !== undefined && typeof value === "string") {
      return ir.fast === "=" ? (s) => s[slot] === value : (s) => s[slot] !== value;
    }
    if (slot !== undefined && value !== undefined) {
      return ir.fast === "=" ? (s) => s[slot] === value : (s) => s[slot] !== value;
    }
    const other = right.op === "slot" ? right.index : undefined;
    if (slot !== undefined && other !== undefined && left.type.kind === "text") {
      return ir.fast === "=" ? (s) => s[slot] === s[other] : (s) => s[slot] !== s[other];
    }
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

/** Parts of a sum of whole numbers. */
interface Sum {
  base: number;
  readonly scaled: { readonly slot: number; readonly factor: number }[];
  /** What tests of labels add where they all hold, beyond what is in `base` in any case. */
  readonly gains: { readonly tests: readonly LabelTest[]; readonly gain: number }[];
  readonly others: { readonly run: NumberRun; readonly sign: number }[];
}

/**
 * A sum of terms such as `3 * label`, `If(label = "x", 50, 0)` in one closure. The bound of the
 * whole keeps every partial sum, in any order, below 2^53, so that reordering changes nothing.
 */
function sumRun(ir: IrOf<"strict">, compile: (child: Ir) => Run): Run | undefined {
  if (!isSum(ir)) return undefined;
  const sum: Sum = { base: 0, scaled: [], gains: [], others: [] };
  addTerms(ir, 1, sum, compile);
  const { base, scaled, gains, others } = sum;
  return (slots, rows) => {
    let total = base;
    for (let i = 0; i < scaled.length; i++) {
      const term = scaled[i];
      if (term !== undefined) total += (slots[term.slot] as number) * term.factor;
    }
    for (let i = 0; i < gains.length; i++) {
      const term = gains[i];
      if (term !== undefined && hold(term.tests, slots)) total += term.gain;
    }
    for (let i = 0; i < others.length; i++) {
      const term = others[i];
      if (term !== undefined) total += term.run(slots, rows) * term.sign;
    }
    return total;
  };
}

function isSum(ir: Ir): ir is IrOf<"strict"> {
  return (
    ir.op === "strict" &&
    (ir.fast === "+" || ir.fast === "-") &&
    ir.bound !== undefined &&
    ir.args.length === 2 &&
    ir.args.every((arg) => isNumber(arg) && arg.bound !== undefined && !arg.mayError)
  );
}

function addTerms(ir: Ir, sign: number, sum: Sum, compile: (child: Ir) => Run): void {
  if (isSum(ir)) {
    const [left, right] = ir.args;
    if (left !== undefined) addTerms(left, sign, sum, compile);
    if (right !== undefined) addTerms(right, ir.fast === "-" ? -sign : sign, sum, compile);
    return;
  }
  if (ir.op === "const" && typeof ir.value === "number") {
    sum.base += sign * ir.value;
    return;
  }
  const scaled = scaledSlot(ir);
  if (scaled !== undefined) {
    sum.scaled.push({ slot: scaled.slot, factor: sign * scaled.factor });
    return;
  }
  if (ir.op === "if" && ir.branches.length === 1) {
    const [branch] = ir.branches;
    const tests = branch === undefined ? undefined : labelTests(branch.condition);
    const yes = branch?.value.op === "const" ? branch.value.value : undefined;
    const no = ir.otherwise.op === "const" ? ir.otherwise.value : undefined;
    if (
      tests !== undefined &&
      typeof yes === "number" &&
      typeof no === "number" &&
      Number.isSafeInteger(yes - no)
    ) {
      sum.base += sign * no;
      sum.gains.push({ tests, gain: sign * (yes - no) });
      return;
    }
  }
  sum.others.push({ run: compile(ir) as NumberRun, sign });
}

/** `label`, `label * 3` or `3 * label`, of whole numbers. */
function scaledSlot(ir: Ir): { readonly slot: number; readonly factor: number } | undefined {
  if (ir.op === "slot") return { slot: ir.index, factor: 1 };
  if (ir.op !== "strict" || ir.fast !== "*" || ir.bound === undefined) return undefined;
  const [left, right] = ir.args;
  const slot = left?.op === "slot" ? left : right?.op === "slot" ? right : undefined;
  const other = slot === left ? right : left;
  return slot !== undefined && other?.op === "const" && typeof other.value === "number"
    ? { slot: slot.index, factor: other.value }
    : undefined;
}

/** A test of labels alone; kept as data, because a call costs more than most of them. */
type LabelTest =
  | { readonly kind: "true"; readonly slot: number; readonly other: 0; readonly text: "" }
  | { readonly kind: "text"; readonly slot: number; readonly other: 0; readonly text: string }
  | { readonly kind: "same"; readonly slot: number; readonly other: number; readonly text: "" };

/** The tests that must all hold, if a condition is nothing but such tests. */
function labelTests(ir: Ir): readonly LabelTest[] | undefined {
  if (ir.op === "and") {
    const tests = ir.args.map(labelTests);
    return tests.every((some) => some !== undefined) ? tests.flat() : undefined;
  }
  const [left, right] = ir.op === "strict" && ir.fast === "=" ? ir.args : [ir];
  if (left?.op !== "slot" || left.mayError) return undefined;
  const slot = left.index;
  const value = right === undefined ? true : right.op === "const" ? right.value : undefined;
  if (left.type.kind === "boolean") {
    return value === true ? [{ kind: "true", slot, other: 0, text: "" }] : undefined;
  }
  if (left.type.kind !== "text") return undefined;
  if (typeof value === "string") return [{ kind: "text", slot, other: 0, text: value }];
  return right?.op === "slot" && right.type.kind === "text" && !right.mayError
    ? [{ kind: "same", slot, other: right.index, text: "" }]
    : undefined;
}

function hold(tests: readonly LabelTest[], slots: Slots): boolean {
  for (let i = 0; i < tests.length; i++) {
    const test = tests[i];
    if (test === undefined) return false;
    if (test.kind === "true") {
      if (slots[test.slot] !== true) return false;
    } else if (test.kind === "text") {
      if (slots[test.slot] !== test.text) return false;
    } else if (slots[test.slot] !== slots[test.other]) return false;
  }
  return true;
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
