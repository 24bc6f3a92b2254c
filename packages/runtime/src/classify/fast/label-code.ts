import { atomOf, type Conjunction, isPositive } from "./conjunctions.ts";
import { type LabelClasses, noClass } from "./label-classes.ts";

/** A set of cells, one bit each. */
export type Cells = bigint;

/**
 * JavaScript that tells apart what the conditions on one label tell apart. The label's values are
 * divided into cells that a comparison can pick out, each within one class: a text that conditions
 * name, all other texts, the numbers between two thresholds, a threshold, `true`, `false`, no
 * value. What holds in a cell is read off its class, that is, Power Fx has said it.
 */
export interface LabelCode {
  /** The variable with the label's value. */
  readonly value: string;
  /** Statements after the value is read: who has an odd value is classified elsewhere. */
  readonly guard: string;
  /** Every cell that passes the guard. */
  readonly all: Cells;
  /** Where a conjunction of atoms over this label holds. */
  cellsOf(codes: Conjunction): Cells;
  /** How often a value is in one of these cells, as far as can be guessed: a weight. */
  weightOf(cells: Cells): number;
  /**
   * Comparisons of which one holds for the wanted cells and none for the rest of `left`; other
   * values do not occur. Wanted are some of `left`, and not all.
   */
  comparisons(wanted: Cells, left: Cells): readonly string[];
  /** Cells of one value, which a `case` can name. */
  readonly nameable: Cells;
  /** The values of such cells. */
  valuesOf(cells: Cells): readonly string[];
}

interface Cell {
  readonly kind: "text" | "otherText" | "number" | "boolean" | "missing";
  readonly found: number;
  readonly weight: number;
  /** The value; of numbers how those up to here differ from those after. */
  readonly code: string;
}

/** Thresholds are seldom hit, and labels seldom missing. */
const seldom = 0.1;

/** `undefined`: where the truth of some atom changes is not known, so comparisons cannot tell. */
export function labelCode(own: LabelClasses, value: string, leave: string): LabelCode | undefined {
  const { thresholds } = own;
  if (thresholds === undefined) return undefined;
  const missingClass = own.classOf(undefined);
  const cells: readonly Cell[] = [
    ...unlessFailing(textCells(own)),
    ...unlessFailing(numberCells(own, thresholds)),
    ...unlessFailing(booleanCells(own)),
    ...unlessFailing([{ kind: "missing", found: missingClass, weight: seldom, code: "undefined" }]),
  ];
  const setOf = (holds: (cell: Cell) => boolean): Cells =>
    cells.reduce((set, cell, index) => (holds(cell) ? set | (1n << BigInt(index)) : set), 0n);
  const otherText = setOf(({ kind }) => kind === "otherText");
  const text = otherText | setOf(({ kind }) => kind === "text");
  const number = setOf(({ kind }) => kind === "number");
  const boolean = setOf(({ kind }) => kind === "boolean");
  const missing = setOf(({ kind }) => kind === "missing");
  const all = text | number | boolean | missing;
  const kinds = [
    ...(text === 0n ? [] : [`typeof ${value} === "string"`]),
    ...(number === 0n ? [] : [`(${plainNumber(value)})`]),
    ...(boolean === 0n ? [] : [`typeof ${value} === "boolean"`]),
    ...(missing === 0n ? [] : [`${value} === undefined`]),
  ];
  const byLiteral = new Map<number, Cells>();
  const weights = new Map<Cells, number>();
  const cellsOfLiteral = (code: number): Cells => {
    const local = own.atoms.findIndex(({ index }) => index === atomOf(code));
    return setOf(({ found }) => (own.truths[found]?.[local] === true) === isPositive(code));
  };

  return {
    value,
    guard: kinds.length === 0 ? leave : `if (!(${kinds.join(" || ")})) ${leave}`,
    all,
    cellsOf(codes) {
      let left = all;
      for (const code of codes) {
        const known = byLiteral.get(code) ?? cellsOfLiteral(code);
        byLiteral.set(code, known);
        left &= known;
      }
      return left;
    },
    weightOf(set) {
      const known = weights.get(set);
      if (known !== undefined) return known;
      const weight = cellsIn(set).reduce((sum, cell) => sum + cell.weight, 0);
      weights.set(set, weight);
      return weight;
    },
    comparisons: (wanted, left) => [
      ...textComparisons(wanted, left),
      ...numberComparisons(wanted, left),
      ...(boolean !== 0n && (boolean & ~wanted) === 0n
        ? [`typeof ${value} === "boolean"`]
        : equalsAny(wanted & boolean)),
      ...equalsAny(wanted & missing),
    ],
    nameable: (text & ~otherText) | boolean,
    valuesOf: codesOf,
  };

  function textComparisons(wanted: Cells, left: Cells): readonly string[] {
    if ((wanted & otherText) === 0n) return equalsAny(wanted & text);
    const isText = (left & ~text) === 0n ? [] : [`typeof ${value} === "string"`];
    const notOne = codesOf(left & text & ~wanted).map((code) => `${value} !== ${code}`);
    return [[...isText, ...notOne].join(" && ")];
  }

  /** Intervals, as wide as the cells that are left allow. */
  function numberComparisons(wanted: Cells, left: Cells): readonly string[] {
    // A comparison makes numbers of texts and booleans; one with a missing value never holds.
    const mixed = (left & (text | boolean)) !== 0n;
    const order = cellsIn(left & number);
    const wantedNow = new Set(cellsIn(wanted & number));
    const isWanted = order.map((cell) => wantedNow.has(cell));
    const found: string[] = [];
    for (let start = 0; start < order.length; start++) {
      if (isWanted[start] !== true) continue;
      let end = start;
      while (isWanted[end + 1] === true) end++;
      const isWhole = start === 0 && end === order.length - 1;
      const bounds = mixed || isWhole ? [`typeof ${value} === "number"`] : [];
      if (start > 0) bounds.push(`${value} ${above(order[start - 1]?.code ?? "")}`);
      if (end < order.length - 1) bounds.push(`${value} ${order[end]?.code}`);
      found.push(bounds.join(" && "));
      start = end;
    }
    return found;
  }

  function equalsAny(set: Cells): readonly string[] {
    return codesOf(set).map((code) => `${value} === ${code}`);
  }

  function codesOf(set: Cells): readonly string[] {
    return cellsIn(set).map(({ code }) => code);
  }

  function cellsIn(set: Cells): readonly Cell[] {
    const found: Cell[] = [];
    // By words: each step on a large set makes a new one.
    for (let [base, rest] = [0, set]; rest !== 0n; base += 32, rest >>= 32n) {
      let word = Number(BigInt.asIntN(32, rest));
      for (; word !== 0; word &= word - 1) {
        const cell = cells[base + 31 - Math.clz32(word & -word)];
        if (cell !== undefined) found.push(cell);
      }
    }
    return found;
  }
}

