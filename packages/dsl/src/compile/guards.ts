import type { Condition } from "../core/condition.ts";
import { keyOf } from "../core/key.ts";
import {
  areApart,
  forEachAtom,
  type HeldValues,
  heldValues,
  isPossible,
  type LabelTypes,
  labelAgainstValue,
} from "../core/possible.ts";
import { allOf, anyOf, negation, never } from "../core/simplify.ts";

/**
 * First match wins in the language, but Job Router attaches everything that applies. So a rule
 * is guarded against the earlier ones of its list that may hold with it and decide otherwise.
 */
export interface EarlierArm {
  readonly condition: Condition;
  /** What it attaches whenever it holds; absent when that depends on more. */
  readonly outcome: string | undefined;
}

/** No formula can hold more guards than this; looking for further ones would be in vain. */
const mostGuards = 100;

/** Up to so many guards are compared with each other, to find those that say nothing new. */
const mostCompared = 40;

/**
 * The arms of one `match` so far, in order. Arms that ask for different values of one label are
 * not looked at, so that long lists of such arms cost no more than short ones.
 */
export interface ArmList {
  add(arm: EarlierArm): void;
  /**
   * Conditions that must not hold, given that `own` does, for what is attached to be `outcome`.
   * `dropped`: how many arms decide otherwise but need no guard.
   */
  guards(own: Condition, outcome: string | undefined): Guards;
}

export interface Guards {
  readonly conditions: readonly Condition[];
  readonly dropped: number;
}

export function armList(types: LabelTypes): ArmList {
  const arms: EarlierArm[] = [];
  /** Places in `arms`, ascending. */
  const byLabel = new Map<
    string,
    { readonly byValue: Map<string, number[]>; readonly free: number[] }
  >();
  const outlines = outlineTable(types);

  const all: number[] = [];

  /** The arms that may ask for the same values, in order. */
  const candidates = (own: Condition): readonly number[] | Int32Array => {
    let lists: readonly (readonly number[])[] | undefined;
    let size = arms.length;
    for (const [label, values] of requiredValues(own)) {
      const index = byLabel.get(label);
      if (index === undefined) continue;
      const found = [index.free, ...values.map((value) => index.byValue.get(value) ?? [])];
      const length = found.reduce((sum, list) => sum + list.length, 0);
      if (length >= size) continue;
      lists = found;
      size = length;
    }
    if (lists === undefined) return all;
    // An arm may ask for one of several values, and stand in as many lists.
    if (size * 16 < arms.length) return Int32Array.from(new Set(lists.flat())).sort();
    const isNear = new Uint8Array(arms.length);
    for (const list of lists) for (const place of list) isNear[place] = 1;
    return all.filter((place) => isNear[place] === 1);
  };

  return {
    add(arm) {
      const place = arms.length;
      const required = requiredValues(arm.condition);
      for (const label of required.keys()) {
        if (!byLabel.has(label)) byLabel.set(label, { byValue: new Map(), free: [...all] });
      }
      for (const [label, index] of byLabel) {
        const values = required.get(label);
        if (values === undefined) index.free.push(place);
        for (const value of values ?? []) {
          const list = index.byValue.get(value) ?? [];
          list.push(place);
          index.byValue.set(value, list);
        }
      }
      outlines.add(arm.condition);
      all.push(place);
      arms.push(arm);
    },
    guards(own, outcome) {
      const kept: Condition[] = [];
      const isApart = outlines.apartFrom(own);
      const near = candidates(own);
      let dropped = arms.length - near.length;
      for (const place of near) {
        const arm = arms[place];
        if (arm === undefined || (arm.outcome !== undefined && arm.outcome === outcome)) continue;
        // Most arms of a long list ask for other values of some label, which is quickly seen.
        if (isApart(place) || !isPossible(allOf([arm.condition, own]), types)) dropped++;
        else if (kept.push(arm.condition) >= mostGuards) break;
      }
      const needed = withoutImplied(kept, own, types);
      return {
        conditions: needed.map((guard) => negation(given(own, guard, types))),
        dropped: dropped + kept.length - needed.length,
      };
    },
  };
}

/** What conditions say of one label by itself, each saying once. */
interface Sayings {
  readonly ids: Map<string, number>;
  /** `undefined`: it is more than can be compared. */
  readonly values: (HeldValues | undefined)[];
  /** By arm; -1: it says nothing. */
  readonly ofArm: number[];
}

interface OutlineTable {
  add(condition: Condition): void;
  /** Whether an arm and the condition need different values of some label. */
  apartFrom(condition: Condition): (arm: number) => boolean;
}

/** Keeps of each arm which values of each label it allows, to compare it with thousands of others. */
function outlineTable(types: LabelTypes): OutlineTable {
  const byLabel = new Map<string, Sayings>();
  let count = 0;

  const idOf = (label: string, terms: readonly Condition[]): number => {
    let sayings = byLabel.get(label);
    if (sayings === undefined) {
      sayings = { ids: new Map(), values: [], ofArm: new Array(count).fill(-1) };
      byLabel.set(label, sayings);
    }
    const condition = allOf(terms);
    const key = keyOf(condition);
    let id = sayings.ids.get(key);
    if (id === undefined) {
      id = sayings.values.push(heldValues(condition, types)) - 1;
      sayings.ids.set(key, id);
    }
    return id;
  };

  return {
    add(condition) {
      const own = new Map<string, number>();
      for (const [label, terms] of termsByLabel(condition)) own.set(label, idOf(label, terms));
      for (const [label, { ofArm }] of byLabel) ofArm.push(own.get(label) ?? -1);
      count++;
    },
    apartFrom(condition) {
      const rows = [...termsByLabel(condition)].map(([label, terms]) =>
        apartRow(idOf(label, terms), byLabel.get(label)),
      );
      return (arm) => rows.some((isApart) => isApart(arm));
    },
  };
}

