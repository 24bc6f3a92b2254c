import type { FxNode } from "@routewright/powerfx";
import type { Logic } from "../../rules/outline.ts";
import { atomsOf } from "../../rules/outline.ts";
import { atomOf, type Conjunction, isPositive, truthOfLogic } from "./conjunctions.ts";
import type { LabelClasses } from "./label-classes.ts";

/** When a step of a policy applies; a step may have several members. */
export interface Member {
  readonly step: number;
  readonly conjunction: Conjunction;
  /** A condition with too many alternatives, which must hold besides. */
  readonly whole?: WholeCondition;
}

export interface WholeCondition {
  readonly logic: Logic;
  readonly atomIndex: (node: FxNode) => number;
}

/**
 * Finds the members that hold for a job without trying each. Every class of every label has a row
 * of bits: the members that it does not rule out. What all rows of a job leave is tried in
 * earnest, and that only where something else than classes decides. Rows come in two levels, one
 * bit of the upper level for 32 of the lower, so that empty stretches are stepped over.
 */
export interface RuleIndex {
  /** The step of each member. */
  readonly steps: Int32Array;
  /** Where the members of each group begin, and where the last end. */
  readonly bounds: readonly number[];
  /**
   * Fills `found` with the members that hold, ascending, and says how many.
   * `classes`: the class of each label; `computed`: the truth of atoms that are no label's.
   */
  find(classes: Int32Array, computed: (atom: number) => boolean): number;
  readonly found: Int32Array;
}

/** Integers that rows may take together (32 MB); rows past them are made for each job anew. */
const maxKept = 8_000_000;

interface LabelTest {
  readonly member: number;
  readonly conjunction: Conjunction;
}

export function ruleIndex(
  groups: readonly (readonly Member[])[],
  labels: readonly LabelClasses[],
): RuleIndex {
  const members = groups.flat();
  const bounds = [0];
  for (const group of groups) bounds.push((bounds.at(-1) ?? 0) + group.length);
  const words = Math.ceil(members.length / 32);
  const upper = Math.ceil(words / 32);
  const places = placesOf(labels);
  const { tests, computedTests } = divide(members, places, labels.length);
  const wholes = members.flatMap(({ whole }, member) =>
    whole === undefined ? [] : [{ member, whole, labels: labelsOf(whole, places) }],
  );
  // The label that rules out most comes first: the others are seldom looked at then.
  const order = [...labels.keys()]
    .filter((label) => tests[label]?.length !== 0 || wholes.some((own) => own.labels.has(label)))
    .sort((a, b) => (tests[b]?.length ?? 0) - (tests[a]?.length ?? 0));
  const full = fullRow(members.length, words, upper);
  const stride = full.length;
  // One table for all rows, so that a row is an offset. It begins with a row that rules out
  // nothing and a row a label for classes whose rows are not kept.
  const scratch = stride * (1 + labels.length);
  let table = new Int32Array(scratch + stride * 64);
  table.set(full);
  let used = scratch;
  /** By label and class: where the row begins; 0: it is not made. */
  const rows: number[][] = labels.map(() => []);
  const current = new Int32Array(order.length);
  const found = new Int32Array(members.length);
  /** Whether rows say everything. */
  const isDecided = wholes.length === 0 && computedTests.every((own) => own === undefined);
  let classesNow: Int32Array = new Int32Array(0);
  let computedNow: (atom: number) => boolean = () => false;

  return { steps: Int32Array.from(members, ({ step }) => step), bounds, find, found };

  function find(classes: Int32Array, computed: (atom: number) => boolean): number {
    classesNow = classes;
    computedNow = computed;
    const asked = current.length;
    for (let at = 0; at < asked; at++) {
      const label = order[at] ?? 0;
      const own = classes[label] ?? 0;
      const known = rows[label]?.[own] ?? 0;
      current[at] = known === 0 ? makeRow(label, own) : known;
    }
    const all = table;
    let count = 0;
    for (let block = 0; block < upper; block++) {
      let blocks = all[block] ?? 0;
      for (let at = 0; at < asked; at++) blocks &= all[(current[at] ?? 0) + block] ?? 0;
      while (blocks !== 0) {
        const word = block * 32 + 31 - Math.clz32(blocks & -blocks);
        blocks &= blocks - 1;
        let bits = all[upper + word] ?? 0;
        for (let at = 0; bits !== 0 && at < asked; at++) {
          bits &= all[(current[at] ?? 0) + upper + word] ?? 0;
        }
        while (bits !== 0) {
          const member = word * 32 + 31 - Math.clz32(bits & -bits);
          bits &= bits - 1;
          if (isDecided || holds(member)) found[count++] = member;
        }
      }
    }
    return count;
  }

  /** What no row can say: atoms over several labels, and conditions looked at as a whole. */
  function holds(member: number): boolean {
    const own = computedTests[member];
    if (own !== undefined) {
      for (const code of own) if (computedNow(atomOf(code)) !== isPositive(code)) return false;
    }
    const whole = members[member]?.whole;
    if (whole === undefined) return true;
    return truthOfLogic(whole.logic, (node) => truthNow(whole.atomIndex(node))) === true;
  }

  function truthNow(atom: number): boolean {
    const place = places.get(atom);
    if (place === undefined) return computedNow(atom);
    const truths = labels[place.label]?.truths[classesNow[place.label] ?? 0];
    return truths?.[place.local] === true;
  }

  /** Where the row begins. */
  function makeRow(label: number, own: number): number {
    const truths = labels[label]?.truths[own] ?? [];
    const keep = used + stride <= maxKept;
    const offset = keep ? used : stride * (1 + label);
    if (keep) {
      used += stride;
      if (used > table.length) {
        const larger = new Int32Array(table.length * 2 + stride);
        larger.set(table);
        table = larger;
      }
      const list = rows[label];
      if (list !== undefined) list[own] = offset;
    }
    const row = table.subarray(offset, offset + stride);
    row.set(full);
    for (const { member, conjunction } of tests[label] ?? []) {
      for (const code of conjunction) {
        const local = places.get(atomOf(code))?.local ?? 0;
        if (truths[local] !== isPositive(code)) {
          clear(row, member);
          break;
        }
      }
    }
    for (const { member, whole, labels: read } of wholes) {
      if (!read.has(label)) continue;
      const truth = truthOfLogic(whole.logic, (node) => {
        const place = places.get(whole.atomIndex(node));
        return place?.label === label ? truths[place.local] === true : undefined;
      });
      if (truth === false) clear(row, member);
    }
    summarise(row, words, upper);
    return offset;
  }

  function clear(row: Int32Array, member: number): void {
    const at = upper + (member >> 5);
    row[at] = (row[at] ?? 0) & ~(1 << (member & 31));
  }
}