function plainNumber(v: string): string {
  const sized = `(${v} < 1e15 && ${v} > -1e15 && (${v} >= 1e-6 || ${v} <= -1e-6))`;
  return `typeof ${v} === "number" && ((${v} | 0) === ${v} || ${sized})`;
}

/** A kind of values of which some make a condition fail is left to those who say why. */
function unlessFailing(cells: readonly Cell[]): readonly Cell[] {
  return cells.some(({ found }) => found === noClass) ? [] : cells;
}

function textCells(own: LabelClasses): readonly Cell[] {
  const others = own.classOf(`${own.texts.join("")} and none of these`);
  const named = own.texts
    .map(
      (text): Cell => ({
        kind: "text",
        found: own.classOf(text),
        weight: text === "" ? seldom : 1,
        code: JSON.stringify(text),
      }),
    )
    .filter(({ found }) => found !== others);
  // Where several are named, the others are seldom many.
  return [
    ...named,
    { kind: "otherText", found: others, weight: named.length > 3 ? 0.5 : 1, code: "" },
  ];
}

/** From the least to the greatest; thresholds that make no difference are left out. */
function numberCells(own: LabelClasses, thresholds: readonly number[]): readonly Cell[] {
  const cells: Cell[] = [];
  const add = (found: number, weight: number, code: string): void => {
    const last = cells.at(-1);
    if (last?.found === found)
      cells[cells.length - 1] = { ...last, weight: Math.max(last.weight, weight), code };
    else cells.push({ kind: "number", found, weight, code });
  };
  for (const [index, threshold] of thresholds.entries()) {
    add(own.classOf(between(thresholds[index - 1], threshold)), 1, `< ${threshold}`);
    add(own.classOf(threshold), seldom, `<= ${threshold}`);
  }
  add(own.classOf(between(thresholds.at(-1), undefined)), 1, "");
  return cells;
}

/** A plain number strictly between two thresholds. */
function between(low: number | undefined, high: number | undefined): number {
  if (low !== undefined && high !== undefined) return (low + high) / 2;
  if (low !== undefined) return low + 1;
  return high === undefined ? 0 : high - 1;
}

/** The opposite of `< 5` and of `<= 5`, which a missing value does not meet either. */
function above(code: string): string {
  return code.startsWith("<=") ? code.replace("<=", ">") : code.replace("<", ">=");
}

function booleanCells(own: LabelClasses): readonly Cell[] {
  return [true, false].map((value) => ({
    kind: "boolean",
    found: own.classOf(value),
    weight: 1,
    code: String(value),
  }));
}
