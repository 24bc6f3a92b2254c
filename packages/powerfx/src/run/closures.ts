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
      if (tests !== undefined) return testsRun(tests);
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
 *
 * The first terms of each sort are held in variables: reading them from a list takes longer than
 * what they say.
 */
function sumRun(ir: IrOf<"strict">, compile: (child: Ir) => Run): Run | undefined {
  if (!isSum(ir)) return undefined;
  const sum: Sum = { base: 0, scaled: [], gains: [], others: [] };
  addTerms(ir, 1, sum, compile);
  const { base, scaled, gains, others } = sum;
  const { slot: slot1, factor: factor1 } = scaled.shift() ?? noTerm;
  const { slot: slot2, factor: factor2 } = scaled.shift() ?? noTerm;
  const { gain: gain1, tests: tests1 } = takeShort(gains);
  const { gain: gain2, tests: tests2 } = takeShort(gains);
  const [if11 = always, if12 = always] = tests1;
  const [if21 = always, if22 = always] = tests2;
  const { kind: kind11, slot: slot11, other: other11, text: text11 } = if11;
  const { kind: kind12, slot: slot12, other: other12, text: text12 } = if12;
  const { kind: kind21, slot: slot21, other: other21, text: text21 } = if21;
  const { kind: kind22, slot: slot22, other: other22, text: text22 } = if22;
  const short: NumberRun = (slots) => {
    let total = base;
    if (factor1 !== 0) total += (slots[slot1] as number) * factor1;
    if (factor2 !== 0) total += (slots[slot2] as number) * factor2;
    if (
      gain1 !== 0 &&
      passes(kind11, slots, slot11, other11, text11) &&
      passes(kind12, slots, slot12, other12, text12)
    ) {
      total += gain1;
    }
    if (
      gain2 !== 0 &&
      passes(kind21, slots, slot21, other21, text21) &&
      passes(kind22, slots, slot22, other22, text22)
    ) {
      total += gain2;
    }
    return total;
  };
  if (scaled.length + gains.length + others.length === 0) return short;
  return (slots, rows) => short(slots, rows) + sumOf(scaled, gains, others, slots, rows);
}

/** Takes a term of at most two tests out of the list. */
function takeShort(gains: Sum["gains"]): Sum["gains"][number] {
  const index = gains.findIndex(({ tests }) => tests.length <= 2);
  return (index < 0 ? undefined : gains.splice(index, 1)[0]) ?? noGain;
}

const noTerm = { slot: 0, factor: 0 };

function sumOf(
  scaled: Sum["scaled"],
  gains: Sum["gains"],
  others: Sum["others"],
  slots: Slots,
  rows: Rows | null,
): number {
  let total = 0;
  for (const term of scaled) total += (slots[term.slot] as number) * term.factor;
  for (const term of gains) if (hold(term.tests, slots)) total += term.gain;
  for (const term of others) total += term.run(slots, rows) * term.sign;
  return total;
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
interface LabelTest {
  readonly kind: TestKind;
  readonly slot: number;
  readonly other: number;
  readonly text: string;
}

type TestKind = 0 | 1 | 2 | 3;
const isTrue = 0;
const isText = 1;
const isSame = 2;
const isAlways = 3;

const always: LabelTest = { kind: isAlways, slot: 0, other: 0, text: "" };
const noGain = { tests: [], gain: 0 };

function passes(kind: TestKind, slots: Slots, slot: number, other: number, text: string): boolean {
  if (kind === isTrue) return slots[slot] === true;
  if (kind === isText) return slots[slot] === text;
  return kind === isAlways || slots[slot] === slots[other];
}

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
    return value === true ? [{ kind: isTrue, slot, other: 0, text: "" }] : undefined;
  }
  if (left.type.kind !== "text") return undefined;
  if (typeof value === "string") return [{ kind: isText, slot, other: 0, text: value }];
  return right?.op === "slot" && right.type.kind === "text" && !right.mayError
    ? [{ kind: isSame, slot, other: right.index, text: "" }]
    : undefined;
}

function hold(tests: readonly LabelTest[], slots: Slots): boolean {
  for (const { kind, slot, other, text } of tests) {
    if (!passes(kind, slots, slot, other, text)) return false;
  }
  return true;
}

/** Tests that must all hold; the first two held in variables, as in `sumRun`. */
function testsRun(tests: readonly LabelTest[]): Run {
  const [first = always, second = always, ...more] = tests;
  const { kind: kind1, slot: slot1, other: other1, text: text1 } = first;
  const { kind: kind2, slot: slot2, other: other2, text: text2 } = second;
  return (slots) =>
    passes(kind1, slots, slot1, other1, text1) &&
    passes(kind2, slots, slot2, other2, text2) &&
    (more.length === 0 || hold(more, slots));
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