interface Place {
  readonly label: number;
  readonly local: number;
}

/** Where the atoms that read one label stand. */
function placesOf(labels: readonly LabelClasses[]): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (const [label, { atoms }] of labels.entries()) {
    for (const [local, atom] of atoms.entries()) places.set(atom.index, { label, local });
  }
  return places;
}

function divide(
  members: readonly Member[],
  places: ReadonlyMap<number, Place>,
  labelCount: number,
): {
  readonly tests: readonly (readonly LabelTest[])[];
  readonly computedTests: readonly (Conjunction | undefined)[];
} {
  const tests: LabelTest[][] = Array.from({ length: labelCount }, () => []);
  const computedTests: (Conjunction | undefined)[] = [];
  for (const [member, { conjunction }] of members.entries()) {
    const byLabel = new Map<number, number[]>();
    const computed: number[] = [];
    for (const code of conjunction) {
      const place = places.get(atomOf(code));
      if (place === undefined) {
        computed.push(code);
        continue;
      }
      const own = byLabel.get(place.label);
      if (own === undefined) byLabel.set(place.label, [code]);
      else own.push(code);
    }
    for (const [label, own] of byLabel) tests[label]?.push({ member, conjunction: own });
    computedTests.push(computed.length === 0 ? undefined : computed);
  }
  return { tests, computedTests };
}

function labelsOf(
  { logic, atomIndex }: WholeCondition,
  places: ReadonlyMap<number, Place>,
): ReadonlySet<number> {
  const labels = new Set<number>();
  for (const node of atomsOf(logic)) {
    const place = places.get(atomIndex(node));
    if (place !== undefined) labels.add(place.label);
  }
  return labels;
}

/** The upper level first, then the lower. */
function fullRow(members: number, words: number, upper: number): Int32Array {
  const row = new Int32Array(upper + words);
  for (let member = 0; member < members; member++) {
    const at = upper + (member >> 5);
    row[at] = (row[at] ?? 0) | (1 << (member & 31));
  }
  summarise(row, words, upper);
  return row;
}

function summarise(row: Int32Array, words: number, upper: number): void {
  row.fill(0, 0, upper);
  for (let word = 0; word < words; word++) {
    if ((row[upper + word] ?? 0) === 0) continue;
    row[word >> 5] = (row[word >> 5] ?? 0) | (1 << (word & 31));
  }
}