/** Compares one saying with others as they are met, each once. */
function apartRow(id: number, sayings: Sayings | undefined): (arm: number) => boolean {
  const own = sayings?.values[id];
  if (sayings === undefined || own === undefined) return () => false;
  const { values, ofArm } = sayings;
  const known: (boolean | undefined)[] = new Array(values.length).fill(undefined);
  return (arm) => {
    const other = ofArm[arm] ?? -1;
    if (other < 0) return false;
    const before = known[other];
    if (before !== undefined) return before;
    const others = values[other];
    const isApart = others !== undefined && areApart(own, others);
    known[other] = isApart;
    return isApart;
  };
}

function termsByLabel(condition: Condition): ReadonlyMap<string, readonly Condition[]> {
  const byLabel = new Map<string, Condition[]>();
  for (const term of condition.kind === "and" ? condition.terms : [condition]) {
    const [label, other] = labelsOf(term);
    if (label === undefined || other !== undefined) continue;
    const own = byLabel.get(label);
    if (own === undefined) byLabel.set(label, [term]);
    else own.push(term);
  }
  return byLabel;
}

/** A guard that holds only where another one does adds nothing. */
function withoutImplied(
  guards: readonly Condition[],
  own: Condition,
  types: LabelTypes,
): readonly Condition[] {
  if (guards.length > mostCompared) return guards;
  const needed = [...guards];
  for (const guard of guards) {
    const others = needed.filter((other) => other !== guard);
    const implied = others.some(
      (other) =>
        sharesLabel(guard, other) && !isPossible(allOf([own, guard, negation(other)]), types),
    );
    if (implied) needed.splice(needed.indexOf(guard), 1);
  }
  return needed;
}

/** What is left of `guard` where `own` holds: neither what both have, nor what cannot be then. */
function given(own: Condition, guard: Condition, types: LabelTypes): Condition {
  if (guard.kind === "or") {
    return anyOf(guard.terms.filter((term) => isPossible(allOf([own, term]), types)));
  }
  if (guard.kind !== "and") return guard;
  const known = new Set((own.kind === "and" ? own.terms : [own]).map(keyOf));
  return allOf(
    guard.terms
      .filter((term) => !known.has(keyOf(term)))
      .map((term) => (term.kind === "or" ? given(own, term, types) : term)),
  );
}

function sharesLabel(first: Condition, second: Condition): boolean {
  const labels = labelsOf(first);
  for (const label of labelsOf(second)) if (labels.has(label)) return true;
  return false;
}

const labelSets = new WeakMap<Condition, ReadonlySet<string>>();

/** Labels in simple comparisons, and atoms of other kinds as themselves. */
function labelsOf(root: Condition): ReadonlySet<string> {
  const known = labelSets.get(root);
  if (known !== undefined) return known;
  const found = new Set<string>();
  forEachAtom(root, (atom) => {
    if (atom.kind === "missing") found.add(keyOf(atom.label));
    else found.add(keyOf(labelAgainstValue(atom)?.label ?? atom));
  });
  labelSets.set(root, found);
  return found;
}

/** For each label that must have one of a few values where the condition holds: these values. */
function requiredValues(condition: Condition): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const term of condition.kind === "and" ? condition.terms : [condition]) {
    const choices = (term.kind === "or" ? term.terms : [term]).map(labelAgainstValue);
    const label = choices[0]?.label;
    if (label === undefined) continue;
    const key = keyOf(label);
    const isSimple = choices.every(
      (choice) => choice?.operator === "==" && keyOf(choice.label) === key,
    );
    if (isSimple)
      found.set(
        key,
        choices.map((choice) => JSON.stringify(choice?.value)),
      );
  }
  return found;
}

/** The jobs of a rule: its own condition, and none of the guards. */
export function guardedCondition(
  own: Condition,
  lists: readonly Guards[],
  types: LabelTypes,
): Condition {
  const guards = lists.flatMap(({ conditions }) => conditions);
  const condition = allOf([...guards, own]);
  // What earlier arms leave nothing of is left out.
  return guards.length === 0 || isPossible(condition, types) ? condition : never;
}

/** For the record of decisions: how a condition came about. */
export function reasonOf(lists: readonly Guards[]): string {
  const guards = lists.reduce((sum, { conditions }) => sum + conditions.length, 0);
  const dropped = lists.reduce((sum, list) => sum + list.dropped, 0);
  const parts = ["applies to some jobs"];
  if (guards > 0) parts.push(`guarded against ${arms(guards)} that may hold as well`);
  if (dropped > 0) {
    parts.push(`no guard against ${arms(dropped)} that cannot, or that another guard covers`);
  }
  return parts.join("; ");
}

function arms(count: number): string {
  return count === 1 ? "one earlier arm" : `${count} earlier arms`;
}
