import type { Conjunction } from "./conjunctions.ts";

/**
 * Conjunctions in order, each belonging to a step of a policy. Testing them all is seldom needed:
 * the classes of one label, the most telling one, say which conjunctions can still hold.
 */
export interface RuleGroup {
  /** The step that each conjunction belongs to, ascending. */
  readonly steps: Int32Array;
  /** Mask and wanted bits of each conjunction: `words` of the one, then `words` of the other. */
  readonly tests: Int32Array;
  /** Which label's classes choose the candidates; -1: there are no labels. */
  readonly indexLabel: number;
  /** The bits that a class of the index label settles. */
  readonly labelMask: Int32Array;
  /** By class of the index label: numbers of the conjunctions that can hold, ascending. */
  readonly candidates: Int32Array[];
  /** Extends `candidates` for a class of the index label that was met for the first time. */
  addClass(bits: Int32Array): void;
  /** Every conjunction, for a policy without labels. */
  readonly all: Int32Array;
}

export interface GroupMember {
  readonly step: number;
  readonly conjunction: Conjunction;
}

/** `labelMasks`: for each label, the bits of the atoms that read nothing else. */
export function ruleGroup(
  members: readonly GroupMember[],
  labelMasks: readonly Int32Array[],
  words: number,
): RuleGroup {
  const tests = new Int32Array(members.length * words * 2);
  for (const [index, { conjunction }] of members.entries()) {
    tests.set(conjunction.mask, index * words * 2);
    tests.set(conjunction.want, index * words * 2 + words);
  }
  const indexLabel = mostTelling(members, labelMasks);
  const labelMask = labelMasks[indexLabel];
  const candidates: Int32Array[] = [];
  return {
    steps: Int32Array.from(members, ({ step }) => step),
    tests,
    indexLabel,
    labelMask: labelMask ?? new Int32Array(words),
    candidates,
    addClass(bits) {
      const possible = members.flatMap(({ conjunction }, index) =>
        labelMask === undefined || agrees(conjunction, bits, labelMask) ? [index] : [],
      );
      candidates.push(Int32Array.from(possible));
    },
    all: Int32Array.from(members.keys()),
  };
}

/** The label that most conjunctions ask something positive of: its classes divide them best. */
function mostTelling(members: readonly GroupMember[], labelMasks: readonly Int32Array[]): number {
  let best = -1;
  let bestCount = -1;
  for (const [label, labelMask] of labelMasks.entries()) {
    const count = members.filter(({ conjunction }) =>
      labelMask.some((bits, word) => ((conjunction.want[word] ?? 0) & bits) !== 0),
    ).length;
    if (count > bestCount) {
      best = label;
      bestCount = count;
    }
  }
  return best;
}

function agrees(conjunction: Conjunction, bits: Int32Array, labelMask: Int32Array): boolean {
  return labelMask.every((own, word) => {
    const tested = (conjunction.mask[word] ?? 0) & own;
    return ((bits[word] ?? 0) & tested) === ((conjunction.want[word] ?? 0) & tested);
  });
}
